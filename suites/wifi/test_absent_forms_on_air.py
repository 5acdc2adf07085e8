"""Clause 2: what a form that a command does not have does, as the network shows it.

A set or an execute form that is answered OK may do what it was taken for (ruling R-05); nothing of
that is looked at here.
"""

import pytest

from conformance.commandline import execute, set_
from conformance.verdict import Inconclusive, NonConformity
from suites import absent
from suites.found import heard
from suites.malformed import with_one
from suites.wifi import mode, onair
from suites.wifi.dhcp import STATION
from suites.wifi.siblings import COMMANDS, siblings

#: Protocols of the phones that SmartConfig hears (clause 4.1.32, second row Parameters).
PHONES = ("esp-touch", "airkiss")
INTERVAL_S = 2


def forms(code, *names, needs=("network",)):
    """The marker of a purpose for the forms that these commands do not have."""
    return pytest.mark.parametrize("form", list(absent.cases(f"AIR-{code}", names, needs=needs)))


def asked(session, form):
    """The form sent; whether it may have acted."""
    return not form.judge(session, form.sent(session))


@forms("BI-01", "CWQAP", *siblings("CWJAP"))
def test_what_was_joined_stays_joined(session, form):
    """While the station is joined, the form does not make it leave, or join anew."""
    home = onair.at_home(session)
    log = onair.AirLog(session)
    if asked(session, form):
        return

    log.wait(home, onair.LEFT, session.timing.absent_s)
    if log.lines() or not session.lab.members(home):
        raise NonConformity("the station stays joined", log.describe())


@forms("BI-08", *siblings("CIPSTA"))
def test_the_address_stays(session, form):
    """While the station has an address, the form leaves it to it."""
    onair.at_home(session)
    before = heard(session, "CIPSTA_CUR")
    if before is None:
        raise Inconclusive("the address is not told")
    if asked(session, form):
        return

    session.settle()
    afterwards = heard(session, "CIPSTA_CUR")
    if afterwards not in (before, None):
        raise NonConformity(f"the address as before: {before}", f"afterwards: {afterwards}")


@pytest.fixture
def unjoined(session):
    """An IUT in station mode, which has joined nothing; what listens is stopped afterwards."""
    mode.enter_to_stop(session, mode.STATION, execute("CWSTOPSMART"))
    session.afterwards(lambda: session.observe(set_("WPS", 0)))
    session.prepare(set_("CWDHCP_CUR", STATION, 1))
    onair.leave(session)
    return session


def hears(session, kind, within_s):
    """Whether a phone of this kind is heard that tells of the lab's own access point."""
    return session.lab.smartconfig(session.lab.home(), kind=kind, within_s=within_s)


@forms("BI-02", "CWSTARTSMART", needs=("pairing", "network"))
def test_smartconfig_is_not_started(unjoined, form):
    """After the form no phone is heard."""
    if asked(unjoined, form):
        return

    assert not any(hears(unjoined, kind, unjoined.timing.absent_s) for kind in PHONES), (
        "SmartConfig that was not started hears nobody"
    )


@forms("BI-03", "CWSTOPSMART", needs=("pairing", "network"))
def test_smartconfig_is_not_stopped(unjoined, form):
    """While SmartConfig runs, a phone is heard after the form."""
    unjoined.prepare(execute("CWSTARTSMART"))
    if asked(unjoined, form):
        return

    assert hears(unjoined, PHONES[0], unjoined.timing.join_s), "SmartConfig that runs hears a phone"


@forms("BI-04", "WPS", needs=("pairing", "network"))
def test_wps_is_not_started(unjoined, form):
    """After the form the station takes no part in WPS."""
    if asked(unjoined, form):
        return

    answered = unjoined.lab.press_wps(unjoined.lab.home(), within_s=unjoined.timing.absent_s)
    assert not answered, "the station takes no part in WPS that was not started"


#: Ports of names, addresses, the time and mDNS: what a station sends there is not for WeChat.
OWN_AFFAIRS = (53, 67, 68, 123, 5353)


def packets(session, seconds):
    """How many datagrams the IUT sends in so many seconds, of its own, as for WeChat."""
    with session.lab.capture() as seeing:
        session.pause(seconds)
    datagrams = seeing.seen.of_iut(seeing.seen.datagrams)
    return sum(each.destination_port not in OWN_AFFAIRS for each in datagrams)


@forms("BI-05", "CWSTARTDISCOVER", needs=("network", "capture"))
def test_discovery_is_not_started(session, form):
    """While the station is online, no packets are sent after the form."""
    onair.at_home(session)
    session.afterwards(lambda: session.observe(execute("CWSTOPDISCOVER")))
    if asked(session, form):
        return

    count = packets(session, 10 * INTERVAL_S)
    assert not count, f"no packets, not {count}"


@forms("BI-06", "CWSTOPDISCOVER", needs=("network", "capture"))
def test_discovery_is_not_stopped(session, form):
    """While packets are sent for WeChat, they go on after the form."""
    onair.at_home(session)
    session.afterwards(lambda: session.observe(execute("CWSTOPDISCOVER")))
    session.prepare(with_one(COMMANDS["CWSTARTDISCOVER"], 2, INTERVAL_S))
    if not packets(session, 2 * INTERVAL_S):
        raise Inconclusive("it sends no packets when it is to, so that it shows nothing")
    if asked(session, form):
        return

    session.settle()
    assert packets(session, 10 * INTERVAL_S), "packets are sent as before"


HOST, SERVER, PORT = "conformance4d1f", "iot", 8080


def answers(session, home):
    """Whether the IUT answers for its mDNS name, when it is asked often enough."""
    for _ in range(3):
        with session.lab.capture("station") as seeing:
            session.lab.mdns(home, f"{HOST}.local", "A")
            session.pause(1)
        if any(record.ttl_s for record in seeing.seen.told_by_mdns()):
            return True
    return False


@forms("BI-07", "MDNS", needs=("network", "capture"))
def test_mdns_is_not_stopped(session, form):
    """While the host name is answered for, it is answered for after the form, too."""
    home = onair.at_home(session)
    session.afterwards(lambda: session.observe(set_("MDNS", 0)))
    session.prepare(set_("MDNS", 1, HOST, SERVER, PORT))
    if not answers(session, home):
        raise Inconclusive("the host name is not answered for, so that it shows nothing")
    if asked(session, form):
        return

    assert answers(session, home), "the host name is answered for as before"
