"""AT+IPR, which the document does not have (field guide 3): the rate alone, saved.

Law: as AT+UART_DEF with the other four as they are, but OK comes at the new rate.
"""

from __future__ import annotations

from dataclasses import replace

from ..chip.chip import Chip
from ..line.command import Command, Form
from ..line.parameters import Parameters
from ..serial.uart import UartFormat
from ..settings.settings import Changes, Settings
from . import numbers
from .stages import Reasons, SettingForm
from .uart import BAUD

NAME = "+IPR"


def _parsed(chip: Chip, parameters: Parameters) -> UartFormat:
    (baud,) = numbers.read(parameters, (BAUD,))
    return replace(chip.current.uart, baud=baud)


def _refusals(chip: Chip, form: UartFormat) -> Reasons:
    if form.baud not in chip.personality.basic.bauds:
        yield BAUD.reason(form.baud)


def _changes(_chip: Chip, _settings: Settings, form: UartFormat) -> Changes:
    return Changes(uart=form)


def _on_the_line(chip: Chip, _before: Settings) -> None:
    chip.switch_uart(chip.current.uart)


COMMANDS = (
    Command(
        NAME,
        {
            Form.SET: SettingForm(
                parse=_parsed,
                decide=_refusals,
                change=_changes,
                saves=True,
                follow=_on_the_line,
            )
        },
    ),
)
