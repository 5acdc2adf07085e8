"""Clause 4.1.19: AT+CWAUTOCONN (rulings R-48 and R-103). Each purpose writes to the flash.

What it does at power on takes an access point. Afterwards the value is 1, the documented default:
there is no query to ask what it was.
"""

import pytest

from conformance.commandline import execute, set_
from conformance.testbed import NANOSECONDS
from conformance.verdict import Inconclusive
from suites.basic.restorer import Restorer
from suites.inuse import again
from suites.malformed import outside, with_one, wrong_shapes
from suites.wifi import mode, onair
from suites.wifi.triples import COMMANDS

AUTOCONN = COMMANDS["CWAUTOCONN"]
ENABLE = AUTOCONN.parameters[0]


def purpose(code, number):
    """The marker of a purpose of this file."""
    return pytest.mark.purpose(
        f"TP/WIFI/CWAUTOCONN/{code}",
        verifies=[f"4.1.19/CWAUTOCONN/set/{number}"],
        hazards=["destructive"],
    )


@pytest.fixture
def iut(session):
    """An IUT that will join at power on afterwards, as by default."""
    session.afterwards(lambda: session.prepare(set_("CWAUTOCONN", ENABLE.default)))
    return session


@purpose("BV-01", "01")
@pytest.mark.parametrize("values", [(0,), (1,), (0, 1), (1, 0), (1, 1)], ids=str)
def test_documented_values_are_answered_ok(iut, values):
    """Each documented value is answered OK, whatever it was before."""
    for value in values:
        iut.send(set_("CWAUTOCONN", value)).succeeds()


@purpose("BI-01", "02")
@pytest.mark.parametrize("value", list(outside(ENABLE)))
def test_another_value_is_refused(iut, value, refused):
    """Another value than 0 and 1 is refused."""
    refused(iut.send(with_one(AUTOCONN, 0, value)))


@purpose("BI-02", "03")
@pytest.mark.parametrize(
    "wrong", [pytest.param(line, id=name) for name, line in wrong_shapes(AUTOCONN)]
)
def test_a_wrong_shape_is_refused(iut, wrong, refused):
    """Nothing, too much or no number after the equals sign is refused."""
    refused(iut.send(wrong))


@purpose("BV-02", "04")
@pytest.mark.parametrize("value", ENABLE.values)
def test_the_value_is_in_the_system_parameter_area(iut, value):
    """The other value changes what the system parameter area of the flash holds."""
    iut.prepare(set_("CWAUTOCONN", 1 - value))
    (before,) = iut.read_flash("system")
    iut.prepare(set_("CWAUTOCONN", value))

    (afterwards,) = iut.read_flash("system")
    assert afterwards != before, "the system parameter area differs after the other value"


@purpose("BI-03", "05")
@pytest.mark.parametrize("wrong", [2, 255])
@pytest.mark.parametrize("value", ENABLE.values)
def test_what_is_refused_is_not_saved(iut, value, wrong):
    """A set that is refused leaves the system parameter area of the flash as it was."""
    iut.prepare(set_("CWAUTOCONN", value))
    (before,) = iut.read_flash("system")
    iut.refuse(iut.send(set_("CWAUTOCONN", wrong)), "set/02")

    (afterwards,) = iut.read_flash("system")
    assert afterwards == before, "the system parameter area as it was before the refused set"


# At power on


def saved_home(iut, wifi_mode=mode.STATION):
    """The lab's own access point, joined and saved; the station starts with the power."""
    onair.starts_as_station(iut, wifi_mode)
    home = iut.lab.home()
    onair.be_joined(iut, home, "CWJAP_DEF")
    return home


@purpose("AIR-BV-01", "06")
@pytest.mark.parametrize("wifi_mode", mode.WITH_STATION)
@pytest.mark.parametrize("before", ENABLE.values)
def test_the_saved_access_point_is_joined_at_power_on(iut, before, wifi_mode):
    """After AT+CWAUTOCONN=1 the station joins the saved access point when the power comes on."""
    home = saved_home(iut, wifi_mode)
    iut.prepare(set_("CWAUTOCONN", before), set_("CWAUTOCONN", 1))
    log = onair.AirLog(iut)
    iut.power_cycle()

    log.require(home)


@purpose("AIR-BV-02", "07")
def test_nothing_is_joined_at_power_on(iut):
    """After AT+CWAUTOCONN=0 the station joins nothing when the power comes on."""
    home = saved_home(iut)
    iut.prepare(set_("CWAUTOCONN", 1))
    took_s = seconds_to_join(iut, home)
    iut.prepare(set_("CWAUTOCONN", 0))
    log = onair.AirLog(iut)
    iut.power_cycle()

    log.wait(home, within_s=max(5 * took_s, iut.timing.absent_s))
    log.require_no_join(home)


def seconds_to_join(iut, access_point):
    """How long after a start, at most, the station takes to join; `Inconclusive` if it does not."""
    log = onair.AirLog(iut)
    started = iut.power_cycle()
    if log.wait(access_point) is None:
        raise Inconclusive("the station does not join at power on when it is to")
    return (iut.send(execute("AT")).sent_at - started.ended_at) / NANOSECONDS


@purpose("AIR-BV-03", "08")
def test_the_saved_access_point_is_joined_by_default(iut, home):
    """After AT+RESTORE, with which 0 is gone, a saved access point is joined at power on."""
    iut.prepare(set_("CWAUTOCONN", 0))
    restorer = Restorer(iut, home)
    iut.afterwards(restorer.back)
    restorer.restore()
    iut.prepare(set_("CWMODE_DEF", 1))
    onair.off_air(iut)
    access_point = iut.lab.home()
    onair.be_joined(iut, access_point, "CWJAP_DEF")
    log = onair.AirLog(iut)
    iut.power_cycle()

    log.require(access_point)


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(
            name,
            marks=pytest.mark.purpose(
                "TP/WIFI/CWAUTOCONN/AIR-BV-04",
                verifies=[f"{COMMANDS[name].clause}/{name}/set/01"],
                hazards=["destructive"],
                needs=["network"],
            ),
        )
        for name in ("CWJAP", "CWJAP_CUR", "CWJAP_DEF")
    ],
)
def test_a_join_is_made_though_none_is_made_at_power_on(iut, command):
    """While AT+CWAUTOCONN is 0 a join by command is answered OK, and made."""
    iut.prepare(set_("CWAUTOCONN", 0))
    onair.off_air(iut)
    home, log = iut.lab.home(), onair.AirLog(iut)

    onair.join(iut, command, home).succeeds()
    log.require(home)


# The same of an IUT in use

globals().update(
    again(
        test_documented_values_are_answered_ok,
        test_another_value_is_refused,
        test_a_wrong_shape_is_refused,
        test_the_value_is_in_the_system_parameter_area,
    )
)
