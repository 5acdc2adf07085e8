"""AT+IPR, which the document does not have (field guide 3): the rate alone, saved.

Law: as AT+UART_DEF with the other four as they are, but OK comes at the new rate.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..command import Answer, BadParameter, Call, Command, Final, Form

if TYPE_CHECKING:
    from ..firmware import Firmware


def _set(firmware: Firmware, call: Call) -> Answer:
    parameters = firmware.parameters(call.arguments)
    baud = parameters.number()
    parameters.end()
    if baud not in firmware.personality.basic.bauds:
        raise BadParameter("baud")
    form = replace(firmware.current.uart, baud=baud)

    def apply() -> None:
        firmware.store.write(uart=form)
        firmware.switch_uart(form)

    return Answer(Final.OK, effect=apply)


COMMANDS = (Command("+IPR", {Form.SET: _set}, extra=frozenset({Form.SET})),)
