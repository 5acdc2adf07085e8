"""AT+UART, AT+UART_CUR, AT+UART_DEF (clauses 3.2.7 to 3.2.9; field guide 3).

Law: how the UART is set and nothing else.  OK leaves in the old format; then the UART drains,
switches, and what is to be saved is written.  Flow control has no wires to the chip here: it is
kept and does nothing.
"""

from __future__ import annotations

from ..chip.chip import Chip
from ..line.command import Command, Form
from ..line.parameters import Parameters
from ..serial.uart import UartFormat
from ..settings.settings import Changes, Settings
from . import numbers
from .numbers import Number
from .scope import SCOPES, Scope
from .stages import Reasons, SettingForm, strict_rules

BASE = "+UART"

DATABITS, STOPBITS, PARITIES, FLOWS = range(5, 9), range(1, 4), range(3), range(4)

BAUD = Number("baud", range(110, 4608001))
"""Its range is the document's; what is taken is a personality's."""

FIELDS = (
    BAUD,
    Number("databits", DATABITS),
    Number("stopbits", STOPBITS),
    Number("parity", PARITIES),
    Number("flow", FLOWS),
)
"""The parameters in their order; their names are those of UartFormat."""


def _parsed(_chip: Chip, parameters: Parameters) -> UartFormat:
    baud, databits, stopbits, parity, flow = numbers.read(parameters, FIELDS)
    return UartFormat(baud, databits, stopbits, parity, flow)


def _refusals(chip: Chip, form: UartFormat) -> Reasons:
    if form.baud not in chip.personality.basic.bauds:
        yield BAUD.reason(form.baud)
    for field in FIELDS[1:]:
        yield from field.reasons(getattr(form, field.name))


def _changes(_chip: Chip, _settings: Settings, form: UartFormat) -> Changes:
    return Changes(uart=form)


def _on_the_line(chip: Chip, _before: Settings) -> None:
    chip.switch_uart(chip.current.uart)


def _command(scope: Scope) -> Command:
    return Command(
        scope.name(BASE),
        {
            Form.SET: SettingForm(
                rules=strict_rules,
                parse=_parsed,
                decide=_refusals,
                after_ok=True,
                change=_changes,
                saves=scope.saves,
                follow=_on_the_line,
            )
        },
    )


COMMANDS = tuple(_command(scope) for scope in SCOPES)
