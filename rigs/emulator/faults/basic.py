"""The faults of AT, ATE, AT+RST and AT+GMR beyond those that any command can have.

Law: ids and sentences; the place that asks is `commands/basic.py`, `echo.py` or `board.py`.
"""

from __future__ import annotations

from .active import Fault

_RST = (
    Fault("rst.no-return", "AT+RST restarts, but the firmware hangs after the boot text"),
    Fault("rst.ok-after-boot", "AT+RST says its OK only after the restart"),
)
_GMR = (
    Fault("gmr.no-at-number", "AT+GMR prints its first line without the AT version number"),
    Fault("gmr.no-sdk-number", "AT+GMR prints its second line without the SDK version number"),
    Fault("gmr.no-compile-time", "AT+GMR prints its third line without the compile time"),
    Fault("gmr.at-line-missing", "AT+GMR leaves out the line about AT"),
    Fault("gmr.sdk-line-missing", "AT+GMR leaves out the line about the SDK"),
    Fault("gmr.compile-line-missing", "AT+GMR leaves out the line about the compile time"),
    Fault("gmr.sdk-first", "AT+GMR prints the SDK version before the AT version"),
    Fault("gmr.compile-first", "AT+GMR prints the compile time before the versions"),
)
_ATE = (
    Fault("ate.0-ignored", "ATE0 answers OK, but the echo stays as it was"),
    Fault("ate.1-ignored", "ATE1 answers OK, but the echo stays as it was"),
    Fault("ate.0-refused", "ATE0 answers ERROR and changes nothing"),
    Fault("ate.1-refused", "ATE1 answers ERROR and changes nothing"),
    Fault("ate.inverted", "ATE0 switches the echo on, ATE1 off"),
    *(Fault(f"ate.{n}-accepted", f"ATE{n} answers OK and changes nothing") for n in range(2, 11)),
    Fault("ate.minus-accepted", "ATE-1 answers OK and changes nothing"),
    Fault("ate.letter-accepted", "ATE with a letter (ATEx) answers OK and changes nothing"),
    Fault("ate.equals-accepted", "ATE=0 and ATE=1 are taken like ATE0 and ATE1"),
    Fault("ate.refused-takes-effect", "ATE with a wrong value answers ERROR and toggles the echo"),
)
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

FAULTS: tuple[Fault, ...] = (*_RST, *_GMR, *_ATE, *_ECHO)
