"""Clauses 4.1.34 and 4.1.35: starting and stopping discovery (rulings R-68 and R-106)."""

from collections import Counter, defaultdict
from itertools import pairwise

import pytest

from conformance.commandline import Verbatim, execute, set_
from conformance.grammar import ERROR, OK
from conformance.testbed import NANOSECONDS
from conformance.verdict import Inconclusive
from suites.inuse import again
from suites.malformed import outside, with_one, wrong_shapes
from suites.wifi import mode, onair
from suites.wifi.siblings import COMMANDS

START = COMMANDS["CWSTARTDISCOVER"]
TIME = START.parameters[2]
STOP = execute("CWSTOPDISCOVER")

#: The ends of the range, and the document's example between them.
TIMES = [0, 1, 10, 86399, 86400]


def discover(code, number, waits_s=0):
    """The marker of a purpose for AT+CWSTARTDISCOVER."""
    verified = [f"4.1.34/CWSTARTDISCOVER/set/{number}"]
    return pytest.mark.purpose(
        f"TP/WIFI/CWSTARTDISCOVER/{code}", verifies=verified, waits_s=waits_s
    )


@pytest.fixture
def station(session):
    """An IUT in station mode, which is not to be found afterwards, and is restarted."""
    return mode.enter_to_stop(session, mode.STATION, STOP)


@discover("BV-01", "01")
@pytest.mark.parametrize("time", TIMES)
def test_a_documented_time_is_answered(station, time):
    """Without an AP a documented time is answered OK or ERROR."""
    station.send(with_one(START, 2, time)).ends_with(OK, ERROR)


@discover("BI-02", "02")
@pytest.mark.parametrize("value", list(outside(TIME)))
def test_a_time_outside_is_refused(station, value):
    """A time outside 0 to 86400 is refused."""
    station.send(with_one(START, 2, value)).is_refused()


@discover("BI-03", "03")
@pytest.mark.parametrize(
    "line", [pytest.param(line, id=name) for name, line in wrong_shapes(START)]
)
def test_a_wrong_shape_is_refused(station, line):
    """Too few or too many parameters, or one that is empty or of the wrong kind, are refused."""
    station.send(line).is_refused()


@pytest.mark.purpose("TP/WIFI/CWSTOPDISCOVER/BV-01", verifies=["4.1.35/CWSTOPDISCOVER/execute/01"])
@pytest.mark.parametrize("before", ["nothing", "start", "stop"])
def test_a_stop_is_answered(station, before):
    """Never started, started, and stopped already: AT+CWSTOPDISCOVER is answered OK or ERROR."""
    if before != "nothing":
        station.send(set_(START.name, *START.example))
    if before == "stop":
        station.send(STOP)

    station.send(STOP).ends_with(OK, ERROR)


# With an address from an access point

#: UDP ports at which a station talks of its own: name services, DHCP and time.
OWN_AFFAIRS = frozenset({53, 67, 68, 123, 5353})
#: The interval that is set, and for how many of them and how long beyond the packets are counted.
INTERVAL_S, INTERVALS, BEYOND_S = 1, 3, 1
#: How long no packet may come, in seconds; and how long at least it is to be so.
QUIET_S, LONG_QUIET_S = 2, 3600
#: The example, minutes, an hour, and the greatest interval, in seconds.
LONG_INTERVALS = 10, 90, 3600, 86400


@pytest.fixture
def online(station):
    """An IUT in station mode with an address from the lab's own access point."""
    onair.at_home(station)
    return station


def sent(session, seconds):
    """UDP port -> how many datagrams the IUT sent there, in so many seconds, of its own."""
    with session.lab.capture() as seeing:
        session.pause(seconds)
    datagrams = seeing.seen.of_iut(seeing.seen.datagrams)
    ports = Counter(each.destination_port for each in datagrams)
    return {port: count for port, count in ports.items() if port not in OWN_AFFAIRS}


@discover("AIR-BV-01", "04")
@pytest.mark.parametrize("time", TIMES)
def test_a_documented_time_is_answered_ok(online, time):
    """With an address a documented time is answered OK."""
    online.send(with_one(START, 2, time)).succeeds()


@discover("AIR-BV-02", "06")
def test_packets_are_sent_at_the_interval(online):
    """With an interval of one second there are two packets or more in four."""
    online.prepare(with_one(START, 2, INTERVAL_S))

    require_packets(online)


def require_packets(session):
    """Require two packets or more to one port within three intervals and a second."""
    counts = sent(session, INTERVALS * INTERVAL_S + BEYOND_S)
    assert max(counts.values(), default=0) >= 2, f"two packets or more to one port, not {counts}"


def bursts(session, interval):
    """How often packets came to the port with the most of them, in three intervals and a second.

    What comes within a tenth of the interval counts once.
    """
    with session.lab.capture() as seeing:
        session.pause(INTERVALS * interval + BEYOND_S)
    times = defaultdict(list)
    for each in seeing.seen.of_iut(seeing.seen.datagrams):
        if each.destination_port not in OWN_AFFAIRS:
            times[each.destination_port].append(each.frame.at)
    return max((_apart(each, interval // 10) for each in times.values()), default=0)


def _apart(times, seconds):
    """How many of `times` are later than the one before by more than `seconds`."""
    gaps = (later - before for before, later in pairwise(times))
    return 1 + sum(gap > seconds * NANOSECONDS for gap in gaps)


@pytest.mark.parametrize(
    "interval",
    [
        pytest.param(each, marks=discover("AIR-BV-05", "06", INTERVALS * each), id=str(each))
        for each in LONG_INTERVALS
    ],
)
def test_packets_are_sent_at_a_long_interval(online, interval):
    """With a long interval, from half to twice as many packets are sent as are due."""
    online.prepare(with_one(START, 2, interval))

    count = bursts(online, interval)
    assert INTERVALS / 2 <= count <= 2 * INTERVALS, f"about {INTERVALS} packets, not {count}"


@discover("AIR-BV-03", "06")
def test_packets_are_sent_again_after_a_stop(online):
    """When it was stopped and is started again there are packets as the first time."""
    line = with_one(START, 2, INTERVAL_S)
    online.prepare(line, STOP, line)

    require_packets(online)


@discover("AIR-BV-04", "06")
@pytest.mark.parametrize("before", [0, 600])
def test_the_interval_is_the_one_that_was_set_last(online, before):
    """After no interval, or a long one, an interval of one second brings its packets."""
    online.prepare(with_one(START, 2, before), with_one(START, 2, INTERVAL_S))

    require_packets(online)


@discover("AIR-BI-02", "06")
def test_no_packets_are_sent_any_more_without_an_interval(online):
    """While packets are sent the interval 0 is set; after it none is sent."""
    online.prepare(with_one(START, 2, INTERVAL_S))
    if not sent(online, 2 * INTERVAL_S):
        raise Inconclusive("it sends no packets when it is to, so that it shows nothing")
    online.prepare(with_one(START, 2, 0))
    online.settle()  # what was on its way may still come

    counts = sent(online, QUIET_S)
    assert not counts, f"no packets, not {counts}"


@discover("AIR-BI-03", "06")
def test_a_long_interval_is_no_short_one(online):
    """With an interval of 600 seconds packets do not go on to come, whatever comes at first."""
    online.prepare(with_one(START, 2, 600))
    online.pause(BEYOND_S)
    first, second = sent(online, QUIET_S), sent(online, QUIET_S)

    steady = {port: (first[port], second[port]) for port in first.keys() & second.keys()}
    assert not steady, f"no packets of every second, not {steady}"


def require_none(session, seconds):
    """Require that no packet is sent in so many seconds."""
    counts = sent(session, seconds)
    assert not counts, f"no packets, not {counts}"


@discover("AIR-BI-01", "06")
def test_no_packets_are_sent_without_an_interval(online):
    """With the interval 0 no packet is sent."""
    online.prepare(with_one(START, 2, 0))

    require_none(online, QUIET_S)


@discover("AIR-BI-04", "06", LONG_QUIET_S)
def test_no_packets_are_ever_sent_without_an_interval(online):
    """With the interval 0 no packet is sent within an hour."""
    online.prepare(with_one(START, 2, 0))

    require_none(online, LONG_QUIET_S)


def be_stopped(session):
    """Have packets sent, and have that stopped."""
    session.prepare(with_one(START, 2, INTERVAL_S))
    if not sent(session, 2 * INTERVAL_S):
        raise Inconclusive("it sends no packets when it is to, so that it shows nothing")
    session.prepare(STOP)
    session.settle()  # what was on its way may still come


@pytest.mark.purpose(
    "TP/WIFI/CWSTOPDISCOVER/AIR-BI-01", verifies=["4.1.35/CWSTOPDISCOVER/execute/02"]
)
def test_no_packets_are_sent_after_a_stop(online):
    """After AT+CWSTOPDISCOVER no more packets are sent, though some were before it."""
    be_stopped(online)

    require_none(online, QUIET_S)


@pytest.mark.purpose(
    "TP/WIFI/CWSTOPDISCOVER/AIR-BI-02",
    verifies=["4.1.35/CWSTOPDISCOVER/execute/02"],
    waits_s=LONG_QUIET_S,
)
def test_no_packets_are_ever_sent_after_a_stop(online):
    """After AT+CWSTOPDISCOVER no more packets are sent within an hour."""
    be_stopped(online)

    require_none(online, LONG_QUIET_S)


@pytest.mark.purpose(
    "TP/WIFI/CWSTOPDISCOVER/AIR-BV-01", verifies=["4.1.35/CWSTOPDISCOVER/execute/04"]
)
@pytest.mark.parametrize("time", [0, 1])
def test_a_stop_of_what_runs_is_answered_ok(online, time):
    """While the mode runs AT+CWSTOPDISCOVER is answered OK."""
    online.prepare(with_one(START, 2, time))

    online.send(STOP).succeeds()


# What is refused, where the same line with other values is not


@pytest.fixture
def willing(online):
    """An IUT that has started and stopped discovery, so that it refuses for the value alone."""
    online.prepare(set_(START.name, *START.example), STOP)
    return online


@discover("AIR-BI-05", "02")
@pytest.mark.parametrize("value", list(outside(TIME)))
def test_a_time_outside_is_refused_where_another_is_not(willing, value):
    """With an address, where a documented time is answered OK, one outside is refused."""
    willing.send(with_one(START, 2, value)).is_refused()


@discover("AIR-BI-06", "03")
@pytest.mark.parametrize(
    "line", [pytest.param(line, id=name) for name, line in wrong_shapes(START)]
)
def test_a_wrong_shape_is_refused_where_the_right_one_is_not(willing, line):
    """With an address, where the right line is answered OK, one of a wrong shape is refused."""
    willing.send(line).is_refused()


#: Lines that are refused, and the rules that say so; each could be taken for another interval.
REFUSED = {
    "time-outside": ("set/02", with_one(START, 2, TIME.bounds[-1] + 1)),
    "time-negative": ("set/02", with_one(START, 2, -1)),
    "one-more": ("set/03", set_(START.name, *START.example[:2], INTERVAL_S, 0)),
    "no-type": ("set/03", set_(START.name, START.example[0], Verbatim(b""), INTERVAL_S)),
}


@discover("AIR-BI-07", "07")
@pytest.mark.parametrize(("rule", "line"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_refused_sends_nothing(willing, rule, line):
    """After a stop, a start that is refused brings no packets."""
    willing.refuse(willing.send(line), rule)
    willing.settle()

    require_none(willing, QUIET_S)


@discover("AIR-BI-08", "07")
@pytest.mark.parametrize(("rule", "line"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_refused_stops_nothing(online, rule, line):
    """While packets are sent they go on after a start that is refused."""
    online.prepare(with_one(START, 2, INTERVAL_S))
    if not sent(online, 2 * INTERVAL_S):
        raise Inconclusive("it sends no packets when it is to, so that it shows nothing")
    online.refuse(online.send(line), rule)

    require_packets(online)


# The same of an IUT in use

globals().update(
    again(
        test_a_documented_time_is_answered,
        test_a_time_outside_is_refused,
        test_a_wrong_shape_is_refused,
        test_a_stop_is_answered,
        test_packets_are_sent_at_the_interval,
        test_no_packets_are_sent_after_a_stop,
    )
)
