"""A bench's lab on another host at work: it dates by our clock, and its captures come to us.

The other host is a time namespace, in which the monotonic clock is eleven days ahead.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import shutil
import socket
import subprocess
import time
import warnings
from collections.abc import Awaitable, Callable
from pathlib import Path

import pcapng  # type: ignore[import-untyped]
import pytest
from rooms import BOARD, LAN, MAC, ROUTER, Room
from scapy.layers.l2 import ARP, Ether

from conformance.testbed import LabError
from conformance.verdict import Inconclusive, Reason
from conformance.wire import Capture, capture_of
from rigs import distantlab
from rigs.bench import BenchLab
from rigs.lab import ether
from rigs.lab.air import Air
from rigs.lab.capture import MOST_FRAMES
from rigs.lab.clock import HarnessClock
from rigs.lab.links import Links
from rigs.lab.world import World
from tests.lab.doors import ADoor
from tests.lab.worlds import IN_TIME_S, in_a_world
from tests.rigs.whole_runs import soon

ELEVEN_DAYS = 1_000_000
#: A doubt on this one host is less, however busy it is, and far less than eleven days; in
#: nanoseconds.
DOUBT = 10_000_000_000

Scene = Callable[[Room, ADoor, BenchLab], Awaitable[None]]


def at_a_distance(folder: Path, scene: Scene, ahead_s: int = ELEVEN_DAYS) -> None:
    async def test(world: World) -> None:
        room = Room(world)
        await room.furnish(ROUTER)
        with contextlib.closing(ADoor(folder, LAN, ahead_s=ahead_s)) as door:
            network = door.network(
                ssid="bench-7", password="not my own", bssid="f4:f2:6d:00:00:01", channel=6,
                address=ROUTER, interface=LAN,
            )  # fmt: skip
            with contextlib.closing(BenchLab(network)) as lab:
                assert lab.is_there, (lab.missing, door.said)
                assert lab.missing.keys() == {"access-points", "pairing", "second-station"}
                lab.keep_captures(folder / "captures", "TP-x")
                lab.begin("TP/x")
                await scene(room, door, lab)
        await world.links.remove(LAN)

    in_a_world(test)


def asks_around(room: Room, times: int = 1) -> None:
    """The board asks for somebody."""
    frame = bytes(
        Ether(src=MAC, dst=ether.BROADCAST) / ARP(op=1, hwsrc=MAC, psrc=BOARD, pdst="192.168.8.50")
    )
    with room.world.board.inside(), ether.raw_socket("sta", 0) as handle:
        handle.setblocking(True)
        for _ in range(times):
            handle.send(frame)


def captured(room: Room, lab: BenchLab) -> Capture:
    lab.ask("capture", {"side": "station"})
    asks_around(room)
    return capture_of(lab.ask("capture-end", {"side": "station"}))


@pytest.mark.parametrize("ahead_s", [0, ELEVEN_DAYS], ids=["our time", "another time"])
def test_a_capture_is_dated_by_our_clock_and_kept_here(tmp_path: Path, ahead_s: int) -> None:
    async def scene(room: Room, door: ADoor, lab: BenchLab) -> None:
        began = time.monotonic_ns()
        seen = captured(room, lab)
        ended = time.monotonic_ns()
        doubt = seen.uncertainty_ns
        assert 0 < doubt < DOUBT
        assert MAC in seen.iut_macs()
        times = [seen.began_at, *(frame.at for frame in seen.frames), seen.ended_at]
        assert all(began - doubt <= at <= ended + doubt for at in times)
        assert seen.path == "captures/TP-x.1.pcapng"
        again = captured(room, lab)
        assert again.path == "captures/TP-x.2.pcapng"
        check_file(tmp_path / seen.path, seen)
        # There they are gone when the next purpose begins, and here they stay.
        (kept,) = door.keeps.glob("lab-captures-*")
        assert len(list(kept.iterdir())) == 2
        lab.keep_captures(None, "")
        lab.begin("TP/y")
        assert not list(kept.iterdir())
        assert captured(room, lab).path == ""
        assert sorted(each.name for each in tmp_path.joinpath("captures").iterdir()) == [
            "TP-x.1.pcapng", "TP-x.2.pcapng",
        ]  # fmt: skip

    at_a_distance(tmp_path, scene, ahead_s)


def check_file(path: Path, seen: Capture) -> None:
    """It says itself how to find our clock's times in it."""
    with path.open("rb") as stream, warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of python-pcapng's own table
        section, *blocks = list(pcapng.FileScanner(stream))
    comment = section.options["opt_comment"]
    found = re.search(r"this minus (-?\d+) ns, give or take (\d+) ns", comment)
    assert found is not None, comment
    offset, doubt = int(found[1]), int(found[2])
    assert doubt == seen.uncertainty_ns
    before, real, after = time.monotonic_ns(), time.time_ns(), time.monotonic_ns()
    doubt += 1_000_000
    assert real - after - doubt <= offset <= real - before + doubt
    packets = [each for each in blocks if isinstance(each, pcapng.blocks.EnhancedPacket)]
    stamps = [(each.timestamp_high << 32) + each.timestamp_low - offset for each in packets]
    assert stamps == [frame.at for frame in seen.frames]
    if tshark := shutil.which("tshark"):
        shown = subprocess.run(
            [tshark, "-r", str(path), "-Y", "arp"], capture_output=True, encoding="utf-8",
            timeout=60, check=True,
        )  # fmt: skip
        assert "192.168.8.50" in shown.stdout


def test_what_came_to_a_peer_is_dated_by_our_clock(tmp_path: Path) -> None:
    async def scene(room: Room, door: ADoor, lab: BenchLab) -> None:
        asked = {"on": "home", "protocol": "udp", "address": "", "port": 0}
        lab.ask("home", {})
        peer = lab.ask("peer", asked)
        with room.world.board.inside():
            sender = ether.bound_socket("sta", socket.SOCK_DGRAM)
        with sender:
            before = time.monotonic_ns()
            sender.sendto(b"hello", (ROUTER, peer["port"]))
            asked = {"name": peer["name"], "at_least": 5, "within_s": IN_TIME_S}
            (told,) = lab.ask("peer-received", asked)["received"]
        doubt = told["uncertainty_ns"]
        assert 0 < doubt < DOUBT
        assert before - doubt <= told["at"] <= time.monotonic_ns() + doubt

    at_a_distance(tmp_path, scene)


def test_a_capture_that_is_no_evidence_comes_all_the_same(tmp_path: Path) -> None:
    async def scene(room: Room, door: ADoor, lab: BenchLab) -> None:
        lab.ask("capture", {"side": "station"})
        asks_around(room, MOST_FRAMES + 1)
        with pytest.raises(Inconclusive, match=r"more than 4000|lost") as caught:
            lab.ask("capture-end", {"side": "station"})
        assert caught.value.reason == Reason.CAPTURE_DROPPED
        (kept,) = tmp_path.joinpath("captures").iterdir()
        assert kept.name == "TP-x.1.pcapng"
        assert kept.stat().st_size > MOST_FRAMES * 60
        lab.keep_captures(tmp_path / "captures", "TP-y")
        lab.begin("TP/y")
        assert MAC in captured(room, lab).iut_macs()

    at_a_distance(tmp_path, scene)


def test_a_capture_that_is_too_large_to_fetch_decides_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(distantlab, "_LARGEST", 100)

    async def scene(room: Room, door: ADoor, lab: BenchLab) -> None:
        with pytest.raises(Inconclusive, match="more than the 100 that are fetched") as caught:
            captured(room, lab)
        assert caught.value.reason == Reason.CAPTURE_DROPPED
        assert lab.problem() == ""

    at_a_distance(tmp_path, scene)


@pytest.mark.parametrize(
    ("name", "content"),
    [("../TP-x.9.pcapng", "AAAA"), ("other.1.pcapng", "AAAA"), ("TP-x.1.sh", "AAAA"),
     ("TP-x.1.pcapng", ""), ("TP-x.1.pcapng", "A" * 80), ("TP-x.1.pcapng", "no base64!")],
)  # fmt: skip
def test_a_lab_that_names_another_place_or_sends_nonsense_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: str
) -> None:
    monkeypatch.setattr(distantlab.LabTalk, "__init__", lambda self, end: None)
    lab = distantlab.DistantLab.__new__(distantlab.DistantLab)
    lab._captures, lab._prefix, lab._fetched, lab._broken = tmp_path / "c", "TP-x", set(), ""
    answers = {
        "capture-files": {"files": [{"name": name, "size": 3}]}, "capture-file": {"data": content},
    }  # fmt: skip
    monkeypatch.setattr(distantlab.LabTalk, "ask", lambda self, question, _: answers[question])
    with pytest.raises(LabError, match="of its captures it told"):
        lab._fetch()
    assert not list(tmp_path.rglob("*.*"))


def test_a_prefix_that_leads_elsewhere_is_refused_there(tmp_path: Path) -> None:
    async def scene(room: Room, door: ADoor, lab: BenchLab) -> None:
        lab.keep_captures(tmp_path / "captures", "../../x")
        with pytest.raises(Inconclusive, match="no name of a capture"):
            lab.begin("TP/y")

    at_a_distance(tmp_path, scene)


def test_who_joined_is_dated_by_the_harness_s_clock_and_without_doubt_on_one_host() -> None:
    air = Air(Links.__new__(Links), Links.__new__(Links))
    air.log_line("joined", MAC, "home", "")
    (line,) = air.told()
    assert "uncertainty_ns" not in line
    assert abs(line["at"] - time.monotonic_ns()) < DOUBT
    air.forget()
    air.clock.set(-ELEVEN_DAYS * 10**9, 500)
    air.log_line("joined", MAC, "home", "")
    (line,) = air.told()
    assert abs(line["at"] + ELEVEN_DAYS * 10**9 - time.monotonic_ns()) < DOUBT
    assert 500 <= line["uncertainty_ns"] < DOUBT


def test_a_harness_whose_host_has_vanished_is_out_in_seconds(tmp_path: Path) -> None:
    """Without a word: the wire between them is unplugged."""

    async def test(world: World) -> None:
        room = Room(world)
        await room.furnish(ROUTER)
        with contextlib.closing(ADoor(tmp_path, "none0", listen=f"{ROUTER}:0")) as door:
            network = door.network(lab=f"{ROUTER}:{door.port}", station_interface="none0")
            with room.world.board.inside():
                there = BenchLab(network)
            assert there.is_there, there.missing
            there.begin("TP/x")
            await world.links.down("sta-air")
            assert await asyncio.to_thread(soon, lambda: not door.labs())
            assert there._lab is not None
            assert await asyncio.to_thread(soon, lambda: there._lab.problem)  # type: ignore[union-attr]
            assert "lab is lost" in there.problem()
            with contextlib.closing(BenchLab(network)) as here:
                here.begin("TP/y")
        await world.links.remove(LAN)

    in_a_world(test)


def test_the_doubt_grows_until_it_is_measured_again() -> None:
    clock = HarnessClock()
    assert (clock.doubt_ns, clock.shift_ns) == (0, 0)
    clock.set(7, 1000)
    first = clock.doubt_ns
    while clock.doubt_ns == first:
        time.sleep(0.001)  # the passing of time itself is what is waited for
    clock.check(5, 1000)
    assert clock.shift_ns == 7
    assert clock.doubt_ns >= 1002
