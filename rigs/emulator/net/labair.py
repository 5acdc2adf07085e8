"""The air that a lab makes: who can be heard, who lets the station in, who comes to the softAP.

Law: values to and from one JSON object each.  The lab decides who may join whom; how many guests
there may be, the firmware does (`airrules`).  What comes is checked: an object that is not as it
should be has no effect.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from ipaddress import IPv4Address
from typing import Any

from ..loop import Loop
from ..settings.accesspoint import AccessPoint
from ..settings.addresses import mac_text
from ..wifi.air import BOTH, Beacon, Guest, Listener, Refusal, Speech, Told, Way
from .airrules import OFF, SECURITY, AirRules, Knock, Shown
from .inforce import NOTHING, InForce, SoftApSide
from .jsonlines import JsonLines, Object
from .networked import Networked

REFUSALS = {
    "timeout": Refusal.TIMEOUT,
    "wrong-password": Refusal.WRONG_PASSWORD,
    "not-found": Refusal.NOT_FOUND,
    "failed": Refusal.FAILED,
}

_SPEECHES = {each.value: each for each in Speech}
_MAC = re.compile(r"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}")
_SSID_MAX, _PASSWORD_MAX, _BEACONS_MAX, _GUESTS_MAX = 32, 64, 256, 64


class _Odd(Exception):
    """This is not what a lab says."""


class LabAir:
    """See air.Air; `descriptor` leads to the lab, `ended` is called when the lab is gone.

    `chip`: the run of the firmware; there is one while anything is in force.
    `lease_of` tells the address that the board's DHCP server gave to a guest.  It follows what is
    in force: the softAP is told to the lab, and a station that joins does it with its own MAC.
    """

    def __init__(
        self, loop: Loop, descriptor: int, ended: Callable[[], None], chip: Callable[[], Networked]
    ) -> None:
        self.lease_of: Callable[[bytes], IPv4Address | None] = lambda _mac: None
        self._chip = chip
        self._lines = JsonLines(loop, descriptor, self._heard, ended)
        self._beacons: tuple[tuple[Beacon, bool], ...] = ()
        self._guests: tuple[bytes, ...] = ()
        self._wishes = 0
        self._station: Listener | None = None
        self._listening: tuple[Way, Told] | None = None
        self._station_mac: bytes | None = None
        self._softap: SoftApSide | None = None
        self._shown: Shown = OFF

    @property
    def _rules(self) -> AirRules:
        return self._chip().personality.network.air

    def hello(self, station: bytes, softap: bytes) -> None:
        """Tell the lab who has come: the chip's own MACs."""
        self._lines.send(do="hello", station=_text(station), softap=_text(softap))

    # What the firmware asks for (see Air).

    @property
    def guests(self) -> Sequence[Guest]:
        """See Air."""
        return [Guest(mac, self.lease_of(mac)) for mac in self._guests]

    def scan(self) -> Sequence[Beacon]:
        """See Air; who hides is not listed."""
        self._lines.drain()
        return [beacon for beacon, hidden in self._beacons if not hidden]

    def join(self, wish: AccessPoint, station: Listener) -> None:
        """See Air."""
        if self._station_mac is None:
            station.refused(Refusal.FAILED)
            return
        self._wishes += 1
        self._station = station
        self._lines.send(
            do="join",
            wish=self._wishes,
            mac=_text(self._station_mac),
            ssid=wish.ssid.hex(),
            password=wish.password.hex(),
            bssid=_text(wish.bssid) if wish.bssid else None,
        )

    def leave(self) -> None:
        """See Air."""
        if self._station:
            self._station = None
            self._lines.send(do="leave")

    def listen(self, way: Way, told: Told, kind: int = BOTH) -> None:
        """See Air."""
        self._listening = way, told
        self._lines.send(do="listen", way=way.value, kind=kind)

    def hush(self) -> None:
        """See Air."""
        if self._listening:
            self._listening = None
            self._lines.send(do="hush")

    # What is in force (see inforce.Follower).

    def follow(self, force: InForce) -> None:
        """See Follower."""
        self._station_mac = force.station.mac if force.station else None
        self._softap = force.softap
        shown = OFF if force == NOTHING else self._rules.shown(self._chip(), force.softap)
        if shown != self._shown:
            self._shown, self._guests = shown, ()
            self._lines.send(do="softap", **shown)

    # What the lab tells.

    def _heard(self, told: Object) -> None:
        with suppress(_Odd):
            what = told.get("told")
            if isinstance(what, str) and what in _TOLD:
                _TOLD[what](self, told)

    def _told_beacons(self, told: Object) -> None:
        beacons = told.get("beacons")
        if not isinstance(beacons, list) or len(beacons) > _BEACONS_MAX:
            raise _Odd
        self._beacons = tuple((_beacon(each), _hidden(each)) for each in beacons)

    def _told_connected(self, told: Object) -> None:
        beacon = _beacon(told.get("access_point"))
        self._wisher(told).connected(beacon)

    def _told_refused(self, told: Object) -> None:
        why = REFUSALS.get(str(told.get("why")))
        if why is None:
            raise _Odd
        self._wisher(told).refused(why)

    def _told_lost(self, told: Object) -> None:
        self._wisher(told).lost()

    def _wisher(self, told: Object) -> Listener:
        """The station, if it is its last wish that is spoken of."""
        if self._station is None or told.get("wish") != self._wishes:
            raise _Odd
        return self._station

    def _told_knock(self, told: Object) -> None:
        mac, room = _mac(told.get("station")), False
        if self._softap:
            knock = Knock(mac, self._guests, self._softap.settings.max_connections)
            room = self._rules.admits(self._chip(), knock)
        self._lines.send(do="admit", station=_text(mac), yes=room)

    def _told_guest(self, told: Object) -> None:
        mac = _mac(told.get("station"))
        if self._softap and mac not in self._guests and len(self._guests) < _GUESTS_MAX:
            self._guests = (*self._guests, mac)

    def _told_gone(self, told: Object) -> None:
        mac = _mac(told.get("station"))
        if mac in self._guests:
            self._guests = self._rules.without(self._chip(), mac, self._guests)

    def _told_whom(self, told: Object) -> None:
        if self._listening is None or told.get("way") != self._listening[0].value:
            raise _Odd
        wish = AccessPoint(
            _bytes(told.get("ssid"), _SSID_MAX), _bytes(told.get("password"), _PASSWORD_MAX)
        )
        speech = _SPEECHES.get(str(told.get("kind")), Speech.ESP_TOUCH)
        self._listening[1](wish, speech)


_TOLD: Mapping[str, Callable[[LabAir, Object], None]] = {
    "beacons": LabAir._told_beacons,
    "connected": LabAir._told_connected,
    "refused": LabAir._told_refused,
    "lost": LabAir._told_lost,
    "knock": LabAir._told_knock,
    "guest": LabAir._told_guest,
    "gone": LabAir._told_gone,
    "whom": LabAir._told_whom,
}


def _text(mac: bytes) -> str:
    return mac_text(mac).decode("ascii")


# Reading; _Odd where it is not as it should be.


def _beacon(told: object) -> Beacon:
    if not isinstance(told, dict):
        raise _Odd
    security = told.get("security")
    if not isinstance(security, str) or security not in SECURITY:
        raise _Odd
    return Beacon(
        ssid=_bytes(told.get("ssid"), _SSID_MAX),
        bssid=_mac(told.get("bssid")),
        channel=_number(told.get("channel"), 1, 14),
        ecn=SECURITY[security],
        rssi=_number(told.get("rssi"), -128, 31),
        frequency_offset=_number(told.get("frequency_offset", 0), -(2**15), 2**15 - 1),
    )


def _hidden(told: Mapping[str, Any]) -> bool:
    return told.get("hidden") is True


def _mac(told: object) -> bytes:
    if not isinstance(told, str) or not _MAC.fullmatch(told):
        raise _Odd
    return bytes.fromhex(told.replace(":", ""))


def _bytes(told: object, longest: int) -> bytes:
    if not isinstance(told, str) or len(told) > 2 * longest:
        raise _Odd
    try:
        return bytes.fromhex(told)
    except ValueError:
        raise _Odd from None


def _number(told: object, least: int, most: int) -> int:
    if type(told) is not int or not least <= told <= most:
        raise _Odd
    return told
