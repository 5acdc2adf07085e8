"""AT, ATE, AT+RST, AT+GMR (clauses 3.2.1, 3.2.2, 3.2.3, 3.2.5).

Law: the basic commands that are about the session itself; nothing with a saved setting.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..command import ERROR, OK, Answer, BadParameter, Call, Command, Final, Form
from ..framing import final_code
from ..parameters import Parameters
from ..restart import Restart

if TYPE_CHECKING:
    from ..firmware import Firmware

_ODD_PARAMETERS = {"letter": re.compile(rb"[A-Za-z]"), "minus": re.compile(rb"-[0-9]+")}


def _test_startup(_firmware: Firmware, _call: Call) -> Answer:
    return OK


def _restart(firmware: Firmware, _call: Call) -> Answer:
    """OK first, then the restart (field guide 3)."""
    returns = not firmware.faults.active("rst.no-return")
    if firmware.faults.active("rst.ok-after-boot"):
        late = Restart(final_code(Final.OK, firmware.faults), returns)
        return Answer(None, afterwards=lambda: firmware.restart(late))
    return Answer(Final.OK, afterwards=lambda: firmware.restart(Restart(returns=returns)))


def _version(firmware: Firmware, _call: Call) -> Answer:
    """Three lines in the order of clause 3.2.3."""
    identity, active = firmware.personality.identity, firmware.faults.active
    version = b"9.9.9.%d" % firmware.updates if firmware.updates else identity.at_version
    at = b"" if active("gmr.no-at-number") else version
    built = b"" if active("gmr.no-at-number") else b"(%s)" % identity.at_built
    sdk = b"" if active("gmr.no-sdk-number") else identity.sdk_version
    time = b"" if active("gmr.no-compile-time") else identity.compile_time
    lines = {
        "at": b"AT version:%s%s" % (at, built),
        "sdk": b"SDK version:%s" % sdk,
        "compile": b"compile time:%s" % time,
    }
    order = [key for key in _version_order(firmware) if not active(f"gmr.{key}-line-missing")]
    return Answer(Final.OK, b"\r\n".join(lines[key] for key in order) + identity.end)


def _version_order(firmware: Firmware) -> tuple[str, str, str]:
    if firmware.faults.active("gmr.sdk-first"):
        return "sdk", "at", "compile"
    if firmware.faults.active("gmr.compile-first"):
        return "compile", "at", "sdk"
    return "at", "sdk", "compile"


def _echo(firmware: Firmware, call: Call) -> Answer:
    """ATE0 and ATE1; the parameter stands right after the name (field guide 3)."""
    text = call.tail
    if firmware.faults.active("ate.equals-accepted"):
        text = text.removeprefix(b"=")
    if firmware.faults.listed_and_active(_acceptance(text)):
        return OK
    parameters = Parameters(text, firmware.personality.parameters, firmware.faults)
    try:
        value = parameters.number()
        parameters.end()
    except BadParameter:
        value = None
    if value in (0, 1):
        return _echo_switched(firmware, bool(value))
    if firmware.faults.active("ate.refused-takes-effect"):
        return Answer(Final.ERROR, effect=lambda: _set_echo(firmware, not firmware.echo.on))
    return ERROR


def _acceptance(text: bytes) -> str:
    """The fault that would take this parameter, listed or not."""
    for kind, shape in _ODD_PARAMETERS.items():
        if shape.fullmatch(text):
            return f"ate.{kind}-accepted"
    return f"ate.{text.decode('latin-1')}-accepted"


def _echo_switched(firmware: Firmware, on: bool) -> Answer:
    if firmware.faults.active(f"ate.{on:d}-refused"):
        return ERROR
    if firmware.faults.active(f"ate.{on:d}-ignored"):
        return OK
    if firmware.faults.active("ate.inverted"):
        on = not on
    return Answer(Final.OK, effect=lambda: _set_echo(firmware, on))


def _set_echo(firmware: Firmware, on: bool) -> None:
    firmware.echo.on = on


COMMANDS = (
    Command("", {Form.EXECUTE: _test_startup}),
    Command("E", {Form.SET: _echo}, by_digit=True),
    Command(
        "+RST",
        {Form.EXECUTE: _restart},
        fault_words={
            "no-effect": "no-restart",
            "no-final": "restart-without-ok",
            "acts": "restarts",
        },
    ),
    Command("+GMR", {Form.EXECUTE: _version}),
)
