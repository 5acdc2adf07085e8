"""Reading the parameters of a set form, one after the other.

Law: character rules of numbers and strings (field guide 2); what a value means is for the command.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .command import BadParameter

COMMA, QUOTE, ESCAPE = b",", b'"', b"\\"

_NUMBER = re.compile(rb"-?[0-9]+")
_DIGITS_AND_SIGNS = re.compile(rb"-*[0-9]*")
_HEXADECIMAL = re.compile(rb"0x[0-9A-Fa-f]{1,8}")


@dataclass(frozen=True)
class ParameterRules:
    """Where firmwares differ.

    `wraps`: numbers are 32 bits wide and wrap (observed 1.3, item 1); elsewhere wider ones are
    refused.
    `longest_number`: most digits and signs of a number, None: as many as there are (observed 1.3
    under the suites: eleven characters are refused, whatever they say).
    `any_signs`: one minus or more, also alone, which is 0 (the same).
    `empty_is_zero`: nothing before a comma counts as 0 (observed 1.3, item 9).
    `skips_spaces`: spaces may stand between a comma and what follows it (errata 30).
    `any_separator`: any byte separates two parameters (observed 1.3, item 3).
    """

    wraps: bool = False
    longest_number: int | None = None
    any_signs: bool = False
    empty_is_zero: bool = False
    skips_spaces: bool = False
    any_separator: bool = False


class TooLong(BadParameter):
    """A number of more characters than this firmware reads."""


class Parameters:
    """A cursor over the parameters; every reader raises BadParameter on what it cannot take."""

    def __init__(self, source: bytes, rules: ParameterRules) -> None:
        self.source = source
        self.rules = rules
        self._at = 0
        self._first = True

    @property
    def exhausted(self) -> bool:
        """Whether nothing is left, not even a comma."""
        return self._at >= len(self.source)

    @property
    def continues(self) -> bool:
        """Whether a comma comes next."""
        return self._next(COMMA)

    def number(self, hexadecimal: bool = False, last: bool = False) -> int:
        """The next parameter as a decimal integer; spaces and `+` are not part of one.

        With `hexadecimal`, it may as well be written so: 0x1F.  `last`: where an empty one counts
        as 0, it does so at the end, too.
        """
        self._separator()
        if self.rules.empty_is_zero and (self._next(COMMA) or (last and self.exhausted)):
            return 0
        if hexadecimal and (digits := self._take(_HEXADECIMAL)):
            return wrapped(int(digits, 16))
        value = in_decimal(self._digits())
        if value != wrapped(value) and not self.rules.wraps:
            raise BadParameter("more than 32 bits")
        return wrapped(value)

    def text(self, longest: int | None = None, bare: bool = False) -> bytes:
        """The next parameter as a quoted string of at most `longest` bytes, escapes undone.

        With `bare`, nothing at all counts as an empty string.
        """
        self._separator()
        if bare and (self.exhausted or self._next(COMMA)):
            return b""
        value = self._string()
        if longest is not None and len(value) > longest:
            raise BadParameter("too long")
        return value

    def optional_number(self, default: int) -> int:
        """A trailing parameter that may be left out together with its comma (errata 5)."""
        return default if self._left_out() else self.number()

    def skip_last_empty(self) -> bool:
        """Take a last parameter of which there is nothing but the comma, if it is so."""
        lone = self.source[self._at :] == COMMA
        if lone:
            self._at += 1
        return lone

    def optional_text(self, longest: int, empty: bool) -> bytes | None:
        """A trailing string that may be left out together with its comma; then None.

        `empty`: it may also be left out alone, with nothing between the commas.
        """
        if self._left_out():
            return None
        at = self._at
        self._separator()
        if empty and (self.exhausted or self._next(COMMA)):
            return None
        self._at = at
        return self.text(longest)

    def end(self) -> None:
        """Nothing may follow the last parameter (field guide 2)."""
        if not self.exhausted:
            raise BadParameter("surplus")

    def _next(self, what: bytes) -> bool:
        return self.source.startswith(what, self._at)

    def _take(self, what: re.Pattern[bytes]) -> bytes | None:
        found = what.match(self.source, self._at)
        if found is None:
            return None
        self._at = found.end()
        return found[0]

    def _separator(self) -> None:
        if self._first:
            self._first = False
        elif self._next(COMMA) or (self.rules.any_separator and not self.exhausted):
            self._at += 1
            while self.rules.skips_spaces and self._next(b" "):
                self._at += 1
        else:
            raise BadParameter("no comma")

    def _left_out(self) -> bool:
        """Whether a trailing parameter is not there."""
        return self.exhausted

    def _digits(self) -> bytes:
        digits = self._take(_DIGITS_AND_SIGNS if self.rules.any_signs else _NUMBER)
        if not digits:
            raise BadParameter("not a number")
        if self.rules.longest_number is not None and len(digits) > self.rules.longest_number:
            raise TooLong("too many characters")
        return digits

    def _string(self) -> bytes:
        if not self._next(QUOTE):
            raise BadParameter("no opening quote")
        value = bytearray()
        self._at += 1
        while not self._next(QUOTE):
            value += self._character()
        self._at += 1
        return bytes(value)

    def _character(self) -> bytes:
        if self._next(ESCAPE):
            self._at += 1
        if self.exhausted:
            raise BadParameter("no closing quote")
        self._at += 1
        return self.source[self._at - 1 : self._at]


def cursor(_chip: object, source: bytes, rules: ParameterRules) -> Parameters:
    """A cursor at the beginning of a text."""
    return Parameters(source, rules)


def in_decimal(digits: bytes) -> int:
    """Digits behind any number of signs as an integer; no digits at all are 0."""
    magnitude = int(digits.lstrip(b"-") or b"0")
    return -magnitude if digits.startswith(b"-") else magnitude


def wrapped(value: int) -> int:
    """A value as a signed 32-bit integer."""
    return (value + 2**31) % 2**32 - 2**31
