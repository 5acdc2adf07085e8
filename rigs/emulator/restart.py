"""How a command has the board restart.

Law: a value; commands make it, the board carries it out.
"""

from __future__ import annotations

from dataclasses import dataclass

from .settings import Lifetime


@dataclass(frozen=True)
class Restart:
    """How a restart by software goes; the defaults are health.

    `parting`: what is said once up again.  `returns`: whether the firmware comes up at all.
    `outlived_by`: the copies of settings that outlive it at least this long (a fault's doing).
    `forgets`: whether even the faults that carry RAM over a restart forget it.
    """

    parting: bytes = b""
    returns: bool = True
    forgets: bool = False
    outlived_by: Lifetime = Lifetime.UNTIL_POWER_LOSS
