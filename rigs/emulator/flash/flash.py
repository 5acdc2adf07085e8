"""The flash chip: what NOR flash can do, and how often it was done.

Law: erasing sets a whole sector to ones, programming turns ones into zeros and never back; both
are counted.  What the bytes mean is not known here.
"""

from __future__ import annotations

from collections import Counter

from .cells import BLANK, SECTOR, Cells
from .flashmap import FlashMap

__all__ = ["BLANK", "SECTOR", "Flash"]


class Flash:
    """One chip.  Offsets and lengths are in bytes, sectors count from 0 and have 4096 bytes.

    `erases` tells sector -> how often it was erased, `programs` how many programming operations
    there were (one per sector touched), both since this object was made.  A range that is not
    all inside the chip raises ValueError and changes nothing.
    """

    def __init__(self, layout: FlashMap, cells: Cells) -> None:
        self.map = layout
        self.size = cells.size
        self.erases: Counter[int] = Counter()
        self.programs = 0
        self._cells = cells

    @property
    def sector_erases(self) -> int:
        """How many sectors were erased, each time counted."""
        return self.erases.total()

    def read(self, offset: int, length: int) -> bytes:
        """Some bytes."""
        self._check(offset, length)
        return self._cells.read(offset, length)

    def erase_sector(self, number: int) -> None:
        """Set a sector to ones."""
        self._check(number * SECTOR, SECTOR)
        self.erases[number] += 1
        self._cells.write(number * SECTOR, BLANK)

    def program(self, offset: int, data: bytes) -> None:
        """Clear the bits that are 0 in `data`; the others stay as they are."""
        self._check(offset, len(data))
        while data:
            part = data[: SECTOR - offset % SECTOR]
            self._program_sector(offset, part)
            offset, data = offset + len(part), data[len(part) :]

    def load(self, offset: int, data: bytes) -> None:
        """Replace bytes as a programmer does before the chip is in use; this is not counted."""
        self._check(offset, len(data))
        while data:
            part = data[: SECTOR - offset % SECTOR]
            self._cells.write(offset, part)
            offset, data = offset + len(part), data[len(part) :]

    def load_all(self, image: bytes) -> None:
        """Replace the whole contents, as a programmer does; this is not counted."""
        self._check(0, len(image))
        self._cells.load(image)

    def close(self) -> None:
        """Give back what the chip is kept in."""
        self._cells.close()

    def _program_sector(self, offset: int, data: bytes) -> None:
        before = int.from_bytes(self._cells.read(offset, len(data)), "big")
        after = before & int.from_bytes(data, "big")
        self.programs += 1
        self._cells.write(offset, after.to_bytes(len(data), "big"))

    def _check(self, offset: int, length: int) -> None:
        if offset < 0 or length < 0 or offset + length > self.size:
            raise ValueError(
                f"{length} bytes from {offset:#x} are not inside a flash of {self.size:#x} bytes"
            )
