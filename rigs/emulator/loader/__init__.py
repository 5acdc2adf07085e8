"""The chip's ROM in download mode: what esptool talks to.

Law: the serial protocol of the ROM, and of the stub that esptool uploads into RAM; the chip around
it is met through `loader.Chip`, the flash through what a flash chip can do.

    loader      the protocol: packets in, packets out
    slip        bytes <-> packets
    registers   what READ_REG and WRITE_REG reach
    ranges      sectors, and erasing them
    writing     one range of flash being written
    reading     one range of flash being read
"""

from .loader import Chip, Loader

__all__ = ["Chip", "Loader"]
