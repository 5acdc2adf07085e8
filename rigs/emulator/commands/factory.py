"""AT+RESTORE (clause 3.2.6; field guide 3): the factory's settings, then a restart.

Law: everything that is saved is erased first, then comes OK, then the restart; so OK is heard in
the old UART format and `ready` in the factory's.
"""

from __future__ import annotations

from ..chip.chip import Chip
from ..line.command import Command, Form
from .stages import ExecuteForm

NAME = "+RESTORE"


def _erase(chip: Chip) -> None:
    chip.store.restore()


def _restart(chip: Chip) -> None:
    chip.restart()


COMMANDS = (Command(NAME, {Form.EXECUTE: ExecuteForm(effect=_erase, then=_restart)}),)
