"""Bits on the wire: what a receiver hears when it is set otherwise than the sender.

Law: pure functions on bytes and formats; who holds which format is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

BOOT_RATE = 115200
"""Rate of the AT firmware after boot, 8N1 (clause 2, note 4)."""

ROM_RATE = 74880
"""Rate of the boot ROM after power-on or a reset by pin (field guide 2, Boot)."""

_SAME_RATE = 0.02  # how far two rates may be apart; a frame of 11 bits bears twice that
_GARBLED = 0x80


@dataclass(frozen=True, slots=True)
class UartFormat:
    """How a UART is set (clause 3.2.7).

    `baud`: bits a second.  `databits`: 5 to 8.  `stopbits`: 1 one, 2 one and a half, 3 two.
    `parity`: 0 none, 1 odd, 2 even.  `flow`: 0 none, 1 RTS, 2 CTS, 3 both; it has no wires here
    and so no effect.
    """

    baud: int = BOOT_RATE
    databits: int = 8
    stopbits: int = 1
    parity: int = 0
    flow: int = 0


_SIZES, _STOPS, _PARITIES, _FLOWS = 4, 3, 3, 4
"""How many values each field of a UART's registers can have."""


def in_registers(form: UartFormat) -> UartFormat:
    """What the registers make of values that nobody has refused: they have no room for others."""
    return UartFormat(
        baud=form.baud,
        databits=5 + (form.databits - 5) % _SIZES,
        stopbits=1 + (form.stopbits - 1) % _STOPS,
        parity=form.parity % _PARITIES,
        flow=form.flow % _FLOWS,
    )


BOOT_FORMAT = UartFormat()
"""What the factory has set."""

CLOCK_HZ = 80_000_000
"""What the UART's divisor divides."""


def whole_divisor(baud: int) -> int:
    """The rate of a UART whose divisor has room for every rate."""
    return baud


def divisor_of_16_bits(baud: int) -> int:
    """The rate of a UART that is asked for `baud` and keeps 16 bits of its divisor.

    The rate is read as unsigned; a divisor of 0 leaves no clock (observed 1.3 second, deviations).
    """
    asked = baud % 2**32
    whole = CLOCK_HZ // asked if asked else 0
    divisor = whole & 0xFFFF
    if divisor == whole != 0:
        return baud
    return CLOCK_HZ // divisor if divisor else 0


def carry(data: bytes, sent: UartFormat, heard: UartFormat) -> bytes:
    """The bytes that arrive at a receiver set to `heard` of what is sent back to back as `sent`.

    Alike in baud (within 2 %), size and parity: the data, of which the lowest data bits pass.  A
    receiver that waits for more stop bits than are sent takes the next start bit for a broken
    frame, so that only the last byte of the run comes through.  Anything else is garbage: bytes
    with the top bit set, which are no text and end no line; at most five for each that was sent.
    """
    if min(sent.baud, heard.baud) < 1:
        return b""  # a UART without a clock
    alike = (sent.databits, sent.parity) == (heard.databits, heard.parity)
    if not alike or abs(sent.baud - heard.baud) > _SAME_RATE * max(sent.baud, heard.baud):
        return _misheard(data, sent, heard)
    whole = data if sent.databits == 8 else bytes(each & _mask(sent) for each in data)
    if sent.stopbits >= heard.stopbits:
        return whole
    return bytes(each | _GARBLED for each in whole[:-1]) + whole[-1:]


def _mask(form: UartFormat) -> int:
    return (1 << form.databits) - 1


def _misheard(data: bytes, sent: UartFormat, heard: UartFormat) -> bytes:
    """Sample the line at the receiver's rate and take its frames from it.

    A frame whose stop bit is low is kept, and the line must be high again before the next.
    """
    line = bytearray().join(bytes(_levels(each, sent)) for each in data)
    scale = sent.baud / heard.baud
    bits = heard.databits + bool(heard.parity) + 1
    garbage = bytearray()
    at = 0
    while (start := line.find(0, at)) >= 0:
        samples = [_level(line, start + (bit + 1.5) * scale) for bit in range(bits)]
        value = sum(level << bit for bit, level in enumerate(samples[: heard.databits]))
        garbage.append(value | _GARBLED)
        at = max(start + 1, int(start + (bits + 0.5) * scale))
        if not samples[-1]:
            high = line.find(1, at)
            at = high if high >= 0 else len(line)
    return bytes(garbage)


def _levels(byte: int, sent: UartFormat) -> Iterator[int]:
    """One frame; one and a half stop bits are drawn as two."""
    bits = [byte >> bit & 1 for bit in range(sent.databits)]
    yield 0
    yield from bits
    if sent.parity:
        yield (sum(bits) + (sent.parity == 1)) % 2
    yield 1
    if sent.stopbits > 1:
        yield 1


def _level(line: bytearray, at: float) -> int:
    return line[int(at)] if at < len(line) else 1
