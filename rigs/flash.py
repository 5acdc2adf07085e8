"""The flash of a real board, read by esptool.

Law of this file: esptool is a program of its own that gets the line to itself for as long as it
runs, and no longer. It leaves the board in its loader; the reset that ends this is made when the
line is ours again, so that the start which follows is heard from its beginning.
"""

from __future__ import annotations

import contextlib
import importlib.util
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from conformance.flash import FlashLayout
from conformance.testbed import Flash, PortError, Reset
from conformance.wiring import FLASH_SIZES, RESET_SEQUENCES, Board, read_step
from rigs.command import run
from rigs.reset import LineReset
from rigs.serialport import SerialPort

#: How long one call of esptool may take, in seconds. 16 KB take a few on a device, but half a
#: minute behind RFC 2217, where it waits for each setting of the line.
_LIMIT_S = 120.0

#: The options of every call: into the loader by the lines of the adapter, and stay there.
_CALL = ("--chip", "esp8266", "--before", "default_reset", "--after", "no_reset")

#: How esptool tells the size of a flash.
_SIZE = re.compile(r"^Detected flash size: (\d+)MB", re.MULTILINE)

_INSTALL = "esptool is not installed: pip install 'esp8266-at-conformance[flash]'"


def why_unreadable(board: Board) -> str:
    """Why the flash of `board` cannot be read; empty if it can."""
    if board.flash_file:
        return "board.flash_file is of a device that --rig=exec: starts; this one wants flash_read"
    if board.flash_read == "none":
        return "the PIXIT names no board.flash_read"
    return "" if importlib.util.find_spec("esptool") else _INSTALL


def flash_of(board: Board, port: SerialPort, reset: Reset | None) -> Flash | None:
    """What reads the flash of `board`; None if nothing does."""
    if why_unreadable(board):
        return None
    # esptool reaches the loader by the lines of the adapter, so they can reset the board, too.
    steps = tuple(read_step(text) for text in RESET_SEQUENCES["classic"])
    return EsptoolFlash(port, board, reset or LineReset(port, steps))


class EsptoolFlash:
    """A `testbed.Flash` through esptool."""

    def __init__(self, port: SerialPort, board: Board, reset: Reset) -> None:
        self._port = port
        self._reset = reset
        self._map = board.flash_map
        self._size = FLASH_SIZES.get(board.flash_size)

    def layout(self) -> FlashLayout:
        """As the PIXIT says; the size may be asked of the flash, once, which restarts the board."""
        if self._size is None:
            self._size = self._asked_size()
        return FlashLayout(self._size, self._map)

    def read(self, areas: Sequence[range]) -> Sequence[bytes]:
        """The bytes at `areas`; afterwards the board starts again. Raises `PortError`."""
        with tempfile.TemporaryDirectory(prefix="flash-") as folder:
            files = [Path(folder, str(number)) for number in range(len(areas))]
            self._with_esptool(
                [
                    ("read_flash", str(area.start), str(len(area)), str(file))
                    for area, file in zip(areas, files, strict=True)
                ]
            )
            contents = [_content(file) for file in files]
        for area, content in zip(areas, contents, strict=True):
            if len(content) != len(area):
                raise PortError(
                    f"esptool read {len(content)} bytes of flash instead of {len(area)}"
                )
        return contents

    def _asked_size(self) -> int:
        (said,) = self._with_esptool([("flash_id",)])
        found = _SIZE.search(said)
        if found is None:
            raise PortError(
                "esptool told no size of the flash; write board.flash_size in the PIXIT"
            )
        return int(found[1]) << 20

    def _with_esptool(self, calls: Sequence[Sequence[str]]) -> list[str]:
        """What esptool printed at each of `calls`; then the board is reset."""
        program = (sys.executable, "-m", "esptool", "--port", self._port.where, *_CALL)
        try:
            with self._port.lent():
                printed = [run((*program, *call), "read the flash", _LIMIT_S) for call in calls]
        except PortError:
            with contextlib.suppress(PortError):  # the first error is the one to tell
                self._reset.pulse()
            raise
        self._reset.pulse()
        return printed


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise PortError(f"esptool wrote no content of the flash: {error.strerror}") from error
