"""Clause 4.1.36: AT+WPS (rulings R-69 and R-105). Each purpose stops it again.

On the air the lab presses the button of its access point.
"""

import pytest

from conformance.commandline import Verbatim, set_
from conformance.verdict import Inconclusive
from suites.inuse import again
from suites.malformed import outside, with_one, wrong_shapes
from suites.wifi import mode, onair
from suites.wifi.dhcp import STATION
from suites.wifi.siblings import COMMANDS

WPS = COMMANDS["WPS"]
START, STOP = set_("WPS", 1), set_("WPS", 0)


def wps(code, number, needs=()):
    """The marker of a purpose of this file."""
    verified = [f"4.1.36/WPS/set/{number}"]
    return pytest.mark.purpose(f"TP/WIFI/WPS/{code}", verifies=verified, needs=needs)


@pytest.fixture
def station(session):
    """An IUT in station mode."""
    return mode.enter_to_stop(session, mode.STATION, STOP)


#: Whenever the station is enabled (ruling R-69).
MODES = pytest.mark.parametrize("wifi_mode", mode.WITH_STATION)


@wps("BV-01", "01")
@MODES
def test_a_start_is_answered_ok(session, wifi_mode):
    """In modes 1 and 3 AT+WPS=1 is answered OK."""
    station = mode.enter_to_stop(session, wifi_mode, STOP)

    station.send(START).succeeds()


@wps("BV-02", "02")
def test_a_stop_is_answered_ok(station):
    """After AT+WPS=1 AT+WPS=0 is answered OK."""
    station.prepare(START)

    station.send(STOP).succeeds()


@wps("BI-03", "03")
@pytest.mark.parametrize("value", list(outside(WPS.parameters[0])))
def test_another_value_is_refused(station, value):
    """A value that is neither 0 nor 1 is refused."""
    station.send(with_one(WPS, 0, value)).is_refused()


@wps("BI-04", "04")
@pytest.mark.parametrize("line", [pytest.param(line, id=name) for name, line in wrong_shapes(WPS)])
def test_a_wrong_shape_is_refused(station, line):
    """Nothing, too much or no number after the equals sign is refused."""
    station.send(line).is_refused()


@wps("BI-05", "05")
def test_a_softap_refuses_a_start(session):
    """In softAP mode AT+WPS=1 is refused."""
    softap = mode.enter_to_stop(session, mode.SOFTAP, STOP)

    softap.send(START).is_refused()


@wps("BV-06", "06")
def test_wps_can_be_started_again_and_again(station):
    """After AT+WPS=0 a start is answered OK, three times."""
    station.prepare(START, STOP)

    for _ in range(3):
        station.send(START).succeeds()
        station.prepare(STOP)


# With an access point whose button is pressed


@pytest.fixture
def pairing(station):
    """An IUT in station mode, which has joined nothing."""
    station.prepare(set_("CWDHCP_CUR", STATION, 1))
    onair.leave(station)
    return station


def press(session, access_point):
    """Press the button; whether the IUT answered."""
    return session.lab.press_wps(access_point, within_s=session.timing.join_s)


@wps("AIR-BV-01", "07")
def test_the_access_point_is_joined(pairing):
    """While WPS runs the station joins the access point whose button is pressed."""
    home = pairing.lab.home()
    log = onair.AirLog(pairing)
    pairing.prepare(START)

    assert press(pairing, home), "the station takes part in WPS"
    log.require(home)


@wps("AIR-BV-04", "07", needs=["access-points"])
@pytest.mark.parametrize("security", [each for each in onair.PASSWORDS if each != "open"])
def test_an_access_point_of_each_security_is_joined(pairing, security):
    """WPA, WPA2 or both: the station joins an access point whose button is pressed."""
    password = onair.PASSWORDS[security]
    access_point = pairing.lab.access_point(b"conformance 4d1f", password, security=security)
    log = onair.AirLog(pairing)
    pairing.prepare(START)

    assert press(pairing, access_point), "the station takes part in WPS"
    log.require(access_point)


@wps("AIR-BV-05", "07", needs=["access-points"])
@pytest.mark.parametrize(("name", "password"), onair.LONG.values(), ids=list(onair.LONG))
def test_a_long_name_and_a_long_password_are_learnt(pairing, name, password):
    """The station joins by WPS whatever length name and password of the access point have."""
    access_point = pairing.lab.access_point(name, password)
    log = onair.AirLog(pairing)
    pairing.prepare(START)

    assert press(pairing, access_point), "the station takes part in WPS"
    log.require(access_point)


@wps("AIR-BV-03", "07")
@pytest.mark.parametrize("before", ["stopped", "succeeded"])
def test_the_access_point_is_joined_after_a_second_start(pairing, before):
    """When WPS was stopped, or has succeeded, a start has the station join again."""
    home = pairing.lab.home()
    pairing.prepare(START)
    if before == "succeeded":
        log = onair.AirLog(pairing)
        if not press(pairing, home) or log.wait(home) is None:
            raise Inconclusive("the station does not join by WPS in the first place")
    pairing.observe(STOP)
    onair.leave(pairing)
    log = onair.AirLog(pairing)
    pairing.prepare(START)

    assert press(pairing, home), "the station takes part in WPS again"
    log.require(home)


@wps("AIR-BV-02", "07")
@pytest.mark.parametrize("message", [onair.CONNECTED, onair.GOT_IP], ids=["CONNECTED", "GOT-IP"])
def test_the_connection_is_told(pairing, message):
    """When the station has joined by WPS, WIFI CONNECTED and WIFI GOT IP come."""
    home = pairing.lab.home()
    pairing.prepare(START)
    if not press(pairing, home):
        raise Inconclusive("the station does not take part in WPS")

    onair.require_line(pairing, message, message.decode()[4:])


@wps("AIR-BI-01", "08")
def test_an_access_point_with_wep_is_not_joined(pairing):
    """The station does not join an access point with WEP whose button is pressed."""
    wep = pairing.lab.access_point(b"conformance 4d1f", b"abcde", security="wep")
    log = onair.AirLog(pairing)
    pairing.prepare(START)
    pairing.lab.press_wps(wep, within_s=pairing.timing.absent_s)
    log.wait(wep, within_s=pairing.timing.absent_s)
    pairing.observe(STOP)
    pairing.prepare(START)
    home = pairing.lab.home()
    if not press(pairing, home) or log.wait(home) is None:
        raise Inconclusive("it joins nobody by WPS, so that it shows nothing")

    log.require_no_join(wep)


@wps("AIR-BI-02", "09")
def test_nobody_takes_part_after_a_stop(pairing):
    """After AT+WPS=0 the station does not take part in WPS, until it is started again."""
    home = pairing.lab.home()
    pairing.prepare(START, STOP)

    answered = pairing.lab.press_wps(home, within_s=pairing.timing.absent_s)
    assert not answered, "the station does not take part in WPS that was stopped"
    pairing.prepare(START)
    if not press(pairing, home):
        raise Inconclusive("it never takes part in WPS, so that it shows nothing")


#: Lines that are refused, and the rules that say so; each could be taken for a start or a stop.
REFUSED = {
    "2": ("set/03", set_("WPS", 2)),
    "256": ("set/03", set_("WPS", 256)),
    "nothing": ("set/04", set_("WPS", Verbatim(b""))),
    "one-more": ("set/04", set_("WPS", 1, 0)),
    "letter": ("set/04", set_("WPS", Verbatim(b"x"))),
}


@wps("AIR-BI-03", "10")
@pytest.mark.parametrize(("rule", "line"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_refused_starts_nothing(pairing, rule, line):
    """After an AT+WPS that is refused the station does not take part, until WPS is started."""
    home = pairing.lab.home()
    pairing.refuse(pairing.send(line), rule)

    answered = pairing.lab.press_wps(home, within_s=pairing.timing.absent_s)
    assert not answered, "the station does not take part in WPS that was not started"
    pairing.prepare(START)
    if not press(pairing, home):
        raise Inconclusive("it never takes part in WPS, so that it shows nothing")


@wps("AIR-BI-04", "10")
@pytest.mark.parametrize(("rule", "line"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_refused_stops_nothing(pairing, rule, line):
    """While WPS runs the station takes part after an AT+WPS that is refused."""
    home = pairing.lab.home()
    log = onair.AirLog(pairing)
    pairing.prepare(START)
    pairing.refuse(pairing.send(line), rule)

    assert press(pairing, home), "the station takes part in WPS"
    log.require(home)


# The same of a station that has joined

globals().update(
    again(
        test_an_access_point_of_each_security_is_joined,
        test_a_start_is_answered_ok,
        test_a_stop_is_answered_ok,
        test_another_value_is_refused,
        test_a_wrong_shape_is_refused,
        where="joined",
    )
)


# The same of a softAP with a guest

globals().update(
    again(
        test_a_softap_refuses_a_start,
        where="visited",
    )
)


# The same of an IUT in use

globals().update(
    again(
        test_the_access_point_is_joined,
        test_another_value_is_refused,
        test_a_wrong_shape_is_refused,
    )
)
