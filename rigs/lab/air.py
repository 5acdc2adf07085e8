"""The air: who can be heard, who has joined whom, and the log of it.

Law of this file: it decides every association, writes it down, and only then tells the board; a
wire is plugged in before anybody is told that he is in. It believes no board: what comes from one
is checked where it is read (`boardside.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from .clock import HarnessClock
from .links import Links
from .secrets import opens

#: The wires to the board: the lab's ends, and the bridge of the IUT's softAP.
STATION, SOFTAP, SOFTAP_BRIDGE = "sta-air", "ap-air", "softap"
#: The lab's end -> the board's, of the station and of the softAP.
WIRES: Mapping[str, str] = {STATION: "sta", SOFTAP: "ap"}

#: The most lines that the log keeps of a purpose.
_MAX_LOG = 2000

#: How far every access point is off its channel, as real ones are by some kHz.
_OFFSET_KHZ = -7


@dataclass(eq=False)
class AccessPoint:
    """An access point: what it says of itself, and the network behind it."""

    name: str
    ssid: bytes
    password: bytes
    security: str
    bssid: str
    channel: int
    rssi: int
    hidden: bool
    #: Its bridge in the lab's namespace; `mac` and `address` are the bridge's.
    bridge: str
    mac: str
    address: str
    netmask: str
    #: What it leases, if it does.
    first: str
    last: str
    dhcp: bool = True
    on: bool = True
    #: The lab's own addresses there, where they are not the access point's.
    own_mac: str = ""
    own_address: str = ""

    @property
    def beacon(self) -> Mapping[str, Any]:
        """What the board is told of it."""
        return {
            "ssid": self.ssid.hex(), "bssid": self.bssid, "channel": self.channel,
            "security": self.security, "rssi": self.rssi, "frequency_offset": _OFFSET_KHZ,
            "hidden": self.hidden,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom the station wishes to join."""

    number: int
    mac: str
    ssid: bytes
    password: bytes
    #: Empty: whoever has the SSID.
    bssid: str = ""


@dataclass(frozen=True, slots=True)
class SoftAp:
    """The board's own access point, as it says it is."""

    mac: str
    ssid: bytes
    password: bytes
    security: str
    channel: int
    hidden: bool


@dataclass(frozen=True, slots=True)
class Association:
    """A line of the log; the fields are those of `conformance.lab.Association`."""

    at: int
    what: str
    station: str
    access_point: str
    bssid: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Listening:
    """The board waits for somebody who tells whom to join: `SmartConfig` or `WPS`."""

    way: str
    kind: int


Say = Callable[[Mapping[str, Any]], None]


@dataclass(eq=False)
class Air:
    """Everything that one board's radio can reach."""

    links: Links
    #: The interfaces of the board, to see whether they have a carrier.
    board: Links
    #: Tells the board something; nothing is told while no board listens.
    say: Say = lambda message: None
    access_points: dict[str, AccessPoint] = field(default_factory=dict)
    log: list[Association] = field(default_factory=list)
    #: The MAC addresses that the board said it has.
    macs: dict[str, str] = field(default_factory=dict)
    wish: Wish | None = None
    joined: AccessPoint | None = None
    softap: SoftAp | None = None
    #: MAC address of each guest of the softAP -> its wire in the lab's namespace.
    guests: dict[str, str] = field(default_factory=dict)
    listening: Listening | None = None
    #: What the lines of the log are dated by.
    clock: HarnessClock = field(default_factory=HarnessClock)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    #: One change at a time: between what is decided and what is plugged nobody comes.
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    #: MAC address of who has knocked -> what the board says to it; None: nothing yet.
    _knocks: dict[str, bool | None] = field(default_factory=dict)

    async def until(self, what: Callable[[], bool], within_s: float) -> bool:
        """Wait until `what` is so, or the time is over; whether it is so."""

        async def wait() -> None:
            async with self._changed:
                await self._changed.wait_for(what)

        try:
            await asyncio.wait_for(wait(), within_s)
        except TimeoutError:
            return what()
        return True

    async def board_is(self, macs: Mapping[str, str]) -> None:
        """A board has come; `macs` are those that it was made with, by side."""
        self.macs = dict(macs)

    # The station

    async def join(self, wish: Wish) -> None:
        """The board's station wishes this from now on, and nothing else."""
        async with self._turn:
            await self._part("asked")
            self.wish = wish
            await self._decide(told=True)
        await self._tell_waiters()

    async def leave(self) -> None:
        """The station wishes nothing any more."""
        async with self._turn:
            await self._part("asked")
            self.wish = None
        await self._tell_waiters()

    async def _part(self, why: str) -> None:
        """Nobody is joined now."""
        if self.joined is None or self.wish is None:
            return
        there, self.joined = self.joined, None
        await self.links.down(STATION)
        await self.links.enslave(STATION, "")
        self._note("left", self.wish.mac, there, why)
        if why != "asked":
            self.say({"told": "lost", "wish": self.wish.number})

    async def _decide(self, *, told: bool) -> None:
        """Fulfil the wish, if it can be; a refusal is noted and told only if `told`."""
        wish = self.wish
        if wish is None or self.joined is not None:
            return
        found = self._found(wish)
        refusal = ""
        if found is None:
            refusal = "not-found"
        elif not opens(found.security, found.ssid, found.password, wish.password):
            refusal = "wrong-password"
        if refusal:
            if told:
                self._note("refused", wish.mac, found, refusal)
                self.say({"told": "refused", "wish": wish.number, "why": refusal})
            return
        assert found is not None
        self.joined = found
        await self.links.enslave(STATION, found.bridge)
        await self.links.up(STATION)
        await self._carried(STATION, found.bridge)
        self._note("joined", wish.mac, found)
        self.say({"told": "connected", "wish": wish.number, "access_point": found.beacon})

    async def _carried(self, end: str, *others: str) -> None:
        """Wait until frames go from the board over `end` and `others`, if its own end is up."""
        if await self.board.carried(WIRES[end]):
            for name in (end, *others):
                await self.links.carried(name)

    def _found(self, wish: Wish) -> AccessPoint | None:
        """The strongest of those that go by that name; the first of equals."""
        there = [
            each
            for each in self.access_points.values()
            if each.on and each.ssid == wish.ssid and wish.bssid in ("", each.bssid)
        ]
        return max(there, key=lambda each: each.rssi, default=None)

    # Access points

    async def open(self, access_point: AccessPoint) -> None:
        """A new one is on the air; its bridge is there."""
        self.access_points[access_point.name] = access_point
        await self.switch(access_point, on=True)

    async def switch(self, access_point: AccessPoint, *, on: bool) -> None:
        """It vanishes, or is there again."""
        async with self._turn:
            access_point.on = on
            self.tell_beacons()
            if self.joined is access_point and not on:
                await self._part("gone")
            await self._decide(told=False)
        await self._tell_waiters()

    async def close(self, access_point: AccessPoint) -> None:
        """It is gone for good."""
        await self.switch(access_point, on=False)
        self.access_points.pop(access_point.name, None)

    def tell_beacons(self) -> None:
        """Tell the board who can be heard now."""
        there = [each.beacon for each in self.access_points.values() if each.on]
        self.say({"told": "beacons", "beacons": there})

    # The softAP and its guests

    async def softap_is(self, softap: SoftAp | None) -> None:
        """The board has this softAP now; who was on another one is out."""
        async with self._turn:
            if softap == self.softap:
                return
            for mac in tuple(self.guests):
                await self._out(mac, "gone")
            self.softap = softap
            await (self.links.down(SOFTAP) if softap is None else self.links.up(SOFTAP))
        await self._tell_waiters()

    async def admit(
        self, mac: str, ssid: bytes, password: bytes, wire: str, within_s: float
    ) -> str:
        """A station at `wire` wishes to join the softAP; empty if it is in, else why not."""
        async with self._turn:
            softap = self.softap
            if softap is None or softap.ssid != ssid:
                return self._refused_guest(mac, "not-found")
            if not opens(softap.security, softap.ssid, softap.password, password):
                return self._refused_guest(mac, "wrong-password")
        self._knocks[mac] = None
        self.say({"told": "knock", "station": mac})

        def settled() -> bool:
            return self._knocks[mac] is not None or self.softap != softap

        await self.until(settled, within_s)
        async with self._turn:
            answer = self._knocks.pop(mac)
            if self.softap != softap:
                return self._refused_guest(mac, "not-found")
            if not answer:
                return self._refused_guest(mac, "forbidden" if answer is None else "full")
            self.guests[mac] = wire
            await self.links.enslave(wire, SOFTAP_BRIDGE)
            await self.links.up(wire)
            await self._carried(SOFTAP, wire, SOFTAP_BRIDGE)
            self.log_line("joined", mac, "softap", softap.mac)
            self.say({"told": "guest", "station": mac})
        await self._tell_waiters()
        return ""

    async def out(self, mac: str, why: str = "asked") -> None:
        """A guest is gone."""
        async with self._turn:
            if mac in self.guests:
                await self._out(mac, why)
        await self._tell_waiters()

    async def _out(self, mac: str, why: str) -> None:
        wire = self.guests.pop(mac)
        await self.links.down(wire)
        await self.links.enslave(wire, "")
        self.log_line("left", mac, "softap", self.softap.mac if self.softap else "", why)
        self.say({"told": "gone", "station": mac})

    def _refused_guest(self, mac: str, why: str) -> str:
        there = self.softap if why != "not-found" else None
        self.log_line("refused", mac, "softap" if there else "", there.mac if there else "", why)
        return why

    async def answered(self, mac: str, yes: bool) -> None:
        """What the firmware says to a knock; if nobody has knocked, it is nobody's answer."""
        if mac in self._knocks:
            self._knocks[mac] = yes
            await self._tell_waiters()

    # Others

    async def listens(self, listening: Listening | None) -> None:
        """The board waits for somebody who tells whom to join, or for nobody any more."""
        self.listening = listening
        await self._tell_waiters()

    async def board_is_gone(self) -> None:
        """Nobody speaks for the board any more: it has joined nobody, and has no softAP."""
        self.say = lambda message: None
        await self.leave()
        await self.softap_is(None)
        await self.listens(None)

    def forget(self) -> None:
        """A new purpose begins: the log is empty."""
        self.log.clear()

    def _note(self, what: str, station: str, there: AccessPoint | None, why: str = "") -> None:
        self.log_line(what, station, there.name if there else "", there.bssid if there else "", why)

    def log_line(self, what: str, station: str, name: str, bssid: str, why: str = "") -> None:
        """One more line of the log."""
        if self.log_is_full:
            return
        self.log.append(Association(self.clock.now(), what, station, name, bssid, why))

    @property
    def log_is_full(self) -> bool:
        """Whether lines may be missing at its end."""
        return len(self.log) >= _MAX_LOG

    def told(self, station: str = "") -> Sequence[Mapping[str, Any]]:
        """The log as the harness reads it; `station`: only the lines of this MAC address."""
        lines = [asdict(each) for each in self.log if station in ("", each.station)]
        return self.clock.doubted(lines)

    async def stirred(self) -> None:
        """Something has changed that somebody else has written down."""
        await self._tell_waiters()

    async def _tell_waiters(self) -> None:
        async with self._changed:
            self._changed.notify_all()
