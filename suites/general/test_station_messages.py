"""Clause 1.2, third note: what the IUT tells unasked of its station (rulings R-13 and R-100)."""

import re

import pytest

from conformance.commandline import execute, query, set_
from conformance.grammar import OK
from conformance.verdict import Inconclusive, Lacking, NonConformity
from suites.wifi import guests, leasing, mode, onair
from suites.wifi.address import ip_in, told_mac
from suites.wifi.dhcp import SOFTAP, STATION, told_bits

#: Test values; no network has this name.
NAME, PASSWORD = b"conformance 4d1f", b"0123456789"


def message(code, number, destructive=False, needs=()):
    """The marker of a purpose of this file."""
    return pytest.mark.purpose(
        f"TP/GENERAL/STATION/{code}",
        verifies=[f"1.2/-/urc/{number}"],
        hazards=["destructive"] if destructive else [],
        needs=needs,
    )


BOTH_MODES = pytest.mark.parametrize("wifi_mode", mode.WITH_STATION)


@BOTH_MODES
@pytest.mark.parametrize(
    ("wanted", "what"),
    [
        pytest.param(onair.CONNECTED, "WIFI CONNECTED", marks=message("BV-01", "01"), id="joined"),
        pytest.param(onair.GOT_IP, "WIFI GOT IP", marks=message("BV-02", "02"), id="address"),
    ],
)
def test_what_a_join_brings_is_told(session, wifi_mode, wanted, what):
    """When the station has joined WIFI CONNECTED comes, and with an address WIFI GOT IP."""
    onair.off_air(session, wifi_mode)
    session.prepare(set_("CWDHCP_CUR", STATION, 1))
    exchange = onair.be_joined(session, session.lab.home())

    onair.require_told(session, exchange, wanted, what)


@pytest.mark.parametrize(
    ("wanted", "what"),
    [
        pytest.param(wanted, what, marks=message(code, number, destructive=True), id=key)
        for wanted, what, code, number, key in (
            (onair.CONNECTED, "WIFI CONNECTED", "BV-05", "01", "joined"),
            (onair.GOT_IP, "WIFI GOT IP", "BV-06", "02", "address"),
        )
    ],
)
def test_what_a_join_after_a_start_brings_is_told(session, wanted, what):
    """When the saved access point is joined after AT+RST, both messages come as well."""
    onair.starts_as_station(session)
    home = session.lab.home()
    onair.be_online(session, home, "CWJAP_DEF")
    session.hear_out()  # messages of this join are not to be taken for later ones
    log = onair.AirLog(session)
    started = session.restart()
    if log.wait(home) is None:
        raise Inconclusive(f"the station did not join after its start: {log.describe()}")

    try:
        onair.require_told(session, started, wanted, what)
    except NonConformity:
        if wanted is onair.GOT_IP and not told_bits(session) >> STATION & 1:
            raise Lacking("the owner has saved that the station asks for no address") from None
        raise


@message("BV-03", "03")
@BOTH_MODES
def test_a_lost_connection_is_told(session, wifi_mode):
    """When the access point vanishes, WIFI DISCONNECT comes."""
    onair.off_air(session, wifi_mode)
    access_point = session.lab.access_point(NAME, PASSWORD)
    onair.be_online(session, access_point)
    session.hear_out()
    session.lab.switch_off(access_point)

    onair.require_line(session, onair.DISCONNECT, "WIFI DISCONNECT")


@message("BV-04", "03")
def test_each_loss_is_told(session):
    """WIFI DISCONNECT comes again when the access point vanishes a second time."""
    onair.off_air(session)
    access_point = session.lab.access_point(NAME, PASSWORD)
    for _ in range(2):
        onair.be_online(session, access_point)
        session.hear_out()  # messages of the join are not to be taken for later ones
        session.lab.switch_off(access_point)

        onair.require_line(session, onair.DISCONNECT, "WIFI DISCONNECT")
        onair.leave(session)
        session.lab.switch_on(access_point)


def require_leaving_is_told(session, home, leave):
    """Require WIFI DISCONNECT when `leave` has taken the station from `home`."""
    session.hear_out()  # messages of the join are not to be taken for later ones
    log = onair.AirLog(session)
    exchange = leave()
    if log.wait(home, onair.LEFT) is None:
        raise Inconclusive(f"the station has not left: {log.describe()}")

    onair.require_told(session, exchange, onair.DISCONNECT, "WIFI DISCONNECT")


@message("BV-07", "05")
@pytest.mark.parametrize(
    "line", [execute("CWQAP"), set_("CWMODE_CUR", mode.SOFTAP)], ids=["CWQAP", "CWMODE"]
)
@BOTH_MODES
def test_leaving_is_told(session, wifi_mode, line):
    """When AT+CWQAP, or a mode without a station, has ended the join, WIFI DISCONNECT comes."""
    home = onair.at_home(session, wifi_mode)

    require_leaving_is_told(session, home, lambda: session.send(line))


@pytest.mark.purpose("TP/GENERAL/STATION/BV-08", verifies=["1.2/-/urc/05"], needs=["access-points"])
@BOTH_MODES
def test_leaving_for_another_is_told(session, wifi_mode):
    """When the station leaves its access point for another one, WIFI DISCONNECT comes."""
    home = onair.at_home(session, wifi_mode)
    other = session.lab.access_point(NAME, PASSWORD)

    require_leaving_is_told(session, home, lambda: onair.join(session, "CWJAP_CUR", other))


@message("BI-01", "04")
def test_no_address_is_told_where_none_is_given(session):
    """At an access point without a DHCP server WIFI GOT IP does not come."""
    onair.off_air(session)
    access_point = session.lab.access_point(NAME, PASSWORD, dhcp=False)
    log = onair.AirLog(session)
    exchange = onair.join(session, "CWJAP_CUR", access_point)
    if log.wait(access_point) is None:
        raise Inconclusive(f"the station did not join: {log.describe()}")

    onair.require_not_told(session, exchange, onair.GOT_IP, "no WIFI GOT IP")


@message("BI-02", "04")
def test_an_address_that_is_told_was_given(session):
    """When WIFI GOT IP has come, the lab's DHCP server has given an address to the station."""
    onair.off_air(session)
    access_point = session.lab.access_point(NAME, PASSWORD)
    log = onair.AirLog(session)
    onair.be_online(session, access_point)

    joined = log.require(access_point)
    leases = session.lab.leases(access_point)
    assert joined.station in {lease.mac for lease in leases}, "a lease for the station's MAC"


@message("BI-03", "04")
def test_a_join_that_failed_tells_of_no_connection(session):
    """After a wrong password neither WIFI CONNECTED nor WIFI GOT IP comes."""
    onair.off_air(session)
    access_point = session.lab.access_point(NAME, PASSWORD)
    line = set_("CWJAP_CUR", NAME, PASSWORD + b"x")
    exchange = session.send(line, answer_s=session.timing.join_s)

    either = onair.CONNECTED + b"|wifi got ip"
    onair.require_not_told(session, exchange, either, "neither CONNECTED nor GOT IP")
    assert not session.lab.members(access_point), "nobody has joined"


#: Any of the three.
ANY = onair.CONNECTED + b"|wifi got ip|wifi disconnect"


@pytest.mark.parametrize(
    "wifi_mode",
    [
        pytest.param(each, marks=message("BI-05", "06", needs=["second-station"]), id=str(each))
        for each in mode.WITH_SOFTAP
    ],
)
def test_a_guest_is_no_connection_of_the_station(session, wifi_mode):
    """While a station joins the softAP, gets an address and leaves none of the messages comes."""
    mode.enter(session, mode.BOTH)
    onair.leave(session)
    session.prepare(set_("CWDHCP_CUR", SOFTAP, 1))
    guests.put_up(session, wifi_mode=wifi_mode)
    session.hear_out()
    station, _ = guests.lodger(session)
    station.leave()

    later = session.await_line(ANY, session.timing.absent_s)
    if any(re.match(ANY, each) for each in later.urcs):
        raise NonConformity("no message of the station, which has joined nothing", later.describe())


@message("BI-06", "06")
@pytest.mark.parametrize("wifi_mode", mode.MODES)
def test_nothing_is_told_without_a_connection(session, wifi_mode):
    """Commands are answered while nothing is joined, and none of the three messages comes."""
    mode.enter(session, mode.BOTH)
    onair.leave(session)
    session.prepare(set_("CWMODE_CUR", wifi_mode))
    session.hear_out()
    lines = [execute("AT"), set_("CWDHCP_CUR", 2, 0), set_("CWDHCP_CUR", 2, 1), execute("GMR")]
    exchanges = [session.observe(line) for line in lines]

    later = session.await_line(ANY, session.timing.absent_s)
    told = [each for exchange in (*exchanges, later) for each in exchange.urcs]
    if any(re.match(ANY, each) for each in told):
        raise NonConformity("no message of a station that has joined nothing", f"told: {told}")


@message("BI-07", "04")
def test_an_address_that_is_told_is_there(session):
    """Without DHCP WIFI GOT IP comes only if the station has an address, with which it answers."""
    onair.off_air(session)
    access_point = session.lab.access_point(NAME, PASSWORD)
    mac = told_mac(session, "CIPSTAMAC_CUR")
    session.prepare(set_("CWDHCP_CUR", STATION, 0))
    log = onair.AirLog(session)
    exchange = onair.join(session, "CWJAP_CUR", access_point)
    if log.wait(access_point) is None:
        raise Inconclusive(f"the station did not join: {log.describe()}")
    if not onair.has_told(session, exchange, onair.GOT_IP):
        return
    asked = session.observe(query("CIPSTA_CUR"))
    address = ip_in(asked) if asked.final == OK else "0.0.0.0"

    if not leasing.answers(session, access_point, address, mac):
        raise NonConformity("an address with which the station answers", asked.describe())


@message("BV-09", "02")
def test_an_address_that_comes_later_is_told(session):
    """DHCP is enabled while the station is joined; when it has its address WIFI GOT IP comes.

    It may ask for one only at its next join (ruling R-125); then nothing is decided.
    """
    onair.off_air(session)
    access_point = session.lab.access_point(NAME, PASSWORD)
    mac = told_mac(session, "CIPSTAMAC_CUR")
    session.prepare(set_("CWDHCP_CUR", STATION, 0))
    log = onair.AirLog(session)
    onair.join(session, "CWJAP_CUR", access_point)
    if log.wait(access_point) is None:
        raise Inconclusive(f"the station did not join: {log.describe()}")
    session.hear_out()
    exchange = session.send(set_("CWDHCP_CUR", STATION, 1))
    session.agree(exchange)
    told = onair.has_told(session, exchange, onair.GOT_IP)
    address = leasing.leased(session, access_point, mac)
    if not address or not leasing.answers(session, access_point, address, mac):
        raise Inconclusive("the station asks for an address only when it joins")

    assert told, "WIFI GOT IP, because the station has got its address"


@message("BI-04", "04")
def test_no_loss_is_told_while_joined(session):
    """While the station stays joined WIFI DISCONNECT does not come."""
    onair.off_air(session)
    access_point = session.lab.access_point(NAME, PASSWORD)
    log = onair.AirLog(session)
    exchange = onair.be_joined(session, access_point)
    later = session.await_line(onair.DISCONNECT, session.timing.absent_s)
    if any(each.what == onair.LEFT for each in log.lines()):
        raise Inconclusive(f"the station did not stay: {log.describe()}")

    told = b" ".join((*exchange.urcs, *later.urcs)).upper()
    if b"DISCONNECT" in told.rpartition(b"WIFI CONNECTED")[2]:
        raise NonConformity("no WIFI DISCONNECT", f"{exchange.describe()}; {later.describe()}")
