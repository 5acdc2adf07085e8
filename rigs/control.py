"""The control socket of an emulator, and the hands on its board that it gives.

Law of this file: one question, one answer, one connection, each with a deadline. What the emulator
refuses is a `PortError` in its own words.
"""

from __future__ import annotations

import base64
import json
import secrets
import socket
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from conformance.flash import FlashLayout
from conformance.testbed import Controls, PortError

#: How long the emulator may take to answer, in seconds, however busy the machine is.
_ANSWER_S = 30.0

#: The longest reply that is read; the longest of all has `_PIECE` bytes of flash in base64.
_LONGEST_REPLY = 1 << 18

#: The most bytes of flash that are asked for at once.
_PIECE = 16 * 1024

#: Whether a Unix socket can do without a path.
_NO_PATHS = sys.platform == "linux"

#: What wear an emulator can tell, by the names it has for it.
_WEAR = ("boots", "sector_erases", "programs")


class ControlSocket:
    """Asks the emulator whose control socket is at `address`, a path or what stands for one."""

    def __init__(self, address: Path | str = "") -> None:
        self.address = str(address)

    def opened(self) -> socket.socket:
        """Another one that listens, for an emulator to inherit; from now on it is asked there.

        It has a name that no file system knows, where there are such, so that nothing is left of it
        whatever dies; else a path, which `forget` removes.
        """
        self.forget()
        name = f"esp8266-{secrets.token_hex(8)}.control"
        self.address = f"\0{name}" if _NO_PATHS else str(Path(tempfile.gettempdir(), name))
        listener = socket.socket(socket.AF_UNIX)
        try:
            listener.bind(self.address)
            listener.listen()
        except OSError as error:
            listener.close()
            raise PortError(f"there can be no control socket: {error}") from error
        return listener

    def forget(self) -> None:
        """Remove what a file system knows of it."""
        if self.address and not self.address.startswith("\0"):
            Path(self.address).unlink(missing_ok=True)

    def ask(self, do: str, **more: Any) -> Mapping[str, Any]:
        """What is replied to the verb `do`; raises `PortError` if it is refused, or nobody is."""
        question = json.dumps({"do": do, **more}).encode() + b"\n"
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(_ANSWER_S)
                connection.connect(self.address)
                connection.sendall(question)
                with connection.makefile("rb") as stream:
                    reply = json.loads(stream.readline(_LONGEST_REPLY))
            if not isinstance(reply, dict):
                raise ValueError(f"{reply!r} is no reply")
        except (OSError, ValueError) as error:
            raise PortError(f"the emulator's control socket failed: {error}") from error
        if not reply.get("ok"):
            raise PortError(f"the emulator would not {do}: {reply.get('error')}")
        return reply


class EnPin:
    """The EN pin of an emulated chip."""

    def __init__(self, control: ControlSocket) -> None:
        self._control = control

    def pulse(self) -> None:
        """Reset the chip; raises `PortError`."""
        self._control.ask("reset")


class Supply:
    """The power of an emulated board."""

    def __init__(self, control: ControlSocket) -> None:
        self._control = control

    def off(self) -> None:
        """Take it away; raises `PortError`."""
        self._control.ask("power", state="off")

    def on(self) -> None:
        """Give it back; raises `PortError`."""
        self._control.ask("power", state="on")


class SnapshotFlash:
    """The flash of an emulated board, read behind the chip's back; then the chip is reset."""

    def __init__(self, control: ControlSocket) -> None:
        self._control = control

    def layout(self) -> FlashLayout:
        """What the emulator says of it; raises `PortError`."""
        reply = self._control.ask("snapshot")
        try:
            return FlashLayout(int(reply["size"]), str(reply["map"]))
        except (KeyError, TypeError, ValueError) as error:
            raise PortError(f"the emulator told no layout of its flash: {reply}") from error

    def read(self, areas: Sequence[range]) -> Sequence[bytes]:
        """The bytes at `areas`, then a reset, as a loader would end; raises `PortError`."""
        contents = [b"".join(map(self._piece, _pieces(area))) for area in areas]
        EnPin(self._control).pulse()
        return contents

    def _piece(self, area: range) -> bytes:
        reply = self._control.ask("snapshot", offset=area.start, length=len(area))
        try:
            data = base64.b64decode(reply["data"], validate=True)
        except (KeyError, TypeError, ValueError) as error:
            raise PortError(f"the emulator told no content of its flash: {error}") from error
        if len(data) != len(area):
            raise PortError(f"the emulator told {len(data)} bytes of its flash, not {len(area)}")
        return data


def controls_of(control: ControlSocket) -> Controls:
    """All the hands that an emulator gives."""
    return Controls(EnPin(control), Supply(control), SnapshotFlash(control))


def wear_of(control: ControlSocket) -> Mapping[str, int]:
    """How often the board started and its flash was written; empty if the emulator is gone."""
    try:
        reply = control.ask("snapshot")
    except PortError:
        return {}
    return {name: reply[name] for name in _WEAR if type(reply.get(name)) is int}


def _pieces(area: range) -> list[range]:
    starts = range(area.start, area.stop, _PIECE)
    return [range(start, min(start + _PIECE, area.stop)) for start in starts]
