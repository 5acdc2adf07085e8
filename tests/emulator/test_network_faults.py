"""Faults that only a network shows: each changes something there, and nothing without it.

What the services do on a wire is in test_services.py; here it is what is in force, what the air
hears, and what the board says when there are others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from ipaddress import IPv4Address

import pytest
from emulator_bench import Bench
from town import CAFE, FAR, HOME, Place, Town
from village import PEER, Village

from rigs.emulator.mutants import dhcpclient, dhcpserver
from rigs.emulator.mutants.catalogue import IN_FORCE, ON_A_NETWORK
from rigs.emulator.net.inforce import InForce
from rigs.emulator.settings.accesspoint import AccessPoint
from rigs.emulator.wifi.air import Beacon, Guest, Way

LONG = b"p" * 64
UPPER = Place(Beacon(b"Upper", bytes.fromhex("cad719d8a677"), 1), b"")
SAFE = Place(Beacon(b"safe", bytes.fromhex("cad719d8a678"), 1, 3), LONG)
OLD = Place(Beacon(b"old", bytes.fromhex("cad719d8a679"), 1, 1), b"12345")
HERE = (HOME, FAR, CAFE, UPPER, SAFE, OLD)


class Seer:
    """Sees what is in force (see inforce.Follower)."""

    def __init__(self) -> None:
        self.seen: list[InForce] = []

    def follow(self, force: InForce) -> None:
        self.seen.append(force)


def _board(faults: Iterable[str]) -> tuple[Bench, Town, Seer]:
    town, seer = Town(HERE), Seer()
    bench = Bench("document", faults, air=town, village=Village())
    bench.board.followers = (seer,)
    return bench.booted().mute(), town, seer


def _say(bench: Bench, *lines: bytes) -> bytes:
    return b"".join(bench.say(line + b"\r\n") for line in lines)


# What is in force

LIFE = (
    b"AT+CWMODE_CUR=3",
    b'AT+CIPSTAMAC_CUR="1a:fe:34:00:00:77"',
    b'AT+CIPAPMAC_CUR="1a:fe:34:00:00:78"',
    b'AT+CWSAP_CUR="net","12345678",5,3,2,0',
    b'AT+CWSAP_CUR="n\\"t","12\\"345678",5,4,2,1',
    b'AT+CWSAP_CUR="refused","12345678",5,3,9,1',
    b'AT+CWDHCPS_CUR=1,3,"192.168.4.10","192.168.4.15"',
    b"AT+CWDHCPS_CUR=0",
    b'AT+CWDHCPS_CUR=1,0,"192.168.4.20","192.168.4.25"',
    b'AT+CIPAP_CUR="192.168.6.1","192.168.6.1","255.255.255.128"',
    b"AT+CWDHCP_CUR=0,1",
    b'AT+CWJAP_CUR="home","12345678"',
    b'AT+CIPSTA_CUR="192.168.1.77","192.168.1.1","255.255.0.0"',
    b"AT+CWDHCP_CUR=1,1",
    b'AT+CIPSTA_CUR="192.168.1.77","192.168.1.1","255.255.0.0"',
    b'AT+CWJAP_CUR="home","12345678"',
    b"AT+CWDHCP_CUR=2,0",
    b"AT+CWDHCP_CUR=0,1",
    b'AT+CWJAP_CUR="home","12345678"',
    b"AT+CWMODE_CUR=1",
    b"AT+CWDHCP_CUR=1,1",
    b'AT+CWJAP_CUR="home","12345678"',
    b"AT+CWMODE_CUR=2",
    b'AT+CWSAP_CUR="once","",1,0',
    b"AT+RST",
    b"AT+CWMODE_DEF=3",
    b'AT+CIPSTAMAC_DEF="1a:fe:34:00:00:79"',
    b'AT+CIPAPMAC_DEF="1a:fe:34:00:00:7a"',
    b'AT+CWSAP_DEF="saved","",1,0',
    b'AT+CWDHCPS_DEF=1,3,"192.168.4.10","192.168.4.15"',
    b'AT+CIPSTA_DEF="192.168.1.78"',
    b"AT+RST",
    b'AT+CIPAP_DEF="192.168.7.1"',
    b"AT+RST",
    b'AT+CWJAP_CUR="home","12345678"',
    # Whatever was set is set anew.
    b'AT+CIPSTAMAC_CUR="1a:fe:34:00:00:7b"',
    b'AT+CIPSTAMAC_CUR="1a:fe:34:00:00:7c"',
    b'AT+CIPAPMAC_CUR="1a:fe:34:00:00:7d"',
    b'AT+CIPAPMAC_CUR="1a:fe:34:00:00:7e"',
    b'AT+CIPAP_CUR="192.168.8.1"',
    b'AT+CIPAP_CUR="192.168.9.1"',
    b'AT+CWSAP_CUR="same","12345678",5,3,1',
    b'AT+CWSAP_CUR="blank ","12345678",5,3',
    b'AT+CWSAP_CUR="same","87654321",5,3',
    b"AT+CWDHCP_CUR=0,1",
    b'AT+CWDHCPS_CUR=1,3,"192.168.4.30","192.168.4.35"',
    b'AT+CWDHCPS_CUR=1,5,"192.168.4.40","192.168.4.45"',
    b'AT+CIPSTA_CUR="192.168.1.79","192.168.1.1","255.255.255.0"',
    b'AT+CIPSTA_CUR="192.168.1.80","192.168.1.2","255.255.255.0"',
    b"AT+CWDHCP_CUR=1,1",
    b'AT+MDNS=1,"chip","iot",80',
    b"AT+CWDHCP_CUR=0,0",
    b'AT+CWJAP_CUR="home","12345678"',
)


def _life(*faults: str) -> tuple[bytes, list[InForce]]:
    bench, _town, seer = _board(faults)
    return _say(bench, *LIFE), seer.seen


@pytest.fixture(scope="module")
def healthy() -> tuple[bytes, list[InForce]]:
    return _life()


AIRS_OWN = (
    "softap.refused-on-air",
    "softap.survives-on-air",
    "softap-dhcp.refused-applies",
    "station.in-softap-mode",
)
TOLD = {"static-ip.shown-only", "static-ip.used-with-dhcp", "station.in-softap-mode"}
"""Faults of an interface of which the board's own lines tell, too, in some place."""


@pytest.mark.parametrize("fault", [*(each.id for each in IN_FORCE), *AIRS_OWN])
def test_an_interface_is_not_as_it_is_told(
    fault: str, healthy: tuple[bytes, list[InForce]]
) -> None:
    said, seen = _life(fault)
    assert seen != healthy[1]
    assert said == healthy[0] or fault in TOLD


def test_in_health_what_is_in_force_is_what_was_set(healthy: tuple[bytes, list[InForce]]) -> None:
    sides = [each for each in healthy[1] if each.softap and each.softap.settings.ssid == b'n"t']
    assert sides
    assert {each.softap.leases.minutes for each in sides if each.softap and each.softap.leases} == {
        3, 120,
    }  # fmt: skip
    static = IPv4Address("192.168.1.77")
    assert any(e.station and e.station.address.address == static for e in healthy[1])
    assert not any(each.softap and each.softap.settings.ssid == b"refused" for each in healthy[1])


# What the board says when there are others

GUESTS = (
    Guest(bytes.fromhex("5ccf7f000001"), IPv4Address("192.168.4.2")),
    Guest(bytes.fromhex("5ccf7f000002"), None),
    Guest(bytes.fromhex("5ccf7f000003"), IPv4Address("192.168.4.4")),
)


def _guests(bench: Bench, town: Town) -> bytes:
    said = _say(bench, b"AT+CWMODE_CUR=3")
    town.guests = GUESTS
    said += _say(bench, b"AT+CWLIF")
    town.guests = GUESTS[:1]
    said += _say(bench, b"AT+CWLIF", b"AT+CWDHCP_CUR=0,0", b"AT+CWLIF")
    return said


def _joins(bench: Bench, town: Town) -> bytes:
    said = _say(
        bench,
        b"AT+CWMODE_CUR=1",
        b'AT+CWJAP_CUR="Upper",""',
        b'AT+CWJAP_CUR="safe","%b"' % LONG,
        b'AT+CWJAP_CUR="home","12345678","ca:d7:19:d8:a6:02"',
        b"AT+CWJAP_CUR?",
        b'AT+CWJAP_CUR="home","12345678"',
        b"AT+CWQAP",
        b"AT+CWJAP_CUR?",
        b'AT+CWJAP_CUR="home","wrong678"',
        b"AT+CWJAP_CUR?",
    )
    town.places = [replace(each, leases=False) for each in town.places]
    said += _say(bench, b'AT+CWJAP_CUR="home","12345678"', b'AT+CWJAP_CUR="cafe",""')
    return said + _say(bench, b"AT+CWMODE_CUR=2")


def _joins_after_loss(bench: Bench, town: Town) -> bytes:
    said = _say(bench, b"AT+CWMODE_CUR=1", b'AT+CWJAP_CUR="home","12345678"')
    town.vanish()
    town.appear(HOME)
    return said + bench.settle() + _say(bench, b'AT+CWJAP_CUR="home","12345678"')


def _joins_as_softap(bench: Bench, _town: Town) -> bytes:
    return _say(bench, b"AT+CWMODE_CUR=2", b'AT+CWJAP_CUR="home","12345678"')


def _boots(bench: Bench, _town: Town) -> bytes:
    said = _say(bench, b"AT+CWMODE_DEF=1", b'AT+CWJAP_DEF="home","12345678"')
    for line in (b"AT+RST", b"AT+CWAUTOCONN=0", b"AT+RST", b"AT+CWAUTOCONN=1", b"AT+RST"):
        said += _say(bench, line)
    said += _say(bench, b'AT+CWJAP_CUR="cafe",""', b"AT+RST", b"ATE0", b"AT+RESTORE", b"AT+RST")
    return said


def _factory_boots(bench: Bench, _town: Town) -> bytes:
    bench.board.power_cycle()
    said = bench.settle()
    said += _say(bench, b"AT+CWMODE_DEF=1", b'AT+CWJAP_DEF="home","12345678"', b"AT+RST")
    return said


def _scans(bench: Bench, town: Town) -> bytes:
    ask = (
        b"AT+CWLAP",
        b'AT+CWLAP="home"',
        b'AT+CWLAP="home","ca:d7:19:d8:a6:02",11',
        b'AT+CWLAP="home","ca:d7:19:d8:a6:02",6',
        b'AT+CWLAP="cafe","ca:d7:19:d8:a6:02",11',
    )
    said = _say(bench, b"AT+CWMODE_CUR=1", *ask)
    said += _say(bench, b"AT+CWLAPOPT=1,127", *ask[:1], b"AT+CWLAPOPT=0,6", *ask[:1])
    town.vanish()
    return said + _say(bench, *ask)


def _moves(bench: Bench, town: Town) -> bytes:
    said = _asks(bench, town) + _say(bench, b"AT+CIFSR", b'AT+CIPSTA_CUR="192.168.1.77"')
    return said + _say(bench, b"AT+CIFSR")


def _settles(bench: Bench, _town: Town) -> bytes:
    return _say(
        bench,
        b"AT+CWMODE_CUR=3",
        b'AT+CIPSTA_CUR="192.168.1.77"',
        b'AT+CWJAP_CUR="home","12345678"',
        b'AT+CIPAP_CUR="192.168.5.1"',
        b"AT+CIFSR",
    )


def _asks(bench: Bench, _town: Town) -> bytes:
    return _say(
        bench,
        b"AT+CWMODE_CUR=1",
        b'AT+CWJAP_CUR="home","12345678"',
        b'AT+PING="%b"' % PEER.encode(),
        b'AT+PING="peer.test"',
        b'AT+PING="192.168.4.99"',
    )


def _pairs(bench: Bench, town: Town) -> bytes:
    wish = AccessPoint(b"home", b"12345678")
    said = _say(bench, b"AT+CWMODE_CUR=1", b"AT+CWSTARTSMART", b'AT+CWJAP_CUR="cafe",""')
    said += b"heard" if town.tell(Way.SMARTCONFIG, wish) else b""
    said += bench.settle() + _say(bench, b"AT+CWSTOPSMART", b"AT+WPS=1")
    town.tell(Way.WPS, AccessPoint(b"old", b"12345"))
    said += bench.settle()
    said += b"heard" if town.tell(Way.WPS, wish) else b""
    said += bench.settle() + _say(bench, b"AT+WPS=1", b"AT+WPS=0")
    said += b"heard" if town.tell(Way.WPS, wish) else b"deaf"
    return said + bench.settle()


STORIES: dict[str, Callable[[Bench, Town], bytes]] = {
    "cwlif": _guests,
    "join": _joins,
    "cwqap": _joins,
    "boot": _boots,
    "wifi": _joins,
    "cwlap": _scans,
    "cwlapopt": _scans,
    "cifsr": _moves,
    "ping": _asks,
    "dns": _asks,
    "cwstartsmart": _pairs,
    "wps": _pairs,
}
"""Family of faults -> where they show."""

OTHERS = {
    "boot.factory-joins-not": _factory_boots,
    "cipap_cur.other-static-lost": _settles,
    "join.refused-after-loss": _joins_after_loss,
    "join.made-in-softap-mode": _joins_as_softap,
}

ON_THE_WIRE = {
    "station-dhcp.invented", "station-dhcp.other-client",
    "softap-dhcp.outside-range", "softap-dhcp.1-early",
    "softap-dhcp.other-netmask", "softap-dhcp.other-router",
    "softap-dhcp.time-in-seconds", "softap-dhcp.time-60-fold", "softap-dhcp.one-for-all",
    "mdns.unfindable", "mdns.port-plus-1", "mdns.other-server", "mdns.other-host",
    "mdns.other-address", "mdns.no-a", "mdns.no-srv", "mdns.no-ptr",
}  # fmt: skip
"""Those of test_services.py."""

LEASES = {each.id for each in (*dhcpclient.LEASES, *dhcpserver.LEASES)}
"""Those that only time shows, to the kill matrix."""

ELSEWHERE = {
    "mdns.0-stays", "join.current-saved", "softap.places-kept", *AIRS_OWN, *ON_THE_WIRE, *LEASES,
}  # fmt: skip
SAID = [each.id for each in ON_A_NETWORK if each.id not in ELSEWHERE]


@pytest.mark.parametrize("fault", SAID)
def test_the_board_says_something_else_when_there_are_others(fault: str) -> None:
    story = OTHERS.get(fault) or STORIES[fault.partition(".")[0]]
    healthy, faulty = (story(*_board(faults)[:2]) for faults in ((), (fault,)))
    assert faulty != healthy


def test_a_name_stays() -> None:
    for faults, names in (((), 0), (("mdns.0-stays",), 1)):
        bench, _town, seer = _board(faults)
        _say(bench, b"AT+CWMODE_CUR=1", b'AT+CWJAP_CUR="home","12345678"')
        _say(bench, b'AT+MDNS=1,"chip","iot",80', b"AT+MDNS=0")
        station = seer.seen[-1].station
        assert station is not None
        assert (station.name is not None) == names


def test_an_access_point_is_saved_that_should_not_be() -> None:
    for faults, said in (((), b"No AP"), (("join.current-saved",), b'"cafe"')):
        bench, _town, _seer = _board(faults)
        _say(bench, b"AT+CWMODE_DEF=1", b'AT+CWJAP_CUR="cafe",""')
        bench.board.reset()
        bench.settle()
        assert said in _say(bench, b"AT+CWJAP_CUR?")


def test_a_static_address_may_be_told() -> None:
    for variants, said in (((), b""), (("cipsta.told",), b"WIFI GOT IP\r\n")):
        bench, _town, _seer = _board(())
        bench.variants.set(variants)
        _say(bench, b"AT+CWMODE_CUR=1", b'AT+CWJAP_CUR="home","12345678"')
        _say(bench, b'AT+CIPSTA_CUR="192.168.1.77"')
        bench.board.readdressed()
        assert bench.settle() == said
        bench.board.readdressed()
        assert bench.settle() == said
