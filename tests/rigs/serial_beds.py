"""The beds of the serial port: a pseudo-terminal, a socket and a loop, each with its other end."""

from __future__ import annotations

import os
import pty
import select
import socket
import threading
import warnings

from rigs.serialport import SerialPort
from tests.rigs.port_checks import LIMIT_S, Echoes, HangsUp, Step


class Peer(threading.Thread):
    """The other end of a line that has a descriptor: plays a script; the descriptor is its own."""

    def __init__(self, fd: int) -> None:
        super().__init__(daemon=True)
        self._fd: int | None = fd
        self.script: tuple[Step, ...] = ()
        self.problem = ""

    def run(self) -> None:
        try:
            for step in self.script:
                self._play(step)
        except OSError as error:
            self.problem = f"the other end failed: {error}"

    def hang_up(self) -> None:
        if self._fd is not None:
            os.close(self._fd)
        self._fd = None

    def _play(self, step: Step) -> None:
        if isinstance(step, HangsUp):
            self.hang_up()
        if isinstance(step, Echoes):
            heard = self._hear(len(step.data))
            if heard != step.data:
                self.problem = f"the other end heard {heard!r} instead of {step.data!r}"
            rest = memoryview(heard)
            while rest:
                assert self._fd is not None
                rest = rest[os.write(self._fd, rest) :]

    def _hear(self, size: int) -> bytes:
        assert self._fd is not None
        heard = b""
        while len(heard) < size and select.select([self._fd], [], [], LIMIT_S)[0]:
            part = os.read(self._fd, size - len(heard))
            if not part:
                break
            heard += part
        return heard


class LineBed:
    """A bed whose other end is a descriptor of ours."""

    has_peer = True
    largest = 1 << 16

    def __init__(self, where: str) -> None:
        self.where = where
        self._peer: Peer | None = None
        self._port: SerialPort | None = None

    def open(self, *script: Step) -> SerialPort:
        self._port = SerialPort(self.where)
        self._peer = Peer(self._descriptor())
        self._peer.script = script
        self._peer.start()
        return self._port

    def _descriptor(self) -> int:
        raise NotImplementedError

    def close(self) -> None:
        assert self._peer is not None
        self._peer.join(LIMIT_S)
        assert not self._peer.is_alive()
        assert not self._peer.problem

    def tidy(self) -> None:
        if self._port is not None:
            self._port.close()
        if self._peer is not None:
            self._peer.join(LIMIT_S)
            self._peer.hang_up()


class PtyBed(LineBed):
    def __init__(self) -> None:
        self._master, self._slave = pty.openpty()
        super().__init__(os.ttyname(self._slave))

    def _descriptor(self) -> int:
        return self._master

    def tidy(self) -> None:
        super().tidy()
        os.close(self._slave)


def close_quietly(port: SerialPort) -> None:
    """Close a port on a socket; pyserial 3.5 leaks one whose other end has gone (see below)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        port.close()


class SocketBed(LineBed):
    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(LIMIT_S)
        super().__init__(f"socket://127.0.0.1:{self._server.getsockname()[1]}")

    def _descriptor(self) -> int:
        connection, _ = self._server.accept()
        connection.setblocking(True)
        return connection.detach()

    def tidy(self) -> None:
        if self._port is not None:
            close_quietly(self._port)
        super().tidy()
        self._server.close()


class LoopBed:
    """pyserial's loop: what is written is what is read, without anybody's doing."""

    has_peer = False
    #: It holds 4096 bytes.
    largest = 4000

    def __init__(self) -> None:
        self._port: SerialPort | None = None

    def open(self, *script: Step) -> SerialPort:
        self._port = SerialPort("loop://")
        return self._port

    def close(self) -> None:
        """There is no other end that could have heard anything else."""

    def tidy(self) -> None:
        if self._port is not None:
            self._port.close()
