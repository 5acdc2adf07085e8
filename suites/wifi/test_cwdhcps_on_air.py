"""Clauses 4.1.17 and 4.1.18 on the network: what second stations are given (ruling R-126)."""

from ipaddress import IPv4Address

import pytest

from conformance.commandline import set_
from conformance.verdict import Inconclusive, NonConformity
from suites.wifi import guests, mode
from suites.wifi.address import hosts, require_same, told_ip, told_range
from suites.wifi.serving import (
    ALL,
    DEF,
    EDGES,
    RANGES,
    REFUSED,
    SOME_LEASE,
    Inn,
    addresses_in,
    require_given,
    require_within,
)
from suites.wifi.siblings import cases, each, keyed


@pytest.mark.parametrize(("command", "last"), list(cases("set/17", ALL, each(*RANGES, *EDGES))))
def test_addresses_are_from_the_range(server, command, last):
    """Four stations and then four others get different addresses from the range, or none.

    The range has six, so that the last of the others may go without.
    """
    inn = Inn(server)
    inn.have(server.line(last=last))
    ends = hosts(server.session, *last)

    for needed, within_s in ((4, None), (0, server.session.timing.absent_s)):
        answers, leases = inn.serve(4, within_s, strangers=True)
        given = [lease.address for lease in leases if lease]
        require_within(addresses_in(answers, leases), *ends)
        if len(given) < needed or len(set(given)) < len(given):
            raise NonConformity(f"{needed or 'different'} addresses", f"{given}")


@pytest.mark.parametrize(
    ("command", "last"), list(cases("set/17", ALL, each(*RANGES), about="mode-3"))
)
def test_addresses_are_from_the_range_beside_a_station(server, command, last):
    """In mode 3, too, two stations get addresses from the range."""
    inn = Inn(server, mode.BOTH)
    inn.have(server.line(last=last))
    answers, leases = inn.serve(2)

    require_given(answers, leases)
    require_within(addresses_in(answers, leases), *hosts(server.session, *last))


@pytest.mark.parametrize(
    ("command", "wifi_mode"), list(cases("set/17", ALL, each(*mode.WITH_SOFTAP), about="mode"))
)
def test_addresses_are_from_the_range_in_the_other_mode(server, command, wifi_mode):
    """A range that was set in mode 2 is in use in mode 3, and the other way round."""
    other = next(each for each in mode.WITH_SOFTAP if each != wifi_mode)
    inn = Inn(server, wifi_mode)
    inn.have(server.line(last=RANGES[1]))
    ends = hosts(server.session, *RANGES[1])
    guests.put_up(server.session, wifi_mode=other)
    answers, leases = inn.serve(2)

    require_given(answers, leases)
    require_within(addresses_in(answers, leases), *ends)


@pytest.mark.parametrize(
    ("command", "what"),
    [
        *cases("set/17", ALL, each("range"), about="again"),
        *cases("set/18", ALL, each("time"), about="again"),
    ],
)
def test_each_set_counts(server, command, what):
    """Range and lease time are set, a station is served, and again: each has those set last."""
    inn = Inn(server)
    for minutes, last in ((5, RANGES[1]), (90, RANGES[0]), (7, RANGES[1])):
        inn.have(server.line(lease=minutes, last=last))
        answers, leases = inn.serve()

        require_given(answers, leases)
        if what == "range":
            require_within(addresses_in(answers, leases), *hosts(server.session, *last))
        else:
            require_same({minutes * 60}, {message.lease_s for message in answers})


@pytest.mark.parametrize(("command", "minutes"), list(cases("set/18", ALL, each(1, 3, 120, 2880))))
def test_addresses_are_given_for_the_lease_time(server, command, minutes):
    """Offer, acknowledgement and the station's lease are for the minutes that were set."""
    inn = Inn(server)
    inn.have(server.line(lease=minutes))
    answers, leases = inn.serve()

    require_given(answers, leases)
    told = {message.lease_s for message in answers} | {lease.seconds for lease in leases}
    require_same({minutes * 60}, told)


@pytest.mark.parametrize(
    ("command", "minutes"), list(cases("set/18", ALL, each(5), about="renewed"))
)
def test_a_lease_is_renewed_for_the_lease_time(server, command, minutes):
    """A station that renews its lease has it for the minutes that were set, too."""
    inn = Inn(server)
    inn.have(server.line(lease=minutes))
    station, _ = guests.lodger(server.session)
    with server.session.lab.capture("softap") as seeing:
        again = station.renew(within_s=server.session.timing.join_s)
    if again is None:
        raise Inconclusive("the softAP does not renew a lease")

    answers = guests.answers(seeing.seen)
    require_same({minutes * 60}, {message.lease_s for message in answers} | {again.seconds})


@pytest.mark.parametrize(
    ("command", "step"), list(cases("set/17", ALL, each(-1, 6, 60), about="asked"))
)
def test_no_address_beside_the_range_is_given_to_whoever_asks_for_it(server, command, step):
    """A station asks for an address before, behind or far from the range; it gets none such."""
    inn = Inn(server)
    ends = hosts(server.session, *RANGES[0])
    inn.have(server.line())
    answers, leases = inn.serve(wish=str(IPv4Address(ends[0]) + step))

    require_within(addresses_in(answers, leases), *ends)


@pytest.mark.parametrize(
    ("command", "last"),
    list(cases("set/14", [DEF], each(RANGES[1]), about="guest", needs=["second-station"])),
)
def test_a_range_that_was_set_while_there_was_a_guest_is_saved(server, command, last):
    """After AT+RST the query tells what was saved while a station was in the softAP."""
    # Whatever was saved before, it is another range now.
    server.set(last=next(each for each in RANGES if each != last))
    guests.put_up(server.session)
    guests.lodger(server.session)
    saved = server.set(last=last)
    server.session.restart()
    server.start()

    server.require(saved)


@pytest.mark.parametrize(("command", "_"), list(cases("set/20", ALL, each("served"))))
def test_after_zero_addresses_are_from_the_default_range(server, command, _):
    """After 0 a station is served again: from the range that is told, or from the network."""
    inn = Inn(server)
    inn.have(server.line(last=(200, 205)))
    if None in inn.serve()[1]:
        raise Inconclusive("no address was given from the range that was set")
    inn.have(set_(command, 0))
    answers, leases = inn.serve()

    require_given(answers, leases)
    told = told_range(server.session, command)[1:]
    own = told_ip(server.session, "CIPAP_CUR")
    network = own.rpartition(".")[0]
    ends = (f"{network}.1", f"{network}.254") if "0.0.0.0" in told else told
    addresses = addresses_in(answers, leases)
    require_within(addresses, *ends)
    assert own not in addresses, f"another address than the softAP's own, {own}"


@pytest.mark.parametrize(("command", "case"), list(cases("set/21", ALL, keyed(REFUSED), code="BI")))
def test_what_is_refused_changes_no_lease(server, command, case):
    """After a set that is refused a station gets an address of the range from before."""
    rule, wrong = case
    inn = Inn(server)
    inn.have(server.line())
    start, end = hosts(server.session, *RANGES[1])
    exchange = server.session.provoke(set_(command, *wrong((1, SOME_LEASE + 1, start, end))))
    server.session.refuse(exchange, rule)
    inn.reopen()
    answers, leases = inn.serve()

    require_given(answers, leases)
    require_within(addresses_in(answers, leases), *hosts(server.session, *RANGES[0]))
    require_same({SOME_LEASE * 60}, {message.lease_s for message in answers})
