"""AT+CWMODE, AT+CWMODE_CUR, AT+CWMODE_DEF (clauses 4.1.1 to 4.1.3; field guide 4).

Law: the Wi-Fi mode and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..command import ERROR, Answer, Call, Command, Final, Form, Handler
from ..parameters import Parameters
from .scope import SCOPES, Scope

if TYPE_CHECKING:
    from ..firmware import Firmware

BASE = "+CWMODE"
STATION, SOFTAP, BOTH = 1, 2, 3


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
    mode = scope.read(firmware, BASE).mode
    return Answer(Final.OK, b"%s:%d\r\n" % (scope.printed_name(firmware, BASE), mode))


def _set(scope: Scope, firmware: Firmware, call: Call) -> Answer:
    parameters = Parameters(call.arguments, firmware.personality.parameters, firmware.faults)
    mode = parameters.number()
    parameters.end()
    slug, faults = scope.slug(BASE), firmware.faults
    if faults.listed_and_active(f"{slug}.{mode}-accepted"):
        return Answer(Final.OK)
    if mode not in (STATION, SOFTAP, BOTH) or faults.active(f"{slug}.{mode}-refused"):
        return ERROR
    return Answer(Final.OK, effect=lambda: scope.write(firmware, BASE, mode=mode))


COMMANDS = tuple(_commands(scope) for scope in SCOPES)
