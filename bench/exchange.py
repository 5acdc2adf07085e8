"""How much an exchange costs, side by side in one run: `python bench/exchange.py`.

Part one: AT over one pty and one responder, by our Session (parsing and transcript on) and by what
else one could use; interleaved, so that a change of the machine's mood hits all alike. The figures
to compare are the ratios to the raw loop; of a busy machine, those of the best rounds.
Part two: a stream of +IPD frames through the Dialogue, with the transcript on.
"""

from __future__ import annotations

import argparse
import os
import pty
import select
import statistics
import sys
import tempfile
import time
import tracemalloc
import tty
from collections.abc import Callable
from pathlib import Path

import serial

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from conformance.commandline import execute
from conformance.dialogue import Dialogue, Until
from conformance.events import Data
from conformance.session import Session
from conformance.transcript import TranscriptWriter
from rigs.serialport import SerialPort

ANSWER = b"AT\r\r\n\r\nOK\r\n"
COMMAND = b"AT\r\n"
END = b"OK\r\n"


def responder() -> tuple[str, int]:
    """A child that answers every line on a new pty; its slave's path and the child's pid."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    path = os.ttyname(slave)
    child = os.fork()
    if child:
        os.close(master)
        return path, child
    while True:
        if os.read(master, 4096).endswith(b"\n"):
            os.write(master, ANSWER)


def raw_loop(path: str) -> Callable[[], None]:
    fd = os.open(path, os.O_RDWR | os.O_NOCTTY)

    def exchange() -> None:
        os.write(fd, COMMAND)
        said = b""
        while not said.endswith(END):
            select.select([fd], [], [], 5)
            said += os.read(fd, 4096)

    return exchange


def pyserial_loop(path: str) -> Callable[[], None]:
    port = serial.Serial(path, 115200, timeout=5)

    def exchange() -> None:
        port.write(COMMAND)
        said = b""
        while not said.endswith(END):
            said += port.read(port.in_waiting or 1)

    return exchange


def pexpect_loop(path: str) -> Callable[[], None]:
    from pexpect import fdpexpect

    spawn = fdpexpect.fdspawn(os.open(path, os.O_RDWR | os.O_NOCTTY), timeout=5)
    spawn.delaybeforesend = None

    def exchange() -> None:
        spawn.send(COMMAND)
        spawn.expect_exact(END)

    return exchange


def session_loop(path: str, transcript: Path) -> Callable[[], None]:
    writer = TranscriptWriter(transcript.open("w", encoding="ascii"))
    session = Session(SerialPort(path), recorder=writer)
    line = execute("AT")

    def exchange() -> None:
        session.send(line).succeeds()

    return exchange


def cost(exchange: Callable[[], None], count: int) -> float:
    """Seconds for one of `count` exchanges."""
    begin = time.perf_counter()
    for _ in range(count):
        exchange()
    return (time.perf_counter() - begin) / count


def exchanges(rounds: int, count: int, folder: Path) -> None:
    path, child = responder()
    loops = {
        "raw os.read and select": raw_loop(path),
        "our Session": session_loop(path, folder / "exchange.jsonl"),
        "pyserial in_waiting": pyserial_loop(path),
        "pexpect, no delays": pexpect_loop(path),
    }
    costs: dict[str, list[float]] = {name: [] for name in loops}
    for exchange in loops.values():
        cost(exchange, count)  # warm up
    for _ in range(rounds):
        for name, exchange in loops.items():
            costs[name].append(cost(exchange, count))
    os.kill(child, 9)
    os.waitpid(child, 0)
    base = costs["raw os.read and select"]
    print(f"one exchange over a pty, {rounds} rounds of {count}, interleaved")
    for name, values in costs.items():
        best, median = min(values), statistics.median(values)
        ratio = statistics.median(value / raw for value, raw in zip(values, base, strict=True))
        print(
            f"  {name:<24} at best {best * 1e6:7.1f} us, {best / min(base):5.2f} x raw; "
            f"median {median * 1e6:7.1f} us, {ratio:5.2f} x raw"
        )


def frames(megabytes: int, chunk: int, folder: Path) -> None:
    frame = b"\r\n+IPD,0,1460:" + bytes(range(256)) * 5 + b"x" * 180
    count = megabytes * 1_000_000 // len(frame)
    stream = memoryview(frame * count)
    print(f"{len(stream) / 1e6:.1f} MB of +IPD frames in pieces of {chunk} bytes")
    for name, measured in (("speed", False), ("memory", True)):
        with TranscriptWriter((folder / "frames.jsonl").open("w", encoding="ascii")) as writer:
            dialogue = Dialogue()
            dialogue.begin(COMMAND, Until.RESULT)
            payload = 0
            if measured:
                tracemalloc.start()
            begin = time.perf_counter()
            for at in range(0, len(stream), chunk):
                piece = bytes(stream[at : at + chunk])
                writer.received(piece, at)
                for event in dialogue.feed(piece, at):
                    payload += len(event.raw) if isinstance(event, Data) else 0
            took = time.perf_counter() - begin
        assert payload == count * 1460, "the frames were not classified"
        if measured:
            print(f"  {name}: peak {tracemalloc.get_traced_memory()[1] / 1024:.0f} KiB in all")
            tracemalloc.stop()
        else:
            print(f"  {name}: {len(stream) / took / 1e6:.0f} MB/s, transcript on")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--count", type=int, default=20, help="exchanges a round")
    parser.add_argument("--megabytes", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        exchanges(options.rounds, options.count, Path(folder))
        for chunk in (64, 4096):
            frames(options.megabytes, chunk, Path(folder))


if __name__ == "__main__":
    main()
