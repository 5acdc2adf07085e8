"""Clause 5.2.1: AT+CIPSTATUS, with UDP links that need no peer."""

import re

import pytest

from conformance.commandline import execute
from conformance.verdict import NonConformity
from suites.inuse import again
from suites.tcpip.net import IDS, OTHER_PEER, links, links_told, open_udp, udp
from suites.tcpip.udp import PEER

CIPSTATUS = execute("CIPSTATUS")

#: Which links are open: none, one, some, all.
OPEN = [(), (0,), (4,), (1, 3), tuple(IDS)]


def named(ids):
    """A name for a set of links."""
    return "-".join(map(str, ids)) or "none"


def has_one_status(exchange):
    """Require one line STATUS with a documented state, before the lines of the links."""
    lines = exchange.information
    states = [index for index, line in enumerate(lines) if re.match(rb"STATUS ?:", line)]
    told = [index for index, line in enumerate(lines) if line.startswith(b"+")]
    documented = len(states) == 1 and re.fullmatch(rb"STATUS ?: ?[2-5]", lines[states[0]])
    if not documented or (told and told[0] < states[0]):
        raise NonConformity("one line STATUS:<2 to 5>, before the links", exchange.describe())


def require(actual, wanted, what):
    """Require what is told of the links to be `wanted`."""
    if actual != wanted:
        raise NonConformity(f"{what} {wanted}", f"{what} {actual}")


@pytest.mark.purpose("TP/TCPIP/CIPSTATUS/BV-01", verifies=["5.2.1/CIPSTATUS/execute/01"])
@pytest.mark.parametrize("ids", OPEN, ids=named)
def test_the_answer_ends_with_ok(multi, ids):
    """AT+CIPSTATUS is answered OK, with links and without."""
    multi.prepare(*(udp(link, local=2001 + link) for link in ids))

    multi.send(CIPSTATUS).succeeds()


@pytest.mark.purpose("TP/TCPIP/CIPSTATUS/BV-02", verifies=["5.2.1/CIPSTATUS/execute/02"])
@pytest.mark.parametrize("ids", OPEN, ids=named)
def test_the_state_is_told_once_and_first(multi, ids):
    """AT+CIPSTATUS tells one of the documented states, before the links."""
    multi.prepare(*(udp(link, local=2001 + link) for link in ids))

    has_one_status(multi.send(CIPSTATUS))


@pytest.mark.purpose("TP/TCPIP/CIPSTATUS/BV-03", verifies=["5.2.1/CIPSTATUS/execute/02"])
def test_the_state_is_told_with_a_single_link(single):
    """With CIPMUX=0, too, AT+CIPSTATUS tells one of the documented states, before the link."""
    open_udp(single)

    has_one_status(single.send(CIPSTATUS))


@pytest.mark.purpose("TP/TCPIP/CIPSTATUS/BV-04", verifies=["5.2.1/CIPSTATUS/execute/03"])
@pytest.mark.parametrize("ids", OPEN[1:], ids=named)
def test_each_open_link_has_a_line(multi, ids):
    """With CIPMUX=1 there are as many lines as open links."""
    open_udp(multi, *ids)

    require(len(links(multi)), len(ids), "number of links")


@pytest.mark.purpose("TP/TCPIP/CIPSTATUS/BV-05", verifies=["5.2.1/CIPSTATUS/execute/03"])
def test_the_only_link_has_a_line(single):
    """With CIPMUX=0 and a link open there is one line."""
    open_udp(single)

    require(len(links(single)), 1, "number of links")


@pytest.mark.purpose("TP/TCPIP/CIPSTATUS/BV-06", verifies=["5.2.1/CIPSTATUS/execute/04"])
@pytest.mark.parametrize("mode", ["single", "multi"])
def test_without_links_there_is_no_line(request, mode):
    """While no link is open there is no line of a link."""
    session = request.getfixturevalue(mode)

    require(len(links(session)), 0, "number of links")


@pytest.mark.purpose("TP/TCPIP/CIPSTATUS/BV-07", verifies=["5.2.1/CIPSTATUS/execute/05"])
@pytest.mark.parametrize("ids", OPEN[1:], ids=named)
def test_the_line_has_its_fields(multi, ids):
    """With CIPMUX=1 every line has its six fields in their order."""
    open_udp(multi, *ids)
    exchange = multi.send(CIPSTATUS)
    told = links_told(exchange)

    if not told or any(link.id is None for link in told):
        raise NonConformity("lines +CIPSTATUS of six fields, with the link ID", exchange.describe())


@pytest.mark.purpose("TP/TCPIP/CIPSTATUS/BV-08", verifies=["5.2.1/CIPSTATUS/execute/05"])
def test_the_only_line_has_its_fields(single):
    """With CIPMUX=0 the line has its fields in their order; the link ID may be missing."""
    open_udp(single)
    exchange = single.send(CIPSTATUS)

    if not links_told(exchange):
        raise NonConformity("a line +CIPSTATUS with its fields", exchange.describe())


@pytest.mark.purpose("TP/TCPIP/CIPSTATUS/BV-09", verifies=["5.2.1/CIPSTATUS/execute/06"])
@pytest.mark.parametrize("ids", OPEN[1:], ids=named)
def test_the_link_ids_are_told(multi, ids):
    """The IDs are those under which the links were opened."""
    open_udp(multi, *ids)

    require(sorted(link.id for link in links(multi)), sorted(ids), "link IDs")


@pytest.mark.purpose("TP/TCPIP/CIPSTATUS/BV-10", verifies=["5.2.1/CIPSTATUS/execute/07"])
@pytest.mark.parametrize("ids", [(0,), (1, 3)], ids=named)
def test_the_type_is_told(multi, ids):
    """The type of a UDP link is UDP."""
    open_udp(multi, *ids)

    require([link.type for link in links(multi)], ["UDP"] * len(ids), "types")


@pytest.mark.purpose("TP/TCPIP/CIPSTATUS/BV-11", verifies=["5.2.1/CIPSTATUS/execute/08"])
@pytest.mark.parametrize("ip", [PEER, OTHER_PEER, "192.168.4.254"])
def test_the_remote_ip_is_told(single, ip):
    """The remote IP is the one that the link was opened with."""
    single.prepare(udp(ip=ip))

    require([link.ip for link in links(single)], [ip], "remote IPs")


@pytest.mark.purpose("TP/TCPIP/CIPSTATUS/BV-12", verifies=["5.2.1/CIPSTATUS/execute/09"])
@pytest.mark.parametrize("port", [1, 255, 256, 1001, 65535])
def test_the_remote_port_is_told(single, port):
    """The remote port is the one that the link was opened with."""
    single.prepare(udp(port=port))

    require([link.port for link in links(single)], [port], "remote ports")


@pytest.mark.purpose("TP/TCPIP/CIPSTATUS/BV-13", verifies=["5.2.1/CIPSTATUS/execute/10"])
@pytest.mark.parametrize("port", [1024, 2001, 65535])
def test_the_local_port_is_told(single, port):
    """The local port is the one that the link was opened with."""
    single.prepare(udp(local=port))

    require([link.local for link in links(single)], [port], "local ports")


@pytest.mark.purpose("TP/TCPIP/CIPSTATUS/BV-14", verifies=["5.2.1/CIPSTATUS/execute/11"])
@pytest.mark.parametrize("ids", [(0,), (1, 3)], ids=named)
def test_the_iut_is_the_client(multi, ids):
    """Of a link that it opened itself the IUT tells 0, client."""
    open_udp(multi, *ids)

    require([link.tetype for link in links(multi)], [0] * len(ids), "tetypes")


@pytest.mark.purpose("TP/TCPIP/CIPSTATUS/BV-15", verifies=["5.2.1/CIPSTATUS/execute/08"])
def test_each_link_has_its_own_peer(multi):
    """With two links open each line tells the remote IP of its own link."""
    multi.prepare(udp(0, ip=PEER, local=2001), udp(3, ip=OTHER_PEER, local=2002))

    require({link.id: link.ip for link in links(multi)}, {0: PEER, 3: OTHER_PEER}, "remote IPs")


# The same of an IUT in use

globals().update(
    again(
        test_each_open_link_has_a_line,
        test_the_line_has_its_fields,
        test_the_link_ids_are_told,
        test_the_remote_port_is_told,
        test_the_local_port_is_told,
        test_the_answer_ends_with_ok,
        test_the_state_is_told_once_and_first,
        test_the_type_is_told,
        test_the_remote_ip_is_told,
        test_the_iut_is_the_client,
    )
)
