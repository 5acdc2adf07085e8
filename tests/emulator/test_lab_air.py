"""The air of a lab, as an emulator process speaks with it: JSON lines over an inherited socket."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
DEADLINE_S = 10
"""An emulator that is loaded with work may be slow; one that fails says nothing at all."""


class Scripted:
    """An emulator that listens on a socket of ours, and the other end of its air."""

    def __init__(self, *options: str) -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        self.air, theirs = socket.socketpair()
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "rigs.emulator", "--tcp", f"fd:{listener.fileno()}",
                "--net", "lab", "--air", str(theirs.fileno()), "--announce", "json", *options,
            ],
            cwd=ROOT, pass_fds=(listener.fileno(), theirs.fileno()), stdout=subprocess.PIPE,
        )  # fmt: skip
        theirs.close()
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

    def end(self) -> None:
        self._lines.close()
        self.air.close()
        self.serial.close()
        self.process.wait(DEADLINE_S)
        assert self.process.stdout
        self.process.stdout.close()


HOME = {
    "ssid": b"home".hex(), "bssid": "02:00:00:00:00:01", "channel": 6, "security": "wpa2",
    "rssi": -40, "frequency_offset": 3, "hidden": False,
}  # fmt: skip


@pytest.fixture
def scripted() -> Iterator[Callable[..., Scripted]]:
    """Starts emulators in an air that the test writes, and sees to it that they end."""
    running: list[Scripted] = []

    def start(*options: str) -> Scripted:
        running.append(Scripted(*options))
        return running[-1]

    yield start
    for each in running:
        each.end()


@pytest.fixture
def board(scripted: Callable[..., Scripted]) -> Scripted:
    """One that has booted, in station mode."""
    board = scripted()
    board.until(b"ready\r\n")
    board.command("AT+CWMODE_CUR=1")
    return board


def test_it_says_who_it_is(scripted: Callable[..., Scripted]) -> None:
    said = scripted().told("hello")
    assert said["station"] != said["softap"]


def test_the_end_of_the_air_is_the_end_of_the_emulator(board: Scripted) -> None:
    board.air.shutdown(socket.SHUT_RDWR)
    assert board.process.wait(DEADLINE_S) == 0


def test_it_lists_who_can_be_heard_and_does_not_hide(board: Scripted) -> None:
    hidden = {**HOME, "hidden": True, "ssid": b"secret".hex()}
    board.tell("beacons", beacons=[HOME, hidden])
    answer = board.command("AT+CWLAP")
    assert b'+CWLAP:(3,"home",-40,"02:00:00:00:00:01",6,3,0)\r\n' in answer
    assert answer.count(b"+CWLAP:") == 1


def test_a_wish_to_join_comes_true(board: Scripted) -> None:
    board.command("AT+CWDHCP_CUR=1,0")
    board.command('AT+CIPSTA_CUR="192.168.50.9"')
    board.say('AT+CWJAP_CUR="home","secret-enough"')
    wish = board.told("join")
    assert bytes.fromhex(wish["ssid"]) == b"home"
    assert bytes.fromhex(wish["password"]) == b"secret-enough"
    board.tell("connected", wish=wish["wish"], access_point=HOME)
    assert b"WIFI CONNECTED\r\nWIFI GOT IP\r\n" in board.until(rb"\r\nOK\r\n")


def test_what_is_said_of_an_older_wish_is_passed_over(board: Scripted) -> None:
    board.say('AT+CWJAP_CUR="home","secret-enough"')
    wish = board.told("join")
    board.tell("connected", wish=wish["wish"] - 1, access_point=HOME)
    board.tell("refused", wish=wish["wish"], why="wrong-password")
    assert b"+CWJAP:2\r\n" in board.until(rb"\r\nFAIL\r\n")


def test_the_softap_is_told_and_lets_in_as_many_as_it_may(board: Scripted) -> None:
    board.command("AT+CWMODE_CUR=2")
    board.command('AT+CWSAP_CUR="mine","password1",5,3,1,1')
    said = board.told("softap")
    while not said["on"] or bytes.fromhex(said["ssid"]) != b"mine":
        said = board.told("softap")
    assert (said["security"], said["channel"], said["hidden"]) == ("wpa2", 5, True)
    board.tell("knock", station="02:00:00:00:00:11")
    assert board.told("admit") == {"do": "admit", "station": "02:00:00:00:00:11", "yes": True}
    board.tell("guest", station="02:00:00:00:00:11")
    board.tell("knock", station="02:00:00:00:00:12")
    assert not board.told("admit")["yes"]
    board.tell("knock", station="02:00:00:00:00:11")
    assert board.told("admit")["yes"]
    board.tell("gone", station="02:00:00:00:00:11")
    board.tell("knock", station="02:00:00:00:00:12")
    assert board.told("admit")["yes"]


@pytest.mark.parametrize(
    "line",
    [
        b"\n", b"[]\n", b"{\n", b"\xff\xfe\n", b'{"told": 1}\n', b'{"told": []}\n',
        b'{"told": "beacons"}\n', b'{"told": "beacons", "beacons": [{}]}\n',
        b'{"told": "beacons", "beacons": [{"ssid": "zz"}]}\n', b'{"told": "knock"}\n',
        b'{"told": "knock", "station": "none"}\n', b'{"told": "connected", "wish": {}}\n',
        b'{"told": "refused", "wish": 1, "why": []}\n', b"[" * 100_000 + b"\n",
        b'{"told": "whom", "way": "SmartConfig"}\n', b'{"told": "gone", "station": 7}\n',
    ],
)  # fmt: skip
def test_nonsense_from_the_lab_changes_nothing(board: Scripted, line: bytes) -> None:
    board.air.sendall(line)
    assert board.command("AT").endswith(b"OK\r\n")


def test_a_line_without_end_ends_it(board: Scripted) -> None:
    with contextlib.suppress(OSError):  # the end may come while we still send
        board.air.sendall(b"x" * (1 << 22))
    assert board.process.wait(DEADLINE_S) == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--pty", "--net", "lab"], "go together"),
        (["--pty", "--air", "3"], "go together"),
        (["--pty", "--net", "lab", "--air", "77"], "cannot use descriptor 77"),
        (["--tcp", "fd:77"], "cannot use descriptor 77"),
        (["--tcp", "fd:0"], "cannot use descriptor 0"),
        (["--rfc2217", "fd:x"], "is not HOST:PORT or fd:N"),
    ],
)
def test_errors_are_one_line(arguments: list[str], says: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "rigs.emulator", *arguments],
        cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, timeout=DEADLINE_S, check=False,
    )  # fmt: skip
    assert run.returncode == 2
    lines = run.stderr.decode().splitlines()
    assert len(lines) == 1
    assert says in lines[0]
