"""The mutants of AT+CWSTARTDISCOVER (clause 4.1.34).

Law: rows.  What becomes of the packets is not told here.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter

from ..commands.wechat import DAY_S, NUMBER, START, TIME, TYPE
from ..line.command import Form
from . import numbers, texts
from .conditions import WITH_ADDRESS
from .mutant import Mutant, mutant
from .numbers import Range
from .operators import anything, refused
from .refusing import late, refused_as, refused_does
from .rows import Rows
from .texts import Wording

_START = Rows(START)
_STRINGS = (
    Wording(NUMBER, 0, attrgetter("number"), default=b"gh", bounded=False, free=False),
    Wording(TYPE, 1, attrgetter("kind"), default=b"1", bounded=False, free=False),
)
_NUMBERS = (Range(TIME, 2, "time", attrgetter("every_s"), 10, (0, 10, DAY_S), (-1, DAY_S + 1)),)
_STARTS = b'="gh_9e2cff3dfa51","122475",1'
_PARAMETERS = (*_STRINGS, *_NUMBERS)


def _parameters() -> Iterator[Mutant]:
    yield from numbers.of_all(START, _NUMBERS, len(_PARAMETERS))
    yield numbers.missing(START, [each.written for each in _PARAMETERS])
    for string in _STRINGS:
        yield from texts.of_each(START, string)


MUTANTS: tuple[Mutant, ...] = tuple(_parameters())
FOUND: tuple[Mutant, ...] = (
    mutant(
        "discover.refused-with-address",
        "AT+CWSTARTDISCOVER= is refused if there is an address",
        _START.set("decide", refused("an address", anything), WITH_ADDRESS),
    ),
)
"""What shows where somebody looks for the station."""
SELDOM: tuple[Mutant, ...] = (
    mutant(
        "discover.refused-takes-effect",
        "AT+CWSTARTDISCOVER= answers ERROR where it has to, yet what it could read applies",
        late(START, MUTANTS),
    ),
    mutant(
        "discover.refused-starts",
        "AT+CWSTARTDISCOVER= answers ERROR where it has to, and starts",
        _START.whole(Form.SET, refused_as("started", lambda _typed: _STARTS)),
    ),
    mutant(
        "discover.refused-stops",
        "AT+CWSTARTDISCOVER= answers ERROR where it has to, and stops what runs",
        _START.whole(Form.SET, refused_does("stopped", lambda chip: chip.beaconing.stop())),
    ),
)
