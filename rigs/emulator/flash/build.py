"""Making the chip of a board, in memory or from a file.

Law: options in, a chip with a firmware in it out.
"""

from __future__ import annotations

from ..error import EmulatorError
from .cells import FileCells, MemoryCells, file_size
from .contents import can_boot, factory_image, put_firmware
from .flash import Flash
from .flashmap import SIZE_DEFAULT, SIZES, FlashMap


def in_memory(layout: FlashMap, firmware: str) -> Flash:
    """A chip as it leaves the programmer, forgotten with the process."""
    return Flash(layout, MemoryCells(factory_image(layout, firmware)))


def default_chip(firmware: str) -> Flash:
    """The chip of a board that was given none: 4 MB, map 512+512, in memory."""
    return in_memory(FlashMap(), firmware)


def in_file(path: str, layout: FlashMap, firmware: str) -> Flash:
    """A chip whose bytes are in a file; a missing or empty file is made like a chip in memory.

    A file without a firmware (erased, for instance) gets one, and its other bytes stay.  Raises
    EmulatorError if the file cannot be used.
    """
    cells = FileCells(path, layout.size, lambda: factory_image(layout, firmware))
    flash = Flash(layout, cells)
    if not can_boot(flash):
        put_firmware(flash, firmware)
    return flash


def layout(name: str, size: str | None, path: str | None) -> FlashMap:
    """The map that the options mean; without a size, a file that exists tells it.

    `name` is a key of MAPS, `size` one of SIZES.  Raises EmulatorError if the two do not go
    together.
    """
    found = file_size(path) if path and size is None else None
    if found and found not in SIZES.values():
        raise EmulatorError(
            f"the flash image {path} has {found} bytes, but a flash has 1, 2 or 4 MB; "
            "give --flash another file"
        )
    return FlashMap(name, found or SIZES[size or SIZE_DEFAULT])
