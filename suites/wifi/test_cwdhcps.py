"""Clauses 4.1.17 and 4.1.18: AT+CWDHCPS_CUR and _DEF, in softAP mode (R-53 to R-56, R-126)."""

import pytest

from conformance.commandline import query, set_
from suites.inuse import again
from suites.malformed import outside, wrong_shapes
from suites.wifi import mode
from suites.wifi.address import (
    NO_IP_ADDRESS,
    hosts,
    range_in,
    require_same,
    told_range,
)
from suites.wifi.beside import require_either, told_beside
from suites.wifi.dhcp import SOFTAP, enable_both, require_bit
from suites.wifi.serving import (
    ALL,
    CUR,
    DEF,
    EDGES,
    RANGES,
    REFUSED,
    SOME_LEASE,
    Server,
    elsewhere,
)
from suites.wifi.siblings import COMMANDS, cases, each, keyed

ENABLE, LEASE = COMMANDS[CUR].parameters[:2]

LEASES = [1, 2, 3, 120, 2879, 2880]


@pytest.mark.parametrize(("command", "_"), list(cases("query/01", ALL, each("asked"))))
def test_the_query_tells_a_range(session, command, _):
    """The query tells lease time, start and end address and ends with OK."""
    session.afterwards(session.restart)
    Server(session, command).start()
    exchange = session.send(query(command))

    range_in(exchange.succeeds())


@pytest.mark.parametrize(("command", "_"), list(cases("query/01", ALL, each("set"), about="set")))
def test_the_query_tells_a_range_that_was_set(server, command, _):
    """With a range set, too, the query has its form and ends with OK."""
    server.set()
    exchange = server.session.send(query(command))

    range_in(exchange.succeeds())


@pytest.mark.parametrize(
    ("command", "values"),
    [
        *cases("set/01", ALL, each(*((lease, last) for lease in LEASES for last in RANGES))),
        *cases("set/01", ALL, each(*((SOME_LEASE, last) for last in EDGES)), about="edge"),
    ],
)
def test_a_range_is_answered_ok(server, command, values):
    """A documented lease time and a range in the softAP's network are answered OK."""
    server.session.send(server.line(*values)).succeeds()


@pytest.mark.parametrize(("command", "lease"), list(cases("set/02", ALL, each(*LEASES))))
def test_the_query_tells_the_lease_time(server, command, lease):
    """The query tells the lease time that was set last."""
    server.set(lease=lease + 1 if lease < 2880 else 1)
    server.set(lease=lease)

    require_same(lease, told_range(server.session, command)[0])


@pytest.mark.parametrize(("command", "_"), list(cases("set/02", ALL, each("each"), about="each")))
def test_the_query_tells_each_lease_time(server, command, _):
    """The query tells every lease time when it was set, one after the other."""
    for lease in (*LEASES, LEASES[0]):
        server.set(lease=lease)
        require_same(lease, told_range(server.session, command)[0])


@pytest.mark.parametrize(("command", "last"), list(cases("set/03", ALL, each(*RANGES, *EDGES))))
def test_the_query_tells_the_range(server, command, last):
    """The query tells the start and the end address that were set last."""
    first = next(each for each in RANGES if each != last)
    server.set(last=first)
    expected = server.set(last=last)[1:]

    require_same(expected, told_range(server.session, command)[1:])


@pytest.mark.parametrize(
    ("command", "part"),
    [
        *cases("set/02", [DEF], keyed({"lease": slice(1)}), about="beside", also=told_beside),
        *cases("set/03", [DEF], keyed({"range": slice(1, 3)}), about="beside", also=told_beside),
    ],
)
def test_what_the_query_tells_beside_what_is_in_force(server, command, part, requirement):
    """After AT+CWDHCPS_CUR has set others the query tells what was saved, or those."""
    saved = server.set()
    current = Server(server.session, CUR).set(SOME_LEASE + 1, RANGES[1])

    told = told_range(server.session, command)
    one = require_either(saved[part], current[part], told[part])
    requirement.observes(told_beside(command), one)


@pytest.mark.parametrize(("command", "with_range"), list(cases("set/04", ALL, each(True, False))))
def test_zero_alone_is_answered_ok(server, command, with_range):
    """0 alone is answered OK, whether a range is set or not."""
    if with_range:
        server.set()
    else:
        server.session.send(set_(command, 0))

    server.session.send(set_(command, 0)).succeeds()


@pytest.mark.parametrize(
    ("command", "wifi_mode"), list(cases("set/03", ALL, each(*mode.WITH_SOFTAP), about="mode"))
)
def test_the_query_tells_the_range_in_the_other_mode(server, command, wifi_mode):
    """A range that was set in a mode with the softAP is told when the other one is set."""
    other = next(each for each in mode.WITH_SOFTAP if each != wifi_mode)
    server.session.prepare(set_("CWMODE_CUR", wifi_mode))
    wanted = server.set(last=RANGES[1])
    server.session.prepare(set_("CWMODE_CUR", other))

    server.require(wanted)


@pytest.mark.parametrize(
    ("command", "wifi_mode"),
    list(cases("set/03", ALL, each(*mode.WITH_SOFTAP), about="without-softap")),
)
def test_the_query_tells_the_range_when_the_softap_is_back(server, command, wifi_mode):
    """A range that was set is told when there was no softAP for a while."""
    server.session.prepare(set_("CWMODE_CUR", wifi_mode))
    wanted = server.set(last=RANGES[1])
    server.session.prepare(set_("CWMODE_CUR", mode.STATION), set_("CWMODE_CUR", wifi_mode))

    server.require(wanted)


@pytest.mark.parametrize(("command", "last"), list(cases("set/05", ALL, each(*RANGES))))
def test_zero_takes_back_the_range(server, command, last):
    """After 0 the query does not tell the range that was set before."""
    was = server.set(last=last)[1:]
    server.session.prepare(set_(command, 0))

    told = told_range(server.session, command)[1:]
    assert told != was, f"another range than {was}, which was taken back"


@pytest.mark.parametrize(
    ("command", "value"), list(cases("set/06", ALL, each(*outside(ENABLE)), code="BI"))
)
def test_another_first_parameter_is_refused(server, command, value, refused):
    """A first parameter that is neither 0 nor 1 is refused."""
    refused(server.session.send(server.line(enable=value)))


@pytest.mark.parametrize(
    ("command", "value"), list(cases("set/07", ALL, each(-1, *outside(LEASE)), code="BI"))
)
def test_a_lease_time_outside_is_refused(server, command, value, refused):
    """A lease time outside 1 to 2880 is refused."""
    refused(server.session.send(server.line(lease=value)))


@pytest.mark.parametrize(
    ("command", "line"),
    list(cases("set/08", ALL, lambda name: wrong_shapes(COMMANDS[name]), code="BI")),
)
def test_a_wrong_shape_is_refused(server, command, line, refused):
    """Too few or too many parameters, or one that is empty or of the wrong kind, are refused."""
    refused(server.session.send(line))


@pytest.mark.parametrize(
    ("command", "text"), list(cases("set/09", ALL, keyed(NO_IP_ADDRESS), code="BI"))
)
@pytest.mark.parametrize("which", [0, 1], ids=["start", "end"])
def test_what_is_no_address_is_refused(server, command, text, which, refused):
    """A start or an end that is no IP address is refused."""
    ends = list(hosts(server.session, *RANGES[0]))
    ends[which] = text

    refused(server.session.send(set_(command, 1, SOME_LEASE, *ends)))


@pytest.mark.parametrize(
    ("command", "moved"), list(cases("set/10", ALL, each((0,), (1,), (0, 1)), code="BI"))
)
def test_a_range_in_another_network_is_refused(server, command, moved, refused):
    """A range of which start, end or both lie outside the softAP's network is refused."""
    ends = list(hosts(server.session, *RANGES[0]))
    for which in moved:
        ends[which] = elsewhere(ends[which])

    refused(server.session.send(set_(command, 1, SOME_LEASE, *ends)))


@pytest.mark.parametrize(("command", "case"), list(cases("set/11", ALL, keyed(REFUSED), code="BI")))
def test_what_is_refused_changes_nothing(server, command, case):
    """After a set that is refused, the query tells lease time and range from before."""
    rule, wrong = case
    server.set()
    ends = hosts(server.session, *RANGES[1])
    found = told_range(server.session, command)
    exchange = server.session.provoke(set_(command, *wrong((1, SOME_LEASE + 1, *ends))))
    server.session.refuse(exchange, rule)

    server.require(found)


@pytest.mark.parametrize(("command", "last"), list(cases("set/12", ALL, each(*RANGES), code="BI")))
def test_without_a_softap_a_range_is_refused(server, command, last, refused):
    """In station mode a range is refused."""
    line = server.line(last=last)
    server.start(mode.STATION)

    refused(server.session.send(line))


@pytest.mark.parametrize(("command", "last"), list(cases("set/13", ALL, each(*RANGES), code="BI")))
def test_without_dhcp_a_range_is_refused(server, command, last, refused):
    """With the softAP's DHCP disabled a range is refused."""
    line = server.line(last=last)
    enable_both(server.session)
    server.session.prepare(set_("CWDHCP_CUR", SOFTAP, 0), set_("CWMODE_CUR", mode.SOFTAP))

    refused(server.session.send(line))


@pytest.mark.parametrize(("command", "last"), list(cases("set/14", [CUR], each(*RANGES))))
def test_what_is_current_is_gone_after_a_restart(server, command, last):
    """After AT+RST the query tells lease time and range from before."""
    before = told_range(server.session, command)
    server.set(last=last)
    server.session.restart()
    server.start()

    server.require(before)


@pytest.mark.parametrize(("command", "last"), list(cases("set/14", [DEF], each(*RANGES))))
def test_what_is_saved_is_there_after_a_restart(server, command, last):
    """After AT+RST the query tells lease time and range that were saved."""
    saved = server.set(last=last)
    server.session.restart()
    server.start()

    server.require(saved)


@pytest.mark.parametrize(("command", "last"), list(cases("set/15", [CUR], each(*RANGES))))
def test_what_is_current_is_not_in_the_flash(server, command, last):
    """AT+CWDHCPS_CUR changes nothing in the user and system parameter areas of the flash."""
    session = server.session
    before = session.read_flash("user", "system")
    server.start()
    server.set(last=last)

    assert session.read_flash("user", "system") == before, "both parameter areas are as before"


@pytest.mark.parametrize(("command", "last"), list(cases("set/15", [DEF], each(*RANGES))))
def test_what_is_saved_is_in_the_user_parameter_area(server, command, last):
    """A new range changes what the user parameter area of the flash holds."""
    session = server.session
    server.start()
    # Whatever was saved before, it is another range now.
    server.set(last=next(each for each in RANGES if each != last))
    (before,) = session.read_flash("user")
    server.start()
    server.set(last=last)

    (afterwards,) = session.read_flash("user")
    assert afterwards != before, "the user parameter area differs after a new range"


@pytest.mark.parametrize(("command", "last"), list(cases("set/16", [DEF], each(*RANGES))))
def test_what_is_saved_survives_the_loss_of_power(server, command, last):
    """When it was without power the query tells lease time and range that were saved."""
    saved = server.set(last=last)
    server.session.power_cycle()
    server.start()

    server.require(saved)


@pytest.mark.parametrize(("command", "enable"), list(cases("set/19", ALL, each(0, 1))))
def test_the_server_goes_on(server, command, enable):
    """After a set with a range, and with 0, the softAP's DHCP is enabled as before."""
    if enable:
        server.set()
    else:
        server.session.prepare(set_(command, 0))

    require_bit(server.session, "CWDHCP_CUR", SOFTAP, 1)


# The same of an IUT in use

globals().update(
    again(
        test_the_query_tells_each_lease_time,
        test_the_query_tells_the_lease_time,
        test_the_query_tells_the_range,
        test_another_first_parameter_is_refused,
        test_a_lease_time_outside_is_refused,
        test_a_wrong_shape_is_refused,
        test_what_is_saved_is_there_after_a_restart,
        test_the_query_tells_a_range_that_was_set,
        test_zero_takes_back_the_range,
        test_what_is_no_address_is_refused,
        test_a_range_in_another_network_is_refused,
        test_without_dhcp_a_range_is_refused,
        test_a_range_is_answered_ok,
    )
)
