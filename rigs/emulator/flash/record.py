"""One value in a parameter area, safe against a power failure at any moment.

Law: three sectors of the area.  Two of them take turns in holding the value, each with a
generation and a checksum; the third holds a mark, and without the mark the area counts as blank.
A value is written into the sector that is not in force, so that the one in force stays until the
new one is whole.

The mark lies in the area's third sector, which is where clause 1.2 puts the blank.bin that
initialises an area: whoever writes it there has the factory's settings back.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from .flash import SECTOR, Flash
from .flashmap import Area

MARK = b"\x55\xaa\x55\xaa"

_COPIES, _MARK_SECTOR = (1, 3), 2  # sectors of the area; the first is not ours
_HEAD = struct.Struct("<4sIH")  # version word, generation, length of the value
_CHECKSUM = struct.Struct("<I")
_GENERATIONS = 1 << 32


@dataclass(frozen=True)
class _Copy:
    """A whole and legible copy of the value."""

    sector: int
    generation: int
    value: bytes


class Record:
    """The value of `area`, marked with a `version` word of four bytes.

    A value has at most 4082 bytes.  Whatever cannot be read counts as no value.
    """

    def __init__(self, flash: Flash, area: Area, version: bytes) -> None:
        self._flash = flash
        self._version = version
        first = area.start // SECTOR
        self._sectors = range(first, area.end // SECTOR)
        self._copies = tuple(first + number for number in _COPIES)
        self._mark = first + _MARK_SECTOR

    def read(self) -> bytes | None:
        """The value, or None if the area is blank or damaged."""
        copy = self._in_force()
        return copy.value if copy else None

    def write(self, value: bytes) -> None:
        """Replace the value."""
        old = self._in_force()
        if old is None:
            self._prepare()
            self._write(self._copies[0], 1, value)
            self._flash.program(self._mark * SECTOR, MARK)
            return
        other = next(each for each in self._copies if each != old.sector)
        self._flash.erase_sector(other)
        self._write(other, (old.generation + 1) % _GENERATIONS, value)

    def clear(self, first: int) -> None:
        """Erase the area from its sector number `first` (0..3) on; the mark goes first."""
        sectors = self._sectors[first:]
        for number in sorted(sectors, key=lambda number: number != self._mark):
            self._flash.erase_sector(number)

    def _in_force(self) -> _Copy | None:
        if self._flash.read(self._mark * SECTOR, len(MARK)) != MARK:
            return None
        found = [copy for copy in map(self._copy, self._copies) if copy]
        if len(found) < len(self._copies):
            return found[0] if found else None
        one, other = found
        ahead = (one.generation - other.generation) % _GENERATIONS
        return one if ahead < _GENERATIONS // 2 else other

    def _copy(self, sector: int) -> _Copy | None:
        data = self._flash.read(sector * SECTOR, SECTOR)
        version, generation, length = _HEAD.unpack_from(data)
        end = _HEAD.size + length
        if version != self._version or end + _CHECKSUM.size > SECTOR:
            return None
        if _CHECKSUM.unpack_from(data, end) != (zlib.crc32(data[:end]),):
            return None
        return _Copy(sector, generation, data[_HEAD.size : end])

    def _prepare(self) -> None:
        """Leave nothing behind that could be taken for a value once the mark is there."""
        for number in (self._mark, *self._copies):
            if self._flash.read(number * SECTOR, SECTOR).strip(b"\xff"):
                self._flash.erase_sector(number)

    def _write(self, sector: int, generation: int, value: bytes) -> None:
        data = _HEAD.pack(self._version, generation, len(value)) + value
        self._flash.program(sector * SECTOR, data + _CHECKSUM.pack(zlib.crc32(data)))
