"""AT+CIPSTAMAC and AT+CIPAPMAC, each with _CUR and _DEF (clauses 4.1.20 to 4.1.25; field guide 4).

Law: the MAC addresses of the two interfaces and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..addresses import mac_text
from ..addressrules import MacRules
from ..command import ERROR, Answer, BadParameter, Call, Command, Final, Form, Handler
from ..interfaces import has_softap, has_station, softap_mac, station_mac
from ..parameters import Parameters
from ..settings import Changes, Settings
from .scope import SCOPES, Scope

if TYPE_CHECKING:
    from ..firmware import Firmware

_LONGEST = 64  # bytes; what is longer than a MAC is refused for its shape
_SIZE, _GROUP_BIT, _LOCAL_BIT, _NONE = 6, 1, 2, bytes(6)
_SHAPE = re.compile(rb"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}")

FOREIGN = {
    "dashes": (re.compile(rb"[0-9A-Fa-f]{2}(-[0-9A-Fa-f]{2}){5}"), "with dashes for colons"),
    "no-colons": (re.compile(rb"[0-9A-Fa-f]{12}"), "without colons"),
    "short": (re.compile(rb"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){1,4}"), "of fewer than six bytes"),
    "long": (re.compile(rb"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){6,}"), "of more than six bytes"),
    "letters": (re.compile(rb"[0-9A-Za-z]{2}(:[0-9A-Za-z]{2}){5}"), "with letters beyond f"),
    "digit": (re.compile(rb"[0-9A-Fa-f]{1,2}(:[0-9A-Fa-f]{1,2}){5}"), "with a single digit"),
    "empty": (re.compile(rb""), "that is an empty string"),
}
"""Texts that are no MAC, as fault ids spell them, and what they are."""


_REFUSABLE = {"upper": re.compile(rb"[A-F]"), "lower": re.compile(rb"[a-f]")}
"""Digits that a fault may refuse, as its id spells them."""


@dataclass(frozen=True)
class Interface:
    """One of the two.  `mac`: the one in force."""

    base: str
    there: Callable[[Settings], bool]
    mac: Callable[[Settings, MacRules], bytes]
    other: Callable[[Settings, MacRules], bytes]
    saved: Callable[[Settings], bytes | None]
    changes: Callable[[bytes | None], Changes]
    other_changes: Callable[[bytes | None], Changes]


def _station(mac: bytes | None) -> Changes:
    return Changes(station_mac=mac)


def _softap(mac: bytes | None) -> Changes:
    return Changes(softap_mac=mac)


INTERFACES = (
    Interface(
        "+CIPSTAMAC",
        has_station,
        station_mac,
        softap_mac,
        lambda settings: settings.station_mac,
        _station,
        _softap,
    ),
    Interface(
        "+CIPAPMAC",
        has_softap,
        softap_mac,
        station_mac,
        lambda settings: settings.softap_mac,
        _softap,
        _station,
    ),
)


def _command(interface: Interface, scope: Scope) -> Command:
    handlers: dict[Form, Handler] = {
        Form.QUERY: lambda firmware, _call: _query(interface, scope, firmware),
        Form.SET: lambda firmware, call: _set(interface, scope, firmware, call),
    }
    return Command(scope.name(interface.base), handlers)


def _query(interface: Interface, scope: Scope, firmware: Firmware) -> Answer:
    slug, active = scope.slug(interface.base), firmware.faults.active
    mac = _shown(interface, scope, firmware)
    if active(f"{slug}.query-reversed"):
        mac = mac[::-1]
    if active(f"{slug}.query-group-bit"):
        mac = bytes((mac[0] | _GROUP_BIT, *mac[1:]))
    text = mac_text(mac)
    if firmware.personality.macs.upper_case:
        text = text.upper()
    if active(f"{slug}.query-cut"):
        text = text.rpartition(b":")[0]
    if active(f"{slug}.query-dashes"):
        text = text.replace(b":", b"-")
    if not active(f"{slug}.query-unquoted"):
        text = b'"%b"' % text
    return Answer(Final.OK, scope.label(firmware, interface.base) + text + b"\r\n")


def _shown(interface: Interface, scope: Scope, firmware: Firmware) -> bytes:
    rules, slug = firmware.personality.macs, scope.slug(interface.base)
    saved = scope.shows_saved(firmware, interface.base)
    settings = scope.read(firmware, interface.base)
    if firmware.faults.active(f"{slug}.query-other-interface"):
        return interface.other(settings, rules)
    if saved and rules.unset and not interface.saved(settings):
        return rules.unset
    return interface.mac(settings, rules)


def _set(interface: Interface, scope: Scope, firmware: Firmware, call: Call) -> Answer:
    slug = scope.slug(interface.base)
    needed = firmware.personality.macs.needs_interface
    if needed and not interface.there(firmware.current):
        return ERROR
    if scope.misses_other(firmware, interface.base):
        return ERROR
    mac = _read(interface, slug, firmware, call)
    _check(interface, slug, firmware, mac)
    return Answer(Final.OK, effect=lambda: _write(interface, scope, firmware, mac))


def _read(interface: Interface, slug: str, firmware: Firmware, call: Call) -> bytes:
    active = firmware.faults.active
    bare = active(f"{slug}.unquoted-accepted")
    rules = replace(firmware.personality.parameters, bare_text=bare)
    parameters = Parameters(call.arguments, rules, firmware.faults)
    text = parameters.text(_LONGEST)
    if not active(f"{slug}.surplus-accepted"):
        parameters.end()
    if _SHAPE.fullmatch(text):
        for word, shape in _REFUSABLE.items():
            if shape.search(text) and active(f"{slug}.{word}-refused"):
                raise BadParameter(word)
        return bytes.fromhex(text.replace(b":", b"").decode("ascii"))
    for word, (shape, _says) in FOREIGN.items():
        if shape.fullmatch(text) and active(f"{slug}.{word}-accepted"):
            return _mended(text, interface.mac(firmware.current, firmware.personality.macs))
    raise BadParameter("no MAC")


def _mended(text: bytes, before: bytes) -> bytes:
    """What a careless parser makes of a text that is no MAC: the rest stays as it was."""
    digits = re.sub(rb"[^0-9A-Fa-f:-]", b"0", text)
    found = [int(each, 16) for each in re.findall(rb"[0-9A-Fa-f]{1,2}", digits)]
    return bytes(found[:_SIZE]) + before[len(found[:_SIZE]) :]


def _check(interface: Interface, slug: str, firmware: Firmware, mac: bytes) -> None:
    """BadParameter where the MAC cannot be taken."""
    active, rules = firmware.faults.active, firmware.personality.macs
    if mac[0] & _GROUP_BIT and not active(f"{slug}.group-accepted"):
        raise BadParameter("a group's address")
    if mac[0] & _LOCAL_BIT and active(f"{slug}.local-refused"):
        raise BadParameter("a local address")
    if mac == _NONE and not active(f"{slug}.zero-accepted"):
        raise BadParameter("zero")
    same = mac == interface.other(firmware.current, rules)
    matters = firmware.current.mode in rules.must_differ_in
    if same and matters and not active(f"{slug}.same-accepted"):
        raise BadParameter("the other interface's address")


def _write(interface: Interface, scope: Scope, firmware: Firmware, mac: bytes) -> None:
    slug, active = scope.slug(interface.base), firmware.faults.active
    before = station_mac(firmware.current, firmware.personality.macs)
    if active(f"{slug}.last-byte-lost"):
        mac = mac[:-1] + b"\0"
    if active(f"{slug}.last-byte-plus-1"):
        mac = mac[:-1] + bytes(((mac[-1] + 1) % 256,))
    changes = (interface.other_changes if active(f"{slug}.sets-other") else interface.changes)(mac)
    if active(f"{slug}.other-reset"):
        changes |= interface.other_changes(None)
    scope.write(firmware, interface.base, **changes)
    if station_mac(firmware.current, firmware.personality.macs) != before:
        firmware.station.rejoin()


COMMANDS = tuple(_command(each, scope) for each in INTERFACES for scope in SCOPES)
