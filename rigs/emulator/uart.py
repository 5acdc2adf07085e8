"""Bits on the wire: what a receiver hears when it listens at another rate than was sent at.

Law: pure functions on bytes and rates (baud); who holds which rate is not known here.
"""

from __future__ import annotations

BOOT_RATE = 115200
"""Rate of the AT firmware after boot, 8N1 (clause 2, note 4)."""

ROM_RATE = 74880
"""Rate of the boot ROM after power-on or a reset by pin (field guide 2, Boot)."""

_FRAME = 10  # start bit, eight data bits, stop bit


def carry(data: bytes, sent_at: int, heard_at: int) -> bytes:
    """The bytes that arrive: `data` itself if the rates match, else garbage."""
    return data if sent_at == heard_at else _misheard(data, sent_at / heard_at)


def _misheard(data: bytes, scale: float) -> bytes:
    """Sample the line `scale` sent bits apart.

    Every byte gets its top bit set, so that no garbage is ever read as text or ends a line.
    A frame whose stop bit is low is kept, and the line must be high again before the next, so that
    at most five bytes come out for each that went in.
    """
    line = _levels(data)
    heard = bytearray()
    at = 0
    while (start := line.find(0, at)) >= 0:
        samples = [_level(line, start + (bit + 1.5) * scale) for bit in range(_FRAME - 1)]
        heard.append(0x80 | sum(level << bit for bit, level in enumerate(samples[:8])))
        at = max(start + 1, int(start + (_FRAME - 0.5) * scale))
        if not samples[-1]:
            high = line.find(1, at)
            at = high if high >= 0 else len(line)
    return bytes(heard)


def _levels(data: bytes) -> bytearray:
    line = bytearray()
    for byte in data:
        line.append(0)
        line += bytes(byte >> bit & 1 for bit in range(8))
        line.append(1)
    return line


def _level(line: bytearray, at: float) -> int:
    return line[int(at)] if at < len(line) else 1
