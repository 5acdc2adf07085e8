"""A capture that can be trusted, and one that cannot and says so."""

import shutil
import socket
import struct
import subprocess
import time

import pytest

from conformance.wire import capture_of
from rigs.lab.capture import MOST_FRAMES, Captures, Vanished
from rigs.lab.questions import Cannot, handler_of
from rigs.lab.tap import Heard, heard_at
from tests.lab.worlds import board_socket, in_a_world, plug_in

#: An ethertype that nobody understands, and so nobody answers.
STRANGE = b"\x12\x34"
IUT, LAB = bytes.fromhex("020000000001"), bytes.fromhex("020000000002")

#: The smallest ring: one block.
FEW = 32


def frame(source, text=b""):
    return b"\xff" * 6 + source + STRANGE + text.ljust(46, b".")


def to_the_board(text=b""):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as raw:
        raw.sendto(frame(LAB, text), ("sta-air", 0))


def test_a_capture_sees_what_comes_from_the_iut_and_what_goes_to_it_and_nothing_of_its_own():
    async def test(world):
        await plug_in(world)
        began = time.monotonic_ns()
        await handler_of("capture")(world, {"side": "station"})
        with board_socket(world) as board:
            board.send(frame(IUT, b"one"))
            to_the_board(b"two")
            board.send(frame(IUT, b"three"))
        seen = capture_of(await handler_of("capture-end")(world, {"side": "station"}))

        assert [f.from_iut for f in seen.frames] == [True, False, True]
        assert [f.source[-1] for f in seen.frames] == ["1", "2", "1"]
        assert [f.number for f in seen.frames] == [1, 2, 3]
        assert {(f.side, f.ethertype, f.length) for f in seen.frames} == {("station", 0x1234, 60)}
        assert seen.iut_macs() == {"02:00:00:00:00:01"}
        times = [began, *(f.at for f in seen.frames), time.monotonic_ns()]
        assert times == sorted(times)
        assert seen.uncertainty_ns < 10_000_000
        assert seen.drops == 0

    in_a_world(test)


def test_a_tag_that_the_kernel_carries_beside_the_frame_is_in_it_again():
    ring = bytearray(2048)
    whole = frame(IUT)
    # As <linux/if_packet.h> has it: ours and tagged; 5 is the tag.
    struct.pack_into("=IIIHHIIHH", ring, 0, 1 | 1 << 4, 60, 60, 80, 94, 1, 2, 5, 0)
    struct.pack_into("=HHiHBB", ring, 32, socket.AF_PACKET, 0, 7, 1, socket.PACKET_OUTGOING, 6)
    ring[80 : 80 + len(whole)] = whole

    assert heard_at(ring, 0) == Heard(
        1_000_000_002, whole[:12] + b"\x81\x00\x00\x05" + whole[12:], 64, 7, True
    )
    assert heard_at(bytearray(2048), 0) is None


def test_what_was_sent_before_it_began_is_not_in_it():
    async def test(world):
        await plug_in(world)
        with board_socket(world) as board:
            board.send(frame(IUT))
            captures = Captures(world)
            await captures.begin("station")
            assert (await captures.end("station"))["frames"] == []

    in_a_world(test)


def test_what_passed_between_two_captures_is_in_neither_and_drops_are_not_handed_on():
    async def test(world):
        await plug_in(world)
        captures = Captures(world)
        with board_socket(world) as board:
            await captures.begin("station", slots=FEW)
            for _ in range(10 * FEW):
                board.send(frame(IUT, b"one"))
            with pytest.raises(Cannot, match="lost"):
                await captures.end("station")
            board.send(frame(IUT, b"between"))
            for _ in range(3):
                await captures.begin("station", slots=FEW)
                board.send(frame(IUT, b"two"))
                assert len((await captures.end("station"))["frames"]) == 1

    in_a_world(test)


def test_an_interface_that_is_down_is_heard_from_its_first_frame_on():
    async def test(world):
        captures = Captures(world)
        await captures.begin("station")
        for _ in range(3):
            await plug_in(world)
            with board_socket(world) as board:
                board.send(frame(IUT))
            await world.links.down("sta-air")
        assert len((await captures.end("station"))["frames"]) == 3

    in_a_world(test)


def test_every_frame_of_a_burst_on_any_processor_is_there_when_it_ends():
    async def test(world):
        await plug_in(world)
        captures = Captures(world)
        await captures.begin("station")
        with board_socket(world) as board:
            for _ in range(MOST_FRAMES):
                board.send(frame(IUT))
        assert len((await captures.end("station"))["frames"]) == MOST_FRAMES

    in_a_world(test)


def test_both_sides_can_be_captured_at_once_and_one_side_only_once():
    async def test(world):
        await plug_in(world)
        captures = Captures(world)
        await captures.begin("station")
        await captures.begin("softap")
        with pytest.raises(Cannot, match="goes on already"):
            await captures.begin("station")
        with board_socket(world) as board:
            board.send(frame(IUT))
        assert (await captures.end("softap"))["frames"] == []
        assert len((await captures.end("station"))["frames"]) == 1
        with pytest.raises(Cannot, match="no capture of the station goes on"):
            await captures.end("station")

    in_a_world(test)


def test_a_capture_that_hears_nothing_of_its_own_in_time_is_late():
    async def test(world):
        await world.links.down("lo")
        with pytest.raises(Cannot, match="none of the lab's own frames") as caught:
            await Captures(world).begin("station", within_s=0.3)
        assert caught.value.reason == "capture-late"

    in_a_world(test)


def test_dropped_frames_are_told_and_what_was_seen_is_written_down(tmp_path):
    async def test(world):
        await plug_in(world)
        await world.begin("p", tmp_path / "captures", "p")
        captures = Captures(world)
        await captures.begin("station", slots=FEW)
        with board_socket(world) as board:
            for _ in range(10 * FEW):
                board.send(frame(IUT))
        with pytest.raises(Cannot, match=r"lost \d+ of \d+ frames") as caught:
            await captures.end("station")
        assert caught.value.reason == "capture-dropped"
        assert (tmp_path / "captures" / "p.1.pcapng").stat().st_size > FEW * 60

    in_a_world(test)


def test_more_frames_than_can_be_told_are_no_evidence():
    async def test(world):
        await plug_in(world)
        captures = Captures(world)
        await captures.begin("station")
        with board_socket(world) as board:
            for _ in range(MOST_FRAMES + 1):
                board.send(frame(IUT))
        with pytest.raises(Cannot, match=f"more than {MOST_FRAMES}") as caught:
            await captures.end("station")
        assert caught.value.reason == "capture-dropped"

    in_a_world(test)


def test_an_end_that_cannot_be_proven_is_no_evidence():
    async def test(world):
        captures = Captures(world)
        await captures.begin("station")
        await world.links.down("lo")
        with pytest.raises(Cannot, match="never heard the lab's own frame") as caught:
            await captures.end("station", within_s=0.3)
        assert caught.value.reason == "capture-dropped"

    in_a_world(test)


@pytest.mark.parametrize("again", [False, True])
def test_an_interface_that_goes_away_breaks_the_capture_even_if_another_takes_its_name(again):
    async def test(world):
        await plug_in(world)
        captures = Captures(world)
        await captures.begin("station")
        await world.links.remove("sta-air")
        if again:
            await world.links.veth("sta-air", "elsewhere")
        with pytest.raises(Vanished, match="sta-air went away"):
            await captures.end("station", within_s=0.3)

    in_a_world(test)


def test_a_capture_of_a_purpose_does_not_outlive_it():
    async def test(world):
        await handler_of("capture")(world, {"side": "station"})
        await world.begin("another", None, "")
        with pytest.raises(Cannot, match="no capture"):
            await handler_of("capture-end")(world, {"side": "station"})

    in_a_world(test)


def test_a_side_that_no_board_has_cannot_be_captured():
    async def test(world):
        with pytest.raises(Cannot, match="no side 'uplink'"):
            await Captures(world).begin("uplink")

    in_a_world(test)


@pytest.mark.skipif(not shutil.which("tshark"), reason="no tshark here")
def test_tshark_reads_the_file_without_a_complaint(tmp_path):
    async def test(world):
        await plug_in(world)
        await world.begin("p", tmp_path / "captures", "p")
        await handler_of("capture")(world, {"side": "station"})
        with board_socket(world) as board:
            board.send(frame(IUT))
            to_the_board()
        told = await handler_of("capture-end")(world, {"side": "station"})
        assert told["path"] == "captures/p.1.pcapng"

    in_a_world(test)
    file = tmp_path / "captures" / "p.1.pcapng"
    fields = "-e frame.number -e frame.packet_flags_direction -e frame.interface_name -e frame.len"
    asked = ["tshark", "-n", "-r", str(file), "-T", "fields", *fields.split()]
    told = subprocess.run(asked, capture_output=True, text=True, check=True)
    assert told.stdout.splitlines() == [
        "1\t0x00000001\tsta-air\t60",
        "2\t0x00000002\tsta-air\t60",
    ]
    complaints = [line for line in told.stderr.splitlines() if "could be dangerous" not in line]
    assert complaints == []
    about = subprocess.run(["capinfos", str(file)], capture_output=True, text=True, check=True)
    assert "nanoseconds (9)" in about.stdout
    assert "monotonic time" in about.stdout
