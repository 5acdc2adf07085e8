"""What a board does on its networks by itself, on a real cable: what is in force decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address
from typing import Any

from onchip import Chip
from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.dns import DNS
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import ARP, Ether
from segment import STATION, Cable, on_a_cable
from test_dhcp_client import GIVEN, Server

from rigs.emulator.ip.mdnsname import MdnsName
from rigs.emulator.net.inforce import NOTHING, InForce, SoftApSide, StationSide
from rigs.emulator.net.services import Services
from rigs.emulator.settings.addresses import NO_IP, IpConfig, Leases
from rigs.emulator.settings.settings import SoftAp
from rigs.emulator.timing import FAST, Timing
from rigs.emulator.wifi.air import Beacon

MAC = bytes.fromhex("18fe34000001")
HOME = Beacon(b"home", bytes.fromhex("020000000001"), 6)
ADDRESS = IPv4Address("192.168.50.77")
FIXED = IpConfig(ADDRESS, IPv4Address("192.168.50.1"), IPv4Address("255.255.255.0"))
ASKS = InForce(StationSide(MAC, HOME, NO_IP, asks=True), None)
STATIC = InForce(StationSide(MAC, HOME, FIXED, asks=False), None)
AWAY = InForce(StationSide(MAC, None, NO_IP, asks=False), None)
OWN = IpConfig(IPv4Address("192.168.4.1"), IPv4Address("192.168.4.1"), FIXED.netmask)
LEASES = Leases(3, IPv4Address("192.168.4.10"), IPv4Address("192.168.4.12"))
SOFTAP = SoftApSide(MAC, OWN, SoftAp(b"chip", b"", 1, 0, 4, 0), LEASES)


@dataclass
class Board:
    """See services.Leaseholder."""

    chip: Any
    timing: Timing = FAST
    leases: list[IpConfig] = field(default_factory=list)
    readdressings: int = 0

    def leased(self, ip: IpConfig) -> None:
        self.leases.append(ip)

    def readdressed(self) -> None:
        self.readdressings += 1


def _services(
    cable: Cable, faults: Iterable[str] = (), variants: Iterable[str] = ()
) -> tuple[Services, Board]:
    board = Board(Chip(cable, faults, variants))
    return Services(cable, board, (STATION, STATION)), board


def _follow(services: Services, force: InForce) -> None:
    services.partings.follow(force)
    services.follow(force)


def _kinds(cable: Cable) -> list[int]:
    return [int(dict(o[:2] for o in f[DHCP].options if isinstance(o, tuple))["message-type"])
            for f in cable.of(DHCP)]  # fmt: skip


def _bound(cable: Cable, faults: Iterable[str] = (), variants: Iterable[str] = ()) -> Any:
    """A station with a lease."""
    Server(cable)
    services, board = _services(cable, faults, variants)
    _follow(services, ASKS)
    assert cable.until(lambda: board.leases)
    assert str(board.leases[0].address) == GIVEN
    cable.settle(GIVEN)
    leased = replace(ASKS.station, address=board.leases[0])  # type: ignore[type-var]
    _follow(services, InForce(leased, None))
    return services, board


@on_a_cable
def test_a_station_that_asks_gets_a_lease_and_its_name_server(cable: Cable) -> None:
    services, _board = _bound(cable)
    assert services.name_server == IPv4Address("192.168.50.1")
    assert _kinds(cable) == [1, 3]


@on_a_cable
def test_a_station_that_does_not_ask_is_silent(cable: Cable) -> None:
    services, board = _services(cable)
    for force in (AWAY, STATIC, NOTHING):
        _follow(services, force)
        cable.quiet(0.05)
    assert cable.of(DHCP) == []
    assert board.leases == []


@on_a_cable
def test_whoever_takes_a_static_address_gives_the_lease_back(cable: Cable) -> None:
    services, board = _bound(cable)
    _follow(services, STATIC)
    assert cable.until(lambda: _kinds(cable)[-1] == 7)
    assert cable.until(lambda: board.readdressings == 1)
    _follow(services, ASKS)
    assert cable.until(lambda: board.readdressings == 2)
    assert cable.until(lambda: len(board.leases) == 2)


@on_a_cable
def test_whoever_leaves_says_nothing_and_asks_anew_where_it_comes(cable: Cable) -> None:
    services, board = _bound(cable)
    _follow(services, AWAY)
    cable.quiet(0.05)
    assert _kinds(cable) == [1, 3]
    _follow(services, ASKS)
    assert cable.until(lambda: len(board.leases) == 2)
    assert board.readdressings == 0


@on_a_cable
def test_a_reset_ends_all_without_a_word(cable: Cable) -> None:
    services, board = _bound(cable)
    assert board
    cable.seen.clear()
    _follow(services, NOTHING)
    cable.quiet(0.1)
    assert cable.seen == []
    assert services.name_server is None


@on_a_cable
def test_an_address_that_is_made_up(cable: Cable) -> None:
    services, board = _services(cable, ["station-dhcp.invented"])
    _follow(services, ASKS)
    assert cable.until(lambda: board.leases)
    cable.quiet(0.05)
    assert cable.of(DHCP) == []


@on_a_cable
def test_another_mac_in_the_messages_than_in_the_frames(cable: Cable) -> None:
    _services, board = _bound(cable, ["station-dhcp.other-client"])
    for each in cable.of(DHCP):
        assert each[BOOTP].chaddr[:6] == board.chip.personality.macs.station
        assert each.src == MAC.hex(":")


@on_a_cable
def test_variants_of_asking(cable: Cable) -> None:
    Server(cable)
    for variants, messages, probes, name in (
        ((), 2, 1, b"ESP_000001"),
        (("dhcp.sent-twice", "dhcp.no-probe"), 4, 0, b"ESP_000001"),
        (("dhcp.more-probes", "dhcp.no-hostname"), 2, 3, None),
        (("dhcp.slow", "dhcp.other-hostname"), 2, 1, b"espressif"),
    ):
        services, board = _services(cable, variants=variants)
        cable.seen.clear()
        _follow(services, ASKS)
        assert cable.until(lambda board=board: board.leases)
        assert len(cable.of(DHCP)) == messages
        assert len(cable.of(ARP)) == probes
        options = {o[0]: o[1] for o in cable.of(DHCP)[0][DHCP].options if isinstance(o, tuple)}
        assert options.get("hostname") == name
        _follow(services, NOTHING)


@on_a_cable
def test_an_address_is_announced_more_often(cable: Cable) -> None:
    services, _board = _services(cable, variants=["arp.announces-thrice"])
    _follow(services, STATIC)
    cable.quiet(0.05)
    told = [(each[ARP].psrc, each[ARP].pdst) for each in cable.of(ARP)]
    assert told == [(str(ADDRESS), str(ADDRESS))] * 2


# The softAP


def _offer(cable: Cable, number: int = 9, flags: Any = "B") -> Any:
    mac = bytes.fromhex("0200000000") + bytes((number,))
    head = Ether(src=mac.hex(":"), dst="ff:ff:ff:ff:ff:ff")
    head = head / IP(src="0.0.0.0", dst="255.255.255.255") / UDP(sport=68, dport=67)
    cable.seen.clear()
    asked = BOOTP(xid=number, chaddr=mac, flags=flags)
    cable.send(head / asked / DHCP(options=[("message-type", 1), "end"]))
    cable.until(lambda: cable.of(DHCP), 0.2)
    return next(iter(cable.of(DHCP)), None)


@on_a_cable
def test_the_softap_serves_while_its_server_is_on(cable: Cable) -> None:
    cable.settle(str(OWN.address))
    services, _board = _services(cable)
    assert _offer(cable) is None
    _follow(services, InForce(None, SOFTAP))
    assert _offer(cable)[BOOTP].yiaddr == "192.168.4.10"
    _follow(services, InForce(None, replace(SOFTAP, leases=None)))
    assert _offer(cable) is None
    _follow(services, InForce(None, SOFTAP))
    assert _offer(cable)[BOOTP].yiaddr == "192.168.4.10"
    _follow(services, NOTHING)
    assert _offer(cable) is None


@on_a_cable
def test_only_a_fault_knows_leases_of_a_server_that_is_off(cable: Cable) -> None:
    cable.settle(str(OWN.address))
    mac = bytes.fromhex("020000000009")
    for faults, address in (((), None), (("cwlif.without-dhcp",), IPv4Address("192.168.4.10"))):
        services, _board = _services(cable, faults)
        _follow(services, InForce(None, SOFTAP))
        offer = _offer(cable)
        head = Ether(src=offer[BOOTP].chaddr[:6].hex(":"), dst="ff:ff:ff:ff:ff:ff")
        head = head / IP(src="0.0.0.0", dst="255.255.255.255") / UDP(sport=68, dport=67)
        wanted = [("message-type", 3), ("requested_addr", offer[BOOTP].yiaddr), "end"]
        cable.send(head / BOOTP(xid=9, chaddr=mac, flags="B") / DHCP(options=wanted))
        assert cable.until(lambda services=services: services.address_of(mac))
        _follow(services, InForce(None, replace(SOFTAP, leases=None)))
        assert services.address_of(mac) == address
        _follow(services, NOTHING)


@on_a_cable
def test_a_softap_that_answers_aloud(cable: Cable) -> None:
    cable.settle(str(OWN.address))
    for variants, to in (((), "192.168.4.10"), (("dhcp.server-aloud",), "255.255.255.255")):
        services, _board = _services(cable, variants=variants)
        _follow(services, InForce(None, SOFTAP))
        assert _offer(cable, flags=0)[IP].dst == to
        _follow(services, NOTHING)


@on_a_cable
def test_a_faulty_softap_serves_otherwise(cable: Cable) -> None:
    cable.settle(str(OWN.address))
    for fault, address, seconds in (
        ("softap-dhcp.outside-range", "192.168.4.138", 180),
        ("softap-dhcp.1-early", "192.168.4.9", 180),
        ("softap-dhcp.time-in-seconds", "192.168.4.10", 3),
        ("softap-dhcp.time-60-fold", "192.168.4.10", 10800),
        ("softap-dhcp.one-for-all", "192.168.4.10", 180),
        ("softap-dhcp.default-time-renewed", "192.168.4.10", 180),
    ):
        services, _board = _services(cable, [fault])
        _follow(services, InForce(None, SOFTAP))
        offer = _offer(cable)
        options = {o[0]: o[1] for o in offer[DHCP].options if isinstance(o, tuple)}
        assert (offer[BOOTP].yiaddr, options["lease_time"]) == (address, seconds)
        _follow(services, NOTHING)


@on_a_cable
def test_a_faulty_softap_tells_of_another_network(cable: Cable) -> None:
    cable.settle(str(OWN.address))
    for faults, netmask, router in (
        ([], "255.255.255.0", "192.168.4.1"),
        (["softap-dhcp.other-netmask"], "255.255.0.0", "192.168.4.1"),
        (["softap-dhcp.other-router"], "255.255.255.0", "192.168.4.2"),
    ):
        services, _board = _services(cable, faults)
        _follow(services, InForce(None, SOFTAP))
        options = {o[0]: o[1] for o in _offer(cable)[DHCP].options if isinstance(o, tuple)}
        assert (options["subnet_mask"], options["router"]) == (netmask, router)
        _follow(services, NOTHING)


def _said_to(cable: Cable, own: str, wanted: str) -> tuple[str, int | None]:
    """What a guest that has `own`, if anything, is told of an address."""
    mac, options = bytes.fromhex("020000000009"), [("message-type", 3)]
    if wanted:
        options.append(("requested_addr", wanted))
    head = Ether(src=mac.hex(":"), dst="ff:ff:ff:ff:ff:ff")
    head = head / IP(src=own, dst="255.255.255.255") / UDP(sport=68, dport=67)
    cable.seen.clear()
    asked = BOOTP(xid=9, chaddr=mac, ciaddr=own, flags="B")
    cable.send(head / asked / DHCP(options=[*options, "end"]))
    cable.until(lambda: cable.of(DHCP), 0.2)
    told = cable.of(DHCP)[0]
    said = {each[0]: each[1] for each in told[DHCP].options if isinstance(each, tuple)}
    return told[BOOTP].yiaddr, said.get("lease_time")


@on_a_cable
def test_who_asks_for_an_address_or_renews_it_meets_other_faults(cable: Cable) -> None:
    cable.settle(str(OWN.address))
    for fault, beside, renewed in (
        ((), ("0.0.0.0", None), 180),
        (("softap-dhcp.asked-outside",), ("192.168.4.77", 180), 180),
        (("softap-dhcp.default-time-renewed",), ("0.0.0.0", None), 7200),
    ):
        services, _board = _services(cable, fault)
        _follow(services, InForce(None, SOFTAP))
        assert _said_to(cable, "0.0.0.0", "192.168.4.77") == beside
        assert _said_to(cable, "0.0.0.0", "192.168.4.10") == ("192.168.4.10", 180)
        assert _said_to(cable, "192.168.4.10", "") == ("192.168.4.10", renewed)
        _follow(services, NOTHING)


# mDNS


def _named(name: MdnsName | None) -> InForce:
    assert STATIC.station is not None
    return InForce(replace(STATIC.station, name=name), None)


def _records(cable: Cable) -> set[tuple[str, str, str]]:
    records = (each for frame in cable.of(DNS) for each in frame[DNS].an)
    return {(each.rrname.decode(), each.sprintf("%type%"), _says(each)) for each in records}


def _says(record: Any) -> str:
    kind = record.sprintf("%type%")
    if kind == "SRV":
        return str(record.port)
    if kind == "TXT":
        return ""
    return record.rdata.decode() if kind == "PTR" else str(record.rdata)


HEALTHY = {
    ("_iot._tcp.local.", "PTR", "chip._iot._tcp.local."),
    ("chip._iot._tcp.local.", "SRV", "8080"),
    ("chip._iot._tcp.local.", "TXT", ""),
    ("chip.local.", "A", str(ADDRESS)),
}


@on_a_cable
def test_names_are_those_that_were_set_and_faults_break_one_each(cable: Cable) -> None:
    cable.settle(str(ADDRESS))
    name = MdnsName(b"chip", b"iot", 8080)
    for fault, differ in (
        ((), 0), (("mdns.unfindable",), 4), (("mdns.no-a",), 1), (("mdns.no-srv",), 1),
        (("mdns.no-ptr",), 1), (("mdns.port-plus-1",), 2), (("mdns.other-address",), 2),
        (("mdns.other-host",), 8), (("mdns.other-server",), 6), (("mdns.first-address",), 0),
    ):  # fmt: skip
        services, _board = _services(cable, fault)
        cable.quiet(0.02)
        cable.seen.clear()
        _follow(services, _named(name))
        cable.quiet(0.05)
        assert len(_records(cable) ^ HEALTHY) == differ, fault
        _follow(services, NOTHING)


@on_a_cable
def test_a_name_is_cut_or_leads_to_the_first_address(cable: Cable) -> None:
    cable.settle(str(ADDRESS))
    moved = replace(FIXED, address=ADDRESS + 1)
    for fault, records in (
        ((), {("espressif-iot.local.", "A", str(moved.address))}),
        (("mdns.host-cut",), {("espressif-.local.", "A", str(moved.address))}),
        (("mdns.first-address",), set()),
    ):
        services, _board = _services(cable, fault)
        first = _named(MdnsName(b"espressif-iot", b"iot", 8080))
        assert first.station is not None
        _follow(services, first)
        cable.quiet(0.05)
        cable.seen.clear()
        _follow(services, InForce(replace(first.station, address=moved), None))
        cable.quiet(0.05)
        assert {
            each for each in _records(cable) if each[1] == "A" and each[2] == str(moved.address)
        } == records
        _follow(services, NOTHING)


@on_a_cable
def test_more_names_than_asked_for(cable: Cable) -> None:
    cable.settle(str(ADDRESS))
    services, _board = _services(cable, variants=["mdns.more-records"])
    _follow(services, _named(MdnsName(b"chip", b"iot", 8080)))
    cable.quiet(0.05)
    more = _records(cable) - HEALTHY
    assert more == {("_services._dns-sd._udp.local.", "PTR", "_iot._tcp.local.")}


@on_a_cable
def test_names_need_an_address(cable: Cable) -> None:
    services, _board = _services(cable)
    assert AWAY.station is not None
    away = InForce(replace(AWAY.station, name=MdnsName(b"chip", b"iot", 1)), None)
    _follow(services, away)
    cable.quiet(0.05)
    assert cable.of(DNS) == []
