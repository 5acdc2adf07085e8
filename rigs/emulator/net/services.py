"""What the chip does on its networks by itself: DHCP on both sides, and mDNS.

Law: it follows what is in force and does what that means, no more; the addresses themselves are set
by whoever carries packets, before it is told.  A reset ends everything without a word.
"""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Protocol

from ..settings.addresses import NO_IP, NOWHERE, IpConfig
from ..timing import Timing
from ..wifi.air import Beacon
from .clientrules import Lease
from .dhcpclient import DhcpClient
from .dhcpserver import DhcpServer
from .ether import Host, Wire
from .inforce import NOTHING, Follower, InForce, SoftApSide, StationSide
from .mdns import Responder
from .networked import Networked

STATION, SOFTAP = "sta", "ap"
"""The interfaces of a board in a lab."""


class Leaseholder(Protocol):
    """The board: the firmware that runs on it, and what it learns about its lease."""

    @property
    def chip(self) -> Networked:
        """The run of the firmware; there is one while anything is in force."""

    @property
    def timing(self) -> Timing:
        """How long things take."""

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
        station, softap = devices
        self._station, self._softap = Wire(station), Wire(softap)
        self._client = DhcpClient(host, station, board.timing, self._chip, self._told_lease)
        self._server = DhcpServer(host, softap, self._chip)
        self._responder = Responder(host, station, board.timing)
        self._force: InForce = NOTHING
        self._parted = _Parting(self)

    def _chip(self) -> Networked:
        return self._board.chip

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
        return self._server.address_of(mac)

    def follow(self, force: InForce) -> None:
        """See Follower."""
        before, self._force = self._force, force
        if force == NOTHING:
            self._responder.drop()
            self._server.drop()
            return
        self._seek(before.station, force.station)
        self._serve(force.softap)
        self._announce(self._station, _address(before.station), _address(force.station))
        self._announce(self._softap, _own(before.softap), _own(force.softap))
        self._name(force.station)

    # The station.

    def part(self, force: InForce) -> None:
        """Give back what the station will not have any more (see partings)."""
        station, before = force.station, self._force.station
        asks = station is not None and station.asks
        same = _joined(station) is not None and _joined(station) == _joined(before)
        if self._client.running and not (asks and same):
            self._client.stop(release=same)

    def _seek(self, before: StationSide | None, now: StationSide | None) -> None:
        stays = now is not None and _joined(now) is not None and _joined(before) == _joined(now)
        if stays and _way(before) != _way(now):
            self._host.later(0, self._board.readdressed)
        chip = self._chip()
        chip.personality.network.client.seek(chip, self._client, now)

    def _told_lease(self, lease: Lease | None) -> None:
        if lease is None:
            self._board.readdressed()
        else:
            self._board.leased(lease.ip)

    def _name(self, station: StationSide | None) -> None:
        chip = self._chip()
        rules = chip.personality.network.mdns
        address = rules.address(chip, _address(station))
        service = rules.service(chip, station.name) if station and station.name else None
        records = rules.records(chip, address, service) if address and service else ()
        rules.offer(chip, self._responder, address, records)

    # The softAP.

    def _serve(self, softap: SoftApSide | None) -> None:
        chip = self._chip()
        terms = chip.personality.network.server.terms(chip, softap) if softap else None
        self._server.serve(terms)

    # Both.

    def _announce(self, wire: Wire, before: IpConfig, now: IpConfig) -> None:
        """Tell everybody of a new address (RFC 5227, 2.3), of which the carrier has told once."""
        if now.address in (NOWHERE, before.address):
            return
        for _each in range(1, self._chip().personality.network.announcements):
            wire.send_arp(now.address, now.address)


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
