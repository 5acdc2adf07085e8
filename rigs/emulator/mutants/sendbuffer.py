"""The mutants of AT+CIPSENDBUF and its companions (clauses 5.2.6 to 5.2.9).

Law: rows, and what they need.
"""

from __future__ import annotations

from typing import Any

from ..commands.sendbuffer import (
    CHECK,
    INVALID_LINK,
    IS_UDP,
    NO_LINK,
    OTHER_CHECK,
    RESET,
    STATUS,
    UNSENT,
    WRITE,
    Check,
)
from .mutant import Mutant, Mutation, Operator
from .operators import overlooked, wrapped
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
