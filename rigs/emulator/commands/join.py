"""AT+CWJAP, AT+CWJAP_CUR, AT+CWJAP_DEF, AT+CWQAP (clauses 4.1.4 to 4.1.6, 4.1.9; field guide 4).

Law: the station's access point.  What is wished is saved before anybody is asked; how it went is
looked at now and then, and the first look that finds an address, or the last one, ends the command.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from ..accesspoint import AccessPoint
from ..addresses import mac_text
from ..air import Beacon, Refusal
from ..asking.scope import SCOPES, Scope
from ..asking.shapes import Shape, Shaped, Text
from ..command import ERROR, OK, Answer, BadParameter, Call, Command, Final, Form, Handler
from ..station import CONNECTED, GOT_IP
from .wifimode import BOTH, SOFTAP

if TYPE_CHECKING:
    from ..firmware import Firmware

BASE = "+CWJAP"
SSID = Text("ssid", 32, default=b"none")
PASSWORD = Text("password", 64, default=b"12345678")
BSSID = Text("bssid", 17, default=b"18:fe:34:00:00:01", bounded=False, free=False)
SHAPES: tuple[Shape, ...] = (SSID, PASSWORD, BSSID)
REQUIRED = 2

_MAC = re.compile(rb"[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}")
_LOOKS = 7
_NOBODY = b"No AP\r\n"


def mac(text: bytes) -> bytes:
    """The six bytes of a MAC as one types it; BadParameter if it is none."""
    if not _MAC.fullmatch(text):
        raise BadParameter("not a MAC")
    return bytes.fromhex(text.replace(b":", b"").decode("ascii"))


def _commands(scope: Scope) -> Command:
    handlers: dict[Form, Handler] = {
        Form.QUERY: lambda firmware, _call: _query(scope, firmware),
        Form.SET: lambda firmware, call: _set(scope, firmware, call),
    }
    return Command(scope.name(BASE), handlers)


def _query(scope: Scope, firmware: Firmware) -> Answer:
    slug, active = scope.slug(BASE), firmware.faults.active
    joined, astray = firmware.station.access_point, firmware.astray
    if active("join.query-after-leave"):
        joined = astray.access_point = joined or astray.access_point
    if joined is None:
        return Answer(Final.OK, _NOBODY)
    joined = _misread(firmware, joined)
    bssid = mac_text(joined.bssid)
    fields = [b'"%s"' % joined.ssid, b'"%s"' % bssid, b"%d" % joined.channel]
    if active(f"{slug}.query-unquoted"):
        fields[:2] = joined.ssid, bssid
    if not active(f"{slug}.query-three-fields"):
        fields.append(b"%d" % joined.rssi)
    name = scope.printed_name(firmware, BASE)
    return Answer(Final.OK, b"%s:%s\r\n" % (name, b",".join(fields)))


def _misread(firmware: Firmware, joined: Beacon) -> Beacon:
    """The access point, as the active faults have it."""
    active = firmware.faults.active
    if active("join.query-other-ssid"):
        joined = replace(joined, ssid=joined.ssid[:-1])
    if active("join.query-other-bssid"):
        joined = replace(joined, bssid=joined.bssid[::-1])
    if active("join.query-weakest-bssid"):
        namesakes = (each for each in firmware.station.scan() if each.ssid == joined.ssid)
        weakest = min(namesakes, key=lambda each: each.rssi, default=joined)
        joined = replace(joined, bssid=weakest.bssid)
    if active("join.query-other-channel"):
        joined = replace(joined, channel=joined.channel + 1)
    if active("join.query-other-rssi"):
        joined = replace(joined, rssi=abs(joined.rssi))
    return joined


_REFUSED = AccessPoint(b"refused", b"refused?", None)
"""What a faulty firmware saves of a line that it has refused."""


def _set(scope: Scope, firmware: Firmware, call: Call) -> Answer:
    slug, active = scope.slug(BASE), firmware.faults.active
    taken = active(f"{slug}.set-in-softap-mode") or active("join.made-in-softap-mode")
    if firmware.current.mode == SOFTAP and not taken:
        return OK if active("join.ok-in-softap-mode") else ERROR
    try:
        wish = _read(firmware, slug, call)
    except BadParameter:
        if active(f"{slug}.refused-takes-effect"):
            return replace(ERROR, effect=firmware.station.leave)
        if scope.saves and active(f"{slug}.refused-saves"):
            return replace(ERROR, effect=lambda: _save(scope, firmware, _REFUSED))
        raise
    if _balks(firmware, wish):
        return _failed(firmware, slug)
    if scope.saves and active(f"{slug}.not-current"):
        return replace(OK, effect=lambda: _save(scope, firmware, wish))
    return Answer(
        None,
        effect=lambda: _start(scope, firmware, wish),
        pending=lambda done: _look(firmware, slug, done, 1),
    )


def _read(firmware: Firmware, slug: str, call: Call) -> AccessPoint:
    parameters = Shaped(firmware, slug, call, SHAPES, REQUIRED)
    ssid = parameters.text(SSID)
    password = parameters.text(PASSWORD, bare=firmware.personality.station.bare_strings)
    bssid = None if parameters.exhausted else _bssid(firmware, slug, parameters)
    parameters.end()
    if not ssid:
        raise BadParameter("empty SSID")
    return AccessPoint(ssid, password, bssid)


def _bssid(firmware: Firmware, slug: str, parameters: Shaped) -> bytes | None:
    active, text = firmware.faults.active, parameters.text(BSSID)
    if active(f"{slug}.bssid-refused"):
        raise BadParameter("a BSSID")
    if not _MAC.fullmatch(text) and active(f"{slug}.bssid-malformed-accepted"):
        return None
    bssid = mac(text)
    return None if active(f"{slug}.bssid-ignored") else bssid


def _balks(firmware: Firmware, wish: AccessPoint) -> bool:
    """Whether the active faults have a wish fail that nothing is wrong with."""
    active, station = firmware.faults.active, firmware.station
    there = station.access_point
    return (
        (there is not None and _meant(wish, there) and active("join.again-refused"))
        or (station.has_lost and active("join.refused-after-loss"))
        or (not wish.password and active("join.open-refused"))
        or (firmware.astray.joins >= _JOINS_OF_A_RUN and active("join.third-refused"))
    )


_JOINS_OF_A_RUN = 2


def _save(scope: Scope, firmware: Firmware, wish: AccessPoint) -> None:
    scope.write(firmware, BASE, access_point=wish)


def _start(scope: Scope, firmware: Firmware, wish: AccessPoint) -> None:
    kept = _kept(scope, firmware, wish)
    if kept:
        _save(scope, firmware, kept)
    if not (firmware.station.joined and firmware.faults.active("join.keeps-old")):
        firmware.station.join(_mistaken(firmware, wish))


def _kept(scope: Scope, firmware: Firmware, wish: AccessPoint) -> AccessPoint | None:
    """What of a wish the active faults save; None: nothing."""
    slug, active = scope.slug(BASE), firmware.faults.listed_and_active
    if firmware.current.mode == BOTH and active(f"{slug}.not-saved-in-mode-3"):
        return None
    if active(f"{slug}.bssid-not-saved"):
        wish = replace(wish, bssid=None)
    if active(f"{slug}.saved-escaped"):
        wish = replace(wish, ssid=_escaped(wish.ssid), password=_escaped(wish.password))
    if active(f"{slug}.password-saved-cut"):
        wish = replace(wish, password=wish.password[:_PASSWORD_KEPT])
    return wish


_PASSWORD_KEPT = 32


def _escaped(text: bytes) -> bytes:
    return re.sub(rb'([\\",])', rb"\\\1", text)


def _mistaken(firmware: Firmware, wish: AccessPoint) -> AccessPoint:
    """Whom the active faults have the station join."""
    active, astray = firmware.faults.active, firmware.astray
    astray.joins += 1
    if astray.joins > 1 and active("join.bssid-once"):
        wish = replace(wish, bssid=None)
    if active("join.password-remembered"):
        wish = replace(wish, password=astray.passwords.get(wish.ssid, wish.password))
    if active("join.ssid-lower-case"):
        wish = replace(wish, ssid=wish.ssid.lower())
    for word, size in _PASSWORDS_CUT.items():
        if active(word):
            wish = replace(wish, password=wish.password[:size])
    if active("join.elsewhere"):
        others = [each for each in firmware.station.scan() if not _meant(wish, each)]
        if others:
            return replace(wish, ssid=others[0].ssid, bssid=others[0].bssid)
    return wish


def _meant(wish: AccessPoint, beacon: Beacon) -> bool:
    return wish.ssid == beacon.ssid and wish.bssid in (None, beacon.bssid)


_PASSWORDS_CUT = {"join.password-cut": 31, "join.password-64-cut": 63}


def _look(firmware: Firmware, slug: str, done: Callable[[Answer], None], number: int) -> None:
    """Look how it went, after a while; the `number`-th look."""
    wait = firmware.timing.join_first if number == 1 else firmware.timing.join_poll
    wait = firmware.radio_ns(wait)

    def look() -> None:
        if firmware.station.has_address:
            if slug == f"{BASE[1:].lower()}_cur" and firmware.faults.active("join.current-saved"):
                firmware.store.write(access_point=firmware.station.wish)
            _remember(firmware)
            done(_failed(firmware, slug) if firmware.faults.active("join.denies") else OK)
        elif number < _LOOKS:
            _look(firmware, slug, done, number + 1)
        else:
            done(_failed(firmware, slug))

    firmware.later(wait, look)


def _remember(firmware: Firmware) -> None:
    """What only faults want to know of a join that has worked."""
    wish, astray = firmware.station.wish, firmware.astray
    astray.access_point = firmware.station.access_point
    if wish:
        astray.passwords[wish.ssid] = wish.password


def _failed(firmware: Firmware, slug: str) -> Answer:
    active = firmware.faults.active
    if active("join.pretends"):
        for told in (CONNECTED, GOT_IP):
            firmware.tell(told)
        return OK
    code: int = firmware.station.refusal or Refusal.TIMEOUT
    for other in FOREIGN_CODES:
        if active(f"{slug}.fail-code-{other}"):
            code = other
    line = b"+CWJAP:%d\r\n" % code
    if active(f"{slug}.fail-no-digit"):
        line = b"+CWJAP:\r\n"
    if active(f"{slug}.fail-no-prefix"):
        line = b"%d\r\n" % code
    if active(f"{slug}.fail-without-code"):
        line = b""
    if active(f"{slug}.fail-code-after"):
        return Answer(Final.FAIL, afterwards=lambda: firmware.tell(line.removesuffix(b"\r\n")))
    for word, final in FINALS.items():
        if active(f"{slug}.{word}"):
            return Answer(final, line)
    return Answer(Final.FAIL, line)


FOREIGN_CODES = (0, 5)
FINALS = {"fail-as-error": Final.ERROR, "fail-as-ok": Final.OK, "fail-missing": None}
"""Faults of how a join that failed ends."""


def _quit(firmware: Firmware, _call: Call) -> Answer:
    complaint = firmware.personality.station.quit_complaint
    if complaint is not None and firmware.current.mode == SOFTAP:
        return replace(ERROR, information=complaint)
    return Answer(Final.OK, afterwards=lambda: _leave(firmware))


def _leave(firmware: Firmware) -> None:
    active, wish, astray = firmware.faults.active, firmware.station.wish, firmware.astray
    astray.quits += firmware.station.joined
    if not (active("cwqap.stays") or (astray.quits > 1 and active("cwqap.once"))):
        firmware.station.leave()
    if wish and active("cwqap.returns"):
        firmware.station.join(wish)
    if firmware.faults.active("cwqap.forgets-saved"):
        firmware.store.write(access_point=None)


COMMANDS = (
    *(_commands(scope) for scope in SCOPES),
    Command(
        "+CWQAP",
        {Form.TEST: lambda _firmware, _call: OK, Form.EXECUTE: _quit},
        extra=frozenset((Form.TEST,)),
    ),
)
