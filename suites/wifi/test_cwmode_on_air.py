"""Clauses 4.1.1 to 4.1.3: what of station and softAP is in the air in each mode (ruling R-120)."""

import pytest

from conformance.commandline import set_
from conformance.verdict import Inconclusive, NonConformity
from suites.wifi import guests, onair
from suites.wifi import mode as modes
from suites.wifi.address import told_mac
from suites.wifi.softap import SoftAp
from suites.wifi.triples import alone, cases

CUR, DEF = "CWMODE_CUR", "CWMODE_DEF"
ALL = ("CWMODE", CUR, DEF)
SAVING = ("CWMODE", DEF)


@pytest.fixture
def wifi(session, command):
    """An IUT whose mode `command` may set; afterwards it is what it was."""
    modes.borrow(session, command)
    return session


def enter(session, command, mode):
    """`mode`, unlike before, as `command` sets it; the saved one after a restart (R-31)."""
    before = modes.STATION if mode == modes.SOFTAP else modes.SOFTAP
    session.prepare(set_(command, before), set_(command, mode))
    if command == DEF:
        session.restart()


@pytest.mark.parametrize(("command", "mode"), list(cases("BV-17", ALL, "set/12", modes.MODES)))
def test_the_softap_is_in_the_air_as_the_mode_says(wifi, command, mode):
    """In modes 2 and 3 a station hears and joins the softAP, in mode 1 it hears none of it."""
    wifi.prepare(set_(CUR, modes.BOTH))
    mac = told_mac(wifi, "CIPAPMAC_CUR")
    enter(wifi, command, mode)
    station = guests.stranger(wifi)

    if mode in modes.WITH_SOFTAP:
        wifi.prepare(guests.HOST.line("CWSAP_CUR"))
        guests.require_heard(wifi, station, guests.HOST)
        guests.require_joins(wifi, station, guests.HOST)
    else:
        guests.require_unheard(wifi, station, lambda beacon: beacon.bssid == mac, f"of {mac}")


@pytest.mark.parametrize(("command", "mode"), list(cases("BV-18", ALL, "set/12", modes.MODES)))
def test_the_station_is_in_the_air_as_the_mode_says(wifi, command, mode):
    """In modes 1 and 3 the IUT joins an access point that is there, in mode 2 it does not."""
    home = wifi.lab.home()
    if not guests.heard(wifi, guests.stranger(wifi), lambda beacon: beacon.bssid == home.bssid):
        raise Inconclusive("a second station does not hear the lab's access point either")
    enter(wifi, command, mode)
    if mode in modes.WITH_STATION:
        onair.leave(wifi)  # it may have joined by itself, and not join twice (ruling R-104)
    log = onair.AirLog(wifi)
    onair.join(wifi, "CWJAP_CUR", home)

    if mode in modes.WITH_STATION:
        log.require(home)
    else:
        log.wait(home, within_s=wifi.timing.absent_s)  # it is not made later either
        log.require_no_join(home)


@pytest.mark.parametrize("command", list(alone("BV-21", ALL, "set/12")))
def test_station_and_softap_are_in_the_air_at_once(wifi, command):
    """In mode 3 the IUT joins an access point while a station is in its softAP, and stays."""
    home = wifi.lab.home()
    enter(wifi, command, modes.BOTH)
    host = SoftAp("conformance both", chl=home.channel)  # a radio has one channel
    wifi.prepare(host.line("CWSAP_CUR"))
    station = guests.guest(wifi, host)
    onair.leave(wifi)  # it may have joined by itself, and not join twice (ruling R-104)
    log = onair.AirLog(wifi)
    onair.join(wifi, "CWJAP_CUR", home)

    log.require(home)
    if not guests.is_in(wifi, station):  # a change of channel may have thrown it out
        guests.require_joins(wifi, station, host)
    at_home = [each.what for each in log.lines() if each.access_point == home.name]
    if at_home[-1] != onair.JOINED:
        raise NonConformity("the station stays at the access point", log.describe())


@pytest.mark.parametrize(
    ("command", "mode"),
    list(cases("BV-22", SAVING, "set/08", modes.MODES, needs=["network"])),
)
def test_a_mode_that_was_set_while_joined_is_saved(wifi, command, mode):
    """After AT+RST the query tells the mode that was set while the station was joined."""
    wifi.prepare(set_(command, modes.another(mode)), set_(CUR, modes.BOTH))
    onair.be_joined(wifi, wifi.lab.home())
    wifi.prepare(set_(command, mode))
    wifi.restart()

    modes.require(wifi, CUR, mode)


@pytest.mark.parametrize("before", modes.WITH_SOFTAP)
@pytest.mark.parametrize("command", list(alone("BV-19", ("CWMODE", CUR), "set/13")))
def test_mode_1_ends_the_softap(wifi, command, before):
    """A station that had joined the softAP is out after mode 1 was set, and hears it no more."""
    wifi.prepare(set_(command, before))
    host = guests.put_up(wifi, SoftAp("conformance ends"), wifi_mode=before)
    station = guests.guest(wifi, host)
    wifi.prepare(set_(command, modes.STATION))

    if not guests.is_out(wifi, station, wifi.timing.join_s):
        raise NonConformity("the station is out of the softAP in mode 1", "it is still in")
    guests.require_unheard(wifi, station, guests.named(host), f"with the name {host.ssid!r}")


@pytest.mark.parametrize("before", modes.WITH_STATION)
@pytest.mark.parametrize("command", list(alone("BV-20", ("CWMODE", CUR), "set/14")))
def test_mode_2_ends_the_station(wifi, command, before):
    """A station that had joined an access point has left it after mode 2 was set."""
    wifi.prepare(set_(command, before))
    home = wifi.lab.home()
    onair.leave(wifi)  # it may have joined by itself, and not join twice (ruling R-104)
    log = onair.AirLog(wifi)
    onair.be_joined(wifi, home)
    if log.wait(home) is None:
        raise Inconclusive(f"the station did not join: {log.describe()}")
    wifi.prepare(set_(command, modes.SOFTAP))

    log.require(home, onair.LEFT)
