"""The faults of lines and odd bytes.

Law: ids and sentences; the places that ask are `reader`, `receiver`.
"""

from __future__ import annotations

from .active import Fault

_NAMES = (
    Fault(
        "name.lower-case-prefix",
        "the prefix in lower case (at+GMR) is accepted (nonos firmware does so in health)",
    ),
    Fault("name.mixed-case-prefix", "the prefix in mixed case (At+GMR, aT+GMR) is accepted"),
)
_LINES = (
    Fault("line.lf-suffices", "a line that ends with LF alone is executed"),
    Fault("line.cr-suffices", "a line that ends with CR alone is executed"),
    Fault("line.match-suffices", "AT+GMR and AT+RST run as soon as their last letter arrives"),
    Fault("line.gap-suffices", "20 ms of silence end a line"),
    Fault(
        "line.leading-space-accepted",
        "spaces before AT are ignored (nonos firmware does so in health)",
    ),
    Fault("line.empty-hangs", "an empty line hangs the parser until the next boot"),
    Fault("line.many-bad-hang", "eight refused lines in a row hang the parser until the next boot"),
)
_LONG = (
    Fault("long.hangs", "a line longer than the buffer hangs the parser until the next boot"),
    Fault("long.truncated-executed", "an overlong line runs the command that it begins with"),
    Fault("long.reboots", "a line longer than the buffer restarts the board"),
)
_BYTES = (
    Fault("byte.8-bit-hangs", "a byte above 127 hangs the parser until the next boot"),
    Fault("byte.nul-ends-line", "a NUL byte hides the rest of its line"),
    Fault("byte.nul-hangs", "a NUL byte hangs the parser until the next boot"),
    Fault("quote.unbalanced-hangs", "a line that ends inside quotes hangs the parser until boot"),
)

FAULTS: tuple[Fault, ...] = (*_NAMES, *_LINES, *_LONG, *_BYTES)
