"""Reading the parameters of a set form, one after the other.

Law: character rules of numbers and strings (field guide 2), and their faults; what a value means
is for the command.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .command import BadParameter
from .faults import Faults

COMMA, QUOTE, ESCAPE = b",", b'"', b"\\"

_NUMBER = re.compile(rb"-?[0-9]+")
_BARE_TEXT = re.compile(rb'[^,"]+')
_QUOTED_NUMBER = re.compile(rb'"(-?[0-9]+)"')


@dataclass(frozen=True)
class ParameterRules:
    """Where firmwares differ.

    `wraps`: numbers are 32 bits wide and wrap (observed 1.3, item 1); elsewhere wider ones are
    refused.
    `empty_is_zero`: nothing before a comma counts as 0 (observed 1.3, item 9).
    `skips_spaces`: spaces may stand between a comma and what follows it (errata 30).
    `unsigned`: a minus is no part of a number (observed 1.3: AT+CWAUTOCONN=-0 is an ERROR).
    `any_separator`: any byte separates two parameters (observed 1.3, item 3).
    `bare_text`: a string may lack its quotes (a fault's doing).
    """

    wraps: bool = False
    empty_is_zero: bool = False
    skips_spaces: bool = False
    unsigned: bool = False
    any_separator: bool = False
    bare_text: bool = False


class Parameters:
    """A cursor over the parameters; every reader raises BadParameter on what it cannot take."""

    def __init__(self, text: bytes, rules: ParameterRules, faults: Faults) -> None:
        self._text = text
        self._at = 0
        self._first = True
        self._rules = rules
        self._faults = faults

    @property
    def exhausted(self) -> bool:
        """Whether nothing is left, not even a comma."""
        return self._at >= len(self._text)

    @property
    def continues(self) -> bool:
        """Whether a comma comes next."""
        return self._next(COMMA)

    def number(self) -> int:
        """The next parameter as a decimal integer; spaces and `+` are not part of one."""
        self._separator()
        if self._rules.empty_is_zero and self._next(COMMA):
            return 0
        found = _NUMBER.match(self._text, self._at)
        if found is None and self._faults.active("param.quoted-number-accepted"):
            found = _QUOTED_NUMBER.match(self._text, self._at)
        if found is None:
            raise BadParameter("not a number")
        if self._rules.unsigned and found[0].startswith(b"-"):
            raise BadParameter("signed")
        self._at = found.end()
        value = int(found[found.lastindex or 0])
        if value != _wrapped(value) and not self._rules.wraps:
            raise BadParameter("more than 32 bits")
        return _wrapped(value)

    def text(self, longest: int, bare: bool = False) -> bytes:
        """The next parameter as a quoted string of at most `longest` bytes, escapes undone.

        With `bare`, nothing at all counts as an empty string.
        """
        self._separator()
        if bare and (self.exhausted or self._next(COMMA)):
            return b""
        value = self._quoted() if self._next(QUOTE) else self._bare()
        if len(value) > longest:
            raise BadParameter("too long")
        return value

    def optional_number(self, default: int) -> int:
        """A trailing parameter that may be left out together with its comma (errata 5)."""
        if not self.exhausted:
            return self.number()
        if self._faults.active("param.optional-required"):
            raise BadParameter("missing")
        return default

    def skip_last_empty(self) -> bool:
        """Take a last parameter of which there is nothing but the comma, if it is so."""
        lone = self._text[self._at :] == COMMA
        if lone:
            self._at += 1
        return lone

    def optional_text(self, longest: int, empty: bool) -> bytes | None:
        """A trailing string that may be left out together with its comma; then None.

        `empty`: it may also be left out alone, with nothing between the commas.
        """
        if self.exhausted:
            if self._faults.active("param.optional-required"):
                raise BadParameter("missing")
            return None
        at = self._at
        self._separator()
        if empty and (self.exhausted or self._next(COMMA)):
            return None
        self._at = at
        return self.text(longest)

    def end(self) -> None:
        """Nothing may follow the last parameter (field guide 2)."""
        if self.exhausted or self._faults.active("param.surplus-accepted"):
            return
        raise BadParameter("surplus")

    def _next(self, what: bytes) -> bool:
        return self._text.startswith(what, self._at)

    def _separator(self) -> None:
        if self._first:
            self._first = False
        elif self._next(COMMA) or (self._rules.any_separator and not self.exhausted):
            self._at += 1
            while self._rules.skips_spaces and self._next(b" "):
                self._at += 1
        else:
            raise BadParameter("no comma")

    def _bare(self) -> bytes:
        found = _BARE_TEXT.match(self._text, self._at)
        bare = self._rules.bare_text or self._faults.active("param.unquoted-accepted")
        if found is None or not bare:
            raise BadParameter("no opening quote")
        self._at = found.end()
        return found[0]

    def _quoted(self) -> bytes:
        if self._faults.active("param.quoted-refused"):
            raise BadParameter("quoted")
        value = bytearray()
        self._at += 1
        while not self._next(QUOTE):
            value += self._character()
        self._at += 1
        return bytes(value)

    def _character(self) -> bytes:
        if self._next(ESCAPE) and not self._faults.active("param.escape-ignored"):
            self._at += 1
        if self.exhausted:
            raise BadParameter("no closing quote")
        if self._next(COMMA) and self._faults.active("param.comma-splits"):
            raise BadParameter("comma taken for a separator")
        self._at += 1
        return self._text[self._at - 1 : self._at]


def _wrapped(value: int) -> int:
    """A value as a signed 32-bit integer."""
    return (value + 2**31) % 2**32 - 2**31
