"""The faults of framing, busy answers and boot.

Law: ids and sentences; the places that ask are `framing`, `firmware`, `receiver`, `board`.
"""

from __future__ import annotations

from .active import Fault

_FRAMING = (
    Fault("final.lower-case", "final codes come in lower case"),
    Fault("final.no-cr", "final codes end with LF alone"),
    Fault("final.no-lf", "final codes end with CR alone"),
    Fault("final.joined", "final codes lack the line end before them"),
    Fault("final.cut", "final codes are cut off after their first letter"),
    Fault("final.error-turns-echo-on", "every ERROR switches the echo on"),
    Fault("info.cut", "information is cut off in the middle"),
    Fault("info.no-cr", "lines of information end with LF alone"),
)
_BUSY = (
    Fault("busy.silent", "a line that comes while a command runs is dropped without a word"),
    Fault("busy.ok", "a line that comes while a command runs answers OK and is dropped"),
)
_BOOT = (
    Fault("boot.rate-9600", "from the next boot on the UART runs at 9600 baud"),
    Fault("boot.no-ready", "the board boots without saying ready"),
    Fault("boot.after-3-commands", "the board restarts after the third command since boot"),
    Fault("boot.after-10-commands", "the board restarts after the tenth command since boot"),
)

FAULTS: tuple[Fault, ...] = (*_FRAMING, *_BUSY, *_BOOT)
