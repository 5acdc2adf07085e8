"""The faults of the echo.

Law: ids and sentences; the place that asks is `echo.py` or `board.py`.
"""

from __future__ import annotations

from .active import Fault

_ECHO = (
    Fault("echo.byte-lost", "the echo loses the fourth byte of every line"),
    Fault("echo.cr-lost", "the echo loses the CR of every line"),
    Fault("echo.lower-case", "the echo comes back in lower case"),
    Fault("echo.plus-as-space", "the echo shows a space for every plus"),
    Fault("echo.7-bit", "the echo clears the top bit of every byte"),
    Fault("echo.doubled", "the echo sends every byte twice"),
    Fault("echo.lost-in-long-lines", "the echo stops after 32 bytes of a line"),
    Fault("echo.extended-lost", "the echo of lines that begin with AT+G is lost after the plus"),
    Fault("echo.off-leaks-cr", "with the echo off, the CR of every line is still echoed"),
    Fault("echo.off-leaks-extended", "with the echo off, lines that begin with AT+ are echoed"),
    Fault("echo.off-after-boot", "the echo is off after every boot"),
    Fault("echo.survives-rst", "AT+RST leaves the echo as it was"),
)

FAULTS: tuple[Fault, ...] = _ECHO
