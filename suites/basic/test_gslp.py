"""Clause 3.2.4: AT+GSLP (rulings R-20, R-22 and R-23).

Without the wire from XPD_DCDC to EXT_RSTB a board sleeps until somebody resets it, so every purpose
that could send it to sleep is `unwired-sleep`.
"""

import pytest

from conformance.catalogue import load_edition
from conformance.commandline import execute, set_
from conformance.testbed import NANOSECONDS
from conformance.verdict import Inconclusive, NonConformity
from suites.inuse import again
from suites.malformed import wrong_shapes

GSLP = load_edition().commands["GSLP"]

#: Times in milliseconds: as short as can be told from a start, and one longer by a good deal.
SHORT, LONG = 400, 1400
#: As long as it takes for a tenth of it to be more than what is noticed late.
LONGER = 4400
#: An IUT that answers nothing sleeps so many times as long as it may take to answer.
UNANSWERED = 2

#: Minutes and an hour, and the middle of that.
MINUTES, HOUR = (120_000, 1_800_000), 3_600_000
HALF = HOUR // 2

#: How late one sleep may be noticed compared with another one, in seconds: the harness's own share.
NOTICED_S = 0.25
#: So many answers show whether an IUT answers steadily, and so much they may differ, in seconds.
ANSWERS, STEADY_S = 8, 0.05
#: A sleep is so many times as long as its beginning and its end are in doubt.
CLEARLY = 10


@pytest.fixture
def sleeper(session):
    """An IUT that may be asleep afterwards, and is then waited for."""
    session.afterwards(lambda: wake(session))
    return session


def wake(session):
    """Wait until the IUT is awake; if nothing wakes it, reset it."""
    longest_s = max(LONGER / 1000, UNANSWERED * session.timing.answer_s)
    awake = session.await_answer(session.timing.restart_s + longest_s)
    if awake.final is not None:
        return
    if not session.can_reset:
        raise Inconclusive("the IUT stays asleep, and the rig cannot reset it: see `wake_wire`")
    session.reset_board()


def slept(session, time_ms):
    """Seconds from the OK of AT+GSLP until the chip prints something, as it does when it starts."""
    asleep = session.send(set_("GSLP", time_ms), restarts=True)
    session.agree(asleep)
    if asleep.restarted:  # its OK came so late
        return 0.0
    longest = time_ms / 1000 * (1 + session.timing.sleep_tolerance) + session.timing.restart_s
    awake = session.await_restart(longest)
    if awake.woke_at is None:
        raise NonConformity(f"a restart within {longest:g} s", awake.describe())
    return (awake.woke_at - asleep.ended_at) / NANOSECONDS


def doubt(session):
    """Seconds by which a sleep may seem longer or shorter than it is.

    Both its ends are told by an IUT that may take another time for each answer.
    """
    times = [each.ended_at - each.sent_at for each in session.repeat(execute("AT"), ANSWERS)]
    spread = (max(times) - min(times)) / NANOSECONDS
    return 2 * spread if spread > STEADY_S else 0.0


def clearly(time_ms, doubt_s):
    """A time in milliseconds that is long beside the doubt."""
    return time_ms + round(CLEARLY * doubt_s * 1000)


def gslp(code, number, **needs):
    """The marker of a purpose of this file."""
    return pytest.mark.purpose(
        f"TP/BASIC/GSLP/{code}",
        verifies=[f"3.2.4/GSLP/set/{number}"],
        hazards=["unwired-sleep"],
        **needs,
    )


@gslp("BV-01", "01")
@pytest.mark.parametrize("time_ms", [1, 100, SHORT])
def test_gslp_is_answered_ok(sleeper, time_ms):
    """AT+GSLP with a time is answered OK."""
    sleeper.observe(set_("GSLP", time_ms)).succeeds()


@gslp("BV-07", "01", needs=["reset"])
@pytest.mark.parametrize("time_ms", [70_000, 100_000])
def test_gslp_with_a_long_time_is_answered_ok(sleeper, time_ms):
    """AT+GSLP with more than a minute, which does not fit into 16 bits, is answered OK."""
    sleeper.afterwards(sleeper.reset_board)

    sleeper.send(set_("GSLP", time_ms), restarts=True).succeeds()


@gslp("BV-02", "02")
def test_gslp_tells_its_time(sleeper):
    """The answer to AT+GSLP has a line whose only number is the time that was given."""
    exchange = sleeper.send(set_("GSLP", SHORT), restarts=True)

    exchange.tells(rb"\D*%d\D*" % SHORT, f"a line with the time {SHORT} before OK")


@gslp("BV-03", "03")
def test_a_sleeping_iut_answers_nothing(sleeper):
    """AT that is sent right after the OK of AT+GSLP is not answered while the IUT sleeps."""
    answer_s = sleeper.timing.answer_s
    time_ms = round(UNANSWERED * answer_s * 1000)
    sleeper.agree(sleeper.send(set_("GSLP", time_ms), restarts=True))

    exchange = sleeper.observe(execute("AT"))
    exchange.decides().is_not_executed()


@gslp("BV-04", "04")
def test_the_iut_sleeps_as_long_as_it_is_told(sleeper):
    """The longer of two sleeps takes longer than the other by the difference of their times."""
    doubt_s = doubt(sleeper)
    longer = clearly(LONGER, doubt_s)
    difference = slept(sleeper, longer) - slept(sleeper, SHORT)

    told = (longer - SHORT) / 1000
    allowed = told * sleeper.timing.sleep_tolerance + NOTICED_S + doubt_s
    assert abs(difference - told) <= allowed, f"{told:g} s more, give or take {allowed:.2f} s"


@gslp("BV-05", "04")
def test_the_iut_does_not_wake_early(sleeper):
    """No restart shows before the time is over."""
    doubt_s = doubt(sleeper)
    time_ms = clearly(LONG, doubt_s)
    least = time_ms / 1000 * (1 - sleeper.timing.sleep_tolerance) - doubt_s

    assert slept(sleeper, time_ms) >= least, f"no restart before {least:g} s are over"


def long(code, number, *times):
    """A `pytest.param` for each time in milliseconds, which is slept to its end."""
    return [
        pytest.param(each, marks=gslp(code, number, waits_s=each / 1000), id=str(each))
        for each in times
    ]


@pytest.mark.parametrize("time_ms", long("BV-09", "04", 66_000, *MINUTES, HOUR))
def test_a_long_sleep_lasts_as_long_as_it_is_told(sleeper, time_ms):
    """A sleep of minutes, and one of an hour, takes longer than a short one by the difference."""
    doubt_s = doubt(sleeper)
    difference = slept(sleeper, time_ms) - slept(sleeper, SHORT)

    told = (time_ms - SHORT) / 1000
    allowed = told * sleeper.timing.sleep_tolerance + NOTICED_S + doubt_s
    assert abs(difference - told) <= allowed, f"{told:g} s more, give or take {allowed:.2f} s"


@pytest.mark.parametrize("time_ms", long("BV-10", "05", HOUR))
def test_the_iut_takes_commands_after_a_long_sleep(sleeper, time_ms):
    """When the IUT has woken from an hour's sleep, AT is answered OK."""
    slept(sleeper, time_ms)

    sleeper.responds()


@gslp("BV-11", "03", needs=["reset"], waits_s=HALF / 1000)
def test_an_iut_that_sleeps_for_long_answers_nothing(sleeper):
    """AT that is sent in the middle of an hour's sleep is not answered."""
    sleeper.afterwards(sleeper.reset_board)
    sleeper.agree(sleeper.send(set_("GSLP", HOUR), restarts=True))
    sleeper.pause(HALF / 1000)

    sleeper.observe(execute("AT"), answer_s=LONG / 2000).decides().is_not_executed()


@gslp("BV-08", "04", needs=["reset"])
def test_a_long_sleep_is_no_short_one(sleeper):
    """An IUT that is to sleep for 66 s, which does not fit into 16 bits, is soon not awake."""
    sleeper.afterwards(sleeper.reset_board)
    sleeper.agree(sleeper.send(set_("GSLP", 66_000), restarts=True))

    awake = sleeper.await_restart(LONG / 1000)
    assert awake.woke_at is None, f"no restart within the first {LONG / 1000:g} s"


@gslp("BV-06", "05")
def test_the_iut_takes_commands_when_it_woke(sleeper):
    """When the IUT has woken and restarted, AT is answered OK."""
    slept(sleeper, SHORT)

    sleeper.responds()


def wrong():
    """What is no time, and lines of a wrong shape."""
    yield "negative", set_("GSLP", -1)
    yield from wrong_shapes(GSLP)


@gslp("BI-01", "06")
@pytest.mark.parametrize("line", [pytest.param(line, id=name) for name, line in wrong()])
def test_what_is_no_time_is_refused(sleeper, line, refused):
    """AT+GSLP without a time, with more than one parameter or with no number is refused."""
    refused(sleeper.send(line))

    sleeper.responds()


# The same of an IUT in use

globals().update(
    again(
        test_gslp_tells_its_time,
        test_gslp_is_answered_ok,
        test_the_iut_takes_commands_when_it_woke,
        test_what_is_no_time_is_refused,
    )
)
