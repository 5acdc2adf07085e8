"""Clauses 5.2.3, 5.2.12, 5.2.14, 5.2.16 and 5.2.19: settings that are one number (ruling R-98).

Here stands what they have in common; what each does and forbids, in the file of its heading.
"""

from dataclasses import dataclass

import pytest

from conformance.catalogue import load_edition
from conformance.commandline import CommandLine, query, set_
from suites.inuse import again
from suites.malformed import outside, with_one, wrong_shapes
from suites.tcpip.net import case
from suites.tcpip.setting import leave_settings, pattern, require, require_kept, told

COMMANDS = load_edition().commands


@dataclass(frozen=True, slots=True)
class Setting:
    """A command that sets one number."""

    name: str
    #: Documented values, which are set one after the other.
    sequences: tuple[tuple[int, ...], ...]
    #: Two documented values that what is refused must not replace.
    kept: tuple[int, ...] = ()
    #: Values that the document does not list, beside those next to its range.
    further: tuple[int, ...] = ()
    #: What the command needs.
    preamble: tuple[CommandLine, ...] = ()

    @property
    def range(self):
        """The parameter, as the document describes it."""
        return COMMANDS[self.name].parameters[0]


SWITCHED = ((0,), (1,), (0, 0), (0, 1), (1, 0), (1, 1))
TIMES = tuple((time,) for time in (0, 1, 10, 180, 255, 256, 3600, 7199, 7200))
SIZES = ((2048,), (2049,), (3000,), (4095,), (4096,), (2048, 4096), (4096, 2048), (3000, 3000))
AGAIN = ((10, 10), (10, 0), (0, 7200))

#: Those whose query tells the number, and those without one; their rows are numbered alike.
TOLD = (
    Setting("CIPMUX", SWITCHED, kept=(0, 1)),
    Setting("CIPMODE", SWITCHED, kept=(0, 1), preamble=(set_("CIPMUX", 0),)),
    Setting("CIPSTO", TIMES + AGAIN, (0, 10), (), (set_("CIPMUX", 1), set_("CIPSERVER", 1, 1001))),
)
UNTOLD = (
    Setting("CIPSSLSIZE", SIZES, further=(0, 1)),
    Setting("CIPDINFO", SWITCHED),
)


def cases(code, requirement, settings, values):
    """A case for each of `settings` and each of its values, which have names."""
    return [
        case(COMMANDS[setting.name], code, requirement, key, setting, value)
        for setting in settings
        for key, value in values(setting)
    ]


def sequences(setting):
    """Documented values, in the orders in which they are set."""
    return [("-".join(map(str, values)), values) for values in setting.sequences]


def outsiders(setting):
    """Numbers that the document does not list."""
    return [(value, value) for value in (*setting.further, *outside(setting.range))]


def shapes(setting):
    """Lines with nothing, too much or no number after the equals sign."""
    return wrong_shapes(COMMANDS[setting.name])


def replacements(setting):
    """A value that is kept, and one next to the range that must not replace it."""
    least, greatest = setting.range.bounds
    pairs = [(kept, value) for kept in setting.kept for value in (least - 1, greatest + 1)]
    return [(f"{kept}-{value}", (kept, value)) for kept, value in pairs]


@pytest.fixture
def iut(session, name, setting):
    """An IUT that has what the command needs; what no query tells, a restart takes back."""
    if setting in TOLD:
        leave_settings(session)
    else:
        session.afterwards(session.restart)
    session.prepare(*setting.preamble)
    return session


@pytest.mark.parametrize(
    ("name", "setting", "values"), cases("BV-01", "query/01", TOLD, lambda s: sequences(s)[:2])
)
def test_the_query_tells_a_number(iut, name, setting, values):
    """The query tells a number after the command's name and ends with OK."""
    iut.prepare(*(set_(name, value) for value in values))

    iut.send(query(name)).succeeds().tells(pattern(name), f"a line +{name}:<number>")


@pytest.mark.parametrize(
    ("name", "setting", "values"), cases("BV-02", "set/01", TOLD + UNTOLD, sequences)
)
def test_a_documented_number_is_answered_ok(iut, name, setting, values):
    """A number that the document lists is answered OK, whichever was set before."""
    for value in values:
        iut.send(set_(name, value)).succeeds()


@pytest.mark.parametrize(("name", "setting", "values"), cases("BV-03", "set/02", TOLD, sequences))
def test_the_query_tells_what_was_set(iut, name, setting, values):
    """The query tells the number that was set last, and again when it is asked again."""
    iut.prepare(*(set_(name, value) for value in values))

    require(iut, name, values[-1])
    require(iut, name, values[-1])


@pytest.mark.parametrize(
    ("name", "setting", "values"),
    cases("BV-03-EACH", "set/02", TOLD, lambda setting: [("each", setting.range.bounds)]),
)
def test_the_query_tells_each_number_that_was_set(iut, name, setting, values):
    """The query tells the least number, the greatest and the least again, each when it was set."""
    for value in (*values, values[0]):
        iut.prepare(set_(name, value))
        require(iut, name, value)


@pytest.mark.parametrize(
    ("name", "setting", "value"),
    cases("BI-01", "set/03", TOLD, outsiders) + cases("BI-01", "set/02", UNTOLD, outsiders),
)
def test_another_number_is_refused(iut, name, setting, value, refused):
    """A number that the document does not list is refused."""
    refused(iut.send(with_one(COMMANDS[name], 0, value)))


@pytest.mark.parametrize(
    ("name", "setting", "line"),
    cases("BI-02", "set/04", TOLD, shapes) + cases("BI-02", "set/03", UNTOLD, shapes),
)
def test_a_wrong_shape_is_refused(iut, name, setting, line, refused):
    """Nothing, too much or no number after the equals sign is refused."""
    refused(iut.send(line))


@pytest.mark.parametrize(
    ("name", "setting", "values"), cases("BI-03", "set/05", TOLD, replacements)
)
def test_what_is_refused_changes_nothing(iut, name, setting, values):
    """After a number that is refused, the query tells the one from before."""
    before, refused = values
    iut.prepare(set_(name, before))
    found = told(iut, name)
    iut.refuse(iut.send(set_(name, refused)), "set/03")

    require_kept(iut, name, before, found)


# The same of an IUT in use

globals().update(
    again(
        test_the_query_tells_each_number_that_was_set,
        test_a_documented_number_is_answered_ok,
        test_another_number_is_refused,
        test_a_wrong_shape_is_refused,
        test_the_query_tells_a_number,
        test_what_is_refused_changes_nothing,
    )
)
globals().update(
    again(test_the_query_tells_what_was_set, keys=("MUX-0-1", "MODE-0-1", "STO-10-0", "STO-7199"))
)
