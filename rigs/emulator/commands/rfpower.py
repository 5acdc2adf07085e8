"""AT+RFPOWER and AT+RFVDD (clauses 3.2.11 and 3.2.12; field guide 3): the transmitter's power.

Law: which parameters are taken, and the measured voltage.  What the power does in the air is not
emulated, so that nothing but the answers can tell.
"""

from __future__ import annotations

from collections.abc import Callable

from ..chip.chip import Chip
from ..line.command import Answer, Command, Final, Form
from ..line.parameters import Parameters
from ..settings.settings import Settings
from . import numbers
from .numbers import Number
from .stages import ExecuteForm, Fields, QueryForm, RamForm, Reasons, SetForm

POWER_NAME, VOLTAGE_NAME = "+RFPOWER", "+RFVDD"
POWER = Number("power", range(83))
"""In 0.25 dBm."""

VOLTAGE = Number("voltage", range(1900, 3301))


def _measured(chip: Chip, _settings: Settings) -> int:
    """VDD33 in 1/1024 V."""
    return chip.vdd33_mv * 1024 // 1000


def _printed(_chip: Chip, value: int) -> Fields:
    return (b"%d" % value,)


def _label(_chip: Chip) -> bytes:
    return b"+RFVDD:"


def _parsed(number: Number) -> Callable[[Chip, Parameters], int]:
    def parsed(_chip: Chip, parameters: Parameters) -> int:
        (value,) = numbers.read(parameters, (number,))
        return value

    return parsed


def _refusals(number: Number) -> Callable[[Chip, int], Reasons]:
    return lambda _chip, value: number.reasons(value)


def _in_the_air(_chip: Chip, _value: int) -> None:
    """Nothing here receives it."""


def _range_told(chip: Chip, _form: SetForm[int], _value: int, _why: tuple[str, ...]) -> Answer:
    """Some firmware tells the range (errata 28)."""
    return Answer(Final.ERROR, chip.personality.basic.voltage_complaint)


COMMANDS = (
    Command(
        POWER_NAME,
        {Form.SET: RamForm(parse=_parsed(POWER), decide=_refusals(POWER), effect=_in_the_air)},
    ),
    Command(
        VOLTAGE_NAME,
        {
            Form.QUERY: QueryForm(show=_measured, fields=_printed, label=_label),
            Form.SET: RamForm(
                parse=_parsed(VOLTAGE),
                decide=_refusals(VOLTAGE),
                effect=_in_the_air,
                refuse=_range_told,
            ),
            Form.EXECUTE: ExecuteForm(),
        },
    ),
)
