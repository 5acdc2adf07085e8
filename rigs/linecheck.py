"""The line check: whether what went wrong may have been the line's fault and not the IUT's.

Law of this file: the IUT's ways are learnt when it is found, and no way of it that stays the same
is held against the line, nor is any whole line that can be read. What is held against it: bytes
that come and go, where the same question always had the same answer; junk where there was none;
byte values that do not come through any more though all else is as it was; and damage in the
exchange that went wrong itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from conformance.commandline import CommandLine, execute, raw, set_
from conformance.events import Blank, Echo, Event, FinalResult, Information, Unclassified
from conformance.exchange import Exchange
from conformance.framer import common_prefix
from conformance.grammar import CONTROL, ERROR, FAIL, LINE_END, OK, SEND_OK
from conformance.marker import Marker, learn
from conformance.session import Session
from conformance.testbed import LineSettings
from conformance.transcript import readable
from rigs.recovery import sign_of_life
from rigs.symptoms import answers

#: Lines that every IUT knows.
KNOWN = (execute("AT"), execute("GMR"))

#: How often a probe is sent: when the IUT is found, and afterwards.
_TWICE, _THRICE = 2, 3

#: Byte values in one line: far below what any firmware has room for.
_VALUES = 64

#: Below this rate, in baud, a long line takes too long.
_SLOW = 9600


_USUAL = LineSettings()


def _every_byte() -> tuple[CommandLine, ...]:
    """Lines with each byte value but those that end a line or may end a string: CR, LF, NUL."""
    values = [value for value in range(256) if value not in b"\r\n\x00"]
    parts = (values[start : start + _VALUES] for start in range(0, len(values), _VALUES))
    return tuple(raw(b"AT+" + bytes(part)) for part in parts)


BINARY = _every_byte()


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer, as far as two of the same kind can be compared."""

    #: Its parts as they came, in their order.
    parts: tuple[bytes, ...]
    #: Those among them that are whole lines which can be read, and no echo and no result.
    lines: tuple[bytes, ...]
    echo: bytes
    final: bytes | None
    has_junk: bool

    @classmethod
    def of(cls, exchange: Exchange) -> Heard:
        """What `exchange` heard; what comes unasked, and when it likes, is left out."""
        kept = (Echo, Blank, Information, FinalResult, Unclassified)
        events = [event for event in exchange.events if isinstance(event, kept)]
        return cls(
            parts=tuple(event.raw for event in events),
            lines=tuple(event.raw for event in events if _is_legible(event)),
            echo=exchange.echo,
            final=exchange.final,
            has_junk=any(
                isinstance(event, Unclassified) and not _is_legible(event) for event in events
            ),
        )

    def without_strays(self, expected: Heard) -> Heard:
        """This, without the lines that can be read and are not `expected`.

        Firmware may print diagnostics whenever it likes; a line does not make such.
        """
        strays = Counter(self.lines) - Counter(expected.lines)
        if not strays:
            return self
        parts = []
        for part in self.parts:
            if strays[part]:
                strays[part] -= 1
            else:
                parts.append(part)
        lines = tuple((Counter(self.lines) & Counter(expected.lines)).elements())
        return replace(self, parts=tuple(parts), lines=lines)


@dataclass(frozen=True, slots=True)
class Yardstick:
    """How the IUT answered the probes when it was found: those that it always answered alike."""

    #: The sign of life that it gave.
    found: Exchange
    answers: Mapping[CommandLine, Heard] = field(default_factory=dict)
    #: What it can be asked to prove that it had its say; None if nobody tried.
    markers: Sequence[Marker] | None = None
    #: Whether the sign of life has a second result.
    owes: bool = False


def with_markers(session: Session, yardstick: Yardstick) -> Yardstick:
    """`yardstick` with the markers that the IUT offers: none of which more comes than one result.

    Nobody asks for a second one, but it would be taken for the answer of the next line.
    """
    return replace(yardstick, markers=learn(lambda line: _whole(session, line)))


def with_debt(session: Session, yardstick: Yardstick) -> Yardstick:
    """`yardstick`, and whether more comes of the sign of life than one result."""
    return replace(yardstick, owes=len(_whole(session, yardstick.found.line).results) > 1)


def _whole(session: Session, line: CommandLine) -> Exchange:
    """What `line` is answered, with what comes behind its result."""
    exchange = session.observe(line)
    return replace(exchange, events=(*exchange.events, *session.settle()))


def taken(session: Session, found: Exchange) -> Yardstick:
    """Ask each probe twice. An IUT that bytes can kill may be dead afterwards."""
    answers = {}
    for line in (*KNOWN, *BINARY):
        exchanges = [session.observe(line) for _ in range(_TWICE)]
        first, second = map(Heard.of, exchanges)
        steady = {first.without_strays(second), second.without_strays(first)}
        if len(steady) == 1 and all(each.legible for each in exchanges):
            answers[line] = steady.pop()
        elif line in BINARY:
            break  # what one such line does to this IUT, the next would do again
        if any(each.restarted for each in exchanges):
            answers.pop(line, None)
            break
    return Yardstick(found, answers)


def line_problem(session: Session, yardstick: Yardstick, settings: LineSettings = _USUAL) -> str:
    """Why the line to the IUT cannot be trusted; an empty string if nothing speaks against it.

    `settings` are those of the line now: a slow one, or one of fewer bits, is asked less.
    """
    _set_echo(session, yardstick.found)
    is_wide = settings.baudrate >= _SLOW and settings.databits == _USUAL.databits
    lines = [line for line in yardstick.answers if line in KNOWN or is_wide]
    heard: dict[CommandLine, set[Heard]] = {line: set() for line in lines}
    for attempt in range(1, _THRICE + 1):
        probe = f"probe number {attempt} of the line check"
        if problem := _probe(session, yardstick, heard, probe):
            return problem
    return _compared(yardstick, heard)


def _set_echo(session: Session, found: Exchange) -> None:
    exchange = sign_of_life(session)
    if exchange is not None and bool(exchange.echo) != bool(found.echo):
        session.observe(set_("ATE", int(bool(found.echo))))


def _probe(
    session: Session, yardstick: Yardstick, heard: Mapping[CommandLine, set[Heard]], probe: str
) -> str:
    """Ask each line once; what is wrong at once."""
    alive = False
    for line in heard:
        exchange = session.observe(line)
        alive = alive or answers(exchange) or exchange.restarted_unasked
        if exchange.restarted_unasked:  # the IUT's doing, which says nothing of the line
            session.settle()
            continue
        answer = Heard.of(exchange).without_strays(yardstick.answers[line])
        heard[line].add(answer)
        if line in KNOWN and answer.has_junk and not yardstick.answers[line].has_junk:
            return f"unclassified bytes came with {probe}"
    if not alive and sign_of_life(session) is None:
        return f"{probe} was not answered"
    return ""


def _compared(yardstick: Yardstick, heard: Mapping[CommandLine, set[Heard]]) -> str:
    for line, different in heard.items():
        if len(different) > 1:
            return f"{_named(line)} had {len(different)} different answers in {_THRICE} probes"
    told = {line: different for line, different in heard.items() if different}
    changed = [line for line, different in told.items() if different != {yardstick.answers[line]}]
    if any(line in KNOWN for line in changed):
        return ""  # it changed its ways, and keeps to the new ones
    for line in changed:
        (answer,) = heard[line]
        if answer.final == yardstick.answers[line].final:
            return f"{_named(line)} came back otherwise than when the IUT was found"
    return ""


# Damage in what was judged

#: What firmware of this family ends an exchange with.
_RESULTS = (OK, ERROR, FAIL, SEND_OK)

#: So many bytes in a row at most are damaged in what is still recognised.
_DAMAGED = 2


def damage(exchanges: Sequence[Exchange], found: str, yardstick: Yardstick) -> str:
    """What in `exchanges`, of which a fail came, only a line does; empty if nothing is.

    `found` is what the fail says was found. A start brings garbage of its own, and what an IUT
    makes of bytes that are no text is its own affair.
    """
    echoes = _echoes_faithfully(yardstick)
    following: Exchange | None = None
    for exchange in reversed(exchanges):
        woke = following and not following.restart_asked and following.woke_at
        starts = exchange.restart_asked or exchange.restart_at or woke
        if not starts and _is_printable(exchange.line.text):
            for event in exchange.events:
                if isinstance(event, (Information, Unclassified)):
                    is_judged = following is None or readable(event.text) in found
                    if problem := _damaged(event, exchange, echoes, is_judged):
                        return problem
        following = exchange
    return ""


def _damaged(event: Event, exchange: Exchange, echoes: bool, is_judged: bool) -> str:
    quoted = readable(event.text)
    if echoes and _nearly(event.text, exchange.line.text):
        return f"the echo of {readable(exchange.line.text)} came back as {quoted}"
    if code := next((each for each in _RESULTS if _nearly_result(event, each)), b""):
        return f"{quoted} is {readable(code)} with one bit turned"
    if is_judged and CONTROL.search(event.raw):
        return f"no firmware sends {quoted}"
    return ""


def _echoes_faithfully(yardstick: Yardstick) -> bool:
    """Whether each probe's echo was whole when the IUT was found, so that it is no way of its."""
    echoes = yardstick.answers.items()
    return all(line in yardstick.answers for line in KNOWN) and all(
        heard.echo == line.text for line, heard in echoes
    )


def _nearly(one: bytes, other: bytes) -> bool:
    """Whether they differ in a few bytes in a row that were turned, lost or added."""
    if one == other or not other:
        return False
    short, long = sorted((one, other), key=len)
    head = common_prefix(short, long)
    tail = common_prefix(short[head:][::-1], long[head:][::-1])
    return len(long) - head - tail <= _DAMAGED < len(short)


def _nearly_result(event: Event, code: bytes) -> bool:
    """Whether it is `code` with one bit turned, in itself or in the line ends around it."""
    wholes = (code, code + LINE_END, LINE_END + code + LINE_END)
    return any(_one_bit_off(said, whole) for said in (event.text, event.raw) for whole in wholes)


def _one_bit_off(one: bytes, other: bytes) -> bool:
    if len(one) != len(other):
        return False
    return sum((a ^ b).bit_count() for a, b in zip(one, other, strict=True)) == 1


def _is_legible(event: Event) -> bool:
    """Whether it is a whole line of text that is neither echo nor result."""
    if not isinstance(event, (Information, Unclassified)) or not event.raw.endswith(b"\n"):
        return False
    return _is_printable(event.text)


def _is_printable(text: bytes) -> bool:
    return text.isascii() and text.decode().isprintable()


def _named(line: CommandLine) -> str:
    if line in BINARY:
        return f"the line with the byte values from 0x{line.text[3]:02x} to 0x{line.text[-1]:02x}"
    return readable(line.text)
