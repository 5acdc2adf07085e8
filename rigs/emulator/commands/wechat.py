"""AT+CWSTARTDISCOVER and AT+CWSTOPDISCOVER (clauses 4.1.34, 4.1.35; field guide 4).

Law: what these commands take; what is sent then is for `beaconing`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..asking.numbers import Field
from ..asking.shapes import Shape, Shaped, Text
from ..command import ERROR, OK, Answer, Call, Command, Form

if TYPE_CHECKING:
    from ..firmware import Firmware

START = "cwstartdiscover"
DAY_S = 24 * 3600
NUMBER = Text("number", 32, default=b"gh", bounded=False, free=False)
TYPE = Text("type", 80, default=b"1", bounded=False, free=False)
TIME = Field("time", 10, range(DAY_S + 1), known=(0, 10, DAY_S), foreign=(-1, DAY_S + 1))
SHAPES: tuple[Shape, ...] = (NUMBER, TYPE, TIME)


def _start(firmware: Firmware, call: Call) -> Answer:
    parameters = Shaped(firmware, START, call, SHAPES)
    number, kind = parameters.text(NUMBER), parameters.text(TYPE)
    every_s = parameters.legal_number(TIME)
    parameters.end()
    if not number or not kind:
        return ERROR
    needs_address = firmware.personality.station.discovery_needs_address
    has_address = firmware.station.has_address
    if (needs_address and not has_address) or (
        has_address and firmware.faults.active("discover.refused-with-address")
    ):
        return ERROR
    return replace(OK, effect=lambda: firmware.beaconing.start(number, kind, every_s))


def _stop(firmware: Firmware, _call: Call) -> Answer:
    return replace(OK, effect=firmware.beaconing.stop)


COMMANDS = (
    Command("+CWSTARTDISCOVER", {Form.SET: _start}),
    Command("+CWSTOPDISCOVER", {Form.EXECUTE: _stop}),
)
