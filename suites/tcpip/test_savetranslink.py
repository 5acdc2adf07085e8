"""Clause 5.2.15: AT+SAVETRANSLINK (rulings R-88, R-91 and R-92). Every purpose writes to the flash.

How the saved link behaves towards its peer, only a peer could tell.
"""

from dataclasses import replace

import pytest

from conformance.catalogue import load_edition
from conformance.commandline import Verbatim, raw, set_
from conformance.verdict import Inconclusive
from suites.inuse import again
from suites.malformed import outside, wrong_shapes
from suites.tcpip import translink
from suites.tcpip.net import links
from suites.tcpip.passthrough import is_in, lead_out, lead_out_if_in
from suites.tcpip.setting import require
from suites.tcpip.translink import NAME, PEER, PORT, saved

WHOLE = load_edition().commands[NAME]

#: The command without what stands in brackets: lines that are wrong for anything else are its.
SHORT = replace(WHOLE, parameters=WHOLE.parameters[:3], example=WHOLE.example[:3])

#: Rulings leave open what a comma with nothing behind it means where a parameter may be left out.
WRONG = {name: line for name, line in wrong_shapes(SHORT) if name != "comma-at-end"}


def purpose(code, number):
    """The marker of a purpose of this file."""
    return pytest.mark.purpose(
        f"TP/TCPIP/SAVETRANSLINK/{code}",
        verifies=[f"5.2.15/SAVETRANSLINK/set/{number}"],
        hazards=["destructive"],
    )


@pytest.fixture
def iut(session):
    """An IUT that afterwards starts as usual."""
    return translink.afterwards_none(session)


@pytest.fixture
def softap(session):
    """An IUT that is a softAP when it starts, and afterwards starts as it did before."""
    translink.softap_at_start(session)
    return translink.afterwards_none(session)


@purpose("BV-01", "01")
@pytest.mark.parametrize(
    ("host", "port"),
    [("192.168.6.110", 1002), (PEER, 1), ("1.2.3.4", 256), ("223.255.255.254", 65535)],
)
def test_a_tcp_link_is_answered_ok(iut, host, port):
    """An IP address, a port number and the type TCP are answered OK."""
    iut.send(saved(host, port, "TCP")).succeeds()


@purpose("BV-02", "02")
@pytest.mark.parametrize(("host", "port"), [("192.168.6.10", 1001), (PEER, PORT)])
def test_a_link_without_a_type_is_answered_ok(iut, host, port):
    """An IP address and a port number alone are answered OK."""
    iut.send(saved(host, port)).succeeds()


@purpose("BV-03", "03")
def test_a_udp_link_is_answered_ok(iut):
    """The type UDP is answered OK."""
    iut.send(saved(PEER, PORT, "UDP")).succeeds()


@purpose("BV-04", "04")
@pytest.mark.parametrize("keep_alive", [0, 1, 2, 120, 255, 256, 7199, 7200])
def test_a_documented_keep_alive_is_answered_ok(iut, keep_alive):
    """A keep-alive from 0 to 7200 behind the type TCP is answered OK."""
    iut.send(saved(PEER, PORT, "TCP", keep_alive)).succeeds()


@purpose("BV-05", "05")
@pytest.mark.parametrize("port", [1, 2002, 7201, 65535])
def test_a_local_port_is_answered_ok(iut, port):
    """A local port of a UDP link, in one of the places that the signature admits, is OK."""
    translink.save_local_port(iut, port).succeeds()


@purpose("BV-06", "06")
@pytest.mark.parametrize("before", [(), (saved(PEER, PORT, "UDP"),)], ids=["none", "saved"])
def test_the_normal_mode_is_answered_ok(iut, before):
    """AT+SAVETRANSLINK=0, alone or with a link, is answered OK, whatever was saved."""
    iut.prepare(*before)

    translink.cancel(iut).succeeds()


@purpose("BI-01", "07")
@pytest.mark.parametrize("mode", list(outside(WHOLE.parameters[0])))
def test_another_mode_is_refused(iut, mode):
    """A mode other than 0 and 1 is refused."""
    iut.send(set_(NAME, mode, PEER, PORT)).is_refused()


@purpose("BI-02", "08")
@pytest.mark.parametrize("host", ["256.168.4.2", "192.168.4.256", "192.168.4.2.1", "192.168.999.2"])
def test_what_is_no_address_is_refused(iut, host):
    """Numbers that no IP address has are refused."""
    iut.send(saved(host, PORT, "TCP")).is_refused()


@purpose("BI-03", "09")
@pytest.mark.parametrize("port", [-1, 65536, 65536 + PORT, 2**32 + PORT, 2**64 + PORT, 10**20])
def test_what_is_no_port_number_is_refused(iut, port):
    """A number that no port has is refused."""
    iut.send(saved(PEER, port, "TCP")).is_refused()


@purpose("BI-04", "10")
@pytest.mark.parametrize("kind", ["SSL", "ICMP", "TCPIP", "UD", "T", "TCP,UDP"])
def test_another_type_is_refused(iut, kind):
    """A type other than TCP and UDP is refused."""
    iut.send(saved(PEER, PORT, kind)).is_refused()


@purpose("BI-05", "11")
@pytest.mark.parametrize("keep_alive", list(outside(WHOLE.parameters[4])))
def test_another_keep_alive_is_refused(iut, keep_alive):
    """A keep-alive outside 0 to 7200 behind the type TCP is refused."""
    iut.send(saved(PEER, PORT, "TCP", keep_alive)).is_refused()


@purpose("BI-06", "12")
@pytest.mark.parametrize("line", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_shape_is_refused(iut, line):
    """A line without address or port, or with something of a wrong kind, is refused."""
    iut.send(line).is_refused()


@purpose("BI-07", "12")
@pytest.mark.parametrize(
    "values",
    [
        (PEER, PORT, "TCP", 1, 2002, 1),
        (PEER, PORT, "UDP", 0, 2002, 1),
        (PEER, PORT, "TCP", Verbatim(b"x")),
        (PEER, PORT, "TCP", Verbatim(b"1.5")),
        (PEER, PORT, "TCP", Verbatim(b"1a")),
        (PEER, PORT, Verbatim(b"5")),
    ],
    ids=["tcp-one-more", "udp-one-more", "letter", "fraction", "tail", "type-a-number"],
)
def test_something_wrong_in_brackets_is_refused(iut, values):
    """Optional parameters of a wrong kind, or more than there are, are refused."""
    iut.send(saved(*values)).is_refused()


#: Lines that are refused for one parameter, with a link in them that would be a new one, and the
#: rules that say so.
REFUSED = {
    "mode": ("set/07", (2, PEER, 3003, "UDP")),
    "port": ("set/09", (1, PEER, 65536, "UDP")),
    "type": ("set/10", (1, PEER, 3003, "XYZ")),
    "keep-alive": ("set/11", (1, PEER, 3003, "TCP", 7201)),
    "no-port": ("set/12", (1, PEER)),
}


@purpose("BI-08", "13")
@pytest.mark.parametrize(("rule", "values"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_refused_is_not_saved(iut, rule, values):
    """A line that is refused changes nothing in either parameter area of the flash."""
    iut.agree(translink.cancel(iut))
    before = iut.read_flash("user", "system")
    iut.refuse(iut.send(set_(NAME, *values)), rule)

    assert iut.read_flash("user", "system") == before, "both parameter areas are as before"


@purpose("BV-07", "14")
@pytest.mark.parametrize("kind", ["UDP"])
def test_the_iut_starts_in_passthrough_mode(softap, kind):
    """A link is saved; when the power comes on, AT is not answered OK."""
    softap.prepare(saved(PEER, PORT, kind))
    softap.power_cycle()

    assert is_in(softap), "AT is taken for data and not answered OK"


@purpose("BV-08", "14")
def test_the_iut_starts_in_passthrough_mode_again(softap):
    """A link is saved; when the power comes on for a second time, too, AT is not answered OK."""
    softap.prepare(saved(PEER, PORT, "UDP"))
    translink.start_in_passthrough(softap)
    softap.power_cycle()

    assert is_in(softap), "AT is taken for data and not answered OK"


@purpose("BV-24", "94")
def test_whether_another_start_is_in_passthrough_mode(softap, requirement):
    """A link is saved; after AT+RST the IUT is in passthrough mode, or starts as usual."""
    softap.prepare(saved(PEER, PORT, "UDP"))
    softap.restart()

    what = "in passthrough mode" if is_in(softap) else "as usual"
    requirement.observes("5.2.15/SAVETRANSLINK/set/94", what)
    lead_out_if_in(softap)


@purpose("BV-09", "15")
def test_three_plus_signs_lead_out(softap):
    """The IUT has started in passthrough mode; after +++ and a second, AT is answered OK."""
    softap.prepare(saved(PEER, PORT, "UDP"))
    translink.start_in_passthrough(softap)
    lead_out(softap)

    softap.responds()


@purpose("BV-10", "16")
@pytest.mark.parametrize("started", [True, False], ids=["after-a-start", "before-a-start"])
def test_what_was_saved_can_be_cancelled(softap, started):
    """A link is saved and cancelled; when the power comes on, AT is answered OK."""
    softap.prepare(saved(PEER, PORT, "UDP"))
    if started:
        translink.start_in_passthrough(softap)
        lead_out(softap)
    softap.agree(translink.cancel(softap))
    softap.power_cycle()

    softap.responds()


def link_at_start(session):
    """The first link that AT+CIPSTATUS tells after a start in passthrough mode and +++."""
    translink.start_in_passthrough(session)
    lead_out(session)
    told = links(session)
    if not told:  # it may be closed by then
        raise Inconclusive("AT+CIPSTATUS tells no link after +++")
    return told[0]


@purpose("BV-11", "17")
@pytest.mark.parametrize(
    ("before", "host", "port"),
    [((), PEER, PORT), ((saved(PEER, PORT, "UDP"),), "192.168.4.3", 3003)],
    ids=["the-first", "the-second"],
)
def test_the_link_is_the_saved_one(softap, before, host, port):
    """After a start and +++, AT+CIPSTATUS tells a UDP link to the address and port saved last."""
    softap.prepare(*before, saved(host, port, "UDP"))

    link = link_at_start(softap)
    actual = (link.type, link.ip, link.port)
    assert actual == ("UDP", host, port), f"a UDP link to {host}, port {port}"


@purpose("BV-12", "18")
@pytest.mark.parametrize("port", [2002, 3003])
def test_the_local_port_is_the_saved_one(softap, port):
    """After a start and +++, AT+CIPSTATUS tells the local port that was saved."""
    softap.agree(translink.save_local_port(softap, port))

    assert link_at_start(softap).local == port, f"local port {port}"


@purpose("BV-14", "19")
def test_without_a_type_no_udp_link_is_there(softap):
    """A link is saved without a type; after a start and +++ there is no link but a TCP one.

    A UDP link that was saved before, and is told, shows that one would be.
    """
    softap.prepare(saved(PEER, PORT, "UDP"))
    if link_at_start(softap).type != "UDP":
        raise Inconclusive("AT+CIPSTATUS does not tell a UDP link after +++")
    softap.prepare(saved(PEER, PORT))
    translink.start_in_passthrough(softap)
    lead_out(softap)

    told = links(softap)
    assert all(link.type == "TCP" for link in told), "TCP as the type of every link, if any"


@purpose("BV-15", "23")
@pytest.mark.parametrize("before", [0, 1])
def test_without_a_link_the_iut_starts_in_normal_mode(iut, before):
    """When no link is saved, after AT+RST AT+CIPMODE? tells 0, whatever it told before."""
    iut.agree(translink.cancel(iut))
    iut.observe(set_("CIPMODE", before))  # where it is refused there is less to see
    iut.restart()

    require(iut, "CIPMODE", 0)


@purpose("BV-16", "24")
@pytest.mark.parametrize("kind", ["TCP", "UDP"])
def test_the_iut_takes_commands_until_it_starts_again(iut, kind):
    """A link is saved; AT is answered OK afterwards, and again after a while."""
    iut.prepare(saved(PEER, PORT, kind))

    iut.responds()
    iut.settle()
    iut.responds()


@purpose("BI-09", "25")
@pytest.mark.parametrize("port", [-1, 65536, 65536 + 2002, 2**32 + 2002, 2**64 + 2002, 10**20])
def test_a_local_port_that_is_none_is_refused(iut, port):
    """Where the IUT takes a local port, a number that no port has is refused."""
    told = translink.save_local_port(iut, 2002)
    iut.agree(told)

    iut.send(raw(told.line.text.replace(b"2002", b"%d" % port))).is_refused()


@purpose("BV-13", "22")
@pytest.mark.parametrize("kind", ["TCP", "UDP"])
def test_a_link_to_nobody_is_saved(iut, kind):
    """A link to an address where nobody is changes the user parameter area of the flash."""
    iut.agree(translink.cancel(iut))
    (before,) = iut.read_flash("user")
    iut.prepare(saved("10.1.2.3", 3003, kind))

    (afterwards,) = iut.read_flash("user")
    assert afterwards != before, "the user parameter area differs after a new link was saved"


# The same of an IUT in use

globals().update(
    again(
        test_a_udp_link_is_answered_ok,
        test_a_link_without_a_type_is_answered_ok,
        test_a_documented_keep_alive_is_answered_ok,
        test_a_local_port_is_answered_ok,
        test_a_tcp_link_is_answered_ok,
        test_another_mode_is_refused,
        test_a_wrong_shape_is_refused,
        test_what_is_no_address_is_refused,
        test_what_is_no_port_number_is_refused,
        test_another_type_is_refused,
        test_another_keep_alive_is_refused,
        test_the_normal_mode_is_answered_ok,
        test_the_link_is_the_saved_one,
    )
)
