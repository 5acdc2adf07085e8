"""Clause 3.2.10: AT+SLEEP, in station mode, and what there is of it in the others (R-25)."""

import pytest

from conformance.catalogue import load_edition
from conformance.commandline import query, set_
from conformance.verdict import NonConformity
from suites.head import head
from suites.inuse import again
from suites.malformed import outside, with_one, wrong_shapes
from suites.tcpip.setting import require_kept
from suites.wifi import mode as wifi

SLEEP = load_edition().commands["SLEEP"]
MODES = SLEEP.parameters[0].values

#: Ruling R-03: spaces beside the colon are typography.
ANSWER = head("SLEEP") + rb"(\d+)"


@pytest.fixture
def station(session):
    """An IUT in station mode, restarted afterwards, which gives back mode and sleep mode."""
    session.afterwards(session.restart)
    session.prepare(set_("CWMODE_CUR", 1))
    return session


def told(session):
    """The sleep mode that AT+SLEEP? tells."""
    exchange = session.ask(query("SLEEP"))
    return int(exchange.tells(ANSWER, "a line +SLEEP:<sleep mode>")[1])


def require(session, mode):
    """Require AT+SLEEP? to tell `mode`."""
    actual = told(session)
    if actual != mode:
        raise NonConformity(f"+SLEEP:{mode}", f"+SLEEP:{actual}")


@pytest.mark.purpose("TP/BASIC/SLEEP/BV-01", verifies=["3.2.10/SLEEP/query/01"])
def test_the_query_tells_a_sleep_mode(station):
    """AT+SLEEP? tells a sleep mode and ends with OK."""
    exchange = station.send(query("SLEEP"))

    exchange.succeeds().tells(ANSWER, "a line +SLEEP:<sleep mode>")


@pytest.mark.purpose("TP/BASIC/SLEEP/BV-02", verifies=["3.2.10/SLEEP/query/02"])
def test_modem_sleep_is_the_default(session):
    """After a restart, in station mode, the sleep mode is 2."""
    session.afterwards(session.restart)
    session.restart()
    session.prepare(set_("CWMODE_CUR", 1))

    require(session, 2)


@pytest.mark.purpose("TP/BASIC/SLEEP/BV-05", verifies=["3.2.10/SLEEP/query/02"])
@pytest.mark.parametrize("before", [0, 1])
def test_a_restart_gives_back_the_default(station, before):
    """Whatever mode was set, after a restart, in station mode, the sleep mode is 2."""
    station.prepare(set_("SLEEP", before))
    station.restart()
    station.prepare(set_("CWMODE_CUR", 1))

    require(station, 2)


@pytest.mark.purpose("TP/BASIC/SLEEP/BV-06", verifies=["3.2.10/SLEEP/set/02"])
@pytest.mark.parametrize("mode", MODES)
def test_the_query_changes_nothing(station, mode):
    """AT+SLEEP? tells the mode that was set, again and again."""
    station.prepare(set_("SLEEP", mode))
    told(station)

    require(station, mode)


@pytest.mark.purpose("TP/BASIC/SLEEP/BV-03", verifies=["3.2.10/SLEEP/set/01"])
@pytest.mark.parametrize("mode", MODES)
def test_a_documented_mode_is_answered_ok(station, mode):
    """AT+SLEEP with each documented mode is answered OK."""
    station.send(set_("SLEEP", mode)).succeeds()


@pytest.mark.purpose("TP/BASIC/SLEEP/BV-04", verifies=["3.2.10/SLEEP/set/02"])
@pytest.mark.parametrize(
    "modes", [(0,), (1,), (2,), (0, 2), (1, 0), (2, 1), (1, 1)], ids=lambda m: "-".join(map(str, m))
)
def test_the_query_tells_what_was_set(station, modes):
    """AT+SLEEP? tells the mode that was set last."""
    station.prepare(*(set_("SLEEP", mode) for mode in modes))

    require(station, modes[-1])


@pytest.mark.purpose("TP/BASIC/SLEEP/BV-07", verifies=["3.2.10/SLEEP/set/02"])
def test_the_query_tells_each_mode_that_was_set(station):
    """AT+SLEEP? tells every mode when it was set, one after the other."""
    for mode in (*MODES, MODES[0]):
        station.prepare(set_("SLEEP", mode))
        require(station, mode)


@pytest.mark.purpose("TP/BASIC/SLEEP/BI-01", verifies=["3.2.10/SLEEP/set/03"])
@pytest.mark.parametrize("value", list(outside(SLEEP.parameters[0])))
def test_another_mode_is_refused(station, value, refused):
    """AT+SLEEP with a value that is not documented is refused."""
    refused(station.send(with_one(SLEEP, 0, value)))


@pytest.mark.purpose("TP/BASIC/SLEEP/BI-02", verifies=["3.2.10/SLEEP/set/04"])
@pytest.mark.parametrize(
    "line", [pytest.param(line, id=name) for name, line in wrong_shapes(SLEEP)]
)
def test_a_wrong_shape_is_refused(station, line, refused):
    """AT+SLEEP with nothing, too much or no number after the equals sign is refused."""
    refused(station.send(line))


@pytest.mark.purpose("TP/BASIC/SLEEP/BI-03", verifies=["3.2.10/SLEEP/set/05"])
@pytest.mark.parametrize("before", MODES)
@pytest.mark.parametrize("value", [-1, 3])
def test_what_is_refused_changes_nothing(station, before, value):
    """After an AT+SLEEP that is refused, the query tells the mode from before."""
    station.prepare(set_("SLEEP", before))
    found = told(station)
    station.refuse(station.provoke(set_("SLEEP", value)), "set/03")

    require_kept(station, "SLEEP", before, found)


# In the other Wi-Fi modes

#: What has something sleep (rows Parameters); 0 has not.
SLEEPING = [mode for mode in MODES if mode != 0]


@pytest.mark.purpose("TP/BASIC/SLEEP/BI-04", verifies=["3.2.10/SLEEP/set/07"])
@pytest.mark.parametrize("mode", SLEEPING)
def test_a_softap_takes_no_sleep_mode(station, mode, refused):
    """In softAP mode AT+SLEEP with 1 or 2 is not accepted."""
    station.prepare(set_("CWMODE_CUR", wifi.SOFTAP))

    refused(station.send(set_("SLEEP", mode)))


@pytest.mark.purpose("TP/BASIC/SLEEP/BI-05", verifies=["3.2.10/SLEEP/set/05"])
@pytest.mark.parametrize(("before", "mode"), [(0, 1), (0, 2), (1, 2), (2, 1)])
def test_what_a_softap_refuses_changes_nothing(station, before, mode):
    """After an AT+SLEEP in softAP mode the station has the sleep mode from before it."""
    station.prepare(set_("SLEEP", before))
    _there_and_back(station)
    found = told(station)
    _there_and_back(station, set_("SLEEP", mode))

    require_kept(station, "SLEEP", before, found)


def _there_and_back(session, *lines):
    """Be a softAP for `lines`, which have to be refused there, and a station again."""
    session.prepare(set_("CWMODE_CUR", wifi.SOFTAP))
    for line in lines:
        session.refuse(session.provoke(line), "set/07")
    session.prepare(set_("CWMODE_CUR", wifi.STATION))


@pytest.mark.purpose("TP/BASIC/SLEEP/OB-01", verifies=["3.2.10/SLEEP/query/03"])
@pytest.mark.parametrize("wifi_mode", wifi.WITH_SOFTAP)
def test_the_query_in_another_mode_is_answered(station, wifi_mode, requirement):
    """How AT+SLEEP? ends with a softAP."""
    station.prepare(set_("CWMODE_CUR", wifi_mode))

    requirement.observes("3.2.10/SLEEP/query/03", station.provoke(query("SLEEP")).ending)


@pytest.mark.purpose("TP/BASIC/SLEEP/OB-02", verifies=["3.2.10/SLEEP/set/08"])
@pytest.mark.parametrize(
    ("wifi_mode", "mode"), [(wifi.SOFTAP, 0), *((wifi.BOTH, mode) for mode in MODES)]
)
def test_a_set_in_another_mode_is_answered(station, wifi_mode, mode, requirement):
    """How AT+SLEEP=0 ends in softAP mode, and AT+SLEEP with any mode beside a softAP."""
    station.prepare(set_("CWMODE_CUR", wifi_mode))

    requirement.observes("3.2.10/SLEEP/set/08", station.provoke(set_("SLEEP", mode)).ending)


# The same of a station that has joined

globals().update(
    again(
        test_the_query_tells_each_mode_that_was_set,
        test_the_query_tells_a_sleep_mode,
        test_a_documented_mode_is_answered_ok,
        test_the_query_tells_what_was_set,
        test_another_mode_is_refused,
        test_a_wrong_shape_is_refused,
        where="joined",
    )
    | again(test_another_mode_is_refused, test_a_wrong_shape_is_refused)
)
