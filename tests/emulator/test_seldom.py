"""Faults of what works at first: each shows the second time, in another mode, or while joined.

Law: a story is told in health and with the fault, and differs; a first try shows nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from ipaddress import IPv4Address

import pytest
from emulator_bench import Bench
from town import CAFE, FAR, HOME, LEASE, Place, Town
from village import PEER, PORT, Village

from rigs.emulator.mutants.catalogue import SELDOM
from rigs.emulator.net.inforce import InForce
from rigs.emulator.settings.accesspoint import AccessPoint
from rigs.emulator.settings.addresses import IpConfig
from rigs.emulator.timers import SECOND
from rigs.emulator.wifi.air import Beacon, Guest, Way

LONG = b"p" * 40
SAFE_SSID = b"a safe one far away"
SAFE = Place(Beacon(SAFE_SSID, bytes.fromhex("cad719d8a678"), 6, 3, -9), LONG)
MIXED = Place(Beacon(b"mixed", bytes.fromhex("cad719d8a679"), 1, 4, -100), b"12345678")
COMMA = Place(Beacon(b"a,b", bytes.fromhex("cad719d8a680"), 6, 3, -90), b"12345678")
MANY = tuple(
    Place(Beacon(b"%d" % each, bytes.fromhex("cad719d8a7") + bytes((each,)), 7))
    for each in range(9)
)
WISHES = (
    AccessPoint(b"home", b"12345678"),
    AccessPoint(b"cafe", b""),
    AccessPoint(b"mixed", b"12345678"),
    AccessPoint(SAFE_SSID, LONG),
)
EVERYBODY = "255.255.255.255", 12476


class Scene:
    """A board in a town with a village behind it; `force` is what is in force at last."""

    def __init__(self, fault: str) -> None:
        self.town, self.village = Town((FAR, HOME, CAFE, SAFE, MIXED, COMMA)), Village()
        faults = [fault] if fault else []
        self.bench = Bench("document", faults, air=self.town, village=self.village)
        self.force: InForce | None = None
        self.bench.board.followers = (self,)
        self.bench.booted().mute()

    def follow(self, force: InForce) -> None:
        self.force = force

    def say(self, *lines: str) -> bytes:
        return b"".join(self.bench.say(line.encode() + b"\r\n") for line in lines)

    def sent_within(self, seconds: int) -> int:
        before = len(self.village.heard)
        self.bench.settle_for(seconds * SECOND)
        return sum(to == EVERYBODY for _data, to in self.village.heard[before:])

    def move(self, address: str) -> None:
        """A server gives another address."""
        self.bench.board.leased(IpConfig(IPv4Address(address), LEASE.gateway, LEASE.netmask))


JOIN = 'AT+CWJAP_CUR="home","12345678"'
ASK = "AT+CWJAP_CUR?"


def joins(scene: Scene) -> object:
    by_bssid = f'{JOIN},"ca:d7:19:d8:a6:02"'
    said = scene.say("AT+CWMODE_CUR=1", by_bssid, ASK, by_bssid, ASK, "AT+CWQAP", ASK)
    said += scene.say('AT+CWJAP_CUR="home","wrong678"', ASK, JOIN)
    for scope in ("", "_CUR", "_DEF"):
        said += scene.say(f'AT+CWJAP{scope}="nosuch","12345678"', JOIN)
    return said + scene.say("AT+CWQAP", ASK)


def saves(scene: Scene) -> object:
    """What a boot makes of what was saved in each way; what was joined tells on which way."""
    said = b""
    for scope in ("", "_DEF"):
        for mode, line in (
            (3, f'AT+CWJAP{scope}="home","12345678"'),
            (1, f'AT+CWJAP{scope}="home","12345678","ca:d7:19:d8:a6:02"'),
            (1, f'AT+CWJAP{scope}="{SAFE_SSID.decode()}","{LONG.decode()}"'),
            (1, f'AT+CWJAP{scope}="cafe",""'),
            (1, f'AT+CWJAP{scope}="a\\,b","12345678"'),
            (1, f'AT+CIPSTAMAC{scope}="1a:fe:34:00:00:77"'),
            (1, f'AT+CIPSTA{scope}="192.168.1.77"'),
            (1, f"AT+CWDHCP{scope}=1,0"),
            (1, f"AT+CWMODE{scope}=3"),
        ):
            said += scene.say("AT+RESTORE", "ATE0", f"AT+CWMODE_DEF={mode}")
            scene.say('AT+CWJAP_DEF="mixed","12345678"' if mode == 1 else "AT")
            said += scene.say(line, "AT+RST", "ATE0", ASK, "AT+CIPSTAMAC_DEF?", "AT+CIPSTA_DEF?")
            said += scene.say("AT+CWMODE_DEF?", "AT+CWDHCP_DEF?")
    return said


def saves_with_guests(scene: Scene) -> object:
    said = b""
    for scope in ("", "_DEF"):
        said += scene.say("AT+RESTORE", "ATE0", "AT+CWMODE_DEF=3")
        scene.town.guests = (Guest(bytes(5) + b"\x01", None),)
        said += scene.say(
            f'AT+CWSAP{scope}="net","12345678",5,3',
            f'AT+CIPAPMAC{scope}="1a:fe:34:00:00:78"',
            'AT+CWDHCPS_DEF=1,3,"192.168.4.10","192.168.4.15"',
            f'AT+CIPAP{scope}="192.168.6.1"',
            "AT+RST",
            "ATE0",
        )
        scene.town.guests = ()
        said += scene.say("AT+CWSAP_DEF?", "AT+CIPAPMAC_DEF?", "AT+CIPAP_DEF?", "AT+CWDHCPS_DEF?")
    return said


def boots(scene: Scene) -> object:
    scene.say("AT+CWMODE_DEF=3", 'AT+CWJAP_DEF="home","12345678"')
    said = scene.say("AT+RST", "ATE0", ASK, 'AT+CWJAP_CUR="nosuch","12345678"')
    return said + scene.say("AT+RST", "ATE0", ASK)


def scans(scene: Scene) -> object:
    near = 'AT+CWLAP="home","ca:d7:19:d8:a6:01",7'
    said = scene.say("AT+CWMODE_CUR=1", near, "AT+CWLAPOPT=1,32", "AT+CWLAP", "AT+CWLAPOPT=1,127")
    said += scene.say("AT+CWLAP", 'AT+CWLAP="home"', JOIN, "AT+CWLAP", "AT+CWLAPOPT=1,3")
    said += scene.say("AT+CWLAP", "AT+CWLAP", "AT+CWLAPOPT=1,0", "AT+CWLAP")
    said += scene.say("AT+CWLAPOPT=1,3")
    scene.town.places[1] = Place(replace(CAFE.beacon, bssid=HOME.beacon.bssid))
    scene.town.places += MANY
    return said + scene.say("AT+CWQAP", "AT+CWLAP")


def guests(scene: Scene) -> object:
    said, mac = scene.say("AT+CWMODE_CUR=3"), bytes.fromhex("5ccf7f000001")
    for address in ("192.168.4.2", "192.168.4.9"):
        scene.town.guests = (Guest(mac, IPv4Address(address)),)
        said += scene.say("AT+CWLIF")
    return said + scene.say(JOIN, "AT+CWLIF")


def moves(scene: Scene) -> object:
    said = scene.say("AT+CWMODE_CUR=1", JOIN, "AT+CIFSR", "AT+CIPSTA_CUR?", "AT+CWQAP", "AT+CIFSR")
    for scope in ("", "_CUR", "_DEF"):
        said += scene.say(f'AT+CIPSTA{scope}="192.168.1.66"', JOIN, "AT+CIPSTA_CUR?", "AT+CWQAP")
        said += scene.say("AT+CIPSTA_DEF?", "AT+CWDHCP=1,1")
    said += scene.say(JOIN)
    scene.move("192.168.1.99")
    said += scene.say("AT+CIPSTA_CUR?", 'AT+CIPSTA_CUR="192.168.1.77"', "AT+CIFSR")
    return said


def tells(scene: Scene) -> object:
    """What the station says of itself, and what AT+CIPSTATUS says of it."""
    said = scene.say("AT+CWMODE_CUR=3", "AT+CWDHCP_CUR=1,0", JOIN)
    said += scene.say("AT+CWDHCP_CUR=1,1")
    scene.move("192.168.1.50")
    said += scene.bench.settle() + scene.say("AT+CIFSR", "AT+CIPSTATUS", "AT+CWQAP")
    said += scene.say("AT+CWDHCP_CUR=1,0", "AT+CWDHCP_CUR=1,1")
    said += scene.say('AT+CWJAP_CUR="nosuch","12345678"', "AT+CIPSTATUS", "AT+CWQAP")
    scene.town.guests = (Guest(bytes(5) + b"\x02", IPv4Address("192.168.4.7")),)
    said += scene.say("AT+CWDHCP_CUR=0,0", "AT+CWDHCP_CUR=0,1", "AT+CWLIF")
    said += scene.say('AT+CWDHCPS_CUR=1,3,"192.168.4.10","192.168.4.15"', "AT+CWMODE_CUR=2")
    said += scene.say("AT+CWDHCPS_CUR?", "AT+CWMODE_CUR=1", "AT+CWMODE_CUR=2", "AT+CWDHCPS_CUR?")
    said += scene.say("AT+CWMODE_CUR=1", "AT+CWAUTOCONN=0")
    said += scene.say(*(f'AT+CWJAP{each}="home","12345678"' for each in ("", "_CUR", "_DEF")))
    said += scene.say("AT+SAVETRANSLINK=0")
    return said + scene.say("AT+CWQAP", "AT+CWMODE_CUR=1", "AT+CWDHCP_CUR=2,0")


def pings(scene: Scene) -> object:
    ping = f'AT+PING="{PEER}"'
    said = scene.say("AT+CWMODE_CUR=2", ping, "AT+CWMODE_CUR=1", JOIN, ping)
    return said + scene.say(ping, "AT+CWMODE_CUR=3", ping)


def pairs(scene: Scene) -> object:
    """Who is heard, and what comes of it."""
    tell, said = scene.town.tell, scene.say("AT+CWMODE_CUR=1")
    for start, stop, way in (
        ("AT+CWSTARTSMART", "AT+CWSTOPSMART", Way.SMARTCONFIG),
        ("AT+WPS=1", "AT+WPS=0", Way.WPS),
    ):
        for wish in WISHES:
            said += scene.say("AT+RST", "ATE0", "AT+CWMODE_CUR=1", start, stop, "AT+CWQAP", start)
            said += b"heard" if tell(way, wish) else b"deaf"
            said += scene.bench.settle() + scene.say(stop, ASK)
    for lines in (("AT+WPS=2",), ("AT+WPS=1", "AT+WPS=x")):
        said += scene.say("AT+RST", "ATE0", "AT+CWMODE_CUR=1", "AT+CWQAP", *lines)
        said += b"heard" if tell(Way.WPS, WISHES[0]) else b"deaf"
    return said


def buffers(scene: Scene) -> object:
    said = scene.say("AT+CWMODE_CUR=2", "AT+CIPMUX=1", f'AT+CIPSTART=0,"TCP","{PEER}",{PORT}')
    for name in ("STATUS", "RESET"):
        said += scene.say(*(f"AT+CIPBUF{name}={link}" for link in (0, 1, 5)))
    return said + scene.say("AT+CIPSENDBUF=0,2049", "AT+CIPSENDBUF=0,8192", "AT")


def is_found(scene: Scene) -> object:
    scene.say("AT+CWMODE_CUR=1", JOIN)
    every, sent = 'AT+CWSTARTDISCOVER="gh","1",%d', []
    scene.say('AT+CWSTARTDISCOVER="gh","1",-1', 'AT+CWSTARTDISCOVER="gh","1",1,1')
    sent.append(scene.sent_within(8))
    for line in (every % 9, every % 2, every % 0, "AT+CWSTOPDISCOVER", every % 2, every % -1):
        scene.say(line)
        sent.append(scene.sent_within(8))
    return sent


def is_named(scene: Scene) -> object:
    scene.say("AT+CWMODE_CUR=1", JOIN)
    seen = []
    for line in (
        'AT+MDNS=2,"z","b",80',
        'AT+MDNS=1,"a","b",80',
        'AT+MDNS=1,"c","d",81',
        "AT+MDNS=0",
        'AT+MDNS=1,"e","f",82',
        "AT+MDNS=x",
        'AT+MDNS=256,"g","h",83',
    ):
        scene.say(line)
        seen.append(scene.force and scene.force.station and scene.force.station.name)
    return seen


STORIES: Sequence[Callable[[Scene], object]] = (
    joins, saves, saves_with_guests, boots, scans, guests, moves, tells, pings, pairs, buffers,
    is_found, is_named,
)  # fmt: skip

ON_THE_WIRE = {
    "mdns.host-cut", "mdns.first-address",
    "softap-dhcp.default-time-renewed", "softap-dhcp.asked-outside",
    "wifi.connected-for-guests",
    *(f"cwsap{end}.query-stale-with-guests" for end in ("", "_cur", "_def")),
}  # fmt: skip
"""Those of test_services.py and test_lab_air.py."""


@pytest.fixture(scope="module")
def healthy() -> dict[Callable[[Scene], object], object]:
    return {story: story(Scene("")) for story in STORIES}


@pytest.mark.parametrize("fault", [each.id for each in SELDOM if each.id not in ON_THE_WIRE])
def test_each_shows(fault: str, healthy: dict[Callable[[Scene], object], object]) -> None:
    assert any(story(Scene(fault)) != told for story, told in healthy.items())
