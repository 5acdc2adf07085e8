"""The line check: whether what went wrong may have been the line's fault and not the IUT's.

Law of this file: the IUT's ways are learnt when it is found, and no way of it that stays the same
is held against the line. What is held against it: bytes that come and go, where the same question
always had the same answer; junk where there was none; and byte values that do not come through any
more though all else is as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from conformance.commandline import CommandLine, execute, raw, set_
from conformance.events import Blank, Echo, FinalResult, Information, Unclassified
from conformance.exchange import Exchange
from conformance.marker import Marker
from conformance.session import Session
from conformance.testbed import LineSettings
from conformance.transcript import readable
from rigs.recovery import sign_of_life

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

    said: bytes
    final: bytes | None
    has_junk: bool

    @classmethod
    def of(cls, exchange: Exchange) -> Heard:
        """What `exchange` heard; what comes unasked, and when it likes, is left out."""
        kept = (Echo, Blank, Information, FinalResult, Unclassified)
        said = b"".join(event.raw for event in exchange.events if isinstance(event, kept))
        junk = any(isinstance(event, Unclassified) for event in exchange.events)
        return cls(said, exchange.final, junk)


@dataclass(frozen=True, slots=True)
class Yardstick:
    """How the IUT answered the probes when it was found: those that it always answered alike."""

    #: The sign of life that it gave.
    found: Exchange
    answers: Mapping[CommandLine, Heard] = field(default_factory=dict)
    #: What it can be asked to prove that it had its say; None if nobody tried.
    markers: Sequence[Marker] | None = None


def taken(session: Session, found: Exchange) -> Yardstick:
    """Ask each probe twice. An IUT that bytes can kill may be dead afterwards."""
    answers = {}
    for line in (*KNOWN, *BINARY):
        exchanges = [session.observe(line) for _ in range(_TWICE)]
        steady = {Heard.of(exchange) for exchange in exchanges}
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
    for line, answers in heard.items():
        exchange = session.observe(line)
        alive = alive or exchange.legible or exchange.restarted_unasked
        if exchange.restarted_unasked:  # the IUT's doing, which says nothing of the line
            session.settle()
            continue
        answer = Heard.of(exchange)
        answers.add(answer)
        if line in KNOWN and answer.has_junk and not yardstick.answers[line].has_junk:
            return f"unclassified bytes came with {probe}"
    if not alive and sign_of_life(session) is None:
        return f"{probe} was not answered"
    return ""


def _compared(yardstick: Yardstick, heard: Mapping[CommandLine, set[Heard]]) -> str:
    for line, answers in heard.items():
        if len(answers) > 1:
            return f"{_named(line)} had {len(answers)} different answers in {_THRICE} probes"
    told = {line: answers for line, answers in heard.items() if answers}
    changed = [line for line, answers in told.items() if answers != {yardstick.answers[line]}]
    if any(line in KNOWN for line in changed):
        return ""  # it changed its ways, and keeps to the new ones
    for line in changed:
        (answer,) = heard[line]
        if answer.final == yardstick.answers[line].final:
            return f"{_named(line)} came back otherwise than when the IUT was found"
    return ""


def _named(line: CommandLine) -> str:
    if line in BINARY:
        return f"the line with the byte values from 0x{line.text[3]:02x} to 0x{line.text[-1]:02x}"
    return readable(line.text)
