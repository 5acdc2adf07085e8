"""AT+RFPOWER and AT+RFVDD (clauses 3.2.11 and 3.2.12; field guide 3): the transmitter's power.

Law: which parameters are taken, and the measured voltage.  What the power does in the air is not
emulated, so that nothing but the answers can tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..asking import numbers
from ..asking.numbers import Field
from ..command import OK, Answer, Call, Command, Final, Form

if TYPE_CHECKING:
    from ..firmware import Firmware

POWER = Field("", 82, range(83), (0, 50, 82), (-1, 83))
"""In 0.25 dBm."""

VOLTAGE = Field("", 3300, range(1900, 3301), (1900, 2500, 3300), (1899, 3301), (16, 32))


def _power(firmware: Firmware, call: Call) -> Answer:
    numbers.read(firmware, "rfpower", call.arguments, (POWER,))
    return OK


def _query(firmware: Firmware, _call: Call) -> Answer:
    """VDD33 in 1/1024 V."""
    active = firmware.faults.active
    prefix = b"+VDD33:" if active("rfvdd.query-other-prefix") else b"+RFVDD:"
    if active("rfvdd.query-no-prefix"):
        prefix = b""
    digits = b"%d" % (firmware.vdd33_mv * 1024 // 1000)
    if active("rfvdd.query-zero"):
        digits = b"0"
    if active("rfvdd.query-volts"):
        digits = b"%.2f" % (firmware.vdd33_mv / 1000)
    if active("rfvdd.query-no-digits"):
        digits = b""
    return Answer(Final.OK, prefix + digits + b"\r\n")


def _set(firmware: Firmware, call: Call) -> Answer:
    try:
        numbers.read(firmware, "rfvdd", call.arguments, (VOLTAGE,))
    except numbers.Refused as refusal:
        complaint = firmware.personality.basic.voltage_complaint if refusal.complete else b""
        return Answer(Final.ERROR, complaint)
    return OK


def _measure(_firmware: Firmware, _call: Call) -> Answer:
    return OK


COMMANDS = (
    Command("+RFPOWER", {Form.SET: _power}),
    Command("+RFVDD", {Form.QUERY: _query, Form.SET: _set, Form.EXECUTE: _measure}),
)
