"""Where a UART may be that was told a setting of the line, beside where it was told to be.

Law of this file: arithmetic of the chip's UART, no guess about a firmware. The UART divides a clock
of 80 MHz by a divisor, and firmware that does not look at it keeps 16 bits of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from conformance.testbed import LineSettings

CLOCK_HZ = 80_000_000
_DIVISOR = 0xFFFF
_RATE = 2**32

#: No host of ours goes beyond, in baud: half as much again as clause 3.2.7 has.
FASTEST = 6_912_000

#: Data bits with which a command can be sent; with fewer there is no capital letter (ruling R-18).
SHORT_FRAMES = ((7, 1, "E"), (7, 1, "N"), (7, 1, "O"), (7, 2, "N"))


def rate_in_force(baudrate: int) -> int:
    """The rate of a UART that was told `baudrate` and keeps 16 bits of its divisor; 0: no clock."""
    asked = baudrate % _RATE
    whole = CLOCK_HZ // asked if asked else 0
    divisor = whole & _DIVISOR
    if whole == divisor != 0:
        return asked
    return CLOCK_HZ // divisor if divisor else 0


def is_reachable(baudrate: int) -> bool:
    """Whether a host can speak to a UART that was told `baudrate`, whatever it made of it."""
    return 0 < baudrate % _RATE <= FASTEST and 0 < rate_in_force(baudrate) <= FASTEST


def cut(settings: LineSettings) -> LineSettings:
    """Where a UART with a divisor of 16 bits is that was told `settings`."""
    return replace(settings, baudrate=rate_in_force(settings.baudrate) or settings.baudrate)


def whereabouts(told: Iterable[LineSettings]) -> tuple[LineSettings, ...]:
    """`told`, and where a UART with a divisor of 16 bits is instead; each once, likeliest first."""
    told = tuple(told)
    return tuple(dict.fromkeys((*told, *map(cut, told))))
