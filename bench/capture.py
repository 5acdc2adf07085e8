"""What a capture costs, side by side with a plain loop: `python bench/capture.py`.

Part one: frames a second over a veth pair, by our tap, whose ring the kernel fills while nobody
runs, and by a loop of `recv` in a thread, as one would write it first. Each gets bursts of growing
size as fast as a sender can send; told is the largest burst of which nothing was lost.
Part two: what is made of a frame, in microseconds, against scapy's dissecting it whole.
Runs in namespaces of its own and needs no root where the kernel gives them to everybody.
"""

from __future__ import annotations

import argparse
import asyncio
import socket
import statistics
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from rigs.lab.dissect import Dissector, Seen, prepare
from rigs.lab.links import Links
from rigs.lab.namespaces import leave_the_hosts
from rigs.lab.tap import SLOTS, Tap

BURSTS = (250, 500, 1000, 2000, 4000, 8000)
FRAME = b"\xff" * 6 + bytes.fromhex("020000000001") + b"\x12\x34"
ETH_P_ALL = 3


def burst(size: int) -> float:
    """Send so many frames; seconds that it took."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as raw:
        raw.bind(("far", 0))
        began = time.perf_counter()
        for _ in range(size):
            raw.send(FRAME + bytes(46))
        return time.perf_counter() - began


def by_tap(size: int) -> tuple[int, float]:
    """How many of a burst our tap had, and how long sending took."""
    with Tap("near") as tap:
        took = burst(size)
        return sum(1 for _ in tap.read()), took


def by_recv(size: int) -> tuple[int, float]:
    """How many of a burst a plain loop had."""
    kept: list[bytes] = []
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL)) as raw:
        raw.bind(("near", ETH_P_ALL))
        raw.settimeout(0.3)

        def loop() -> None:
            try:
                while True:
                    kept.append(raw.recv(65536))
            except TimeoutError:
                return

        reader = threading.Thread(target=loop)
        reader.start()
        took = burst(size)
        reader.join()
    return sum(data.startswith(FRAME) for data in kept), took


def recorded(rounds: int) -> None:
    """Part one."""
    print(f"{'burst':>8} {'sent/s':>10} {'tap':>10} {'recv loop':>10}   frames lost, median")
    for size in BURSTS:
        lost: dict[Callable[[int], tuple[int, float]], list[int]] = {by_tap: [], by_recv: []}
        rates = []
        for _ in range(rounds):
            for how in lost:
                had, took = how(size)
                lost[how].append(size - had)
                rates.append(size / took)
        tap, recv = (statistics.median(lost[how]) for how in (by_tap, by_recv))
        print(f"{size:>8} {statistics.median(rates):>10,.0f} {tap:>10.0f} {recv:>10.0f}")
    print(f"the tap's ring has room for {SLOTS} frames")


def dissected(rounds: int, count: int) -> None:
    """Part two."""
    from tests.lab.frames import GOOD, Ether

    prepare()
    print(f"\n{'frame':>14} {'ours, us':>10} {'scapy, us':>10} {'ratio':>8}")
    for name, good in GOOD.items():
        dissector = Dissector("station")

        def ours(number: int, data: bytes, to: Dissector = dissector) -> None:
            to.add(Seen(number, number, data, len(data), True))

        took = _per_frame(rounds, count, ours, good)
        whole = _per_frame(rounds, count, lambda number, data: Ether(data), good)
        print(f"{name:>14} {took:>10.0f} {whole:>10.0f} {took / whole:>8.2f}")


def _per_frame(rounds: int, count: int, make: Callable[[int, bytes], object], data: bytes) -> float:
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        for number in range(count):
            make(number, data)
        times.append((time.perf_counter() - began) / count * 1e6)
    return statistics.median(times)


async def wired(rounds: int, count: int) -> None:
    """Both parts, with a wire to record from."""
    with closing(leave_the_hosts()) as namespace, closing(Links(namespace)) as links:
        links.quiet()
        await links.veth("near", "far")
        await links.up("near")
        await links.up("far")
        recorded(rounds)
        dissected(rounds, count)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--count", type=int, default=500, help="frames of each kind")
    given = parser.parse_args()
    asyncio.run(wired(given.rounds, given.count))


if __name__ == "__main__":
    main()
