"""Clauses 5.2.6 to 5.2.9 with a TCP connection: what is refused although there is a buffer.

The connection is that of a client to the IUT's server (clause 5.2.13), which needs no network but
the softAP. What the commands do with data is not looked at here.
"""

import pytest

from conformance.catalogue import load_edition
from conformance.commandline import set_
from conformance.grammar import ERROR, OK
from conformance.verdict import Inconclusive
from suites.malformed import outside
from suites.tcpip.clients import client
from suites.tcpip.net import IDS, ask, case, is_refused, links, parameter_of
from suites.tcpip.test_sendbuffer import (
    BEHIND_ID,
    SINGLE,
    for_link,
    shapes,
    with_ids,
    without_id,
)

COMMANDS = load_edition().commands
RESET = "CIPBUFRESET"
#: How the document spells its name (ruling R-70).
SPELLINGS = (RESET, "CIPBUFORESET", "CIPBUFRST")


#: The link of the first client, as clause 5.2.13 lets the server number its clients.
LINK = 0
LENGTH = parameter_of(COMMANDS["CIPSENDBUF"], "length")


def works(session, name):
    """Whether the line of `name` for the client's link is taken."""
    if name == "CIPSENDBUF":
        exchange = ask(session, for_link(name, LINK))
        return exchange.prompted and session.give(b"x" * BEHIND_ID[name][0]).final != ERROR
    return session.send(for_link(name, LINK)).final == OK


@pytest.fixture
def buffered(server, name):
    """An IUT that takes the command's line for the link of a client, which stays connected."""
    peer = client(server)
    told = links(server)
    if [each.id for each in told] != [LINK]:
        raise Inconclusive(f"the client's link is not told as link {LINK} alone: {told}")
    if name == "CIPCHECKSEQ":
        works(server, "CIPSENDBUF")  # there has to be a segment
    if not works(server, name):
        raise Inconclusive(f"it does not take {for_link(name, LINK).text!r}, so it shows nothing")
    if not peer.connected(within_s=0):
        raise Inconclusive("the client is not connected any more")
    return server


def others(parameter):
    """The link IDs that are documented, but for that of the client."""
    return [each for each in IDS if each != LINK]


@pytest.mark.purpose("TP/TCPIP/CIPBUFRESET/AIR-BV-01", verifies=["5.2.9/CIPBUFRESET/set/06"])
def test_the_segment_ids_are_reset(server):
    """With a client's connection AT+CIPBUFRESET=<link ID> is answered OK, however it is spelt."""
    client(server)
    lines = [set_(each, LINK) for each in SPELLINGS]

    exchanges = [server.send(line) for line in lines]
    if OK not in (each.final for each in exchanges):
        raise exchanges[0].objection("OK, under this name or another one that is printed")


@pytest.mark.parametrize(("name", "line"), with_ids("AIR-BI-02", "02", others))
def test_another_links_id_is_refused(buffered, name, line):
    """With a client on one link each of the commands is answered ERROR for another one."""
    is_refused(ask(buffered, line))


@pytest.mark.parametrize(("name", "line"), with_ids("AIR-BI-03", "03", outside))
def test_another_link_id_is_refused(buffered, name, line, refused):
    """With a client on a link a link ID outside 0 to 4 is refused."""
    refused(ask(buffered, line))


@pytest.mark.parametrize(("name", "line"), without_id("AIR-BI-05", "set/04"))
def test_no_id_is_refused(buffered, name, line, refused):
    """With CIPMUX=1 and a client on a link the line without a link ID is refused."""
    refused(ask(buffered, line))


@pytest.mark.parametrize(("name", "line"), shapes("AIR-BI-07", SINGLE, link_id=LINK))
def test_a_wrong_shape_is_refused(buffered, name, line, refused):
    """With a client on the link a parameter that is missing, too many or no number is refused."""
    refused(ask(buffered, line))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        case(COMMANDS["CIPSENDBUF"], "AIR-BI-08", "set/15", value, value)
        for value in outside(LENGTH)
        if value > LENGTH.bounds[-1]
    ],
)
def test_a_length_that_is_too_great_is_refused(buffered, name, value, refused):
    """With a client on the link a length over 2048 is refused."""
    refused(ask(buffered, set_(name, LINK, value)))
