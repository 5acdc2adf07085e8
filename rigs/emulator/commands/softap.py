"""AT+CWSAP, AT+CWSAP_CUR, AT+CWSAP_DEF (clauses 4.1.10 to 4.1.12; field guide 4).

Law: the softAP's configuration and nothing else; it exists only while the mode has a softAP.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from typing import TYPE_CHECKING

from ..command import ERROR, Answer, BadParameter, Call, Command, Final, Form, Handler
from ..parameters import Parameters
from ..settings import SoftAp
from .scope import SCOPES, Scope
from .wifimode import STATION

if TYPE_CHECKING:
    from ..firmware import Firmware

BASE = "+CWSAP"

SSID_MAX, PASSWORD_MAX, SECURED_PASSWORD_MIN = 32, 64, 8
CHANNELS = range(1, 14)
ECNS = (0, 2, 3, 4)
CONNECTIONS = range(1, 5)
HIDDEN = (0, 1)
MAX_CONNECTIONS_DEFAULT, HIDDEN_DEFAULT = 4, 0

FIELDS = {
    "ssid": "ssid",
    "password": "password",
    "channel": "channel",
    "ecn": "ecn",
    "max": "max_connections",
    "hidden": "hidden",
}
"""The fields as fault ids spell them -> attributes of SoftAp."""


def _commands(scope: Scope) -> Command:
    handlers: dict[Form, Handler] = {
        Form.QUERY: lambda firmware, _call: _query(scope, firmware),
        Form.SET: lambda firmware, call: _set(scope, firmware, call),
    }
    return Command(scope.name(BASE), handlers)


def _query(scope: Scope, firmware: Firmware) -> Answer:
    slug, active = scope.slug(BASE), firmware.faults.active
    if _without_softap(firmware) and not active(f"{slug}.query-in-station-mode"):
        return ERROR
    softap = scope.read(firmware, BASE).softap
    ssid, password = firmware.personality.softap.printed(softap)
    fields = [b'"%s"' % ssid, b'"%s"' % password]
    if active(f"{slug}.query-unquoted"):
        fields = [ssid, password]
    fields += [b"%d" % softap.channel, b"%d" % softap.ecn]
    if not active(f"{slug}.query-four-fields"):
        fields += [b"%d" % softap.max_connections, b"%d" % softap.hidden]
    line = b"%s:%s\r\n" % (scope.printed_name(firmware, BASE), b",".join(fields))
    return Answer(Final.OK, line)


def _set(scope: Scope, firmware: Firmware, call: Call) -> Answer:
    slug, active = scope.slug(BASE), firmware.faults.active
    if _without_softap(firmware) and not active(f"{slug}.set-in-station-mode"):
        return ERROR
    softap = _checked(firmware, slug, _read(firmware, slug, call))
    kept = {
        attribute: getattr(firmware.current.softap, attribute)
        for field, attribute in FIELDS.items()
        if active(f"{slug}.{field}-not-applied")
    }
    softap = replace(softap, **kept)
    return Answer(
        Final.OK,
        effect=lambda: scope.write(firmware, BASE, softap=softap),
        lasts_ns=firmware.timing.softap_change if softap != firmware.current.softap else 0,
    )


def _without_softap(firmware: Firmware) -> bool:
    return firmware.current.mode == STATION


def _read(firmware: Firmware, slug: str, call: Call) -> SoftAp:
    """Four parameters, of six the last two may be left out (errata 5)."""
    active = firmware.faults.active
    parameters = Parameters(call.arguments, firmware.personality.parameters, firmware.faults)
    softap = SoftAp(
        ssid=parameters.text(SSID_MAX + active(f"{slug}.ssid-33-accepted")),
        password=parameters.text(PASSWORD_MAX + active(f"{slug}.password-65-accepted")),
        channel=parameters.number(),
        ecn=parameters.number(),
        max_connections=parameters.optional_number(MAX_CONNECTIONS_DEFAULT),
        hidden=parameters.optional_number(HIDDEN_DEFAULT),
    )
    parameters.end()
    return softap


def _checked(firmware: Firmware, slug: str, softap: SoftAp) -> SoftAp:
    """The same configuration; BadParameter where it cannot be taken (errata 51 to 53)."""
    if not softap.ssid:
        raise BadParameter("empty SSID")
    _check(firmware, f"{slug}.channel", softap.channel, CHANNELS)
    _check(firmware, f"{slug}.ecn", softap.ecn, ECNS)
    _check(firmware, f"{slug}.max", softap.max_connections, CONNECTIONS)
    _check(firmware, f"{slug}.hidden", softap.hidden, HIDDEN)
    _check_password(firmware, slug, softap)
    return softap


def _check(firmware: Firmware, family: str, value: int, legal: Container[int]) -> None:
    verdict = "refused" if value in legal else "accepted"
    mistaken = firmware.faults.listed_and_active(f"{family}-{value}-{verdict}")
    if (value in legal) is mistaken:
        raise BadParameter(f"{family} {value}")


def _check_password(firmware: Firmware, slug: str, softap: SoftAp) -> None:
    """An open softAP takes any password, a secured one 8 bytes and more."""
    active, length = firmware.faults.active, len(softap.password)
    if not softap.ecn:
        if not length and active(f"{slug}.open-needs-password"):
            raise BadParameter("no password")
        return
    if length < SECURED_PASSWORD_MIN and not active(f"{slug}.password-7-accepted"):
        raise BadParameter("short password")
    allowed = firmware.personality.softap.secured_password_max
    if allowed < length <= PASSWORD_MAX:
        raise BadParameter("long password")


COMMANDS = tuple(_commands(scope) for scope in SCOPES)
