"""AT+SLEEP (clause 3.2.10; field guide 3): how the chip may doze between two beacons.

Law: a value in RAM.  The clause says that the command is for station mode only: `document` refuses
the set form in any other mode, while the query answers in every mode (errata 26); real firmware
takes both in all of them (observed 1.3, item 15).
"""

from __future__ import annotations

from ..chip.chip import Chip
from ..line.command import Command, Form
from ..line.parameters import Parameters
from ..settings.settings import Settings
from . import numbers
from .numbers import Number
from .stages import Fields, QueryForm, RamForm, Reasons

NAME = "+SLEEP"
MODE = Number("sleep mode", range(3))
NOT_STATION = "not in station mode"


def _shown(chip: Chip, _settings: Settings) -> int:
    return chip.sleep_mode


def _printed(_chip: Chip, mode: int) -> Fields:
    return (b"%d" % mode,)


def _label(_chip: Chip) -> bytes:
    return b"+SLEEP:"


def _parsed(_chip: Chip, parameters: Parameters) -> int:
    (mode,) = numbers.read(parameters, (MODE,))
    return mode


def _refusals(chip: Chip, mode: int) -> Reasons:
    yield from MODE.reasons(mode)
    if chip.current.mode not in chip.personality.basic.sleep_wifi_modes:
        yield NOT_STATION


def _doze(chip: Chip, mode: int) -> None:
    chip.sleep_mode = mode


COMMANDS = (
    Command(
        NAME,
        {
            Form.QUERY: QueryForm(show=_shown, fields=_printed, label=_label),
            Form.SET: RamForm(parse=_parsed, decide=_refusals, effect=_doze),
        },
    ),
)
