"""The mutants of AT+CIPSENDBUF and its companions (clauses 5.2.6 to 5.2.9).

Law: rows, and what they need.
"""

from __future__ import annotations

from typing import Any

from ..commands.send import LENGTH_MAX
from ..commands.sendbuffer import (
    CHECK,
    ID,
    INVALID_LINK,
    IS_UDP,
    NO_LINK,
    OTHER_CHECK,
    RESET,
    STATUS,
    TOO_LONG,
    UNSENT,
    WRITE,
    Check,
    Writing,
)
from ..ip.tcpip import LINKS
from .mutant import Condition, Mutant, Mutation, Operator
from .operators import overlooked, refused, wrapped
from .rows import Rows

_WRITE, _STATUS, _RESET = Rows(WRITE), Rows(STATUS), Rows(RESET)
_CHECKS = (Rows(CHECK), Rows(OTHER_CHECK))


def _decides(names: Rows, operator: Operator) -> tuple[Mutation, ...]:
    """With the id of a link, and without one."""
    return names.set("decide", operator), names.execute("decide", operator)


def _no_link(check: Check) -> bool:
    return check.link is None


def _false(tell: Any, chip: Any, check: Check) -> Any:
    return b"%d,FALSE\r\n" % check.segment if _no_link(check) else tell(chip, check)


def _just_too_long(wanted: Writing) -> bool:
    return wanted.length == LENGTH_MAX + 1


MUTANTS: tuple[Mutant, ...] = (
    _WRITE.row(
        "udp-accepted",
        "= works with UDP",
        _WRITE.set("decide", overlooked(IS_UDP)),
    ),
    _STATUS.row(
        "unlinked-ok",
        " answers zeros and OK without a link",
        *_decides(_STATUS, overlooked(NO_LINK)),
    ),
    _STATUS.row(
        "udp-ok",
        " works with UDP",
        *_decides(_STATUS, overlooked(IS_UDP)),
    ),
    _CHECKS[0].row(
        "unlinked-ok",
        "= answers FALSE and OK without a link",
        *(names.set("decide", overlooked(NO_LINK, UNSENT, of=_no_link)) for names in _CHECKS),
        *(names.set("tell", wrapped("FALSE without a link", _false)) for names in _CHECKS),
    ),
    _RESET.row(
        "unlinked-ok",
        " answers OK without a link",
        *_decides(_RESET, overlooked(INVALID_LINK)),
    ),
    _RESET.row(
        "udp-ok",
        " works with UDP",
        *_decides(_RESET, overlooked(IS_UDP)),
    ),
)
WITH_LINKS = Condition("with a link", lambda chip: bool(chip.tcpip.links))
WITH_A_LINK: tuple[Mutant, ...] = (
    _WRITE.row(
        "2049-accepted",
        "= takes a length of 2049",
        _WRITE.set(
            "decide", overlooked(TOO_LONG, of=lambda wanted: wanted.length == LENGTH_MAX + 1)
        ),
    ),
    _WRITE.row(
        "any-length-accepted",
        "= takes any length over 2048",
        _WRITE.set("decide", overlooked(TOO_LONG)),
    ),
    _STATUS.row(
        "other-link-ok",
        "= answers zeros and OK for another link than there is",
        _STATUS.set("decide", overlooked(NO_LINK), WITH_LINKS),
    ),
    _RESET.row(
        "other-link-ok",
        "= answers OK for another link than there is",
        _RESET.set("decide", overlooked(INVALID_LINK), WITH_LINKS),
    ),
    _RESET.row(
        "5-accepted",
        "= answers OK for link 5 if there is a link",
        _RESET.set(
            "decide",
            overlooked(ID.reason(LINKS), INVALID_LINK, of=lambda one: one.number == LINKS),
            WITH_LINKS,
        ),
    ),
    _RESET.row(
        "linked-refused",
        " answers ERROR whatever link there is",
        *_decides(_RESET, refused("a link", lambda one: one.link is not None)),
    ),
)
"""What shows where there is a TCP connection."""
