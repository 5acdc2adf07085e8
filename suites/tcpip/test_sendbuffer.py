"""Clauses 5.2.6 to 5.2.9: AT+CIPSENDBUF, AT+CIPBUFSTATUS, AT+CIPCHECKSEQ, AT+CIPBUFRESET.

They work on TCP connections, which take a peer. What shows without one is what they refuse.
"""

import pytest

from conformance.catalogue import load_edition
from conformance.commandline import execute, set_
from suites.inuse import again
from suites.malformed import outside, wrong_shapes
from suites.tcpip.net import IDS, ask, case, is_refused, open_udp, parameter_of, shaped

COMMANDS = load_edition().commands

#: The lines for a single connection.
SINGLE = {
    "CIPSENDBUF": set_("CIPSENDBUF", 5),
    "CIPBUFSTATUS": execute("CIPBUFSTATUS"),
    "CIPCHECKSEQ": set_("CIPCHECKSEQ", 1),
    "CIPBUFRESET": execute("CIPBUFRESET"),
}
#: What stands behind the link ID in a line for several connections.
BEHIND_ID = {"CIPSENDBUF": (5,), "CIPBUFSTATUS": (), "CIPCHECKSEQ": (1,), "CIPBUFRESET": ()}
#: The commands that have parameters with CIPMUX=0, and what they have.
VALUES = {"CIPSENDBUF": {"length": 5}, "CIPCHECKSEQ": {"segment_id": 1}}


def for_link(name, link):
    """The line for one of several connections."""
    return set_(name, link, *BEHIND_ID[name])


def without_id(code, number):
    """A case for the line for a single connection of each command; {form} stands for its form."""
    return [
        case(COMMANDS[name], code, number.format(form=line.form), "no-id", line)
        for name, line in SINGLE.items()
    ]


def with_ids(code, number, ids):
    """A case for each command and each of the link IDs that `ids` makes of the parameter."""
    return [
        case(COMMANDS[name], code, f"set/{number}", link, for_link(name, link))
        for name in SINGLE
        for link in ids(parameter_of(COMMANDS[name], "link-id"))
    ]


def shapes(code, names, **link):
    """A case for each wrong shape of each command, with a link ID if one is given."""
    return [
        case(COMMANDS[name], code, "set/05", f"{len(link)}-{key}", line)
        for name in names
        for key, line in wrong_shapes(shaped(COMMANDS[name], **link, **VALUES.get(name, {})))
    ]


@pytest.mark.parametrize(("name", "line"), without_id("BI-01", "{form}/01"))
def test_without_a_connection_there_is_no_buffer(single, name, line):
    """With CIPMUX=0 and no link open each of the commands is answered ERROR."""
    is_refused(ask(single, line))


@pytest.mark.parametrize(("name", "line"), with_ids("BI-02", "02", lambda _: IDS))
def test_without_connections_there_is_no_buffer(multi, name, line):
    """With CIPMUX=1 and no link open each of the commands is answered ERROR."""
    is_refused(ask(multi, line))


@pytest.mark.parametrize(("name", "line"), with_ids("BI-03", "03", outside))
def test_another_link_id_is_refused(multi, name, line, refused):
    """A link ID outside 0 to 4 is refused."""
    refused(ask(multi, line))


@pytest.mark.parametrize(("name", "line"), with_ids("BI-04", "04", lambda _: [0]))
def test_an_id_with_a_single_connection_is_refused(single, name, line, refused):
    """With CIPMUX=0 the line with a link ID is refused."""
    refused(ask(single, line))


@pytest.mark.parametrize(("name", "line"), without_id("BI-05", "set/04"))
def test_no_id_with_several_connections_is_refused(multi, name, line, refused):
    """With CIPMUX=1 the line without a link ID is refused."""
    refused(ask(multi, line))


@pytest.mark.parametrize(("name", "line"), shapes("BI-06", VALUES))
def test_a_wrong_shape_is_refused(single, name, line, refused):
    """With CIPMUX=0 a parameter that is missing, too many or no number is refused."""
    refused(ask(single, line))


@pytest.mark.parametrize(("name", "line"), shapes("BI-07", SINGLE, link_id=0))
def test_a_wrong_shape_with_a_link_id_is_refused(multi, name, line, refused):
    """With CIPMUX=1 a parameter that is missing, too many or no number is refused."""
    refused(ask(multi, line))


@pytest.mark.purpose("TP/TCPIP/CIPSENDBUF/BI-08", verifies=["5.2.6/CIPSENDBUF/set/06"])
def test_a_udp_link_has_no_buffer(single):
    """With CIPMUX=0 and a UDP link open AT+CIPSENDBUF is answered ERROR."""
    open_udp(single)

    is_refused(ask(single, SINGLE["CIPSENDBUF"]))


@pytest.mark.purpose("TP/TCPIP/CIPSENDBUF/BI-09", verifies=["5.2.6/CIPSENDBUF/set/06"])
@pytest.mark.parametrize("link", [0, 4])
def test_none_of_several_udp_links_has_a_buffer(multi, link):
    """With CIPMUX=1 and a UDP link open AT+CIPSENDBUF for it is answered ERROR."""
    open_udp(multi, link)

    is_refused(ask(multi, for_link("CIPSENDBUF", link)))


# The same of an IUT in use

globals().update(
    again(
        test_without_a_connection_there_is_no_buffer,
        test_another_link_id_is_refused,
        test_a_wrong_shape_is_refused,
        test_without_connections_there_is_no_buffer,
        test_an_id_with_a_single_connection_is_refused,
        test_no_id_with_several_connections_is_refused,
        test_a_udp_link_has_no_buffer,
        test_a_wrong_shape_with_a_link_id_is_refused,
    )
)
