"""The IUT left as it was found: by commands where their answers show that it is, else by a restart.

Law of this file: a restart takes a board a second and undoes everything that is not saved. It is
spared only if the purpose went well, what undoes it is answered OK, and everything that the purpose
could touch is then told as it was. This file asks and compares, and judges nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from conformance.commandline import CommandLine, query, set_
from conformance.discretion import CONFIDED
from conformance.grammar import OK
from conformance.session import Session
from conformance.verdict import Inconclusive, Lacking, NonConformity, Unclaimed

T = TypeVar("T")

#: What a query tells, or nothing that can be compared.
Heard = tuple[bytes, ...] | None

#: Makes the lines that undo what a purpose did; None: only a restart would.
Undo = Callable[[], Sequence[CommandLine] | None]


def heard(session: Session, name: str) -> Heard:
    """The lines that the query of `name`, or of a sibling that is claimed, tells now."""
    ask = session.confide if name in CONFIDED else session.observe
    try:
        exchange = ask(session.auxiliary(query(name)))
    except Unclaimed:
        return None
    return exchange.own_lines if exchange.final == OK else None


def all_ok(session: Session, lines: Sequence[CommandLine] | None) -> bool:
    """Whether there are lines, and each is answered OK."""
    try:
        return lines is not None and all(
            session.observe(session.auxiliary(line)).final == OK for line in lines
        )
    except (Unclaimed, Lacking):  # there is no command for it
        return False


def saved(
    session: Session, home: str, told: Callable[[Session, str], T], *entering: CommandLine
) -> T:
    """What the board's owner had saved, as the query of `home`_DEF tells it to `told`.

    Where that tells nothing, what is in force after a start tells it, when `entering` was set.
    """

    def after_a_start() -> T:
        session.restart()
        session.prepare(*entering)
        return told(session, f"{home}_CUR")

    return session.owners(f"{home}_DEF", lambda: told(session, f"{home}_DEF"), after_a_start)


def give_back(session: Session, is_there: Callable[[], bool], *ways: Sequence[CommandLine]) -> None:
    """Set the lines of the first of `ways`, unless what they set is told as it was.

    Where it is not told so then, the next way is taken; what cannot be told is set in each.
    """
    for number, lines in enumerate(ways, 1):
        try:
            if is_there():
                return
        except (NonConformity, Inconclusive) as error:
            session.pass_over(error, "not told before it is given back")
        try:
            session.prepare(*lines)
        except (NonConformity, Inconclusive) as error:
            if number == len(ways):
                raise
            session.pass_over(error, "not given back in this way")


def spare_restart(
    session: Session,
    witnesses: Sequence[str],
    mode: int = 0,
    undo: Undo = tuple,
    restart: Callable[[], object] | None = None,
) -> None:
    """Have the IUT left as it was found when the purpose is over; till then in `mode`, if any.

    `witnesses` are the queries, in that mode, of all that the purpose can change. `restart` is for
    an IUT that a mere AT+RST would not reach.
    """
    entering = [set_("CWMODE_CUR", mode)] if mode else []
    own = heard(session, "CWMODE_CUR") if mode else ()
    found: list[Heard] = []

    def is_left() -> bool:
        if session.suspicious or own is None or not found or None in found:
            return False
        if not all_ok(session, undo()) or not all_ok(session, entering):
            return False
        if [heard(session, name) for name in witnesses] != found:
            return False
        return not mode or (all_ok(session, _back(own)) and heard(session, "CWMODE_CUR") == own)

    session.afterwards(lambda: None if is_left() else (restart or session.restart)())
    session.prepare(*entering)
    found += [heard(session, name) for name in witnesses]


def _back(own: tuple[bytes, ...]) -> Sequence[CommandLine] | None:
    """What sets the mode that was told, if it was told in its form."""
    digit = own[0].partition(b":")[2].strip() if len(own) == 1 else b""
    return [set_("CWMODE_CUR", int(digit))] if digit in (b"1", b"2", b"3") else None
