"""AT+CIPSENDBUF, AT+CIPBUFSTATUS, AT+CIPCHECKSEQ, AT+CIPBUFRESET (clauses 5.2.6 to 5.2.9; field
guide 5).

Law: the send buffer of a TCP link and the numbers of its segments.  Of the three spellings that
the document has for the last one, firmware takes this (errata 78).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..chip.chip import Chip
from ..ip.dataphase import Plan
from ..ip.link import UDP, Link, Segments
from ..ip.tcpip import LINKS
from ..line.command import Command, Form, Handler
from ..line.parameters import Parameters
from . import numbers, refusals
from .linkids import looks_open
from .numbers import Number
from .prompting import DataForm
from .refusals import Diagnostic
from .send import LENGTH, LENGTH_MAX, UNACKNOWLEDGED, id_of, length_of
from .stages import RamForm, Reasons, strict_rules

WRITE, STATUS, CHECK, RESET = "+CIPSENDBUF", "+CIPBUFSTATUS", "+CIPCHECKSEQ", "+CIPBUFRESET"
OTHER_CHECK = "+CIPCHECKQUEUE"
"""How some firmware spells the third one, too."""

ID = Number("id", range(LINKS))

SINGLE, MULTIPLE = "CIPMUX is 0", "CIPMUX is 1"
NO_LINK, INVALID_LINK = "no link", Diagnostic("link is not valid")
IS_UDP, PASSES_THROUGH = "a UDP link", Diagnostic("IPMODE=1")
# Firmware says the same where the length is missing.
NO_LENGTH, TOO_LONG, TAIL = Diagnostic("no tail"), Diagnostic("too long"), Diagnostic("no tail")
BUFFER_FULL, QUEUE_FULL = Diagnostic("BUFFER FULL"), Diagnostic("QUEUE FULL")
WAITING, UNSENT = "segments are under way", "no such segment was sent"

_UNSIGNED = 2**32


def _nothing(_chip: Chip, _wanted: object) -> None:
    """It is only told."""


# AT+CIPSENDBUF


@dataclass(frozen=True)
class Writing:
    """What is wanted; `length`: None if there is no number; `tail`: something stands behind it."""

    number: int
    link: Link | None
    length: int | None
    tail: bool


def _not_passing_through(chip: Chip) -> Reasons:
    if chip.tcpip.transparent:
        yield PASSES_THROUGH


def _written(chip: Chip, parameters: Parameters) -> Writing:
    number = id_of(chip, parameters)
    link, length = chip.tcpip.links.get(number), length_of(parameters)
    return Writing(number, link, length, tail=not parameters.exhausted)


def _not_written(chip: Chip, wanted: Writing) -> Reasons:
    link, length = wanted.link, wanted.length
    if looks_open(chip, wanted.number):
        yield UNACKNOWLEDGED
    if link is None:
        yield INVALID_LINK
    if link and link.kind == UDP:
        yield IS_UDP
    if length is None:
        yield NO_LENGTH
    else:
        yield from _of_length(chip, length)
    if wanted.tail:
        yield TAIL
    if link and length and length > link.segments.free:
        yield BUFFER_FULL
    if link and not link.segments.queue:
        yield QUEUE_FULL


def _of_length(chip: Chip, length: int) -> Reasons:
    """Some firmware takes 0, and what is below."""
    if length > LENGTH_MAX:
        yield TOO_LONG
    elif not chip.personality.tcpip.lenient_length:
        yield from LENGTH.reasons(length)


def _numbered(_chip: Chip, wanted: Writing) -> bytes:
    """The number of this segment, and of the last one that has arrived."""
    segments = wanted.link.segments if wanted.link else Segments()
    return b"%d,%d\r\n" % (segments.next, segments.arrived)


def _into_the_buffer(_chip: Chip, wanted: Writing) -> Plan:
    return Plan("cipsendbuf", wanted.number, wanted.length or 0, buffered=True)


# AT+CIPBUFSTATUS and AT+CIPBUFRESET: with CIPMUX=0 of the one link, with CIPMUX=1 of one by its id.


@dataclass(frozen=True)
class One:
    """The link that is meant, if there is one; `number`: its id."""

    number: int
    link: Link | None


def _only_single(chip: Chip) -> Reasons:
    if chip.tcpip.multiple:
        yield MULTIPLE


def _only_multiple(chip: Chip) -> Reasons:
    if not chip.tcpip.multiple:
        yield SINGLE


def _the_one(chip: Chip, _parameters: Parameters) -> One:
    return One(0, chip.tcpip.links.get(0))


def _by_id(chip: Chip, parameters: Parameters) -> One:
    (number,) = numbers.read(parameters, (ID,))
    return One(number, chip.tcpip.links.get(number))


def _not_told(chip: Chip, one: One) -> Reasons:
    yield from ID.reasons(one.number)
    if chip.tcpip.transparent:
        yield PASSES_THROUGH
    if one.link is None and not chip.personality.tcpip.free_link_tells_zeros:
        yield NO_LINK
    if one.link and one.link.kind == UDP:
        yield IS_UDP


def _status(_chip: Chip, one: One) -> bytes:
    if one.link is None:
        return b"1,0,0,0,0\r\n"
    held = one.link.segments
    values = held.next, held.sent, held.arrived, held.free, held.queue
    return b"%d,%d,%d,%d,%d\r\n" % values


def _not_reset(_chip: Chip, one: One) -> Reasons:
    yield from ID.reasons(one.number)
    if one.link is None:
        yield INVALID_LINK
    if one.link and one.link.kind == UDP:
        yield IS_UDP
    if one.link and one.link.segments.waiting:
        yield WAITING


def _reset(_chip: Chip, one: One) -> None:
    if one.link:
        one.link.segments = Segments()


# AT+CIPCHECKSEQ


@dataclass(frozen=True)
class Check:
    """The number of a segment, and of the link that it was sent on; None: the one that may be."""

    link: Link | None
    segment: int
    number: int | None = None

    @property
    def held(self) -> Segments:
        """What is known of the link's segments."""
        return self.link.segments if self.link else Segments()


def _checked(chip: Chip, parameters: Parameters) -> Check:
    number = parameters.number() if chip.tcpip.multiple else None
    segment = parameters.number()
    parameters.end()
    return Check(chip.tcpip.links.get(number or 0), segment, number)


def _not_checked(chip: Chip, check: Check) -> Reasons:
    """Numbers are compared as signed ones, which lets -1 through (recorded)."""
    if check.link is None and not chip.personality.tcpip.free_link_tells_zeros:
        yield NO_LINK
    if not check.segment or check.segment >= check.held.next:
        yield UNSENT


def _arrived(_chip: Chip, check: Check) -> bytes:
    word = b"TRUE" if check.held.results.get(check.segment) else b"FALSE"
    line = b"%d,%s\r\n" % (check.segment % _UNSIGNED, word)
    return line if check.number is None else b"%d,%s" % (check.number, line)


_STATUS = RamForm(
    available=_only_multiple,
    rules=strict_rules,
    parse=_by_id,
    decide=_not_told,
    effect=_nothing,
    tell=_status,
    refuse=refusals.refuse,
)
_RESET = RamForm(
    available=_only_multiple,
    parse=_by_id,
    decide=_not_reset,
    effect=_reset,
    refuse=refusals.refuse,
)
_CHECK = RamForm(parse=_checked, decide=_not_checked, effect=_nothing, tell=_arrived)


def _of_one(form: RamForm[One]) -> Mapping[Form, Handler]:
    """With the id of a link, and without one."""
    return {
        Form.SET: form,
        Form.EXECUTE: replace(form, available=_only_single, parse=_the_one),
    }


COMMANDS = (
    Command(
        WRITE,
        {
            Form.SET: DataForm(
                available=_not_passing_through,
                turn_away=refusals.turn_away,
                parse=_written,
                decide=_not_written,
                tell=_numbered,
                plan=_into_the_buffer,
                refuse=refusals.refuse,
            )
        },
    ),
    Command(STATUS, _of_one(_STATUS)),
    Command(CHECK, {Form.SET: _CHECK}),
    Command(OTHER_CHECK, {Form.SET: _CHECK}),
    Command(RESET, _of_one(_RESET)),
)
