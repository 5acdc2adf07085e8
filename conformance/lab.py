"""The lab, as a purpose speaks to it: access points, peers, a second station, a capture.

Law of this file: questions and the values that answer them. Each question is one message to the
lab (`testbed.Lab`) and one answer, both of them JSON, so that the Session can write both down and
a stored run can give the answer again. What a purpose made of the lab is gone when it is over.
Times are nanoseconds of the harness's monotonic clock. A lab on another host has to measure that,
and tells in `uncertainty_ns` how wrong a time may be; no order is known within it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from conformance.verdict import Inconclusive, Reason
from conformance.wire import Capture, capture_of

#: How an access point is secured, and its number in AT+CWLAP (clause 4.1.8).
SECURITY: Mapping[str, int] = {"open": 0, "wep": 1, "wpa": 2, "wpa2": 3, "wpa-wpa2": 4}


class Ask(Protocol):
    """How a question gets to the lab; raises `LabError` or `Inconclusive`."""

    def __call__(self, question: str, **arguments: Any) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class AccessPoint:
    """An access point of the lab, with a network behind it.

    `security`: a key of `SECURITY`. `rssi` in dBm. `address` is the access point's own, where its
    DHCP server and its name server are, too; `first` and `last` are what it leases.
    """

    name: str
    ssid: bytes
    bssid: str
    channel: int
    security: str
    password: bytes
    rssi: int
    hidden: bool
    address: str
    netmask: str
    first: str
    last: str
    #: The MAC address behind `address`, as ARP tells it.
    mac: str


@dataclass(frozen=True, slots=True)
class Association:
    """A line of the air's log. `what`: joined, refused or left; `why`: as `refused` numbers it."""

    at: int
    what: str
    station: str
    #: Name of the access point of the lab, or `softap`; empty if none was found.
    access_point: str
    bssid: str
    #: For refused: `not-found`, `wrong-password`, `full`, `forbidden`; for left: `asked`, `gone`.
    why: str = ""
    #: How wrong `at` may be, against the clock of the transcripts.
    uncertainty_ns: int = 0


@dataclass(frozen=True, slots=True)
class Lease:
    """An address that a DHCP server gave, as the client has it. `seconds`: for how long."""

    mac: str
    address: str
    netmask: str = ""
    router: str = ""
    name_server: str = ""
    server: str = ""
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Beacon:
    """What a station hears of an access point; a hidden one tells no SSID."""

    ssid: bytes
    bssid: str
    channel: int
    security: str


@dataclass(frozen=True, slots=True)
class Received:
    """What came to a peer: a datagram, or a piece of a TCP or TLS stream."""

    at: int
    address: str
    port: int
    data: bytes
    #: How wrong `at` may be, against the clock of the transcripts.
    uncertainty_ns: int = 0


@dataclass(frozen=True, slots=True)
class Peer:
    """A server or a client behind an access point, or on the second station."""

    name: str
    #: `udp`, `tcp` or `tls`.
    protocol: str
    address: str
    port: int
    _ask: Ask

    def received(self, at_least: int = 1, within_s: float = 1.0) -> tuple[Received, ...]:
        """What has come so far; waits until there are `at_least` bytes, or the time is over."""
        told = self._ask("peer-received", name=self.name, at_least=at_least, within_s=within_s)
        return tuple(
            Received(**{**each, "data": bytes.fromhex(each["data"])}) for each in told["received"]
        )

    def send(self, data: bytes, address: str = "", port: int = 0) -> None:
        """Send: a datagram to an address, or bytes to whoever is connected."""
        self._ask("peer-send", name=self.name, data=data.hex(), address=address, port=port)

    def connected(self, within_s: float = 1.0) -> bool:
        """Whether somebody is connected, or has been accepted, before the time is over."""
        return bool(self._ask("peer-connected", name=self.name, within_s=within_s)["connected"])

    def close(self) -> None:
        """Close what is connected; a server goes on to listen."""
        self._ask("peer-close", name=self.name)


@dataclass(frozen=True, slots=True)
class Station:
    """A second station, which can join the IUT's softAP."""

    name: str
    mac: str
    _ask: Ask

    def scan(self) -> tuple[Beacon, ...]:
        """What it hears, the IUT's softAP among it if that is on."""
        told = self._ask("station-scan", name=self.name)
        return tuple(
            Beacon(bytes.fromhex(e["ssid"]), e["bssid"], e["channel"], e["security"])
            for e in told["beacons"]
        )

    def join(self, ssid: bytes, password: bytes = b"", within_s: float = 5.0) -> str:
        """Join; the empty text if it has, else why not, as in `Association.why`."""
        told = self._ask(
            "station-join",
            name=self.name, ssid=ssid.hex(), password=password.hex(), within_s=within_s,
        )  # fmt: skip
        return str(told["refused"])

    def leave(self) -> None:
        """Leave the softAP."""
        self._ask("station-leave", name=self.name)

    def lease(self, within_s: float = 5.0, wish: str = "") -> Lease | None:
        """Ask for an address by DHCP, for `wish` if it is said; None if none is given in time."""
        told = self._ask("station-lease", name=self.name, within_s=within_s, wish=wish)["lease"]
        return Lease(**told) if told else None

    def renew(self, within_s: float = 5.0) -> Lease | None:
        """Ask to keep the lease that it has; None if that is not granted in time."""
        told = self._ask("station-renew", name=self.name, within_s=within_s)["lease"]
        return Lease(**told) if told else None

    def release(self) -> None:
        """Give the lease back."""
        self._ask("station-release", name=self.name)

    def settle(self, address: str, netmask: str, router: str = "") -> None:
        """Take a static address."""
        self._ask("station-settle", name=self.name, address=address, netmask=netmask, router=router)

    def arp(self, address: str, within_s: float = 1.0) -> str:
        """The MAC address that answers for `address`; empty if none does."""
        return str(self._ask("arp", on=self.name, address=address, within_s=within_s)["mac"])

    def ping(self, address: str, within_s: float = 1.0) -> bool:
        """Whether `address` answers an echo."""
        return bool(self._ask("ping", on=self.name, address=address, within_s=within_s)["answered"])

    def peer(self, protocol: str, address: str = "", port: int = 0) -> Peer:
        """A peer on it: a server if `address` is empty, else a client of that address and port."""
        return _peer(self._ask, protocol, self.name, address, port)


class Lab:
    """What a purpose can ask of the lab. `Session.lab` is one."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    # Access points

    def home(self) -> AccessPoint:
        """The access point that every lab has: the virtual one makes it, a bench names its own."""
        return _access_point(self._ask("home"))

    def access_point(
        self,
        ssid: bytes,
        password: bytes = b"",
        *,
        security: str = "",
        channel: int = 6,
        rssi: int = -50,
        hidden: bool = False,
        bssid: str = "",
        dhcp: bool = True,
    ) -> AccessPoint:
        """A new one. `security`: open without a password, wpa2 with one, unless it is said."""
        told = self._ask(
            "access-point",
            ssid=ssid.hex(), password=password.hex(),
            security=security or ("wpa2" if password else "open"),
            channel=channel, rssi=rssi, hidden=hidden, bssid=bssid, dhcp=dhcp,
        )  # fmt: skip
        return _access_point(told)

    def switch_off(self, access_point: AccessPoint) -> None:
        """It vanishes: who has joined it loses it, who wishes to does not find it."""
        self._ask("access-point-off", name=access_point.name)

    def switch_on(self, access_point: AccessPoint) -> None:
        """It is there again."""
        self._ask("access-point-on", name=access_point.name)

    def associations(
        self, count: int = 0, within_s: float = 0.0, station: str = ""
    ) -> tuple[Association, ...]:
        """The air's log since the purpose began; waits until it has `count` lines, or the time.

        `station`: only the lines of this MAC address.
        """
        told = self._ask("associations", count=count, within_s=within_s, station=station)
        return tuple(Association(**each) for each in told["associations"])

    def members(self, access_point: AccessPoint) -> tuple[str, ...]:
        """The MAC addresses of the stations that have joined it now."""
        return tuple(self._ask("members", name=access_point.name)["macs"])

    def leases(self, access_point: AccessPoint) -> tuple[Lease, ...]:
        """What its DHCP server has given since the purpose began."""
        told = self._ask("leases", name=access_point.name)["leases"]
        return tuple(Lease(**each) for each in told)

    # Hosts behind an access point

    def ping(self, access_point: AccessPoint, address: str, within_s: float = 1.0) -> bool:
        """Whether `address` answers an echo of a host in that network."""
        told = self._ask("ping", on=access_point.name, address=address, within_s=within_s)
        return bool(told["answered"])

    def arp(self, access_point: AccessPoint, address: str, within_s: float = 1.0) -> str:
        """The MAC address that answers for `address` in that network; empty if none does."""
        told = self._ask("arp", on=access_point.name, address=address, within_s=within_s)
        return str(told["mac"])

    def host(self, access_point: AccessPoint, address: str = "", slow_s: float = 0.0) -> str:
        """One more address that answers there; empty: the lab chooses one of the network.

        An address outside the network is reached through the access point, as a router. A slow
        host answers an echo so many seconds later.
        """
        told = self._ask("host", on=access_point.name, address=address, slow_s=slow_s)
        return str(told["address"])

    def name(self, name: str, address: str) -> None:
        """From now on the lab's name servers know `name`."""
        self._ask("name", name=name, address=address)

    def peer(
        self, access_point: AccessPoint, protocol: str, address: str = "", port: int = 0
    ) -> Peer:
        """A peer there: a server if `address` is empty, else a client of that address and port."""
        return _peer(self._ask, protocol, access_point.name, address, port)

    def mdns(self, access_point: AccessPoint, name: str, kind: str = "PTR") -> None:
        """Ask for a name by multicast DNS; the capture shows who answers."""
        self._ask("mdns", on=access_point.name, name=name, kind=kind)

    def noise(self, access_point: AccessPoint) -> None:
        """From now on other hosts of that network talk, too: ARP, broadcasts, mDNS, UDP."""
        self._ask("noise", on=access_point.name)

    # Others in the air

    def station(self, mac: str = "") -> Station:
        """A second station; the lab chooses its MAC address unless it is said."""
        told = self._ask("station", mac=mac)
        return Station(told["name"], told["mac"], self._ask)

    def smartconfig(
        self, access_point: AccessPoint, *, kind: str = "esp-touch", within_s: float = 5.0
    ) -> bool:
        """A phone tells whom to join, as `esp-touch` or `airkiss`; whether somebody listened."""
        told = self._ask("smartconfig", name=access_point.name, kind=kind, within_s=within_s)
        return bool(told["heard"])

    def press_wps(self, access_point: AccessPoint, within_s: float = 5.0) -> bool:
        """Press its WPS button; whether a station with WPS listened."""
        return bool(self._ask("wps", name=access_point.name, within_s=within_s)["heard"])

    # Seeing

    @contextmanager
    def capture(self, side: str = "station") -> Iterator[Seeing]:
        """Record the frames at the IUT's `station` or `softap` while the block runs.

        Proven ready before the block begins, drained when it ends. `Inconclusive` if it was not
        ready in time or dropped frames. What was seen is in `seen` afterwards.
        """
        self._ask("capture", side=side)
        seeing = Seeing()
        try:
            yield seeing
        finally:
            # What the lab says of itself here may be why the block went wrong, and outweighs it.
            told = self._ask("capture-end", side=side)
        seeing.seen = capture_of(told)
        if seeing.seen.drops:  # whoever recorded it should have said so
            raise Inconclusive(
                f"the capture lacks {seeing.seen.drops} frames", Reason.CAPTURE_DROPPED
            )


class Seeing:
    """What a capture will have seen when it is over."""

    seen: Capture


def _access_point(told: Mapping[str, Any]) -> AccessPoint:
    ssid, password = bytes.fromhex(told["ssid"]), bytes.fromhex(told["password"])
    return AccessPoint(**{**told, "ssid": ssid, "password": password})


def _peer(ask: Ask, protocol: str, on: str, address: str, port: int) -> Peer:
    told = ask("peer", on=on, protocol=protocol, address=address, port=port)
    return Peer(told["name"], protocol, told["address"], told["port"], ask)


__all__: Sequence[str] = (
    "SECURITY",
    "AccessPoint",
    "Association",
    "Beacon",
    "Lab",
    "Lease",
    "Peer",
    "Received",
    "Seeing",
    "Station",
)
