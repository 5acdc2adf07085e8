"""The faults of boot, and of what a firmware counts.

Law: ids and sentences; the places that ask are `firmware` and `board`.
"""

from __future__ import annotations

from .active import Fault

_COUNTS = (Fault("final.error-turns-echo-on", "every ERROR switches the echo on"),)
_BOOT = (
    Fault("boot.rate-9600", "from the next boot on the UART runs at 9600 baud"),
    Fault("boot.no-ready", "the board boots without saying ready"),
    Fault("boot.after-3-commands", "the board restarts after the third command since boot"),
    Fault("boot.after-10-commands", "the board restarts after the tenth command since boot"),
)

FAULTS: tuple[Fault, ...] = (*_COUNTS, *_BOOT)
