"""The chip's registers, as far as esptool reads or writes them.

Law: addresses and values; nothing here talks.  An address that stands for nothing reads as zero
and forgets what is written to it.
"""

from __future__ import annotations

from collections.abc import Callable

from ..flash import Flash

MAC = bytes.fromhex("5ccf7f0a1b2c")
"""The chip's own address, burnt in."""

_MAGIC = 0x40001000, 0xFFF0C101
_UART_DATE = 0x60000078, 0x00062000
_UART_CLOCK_DIVIDER = 0x60000014
_OTP = 0x3FF00050
_SPI = 0x60000200
_SPI_COMMAND, _SPI_USR2, _SPI_W0 = _SPI, _SPI + 0x24, _SPI + 0x40
_SPI_END = _SPI + 0x80
_SPI_USR = 1 << 18

_BUS_HZ = 52_000_000  # in the ROM: twice a crystal of 26 MHz
_CLOCK_DIVIDER_MAX = 0xFFFFF

_READ_ID = 0x9F
_READ_STATUS = 0x05
_MAKER, _FAMILY = 0xEF, 0x40  # Winbond W25Q


class Registers:
    """`baud` tells the rate that the UART runs at now."""

    def __init__(self, flash: Flash, baud: Callable[[], int]) -> None:
        self._flash = flash
        self._baud = baud
        self._fixed = dict([_MAGIC, _UART_DATE, *_otp(MAC)])
        self._spi: dict[int, int] = {}

    def read(self, address: int) -> int:
        """A register's 32 bits."""
        if address == _UART_CLOCK_DIVIDER:
            return min(_BUS_HZ // max(1, self._baud()), _CLOCK_DIVIDER_MAX)
        return self._fixed.get(address, self._spi.get(address, 0))

    def write(self, address: int, value: int, mask: int) -> None:
        """Change those bits of a register that the mask has."""
        if not _SPI <= address < _SPI_END:
            return
        self._spi[address] = self._spi.get(address, 0) & ~mask | value & mask
        if address == _SPI_COMMAND and value & mask & _SPI_USR:
            self._spi[_SPI_COMMAND] &= ~_SPI_USR
            self._spi[_SPI_W0] = self._asked(self._spi.get(_SPI_USR2, 0) & 0xFF)

    def _asked(self, command: int) -> int:
        """What the flash chip answers to a command byte."""
        if command == _READ_ID:
            capacity = self._flash.size.bit_length() - 1
            return _MAKER | _FAMILY << 8 | capacity << 16
        return 0 if command == _READ_STATUS else self._spi.get(_SPI_W0, 0)


def _otp(mac: bytes) -> list[tuple[int, int]]:
    """The four words of one-time programmable memory that hold a MAC address."""
    low = mac[5] << 24
    high = mac[3] << 8 | mac[4]
    maker = mac[0] << 16 | mac[1] << 8 | mac[2]
    return [(_OTP, low), (_OTP + 4, high), (_OTP + 8, 0), (_OTP + 12, maker)]
