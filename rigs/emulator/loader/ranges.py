"""Ranges of flash: whether they exist, and how they are erased.

Law: sectors and bounds; a range is checked before anything is done with it.
"""

from __future__ import annotations

from ..flash import SECTOR, Flash

_SECTORS_A_BLOCK = 16


class Refused(Exception):
    """A request that the loader does not fulfil; `code` goes into the answer."""

    def __init__(self, code: int) -> None:
        super().__init__(f"refused with code {code:#04x}")
        self.code = code


FAILED = 0x06


def check(flash: Flash, offset: int, length: int) -> None:
    """Refused unless the range lies inside the flash."""
    if offset + length > flash.size:
        raise Refused(FAILED)


def erase(flash: Flash, offset: int, length: int) -> None:
    """Erase every sector that a range touches."""
    check(flash, offset, length)
    first = offset // SECTOR
    _erase_sectors(flash, first, -(-(offset + length) // SECTOR) - first if length else 0)


def erase_as_the_rom_does(flash: Flash, offset: int, length: int) -> None:
    """Erase for a BEGIN in the ROM, which counts the sectors before the first block border twice.

    esptool knows, and asks for less than it wants.
    """
    check(flash, offset, length)
    first, count = offset // SECTOR, -(-length // SECTOR)
    head = min(_SECTORS_A_BLOCK - first % _SECTORS_A_BLOCK, count)
    _erase_sectors(flash, first, head + count)


def _erase_sectors(flash: Flash, first: int, count: int) -> None:
    for number in range(first, min(first + count, flash.size // SECTOR)):
        flash.erase_sector(number)
