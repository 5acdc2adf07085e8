"""Being told whom to join, and being found: phones, the packets for WeChat, and their faults."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from emulator_bench import Bench
from town import Town
from village import Village

from rigs.emulator.mutants.catalogue import PAIRED
from rigs.emulator.settings.accesspoint import AccessPoint
from rigs.emulator.timers import SECOND
from rigs.emulator.wifi.air import Way

EVERYBODY = "255.255.255.255", 12476
HOME = AccessPoint(b"home", b"12345678")

Seen = tuple[object, ...]


class Place:
    """A station that has joined, in a town with a village behind it."""

    def __init__(self, *faults: str) -> None:
        self.town, self.village = Town(), Village()
        self.bench = Bench("document", faults, air=self.town, village=self.village).booted().mute()
        self.bench.say(b"AT+CWMODE_CUR=1\r\n")

    def say(self, line: str) -> bytes:
        self.bench.board.receive(line.encode() + b"\r\n")
        return self.bench.settle_for(0)

    def join(self) -> None:
        self.bench.say(b'AT+CWJAP_CUR="home","12345678"\r\n')

    def sent_within(self, seconds: int) -> int:
        before = len(self.village.heard)
        self.bench.settle_for(seconds * SECOND)
        return sum(to == EVERYBODY for _data, to in self.village.heard[before:])


def kinds(place: Place) -> Seen:
    """What is listened for, by type."""
    seen = []
    for line in ("=1", "=2", "=3", ""):
        place.say(f"AT+CWSTARTSMART{line}")
        seen.append(place.town.kind)
        place.say("AT+CWSTOPSMART")
    return tuple(seen)


def stopped(place: Place) -> Seen:
    """What becomes of a phone and of another command after the end."""
    place.say("AT+CWSTARTSMART")
    place.say("AT+CWSTOPSMART")
    return place.town.tell(Way.SMARTCONFIG, HOME), b"OK" in place.say("AT+CWLAPOPT=1,127")


def found(place: Place) -> Seen:
    """How many packets are sent: at 0, every 2 s, and after the end."""
    place.join()
    answers = [place.say('AT+CWSTARTDISCOVER="gh","1",0')]
    sent = [place.sent_within(10)]
    answers.append(place.say('AT+CWSTARTDISCOVER="gh","1",2'))
    sent.append(place.sent_within(9))
    place.say("AT+CWSTOPDISCOVER")
    sent.append(place.sent_within(10))
    return (*sent, *(b"OK" in each for each in answers))


HEALTHY: dict[Callable[[Place], Seen], Seen] = {
    kinds: (1, 2, 3, 3),
    stopped: (False, True),
    found: (0, 4, 0, True, True),
}


@pytest.mark.parametrize("look", HEALTHY, ids=lambda look: look.__name__)
def test_health(look: Callable[[Place], Seen]) -> None:
    assert look(Place()) == HEALTHY[look]


@pytest.mark.parametrize("fault", [each.id for each in PAIRED])
def test_each_fault_shows(fault: str) -> None:
    assert [look(Place(fault)) for look in HEALTHY] != list(HEALTHY.values())


def test_nobody_is_told_before_there_is_an_address() -> None:
    place = Place()
    place.say('AT+CWSTARTDISCOVER="gh","1",2')
    assert place.sent_within(10) == 0
    place.join()
    assert place.sent_within(10) == 5


def test_a_reset_ends_it() -> None:
    place = Place()
    place.join()
    place.say('AT+CWSTARTDISCOVER="gh","1",2')
    place.bench.board.reset()
    assert place.sent_within(10) == 0


def test_another_mac_leaves_and_comes_back() -> None:
    place = Place()
    place.join()
    said = place.bench.say(b'AT+CIPSTAMAC_CUR="1a:fe:34:00:00:07"\r\n')
    assert b"WIFI DISCONNECT\r\n" in said
    assert b"WIFI CONNECTED\r\n" in said
    assert b"WIFI" not in place.bench.say(b'AT+CIPSTAMAC_CUR="1a:fe:34:00:00:07"\r\n')
