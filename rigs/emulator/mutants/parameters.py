"""The mutants of how parameters are read, whatever command they are of.

Law: each is a cursor that differs from the healthy one in one step.
"""

from __future__ import annotations

import re
from typing import Any

from ..line.command import BadParameter
from ..line.parameters import COMMA, ESCAPE, QUOTE, ParameterRules, Parameters
from .mutant import Mutant, Mutation, Operator, Seam, mutant
from .operators import given

CURSOR = Seam(("cursor",))
"""From a text to a cursor over the parameters in it."""

_BARE_TEXT = re.compile(rb'[^,"]+')
_QUOTED_NUMBER = re.compile(rb'"-?[0-9]+"')


class BareTexts(Parameters):
    """Strings may lack their quotes."""

    def _string(self) -> bytes:
        bare = None if self._next(QUOTE) else self._take(_BARE_TEXT)
        return super()._string() if bare is None else bare


class NoQuotes(Parameters):
    """Strings may not have any."""

    def _string(self) -> bytes:
        if self._next(QUOTE):
            raise BadParameter("quoted")
        return super()._string()


class QuotedNumbers(Parameters):
    """Numbers may have quotes."""

    def _digits(self) -> bytes:
        quoted = self._take(_QUOTED_NUMBER)
        return super()._digits() if quoted is None else quoted.strip(QUOTE)


class CommasSplit(Parameters):
    """A comma separates, inside of quotes, too."""

    def _character(self) -> bytes:
        if self.source.startswith(ESCAPE, self._at):
            comma = self.source.startswith(COMMA, self._at + 1)
        else:
            comma = self._next(COMMA)
        if comma:
            raise BadParameter("comma taken for a separator")
        return super()._character()


class NoEscapes(Parameters):
    """A backslash is a character like any other."""

    def _character(self) -> bytes:
        if not self._next(ESCAPE):
            return super()._character()
        self._at += 1
        return ESCAPE


class NoneOptional(Parameters):
    """Nothing can be left out."""

    def _left_out(self) -> bool:
        if self.exhausted:
            raise BadParameter("missing")
        return False


class SurplusIgnored(Parameters):
    """Whatever follows the last parameter is ignored."""

    def end(self) -> None:
        """See Parameters."""


def mixed(cursor: Parameters, step: type[Parameters]) -> Parameters:
    """The same cursor at its beginning, which takes this step in another way."""
    made: Parameters = type(step.__name__, (step, type(cursor)), {})(cursor.source, cursor.rules)
    return made


def reads(step: type[Parameters]) -> Operator:
    """A stage is given a cursor that takes this step in another way."""
    return given(step.__name__, lambda _chip, parameters: mixed(parameters, step))


def _reads(step: type[Parameters]) -> Mutation:
    def mutate(cursor: Any) -> Any:
        def made(chip: Any, text: bytes, rules: ParameterRules) -> Parameters:
            return mixed(cursor(chip, text, rules), step)

        return made

    return Mutation(CURSOR, Operator(step.__name__, mutate))


PARAMETERS: tuple[Mutant, ...] = (
    mutant(
        "param.unquoted-accepted",
        "a string parameter is accepted without quotes",
        _reads(BareTexts),
    ),
    mutant("param.quoted-refused", "a string parameter in quotes is refused", _reads(NoQuotes)),
    mutant("param.quoted-number-accepted", "a number in quotes is accepted", _reads(QuotedNumbers)),
    mutant("param.comma-splits", "a comma inside quotes splits the parameter", _reads(CommasSplit)),
    mutant(
        "param.escape-ignored",
        "a backslash inside quotes is an ordinary character",
        _reads(NoEscapes),
    ),
    mutant(
        "param.optional-required",
        "optional parameters at the end cannot be left out",
        _reads(NoneOptional),
    ),
    mutant(
        "param.surplus-accepted",
        "anything after the last parameter is ignored",
        _reads(SurplusIgnored),
    ),
)
