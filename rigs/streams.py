"""A line that is a pair of streams: the standard input and output of a device that is a program.

Law of this file: it keeps the laws of `testbed.Port`, and no more. Nothing blocks without a
deadline, no byte is lost or changed, and each way in which a stream can end is one `PortError`.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import struct
import termios

from conformance.testbed import LineSettings, PortError
from rigs.clock.harness import RealClock, RigClock

#: The most bytes that one read takes.
_CHUNK = 65536
#: How long the other end may refuse to take bytes before it counts as dead, in seconds.
_WRITE_PATIENCE_S = 5.0


class StreamPort:
    """A `testbed.Port` on two descriptors, which it closes."""

    def __init__(self, source: int, sink: int, name: str, clock: RigClock | None = None) -> None:
        """Reads from `source`, writes to `sink`; `name` is what errors call the other end."""
        self._source = source
        self._sink = sink
        self._name = name
        self._is_open = True
        self._clock = clock or RealClock()
        self._clock.line_opened(self._unread)
        os.set_blocking(sink, False)

    def now(self) -> int:
        return self._clock.now()

    def write(self, data: bytes) -> int:
        rest = memoryview(data)
        try:
            while rest:
                _, writable, _ = select.select([], [self._sink], [], _WRITE_PATIENCE_S)
                if not writable:
                    raise PortError(
                        f"cannot write to {self._name}: it took no byte for "
                        f"{_WRITE_PATIENCE_S:g} s; see whether it reads its standard input"
                    )
                with contextlib.suppress(BlockingIOError):
                    size = os.write(self._sink, rest)
                    self._clock.wrote(size)
                    rest = rest[size:]
        except OSError as error:
            raise PortError(f"{self._name} closed its standard input") from error
        return self.now()

    def read(self, deadline: int) -> tuple[bytes, int]:
        while True:
            readable = self._clock.wait(self._source, deadline)
            now = self.now()
            if readable:
                data = os.read(self._source, _CHUNK)
                if not data:
                    raise PortError(f"{self._name} closed its standard output")
                self._clock.read(len(data))
                return data, now
            if now >= deadline:
                return b"", now

    def configure(self, settings: LineSettings) -> None:
        """A stream has no settings that could be set wrongly."""

    def _unread(self) -> int:
        """How many bytes wait to be read."""
        waiting = fcntl.ioctl(self._source, termios.FIONREAD, bytes(4))
        return int(struct.unpack("i", waiting)[0])

    def close(self) -> None:
        """Close both streams, once."""
        if self._is_open:
            self._is_open = False
            os.close(self._source)
            os.close(self._sink)
