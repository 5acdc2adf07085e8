"""A lab on another host, behind a door that wants a key (`python -m rigs.lab.afar`).

Law of this file: TLS 1.3, and each side wants of the other the very certificate that it has itself.
What goes wrong is told with who, why and what to do. All times that the lab tells are by our
clock: it is told how far its own is off, whenever a purpose begins and before it tells times.
Captures are written there and fetched from there; where they lie here the lab does not choose.
"""

from __future__ import annotations

import base64
import contextlib
import os
import select
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import tenacity

from conformance.network import Door
from conformance.testbed import LabError
from conformance.verdict import Inconclusive, Reason
from rigs.labs import OPEN_S
from rigs.labtalk import LabTalk
from rigs.shift import Shift

#: How long a connection may take to be made, and then to show that it has the key, in seconds.
_CONNECT_S = 10.0
#: How long an answer may take beyond the time that the question itself gives, in seconds: the other
#: host may be small, and has to load what it answers with.
_ANSWER_S = 30.0
#: A connection is dead when what was sent is not acknowledged for so long, in milliseconds; when
#: nothing is to be sent, the kernel asks after so many seconds, so often. As far as it can.
_VANISHED = {"TCP_USER_TIMEOUT": 15_000, "TCP_KEEPIDLE": 5, "TCP_KEEPINTVL": 3, "TCP_KEEPCNT": 3}
#: How long to wait before a lab that is in use is asked again, in seconds.
_AGAIN_S = 0.5
#: How long its end is waited for, in seconds.
_END_S = 12.0
#: How often its clock is asked for one measurement.
_ROUNDS = 5
#: The largest capture file that is fetched, in bytes.
_LARGEST = 64 << 20
#: What is answered with times.
_DATED = frozenset({"associations", "peer-received", "capture", "capture-end"})


class LabBusy(LabError):
    """Another harness uses it."""


class DistantLab(LabTalk):
    """A lab on another host. It is a `testbed.Lab`."""

    def __init__(self, door: Door, bench: Mapping[str, Any], busy_s: float) -> None:
        """Reach it and tell it of its bench; raises `LabError` and `NoNamespaces`.

        `busy_s`: how long to ask again if it is in use.
        """
        self._door = door
        self._captures: Path | None = None
        self._prefix = ""
        self._fetched: set[str] = set()
        tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(LabBusy),
            stop=tenacity.stop_after_delay(busy_s),
            wait=tenacity.wait_fixed(_AGAIN_S),
            reraise=True,
        )(self._open, bench)

    def _open(self, bench: Mapping[str, Any]) -> None:
        super().__init__(_connected(self._door))
        try:
            self._meet(bench, OPEN_S)
        except BaseException:
            self.close()
            raise

    def _refused(self, first: Mapping[str, Any]) -> Exception:
        if first.get("busy"):
            return LabBusy(f"{self._door}: {first['failed']}")
        return super()._refused(first)

    def begin(self, purpose: str, captures: Path | None, prefix: str) -> None:
        """Another purpose begins."""
        self._captures, self._prefix = captures, prefix
        self._fetched.clear()
        self.ask(
            "begin",
            {"purpose": purpose, "captures": captures is not None, "prefix": prefix,
             "clock": asdict(self._shift())},
        )  # fmt: skip

    def ask(self, question: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """See `testbed.Lab`."""
        if question in _DATED:
            super().ask("clock", asdict(self._shift()))
        if question != "capture-end":
            return super().ask(question, arguments)
        try:
            told = super().ask(question, arguments)
        except (Inconclusive, LabError):  # a file may show why
            if not self.problem:
                with contextlib.suppress(Inconclusive, LabError):
                    self._fetch()
            raise
        self._fetch()
        name = Path(str(told.get("path", ""))).name
        kept = self._captures is not None and name in self._fetched
        return {**told, "path": f"{self._captures.name}/{name}" if kept else ""}  # type: ignore[union-attr]

    def _shift(self) -> Shift:
        """How far its clock is from ours now."""
        return Shift.best(self._shift_once() for _ in range(_ROUNDS))

    def _shift_once(self) -> Shift:
        asked = time.monotonic_ns()
        told = super().ask("clock", {})
        heard = time.monotonic_ns()
        if type(there := told.get("at")) is not int:
            raise self._lost(f"its clock shows {str(there)[:40]}")
        return Shift.seen(asked, there, heard)

    # Captures

    def _fetch(self) -> None:
        """Have here the files that are new there."""
        if self._captures is None:
            return
        try:
            for each in super().ask("capture-files", {})["files"]:
                name, size = str(each["name"]), int(each["size"])
                if name not in self._fetched:
                    self._keep(name, self._content(name, size))
        except (KeyError, TypeError, ValueError) as error:
            raise self._lost(f"of its captures it told {error!r}"[:400]) from error

    def _content(self, name: str, size: int) -> bytes:
        if size > _LARGEST:
            raise Inconclusive(
                f"the file of the capture has {size} bytes, more than the {_LARGEST} that are "
                "fetched from another host", Reason.CAPTURE_DROPPED,
            )  # fmt: skip
        content = bytearray()
        while len(content) < size:
            asked = {"name": name, "offset": len(content)}
            piece = base64.b64decode(super().ask("capture-file", asked)["data"], validate=True)
            if not piece or len(content) + len(piece) > size:
                raise ValueError(f"a piece of {len(piece)} bytes behind {len(content)} of {size}")
            content += piece
        return bytes(content)

    def _keep(self, name: str, content: bytes) -> None:
        """Write it where the report looks for it, under a name that is one of this purpose's."""
        assert self._captures is not None
        own = name.startswith(f"{self._prefix or 'capture'}.") and name.endswith(".pcapng")
        if Path(name).name != name or not own:
            raise ValueError(f"the name {name[:80]!r}")
        try:
            self._captures.mkdir(parents=True, exist_ok=True)
            with self._captures.joinpath(name).open("xb") as stream:
                stream.write(content)
        except OSError as error:
            raise LabError(f"the capture {name} cannot be kept here: {error.strerror}") from error
        self._fetched.add(name)

    # The end

    def close(self) -> None:
        """End it, and wait until the lab is free for others."""
        if not self._broken:
            end = time.monotonic() + _END_S
            with contextlib.suppress(OSError):
                self._end.settimeout(_END_S)
                self._end.sendall(b'{"ask": "quit"}\n')
                while self._end.recv(1 << 16):
                    self._end.settimeout(max(0.001, end - time.monotonic()))
        self._broken = self._broken or "the lab was ended"
        self._end.close()

    def _gone(self) -> str:
        # It says nothing unasked, so that there is something to read only at its end.
        ended, _, _ = select.select([self._end], [], [], 0)
        return f"the lab is lost: {self._last_words()}" if ended else ""

    def _answer_s(self) -> float:
        return _ANSWER_S

    def _last_words(self) -> str:
        return f"the connection to {self._door} ended"


def _connected(door: Door) -> ssl.SSLSocket:
    """A connection with who has the same key; raises `LabError`."""
    context = _context(door)
    try:
        plain = socket.create_connection((door.host, door.port), _CONNECT_S)
    except socket.gaierror as error:
        raise LabError(f"no host is called {door.host}: {error.strerror}") from error
    except ConnectionRefusedError as error:
        raise LabError(
            f"nobody listens at {door}: is `python -m rigs.lab.afar serve` running there, with "
            "--listen for an address that can be reached from here?"
        ) from error
    except OSError as error:  # TimeoutError has no strerror
        why = error.strerror or f"no answer in {_CONNECT_S:g} s"
        raise LabError(f"{door} cannot be reached: {why}") from error
    try:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _VANISHED.items():
            if hasattr(socket, name):
                plain.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
        return context.wrap_socket(plain)
    except ssl.SSLCertVerificationError as error:
        raise LabError(
            f"who answers at {door} has not the key in {door.key}: both hosts want the same file"
        ) from error
    except TimeoutError as error:
        raise LabError(f"{door} does not say in {_CONNECT_S:g} s whether it has the key") from error
    except (ssl.SSLError, OSError) as error:
        raise LabError(
            f"who answers at {door} does not speak TLS 1.3, or hung up: it is no lab's door, or "
            f"is not ready ({error.strerror or error})"
        ) from error


def _context(door: Door) -> ssl.SSLContext:
    """Shows the key and wants the same; raises `LabError`.

    The door's side of it, in `rigs/lab/afar/key.py`, is much alike: the two share no code.
    """
    try:
        mode = Path(door.key).stat().st_mode
        if os.name == "posix" and mode & 0o077:
            raise LabError(
                f"others on this host may read the key in {door.key}: chmod 600, and make a new "
                "one if it was so for long"
            )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.check_hostname = False  # the certificate itself is what is known
        context.load_cert_chain(door.key, password=_nobody_is_asked)
        context.load_verify_locations(door.key)
    except ssl.SSLError as error:
        raise LabError(f"{door.key} is no key that `rigs.lab.afar key` made") from error
    except FileNotFoundError as error:
        raise LabError(
            f"there is no key {door.key}: `python -m rigs.lab.afar key` makes one, and both hosts "
            "want the same file"
        ) from error
    except OSError as error:
        raise LabError(f"the key {door.key} cannot be read: {error.strerror}") from error
    return context


def _nobody_is_asked() -> str:
    return ""
