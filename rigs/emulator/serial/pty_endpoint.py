"""A serial line as a pseudo-terminal.

Law: the pty and its symbolic link.  One slave descriptor stays open here, so that openers may come
and go; the line is raw and at 115200 baud until an opener sets something else.  Of the settings it
carries the rate alone.

The rate is asked for after bytes were read.  So what was written after a change is never heard at
the old rate; what was written just before one, without waiting for an answer, may be heard at the
new one.  Packet mode with EXTPROC does no better: it reports a change before all bytes that still
wait, those from before the change included, and takes line editing away from openers.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import struct
import termios
import tty
from dataclasses import replace
from pathlib import Path

from ..error import EmulatorError
from ..loop import Loop
from .endpoint import READ_SIZE, READS_A_ROUND, Opened, Receive
from .open_watch import OpenWatch
from .uart import BOOT_RATE, UartFormat

_TCGETS2 = 0x802C542A
_TERMIOS2 = struct.Struct("4I B19s 2I")  # as on x86 and ARM; elsewhere the ioctl is refused
_RATES = {
    getattr(termios, name): int(name[1:])
    for name in dir(termios)
    if name[0] == "B" and name[1:].isdigit()
}


class PtyEndpoint:
    """`link` is a path for a symbolic link to the slave; it goes away with the endpoint."""

    def __init__(
        self, loop: Loop, receive: Receive, opened: Opened | None, link: str | None = None
    ) -> None:
        self._loop = loop
        self._receive = receive
        self._master, self._slave = os.openpty()
        self.port = os.ttyname(self._slave)
        os.set_blocking(self._master, False)
        _prepare(self._slave)
        self._link = _linked(Path(link), self.port) if link else None
        self._watch = OpenWatch(loop, self.port, opened) if opened else None
        loop.watch(self._master, self._readable)

    def format(self, near: UartFormat) -> UartFormat:
        """See Endpoint."""
        return replace(near, baud=self._rate())

    def _rate(self) -> int:
        with contextlib.suppress(OSError, struct.error):
            answer = fcntl.ioctl(self._master, _TCGETS2, bytes(_TERMIOS2.size))
            return int(_TERMIOS2.unpack(answer)[-1])
        return _RATES.get(termios.tcgetattr(self._master)[5], BOOT_RATE)

    def write(self, data: bytes) -> None:
        """See Endpoint: what does not fit into the pty is lost."""
        with contextlib.suppress(BlockingIOError):
            while data:
                data = data[os.write(self._master, data) :]

    def close(self) -> None:
        """See Endpoint."""
        self._loop.forget(self._master)
        if self._watch:
            self._watch.close()
        if self._link:
            with contextlib.suppress(OSError):
                if str(self._link.readlink()) == self.port:
                    self._link.unlink()
        os.close(self._master)
        os.close(self._slave)

    def _readable(self) -> None:
        with contextlib.suppress(BlockingIOError):
            for _ in range(READS_A_ROUND):
                chunk = os.read(self._master, READ_SIZE)
                self._receive(chunk)
                if len(chunk) < READ_SIZE:
                    return


def _prepare(slave: int) -> None:
    tty.setraw(slave)
    attributes = termios.tcgetattr(slave)
    attributes[4] = attributes[5] = getattr(termios, f"B{BOOT_RATE}")
    termios.tcsetattr(slave, termios.TCSANOW, attributes)


def _linked(link: Path, target: str) -> Path:
    """Make the link; one that was left behind is replaced, anything else is not touched."""
    try:
        if link.is_symlink():
            link.unlink()
        link.symlink_to(target)
    except OSError as error:
        raise EmulatorError(
            f"cannot make the link {link}: {error.strerror}; give --link another path"
        ) from error
    return link
