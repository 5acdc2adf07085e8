"""What a programmer writes into a new chip (document, clause 1.2): loader, firmware, RF data.

Law: a function of the firmware's name and the map, always the same bytes.  The code is noise in
the form of an ESP8266 image: nothing ever runs it, but a tool that reads it finds what it expects.
"""

from __future__ import annotations

import hashlib
import struct
from functools import lru_cache, reduce
from operator import xor

from .flash import Flash
from .flashmap import KILOBYTE, MAPS, FlashMap

IMAGE_MAGIC = 0xE9

_HEADER = struct.Struct("<BBBBI")
_SEGMENT = struct.Struct("<II")
_CHECKSUM_SEED, _CHECKSUM_ALIGN = 0xEF, 16
_IRAM, _DRAM, _ENTRY = 0x40100000, 0x3FFE8000, 0x40100004
_DIO = 2
_SIZE_CODES = {
    ("512+512", 1 << 20): 2,
    ("512+512", 2 << 20): 3,
    ("512+512", 4 << 20): 4,
    ("1024+1024", 2 << 20): 5,
    ("1024+1024", 4 << 20): 6,
}
_BOOT_SEGMENTS = ((_IRAM, 816), (_DRAM, 788), (_DRAM + 0x314, 288))
_APPLICATION_SEGMENTS = (
    (_IRAM, 30 * KILOBYTE),
    (_DRAM, 2 * KILOBYTE),
    (_DRAM + 0x800, 26 * KILOBYTE),
)
_CODE = 0x10000  # what runs from the flash without being loaded
_RF_DEFAULTS = bytes.fromhex("050005020505050200050505040505040000000000")
_RF_DEFAULTS_SIZE = 128
_RF_CALIBRATION_SIZE = 628


@lru_cache(maxsize=8)
def factory_image(layout: FlashMap, firmware: str) -> bytes:
    """A whole chip as it leaves the programmer: both parameter areas are blank."""
    image = bytearray(b"\xff" * layout.size)
    for address, data in _parts(layout, firmware):
        image[address : address + len(data)] = data
    return bytes(image)


def put_firmware(flash: Flash, firmware: str) -> None:
    """Put loader, firmware and RF data into a chip and leave everything else as it is."""
    for address, data in _parts(flash.map, firmware):
        flash.load(address, data)


def can_boot(flash: Flash) -> bool:
    """Whether there is a loader and a firmware where the boot ROM looks for them."""
    magic = bytes((IMAGE_MAGIC,))
    addresses = flash.map.boot, flash.map.application
    return all(flash.read(address, 1) == magic for address in addresses)


def _parts(layout: FlashMap, firmware: str) -> tuple[tuple[int, bytes], ...]:
    code = MAPS[layout.name] * 3 // 4 - _CODE
    return (
        (layout.boot, _program(layout, "boot", _BOOT_SEGMENTS)),
        (layout.application, _program(layout, firmware, _APPLICATION_SEGMENTS)),
        (_CODE, _noise(f"{firmware} from the flash", code)),
        (layout.rf_defaults, _RF_DEFAULTS.ljust(_RF_DEFAULTS_SIZE, b"\0")),
        (layout.rf_calibration, _noise("rf calibration", _RF_CALIBRATION_SIZE)),
    )


def _program(layout: FlashMap, name: str, segments: tuple[tuple[int, int], ...]) -> bytes:
    """An image: header, segments, checksum in the last byte of a block of sixteen."""
    size_and_speed = _SIZE_CODES[layout.name, layout.size] << 4
    image = bytearray(_HEADER.pack(IMAGE_MAGIC, len(segments), _DIO, size_and_speed, _ENTRY))
    checksum = _CHECKSUM_SEED
    for address, length in segments:
        data = _noise(f"{name} at {address:#x}", length)
        checksum = reduce(xor, data, checksum)
        image += _SEGMENT.pack(address, length) + data
    image += bytes(_CHECKSUM_ALIGN - 1 - len(image) % _CHECKSUM_ALIGN)
    image.append(checksum)
    return bytes(image)


def _noise(seed: str, length: int) -> bytes:
    return hashlib.shake_128(seed.encode("utf-8")).digest(length)
