"""The line that is a pair of streams: the test-bed of ports, and a reader that takes nothing."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from conformance.testbed import LineSettings, PortError
from rigs import streams
from rigs.clock.harness import RealClock
from rigs.streams import StreamPort
from tests.rigs.port_checks import Bed, PortChecks, Step
from tests.rigs.serial_beds import LineBed, Peer


class StreamBed(LineBed):
    """Both ends of both streams are ours."""

    def __init__(self) -> None:
        super().__init__("the device")
        self._ours, self._theirs = socket.socketpair()

    def open(self, *script: Step) -> StreamPort:
        source, sink = os.dup(self._ours.fileno()), self._ours.detach()
        self._port = StreamPort(source, sink, self.where)
        self._peer = Peer(self._theirs.detach())
        self._peer.script = script
        self._peer.start()
        return self._port


class TestStreams(PortChecks):
    @pytest.fixture
    def bed(self) -> Iterator[Bed]:
        bed = StreamBed()
        yield bed
        bed.tidy()


@pytest.fixture
def pipes():
    """A port on two pipes, and the device's ends of them: its input and its output."""
    device_in, sink = os.pipe()
    source, device_out = os.pipe()
    port = StreamPort(source, sink, "the device")
    yield port, device_in, device_out
    port.close()
    for descriptor in (device_in, device_out):
        os.close(descriptor)


def test_a_device_that_reads_nothing_is_told_at_the_deadline(pipes, monkeypatch):
    port, _, _ = pipes
    monkeypatch.setattr(streams, "_WRITE_PATIENCE_S", 0.05)
    with pytest.raises(PortError, match=r"took no byte for 0.05 s; see whether it reads"):
        port.write(b"x" * (1 << 20))


def test_a_stream_takes_any_setting_and_none_matters(pipes):
    port, device_in, _ = pipes
    port.configure(LineSettings(9600, 7, 2, "E"))
    port.write(b"AT")
    assert os.read(device_in, 10) == b"AT"


class Counts(RealClock):
    """A clock that counts what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.wrote_bytes = self.read_bytes = 0

    def line_opened(self, unread) -> None:
        self.unread = unread

    def wrote(self, size: int) -> None:
        self.wrote_bytes += size

    def read(self, size: int) -> None:
        self.read_bytes += size


def test_the_clock_is_told_what_crosses_the_line():
    (device_in, sink), (source, device_out) = os.pipe(), os.pipe()
    clock = Counts()
    port = StreamPort(source, sink, "the device", clock)
    port.write(b"AT\r\n")
    os.write(device_out, b"OK")
    assert clock.unread() == 2
    assert port.read(0)[0] == b"OK"
    assert (clock.wrote_bytes, clock.read_bytes, clock.unread()) == (4, 2, 0)
    port.close()
    for descriptor in (device_in, device_out):
        os.close(descriptor)


def test_a_port_that_is_closed_twice_closes_nothing_of_somebody_else_s():
    (source, other), (other_in, sink) = os.pipe(), os.pipe()
    port = StreamPort(source, sink, "the device")
    port.close()
    again = os.dup(other)  # it may get the number that has just been given back
    port.close()
    os.fstat(again)
    for descriptor in (other, other_in, again):
        os.close(descriptor)
