"""Where the bytes of a flash are kept: in memory, or in a file that outlives us.

Law: sectors in, sectors out; what may be written when is the chip's law, not theirs.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from ..error import EmulatorError
from .flashmap import SIZES

SECTOR = 4096
"""Bytes that are erased together."""

BLANK = b"\xff" * SECTOR
"""A sector after erasing."""

_CHUNK = 1 << 16


class Cells(Protocol):
    """The medium of one chip.  Offsets and lengths are in bytes and have been checked."""

    @property
    def size(self) -> int:
        """Bytes in all."""

    def read(self, offset: int, length: int) -> bytes:
        """Some bytes."""

    def write(self, offset: int, data: bytes) -> None:
        """Replace some bytes, all in one sector."""

    def load(self, image: bytes) -> None:
        """Replace everything."""

    def close(self) -> None:
        """Give everything back."""


class MemoryCells:
    """In memory: a shared image that is never changed, and the sectors that differ from it."""

    def __init__(self, image: bytes) -> None:
        self.size = len(image)
        self._image = image
        self._changed: dict[int, bytes] = {}

    def read(self, offset: int, length: int) -> bytes:
        """See Cells."""
        end = offset + length
        numbers = range(offset // SECTOR, -(-end // SECTOR))
        if not any(number in self._changed for number in numbers):
            return self._image[offset:end]
        data = b"".join(self._sector(number) for number in numbers)
        skipped = offset % SECTOR
        return data[skipped : skipped + length]

    def write(self, offset: int, data: bytes) -> None:
        """See Cells."""
        number, at = divmod(offset, SECTOR)
        before = self._sector(number)
        self._changed[number] = before[:at] + data + before[at + len(data) :]

    def load(self, image: bytes) -> None:
        """See Cells."""
        self._image = image
        self._changed.clear()

    def close(self) -> None:
        """See Cells."""

    def _sector(self, number: int) -> bytes:
        known = self._changed.get(number)
        return self._image[number * SECTOR : (number + 1) * SECTOR] if known is None else known


class FileCells:
    """In a file, locked for one emulator; every write is handed to the system at once.

    So a process that is killed loses nothing that it wrote (a host that loses power may).
    """

    def __init__(self, path: str, size: int, contents: Callable[[], bytes]) -> None:
        """Open the file; a missing or an empty one is made from `contents`.

        Raises EmulatorError if it is of another size, in use, or cannot be opened.
        """
        self.size = size
        self._path = path
        self._fd = _opened(path)
        try:
            _make(self._fd, path, size, contents)
        except BaseException:
            os.close(self._fd)
            raise

    def read(self, offset: int, length: int) -> bytes:
        """See Cells.  Where somebody has cut the file short, it reads as erased."""
        data = os.pread(self._fd, length, offset)
        return data.ljust(length, b"\xff")

    def write(self, offset: int, data: bytes) -> None:
        """See Cells; EmulatorError if the disk is full."""
        try:
            _write_all(self._fd, offset, data)
        except OSError as error:
            raise _unwritable(self._path, error) from error

    def load(self, image: bytes) -> None:
        """See Cells; EmulatorError if the disk is full."""
        for at in range(0, len(image), _CHUNK):
            self.write(at, image[at : at + _CHUNK])

    def close(self) -> None:
        """Give the file and its lock back."""
        os.close(self._fd)


def file_size(path: str) -> int | None:
    """The size of an image in bytes; None if there is none yet."""
    try:
        return Path(path).stat().st_size or None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unopenable(path, error) from error


def _opened(path: str) -> int:
    try:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise _unopenable(path, error) from error
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(fd)
        raise EmulatorError(
            f"the flash image {path} is in use by another emulator; stop that one or take a copy"
        ) from error
    return fd


def _make(fd: int, path: str, size: int, contents: Callable[[], bytes]) -> None:
    """Fill an empty file, check a full one."""
    about = os.fstat(fd)
    if not stat.S_ISREG(about.st_mode):
        raise EmulatorError(f"the flash image {path} is no ordinary file; give --flash another")
    found = about.st_size
    if found and found != size:
        raise EmulatorError(
            f"the flash image {path} has {found} bytes where {size} are needed; "
            f"give --flash-size ({', '.join(SIZES)}) as the image is, or another file"
        )
    if not found:
        try:
            _write_all(fd, 0, contents())
        except OSError as error:
            with contextlib.suppress(OSError):
                os.ftruncate(fd, 0)  # so that the next start does not take it for an image
            raise _unwritable(path, error) from error


def _write_all(fd: int, offset: int, data: bytes) -> None:
    while data:
        written = os.pwrite(fd, data, offset)
        offset, data = offset + written, data[written:]


def _unopenable(path: str, error: OSError) -> EmulatorError:
    why = error.strerror or str(error)
    return EmulatorError(f"cannot open the flash image {path}: {why}; give --flash another file")


def _unwritable(path: str, error: OSError) -> EmulatorError:
    why = error.strerror or str(error)
    return EmulatorError(f"cannot write the flash image {path}: {why}; make room or take another")
