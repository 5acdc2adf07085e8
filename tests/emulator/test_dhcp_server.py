"""The softAP's DHCP server on a real cable, against scripted guests."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Any

from onchip import Chip
from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether
from segment import STATION, Cable, on_a_cable

from rigs.emulator.net.dhcpserver import DhcpServer
from rigs.emulator.net.serverrules import Terms
from rigs.emulator.settings.addresses import IpConfig

OWN = "192.168.4.1"
IP_CONFIG = IpConfig(IPv4Address(OWN), IPv4Address(OWN), IPv4Address("255.255.255.0"))
OFFER, ACK, NAK = 2, 5, 6


def _terms(minutes: int = 3, first: int = 10, last: int = 12) -> Terms:
    start, end = (int(IPv4Address(f"192.168.4.{each}")) for each in (first, last))
    return Terms(IP_CONFIG, range(start, end + 1), 60 * minutes)


def _server(cable: Cable, terms: Terms, *variants: str) -> DhcpServer:
    cable.settle(OWN)
    chip: Any = Chip(cable, variants=variants)
    server = DhcpServer(cable, STATION, lambda: chip)
    server.serve(terms)
    return server


class Guest:
    """Says what it is told to say; what it hears is its own."""

    def __init__(self, cable: Cable, number: int, broadcast: bool = True) -> None:
        self.cable = cable
        self.mac = bytes.fromhex("0200000000") + bytes((number,))
        self.flags = "B" if broadcast else 0
        self.transaction = 1000 * number

    def ask(self, kind: str, within_s: float = 10.0, **options: Any) -> Any:
        """The answer to a message, if one comes."""
        self.transaction += 1
        own = options.pop("own", "0.0.0.0")
        named = [("message-type", kind), *options.items(), "end"]
        head = Ether(src=self.mac.hex(":"), dst="ff:ff:ff:ff:ff:ff") / IP(
            src=own, dst="255.255.255.255"
        )
        asked = BOOTP(xid=self.transaction, chaddr=self.mac, flags=self.flags, ciaddr=own)
        self.cable.seen.clear()
        self.cable.send(head / UDP(sport=68, dport=67) / asked / DHCP(options=named))
        self.cable.until(self._heard, within_s)
        heard = self._heard()
        return heard[0] if heard else None

    def _heard(self) -> list[Any]:
        return [each for each in self.cable.of(DHCP) if each[BOOTP].xid == self.transaction]

    def lease(self, **options: Any) -> str:
        """An address, the whole way; empty if none is offered."""
        offer = self.ask("discover", **options)
        if offer is None:
            return ""
        assert _kind(offer) == OFFER
        ack = self.ask("request", requested_addr=offer[BOOTP].yiaddr, server_id=OWN)
        assert _kind(ack) == ACK
        assert ack[BOOTP].yiaddr == offer[BOOTP].yiaddr
        return str(ack[BOOTP].yiaddr)


def _options(frame: Any) -> dict[str, Any]:
    return {each[0]: each[1] for each in frame[DHCP].options if isinstance(each, tuple)}


def _kind(frame: Any) -> int:
    return int(_options(frame)["message-type"])


@on_a_cable
def test_an_address_of_the_range_for_the_time_that_is_set(cable: Cable) -> None:
    server, guest = _server(cable, _terms()), Guest(cable, 1)
    offer = guest.ask("discover")
    assert _kind(offer) == OFFER
    assert server.address_of(guest.mac) is None
    ack = guest.ask("request", requested_addr=offer[BOOTP].yiaddr, server_id=OWN)
    assert _kind(ack) == ACK
    for each in (offer, ack):
        assert each[BOOTP].yiaddr == "192.168.4.10"
        assert each.src == cable.mac.hex(":")
        assert (each[IP].src, each[IP].dst) == (OWN, "255.255.255.255")
        told = _options(each)
        assert told["lease_time"] == 180
        assert told["server_id"] == told["router"] == told["name_server"] == OWN
        assert told["subnet_mask"] == "255.255.255.0"
    assert server.address_of(guest.mac) == IPv4Address("192.168.4.10")


@on_a_cable
def test_each_guest_has_its_own_and_keeps_it_and_a_full_range_offers_nothing(cable: Cable) -> None:
    _server(cable, _terms())
    guests = [Guest(cable, number) for number in range(1, 5)]
    first = [guest.lease() for guest in guests[:3]]
    assert sorted(first) == [f"192.168.4.{each}" for each in (10, 11, 12)]
    assert [guest.lease() for guest in guests[:3]] == first
    assert guests[3].ask("discover", within_s=0.2) is None
    refused = guests[3].ask("request", requested_addr=first[0], server_id=OWN)
    assert _kind(refused) == NAK


@on_a_cable
def test_an_address_ends_with_its_lease(cable: Cable) -> None:
    server = _server(cable, _terms(minutes=1, last=10))
    one, other = Guest(cable, 1), Guest(cable, 2)
    assert one.lease() == "192.168.4.10"
    assert other.lease(within_s=0.2) == ""
    cable.skip(61)
    assert server.address_of(one.mac) is None
    assert other.lease() == "192.168.4.10"
    assert server.address_of(other.mac) == IPv4Address("192.168.4.10")


@on_a_cable
def test_a_renewal_makes_it_longer_and_a_release_ends_it(cable: Cable) -> None:
    server = _server(cable, _terms(minutes=1))
    guest = Guest(cable, 1)
    address = guest.lease()
    cable.skip(40)
    assert _kind(guest.ask("request", own=address)) == ACK
    cable.skip(40)
    assert server.address_of(guest.mac) == IPv4Address(address)
    guest.ask("release", within_s=0.1, server_id=OWN, own=address)
    assert server.address_of(guest.mac) is None


@on_a_cable
def test_what_a_guest_wishes_it_gets_if_it_is_free_and_of_the_range(cable: Cable) -> None:
    _server(cable, _terms())
    guest = Guest(cable, 1)
    assert guest.lease(requested_addr="192.168.4.12") == "192.168.4.12"
    assert Guest(cable, 2).lease(requested_addr="192.168.4.77") == "192.168.4.10"
    for foreign in ("192.168.4.77", "192.168.9.10", OWN):
        assert _kind(Guest(cable, 3).ask("request", requested_addr=foreign)) == NAK
    declined = Guest(cable, 4)
    declined.ask("decline", within_s=0.1, requested_addr="192.168.4.11", server_id=OWN)
    assert declined.lease(within_s=0.2) == ""


@on_a_cable
def test_another_servers_offer_is_left_to_it(cable: Cable) -> None:
    server, guest = _server(cable, _terms()), Guest(cable, 1)
    guest.ask("discover")
    told = {"requested_addr": "192.168.4.10", "server_id": "192.168.4.200"}
    assert guest.ask("request", within_s=0.2, **told) is None
    assert server.address_of(guest.mac) is None


@on_a_cable
def test_a_guest_that_can_be_reached_is_not_answered_aloud(cable: Cable) -> None:
    _server(cable, _terms())
    guest = Guest(cable, 1, broadcast=False)
    offer = guest.ask("discover")
    assert (offer.dst, offer[IP].dst) == (guest.mac.hex(":"), "192.168.4.10")


@on_a_cable
def test_aloud_everybody_is_answered(cable: Cable) -> None:
    _server(cable, _terms(), "dhcp.server-aloud")
    offer = Guest(cable, 1, broadcast=False).ask("discover")
    assert (offer.dst, offer[IP].dst) == ("ff:ff:ff:ff:ff:ff", "255.255.255.255")


@on_a_cable
def test_without_terms_nobody_is_answered_and_all_is_forgotten(cable: Cable) -> None:
    server, guest = _server(cable, _terms()), Guest(cable, 1)
    assert guest.lease()
    server.serve(None)
    assert guest.ask("discover", within_s=0.2) is None
    assert server.address_of(guest.mac) is None
    server.serve(_terms(first=20, last=30))
    assert guest.lease() == "192.168.4.20"
    server.drop()
    assert guest.ask("discover", within_s=0.2) is None
    assert server.address_of(guest.mac) is None


@on_a_cable
def test_garbage_is_not_answered(cable: Cable) -> None:
    _server(cable, _terms())
    head = Ether(src="02:00:00:00:00:09", dst="ff:ff:ff:ff:ff:ff")
    head = head / IP(src="0.0.0.0", dst="255.255.255.255") / UDP(sport=68, dport=67)
    for payload in (b"", b"\x01", b"\x01" * 300, bytes(300)):
        cable.send(head / payload)
    cable.quiet(0.1)
    assert cable.of(DHCP) == []
    assert Guest(cable, 1).lease()
