"""Clauses 4.1.14 to 4.1.18: addresses that are given for a time, when that passes (R-125, R-126).

A lease is over when its time is: until then its address is nobody else's, and whoever wants to keep
it has to ask for it anew.
"""

import pytest

from conformance.commandline import set_
from conformance.testbed import NANOSECONDS
from conformance.verdict import Inconclusive, Lacking, NonConformity
from suites.wifi import guests, leasing
from suites.wifi.address import hosts, neighbour, told_ip, told_mac
from suites.wifi.dhcp import STATION, be_both
from suites.wifi.serving import ALL, RANGES, Inn, addresses_in, require_within
from suites.wifi.siblings import cases, each

# The softAP's DHCP server

#: Lease times in minutes: the ends of the range, and one between.
MINUTES = (1, 120, 2880)
#: How exactly a server knows when a lease is over (R-126).
SURELY_RUNS, SURELY_OVER = 0.9, 1.1
#: How many addresses a range of `RANGES` has, and how many stations a softAP takes at once.
ADDRESSES, AT_ONCE = 6, 4
#: How many of them come at a time, where one that had an address stays.
ROOMS = (3, 2)


def leased(about, fraction):
    """Cases for each lease time, of which `fraction` is waited for."""
    return [
        case
        for minutes in MINUTES
        for case in cases(
            "set/18", ALL, each(minutes), about=about, waits_s=60 * minutes * fraction
        )
    ]


def wait(session, minutes, fraction):
    """Let `fraction` of a lease go by."""
    session.pause(60 * minutes * fraction)


def require_own(session, inn, address):
    """Require a station that comes and asks for `address`, which another has, not to get it."""
    answers, leases = inn.serve(within_s=inn.session.timing.absent_s, wish=address, strangers=True)
    if address in addresses_in(answers, leases):
        raise NonConformity(
            f"{address} is given to nobody else while its lease runs", "another station gets it"
        )


@pytest.mark.parametrize(("command", "minutes"), leased("runs", SURELY_RUNS))
def test_an_address_is_kept_for_the_lease_time(server, command, minutes):
    """When nine tenths of a lease are over, a station that asks for its address does not get it."""
    inn = Inn(server)
    inn.have(server.line(lease=minutes))
    _, lease = guests.lodger(server.session)
    wait(server.session, minutes, SURELY_RUNS)

    require_own(server.session, inn, lease.address)


@pytest.mark.parametrize(("command", "minutes"), leased("kept", 1.3))
def test_a_renewed_lease_begins_anew(server, command, minutes):
    """A lease that is renewed halfway is not over when the first one would have been."""
    inn = Inn(server)
    inn.have(server.line(lease=minutes))
    station, lease = guests.lodger(server.session)
    wait(server.session, minutes, 0.5)
    if station.renew(within_s=server.session.timing.join_s) is None:
        raise Inconclusive("the softAP does not renew a lease")
    wait(server.session, minutes, 0.8)

    require_own(server.session, inn, lease.address)


@pytest.mark.parametrize(("command", "minutes"), leased("over", SURELY_OVER))
def test_addresses_whose_leases_are_over_are_given_again(server, command, minutes):
    """When all addresses were given, and their leases are over, other stations get them."""
    inn = Inn(server)
    inn.have(server.line(lease=minutes))
    given = set()
    for count in (AT_ONCE, ADDRESSES - AT_ONCE):
        _, leases = inn.serve(count, strangers=True)
        given |= {lease.address for lease in leases if lease}
    if len(given) < ADDRESSES:  # free as soon as a station has left, or never given: R-126
        raise Inconclusive(f"{ADDRESSES} stations got {len(given)} addresses")
    wait(server.session, minutes, SURELY_OVER)
    answers, leases = inn.serve(AT_ONCE, strangers=True)

    require_within(addresses_in(answers, leases), *hosts(server.session, *RANGES[0]))
    if None in leases:
        raise NonConformity(
            f"{AT_ONCE} leases, because the time of all that were given is over",
            f"the softAP sent {[each.kind for each in answers]}",
        )


@pytest.mark.parametrize(("command", "minutes"), leased("stays", SURELY_OVER))
def test_an_address_of_a_station_that_stays_is_given_again(server, command, minutes):
    """A lease that is over is not kept for a station that stays, and has another address now."""
    inn, session = Inn(server), server.session
    inn.have(server.line(lease=minutes))
    own = told_ip(session, "CIPAP_CUR")
    station, lease = guests.lodger(session)
    station.settle(neighbour(own), "255.255.255.0", own)  # what is in use may be kept for it
    given = {lease.address}
    for count in ROOMS:
        given |= {each.address for each in inn.serve(count, strangers=True)[1] if each}
    if len(given) < ADDRESSES:  # free as soon as a station has left, or never given: R-126
        raise Inconclusive(f"{ADDRESSES} stations got {len(given)} addresses")
    wait(session, minutes, SURELY_OVER)
    if not guests.is_in(session, station):
        raise Inconclusive("the station whose lease is over has not stayed")

    for count in (*ROOMS, 1):
        if None in inn.serve(count, strangers=True)[1]:
            raise NonConformity(
                f"{ADDRESSES} leases, because the time of all that were given is over",
                f"a station got none, while that which had {lease.address} is still there",
            )


# The station's DHCP client

#: The longest lease that is waited for, and that of most access points, in seconds.
LONGEST_S, USUAL_S = 2 * 86400, 3600


@pytest.fixture
def dhcp(session):
    """An IUT with station and softAP, left as it was found."""
    return be_both(session, "CIPSTA_CUR", "CWDHCP_CUR")


def asking(about, value, waits_s):
    """The case of AT+CWDHCP_CUR with the station's DHCP as `value` says."""
    return list(cases("set/16", ["CWDHCP_CUR"], each(value), about=about, waits_s=waits_s))


def sent_at(seen, kinds):
    """When the IUT sent DHCP messages of these kinds."""
    return [m.frame.at for m in seen.of_iut(seen.dhcp) if m.kind in kinds]


@pytest.mark.parametrize(("command", "en"), asking("renewed", 1, SURELY_OVER * USUAL_S))
def test_a_lease_is_asked_for_anew_before_it_is_over(dhcp, command, en):
    """With DHCP the station asks for its address again before the lease is over, and keeps it."""
    home = dhcp.lab.home()
    mac = told_mac(dhcp, "CIPSTAMAC_CUR")
    dhcp.prepare(set_(command, STATION, en))
    leasing.enter(dhcp, home)
    address = leasing.leased(dhcp, home, mac)
    if not address:
        raise Inconclusive("the station got no address by DHCP")
    leasing.require_answers(dhcp, home, address, mac)
    seconds = [lease.seconds for lease in dhcp.lab.leases(home) if lease.mac == mac][-1]
    if seconds > LONGEST_S:
        raise Lacking(f"{home.name} leases for {seconds} s, which is not waited for")
    with dhcp.lab.capture("station") as seeing:
        dhcp.pause(SURELY_OVER * seconds)

    asked = sent_at(seeing.seen, ["request"])
    if not any(at - seeing.seen.began_at < seconds * NANOSECONDS for at in asked):
        raise NonConformity(f"a request within the {seconds} s of the lease", "none")
    leasing.require_answers(dhcp, home, address, mac)


@pytest.mark.parametrize(("command", "en"), asking("silent", 0, USUAL_S))
def test_without_dhcp_no_address_is_ever_asked_for(dhcp, command, en):
    """Without DHCP the station asks for no address, an hour long."""
    home = dhcp.lab.home()
    dhcp.prepare(set_(command, STATION, en))
    with dhcp.lab.capture("station") as seeing:
        leasing.enter(dhcp, home)
        dhcp.pause(USUAL_S)

    asked = sent_at(seeing.seen, leasing.ASKING)
    assert not asked, f"no request in an hour, not {len(asked)}"
