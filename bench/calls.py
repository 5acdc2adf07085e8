"""How many function calls an answer costs the emulator: `python bench/calls.py`.

From the first byte of the line at the board's end of the wire to the last byte of the answer there,
everything that Python calls is counted: the reader, the echo, the dispatch, the command, the voice
and the timers. Sockets and the loop around them are left out. The figure is exact, however busy the
machine is: there is no other process, and the clock is one that jumps to whatever is due.

Another command is given by hand: `python bench/calls.py AT AT+GMR`. `--where` tells the functions.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from rigs.emulator.board.pins import WIRINGS, Pins
from rigs.emulator.board.wire import Wire
from rigs.emulator.mutants.active import no_faults
from rigs.emulator.personalities import PERSONALITIES
from rigs.emulator.process.switching import SwitchedBoard
from rigs.emulator.serial.uart import UartFormat
from rigs.emulator.timing import TIMINGS

COMMANDS = ["AT+CIPSTO=60"]
#: What is said before, so that there is a server whose time can be set.
BEFORE = [b"AT+CIPMUX=1", b"AT+CIPSERVER=1"]


class Line:
    """An endpoint that keeps what the board sends."""

    port = ""

    def __init__(self) -> None:
        self.heard = bytearray()

    def format(self, near: UartFormat) -> UartFormat:
        return near

    def write(self, data: bytes) -> None:
        self.heard += data

    def close(self) -> None:
        pass


class Machine:
    """An emulator without its process: a board, a wire, and a clock that jumps."""

    def __init__(self, firmware: str) -> None:
        self._now_ns = 0
        board = SwitchedBoard(
            PERSONALITIES[firmware], TIMINGS["fast"], no_faults(), lambda: self._now_ns
        )
        self._wire = Wire(board, Pins(board.pins, WIRINGS["direct"], lambda: self._now_ns))
        self._wire.endpoint = self.line = Line()
        board.lead(self._wire.from_board)
        board.power_on()
        self.settle()

    def settle(self) -> None:
        """Let everything happen that is due."""
        while self._run_next():
            pass

    def _run_next(self) -> bool:
        """What is due next, if anything is."""
        due = self._wire.next_due_ns()
        if due is not None:
            self._now_ns = max(self._now_ns, due)
            self._wire.run_due()
        return due is not None

    def say(self, line: bytes) -> bytes:
        """What comes of a line, up to its final result code."""
        self.line.heard.clear()
        self._wire.to_board(line + b"\r\n")
        while not self.line.heard.endswith((b"OK\r\n", b"ERROR\r\n")):
            self._run_next()
        return bytes(self.line.heard)


class Calls:
    """Functions of Python that are called inside `with`; our own are none of the emulator's."""

    def __init__(self) -> None:
        self.by_function: Counter[tuple[str, str]] = Counter()

    def __enter__(self) -> Calls:
        sys.setprofile(self._profile)
        return self

    def __exit__(self, *_exception: object) -> None:
        sys.setprofile(None)

    def _profile(self, frame: FrameType, event: str, _argument: Any) -> None:
        if event == "call" and frame.f_code.co_filename != __file__:
            self.by_function[frame.f_code.co_filename, frame.f_code.co_qualname] += 1


def counted(machine: Machine, line: bytes) -> tuple[Counter[tuple[str, str]], bytes]:
    """The calls of one answer, and the answer; the first one of a kind has to import and cache."""
    machine.say(line)
    calls = Calls()
    with calls:
        said = machine.say(line)
    return calls.by_function, said


def main() -> None:
    """Print the calls, command by command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commands", nargs="*", default=COMMANDS)
    parser.add_argument("--firmware", default="document", choices=PERSONALITIES)
    parser.add_argument("--where", action="store_true", help="which functions they are")
    options = parser.parse_args()
    machine = Machine(options.firmware)
    for line in BEFORE:
        machine.say(line)
    for command in options.commands:
        calls, said = counted(machine, command.encode())
        print(f"{calls.total():5} calls  {command:20} {said.split()[-1].decode()}")
        for (file, function), count in calls.most_common() if options.where else ():
            print(f"{count:8}  {Path(file).name}: {function}")


if __name__ == "__main__":
    main()
