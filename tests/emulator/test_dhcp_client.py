"""The station's DHCP client on a real cable, against a scripted server."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from typing import Any

import pytest
from onchip import Chip
from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import ARP, Ether
from segment import STATION, Cable, on_a_cable

from rigs.emulator.net.clientrules import Lease
from rigs.emulator.net.dhcpclient import DhcpClient
from rigs.emulator.timers import MILLISECOND
from rigs.emulator.timing import FAST, REAL, Timing

SERVER, SERVER_MAC = "192.168.50.1", "02:00:00:00:00:01"
GIVEN = "192.168.50.100"
FROM_SERVER = Ether(src=SERVER_MAC, dst="ff:ff:ff:ff:ff:ff") / IP(src=SERVER, dst="255.255.255.255")


class Server:
    """Answers as told: `give` an address for `seconds`, or `nak`, or nothing."""

    def __init__(self, cable: Cable, give: str = GIVEN, seconds: int = 7200) -> None:
        self.cable = cable
        self.unicast = False
        #: Further options of its answers, and those that it leaves out.
        self.more: list[Any] = []
        self.lacks: set[str] = set()
        self.give, self.seconds = give, seconds
        self.deaf_to: set[int] = set()
        self.refuses = False
        self.in_use: set[str] = set()
        cable.answer = self.answer

    def answer(self, frame: Any) -> Any:
        if ARP in frame:
            return self._arp(frame[ARP])
        if DHCP not in frame or _kind(frame) in self.deaf_to or _kind(frame) not in (1, 3):
            return None
        kind = 2 if _kind(frame) == 1 else 6 if self.refuses else 5
        asked = frame[BOOTP]
        reply = BOOTP(op=2, xid=asked.xid, yiaddr=self.give, chaddr=asked.chaddr, flags=asked.flags)
        options = [
            ("message-type", kind), ("server_id", SERVER), ("lease_time", self.seconds),
            ("subnet_mask", "255.255.255.0"), ("router", SERVER), ("name_server", SERVER),
            *self.more,
        ]  # fmt: skip
        options = [*(each for each in options if each[0] not in self.lacks), "end"]
        head = FROM_SERVER
        if self.unicast:
            head = Ether(src=SERVER_MAC, dst=frame.src) / IP(src=SERVER, dst=self.give)
        return head / UDP(sport=67, dport=68) / reply / DHCP(options=options)

    def _arp(self, asked: Any) -> Any:
        here = asked.pdst in self.in_use or (asked.pdst == SERVER and asked.psrc != SERVER)
        if asked.op != 1 or not here:
            return None
        mac = SERVER_MAC if asked.pdst == SERVER else "02:00:00:00:00:77"
        reply = ARP(op=2, hwsrc=mac, psrc=asked.pdst, hwdst=asked.hwsrc, pdst=asked.psrc)
        return Ether(src=mac, dst=asked.hwsrc) / reply


def _kind(frame: Any) -> int:
    return int(dict(o for o in frame[DHCP].options if isinstance(o, tuple))["message-type"])


def _option(frame: Any, name: str) -> Any:
    return {o[0]: o[1] for o in frame[DHCP].options if isinstance(o, tuple)}.get(name)


def _kinds(cable: Cable) -> list[int]:
    return [_kind(each) for each in cable.of(DHCP)]


def _client(
    cable: Cable, probes: int = 1, timing: Timing = FAST
) -> tuple[DhcpClient, list[Lease | None]]:
    told: list[Lease | None] = []
    chip: Any = Chip(cable).client(probes=probes)
    return DhcpClient(cable, STATION, timing, lambda: chip, told.append), told


@on_a_cable
def test_an_address_is_asked_for_and_taken(cable: Cable) -> None:
    Server(cable)
    client, told = _client(cable)
    client.start()
    assert cable.until(lambda: told)
    (lease,) = told
    assert lease is not None
    assert str(lease.ip.address) == GIVEN
    assert (str(lease.ip.gateway), str(lease.ip.netmask)) == (SERVER, "255.255.255.0")
    assert lease.name_server == IPv4Address(SERVER)
    assert (lease.seconds, lease.renew, lease.rebind) == (7200, 3600, 6300)
    discover, request = cable.of(DHCP)
    for each in (discover, request):
        assert each.src == cable.mac.hex(":")
        assert each[BOOTP].chaddr[:6] == cable.mac
        assert (each[IP].src, each[IP].dst) == ("0.0.0.0", "255.255.255.255")
        assert (each[UDP].sport, each[UDP].dport) == (68, 67)
        assert not int(each[BOOTP].flags)
        assert _option(each, "hostname") == b"ESP_000001"
    assert _option(request, "requested_addr") == GIVEN
    assert _option(request, "server_id") == SERVER
    (probe,) = cable.of(ARP)
    assert (probe[ARP].psrc, probe[ARP].pdst) == ("0.0.0.0", GIVEN)


@on_a_cable
def test_an_answer_to_the_address_that_is_offered_is_heard(cable: Cable) -> None:
    Server(cable).unicast = True
    client, told = _client(cable)
    client.start()
    assert cable.until(lambda: told)


@on_a_cable
def test_what_a_server_leaves_out_is_made_of_the_address(cable: Cable) -> None:
    server = Server(cable, give="172.20.5.9")
    server.lacks = {"subnet_mask", "router", "name_server"}
    client, told = _client(cable, probes=0)
    client.start()
    assert cable.until(lambda: told)
    (lease,) = told
    assert lease is not None
    assert (str(lease.ip.gateway), str(lease.ip.netmask)) == ("172.20.0.1", "255.255.0.0")
    assert lease.name_server is None


@pytest.mark.parametrize("t1", [0, 500, 2**32 - 1])
def test_a_lease_is_renewed_before_it_ends_whatever_the_server_says(t1: int) -> None:
    @on_a_cable
    def test(cable: Cable) -> None:
        server = Server(cable, seconds=100)
        server.more = [("renewal_time", t1), ("rebinding_time", 2**32 - 1)]
        client, told = _client(cable, probes=0)
        client.start()
        assert cable.until(lambda: told)
        assert told[0] is not None
        assert 0 < told[0].renew <= told[0].rebind <= told[0].seconds

    test()


@on_a_cable
def test_what_is_not_answered_is_asked_again(cable: Cable) -> None:
    server = Server(cable)
    server.deaf_to = {1}
    client, told = _client(cable)
    client.start()
    assert cable.until(lambda: _kinds(cable) == [1, 1])
    assert len({each[BOOTP].xid for each in cable.of(DHCP)}) == 1
    server.deaf_to = {3}
    assert cable.until(lambda: _kinds(cable)[-2:] == [3, 3])
    server.deaf_to = set()
    assert cable.until(lambda: told)


@on_a_cable
def test_a_refusal_begins_anew(cable: Cable) -> None:
    server = Server(cable)
    server.refuses = True
    client, told = _client(cable)
    client.start()
    assert cable.until(lambda: _kinds(cable)[:3] == [1, 3, 1])
    server.refuses = False
    assert cable.until(lambda: told)


@on_a_cable
def test_an_address_that_somebody_has_is_declined(cable: Cable) -> None:
    server = Server(cable)
    server.in_use = {GIVEN}
    # On a busy machine a neighbour needs longer than the fast timing gives it.
    client, told = _client(cable, timing=replace(REAL, arp_wait=500 * MILLISECOND))
    client.start()
    assert cable.until(lambda: 4 in _kinds(cable))
    assert not told
    cable.quiet()
    assert _kinds(cable)[-1] == 4
    cable.skip(10)
    server.give = "192.168.50.101"
    assert cable.until(lambda: told)
    assert told[0] is not None
    assert str(told[0].ip.address) == "192.168.50.101"


@on_a_cable
def test_a_lease_is_renewed_with_its_server_and_then_with_everybody(cable: Cable) -> None:
    server = Server(cable, seconds=100)
    client, told = _client(cable, probes=0)
    client.start()
    assert cable.until(lambda: told)
    cable.settle(GIVEN)
    cable.skip(51)
    assert cable.until(lambda: len(told) == 2)
    renewal = cable.of(DHCP)[-1]
    assert renewal[BOOTP].ciaddr == renewal[IP].src == GIVEN
    assert renewal[IP].dst == SERVER
    assert _option(renewal, "requested_addr") is None
    server.deaf_to = {3}
    cable.skip(51)
    assert cable.until(lambda: [each[IP].dst for each in cable.of(DHCP)].count(SERVER) == 3)
    assert cable.of(DHCP)[-1][BOOTP].xid == cable.of(DHCP)[-2][BOOTP].xid
    cable.skip(37)
    assert cable.until(lambda: cable.of(DHCP)[-1][IP].dst == "255.255.255.255")
    assert told[-1] is not None
    cable.skip(20)
    assert cable.until(lambda: told[-1] is None)
    assert cable.until(lambda: _kinds(cable)[-1] == 1)


@on_a_cable
def test_a_server_that_names_itself_no_more_is_asked_all_the_same(cable: Cable) -> None:
    server = Server(cable, seconds=100)
    client, told = _client(cable, probes=0)
    client.start()
    assert cable.until(lambda: told)
    cable.settle(GIVEN)
    server.lacks = {"server_id"}
    for count in (2, 3):
        cable.skip(51)
        assert cable.until(lambda count=count: len(told) == count)
        assert cable.of(DHCP)[-1][IP].dst == SERVER


@on_a_cable
def test_an_answer_without_an_address_is_none(cable: Cable) -> None:
    server = Server(cable, give="0.0.0.0")
    client, told = _client(cable)
    client.start()
    assert cable.until(lambda: _kinds(cable) == [1, 1])
    server.give = GIVEN
    assert cable.until(lambda: told)


@on_a_cable
def test_a_lease_is_given_back_or_not(cable: Cable) -> None:
    Server(cable)
    client, told = _client(cable, probes=0)
    for release in (True, False):
        client.start()
        assert cable.until(lambda: told)
        cable.seen.clear()
        if release:
            cable.settle(GIVEN)
        client.stop(release)
        cable.quiet()
        assert _kinds(cable) == ([7] if release else [])
        assert client.lease is None
        told.clear()


@on_a_cable
def test_nobody_who_stopped_is_told(cable: Cable) -> None:
    Server(cable)
    client, told = _client(cable)
    client.start()
    assert cable.until(lambda: 3 in _kinds(cable))
    client.stop()
    cable.quiet(0.3)
    assert not told
    assert not client.running


@on_a_cable
def test_garbage_is_no_answer(cable: Cable) -> None:
    client, told = _client(cable)
    client.start()
    for payload in (b"", b"\x02", b"\x02" * 300, bytes(240) + b"\x35\x01\x09\xff"):
        cable.send(FROM_SERVER / UDP(sport=67, dport=68) / payload)
    assert cable.until(lambda: len(_kinds(cable)) >= 2)
    Server(cable)
    assert cable.until(lambda: told)


@on_a_cable
def test_arp_that_makes_no_sense_is_passed_over_during_a_probe(cable: Cable) -> None:
    Server(cable)
    client, told = _client(cable, timing=replace(FAST, arp_wait=200 * MILLISECOND))
    client.start()
    assert cable.until(lambda: cable.of(ARP))
    head = b"\xff" * 6 + bytes.fromhex("020000000077") + b"\x08\x06"
    whole = bytes(ARP(op=2, hwsrc="02:00:00:00:00:77", psrc=GIVEN, pdst="0.0.0.0"))
    other_link, other_lengths = b"\x00\x96" + whole[2:], whole[:4] + b"\xc8\x04" + whole[6:]
    for packet in (b"", whole[:9], whole[:-1], other_link, other_lengths):
        cable.send(head + packet)
    assert cable.until(lambda: told)
    assert 4 not in _kinds(cable)


@pytest.mark.parametrize("seconds", [2**32 - 1, 0])
def test_a_lease_without_an_end_is_never_renewed(seconds: int) -> None:
    @on_a_cable
    def test(cable: Cable) -> None:
        Server(cable, seconds=seconds)
        client, told = _client(cable, probes=0)
        client.start()
        assert cable.until(lambda: told)
        cable.skip(10**6)
        cable.quiet()
        assert _kinds(cable) == [1, 3]

    test()
