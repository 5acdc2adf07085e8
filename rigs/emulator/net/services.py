"""What the chip does on its networks by itself: DHCP on both sides, and mDNS.

Law: it follows what is in force and does what that means, no more; the addresses themselves are set
by whoever carries packets, before it is told.  A reset ends everything without a word.
"""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from typing import Protocol

from ..addresses import NO_IP, NOWHERE, IpConfig
from ..air import Beacon
from ..discovery import MdnsName
from ..faults import Faults
from ..inforce import NOTHING, Follower, InForce, SoftApSide, StationSide
from ..timers import MILLISECOND, MINUTE
from ..timing import Timing
from ..variants import Variants
from .dhcpclient import DhcpClient, Lease, Manners
from .dhcpserver import DhcpServer, Terms
from .ether import Host, Wire
from .mdns import Responder, Service

STATION, SOFTAP = "sta", "ap"
"""The interfaces of a board in a lab."""

_INVENTED = IpConfig(
    IPv4Address("192.168.1.23"), IPv4Address("192.168.1.1"), IPv4Address("255.255.255.0")
)
_SHIFT = 128
_SLOW = 200 * MILLISECOND
_ODD = b"other"
_USUAL_MINUTES = 120
_FOR_EVER_S = 1 << 30
_LATER = 30 * MINUTE
_HOST_CUT = 10  # bytes, for a fault


class Leaseholder(Protocol):
    """The board: what is wrong with it, its manners, and what it learns about its lease."""

    @property
    def faults(self) -> Faults:
        """What the firmware gets wrong."""

    @property
    def variants(self) -> Variants:
        """How it differs."""

    @property
    def timing(self) -> Timing:
        """How long things take."""

    @property
    def own_mac(self) -> bytes:
        """The chip's own MAC for its station."""

    def leased(self, ip: IpConfig) -> None:
        """A server has given this address, or leaves it for longer."""

    def readdressed(self) -> None:
        """A lease has ended, or another way to an address has begun."""


class Services(Follower):
    """See the law.  `host` lends files, and time that ends with a reset."""

    def __init__(
        self, host: Host, board: Leaseholder, devices: tuple[str, str] = (STATION, SOFTAP)
    ) -> None:
        self._host = host
        self._board = board
        self._faults, self._variants, timing = board.faults, board.variants, board.timing
        station, softap = devices
        self._station, self._softap = Wire(station), Wire(softap)
        self._client = DhcpClient(host, station, timing, self._manners, self._told_lease)
        self._server = DhcpServer(host, softap, self._aloud)
        self._responder = Responder(host, station, timing)
        self._force: InForce = NOTHING
        self._first_at = NO_IP
        self._parted = _Parting(self)

    @property
    def partings(self) -> Follower:
        """What is to be done while the old addresses are still there."""
        return self._parted

    @property
    def name_server(self) -> IPv4Address | None:
        """Whom the station's DHCP server said to ask for names."""
        return self._client.lease.name_server if self._client.lease else None

    def address_of(self, mac: bytes) -> IPv4Address | None:
        """The address that the softAP's server gave to a guest."""
        found = self._server.address_of(mac)
        if found is None and self._faults.active("cwlif.without-dhcp"):
            return self._server.former(mac)
        return found

    def follow(self, force: InForce) -> None:
        """See Follower."""
        before, self._force = self._force, force
        if force == NOTHING:
            self._responder.drop()
        self._serve(before.station, force.station)
        self._server.serve(self._terms(force.softap))
        self._announce(self._station, _address(before.station), _address(force.station))
        self._announce(self._softap, _own(before.softap), _own(force.softap))
        address = self._names_at(_address(force.station))
        name = force.station.name if force.station else None
        if force != NOTHING:
            self._responder.offer(self._service(name), self._told(address))
            if name and self._faults.active("mdns.told-once"):
                self._host.later(2 * MINUTE, self._responder.drop)

    # The station.

    def part(self, force: InForce) -> None:
        """Give back what the station will not have any more (see partings)."""
        station, before = force.station, self._force.station
        asks = station is not None and station.asks
        same = _joined(station) is not None and _joined(station) == _joined(before)
        if self._client.running and not (asks and same):
            self._client.stop(release=same)

    def _serve(self, before: StationSide | None, now: StationSide | None) -> None:
        stays = now is not None and _joined(now) is not None and _joined(before) == _joined(now)
        if stays and _way(before) != _way(now):
            self._host.later(0, self._board.readdressed)
        if now and not now.asks and self._faults.active("station-dhcp.off-yet-asks-later"):
            self._host.later(_LATER, lambda: None if self._client.running else self._client.start())
        if now is None or not now.asks or self._client.running:
            return
        if not self._faults.active("station-dhcp.invented"):
            self._client.start(_SLOW if self._variants.active("dhcp.slow") else 0)
        elif not (before and before.asks):
            self._host.later(0, lambda: self._board.leased(_INVENTED))

    def _told_lease(self, lease: Lease | None) -> None:
        if lease is None:
            self._board.readdressed()
        else:
            self._board.leased(lease.ip)

    def _manners(self) -> Manners:
        station = self._force.station
        mac = station.mac if station else bytes(6)
        name = b"ESP_" + mac[3:].hex().upper().encode("ascii")
        active = self._variants.active
        if active("dhcp.other-hostname"):
            name = b"espressif"
        if active("dhcp.no-hostname"):
            name = b""
        probes = 1
        if active("dhcp.no-probe"):
            probes = 0
        if active("dhcp.more-probes"):
            probes = 3
        own = self._board.own_mac if self._faults.active("station-dhcp.other-client") else None
        renews = not self._faults.active("station-dhcp.never-renews")
        return Manners(
            name, probes, renews=renews, client=own, copies=2 if active("dhcp.sent-twice") else 1
        )

    # The softAP.

    def _terms(self, softap: SoftApSide | None) -> Terms | None:
        if softap is None or softap.leases is None:
            return None
        active, terms = self._faults.active, Terms(softap.address, softap.leases)
        if active("softap-dhcp.outside-range"):
            terms = replace(terms, shift=_SHIFT)
        if active("softap-dhcp.1-early"):
            terms = replace(terms, shift=-1)
        if active("softap-dhcp.default-time-renewed"):
            terms = replace(terms, renewed=_USUAL_MINUTES)
        if active("softap-dhcp.asked-outside"):
            terms = replace(terms, careless=True)
        if active("softap-dhcp.time-in-seconds"):
            terms = replace(terms, seconds=1)
        if active("softap-dhcp.time-60-fold"):
            terms = replace(terms, seconds=60 * 60)
        if active("softap-dhcp.never-over"):
            terms = replace(terms, kept_s=_FOR_EVER_S)
        if active("softap-dhcp.over-at-half"):
            terms = replace(terms, kept_s=terms.lasts // 2)
        if active("softap-dhcp.over-16-bits"):
            terms = replace(terms, kept_s=terms.lasts % (1 << 16))
        terms = replace(terms, once=active("softap-dhcp.renewal-forgotten"))
        return replace(terms, shared=active("softap-dhcp.one-for-all"))

    def _aloud(self) -> bool:
        return self._variants.active("dhcp.server-aloud")

    # Both.

    def _announce(self, wire: Wire, before: IpConfig, now: IpConfig) -> None:
        """Tell everybody of a new address twice more than the carrier does (RFC 5227, 2.3)."""
        again = self._variants.active("arp.announces-thrice")
        if again and now.address not in (NOWHERE, before.address):
            for _each in range(2):
                wire.send_arp(now.address, now.address)

    def _service(self, name: MdnsName | None) -> Service | None:
        active = self._faults.active
        if name is None or active("mdns.unfindable"):
            return None
        service = Service(name.host, name.server, name.port)
        if active("mdns.port-plus-1"):
            service = replace(service, port=service.port % 0xFFFF + 1)
        if active("mdns.host-cut"):
            service = replace(service, host=service.host[:_HOST_CUT])
        if active("mdns.other-server"):
            service = replace(service, server=_ODD)
        if active("mdns.other-host"):
            service = replace(service, host=_ODD)
        lacks = {kind for kind in ("A", "PTR", "SRV") if active(f"mdns.no-{kind.lower()}")}
        more = self._variants.active("mdns.more-records")
        return replace(service, lacks=frozenset(lacks), more=more)

    def _names_at(self, ip: IpConfig) -> IpConfig:
        """Where the names lead; a fault keeps the first address that there was since the boot."""
        if self._force == NOTHING:
            self._first_at = NO_IP
        if ip == NO_IP or not self._faults.active("mdns.first-address"):
            return ip
        self._first_at = ip if self._first_at == NO_IP else self._first_at
        return self._first_at

    def _told(self, ip: IpConfig) -> IPv4Address | None:
        if ip.address == NOWHERE:
            return None
        wrong = self._faults.active("mdns.other-address")
        return ip.address + 1 if wrong else ip.address


class _Parting(Follower):
    def __init__(self, services: Services) -> None:
        self._services = services

    def follow(self, force: InForce) -> None:
        """See Follower."""
        self._services.part(force)


def _joined(station: StationSide | None) -> Beacon | None:
    return station.access_point if station else None


def _way(station: StationSide | None) -> IpConfig | None:
    """How the station comes to an address: with a fixed one, or, None, by asking."""
    return None if station is None or station.asks else station.address


def _address(station: StationSide | None) -> IpConfig:
    return station.address if station and station.access_point else NO_IP


def _own(softap: SoftApSide | None) -> IpConfig:
    return softap.address if softap else NO_IP
