"""Clause 4.1.9: AT+CWQAP, with nothing joined and on the air (rulings R-46 and R-103)."""

import pytest

from conformance.commandline import execute, query
from suites.wifi import mode, onair


@pytest.mark.purpose("TP/WIFI/CWQAP/BV-01", verifies=["4.1.9/CWQAP/execute/01"])
@pytest.mark.parametrize("wifi_mode", mode.WITH_STATION)
def test_leaving_is_answered_ok(session, wifi_mode):
    """AT+CWQAP is answered OK in modes 1 and 3, and again when nothing is joined any more."""
    mode.enter(session, wifi_mode)
    session.send(execute("CWQAP")).succeeds()

    session.send(execute("CWQAP")).succeeds()


@pytest.mark.purpose(
    "TP/WIFI/CWQAP/AIR-BV-01", verifies=["4.1.9/CWQAP/execute/01"], needs=["network"]
)
@pytest.mark.parametrize("wifi_mode", mode.WITH_STATION)
def test_leaving_what_was_joined_is_answered_ok(session, wifi_mode):
    """AT+CWQAP is answered OK while the station is joined."""
    mode.enter(session, wifi_mode)
    onair.be_joined(session, session.lab.home())

    session.send(execute("CWQAP")).succeeds()


@pytest.mark.purpose("TP/WIFI/CWQAP/AIR-BV-02", verifies=["4.1.9/CWQAP/execute/02"])
@pytest.mark.parametrize("wifi_mode", mode.WITH_STATION)
def test_the_station_leaves(session, wifi_mode):
    """After AT+CWQAP the lab's log says that the station has left, and not that it came back."""
    home = onair.at_home(session, wifi_mode)
    log = onair.AirLog(session)
    session.send(execute("CWQAP"))

    log.require(home, onair.LEFT)
    log.wait(home, within_s=session.timing.absent_s)
    log.require_no_join(home)
    assert not session.lab.members(home), "nobody is joined"


@pytest.mark.purpose("TP/WIFI/CWQAP/AIR-BV-05", verifies=["4.1.9/CWQAP/execute/02"])
@pytest.mark.parametrize("wifi_mode", mode.WITH_STATION)
def test_the_station_leaves_each_time(session, wifi_mode):
    """It is joined and leaves three times; each time the lab's log says that it has left."""
    onair.off_air(session, wifi_mode)
    home = session.lab.home()
    for _ in range(3):
        onair.be_joined(session, home)
        log = onair.AirLog(session)
        session.send(execute("CWQAP"))

        log.require(home, onair.LEFT)
        assert not session.lab.members(home), "nobody is joined"


@pytest.mark.purpose("TP/WIFI/CWQAP/AIR-BV-03", verifies=["4.1.9/CWQAP/execute/02"])
def test_the_query_tells_that_the_station_left(session):
    """After AT+CWQAP the query of what is joined names no access point."""
    home = onair.at_home(session)
    log = onair.AirLog(session)
    session.prepare(execute("CWQAP"))
    log.wait(home, onair.LEFT)

    onair.names_no_access_point(session.send(query("CWJAP_CUR")))


@pytest.mark.purpose(
    "TP/WIFI/CWQAP/AIR-BV-04", verifies=["4.1.9/CWQAP/execute/03"], hazards=["destructive"]
)
def test_leaving_forgets_nothing(session):
    """An access point that was saved and left is joined again when the power comes on."""
    onair.starts_as_station(session)
    home = session.lab.home()
    onair.be_joined(session, home, "CWJAP_DEF")
    session.prepare(execute("CWQAP"))

    onair.require_again(session, home)
