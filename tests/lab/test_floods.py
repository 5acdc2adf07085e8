"""Who sends without a pause, or nonsense, holds up nobody and breaks nothing."""

import asyncio
import socket
import time

import pytest
from scapy.layers.l2 import ARP, Ether

from rigs.lab import ether
from rigs.lab.recording import Recording
from tests.lab.scenes import MAC, play
from tests.lab.worlds import IN_TIME_S, board_socket, in_a_world, plug_in

WITHIN_S = 0.3
FEW = 64


def test_a_question_ends_in_time_though_something_else_comes_all_the_time():
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    ours.setblocking(False)

    def read(data):
        if time.monotonic() < give_up:
            theirs.send(data)  # the next one is there before anybody has looked at this one

    with ours, theirs:
        theirs.send(b"not an answer")
        give_up = time.monotonic() + IN_TIME_S
        assert asyncio.run(ether.asked(ours, lambda: None, read, WITHIN_S)) is None
    assert time.monotonic() < give_up


ARP_OF_ANOTHER_LINK = b"\x00\x96" + bytes(ARP(op=2))[2:]


@pytest.mark.parametrize("packet", [b"", bytes(ARP(op=2))[:9], ARP_OF_ANOTHER_LINK])
def test_a_frame_that_makes_no_sense_is_no_answer(packet):
    async def scene(scene):
        await scene.settled()
        with board_socket(scene.world) as raw:
            nonsense = bytes.fromhex("ffffffffffff" + MAC.replace(":", "")) + b"\x08\x06" + packet
            asyncio.get_running_loop().call_later(0.1, raw.send, nonsense)
            asked = {"on": "ap1", "address": "192.168.51.99", "within_s": WITHIN_S}
            assert await scene.ask("arp", **asked) == {"mac": ""}

    play(scene)


def test_a_capture_reads_no_more_at_once_than_it_has_room_for():
    async def test(world):
        await plug_in(world)
        recording = Recording("sta-air", slots=FEW)
        frame = bytes(Ether(src=MAC, dst=ether.BROADCAST) / ARP())
        with board_socket(world) as raw:
            for _ in range(FEW // 2):
                raw.send(frame)
            taken = 0
            for _ in recording.tap.read():
                raw.send(frame)
                taken += 1
            assert taken == FEW
        recording.close()

    in_a_world(test)


def test_what_is_more_than_a_capture_keeps_is_lost_and_counted(monkeypatch):
    monkeypatch.setattr("rigs.lab.recording.MOST_KEPT", 5)

    async def test(world):
        await plug_in(world)
        recording = Recording("sta-air")
        assert await recording.prove(IN_TIME_S)
        before = len(recording.heard)
        with board_socket(world) as raw:
            for _ in range(9):
                raw.send(bytes(Ether(src=MAC, dst=ether.BROADCAST) / ARP()))
        assert await recording.prove(IN_TIME_S)
        assert len(recording.heard) == 5
        assert recording.drops() == before + 9 - 5
        recording.close()

    in_a_world(test)
