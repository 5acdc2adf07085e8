"""How a command has the board restart.

Law: a value; commands make it, the board carries it out.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Restart:
    """How a restart by software goes; the defaults are health.

    `parting`: what is said once up again.  `returns`: whether the firmware comes up at all.
    `forgets`: whether even the faults that carry RAM over a restart forget it.
    """

    parting: bytes = b""
    returns: bool = True
    forgets: bool = False
