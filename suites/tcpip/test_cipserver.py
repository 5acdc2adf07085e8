"""Clause 5.2.13: AT+CIPSERVER (rulings R-88, R-93 and R-98).

No answer tells whether there is a server, but AT+CIPMUX=0 is refused while there is one (clause
5.2.12, note 3). Whether it listens, and where, only a peer could tell.
"""

import pytest

from conformance.catalogue import load_edition
from conformance.commandline import Verbatim, set_
from conformance.grammar import OK
from suites.inuse import again
from suites.malformed import outside, wrong_shapes
from suites.tcpip.setting import leave_settings

CIPSERVER = load_edition().commands["CIPSERVER"]

#: R-88: what fits into no 16 bits, or is below them.
NO_PORTS = [-1, 65536, 65536 + 333, 2**32 + 333, 2**64 + 333, 10**20]


@pytest.fixture
def iut(session):
    """An IUT with multiple connections and no server, left as it was found."""
    leave_settings(session)
    session.prepare(set_("CIPMUX", 1))
    return session


def has_server(session):
    """Whether AT+CIPMUX=0 is refused; without a server single connections are the mode then."""
    return session.send(set_("CIPMUX", 0)).final != OK


def cipserver(code, number):
    """The marker of a purpose of this file."""
    return pytest.mark.purpose(
        f"TP/TCPIP/CIPSERVER/{code}", verifies=[f"5.2.13/CIPSERVER/set/{number}"]
    )


@cipserver("BV-01", "01")
@pytest.mark.parametrize("port", [1, 80, 255, 256, 333, 1001, 8080, 32768, 65535])
def test_a_server_at_a_port_is_answered_ok(iut, port):
    """AT+CIPSERVER=1 with a port number is answered OK."""
    iut.send(set_("CIPSERVER", 1, port)).succeeds()


@cipserver("BV-02", "02")
def test_a_server_without_a_port_is_answered_ok(iut):
    """AT+CIPSERVER=1 without a port is answered OK."""
    iut.send(set_("CIPSERVER", 1)).succeeds()


@cipserver("BV-03", "03")
@pytest.mark.parametrize("port", [(), (1001,)], ids=["default-port", "1001"])
def test_deleting_a_server_is_answered_ok(iut, port):
    """When a server is there, AT+CIPSERVER=0 is answered OK."""
    iut.prepare(set_("CIPSERVER", 1, *port))

    iut.send(set_("CIPSERVER", 0)).succeeds()


@cipserver("BI-01", "04")
@pytest.mark.parametrize("port", [(), (1001,)], ids=["default-port", "1001"])
def test_single_connections_forbid_a_server(iut, port, refused):
    """With AT+CIPMUX=0, AT+CIPSERVER=1 is refused, and there is no server afterwards."""
    iut.prepare(set_("CIPMUX", 0))

    refused(iut.send(set_("CIPSERVER", 1, *port)))
    iut.prepare(set_("CIPMUX", 1))
    assert not has_server(iut), "AT+CIPMUX=0 is answered OK, as without a server"


@cipserver("BI-02", "05")
@pytest.mark.parametrize("value", list(outside(CIPSERVER.parameters[0])))
@pytest.mark.parametrize("port", [(), (1001,)], ids=["default-port", "1001"])
def test_another_mode_is_refused(iut, value, port, refused):
    """AT+CIPSERVER with another mode than 0 and 1 is refused."""
    refused(iut.send(set_("CIPSERVER", value, *port)))


@cipserver("BI-03", "06")
@pytest.mark.parametrize("port", NO_PORTS)
def test_what_is_no_port_number_is_refused(iut, port, refused):
    """AT+CIPSERVER=1 with a number that no port has is refused."""
    refused(iut.send(set_("CIPSERVER", 1, port)))


@cipserver("BI-04", "07")
@pytest.mark.parametrize(
    "line", [pytest.param(line, id=name) for name, line in wrong_shapes(CIPSERVER)]
)
def test_a_wrong_shape_is_refused(iut, line, refused):
    """AT+CIPSERVER with nothing, too much or no number after the equals sign is refused."""
    refused(iut.send(line))


#: Refused for the mode, for the port, or for its shape, and the rules that say so.
REFUSED = {
    "mode-2": ("set/05", (2,)),
    "mode-2-with-port": ("set/05", (2, 1001)),
    "mode-minus-1": ("set/05", (-1, 1001)),
    "port-65536": ("set/06", (1, 65536)),
    "port-minus-1": ("set/06", (1, -1)),
    "port-letter": ("set/07", (1, Verbatim(b"x"))),
    "one-more": ("set/07", (1, 1001, 0)),
}


@cipserver("BI-05", "08")
@pytest.mark.parametrize(("rule", "values"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_refused_creates_no_server(iut, rule, values):
    """After an AT+CIPSERVER that is refused, there is no server if there was none."""
    iut.refuse(iut.send(set_("CIPSERVER", *values)), rule)

    assert not has_server(iut), "AT+CIPMUX=0 is answered OK, as without a server"


@cipserver("BI-06", "08")
@pytest.mark.parametrize(("rule", "values"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_refused_deletes_no_server(iut, rule, values):
    """After an AT+CIPSERVER that is refused, the server from before is still there."""
    iut.prepare(set_("CIPSERVER", 1, 1001))
    iut.refuse(iut.send(set_("CIPSERVER", *values)), rule)

    assert has_server(iut), "AT+CIPMUX=0 is refused, as with a server"


@cipserver("BV-04", "09")
def test_a_restart_leaves_no_server(iut):
    """A server is created; after a restart there is none."""
    iut.prepare(set_("CIPSERVER", 1, 1001))
    iut.restart()
    iut.prepare(set_("CIPMUX", 1))

    assert not has_server(iut), "AT+CIPMUX=0 is answered OK, as without a server"


@cipserver("BV-05", "10")
@pytest.mark.parametrize("port", [1001, 1002])
def test_a_deleted_server_can_be_created_again(iut, port):
    """A server is created and deleted; AT+CIPSERVER=1 at any port is answered OK, and holds."""
    iut.prepare(set_("CIPSERVER", 1, 1001), set_("CIPSERVER", 0))

    iut.send(set_("CIPSERVER", 1, port)).succeeds()
    assert has_server(iut), "AT+CIPMUX=0 is refused, as with a server"


# The same of an IUT in use

globals().update(
    again(
        test_a_server_without_a_port_is_answered_ok,
        test_a_server_at_a_port_is_answered_ok,
        test_single_connections_forbid_a_server,
        test_another_mode_is_refused,
        test_what_is_no_port_number_is_refused,
        test_a_wrong_shape_is_refused,
        test_deleting_a_server_is_answered_ok,
        test_a_deleted_server_can_be_created_again,
        test_what_is_refused_creates_no_server,
        test_what_is_refused_deletes_no_server,
        test_a_restart_leaves_no_server,
    )
)
