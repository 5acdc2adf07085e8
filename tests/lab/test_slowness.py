"""A host that answers echoes late, and nothing else of it is late."""

import time

import pytest
from scapy.layers.inet import ICMP

from rigs.lab.slowness import reply
from tests.lab.scenes import play
from tests.lab.worlds import IN_TIME_S

LATE_S = 0.3


def test_a_slow_host_answers_an_echo_so_much_later():
    async def scene(scene):
        home = await scene.ask("home")
        slow = (await scene.ask("host", on=home["name"], address="", slow_s=LATE_S))["address"]

        async def ping(within_s):
            told = await scene.ask("ping", on=home["name"], address=slow, within_s=within_s)
            return told["answered"]

        assert not await ping(LATE_S / 3)
        began = time.monotonic()
        assert await ping(IN_TIME_S)
        assert time.monotonic() - began >= LATE_S
        assert (await scene.ask("arp", on=home["name"], address=slow, within_s=IN_TIME_S))["mac"]

    play(scene)


def test_a_host_that_is_not_slow_answers_at_once():
    async def scene(scene):
        home = await scene.ask("home")
        host = (await scene.ask("host", on=home["name"], address="", slow_s=0.0))["address"]
        told = await scene.ask("ping", on=home["name"], address=host, within_s=IN_TIME_S)
        assert told["answered"]

    play(scene)


@pytest.mark.parametrize("data", [b"", b"a", b"ab", bytes(range(256))])
def test_a_reply_is_sound_and_holds_what_the_echo_held(data):
    answer = ICMP(reply(bytes(ICMP(type=8, id=7, seq=9) / data)))
    sum_of_reply = answer.chksum
    del answer.chksum

    assert (answer.type, answer.code, answer.id, answer.seq) == (0, 0, 7, 9)
    assert bytes(answer.payload) == data
    assert ICMP(bytes(answer)).chksum == sum_of_reply
