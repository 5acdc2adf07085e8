"""AT+CWMODE, AT+CWMODE_CUR, AT+CWMODE_DEF (clauses 4.1.1 to 4.1.3; field guide 4).

Law: the Wi-Fi mode and nothing else.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..command import ERROR, Answer, Call, Command, Final, Form, Handler
from . import numbers
from .numbers import Field
from .scope import SCOPES, Scope

if TYPE_CHECKING:
    from ..firmware import Firmware

BASE = "+CWMODE"
STATION, SOFTAP, BOTH = 1, 2, 3
MODE = Field("", STATION, (STATION, SOFTAP, BOTH), known=(1, 2, 3), foreign=(0, 4))


def _commands(scope: Scope) -> Command:
    handlers: dict[Form, Handler] = {
        Form.TEST: lambda firmware, _call: _test(scope, firmware),
        Form.QUERY: lambda firmware, _call: _query(scope, firmware),
        Form.SET: lambda firmware, call: _set(scope, firmware, call),
    }
    return Command(scope.name(BASE), handlers)


def _test(scope: Scope, firmware: Firmware) -> Answer:
    known = b"(1-2)" if firmware.faults.active(f"{scope.slug(BASE)}.test-range") else b"(1-3)"
    return Answer(Final.OK, b"%s:%s\r\n" % (scope.printed_name(firmware, BASE), known))


def _query(scope: Scope, firmware: Firmware) -> Answer:
    slug, active = scope.slug(BASE), firmware.faults.active
    prefix = scope.printed_name(firmware, BASE) + b":"
    mode = firmware.pretended_mode or scope.read(firmware, BASE).mode
    shown = b"%d" % (0 if active(f"{slug}.query-mode-0") else mode)
    if active(f"{slug}.query-no-prefix"):
        prefix = b""
    if active(f"{slug}.query-no-digit"):
        shown = b""
    return Answer(Final.OK, prefix + shown + b"\r\n")


def _set(scope: Scope, firmware: Firmware, call: Call) -> Answer:
    slug, active = scope.slug(BASE), firmware.faults.active
    try:
        (mode,) = numbers.read(firmware, slug, call.arguments, (MODE,))
    except numbers.Refused as refused:
        if refused.complete and active(f"{slug}.refused-takes-effect"):
            other = BOTH if firmware.current.mode != BOTH else SOFTAP
            return replace(ERROR, effect=lambda: _change(scope, firmware, other))
        raise
    if mode not in MODE.legal or active(f"{slug}.{mode}-not-applied"):
        return Answer(Final.OK)
    if active(f"{slug}.shown-only"):
        return Answer(Final.OK, effect=lambda: _pretend(firmware, mode))
    return Answer(Final.OK, effect=lambda: _change(scope, firmware, mode))


def _pretend(firmware: Firmware, mode: int) -> None:
    firmware.pretended_mode = mode


def _change(scope: Scope, firmware: Firmware, mode: int) -> None:
    """Without a station there is no link, and nothing that only a station can do."""
    scope.write(firmware, BASE, mode=mode)
    if firmware.faults.active("station.in-softap-mode"):
        return
    if firmware.current.mode == SOFTAP:
        firmware.station.leave()
        firmware.station.hush()


COMMANDS = tuple(_commands(scope) for scope in SCOPES)
