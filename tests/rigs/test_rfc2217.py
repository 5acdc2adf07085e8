"""A board behind RFC 2217: an emulator's TCP port, offered by pyserial's own PortManager."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import threading
from collections.abc import Iterator

import pytest
import serial
import serial.rfc2217

from conformance.session import Session
from conformance.statement import Pixit
from conformance.transcript import NullRecorder
from rigs.board import BoardRig
from rigs.linecheck import line_problem, taken
from rigs.recovery import sign_of_life
from tests.rigs.whole_runs import EmulatorProcess


class Server(threading.Thread):
    """Serves one client the serial port at `where`; ends when the client does."""

    def __init__(self, where: str) -> None:
        super().__init__(daemon=True)
        self._port = serial.serial_for_url(where, timeout=0)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"rfc2217://127.0.0.1:{self._listener.getsockname()[1]}"

    def run(self) -> None:
        connection, _ = self._listener.accept()
        with connection, self._listener, self._port, contextlib.suppress(OSError):
            self._serve(connection)

    def _serve(self, connection: socket.socket) -> None:
        manager = serial.rfc2217.PortManager(self._port, _Writer(connection))
        while True:
            ready, _, _ = select.select([connection, self._port.fileno()], [], [], 30)
            if not ready:
                return
            if connection in ready:
                data = connection.recv(4096)
                if not data:
                    return
                self._port.write(b"".join(manager.filter(data)))
            if self._port.fileno() in ready:
                said = os.read(self._port.fileno(), 4096)
                if not said:
                    return
                connection.sendall(b"".join(manager.escape(said)))


class _Writer:
    """What the PortManager wants of a connection."""

    def __init__(self, connection: socket.socket) -> None:
        self.write = connection.sendall


@pytest.fixture
def rig() -> Iterator[BoardRig]:
    emulator = EmulatorProcess("--tcp", "127.0.0.1:0")
    server = Server(emulator.port)
    server.start()
    try:
        with contextlib.closing(BoardRig(server.url, Pixit())) as rig:
            yield rig
    finally:
        server.join(10)  # first, for pyserial leaks a socket whose other end has gone
        emulator.end()
    assert not server.is_alive()


def test_a_board_behind_rfc_2217_recovers_and_answers(rig):
    rig.recover(NullRecorder())
    session = Session(rig.port)
    found = sign_of_life(session)
    assert found is not None
    assert found.final == b"OK"
    assert line_problem(session, taken(session, found)) == ""
    assert "uart-rate" in rig.capabilities
