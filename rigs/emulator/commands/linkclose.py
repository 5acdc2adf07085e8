"""AT+CIPCLOSE (clause 5.2.10; field guide 5).

Law: which links are closed, and what is said of it: CLOSED comes before OK.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..chip.chip import Chip
from ..ip.link import Link
from ..ip.tcpip import LINKS
from ..line.command import Answer, Command, Form
from ..line.parameters import Parameters
from . import numbers, refusals
from .linkids import is_unchecked, looks_open
from .numbers import Number
from .refusals import Diagnostic
from .stages import ExecuteForm, RamForm, Reasons, SetForm

NAME = "+CIPCLOSE"
ALL = LINKS
"""The id that means every link."""

ID = Number("id", range(LINKS + 1))
MULTIPLE, SINGLE = Diagnostic("MUX=1"), Diagnostic("MUX=0")
UNLINK, NOTHING_OPEN = Diagnostic("UNLINK"), "no link is open"
CRASH = "what is no link is closed"


@dataclass(frozen=True)
class Closing:
    """What is wanted: an id, and the open links that it means."""

    number: int
    links: tuple[Link, ...]


def _only_multiple(chip: Chip) -> Reasons:
    if not chip.tcpip.multiple:
        yield SINGLE


def _only_single(chip: Chip) -> Reasons:
    if chip.tcpip.multiple:
        yield MULTIPLE


def _parsed(chip: Chip, parameters: Parameters) -> Closing:
    (number,) = numbers.read(parameters, (ID,))
    return Closing(number, _meant(chip, number))


def _the_one(chip: Chip, _parameters: Parameters) -> Closing:
    """Without an id: the one link of CIPMUX=0."""
    return Closing(0, _meant(chip, 0))


def _meant(chip: Chip, number: int) -> tuple[Link, ...]:
    """With a server, 5 closes nothing (clause 5.2.10)."""
    if number == ALL:
        return () if spared(chip) else every_link(chip)
    return tuple(link for link in every_link(chip) if link.id == number)


def spared(chip: Chip) -> bool:
    """Whether a server saves all links from 5."""
    return bool(chip.tcpip.server) and chip.personality.tcpip.five_spares_server


def every_link(chip: Chip) -> tuple[Link, ...]:
    """All that are open, by their ids."""
    return tuple(link for _number, link in sorted(chip.tcpip.links.items()))


def _refusals(chip: Chip, closing: Closing) -> Reasons:
    """5 is taken with nothing open, too."""
    if is_unchecked(chip, closing.number):
        yield CRASH if looks_open(chip, closing.number) else UNLINK
    else:
        yield from ID.reasons(closing.number)
    if closing.number in range(LINKS) and not closing.links:
        yield UNLINK


def _refusals_without_id(_chip: Chip, closing: Closing) -> Reasons:
    if not closing.links:
        yield NOTHING_OPEN


def _refused(chip: Chip, form: SetForm[Closing], closing: Closing, why: tuple[str, ...]) -> Answer:
    if CRASH in why:
        return Answer(None, afterwards=chip.crash)
    return refusals.refuse(chip, form, closing, why)


def _told(chip: Chip, closing: Closing) -> bytes:
    if not chip.personality.tcpip.closed_line:
        return b""
    return b"".join(chip.tcpip.named(link.id, b"CLOSED") + b"\r\n" for link in closing.links)


def _close(chip: Chip, closing: Closing) -> None:
    for link in closing.links:
        chip.tcpip.close(link)


COMMANDS = (
    Command(
        NAME,
        {
            Form.TEST: ExecuteForm(),
            Form.SET: RamForm(
                available=_only_multiple,
                turn_away=refusals.turn_away,
                parse=_parsed,
                decide=_refusals,
                refuse=_refused,
                tell=_told,
                effect=_close,
            ),
            Form.EXECUTE: RamForm(
                available=_only_single,
                turn_away=refusals.turn_away,
                parse=_the_one,
                decide=_refusals_without_id,
                refuse=refusals.refuse,
                tell=_told,
                effect=_close,
            ),
        },
    ),
)
