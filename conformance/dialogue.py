"""The dialogue with an IUT as a state machine: bytes in, events out, no clock and no port.

Law of this file: everything that decides what a line means, and when an exchange is over, stands
in the three tables below; the code under them only looks things up. A line that starts with `+` is
not a URC and a line that does not is not a response: only the pending command tells.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator

from conformance import grammar
from conformance.events import (
    Blank,
    BootText,
    Busy,
    Data,
    DataHeader,
    Echo,
    Event,
    FinalResult,
    Information,
    MarkerEcho,
    Prompt,
    Ready,
    Unclassified,
    Urc,
)
from conformance.framer import Framer, Piece, common_prefix


class State(enum.Enum):
    """What the IUT owes us."""

    __hash__ = object.__hash__  # see framer.Piece

    IDLE = enum.auto()  #: nothing
    RESULT = enum.auto()  #: a final result code
    RESULT_THEN_READY = enum.auto()  #: a final result code, and after OK a restart
    READY = enum.auto()  #: the end of its restart
    RESULT_THEN_PROMPT = enum.auto()  #: a final result code, and after OK a prompt
    PROMPT = enum.auto()  #: a prompt for data
    SENT = enum.auto()  #: word that the data was sent
    BUSY = enum.auto()  #: perhaps a result: it was busy, so perhaps none
    QUIET = enum.auto()  #: nothing definite: whatever comes until it falls silent
    DONE = enum.auto()  #: nothing more for this exchange


class Sort(enum.Enum):
    """What a piece looks like."""

    __hash__ = object.__hash__  # see framer.Piece

    ECHO = enum.auto()
    BLANK = enum.auto()
    OK = enum.auto()
    REFUSAL = enum.auto()
    SENT = enum.auto()
    BUSY = enum.auto()
    PROMPT = enum.auto()
    URC = enum.auto()
    HEADER = enum.auto()
    PAYLOAD = enum.auto()
    BOOT = enum.auto()
    READY = enum.auto()
    TEXT = enum.auto()
    JUNK = enum.auto()


class Until(enum.Enum):
    """What ends an exchange; the value is the state it begins in."""

    __hash__ = object.__hash__  # see framer.Piece

    RESULT = State.RESULT
    RESTART = State.RESULT_THEN_READY
    START = State.READY
    PROMPT = State.RESULT_THEN_PROMPT
    SENT = State.SENT
    SILENCE = State.QUIET


#: What each sort of piece is, unless MEANING_IN says otherwise.
MEANING: dict[Sort, type[Event]] = {
    Sort.ECHO: Echo,
    Sort.BLANK: Blank,
    Sort.OK: FinalResult,
    Sort.REFUSAL: FinalResult,
    Sort.SENT: FinalResult,
    Sort.BUSY: Busy,
    Sort.PROMPT: Prompt,
    Sort.URC: Urc,
    Sort.HEADER: DataHeader,
    Sort.PAYLOAD: Data,
    Sort.BOOT: BootText,
    Sort.READY: Ready,
    Sort.TEXT: Information,
    Sort.JUNK: Unclassified,
}

#: Nobody asked, so a text answers nothing; and whatever a starting chip prints is boot text.
MEANING_IN: dict[tuple[State, Sort], type[Event]] = {
    (State.IDLE, Sort.TEXT): Unclassified,
    (State.DONE, Sort.TEXT): Unclassified,
    (State.READY, Sort.TEXT): BootText,
    (State.READY, Sort.JUNK): BootText,
}

#: What each sort of piece changes. What is not listed changes nothing.
#: A restart that nobody asked for (READY outside State.READY) may be followed by a late answer,
#: and a restart that was refused may come all the same.
NEXT: dict[State, dict[Sort, State]] = {
    State.IDLE: {},
    State.RESULT: {
        Sort.OK: State.DONE,
        Sort.REFUSAL: State.DONE,
        Sort.SENT: State.DONE,
        Sort.BUSY: State.BUSY,
        Sort.READY: State.QUIET,
    },
    State.RESULT_THEN_READY: {
        Sort.OK: State.READY,
        Sort.REFUSAL: State.QUIET,
        Sort.BUSY: State.BUSY,
        Sort.READY: State.QUIET,
    },
    State.READY: {Sort.READY: State.DONE},
    State.RESULT_THEN_PROMPT: {
        Sort.OK: State.PROMPT,
        Sort.PROMPT: State.DONE,
        Sort.REFUSAL: State.DONE,
        Sort.BUSY: State.BUSY,
        Sort.READY: State.QUIET,
    },
    State.PROMPT: {
        Sort.PROMPT: State.DONE,
        Sort.REFUSAL: State.DONE,
        Sort.READY: State.QUIET,
    },
    State.SENT: {
        Sort.SENT: State.DONE,
        Sort.REFUSAL: State.DONE,
        Sort.READY: State.QUIET,
    },
    State.BUSY: {
        Sort.OK: State.DONE,
        Sort.REFUSAL: State.DONE,
        Sort.SENT: State.DONE,
        Sort.READY: State.QUIET,
    },
    State.QUIET: {},
    State.DONE: {},
}

#: The three tables as one: what a piece of some sort is in a state, and the state that follows.
_STEPS: dict[State, dict[Sort, tuple[type[Event], State | None]]] = {
    state: {
        sort: (MEANING_IN.get((state, sort), meaning), NEXT[state].get(sort))
        for sort, meaning in MEANING.items()
    }
    for state in State
}

#: The state in which each begins; and members by another name. Python takes long to look them up.
_FIRST = {until: until.value for until in Until}
_LINE, _FRAGMENT, _BLANK, _IDLE = Piece.LINE, Piece.FRAGMENT, Sort.BLANK, State.IDLE
_SORT_OF_PIECE = {
    Piece.HEADER: Sort.HEADER,
    Piece.PAYLOAD: Sort.PAYLOAD,
    Piece.PROMPT: Sort.PROMPT,
}

_SORT_OF_LINE = {
    grammar.OK: Sort.OK,
    grammar.ERROR: Sort.REFUSAL,
    grammar.FAIL: Sort.REFUSAL,
    grammar.READY: Sort.READY,
    **dict.fromkeys(grammar.SENT, Sort.SENT),
}

#: What ends an exchange, unless it came before the echo of an IUT that echoes first.
_RESULTS = frozenset({Sort.OK, Sort.REFUSAL, Sort.SENT})

#: What a result begins with; no line end is among it, so that no whole line is.
_BEGINNINGS = frozenset(
    text[:length]
    for text, sort in _SORT_OF_LINE.items()
    if sort in _RESULTS
    for length in range(1, len(text))
)

#: Nothing more is owed.
_OVER = frozenset({State.DONE, State.IDLE})

_EXPECTS_PROMPT = frozenset({State.RESULT_THEN_PROMPT, State.PROMPT})


class Dialogue:
    """Turns what the IUT says into events and knows what it still owes."""

    def __init__(self) -> None:
        self._framer = Framer()
        self._echo = self._marker = NO_ECHO
        #: The last byte of the fragment that was handed out last.
        self._torn_at = b""
        #: The beginning of a result that an echo interrupted.
        self._begun = b""
        #: Whether the echo must come before the result.
        self._echo_due = False
        #: What the IUT owes now; for others to look at.
        self.state = State.IDLE

    @property
    def over(self) -> bool:
        """Whether the current exchange owes nothing more."""
        return self.state in _OVER

    @property
    def is_within_line(self) -> bool:
        """Whether a line has begun to come and is not over."""
        return self._framer.pending > 0

    def begin(self, line: bytes, until: Until, *, echo_first: bool = False) -> None:
        """A command line (or data, with `Until.SENT`) is about to be sent.

        `echo_first`: a result that comes before the echo is not this line's.
        """
        self._expect(_ExpectedEcho(line), NO_ECHO)
        self._echo_due = echo_first
        self._enter(_FIRST[until])

    def begin_marker(self, line: bytes) -> None:
        """A marker is about to be sent, though an echo may still be on its way."""
        self._expect(self._echo, _ExpectedEcho(line))
        self._enter(State.QUIET)

    def end(self) -> None:
        """The exchange is over; what comes now was not asked for."""
        self._expect(NO_ECHO, NO_ECHO)
        self._echo_due = False
        self._enter(_IDLE)

    def feed(self, data: bytes, at: int) -> list[Event]:
        """The events that `data`, which came at time `at`, completes."""
        return self._events(self._framer.feed(data), at)

    def flush(self, at: int) -> list[Event]:
        """Give up waiting for the end of an unfinished line."""
        return self._events(self._framer.flush(), at)

    def _events(self, pieces: Iterable[tuple[Piece, bytes]], at: int) -> list[Event]:
        events: list[Event] = []
        for piece, raw in pieces:  # lazily: what a piece means decides how the next is cut
            if piece is not _LINE:
                is_fragment = piece is _FRAGMENT
                sort = self._sort_of_fragment(raw) if is_fragment else _SORT_OF_PIECE[piece]
                events.append(self._event(sort, raw, at))
            elif self._begun and (rest := self._rest_of_a_result(raw, at)):
                events.append(rest)
            elif self._framer.echo_expected:
                events += self._events_in_echo(raw, at)
                self._expect(self._echo, self._marker)
            else:
                events.append(self._event(sort_of_line(raw.strip(b"\r\n")), raw, at))
        return events

    def _rest_of_a_result(self, raw: bytes, at: int) -> Event | None:
        """The result whose beginning came before an echo, if `raw` is the rest of one."""
        if not (rest := raw.strip(b"\r\n")):
            return None
        begun, self._begun = self._begun, b""
        sort = sort_of_line(begun + rest)
        return self._event(sort, raw, at, begun) if sort in _RESULTS else None

    def _sort_of_fragment(self, raw: bytes) -> Sort:
        """Junk, or the end of a start whose noise was handed out already, or is too long."""
        text = self._torn_at + raw.rstrip(b"\r\n")
        self._torn_at = raw[-1:]
        is_ready = raw.endswith(b"\n") and grammar.READY_BEHIND_NOISE.fullmatch(text)
        return Sort.READY if is_ready else Sort.JUNK

    def _events_in_echo(self, raw: bytes, at: int) -> Iterable[Event]:
        """The events of a line of which some may be echo."""
        if self._echo.is_all_of(raw):  # as nearly always
            self._echo_due = False
            return (Echo(raw, at),)
        return self._events_around_echo(raw, at)

    def _events_around_echo(self, raw: bytes, at: int) -> Iterator[Event]:
        parts, kind = self._echo.split(raw), Echo
        if not any(is_echo for is_echo, _ in parts):
            parts, kind = self._marker.split(raw), MarkerEcho
        for is_echo, part in parts:
            if is_echo:
                self._echo_due = False
                yield kind(part, at)
            elif part in _BEGINNINGS:
                self._begun = part
                yield self._event(Sort.JUNK, part, at)
            else:
                yield self._event(sort_of_line(part.strip(b"\r\n")), part, at)

    def _event(self, sort: Sort, raw: bytes, at: int, begun: bytes = b"") -> Event:
        meaning, following = _STEPS[self.state][sort]
        is_early = self._echo_due and sort in _RESULTS
        if following and not is_early:
            self._enter(following)
        return meaning(raw, at, begun)

    def _enter(self, state: State) -> None:
        self.state = state
        self._framer.prompt_expected = state in _EXPECTS_PROMPT

    def _expect(self, echo: _ExpectedEcho, marker: _ExpectedEcho) -> None:
        self._echo, self._marker = echo, marker
        self._framer.echo_expected = echo.wanted or marker.wanted


def sort_of_line(text: bytes) -> Sort:
    """What a line without its line end looks like (no echo)."""
    if sort := _SORT_OF_LINE.get(text):
        return sort
    if not text or text.isspace():
        return _BLANK
    if grammar.BUSY.fullmatch(text):
        return Sort.BUSY
    if grammar.URC.fullmatch(text):
        return Sort.URC
    if grammar.BOOT.search(text):
        return Sort.BOOT
    if grammar.READY_BEHIND_NOISE.fullmatch(text):
        return Sort.READY
    if grammar.CONTROL.search(text):
        return Sort.JUNK
    return Sort.TEXT


class _ExpectedEcho:
    """The echo still to come, and how it may be torn apart by what arrives unasked.

    With echo on, a URC can land inside the echoed line: `AT+CIPSEND=0,1,CONNECT` and then `98`.
    The digit before the comma may belong to either, so both continuations are accepted.
    """

    def __init__(self, stimulus: bytes) -> None:
        #: The lines still to come.
        self._later = stimulus
        #: The rest of the line that is being echoed; empty if no echo is expected.
        self.wanted = b""
        #: How many bytes at the start of `wanted` a torn line may have taken already.
        self._slack = 0
        self._next_line()

    def is_all_of(self, raw: bytes) -> bool:
        """Whether `raw` is the echo of a line as it was sent, which is not wanted any more then."""
        is_echo = raw.rstrip(b"\r\n") == self.wanted != b""
        if is_echo:
            self._next_line()
        return is_echo

    def split(self, raw: bytes) -> list[tuple[bool, bytes]]:
        """`raw` in parts, each with whether it is echo."""
        text = raw.rstrip(b"\r\n")
        if not self.wanted or not text:
            return [(False, raw)]
        if any(text == self.wanted[start:] for start in range(self._slack + 1)):
            self._next_line()
            return [(True, raw)]
        common = common_prefix(text, self.wanted)
        if common == len(text):
            self._advance(common, common)
            return [(True, raw)]
        if border := self._border_before_urc(text, common):
            if border < len(self.wanted):
                self._advance(border, common)
            else:
                self._next_line()
            return [(True, raw[:border]), (False, raw[border:])]
        if other := self._other_before(text):
            self._next_line()
            return [(False, raw[:other]), (True, raw[other:])]
        return [(False, raw)]

    def _next_line(self) -> None:
        self.wanted, self._slack = b"", 0
        while self._later and not self.wanted:
            line, _, self._later = self._later.partition(b"\n")
            self.wanted = line.strip(b"\r")

    def _advance(self, taken: int, at_most: int) -> None:
        self.wanted = self.wanted[taken:]
        self._slack = at_most - taken

    def _border_before_urc(self, text: bytes, common: int) -> int:
        """Where, at or before `common`, an unasked line begins; 0 if nowhere.

        The echo of CR may stand before it, if the whole line does.
        """
        is_whole = common == len(self.wanted) and text[common:].startswith(b"\r")
        for border in range(common + is_whole, 0, -1):
            if sort_of_line(text[border:]) in (Sort.URC, Sort.BUSY):
                return border
        return 0

    def _other_before(self, text: bytes) -> int:
        """The length of noise, or of a result that the echo interrupts; other text says something.

        Who echoes while he answers puts an echo into the answer: `OAT+GMR` and then `K`.
        """
        length = len(text) - len(self.wanted)
        head = text[: max(0, length)]
        is_result = head in _BEGINNINGS or _SORT_OF_LINE.get(head) in _RESULTS
        is_other = text.endswith(self.wanted) and (is_result or grammar.CONTROL.search(head))
        return length if is_other else 0


#: Nothing was sent that could come back. Wanting nothing, it never changes.
NO_ECHO = _ExpectedEcho(b"")
