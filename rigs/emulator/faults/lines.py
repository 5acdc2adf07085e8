"""The faults of names, lines, odd bytes and parameters.

Law: ids and sentences; the places that ask are `reader`, `receiver`, `grammar`, `parameters`.
"""

from __future__ import annotations

from .active import Fault

_UNKNOWN = (
    Fault("unknown.ok", "an unknown command answers OK"),
    Fault("unknown.silent", "an unknown command is not answered at all"),
)
_NAMES = (
    Fault("name.lower-case-accepted", "a command name in lower case (AT+gmr) is accepted"),
    Fault(
        "name.lower-case-prefix",
        "the prefix in lower case (at+GMR) is accepted (nonos firmware does so in health)",
    ),
    Fault("name.mixed-case-prefix", "the prefix in mixed case (At+GMR, aT+GMR) is accepted"),
    Fault("name.longer-accepted", "a name that a known name begins (AT+GMRX) runs the known one"),
    Fault("name.shorter-accepted", "the beginning of a known name (AT+GM) is accepted"),
    Fault("name.plus-missing-accepted", "a name without its plus (ATGMR) is accepted"),
    Fault("name.digit-suffix-accepted", "digits after a name (AT+GMR1, AT1) are ignored"),
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
    Fault("line.inner-space-accepted", "spaces inside a command (AT +GMR, AT+ GMR) are ignored"),
    Fault("line.trailing-space-accepted", "spaces after a command are ignored"),
    Fault("line.trailing-ignored", "text after a command (AT+GMR,1 and AT+GMR;x) is ignored"),
    Fault("line.empty-hangs", "an empty line hangs the parser until the next boot"),
    Fault("line.foreign-hangs", "a line that begins with anything but an A hangs the parser"),
    Fault("line.many-commas-hang", "a line with eight commas hangs the parser until the next boot"),
    Fault("line.doubled-mark-hangs", "a line with == or ?? hangs the parser until the next boot"),
    Fault("line.long-number-hangs", "a number of 33 digits hangs the parser until the next boot"),
    Fault("line.many-bad-hang", "eight refused lines in a row hang the parser until the next boot"),
)
_LONG = (
    Fault("long.hangs", "a line longer than the buffer hangs the parser until the next boot"),
    Fault("long.foreign-hangs", "64 bytes and more that do not begin with AT hang the parser"),
    Fault("long.128-hangs", "a line of more than 128 bytes hangs the parser until the next boot"),
    Fault("long.truncated-executed", "an overlong line runs the command that it begins with"),
    Fault("long.reboots", "a line longer than the buffer restarts the board"),
)
_BYTES = (
    Fault("byte.8-bit-hangs", "a byte above 127 hangs the parser until the next boot"),
    Fault("byte.nul-ends-line", "a NUL byte hides the rest of its line"),
    Fault("byte.nul-hangs", "a NUL byte hangs the parser until the next boot"),
    Fault("quote.unbalanced-hangs", "a line that ends inside quotes hangs the parser until boot"),
)
_PARAMETERS = (
    Fault("param.unquoted-accepted", "a string parameter is accepted without quotes"),
    Fault("param.quoted-refused", "a string parameter in quotes is refused"),
    Fault("param.quoted-number-accepted", "a number in quotes is accepted"),
    Fault("param.comma-splits", "a comma inside quotes splits the parameter"),
    Fault("param.escape-ignored", "a backslash inside quotes is an ordinary character"),
    Fault("param.optional-required", "optional parameters at the end cannot be left out"),
    Fault("param.surplus-accepted", "anything after the last parameter is ignored"),
)

FAULTS: tuple[Fault, ...] = (*_UNKNOWN, *_NAMES, *_LINES, *_LONG, *_BYTES, *_PARAMETERS)
