"""Clause 4.1.8: AT+CWLAP, as far as it is seen without an access point (rulings R-42 to R-45)."""

import re

import pytest

from conformance.commandline import execute, set_
from conformance.verdict import NonConformity
from suites.inuse import again
from suites.malformed import with_one, wrong_shapes
from suites.wifi import mode
from suites.wifi.joining import NOWHERE
from suites.wifi.triples import COMMANDS

LAP = COMMANDS["CWLAP"]
ADDRESS, CHANNELS = "ca:d7:19:d8:a6:44", (1, 6, 11)
NO_ADDRESSES = ["abc", "ca:d7:19:d8:a6", "ca:d7:19:d8:a6:44:01", "ca:d7:19:d8:a6:4g"]
#: An empty name: ruling R-45 leaves it open.
FREE = ("ssid-empty",)


def purpose(code, number, form="set"):
    """The marker of a purpose of this file."""
    return pytest.mark.purpose(f"TP/WIFI/CWLAP/{code}", verifies=[f"4.1.8/CWLAP/{form}/{number}"])


@pytest.fixture
def station(session):
    """An IUT in station mode, restarted afterwards."""
    mode.enter(session, mode.STATION)
    return session


def scan(session, line):
    """`line`, with the bench's patience for a scan."""
    return session.send(line, answer_s=session.timing.scan_s)


@purpose("BV-01", "01", "execute")
@pytest.mark.parametrize("wifi_mode", mode.WITH_STATION)
def test_a_list_of_all_is_answered_ok(session, wifi_mode):
    """AT+CWLAP without parameters is answered OK in modes 1 and 3, found or not."""
    mode.enter(session, wifi_mode)

    scan(session, execute("CWLAP")).succeeds()


@purpose("BV-02", "01")
@pytest.mark.parametrize("name", ["WiFi", NOWHERE, "a b"], ids=["example", "nowhere", "space"])
def test_a_list_of_one_name_is_answered_ok(station, name):
    """AT+CWLAP with a name is answered OK, found or not."""
    scan(station, set_("CWLAP", name)).succeeds()


@purpose("BV-03", "02")
@pytest.mark.parametrize("channel", CHANNELS)
def test_a_list_of_one_access_point_is_answered_ok(station, channel):
    """AT+CWLAP with name, MAC address and channel is answered OK, found or not."""
    scan(station, set_("CWLAP", "WiFi", ADDRESS, channel)).succeeds()


@purpose("BV-04", "03")
@pytest.mark.parametrize(
    "values", [(NOWHERE,), (NOWHERE, ADDRESS, 6)], ids=["name", "name-mac-channel"]
)
def test_a_network_that_is_not_there_is_not_listed(station, values):
    """AT+CWLAP with the name of a network that is not in reach lists none."""
    exchange = scan(station, set_("CWLAP", *values)).succeeds()

    if any(re.match(rb"\+ ?CWLAP", line) for line in exchange.information):
        raise NonConformity("no access point in the list", exchange.describe())


@purpose("BI-01", "05")
@pytest.mark.parametrize(
    "wrong",
    [pytest.param(line, id=name) for name, line in wrong_shapes(LAP) if name not in FREE],
)
def test_a_wrong_shape_is_refused(station, wrong):
    """Nothing, too many parameters, or one of a wrong kind is refused."""
    scan(station, wrong).is_refused()


@purpose("BI-02", "06")
@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_what_is_no_address_is_refused(station, address):
    """With a second parameter that is no MAC address AT+CWLAP is refused."""
    scan(station, with_one(LAP, 1, address)).is_refused()


# The same of an IUT in use

globals().update(
    again(
        test_a_wrong_shape_is_refused,
        test_what_is_no_address_is_refused,
        test_a_list_of_one_name_is_answered_ok,
        test_a_list_of_one_access_point_is_answered_ok,
    )
)
