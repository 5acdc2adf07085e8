"""The mutants of the data of AT+CIPSEND and AT+CIPSENDEX (clauses 5.2.4 and 5.2.5).

Law: each is a data phase that differs from the healthy one in one step, for one command.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..chip.chip import Chip
from ..ip.dataphase import BACKSLASH, ZERO, DataPhase, Plan
from ..line.reader import CR
from ..line.receiver import NUL
from .mutant import Mutant, Mutation, Seam, mutant
from .operators import mixed

DATA_PHASE = Seam(("data_phase",))
"""From the prompt to the last word about the data."""

_SPACE = 0x20


class _Of(DataPhase):
    """A data phase that is wrong for some commands, by their slugs."""

    def mine(self, step: type[_Of]) -> bool:
        """Whether this step is wrong for the command that the data are for."""
        mixed_in = (each for each in type(self).__mro__ if issubclass(each, step))
        return any(each.__dict__.get("slug") == self._plan.slug for each in mixed_in)


class _OneShort(_Of):
    def __init__(self, chip: Chip, plan: Plan) -> None:
        super().__init__(chip, plan)
        self._length -= self.mine(_OneShort)


class _OneMore(_Of):
    def __init__(self, chip: Chip, plan: Plan) -> None:
        super().__init__(chip, plan)
        self._length += self.mine(_OneMore)


class _PlusCancels(_Of):
    def __init__(self, chip: Chip, plan: Plan) -> None:
        super().__init__(chip, plan)
        self._cancels = self._cancels or self.mine(_PlusCancels)


class _CountWrong(_Of):
    def _received(self) -> int:
        return super()._received() + self.mine(_CountWrong)


class _OkMissing(_Of):
    def _tell(self, arrived: bool) -> None:
        if not (self.mine(_OkMissing) and arrived):
            super()._tell(arrived)


class _OkBare(_Of):
    def _tell(self, arrived: bool) -> None:
        if self.mine(_OkBare) and arrived:
            self._chip.say(b"OK\r\n")
        else:
            super()._tell(arrived)


class _Fails(_Of):
    def _tell(self, arrived: bool) -> None:
        super()._tell(arrived and not self.mine(_Fails))


class _Echoes(_Of):
    def _put(self, byte: int) -> None:
        if self.mine(_Echoes):
            self._chip.say(bytes((byte,)))
        super()._put(byte)


class _LosesNul(_Of):
    def _keep(self, byte: int) -> None:
        if not (self.mine(_LosesNul) and byte == NUL):
            super()._keep(byte)


class _LosesSpaces(_Of):
    def _keep(self, byte: int) -> None:
        if not (self.mine(_LosesSpaces) and byte == _SPACE):
            super()._keep(byte)


class _CrEnds(_Of):
    def _keep(self, byte: int) -> None:
        if self.mine(_CrEnds) and byte == CR:
            self._end()
        else:
            super()._keep(byte)


class _SurplusSpoils(_Of):
    def _surplus(self) -> None:
        if self.mine(_SurplusSpoils):
            self._data.clear()
        super()._surplus()


class _TakesMore(_Of):
    def _leave(self) -> None:
        super()._leave()
        if self.mine(_TakesMore):
            self._chip.divert(type(self)(self._chip, replace(self._plan, slug="")))


class _ClosesLink(_Of):
    def _over(self, arrived: bool) -> None:
        super()._over(arrived)
        link = self._chip.tcpip.links.get(self._plan.link)
        if link and self.mine(_ClosesLink):
            self._chip.tcpip.close(link)


# Of AT+CIPSENDEX alone.


class _EscapeIgnored(_Of):
    def _keep(self, byte: int) -> None:
        if self.mine(_EscapeIgnored):
            self._put(byte)
        else:
            super()._keep(byte)


class _EscapedEnds(_Of):
    def _unescape(self, byte: int) -> None:
        super()._unescape(byte)
        self._escaped = self.mine(_EscapedEnds) and byte == BACKSLASH


class _EndCounted(_Of):
    def _unescape(self, byte: int) -> None:
        if self.mine(_EndCounted) and byte == ZERO:
            self._count += 1
        super()._unescape(byte)


class _BothBackslashes(_Of):
    def _unescape(self, byte: int) -> None:
        if self.mine(_BothBackslashes) and byte == BACKSLASH:
            self._put(BACKSLASH)
        if not self._sending:
            super()._unescape(byte)


def _row(slug: str, word: str, says: str, step: type[_Of]) -> Mutant:
    own = type(step.__name__, (step,), {"slug": slug})
    return mutant(f"{slug}.{word}", says, Mutation(DATA_PHASE, mixed(own)))


def _of(slug: str) -> Iterator[Mutant]:
    of = f"AT+{slug.upper()}"
    rows: tuple[tuple[str, str, type[_Of]], ...] = (
        ("one-byte-short", f"{of}= takes one byte less than was announced", _OneShort),
        ("one-byte-more", f"{of}= takes one byte more than was announced", _OneMore),
        ("recv-count-wrong", f"{of}= says Recv with a number 1 too large", _CountWrong),
        ("send-ok-missing", f"{of}= sends, but SEND OK is missing", _OkMissing),
        ("send-ok-bare", f"{of}= ends with OK where SEND OK is due", _OkBare),
        ("send-fail", f"{of}= sends, but says SEND FAIL", _Fails),
        ("echoes-data", f"data of {of} are echoed", _Echoes),
        ("nul-lost", f"NUL bytes in data of {of} are lost and not counted", _LosesNul),
        ("space-lost", f"spaces in data of {of} are lost and not counted", _LosesSpaces),
        ("plus-cancels", f"a lone +++ cancels the data of {of}", _PlusCancels),
        ("cr-ends-data", f"a CR ends the data of {of}", _CrEnds),
        ("surplus-spoils", f"bytes beyond the length of {of} spoil what was sent", _SurplusSpoils),
        ("takes-more-data", f"after SEND OK {of} takes as many bytes once more", _TakesMore),
        ("closes-link", f"{of} closes the link when the data are sent", _ClosesLink),
    )
    for word, says, step in rows:
        yield _row(slug, word, says, step)


_EX = "cipsendex"

MUTANTS: tuple[Mutant, ...] = (
    *_of("cipsend"),
    *_of(_EX),
    _row(
        _EX,
        "escape-ignored",
        "a backslash and a 0 do not end the data of AT+CIPSENDEX",
        _EscapeIgnored,
    ),
    _row(
        _EX,
        "escaped-ends",
        "a \\0 with another backslash before it ends the data, too",
        _EscapedEnds,
    ),
    _row(
        _EX,
        "end-counted",
        "AT+CIPSENDEX counts the \\0 that ends the data as one byte",
        _EndCounted,
    ),
    _row(
        _EX,
        "double-backslash-kept",
        "AT+CIPSENDEX sends both of two backslashes",
        _BothBackslashes,
    ),
)
