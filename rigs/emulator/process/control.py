"""The control socket: the hands that a rig has on a board, as JSON lines.

Law: a Unix stream socket; one request a line, one reply a line, in order.  Nothing that arrives
here may stop the emulator but `quit`.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import struct
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..board.pins import Pins
from ..error import EmulatorError
from ..flash.snapshot import snapshot
from ..loop import Loop
from ..mutants.active import UnknownFault
from ..personalities import PERSONALITIES
from ..serial.endpoint import Endpoint
from ..variants import UnknownVariant
from .switching import SwitchedBoard

LINE_BOUND = 65536
"""Longest request in bytes."""

REPLY_BOUND = 1 << 23
"""Bytes of replies kept for a client that does not read; then it is dropped."""

CLIENTS_BOUND = 16

_INHERITED = "fd:"
_CREDENTIALS = struct.Struct("3i")

Request = Mapping[str, Any]
Reply = dict[str, Any]


class RequestError(Exception):
    """A request that cannot be done; the text goes into the reply."""


class Requests:
    """What can be asked for; every verb is a method, listed in `verbs`."""

    def __init__(
        self, board: SwitchedBoard, endpoint: Endpoint, pins: Pins, quit_: Callable[[], None]
    ) -> None:
        self._board = board
        self._endpoint = endpoint
        self._pins = pins
        self._quit = quit_
        self.verbs: dict[str, Callable[[Request], Reply]] = {
            "status": self._status,
            "faults": self._faults,
            "fault": self._fault,
            "variants": self._variants,
            "variant": self._variant,
            "power": self._power,
            "reset": self._reset,
            "pins": self._pull,
            "firmware": self._firmware,
            "snapshot": self._snapshot,
            "quit": self._stop,
        }

    def answer(self, line: bytes) -> Reply:
        """Do what a line asks for; the reply says `ok` and, if not, why."""
        try:
            return {"ok": True, **self._done(line)}
        except (RequestError, UnknownFault, UnknownVariant) as error:
            return {"ok": False, "error": str(error)}

    def _done(self, line: bytes) -> Reply:
        try:
            request = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise RequestError("the request is not JSON; send one JSON object a line") from error
        if not isinstance(request, dict):
            raise RequestError('the request is no JSON object; send for instance {"do": "status"}')
        verb = request.get("do")
        if not isinstance(verb, str) or verb not in self.verbs:
            raise RequestError(f'"do" must be one of {", ".join(self.verbs)}')
        return self.verbs[verb](request)

    def _status(self, _request: Request) -> Reply:
        status = self._board.status()
        return {
            "port": self._endpoint.port,
            "firmware": status.firmware,
            "powered": status.powered,
            "ready": status.ready,
            "asleep": status.asleep,
            "downloads": status.downloads,
            "pins": self._pins.levels._asdict(),
            "uptime_ns": status.uptime_ns,
            "boots": status.boots,
            "faults": self._board.faults.ids,
            "variants": self._board.variants.ids,
            "uart_rate": status.uart.baud,
            "uart": asdict(status.uart),
            "sector_erases": self._board.flash.sector_erases,
            "programs": self._board.flash.programs,
        }

    def _faults(self, _request: Request) -> Reply:
        known = self._board.faults.known.values()
        return {"faults": [{"id": each.id, "says": each.says} for each in known]}

    def _fault(self, request: Request) -> Reply:
        self._board.faults.set(_ids(request, "fault"))
        return {"faults": self._board.faults.ids}

    def _variants(self, _request: Request) -> Reply:
        known = self._board.variants.known.values()
        told = [{"id": each.id, "says": each.says, "open": each.open} for each in known]
        return {"variants": told}

    def _variant(self, request: Request) -> Reply:
        self._board.variants.set(_ids(request, "variant"))
        return {"variants": self._board.variants.ids}

    def _power(self, request: Request) -> Reply:
        state = request.get("state")
        actions = {
            "on": self._board.power_on,
            "off": self._board.power_off,
            "cycle": self._board.power_cycle,
        }
        if not isinstance(state, str) or state not in actions:
            raise RequestError('"state" must be on, off or cycle')
        actions[state]()
        return {}

    def _reset(self, _request: Request) -> Reply:
        self._board.reset()
        return {}

    def _pull(self, request: Request) -> Reply:
        wanted = {each: request[each] for each in ("en", "gpio0") if each in request}
        if not all(isinstance(each, bool) for each in wanted.values()):
            raise RequestError('"en" and "gpio0" must be true (let go) or false (pull low)')
        self._pins.hand(**wanted)
        return self._pins.levels._asdict()

    def _firmware(self, request: Request) -> Reply:
        name = request.get("name")
        if not isinstance(name, str) or name not in PERSONALITIES:
            raise RequestError(f'"name" must be one of {", ".join(PERSONALITIES)}')
        self._board.install(PERSONALITIES[name])
        return {}

    def _snapshot(self, request: Request) -> Reply:
        try:
            about = snapshot(self._board.flash, request)
        except ValueError as error:
            raise RequestError(str(error)) from error
        return {**about, "boots": self._board.status().boots}

    def _stop(self, _request: Request) -> Reply:
        self._quit()
        return {}


def _ids(request: Request, what: str) -> list[str]:
    ids = request.get("set")
    if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
        raise RequestError(f'"set" must be a list of {what} ids; [] clears them all')
    return ids


class ControlSocket:
    """The socket at `where`, a path or `fd:N`; only its owner is let in."""

    def __init__(self, loop: Loop, requests: Requests, where: str) -> None:
        self._loop = loop
        self._requests = requests
        inherited = where.startswith(_INHERITED)
        self._listener = _inherited(where) if inherited else _listening(where)
        self._path = None if inherited else Path(where)
        self._inode = self._path.stat().st_ino if self._path else 0
        self._clients: set[_Client] = set()
        loop.watch(self._listener.fileno(), self._accept)

    def close(self) -> None:
        """Say goodbye and remove the socket, unless the path belongs to somebody else by now."""
        for client in list(self._clients):
            client.close()
        self._loop.forget(self._listener.fileno())
        self._listener.close()
        with contextlib.suppress(OSError):
            if self._path and self._path.stat().st_ino == self._inode:
                self._path.unlink()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            connection, _address = self._listener.accept()
            if len(self._clients) >= CLIENTS_BOUND or not _is_ours(connection):
                connection.close()
                return
            connection.setblocking(False)
            self._clients.add(
                _Client(self._loop, connection, self._requests, self._clients.discard)
            )


class _Client:
    """One connection: a line buffer in, a bounded buffer of replies out."""

    def __init__(
        self,
        loop: Loop,
        connection: socket.socket,
        requests: Requests,
        gone: Callable[[_Client], None],
    ) -> None:
        self._loop = loop
        self._connection = connection
        self._requests = requests
        self._gone = gone
        self._line = bytearray()
        self._overlong = False
        self._replies = bytearray()
        self._fd = connection.fileno()
        loop.watch(self._fd, self._readable)

    def close(self) -> None:
        """Hang up."""
        self._loop.forget(self._fd)
        self._connection.close()
        self._gone(self)

    def _readable(self) -> None:
        try:
            chunk = self._connection.recv(LINE_BOUND)
        except BlockingIOError:
            return
        except OSError:
            chunk = b""
        if not chunk:
            self.close()
            return
        *ended, rest = chunk.split(b"\n")
        for part in ended:
            self._extend(part)
            self._answer()
        self._extend(rest)
        self._flush()

    def _extend(self, part: bytes) -> None:
        if len(self._line) + len(part) > LINE_BOUND:
            self._overlong = True
            self._line.clear()
        elif not self._overlong:
            self._line += part

    def _answer(self) -> None:
        if self._overlong:
            reply: Reply = {"ok": False, "error": f"the request is over {LINE_BOUND} bytes long"}
        else:
            reply = self._requests.answer(bytes(self._line))
        self._line.clear()
        self._overlong = False
        self._replies += json.dumps(reply).encode("ascii") + b"\n"

    def _flush(self) -> None:
        try:
            while self._replies:
                del self._replies[: self._connection.send(self._replies)]
        except BlockingIOError:
            pass
        except OSError:
            self.close()
            return
        if len(self._replies) > REPLY_BOUND:
            self.close()
            return
        self._loop.watch(self._fd, self._readable, self._flush if self._replies else None)


def _inherited(where: str) -> socket.socket:
    """A socket that listens already; whoever made it removes what there is of it."""
    try:
        listener = socket.socket(fileno=int(where.removeprefix(_INHERITED)))
        if not listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            raise OSError(0, "it does not listen")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise EmulatorError(
            f"cannot use {where}: {why}; give --control the number of an inherited Unix socket "
            "that listens"
        ) from error
    listener.setblocking(False)
    return listener


def _is_ours(connection: socket.socket) -> bool:
    """Whether the same user is at the other end: a socket without a path keeps nobody out."""
    if not hasattr(socket, "SO_PEERCRED"):
        return True  # where there is none, sockets have paths, and paths have owners
    told = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    _pid, user, _group = _CREDENTIALS.unpack(told)
    return bool(user == os.getuid())


def _listening(path: str) -> socket.socket:
    """A listening socket; one that a dead emulator left behind is replaced."""
    listener = socket.socket(socket.AF_UNIX)
    before = os.umask(0o177)
    try:
        _remove_dead(path)
        listener.bind(path)
        listener.listen(CLIENTS_BOUND)
    except OSError as error:
        listener.close()
        why = error.strerror or str(error)
        raise EmulatorError(
            f"cannot open the control socket {path}: {why}; give --control another path"
        ) from error
    finally:
        os.umask(before)
    listener.setblocking(False)
    return listener


def _remove_dead(path: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        if not Path(path).is_socket():
            return
        with socket.socket(socket.AF_UNIX) as probe:
            if probe.connect_ex(path):
                Path(path).unlink()
