"""AT+CWSAP, AT+CWSAP_CUR, AT+CWSAP_DEF (clauses 4.1.10 to 4.1.12; field guide 4).

Law: the softAP's configuration and nothing else; it exists only while the mode has a softAP.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..command import ERROR, Action, Answer, BadParameter, Call, Command, Final, Form, Handler
from ..settings import SoftAp
from .numbers import Field
from .scope import SCOPES, Scope
from .shapes import Shape, Shaped, Text
from .wifimode import STATION

if TYPE_CHECKING:
    from ..firmware import Firmware

BASE = "+CWSAP"

SECURED_PASSWORD_MIN = 8
SSID = Text("ssid", 32, default=b"ESP8266")
PASSWORD = Text("password", 64, default=b"12345678")
CHANNEL = Field("channel", 1, range(1, 14), known=(1, 6, 13), foreign=(0, 14))
ECN = Field("ecn", 0, (0, 2, 3, 4), known=(0, 2, 3, 4), foreign=(1, 5))
CONNECTIONS = Field("max", 4, range(1, 5), known=(1, 4), foreign=(0, 5))
HIDDEN = Field("hidden", 0, (0, 1), known=(0, 1), foreign=(2,))
SHAPES: tuple[Shape, ...] = (SSID, PASSWORD, CHANNEL, ECN, CONNECTIONS, HIDDEN)
REQUIRED = 4
"""The last two may be left out (errata 5)."""

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
    factory = firmware.personality.factory.softap
    softap = _as_in(factory, scope.read(firmware, BASE).softap, firmware, f"{slug}.%s-not-shown")
    ssid, password = firmware.personality.softap.printed(softap)
    fields = [b'"%s"' % ssid, b'"%s"' % password]
    if active(f"{slug}.query-unquoted"):
        fields = [ssid, password]
    fields += [b"%d" % softap.channel, b"%d" % softap.ecn]
    if not active(f"{slug}.query-four-fields"):
        fields += [b"%d" % softap.max_connections, b"%d" % softap.hidden]
    if active(f"{slug}.query-no-prefix"):
        return Answer(Final.OK, b",".join(fields) + b"\r\n")
    line = b"%s:%s\r\n" % (scope.printed_name(firmware, BASE), b",".join(fields))
    return Answer(Final.OK, line)


def _set(scope: Scope, firmware: Firmware, call: Call) -> Answer:
    slug, active = scope.slug(BASE), firmware.faults.active
    if _without_softap(firmware) and not active(f"{slug}.set-in-station-mode"):
        return ERROR
    parameters = Shaped(firmware, slug, call, SHAPES, REQUIRED)
    softap, left_out = _read(parameters)
    try:
        _check(firmware, slug, parameters, softap)
    except BadParameter:
        if active("softap.refused-on-air"):
            return replace(ERROR, effect=lambda: _stray(firmware, softap))
        raise
    softap = _misread(firmware, slug, softap, left_out)
    return Answer(
        Final.OK,
        effect=_change(scope, firmware, softap),
        lasts_ns=firmware.timing.softap_change if softap != firmware.current.softap else 0,
    )


def _stray(firmware: Firmware, softap: SoftAp) -> None:
    firmware.astray.softap = softap


def _change(scope: Scope, firmware: Firmware, softap: SoftAp) -> Action:
    slug = scope.slug(BASE)
    softap = _as_in(firmware.current.softap, softap, firmware, f"{slug}.%s-not-applied")
    return lambda: _write(scope, firmware, softap)


def _write(scope: Scope, firmware: Firmware, softap: SoftAp) -> None:
    slug, before = scope.slug(BASE), firmware.store.read().softap
    scope.write(firmware, BASE, softap=softap)
    if not scope.saves:
        return
    kept = _as_in(before, softap, firmware, f"{slug}.%s-not-saved")
    if kept != softap:
        firmware.store.write(softap=kept)
    if firmware.faults.active(f"{slug}.rewrites-same"):
        firmware.store.write(even_if_equal=True, softap=kept)


def _as_in(other: SoftAp, softap: SoftAp, firmware: Firmware, fault: str) -> SoftAp:
    """The same configuration, but as the other one in the fields whose fault is active."""
    kept = {
        attribute: getattr(other, attribute)
        for field, attribute in FIELDS.items()
        if firmware.faults.listed_and_active(fault % field)
    }
    return replace(softap, **kept)


def _without_softap(firmware: Firmware) -> bool:
    return firmware.current.mode == STATION


def _read(parameters: Shaped) -> tuple[SoftAp, set[str]]:
    """The configuration, and which of its fields were left out."""
    ssid, password = parameters.text(SSID), parameters.text(PASSWORD)
    channel, ecn = parameters.number(), parameters.number()
    left_out = {CONNECTIONS.name, HIDDEN.name} if parameters.exhausted else set()
    connections = parameters.optional_number(CONNECTIONS.default)
    if parameters.exhausted:
        left_out.add(HIDDEN.name)
    hidden = parameters.optional_number(HIDDEN.default)
    parameters.end()
    return SoftAp(ssid, password, channel, ecn, connections, hidden), left_out


def _misread(firmware: Firmware, slug: str, softap: SoftAp, left_out: set[str]) -> SoftAp:
    """What a careless firmware makes of a configuration that it has found good."""
    active = firmware.faults.active
    if CONNECTIONS.name in left_out and active(f"{slug}.max-default-0"):
        softap = replace(softap, max_connections=0)
    if HIDDEN.name in left_out and active(f"{slug}.hidden-default-kept"):
        softap = replace(softap, hidden=firmware.current.softap.hidden)
    if active(f"{slug}.password-8-bit-cut"):
        ascii_only = bytes(byte for byte in softap.password if byte < 0x80)
        softap = replace(softap, password=ascii_only)
    return softap


def _check(firmware: Firmware, slug: str, parameters: Shaped, softap: SoftAp) -> None:
    """BadParameter where a configuration cannot be taken (errata 51 to 53)."""
    if not softap.ssid:
        raise BadParameter("empty SSID")
    parameters.check(CHANNEL, softap.channel)
    parameters.check(ECN, softap.ecn)
    parameters.check(CONNECTIONS, softap.max_connections)
    parameters.check(HIDDEN, softap.hidden)
    _check_password(firmware, slug, softap)


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
    if allowed < length <= PASSWORD.longest:
        raise BadParameter("long password")


COMMANDS = tuple(_commands(scope) for scope in SCOPES)
