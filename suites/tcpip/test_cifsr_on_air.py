"""Clause 5.2.11 on the network: AT+CIFSR of a station that has an address (R-85, R-86)."""

import pytest

from conformance.commandline import execute, set_
from conformance.grammar import ERROR, OK
from conformance.verdict import Inconclusive, NonConformity
from suites.tcpip.test_cifsr import addresses
from suites.wifi import leasing, mode, onair
from suites.wifi.address import told_ip, told_mac
from suites.wifi.patience import looks


def cifsr(code, number="06", needs=()):
    """The marker of a purpose of this file."""
    return pytest.mark.purpose(
        f"TP/TCPIP/CIFSR/{code}", verifies=[f"5.2.11/CIFSR/execute/{number}"], needs=needs
    )


def be_given(session, access_point):
    """The address that the lab gave the station there, and with which that answers."""
    onair.be_joined(session, access_point)
    mac = told_mac(session, "CIPSTAMAC_CUR")
    address = leasing.leased(session, access_point, mac)
    if not address or not leasing.answers(session, access_point, address, mac):
        raise Inconclusive(f"the station does not use an address of {access_point.name}")
    return address


def require_told(session, address, *unwanted):
    """Require AT+CIFSR to tell `address` and nothing of `unwanted`."""
    told = addresses(session.send(execute("CIFSR")).succeeds())
    if address.encode() not in told or {each.encode() for each in unwanted} & set(told):
        raise NonConformity(f"the station's address {address}", f"told: {told}")


@cifsr("AIR-BV-01")
@pytest.mark.parametrize("network", ["calm", "busy"])
@pytest.mark.parametrize("wifi_mode", mode.WITH_STATION)
def test_cifsr_tells_the_address_of_a_station_that_has_joined(session, wifi_mode, network):
    """AT+CIFSR tells the address that the access point gave, beside a softAP's, too."""
    onair.off_air(session, wifi_mode)
    session.prepare(set_("CWDHCP_CUR", 1, 1))
    home = session.lab.home()
    if network == "busy":
        session.lab.noise(home)

    require_told(session, be_given(session, home))


@cifsr("AIR-BV-02", needs=["access-points"])
def test_cifsr_tells_the_address_of_the_network_that_was_joined_last(session):
    """In another network AT+CIFSR tells the address from there, and not the one from before."""
    onair.off_air(session)
    session.prepare(set_("CWDHCP_CUR", 1, 1))
    before = be_given(session, session.lab.home())
    require_told(session, before)
    elsewhere = session.lab.access_point(b"elsewhere", b"0123456789")
    now = be_given(session, elsewhere)

    require_told(session, now, before)


@cifsr("AIR-BV-03")
@pytest.mark.parametrize("wifi_mode", mode.WITH_STATION)
def test_cifsr_tells_a_static_address(session, wifi_mode):
    """AT+CIFSR tells the static address of a station that has joined with one."""
    onair.off_air(session, wifi_mode)
    home = session.lab.home()
    address, mac = leasing.static(home), told_mac(session, "CIPSTAMAC_CUR")
    session.prepare(leasing.settle("CIPSTA_CUR", home))
    onair.be_joined(session, home)
    if not leasing.answers(session, home, address, mac):
        raise Inconclusive(f"the station does not use the static address {address}")

    require_told(session, address)


@pytest.mark.parametrize(
    "interface",
    [
        pytest.param("softap", marks=cifsr("AIR-BV-06", "04", needs=["network"])),
        pytest.param("station", marks=cifsr("AIR-BV-07")),
    ],
)
def test_cifsr_hides_no_interface(session, interface):
    """In mode 3, with an address from an access point, both interfaces' addresses are told."""
    onair.off_air(session, mode.BOTH)
    session.prepare(set_("CWDHCP_CUR", 1, 1))
    address = be_given(session, session.lab.home())
    wanted = told_ip(session, "CIPAP_CUR") if interface == "softap" else address

    told = addresses(session.send(execute("CIFSR")).succeeds())
    if wanted.encode() not in told:
        raise NonConformity(f"the {interface}'s address {wanted}", f"told: {told}")


@cifsr("AIR-BV-04", "05", needs=["network"])
@pytest.mark.parametrize("wifi_mode", mode.WITH_STATION)
def test_cifsr_does_not_tell_the_address_of_a_network_that_was_left(session, wifi_mode):
    """After AT+CWQAP AT+CIFSR tells the address from there no more."""
    onair.off_air(session, wifi_mode)
    session.prepare(set_("CWDHCP_CUR", 1, 1))
    address = be_given(session, session.lab.home())
    require_told(session, address)
    onair.leave(session)

    require_untold(session, address)


@cifsr("AIR-BV-05", "05", needs=["access-points"])
def test_cifsr_does_not_tell_the_address_of_a_network_that_is_gone(session):
    """After the access point has vanished AT+CIFSR tells the address from there no more."""
    onair.off_air(session)
    session.prepare(set_("CWDHCP_CUR", 1, 1))
    access_point = session.lab.access_point(b"elsewhere", b"0123456789")
    address = be_given(session, access_point)
    require_told(session, address)
    if not onair.tells_of_loss(session, lambda: session.lab.switch_off(access_point)):
        raise Inconclusive("the station did not tell that it lost its access point")

    require_untold(session, address)


def require_untold(session, address):
    """Require AT+CIFSR not to tell `address`, soon: to leave takes a moment (ruling R-46)."""
    for _ in looks(session, session.timing.join_s):
        exchange = session.send(execute("CIFSR")).ends_with(OK, ERROR)
        if address.encode() not in addresses(exchange):
            return
    raise NonConformity(f"no address {address}, which was left behind", exchange.describe())
