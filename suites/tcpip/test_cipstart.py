"""Clause 5.2.2: AT+CIPSTART. UDP links need no peer; of TCP and SSL only the failure shows."""

import pytest

from conformance.catalogue import load_edition
from conformance.commandline import Verbatim, execute, set_
from conformance.verdict import Inconclusive
from suites.inuse import again
from suites.malformed import outside, wrong_shapes
from suites.tcpip.net import (
    CONNECT_S,
    IDS,
    OTHER_PEER,
    ask,
    is_refused,
    open_udp,
    parameter_of,
    require_none,
    require_one,
    require_open,
    shaped,
    udp,
    udp_in_brief,
    with_value,
)
from suites.tcpip.test_cifsr import NONE, addresses
from suites.tcpip.udp import LOCAL_PORT, PEER, REMOTE_PORT

CIPSTART = load_edition().commands["CIPSTART"]

#: A line of function 2 in either mode, with everything that it can have.
SINGLE = shaped(
    CIPSTART,
    type="UDP",
    remote_ip=PEER,
    remote_port=REMOTE_PORT,
    udp_local_port=LOCAL_PORT,
    udp_mode=0,
)
MULTI = shaped(
    CIPSTART,
    link_id=0,
    type="UDP",
    remote_ip=PEER,
    remote_port=REMOTE_PORT,
    udp_local_port=LOCAL_PORT,
    udp_mode=0,
)

MODES = parameter_of(CIPSTART, "udp-mode").values
PORTS = [1, 1024, 2001, 50000, 65535]
NO_TYPES = ["XYZ", "", "TCPX", "UDPX", "UD", "TC", "SS", "UDP,TCP", " UDP", "UDP "]

#: Lines that are refused with CIPMUX=0, each for a reason of its own.
BAD = {
    "type": ("set/10", set_("CIPSTART", "XYZ", PEER, REMOTE_PORT, LOCAL_PORT, 0)),
    "remote-port": ("set/13", udp(port=65536)),
    "local-port": ("set/13", udp(local=65536)),
    "mode": ("set/11", udp(mode=3)),
    "no-port": ("set/14", set_("CIPSTART", "UDP", PEER)),
    "one-more": ("set/14", set_("CIPSTART", "UDP", PEER, REMOTE_PORT, LOCAL_PORT, 0, 0)),
    "link-id": ("set/08", udp(0)),
}


def no_ports(name):
    """What is no port number; 0 is free (ruling R-75)."""
    return [-1, *(value for value in outside(parameter_of(CIPSTART, name)) if value != 0)]


def shapes(command, quotes):
    """Wrong shapes of `command`: those that concern quotation marks, or the others."""
    for name, line in wrong_shapes(command):
        about_quotes = name.endswith(("quoted", "-tail")) and name.startswith(("type", "remote-ip"))
        if about_quotes is quotes:
            yield pytest.param(line, id=name)


def more_shapes(command):
    """An address that nothing is in, and a link ID that is missing."""
    yield pytest.param(with_value(command, "remote-ip", ""), id="remote-ip-nothing-in-it")
    if command is MULTI:
        yield pytest.param(with_value(MULTI, "link-id", Verbatim(b"")), id="link-id-empty")


def says_already(exchange):
    """Require ALREADY CONNECT, alone or with ERROR (ruling R-74)."""
    exchange.tells(rb"ALREADY CONNECT.*", "a line ALREADY CONNECT")
    if exchange.final is not None:
        exchange.is_refused()


# Opening UDP links

#: With an address and a port alone, and with everything that it can have.
BRIEF_OR_FULL = pytest.mark.parametrize(
    "line", [udp_in_brief(), udp(), udp(mode=2)], ids=["brief", "0", "2"]
)


@pytest.mark.purpose("TP/TCPIP/CIPSTART/BV-01", verifies=["5.2.2/CIPSTART/set/01"])
@pytest.mark.parametrize("port", [1, 1001, 65535])
def test_a_single_link_is_answered_ok(single, port):
    """With CIPMUX=0 type, remote IP and remote port are enough for OK."""
    single.send(udp_in_brief(port=port)).succeeds()


@pytest.mark.purpose("TP/TCPIP/CIPSTART/BV-02", verifies=["5.2.2/CIPSTART/set/02"])
@pytest.mark.parametrize("link", IDS)
def test_one_of_several_links_is_answered_ok(multi, link):
    """With CIPMUX=1 link ID, type, remote IP and remote port are enough for OK."""
    multi.send(udp_in_brief(link)).succeeds()


@pytest.mark.purpose("TP/TCPIP/CIPSTART/BV-03", verifies=["5.2.2/CIPSTART/set/03"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("cipmux", "link"), [("single", ()), ("multi", (0,)), ("multi", (4,))])
def test_local_port_and_mode_are_answered_ok(request, cipmux, link, mode):
    """With a local port each documented UDP mode is answered OK."""
    request.getfixturevalue(cipmux).send(udp(*link, mode=mode)).succeeds()


@pytest.mark.purpose("TP/TCPIP/CIPSTART/BV-09", verifies=["5.2.2/CIPSTART/set/03"])
@pytest.mark.parametrize("port", PORTS)
def test_every_local_port_is_answered_ok(single, port):
    """Local ports from one end of the range to the other are answered OK."""
    single.send(udp(local=port)).succeeds()


@pytest.mark.purpose("TP/TCPIP/CIPSTART/BV-04", verifies=["5.2.2/CIPSTART/set/04"])
@BRIEF_OR_FULL
def test_a_single_link_is_open(single, line):
    """With CIPMUX=0 the link is open after OK."""
    single.prepare(line)

    require_one(single)


@pytest.mark.purpose("TP/TCPIP/CIPSTART/BV-05", verifies=["5.2.2/CIPSTART/set/04"])
@pytest.mark.parametrize("ids", [(0,), (4,), (3, 1), tuple(IDS)], ids=str)
def test_several_links_are_open(multi, ids):
    """With CIPMUX=1 every link is open after OK, and stays so when others are opened."""
    open_udp(multi, *ids)

    require_open(multi, *ids)


@pytest.mark.purpose("TP/TCPIP/CIPSTART/BV-06", verifies=["5.2.2/CIPSTART/set/05"])
@pytest.mark.parametrize("port", PORTS)
def test_the_local_port_is_the_one_given(single, port):
    """A link has the local port that it was given."""
    single.prepare(udp(local=port))

    link = require_one(single)
    assert link.local == port, f"the link has the local port {port}, not {link.local}"


@pytest.mark.purpose("TP/TCPIP/CIPSTART/BV-10", verifies=["5.2.2/CIPSTART/set/34"])
@pytest.mark.parametrize(("ip", "port"), [(PEER, 1), (OTHER_PEER, 1001), (PEER, 65535)])
def test_the_peer_is_the_one_given(single, ip, port):
    """A link has the remote IP and port that it was given."""
    single.prepare(udp(ip=ip, port=port))

    link = require_one(single)
    assert (link.ip, link.port) == (ip, port), f"the peer is {ip}:{port}, not {link.ip}:{link.port}"


@pytest.mark.purpose("TP/TCPIP/CIPSTART/BV-11", verifies=["5.2.2/CIPSTART/set/35"])
@pytest.mark.parametrize("port", PORTS)
@pytest.mark.parametrize(("cipmux", "link"), [("single", ()), ("multi", (2,))])
def test_a_local_port_alone_is_answered_ok(request, cipmux, link, port):
    """A local port without a mode behind it is answered OK."""
    request.getfixturevalue(cipmux).send(udp_by_port(*link, local=port)).succeeds()


@pytest.mark.purpose("TP/TCPIP/CIPSTART/BV-12", verifies=["5.2.2/CIPSTART/set/05"])
@pytest.mark.parametrize("port", PORTS)
def test_a_local_port_alone_is_the_one_given(single, port):
    """A link that was given a local port and no mode has that port."""
    single.prepare(udp_by_port(local=port))

    link = require_one(single)
    assert link.local == port, f"the link has the local port {port}, not {link.local}"


def udp_by_port(*link, local):
    """AT+CIPSTART for UDP with a local port and no mode."""
    return set_("CIPSTART", *link, "UDP", PEER, REMOTE_PORT, local)


# Without an address


@pytest.fixture
def without_address(session):
    """A station that gets its address from an access point and has joined none."""
    session.afterwards(session.restart)
    session.prepare(set_("CWMODE_CUR", 1), set_("CWDHCP_CUR", 1, 1), execute("CWQAP"))
    # A station that was connected loses its address when it hears so.
    session.hear_out()
    told = addresses(session.observe(execute("CIFSR")))
    if set(told) - {NONE}:
        raise Inconclusive(f"the station has an address: {told}")
    return session


@pytest.mark.purpose("TP/TCPIP/CIPSTART/BI-15", verifies=["5.2.2/CIPSTART/set/36"])
@BRIEF_OR_FULL
def test_udp_without_an_address_is_refused(without_address, line):
    """A UDP link of a station that has no address is refused, and refused again."""
    for exchange in without_address.repeat(line, 2):
        exchange.is_refused()


@pytest.mark.purpose("TP/TCPIP/CIPSTART/BI-16", verifies=["5.2.2/CIPSTART/set/16"])
@BRIEF_OR_FULL
def test_what_is_refused_without_an_address_opens_no_link(without_address, line):
    """After the refusal of a UDP link for want of an address no link is open."""
    without_address.refuse(without_address.send(line), "set/36")

    require_none(without_address)


# A link that exists already


@pytest.mark.purpose("TP/TCPIP/CIPSTART/BV-07", verifies=["5.2.2/CIPSTART/set/06"])
@pytest.mark.parametrize(
    "again", [udp(), udp(ip=OTHER_PEER, local=2002)], ids=["the-same", "another"]
)
def test_a_second_single_link_is_already_there(single, again):
    """With CIPMUX=0 and a link open another one is answered ALREADY CONNECT."""
    open_udp(single)

    says_already(single.send(again))


@pytest.mark.purpose("TP/TCPIP/CIPSTART/BV-08", verifies=["5.2.2/CIPSTART/set/06"])
@pytest.mark.parametrize("link", IDS)
def test_a_link_with_the_same_id_is_already_there(multi, link):
    """With CIPMUX=1 and a link open another one with its ID is answered ALREADY CONNECT."""
    open_udp(multi, link)

    says_already(multi.send(udp(link, ip=OTHER_PEER, local=3001)))


@pytest.mark.purpose("TP/TCPIP/CIPSTART/BI-01", verifies=["5.2.2/CIPSTART/set/07"])
@pytest.mark.parametrize(("cipmux", "link"), [("single", ()), ("multi", (2,))])
def test_what_exists_already_stays_as_it_was(request, cipmux, link):
    """The link that was there keeps its remote IP and its ports."""
    session = request.getfixturevalue(cipmux)
    session.prepare(udp(*link))
    before = require_one(session)
    session.send(udp(*link, ip=OTHER_PEER, port=1002, local=2002))

    after = require_one(session)
    assert after == before, f"the link is as before, {before}, not {after}"


# What is refused


@pytest.mark.purpose("TP/TCPIP/CIPSTART/BI-02", verifies=["5.2.2/CIPSTART/set/08"])
@pytest.mark.parametrize(
    ("cipmux", "line"),
    [
        pytest.param("single", udp(0), id="id-in-single"),
        pytest.param("single", udp_in_brief(0), id="id-in-single-brief"),
        pytest.param("multi", udp(), id="no-id-in-multi"),
        pytest.param("multi", udp_in_brief(), id="no-id-in-multi-brief"),
    ],
)
def test_the_form_of_the_other_mode_is_refused(request, cipmux, line):
    """A link ID with CIPMUX=0, or none with CIPMUX=1, is refused."""
    request.getfixturevalue(cipmux).send(line).is_refused()


@pytest.mark.purpose("TP/TCPIP/CIPSTART/BI-03", verifies=["5.2.2/CIPSTART/set/09"])
@pytest.mark.parametrize("link", list(outside(parameter_of(CIPSTART, "link-id"))))
def test_another_link_id_is_refused(multi, link):
    """A link ID outside 0 to 4 is refused."""
    multi.send(with_value(MULTI, "link-id", link)).is_refused()


@pytest.mark.purpose("TP/TCPIP/CIPSTART/BI-04", verifies=["5.2.2/CIPSTART/set/10"])
@pytest.mark.parametrize("kind", NO_TYPES)
def test_another_type_is_refused(single, kind):
    """A type other than TCP, UDP and SSL is refused."""
    single.send(with_value(SINGLE, "type", kind)).is_refused()


@pytest.mark.purpose("TP/TCPIP/CIPSTART/BI-05", verifies=["5.2.2/CIPSTART/set/11"])
@pytest.mark.parametrize("mode", list(outside(parameter_of(CIPSTART, "udp-mode"))))
def test_another_mode_is_refused(single, mode):
    """A UDP mode other than 0, 1 and 2 is refused."""
    single.send(with_value(SINGLE, "udp-mode", mode)).is_refused()


@pytest.mark.purpose("TP/TCPIP/CIPSTART/BI-06", verifies=["5.2.2/CIPSTART/set/12"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("cipmux", "link"), [("single", ()), ("multi", (1,))])
def test_a_mode_without_a_local_port_is_refused(request, cipmux, link, mode):
    """A UDP mode behind an empty local port is refused."""
    line = set_("CIPSTART", *link, "UDP", PEER, REMOTE_PORT, Verbatim(b""), mode)

    request.getfixturevalue(cipmux).send(line).is_refused()


@pytest.mark.purpose("TP/TCPIP/CIPSTART/BI-07", verifies=["5.2.2/CIPSTART/set/13"])
@pytest.mark.parametrize(
    ("name", "port"),
    [(name, port) for name in ("remote-port", "udp-local-port") for port in no_ports(name)],
)
def test_what_is_no_port_is_refused(single, name, port):
    """A number that is no port number is refused as remote and as local port."""
    single.send(with_value(SINGLE, name, port)).is_refused()


@pytest.mark.purpose("TP/TCPIP/CIPSTART/BI-08", verifies=["5.2.2/CIPSTART/set/14"])
@pytest.mark.parametrize("line", [*shapes(SINGLE, quotes=False), *more_shapes(SINGLE)])
def test_a_wrong_shape_is_refused(single, line):
    """With CIPMUX=0 parameters that are missing, too many, empty or no numbers are refused."""
    single.send(line).is_refused()


@pytest.mark.purpose("TP/TCPIP/CIPSTART/BI-09", verifies=["5.2.2/CIPSTART/set/14"])
@pytest.mark.parametrize("line", [*shapes(MULTI, quotes=False), *more_shapes(MULTI)])
def test_a_wrong_shape_with_a_link_id_is_refused(multi, line):
    """With CIPMUX=1 parameters that are missing, too many, empty or no numbers are refused."""
    multi.send(line).is_refused()


@pytest.mark.purpose("TP/TCPIP/CIPSTART/BI-10", verifies=["5.2.2/CIPSTART/set/15"])
@pytest.mark.parametrize("line", list(shapes(SINGLE, quotes=True)))
def test_a_string_without_its_quotation_marks_is_not_accepted(single, line):
    """A type or remote IP without quotation marks, or with half of them, is not accepted."""
    single.send(line).is_refused()


@pytest.mark.purpose("TP/TCPIP/CIPSTART/BI-11", verifies=["5.2.2/CIPSTART/set/16"])
@pytest.mark.parametrize(("rule", "line"), BAD.values(), ids=BAD.keys())
def test_what_is_refused_opens_no_link(single, rule, line):
    """After a line that has to be refused no link is open."""
    single.refuse(single.send(line), rule)

    require_none(single)


@pytest.mark.purpose("TP/TCPIP/CIPSTART/BI-12", verifies=["5.2.2/CIPSTART/set/17"])
@pytest.mark.parametrize("mode", [1, 2])
def test_no_transmission_over_a_link_of_another_mode(single, mode):
    """With CIPMODE=1, a UDP link of mode 1 or 2 comes to no transmission."""
    single.prepare(set_("CIPMODE", 1))
    single.send(udp(mode=mode))

    is_refused(ask(single, execute("CIPSEND")).decides())


# Connections that nobody accepts


@pytest.mark.purpose("TP/TCPIP/CIPSTART/BI-13", verifies=["5.2.2/CIPSTART/set/22"])
@pytest.mark.parametrize("keep_alive", [(), (0,), (7200,)], ids=["none", "0", "7200"])
@pytest.mark.parametrize(("cipmux", "link"), [("single", ()), ("multi", (0,))])
def test_tcp_that_nobody_accepts_is_an_error(request, cipmux, link, keep_alive):
    """A TCP connection to an address at which nobody is ends in ERROR."""
    line = set_("CIPSTART", *link, "TCP", PEER, REMOTE_PORT, *keep_alive)
    session = request.getfixturevalue(cipmux)

    session.observe(line, answer_s=CONNECT_S).is_refused()


@pytest.mark.purpose("TP/TCPIP/CIPSTART/BI-14", verifies=["5.2.2/CIPSTART/set/30"])
@pytest.mark.parametrize(("cipmux", "link"), [("single", ()), ("multi", (0,))])
def test_ssl_that_nobody_accepts_is_an_error(request, cipmux, link):
    """An SSL connection to an address at which nobody is ends in ERROR."""
    line = set_("CIPSTART", *link, "SSL", PEER, REMOTE_PORT)
    session = request.getfixturevalue(cipmux)
    exchange = session.observe(line, answer_s=CONNECT_S)
    require_memory(session, exchange)

    exchange.is_refused()


def require_memory(session, started):
    """An IUT that restarts when it is to start SSL may lack memory for it: that decides nothing.

    Note 3 allows that, and nothing else that restarts.
    """
    later = session.await_restart(session.timing.absent_s)
    if started.restarted or later.restarted or session.observe(execute("AT")).restarted_before:
        raise Inconclusive("the IUT restarted when SSL was started, which note 3 allows")


# The same of an IUT in use

globals().update(
    again(
        test_one_of_several_links_is_answered_ok,
        test_every_local_port_is_answered_ok,
        test_a_local_port_alone_is_answered_ok,
        test_a_local_port_alone_is_the_one_given,
        test_a_single_link_is_open,
        test_several_links_are_open,
        test_a_second_single_link_is_already_there,
        test_another_link_id_is_refused,
        test_another_type_is_refused,
        test_a_wrong_shape_is_refused,
        test_a_wrong_shape_with_a_link_id_is_refused,
        test_a_single_link_is_answered_ok,
        test_the_local_port_is_the_one_given,
        test_the_peer_is_the_one_given,
        test_another_mode_is_refused,
        test_what_is_no_port_is_refused,
        test_a_link_with_the_same_id_is_already_there,
    )
)
