"""A serial line through pyserial: any device path or pyserial URL.

Law of this file: every way in which pyserial, termios and the kernel say that a line is gone
becomes one `PortError` that says what to do, and nothing here ever blocks without a deadline.

Reading goes past pyserial where the line has a file descriptor: `select` and one `os.read` cost a
third of its `in_waiting` and `read`, and lose no byte when the other end hangs up.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import grp
import os
import queue
import select
import socket
import stat
import struct
import termios
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import serial
import tenacity
from serial.tools import list_ports

from conformance.testbed import NANOSECONDS, LineSettings, PortError, SettingRefused, after
from rigs.adapters import adapter_at, places
from rigs.clock.harness import RealClock, RigClock
from rigs.rfc2217 import OtherSetting, Rfc2217Line

#: The most bytes that one read takes.
_CHUNK = 65536
#: How long the other end may refuse to take bytes before the line counts as dead, in seconds.
_WRITE_PATIENCE_S = 5.0
#: How long a line that was lent may stay away, in seconds.
_BACK_S = 5.0
#: How long nobody looks for a line that went away, in seconds.
_AGAIN_S = 0.1

#: How pyserial, the kernel and termios say that something is wrong.
#: The last four come out of pyserial's URL handlers, which let their own slips through.
FOREIGN = (
    serial.SerialException,
    OSError,
    termios.error,
    ValueError,
    KeyError,
    OverflowError,
    queue.Full,
    struct.error,
)


#: Where the kernel has its pseudo-terminals.
_PTYS = "/dev/pts/"


class SerialPort:
    """A `testbed.Port` on a device or URL. Opening it leaves the board's reset lines alone."""

    def __init__(
        self,
        where: str,
        settings: LineSettings | None = None,
        idle: tuple[bool, bool] = (False, False),
        clock: RigClock | None = None,
        keeps: bool = False,
    ) -> None:
        """`idle` are the levels of DTR and RTS at which the board runs; active is true.

        `keeps`: what came before the line was opened is read, too, where the kernel has it.
        """
        self.where = where
        self._clock = clock or RealClock()
        self._keeps = keeps
        self._settings = settings or LineSettings()
        self._idle = idle
        #: Whether the line may be gone for now, as an adapter is that the board's supply feeds.
        self.may_be_gone = False
        #: How often it went away and was opened again.
        self.returns = 0
        self._open(where)
        self._adapter = adapter_at(where)

    def _open(self, where: str) -> None:
        self._serial: Any = _opened(where, self._settings, self._idle, self._clock, self._keeps)
        self.where = where
        self._fd = _descriptor(self._serial)
        if self._fd is not None:
            self._clock.line_opened(self._unread)

    @property
    def is_gone(self) -> bool:
        """Whether the other end has hung up, as far as the kernel tells without a read."""
        if self._fd is None:
            return False
        poll = select.poll()
        poll.register(self._fd, 0)
        return bool(poll.poll(0))

    def reopen(self, within_s: float) -> None:
        """Open a line that went away as it was set: there, or wherever its adapter is now.

        Raises `PortError` if it is not back within `within_s` seconds, and at once if it is a
        pseudo-terminal without a link to it: the kernel gives its number to the next one that
        is made, which may be the line to somebody else's board.
        """
        self.close()
        if self.where.startswith(_PTYS):
            raise PortError(
                f"{self.where} went away, and a pseudo-terminal does not come back under its "
                "number; give the run a link that whoever makes the pseudo-terminal renews"
            )
        deadline = after(self.now(), within_s)
        while True:
            for where in places(self.where, self._adapter):
                with contextlib.suppress(PortError):
                    self._open(where)
                    self.returns += 1
                    return
            if self.now() >= deadline:
                raise PortError(
                    f"{self.where} went away and did not come back within {within_s:g} s, neither "
                    "there nor at another port of the same adapter; check the cable and the hub"
                )
            select.select([], [], [], _AGAIN_S)  # as a read waits: for the line

    @property
    def is_terminal(self) -> bool:
        """Whether a real UART is at the other end, not a pseudo-terminal or a network."""
        return bool(self._fd is not None and os.isatty(self._fd) and not _is_pty(self.where))

    def now(self) -> int:
        return self._clock.now()

    def write(self, data: bytes) -> int:
        try:
            if self._fd is None:
                self._serial.write(data)
            else:
                self._write_descriptor(self._fd, data)
        except FOREIGN as error:
            raise PortError(_explanation("write to", self.where, error)) from error
        return self._clock.now()

    def read(self, deadline: int) -> tuple[bytes, int]:
        try:
            if self._fd is None:
                return self._read_library(deadline)
            return self._read_descriptor(self._fd, deadline)
        except (PortError, *FOREIGN) as error:
            if self.may_be_gone:
                select.select([], [], [], max(0, deadline - self.now()) / NANOSECONDS)
                return b"", self.now()
            if isinstance(error, PortError):
                raise
            raise PortError(_explanation("read from", self.where, error)) from error

    def configure(self, settings: LineSettings) -> None:
        try:
            self._drain()
            _apply(self._serial, settings)
        except FOREIGN as error:
            sentence = _explanation(f"set {settings} on", self.where, error)
            if _number(error) in _GONE:
                raise PortError(sentence) from error
            with contextlib.suppress(*FOREIGN):
                _apply(self._serial, self._settings)
            raise SettingRefused(sentence) from error
        self._settings = settings

    def _drain(self) -> None:
        """Let what was written leave at the setting at which it was written."""
        if self._fd is not None and os.isatty(self._fd):
            termios.tcdrain(self._fd)

    def set_dtr(self, active: bool) -> None:
        """Drive DTR; raises `PortError`."""
        self._drive("DTR", active)

    def set_rts(self, active: bool) -> None:
        """Drive RTS, which resets the board where a cheap adapter wires it to EN."""
        self._drive("RTS", active)

    def _drive(self, line: str, active: bool) -> None:
        try:
            if isinstance(self._serial, Rfc2217Line):
                self._serial.drive(line, active)
            else:
                setattr(self._serial, line.lower(), active)
        except FOREIGN as error:
            raise PortError(_explanation(f"drive {line} of", self.where, error)) from error

    @contextlib.contextmanager
    def lent(self) -> Iterator[None]:
        """Give the line up to another program inside; afterwards it is ours again, as it was.

        Raises `PortError` if it cannot be had back within `_BACK_S` seconds.
        """
        self.close()
        try:
            yield
        finally:
            self._open_again()

    @tenacity.retry(
        retry=tenacity.retry_if_exception_type(PortError),
        stop=tenacity.stop_after_delay(_BACK_S),
        wait=tenacity.wait_fixed(0.05),
        reraise=True,
    )
    def _open_again(self) -> None:
        # The other program has ended, but a server of RFC 2217 may need a moment to notice.
        self._open(self.where)

    def close(self) -> None:
        # pyserial's socket:// forgets its socket unclosed when the other end is gone already.
        connection = getattr(self._serial, "_socket", None)
        with contextlib.suppress(*FOREIGN):
            self._serial.close()
        if connection is not None:
            connection.close()

    def _write_descriptor(self, fd: int, data: bytes) -> None:
        rest: bytes | memoryview = data
        while rest:
            try:
                size = os.write(fd, rest)
                self._clock.wrote(size)
                if size == len(rest):  # as nearly always
                    return
                rest = memoryview(rest)[size:]
            except BlockingIOError:
                self._wait_until_writable(fd)

    def _wait_until_writable(self, fd: int) -> None:
        _, writable, _ = select.select([], [fd], [], _WRITE_PATIENCE_S)
        if not writable:
            raise PortError(
                f"cannot write to {self.where}: nobody took a byte for {_WRITE_PATIENCE_S:g} s; "
                "check the cable, flow control and whether the other end is running"
            )

    def _read_descriptor(self, fd: int, deadline: int) -> tuple[bytes, int]:
        while True:
            readable = self._clock.wait(fd, deadline)
            now = self._clock.now()
            if readable:
                data = os.read(fd, _CHUNK)
                if not data:
                    raise PortError(_vanished(self.where))
                self._clock.read(len(data))
                return data, now
            if now >= deadline:
                return b"", now

    def _unread(self) -> int:
        """How many bytes wait to be read."""
        waiting = fcntl.ioctl(self._fd or 0, termios.FIONREAD, bytes(4))
        return int(struct.unpack("i", waiting)[0])

    def _read_library(self, deadline: int) -> tuple[bytes, int]:
        if isinstance(self._serial, Rfc2217Line):
            return self._serial.receive(deadline), self._clock.now()
        self._serial.timeout = max(0, deadline - self._clock.now()) / NANOSECONDS
        data = self._serial.read(1)
        now = self._clock.now()
        if data and (more := self._serial.in_waiting):
            data += self._serial.read(more)
        return data, now


def _opened(
    where: str, settings: LineSettings, idle: tuple[bool, bool], clock: RigClock, keeps: bool
) -> Any:
    """The open pyserial port; DTR and RTS are `idle`, so that opening resets nothing."""
    try:
        if where.startswith("rfc2217://"):
            return Rfc2217Line(where, settings, idle, clock)
        port: Any = serial.serial_for_url(where, do_not_open=True)
        port.timeout = 0
        port.write_timeout = _WRITE_PATIENCE_S
        port.dtr, port.rts = idle
        if "://" not in where:
            port.exclusive = True
            if keeps:  # pyserial empties a device that it opens
                port._reset_input_buffer = lambda: None
        if where.startswith("socket://"):  # what it empties there was said after the connection
            port.reset_input_buffer = lambda: None
        _apply(port, settings)
        port.open()
    except FOREIGN as error:
        raise PortError(_explanation("open", where, error)) from error
    _keep_lines_on_close(_descriptor(port))
    return port


def _apply(port: Any, settings: LineSettings) -> None:
    if isinstance(port, Rfc2217Line):
        port.configure(settings)
        return
    port.apply_settings(
        {
            "baudrate": settings.baudrate,
            "bytesize": settings.databits,
            "stopbits": settings.stopbits,
            "parity": settings.parity,
        }
    )


def _descriptor(port: Any) -> int | None:
    """The file descriptor of `port`, where it has one that `os.read` understands."""
    try:
        return int(port.fileno())
    except (OSError, AttributeError, ValueError, serial.SerialException):
        return None


def _keep_lines_on_close(fd: int | None) -> None:
    """Clear HUPCL, so that closing the port does not drop DTR and reset the board."""
    with contextlib.suppress(termios.error, OSError, TypeError):
        attributes = termios.tcgetattr(fd)  # type: ignore[arg-type]
        attributes[2] &= ~termios.HUPCL
        termios.tcsetattr(fd, termios.TCSANOW, attributes)  # type: ignore[arg-type]


def _is_pty(where: str) -> bool:
    return os.path.realpath(where).startswith(_PTYS)


def _explanation(doing: str, where: str, error: BaseException) -> str:
    """What happened, why, and what to do, in one line."""
    head = f"cannot {doing} {where}: "
    if isinstance(error, OtherSetting):
        return f"{head}{error}"
    number = _number(error)
    if number == errno.ENOENT:
        return f"{head}no such port; {_ports()}"
    if number in (errno.EACCES, errno.EPERM):
        return f"{head}permission denied; {_remedy(where)}"
    if number in (errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK) or "exclusively" in str(error):
        return f"{head}another program uses it; close that program (`fuser {where}` names it)"
    if number in _GONE:
        return _vanished(where)
    if number in (errno.ENOTTY, errno.EINVAL):
        return f"{head}it is no serial port, or cannot do this; {_ports()}"
    if number == errno.ECONNREFUSED or "refused" in str(error):
        return f"{head}nobody listens there; start the other end or correct the address"
    cause = _cause(error)
    if isinstance(cause, socket.gaierror):
        return f"{head}{cause.strerror}; correct the host's name or write its address"
    if number:
        return f"{head}{os.strerror(number)}; check the cable and the address"
    if doing == "open" and ("://" in where or isinstance(error, ValueError)):
        return f"{head}no such address, or not one that pyserial knows; try socket://HOST:PORT"
    return f"{head}{error or type(error).__name__}; check the cable and the address"


#: What the kernel says of a line whose other end is no longer there.
_GONE = frozenset(
    {
        errno.EIO,
        errno.ENXIO,
        errno.ENODEV,
        errno.EPIPE,
        errno.ECONNRESET,
        errno.ECONNABORTED,
    }
)


def _cause(error: BaseException) -> BaseException:
    """What `error` was raised from in the end; pyserial hides the kernel's words behind its own."""
    while inner := error.__cause__ or error.__context__:
        error = inner
    return error


def _number(error: BaseException) -> int | None:
    """The errno of `error`, or of what it was raised from."""
    for each in (error, _cause(error)):
        number = each.args[0] if isinstance(each, termios.error) else getattr(each, "errno", None)
        if isinstance(number, int):
            return number
    return None


def _vanished(where: str) -> str:
    return f"{where} vanished: its other end closed; check the cable, or start it again"


def _ports() -> str:
    found = sorted(port.device for port in list_ports.comports())
    return f"these exist: {', '.join(found)}" if found else "no serial port is plugged in"


def _remedy(where: str) -> str:
    """How to get at a device that is somebody else's."""
    try:
        status = Path(where).stat()
        group = grp.getgrgid(status.st_gid).gr_name
    except (OSError, KeyError):
        return "ask its owner for access"
    if status.st_mode & stat.S_IRGRP and group != "root":
        return f"add yourself to the group {group} (`sudo usermod -aG {group} $USER`, log in again)"
    return "ask its owner for access"
