"""The door: who comes, who is let in.

Law of this file: a stranger gets a handshake that has a deadline, and a line in the log. Only so
many are looked at at once; the others wait in the kernel's queue. One harness is inside at a time;
a second one is told so at once. One whose host has vanished is out when the kernel finds out,
which it is told to do in seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl
import time
from collections.abc import Callable, Sequence

from .guest import Guest

#: How long a stranger may take to show that he has the key, in seconds.
_HANDSHAKE_S = 5.0
#: How many strangers are looked at at once.
_STRANGERS = 8
#: How long a connection may take to be closed in good order, in seconds.
_GOODBYE_S = 3.0
#: A connection is dead when what was sent is not acknowledged for so long, in milliseconds; when
#: nothing is to be sent, the kernel asks after so many seconds, so often.
_UNACKNOWLEDGED_MS, _IDLE_S, _AGAIN_S, _TIMES = 15_000, 5, 3, 3
#: What waits to be passed on at most, in bytes.
_WAITING = 1 << 20

#: What TLS calls it if the two have not the same key: the one at that end, or this one, says so.
_ANOTHER_KEY = frozenset({"TLSV1_ALERT_UNKNOWN_CA", "CERTIFICATE_VERIFY_FAILED"})

#: Somebody's address, as people write it.
Place = str


class Door:
    """Listens for harnesses; `log` is called with lines for people."""

    def __init__(
        self, listening: socket.socket, context: ssl.SSLContext, lent: Sequence[str],
        log: Callable[[str], None],
    ) -> None:  # fmt: skip
        listening.setblocking(False)
        self._listening, self._context, self._lent, self._log = listening, context, lent, log
        self._strangers = asyncio.Semaphore(_STRANGERS)
        self._comers: set[asyncio.Task[None]] = set()
        #: Who is inside, and since when; empty: nobody.
        self._inside = ""

    async def watch(self) -> None:
        """Let in who has the key, until this is cancelled; then everybody is out."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                await self._strangers.acquire()
                comer, address = await self._accepted(loop)
                task = asyncio.create_task(self._meet(comer, place(address)))
                self._comers.add(task)
                task.add_done_callback(self._comers.discard)
        finally:
            for task in self._comers:
                task.cancel()
            await asyncio.gather(*self._comers, return_exceptions=True)

    async def _accepted(self, loop: asyncio.AbstractEventLoop) -> tuple[socket.socket, object]:
        while True:
            try:
                return await loop.sock_accept(self._listening)
            except OSError as error:  # he has hung up, or we have too much open
                self._log(f"somebody could not be let in: {error.strerror}")
                await asyncio.sleep(_AGAIN_S)

    async def _meet(self, comer: socket.socket, where: Place) -> None:
        """Find out whether he has the key, and see to him."""
        try:
            met = await self._greeted(comer)
        except OSError as error:  # TimeoutError and ssl.SSLError are among them
            self._log(f"{where} has not shown the key: {_in_words(error)}")
            comer.close()
            return
        finally:
            self._strangers.release()
        reader, writer = met
        try:
            await self._receive(reader, writer, where)
        finally:
            writer.close()
            with contextlib.suppress(OSError, TimeoutError):
                await asyncio.wait_for(writer.wait_closed(), _GOODBYE_S)
            writer.transport.abort()

    async def _greeted(
        self, comer: socket.socket
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """The streams to who has the key; raises `OSError`."""
        _find_out_who_vanished(comer)
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(_WAITING)
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _ = await loop.connect_accepted_socket(
            lambda: protocol, comer, ssl=self._context,
            ssl_handshake_timeout=_HANDSHAKE_S, ssl_shutdown_timeout=_GOODBYE_S,
        )  # fmt: skip
        return reader, asyncio.StreamWriter(transport, protocol, reader, loop)

    async def _receive(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, where: Place
    ) -> None:
        if self._inside:
            why = f"the lab is in use by {self._inside}"
            writer.write(json.dumps({"failed": why, "busy": True}).encode() + b"\n")
            self._log(f"{where} was told that {why}")
            return
        self._inside = f"{where} since {time.strftime('%Y-%m-%d %H:%M:%S')}"
        self._log(f"{where} has the key and is inside")
        try:
            how = await Guest(reader, writer).stay(self._lent)
            self._log(f"{where} is outside again: {how}")
        except OSError as error:
            self._log(f"{where} could be given no lab: {error}")
        finally:
            self._inside = ""


def _in_words(error: OSError) -> str:
    """What went wrong as somebody should have shown the key."""
    if getattr(error, "reason", "") in _ANOTHER_KEY:
        return "it has another one"
    return (error.strerror or str(error) or type(error).__name__).splitlines()[0][:120]


def place(address: object) -> Place:
    """Somebody's address and port, as people write them."""
    host, port = address[:2]  # type: ignore[index]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _find_out_who_vanished(comer: socket.socket) -> None:
    """Have the kernel look after the other end."""
    comer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    comer.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (
        (socket.TCP_KEEPIDLE, _IDLE_S), (socket.TCP_KEEPINTVL, _AGAIN_S),
        (socket.TCP_KEEPCNT, _TIMES), (socket.TCP_USER_TIMEOUT, _UNACKNOWLEDGED_MS),
    ):  # fmt: skip
        comer.setsockopt(socket.IPPROTO_TCP, option, value)
