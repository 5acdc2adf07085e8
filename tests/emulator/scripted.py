"""An emulator in a network namespace of its own, whose air and whose neighbours a test plays.

Law: no assertion about the emulator lives here.
"""

from __future__ import annotations

import json
import re
import socket
from typing import Any

import pytest
from inside import NO_NAMESPACES, begin

from tests.forked import Process

DEADLINE_S = 30
"""An emulator that is loaded with work may be slow; one that fails says nothing at all."""

HOME = {
    "ssid": b"home".hex(), "bssid": "02:00:00:00:00:01", "channel": 6, "security": "wpa2",
    "rssi": -40, "frequency_offset": 3, "hidden": False,
}  # fmt: skip


class Scripted:
    """An emulator that listens on a socket of ours, and the other end of its air.

    `station`, `softap`: the far ends of its wires.  `server`, `datagrams`, `client`: sockets of a
    neighbour of the station.
    """

    def __init__(self, *options: str) -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        self.air, theirs = socket.socketpair()
        way, inside = socket.socketpair()
        told = (
            "--tcp", f"fd:{listener.fileno()}", "--net", "lab", "--air", str(theirs.fileno()),
            "--announce", "json", *options,
        )  # fmt: skip
        self.process = begin(inside, told, (listener.fileno(), theirs.fileno()))
        theirs.close()
        inside.close()
        self.ends = _ends(way, self.process)
        self.station, self.softap, self.server, self.datagrams, self.client = self.ends
        self.serial = socket.create_connection(listener.getsockname(), timeout=DEADLINE_S)
        listener.close()
        self.air.settimeout(DEADLINE_S)
        self._lines = self.air.makefile("rb")
        self._heard = b""

    def told(self, what: str) -> dict[str, Any]:
        """The next of what the emulator says to the air that is called so."""
        for line in self._lines:
            said: dict[str, Any] = json.loads(line)
            if said["do"] == what:
                return said
        raise AssertionError(f"the air has ended without {what}")

    def tell(self, told: str, **rest: Any) -> None:
        self.air.sendall(json.dumps({"told": told, **rest}).encode() + b"\n")

    def say(self, line: str) -> None:
        self.serial.sendall(line.encode() + b"\r\n")

    def until(self, pattern: bytes) -> bytes:
        """What has come on the serial line, up to where the pattern ends."""
        while not (found := re.search(pattern, self._heard, re.DOTALL)):
            chunk = self.serial.recv(4096)
            assert chunk, f"the line has ended with {self._heard!r}"
            self._heard += chunk
        taken, self._heard = self._heard[: found.end()], self._heard[found.end() :]
        return taken

    def command(self, line: str) -> bytes:
        self.say(line)
        return self.until(rb"\r\n(OK|ERROR|FAIL)\r\n")

    def ready(self, mode: int = 1) -> Scripted:
        """The same, booted and in this Wi-Fi mode."""
        self.until(b"ready\r\n")
        self.command(f"AT+CWMODE_CUR={mode}")
        return self

    def joined(self, address: str, *more: str) -> Scripted:
        """The same, with a static address in an access point."""
        self.command("AT+CIPSTA_CUR=" + ",".join(f'"{each}"' for each in (address, *more)))
        self.say('AT+CWJAP_CUR="home","secret-enough"')
        self.tell("connected", wish=self.told("join")["wish"], access_point=HOME)
        self.until(rb"GOT IP\r\n\r\nOK\r\n")
        return self

    def end(self) -> None:
        self._lines.close()
        self.air.close()
        self.serial.close()
        for each in self.ends:
            each.close()
        self.process.wait(DEADLINE_S)


def _ends(way: socket.socket, process: Process) -> list[socket.socket]:
    with way:
        _data, descriptors, _flags, _address = socket.recv_fds(way, 1, 5)
    if not descriptors:
        why = process.wait(DEADLINE_S)
        if why == NO_NAMESPACES:
            # Nothing can be plugged without them; where there are none, `net=none` is what runs.
            pytest.skip("the kernel gives no network namespaces")
        raise AssertionError(f"it has ended with {why}")
    ends = [socket.socket(fileno=each) for each in descriptors]
    for each in ends:
        each.settimeout(DEADLINE_S)
    return ends
