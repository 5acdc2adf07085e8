"""The test-bed that every `testbed.Port` must pass, whatever is behind it.

Law: a check speaks to the port alone; what the other end does is a script that the bed plays. A
script is a dialogue in which the other end says back what it heard, so that a mere loop can play
it too. Every wait has a deadline.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import pytest

from conformance.testbed import LineSettings, Port, PortError, after

#: No wait of a healthy port may come near to this, however busy the machine is, in seconds.
LIMIT_S = 60.0
#: A silence that is waited for, in seconds.
SILENCE_S = 0.06

EVERY_BYTE = bytes(range(256))
LINES = (b"AT\r\n", b"\x00\xff\x11\x13\x03\x04\x7f\n\n\r\r", b"x")


@dataclass(frozen=True)
class Echoes:
    """The other end hears exactly this, then says it."""

    data: bytes


@dataclass(frozen=True)
class Configured:
    """The line is set to this."""

    settings: LineSettings


@dataclass(frozen=True)
class HangsUp:
    """The other end goes away for good."""


Step = Echoes | Configured | HangsUp


class Bed(Protocol):
    """A port and its other end. `has_peer` is false where the port is its own other end."""

    has_peer: bool
    #: The most that one write may hand over without being read from.
    largest: int

    def open(self, *script: Step) -> Port:
        """The port; its other end plays `script` from now on."""

    def close(self) -> None:
        """Close both ends; raises `AssertionError` if the other end heard something else."""


def received(port: Port, size: int) -> bytes:
    """So many bytes, or what came within the limit."""
    data, deadline = b"", after(port.now(), LIMIT_S)
    while len(data) < size and (part := port.read(deadline)[0]):
        data += part
    return data


def error_of(act: Callable[[], object]) -> str:
    """What the `PortError` says that comes when `act` is done again and again."""
    limit = time.monotonic() + LIMIT_S
    while time.monotonic() < limit:
        try:
            act()
        except PortError as error:
            return str(error)
    raise AssertionError(f"no PortError within {LIMIT_S:g} s")


class PortChecks:
    """To be inherited by a class whose fixture `bed` makes a `Bed`."""

    def test_every_byte_value_goes_both_ways_unchanged(self, bed: Bed):
        port = bed.open(Echoes(EVERY_BYTE))
        port.write(EVERY_BYTE)
        assert received(port, 256) == EVERY_BYTE
        bed.close()

    def test_control_characters_are_bytes_like_others(self, bed: Bed):
        port = bed.open(*map(Echoes, LINES))
        for line in LINES:
            port.write(line)
            assert received(port, len(line)) == line
        bed.close()

    def test_a_write_hands_over_all_however_much_it_is(self, bed: Bed):
        data = (EVERY_BYTE * (bed.largest // 256 + 1))[: bed.largest]
        port = bed.open(Echoes(data))
        port.write(data)
        assert received(port, len(data)) == data
        bed.close()

    def test_times_are_of_the_port_s_clock_and_never_go_back(self, bed: Bed):
        port = bed.open(*[Echoes(b"AT\r\n")] * 20)
        times = [port.now()]
        for _ in range(20):
            times.append(port.write(b"AT\r\n"))
            left = 4
            while left:
                data, at = port.read(after(port.now(), LIMIT_S))
                assert data
                left -= len(data)
                times.append(at)
            times.append(port.now())
        assert times == sorted(times)
        bed.close()

    def test_a_read_ends_when_bytes_come_not_at_its_deadline(self, bed: Bed):
        port = bed.open(Echoes(b"AT\r\n"))
        began = time.monotonic()
        sent = port.write(b"AT\r\n")
        data, at = port.read(after(sent, 100 * LIMIT_S))
        assert data
        assert at < after(sent, LIMIT_S)
        assert time.monotonic() - began < LIMIT_S
        bed.close()

    @pytest.mark.parametrize("silence", [SILENCE_S, 0.001, 0.000_000_1])
    def test_a_read_without_bytes_ends_at_its_deadline_and_never_before(self, bed: Bed, silence):
        port = bed.open()
        began = time.monotonic()
        deadline = after(port.now(), silence)
        data, at = port.read(deadline)
        assert data == b""
        assert at >= deadline
        assert port.now() >= deadline
        assert time.monotonic() - began < silence + LIMIT_S
        bed.close()

    @pytest.mark.parametrize("past", [0, 1, None], ids=["zero", "one", "now"])
    def test_a_read_with_a_past_deadline_does_not_wait(self, bed: Bed, past):
        port = bed.open()
        before, began = port.now(), time.monotonic()
        data, at = port.read(before if past is None else past)
        assert data == b""
        assert at >= before
        assert time.monotonic() - began < LIMIT_S / 10
        bed.close()

    def test_a_read_with_a_past_deadline_takes_what_is_there(self, bed: Bed):
        port = bed.open(Echoes(b"AT\r\n"))
        port.write(b"AT\r\n")
        data, limit = b"", time.monotonic() + LIMIT_S
        while len(data) < 4 and time.monotonic() < limit:
            data += port.read(0)[0]
        assert data == b"AT\r\n"
        bed.close()

    def test_a_read_takes_each_byte_once(self, bed: Bed):
        port = bed.open(Echoes(b"AT"), Echoes(b"OK"))
        port.write(b"AT")
        assert received(port, 2) == b"AT"
        assert port.read(after(port.now(), SILENCE_S))[0] == b""
        port.write(b"OK")
        assert received(port, 2) == b"OK"
        bed.close()

    def test_configuring_the_line_keeps_the_dialogue_going(self, bed: Bed):
        slow = LineSettings(baudrate=9600)
        port = bed.open(
            Echoes(b"AT"), Configured(slow), Echoes(b"AT"), Configured(LineSettings()), Echoes(b"A")
        )
        port.write(b"AT")
        assert received(port, 2) == b"AT"
        port.configure(slow)
        port.write(b"AT")
        assert received(port, 2) == b"AT"
        port.configure(LineSettings())
        port.write(b"A")
        assert received(port, 1) == b"A"
        bed.close()

    def test_reading_from_a_peer_that_vanished_is_a_port_error(self, bed: Bed):
        if not bed.has_peer:
            pytest.skip("a loop has no other end that could vanish")
        port = bed.open(Echoes(b"AT"), HangsUp())
        port.write(b"AT")
        said = error_of(lambda: port.read(after(port.now(), LIMIT_S)))
        assert said

    def test_writing_to_a_peer_that_vanished_is_a_port_error(self, bed: Bed):
        if not bed.has_peer:
            pytest.skip("a loop has no other end that could vanish")
        port = bed.open(HangsUp())
        assert error_of(lambda: port.write(b"AT\r\n"))
