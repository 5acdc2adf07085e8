"""A party for the tests of the clock: a process that acts by a script, and answers.

Law of this file: it does what an emulator or a lab does with a clock (one loop, timers, sockets),
and nothing else. It is told its script as JSON; ids are numbers, times are milliseconds from the
start. `at`: things to do by itself. `after`: how long after something with an id has come, over the
line or from the other party, it does the next thing with that id.
"""

from __future__ import annotations

import heapq
import json
import socket
import sys
import time
from typing import Any

from rigs.clock.party import Clock, Party, RealTime

_MS = 1_000_000


class Partner:
    """One of two parties. `line` leads to the harness, `other` to the other party, if there."""

    def __init__(self, clock: Clock, script: dict[str, Any]) -> None:
        self.clock = clock
        self.script = script
        self.selector = clock.selector()
        self.line = _socket(script["line"])
        self.other = _socket(script["other"])
        self.datagrams = _socket(script["datagrams"])
        self.timers: list[tuple[int, int, dict[str, Any]]] = []

    def run(self) -> None:
        for handle in (self.line, self.other, self.datagrams):
            if handle is not None:
                self.selector.register(handle, 1)
        if self.line is not None:
            self.clock.line_opened()
            self.line.sendall(b"\n")  # it is there
            self.clock.sent(1)
        while True:
            due = self.timers[0][0] if self.timers else None
            timeout = None if due is None else max(0.0, (due - self.clock.now()) / 1e9)
            for key, _ in self.selector.select(timeout):
                self.heard(key.fileobj)
            while self.timers and self.timers[0][0] <= self.clock.now():
                self.act(heapq.heappop(self.timers)[2])

    def heard(self, handle: Any) -> None:
        data = handle.recv(4096)
        if not data:
            sys.exit(0)
        if handle is self.line:
            self.clock.took(len(data))
        for line in data.split():
            if line == b"start":
                began = self.clock.now()
                for each in self.script["at"]:
                    self.later(began + each["ms"] * _MS, each)
            else:
                self.act_after(int(line), "line" if handle is self.line else "other")

    def act_after(self, number: int, source: str) -> None:
        told = self.script["after"][source][str(number)]
        self.later(self.clock.now() + told["ms"] * _MS, {**told, "id": number})

    def later(self, due: int, what: dict[str, Any]) -> None:
        heapq.heappush(self.timers, (due, what["id"], what))

    def act(self, what: dict[str, Any]) -> None:
        busy_until = time.monotonic_ns() + what.get("busy_ms", 0) * _MS
        while time.monotonic_ns() < busy_until:
            pass  # it computes
        data = b"%d\n" % what["id"]
        handle = {"line": self.line, "other": self.other, "datagram": self.datagrams}[what["to"]]
        assert handle is not None
        handle.send(data)
        if handle is self.line:
            self.clock.sent(len(data))


def _socket(descriptor: int | None) -> socket.socket | None:
    return None if descriptor is None else socket.socket(fileno=descriptor)


if __name__ == "__main__":
    told = json.loads(sys.argv[1])
    Partner(RealTime() if told["clock"] is None else Party(told["clock"]), told).run()
