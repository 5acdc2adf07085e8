"""An IUT to which nobody has spoken for an hour is as it was (clauses 2, 3, 4.1 and 5.2).

The document knows no end of a setting but another one, a restart, or a time that a clause names.
"""

import pytest

from conformance.commandline import execute, query, set_
from suites.tcpip import net, setting, translink
from suites.tcpip.passthrough import lead_out
from suites.wifi import mode, onair

#: How long nobody says anything, in seconds.
IDLE_S = 3600


def idle(code, requirement, **needs):
    """The marker of a purpose that leaves the IUT alone and looks for `requirement` then."""
    return pytest.mark.purpose(
        f"TP/GENERAL/IDLE/{code}", verifies=[requirement], waits_s=IDLE_S, **needs
    )


@idle("BV-01", "2/-/general/13")
def test_an_idle_iut_does_not_restart(session):
    """In an hour in which nobody says anything the IUT does not restart."""
    exchange = session.pause(IDLE_S)

    assert not exchange.restarted, "no restart in an hour"


@idle("BV-02", "3.2.1/AT/execute/01")
def test_an_idle_iut_answers(session):
    """After an hour in which nobody says anything the first AT is answered OK."""
    session.pause(IDLE_S)

    session.send(execute("AT")).succeeds()


@idle("BV-03", "3.2.5/ATE/set/03")
def test_the_echo_stays_off(session):
    """After ATE0 and an hour no command line comes back."""
    session.prepare(set_("ATE", 0))
    session.pause(IDLE_S)

    session.send(execute("AT")).decides().is_not_echoed()


SERVER = (set_("CIPMUX", 1), set_("CIPSERVER", 1, 1001))
#: Name -> what sets it, the value that its query tells then, and the requirement.
SETTINGS = {
    "CIPMUX": ((set_("CIPMUX", 1),), 1, "5.2.12/CIPMUX/set/02"),
    "CIPMODE": ((set_("CIPMUX", 0), set_("CIPMODE", 1)), 1, "5.2.14/CIPMODE/set/02"),
    "CIPSTO": ((*SERVER, set_("CIPSTO", 7200)), 7200, "5.2.16/CIPSTO/set/02"),
    "SLEEP": ((set_("CWMODE_CUR", mode.STATION), set_("SLEEP", 1)), 1, "3.2.10/SLEEP/set/02"),
    "CWMODE_CUR": ((set_("CWMODE_CUR", mode.BOTH),), mode.BOTH, "4.1.2/CWMODE_CUR/set/02"),
}


@pytest.mark.parametrize(
    ("name", "lines", "value"),
    [
        pytest.param(name, lines, value, marks=idle("BV-04", requirement), id=name)
        for name, (lines, value, requirement) in SETTINGS.items()
    ],
)
def test_a_setting_stays(session, name, lines, value):
    """What was set an hour ago the query tells."""
    session.afterwards(session.restart)
    session.prepare(*lines)
    session.pause(IDLE_S)

    setting.require(session, name, value)


@pytest.fixture
def transmitting(session):
    """An IUT that passes through what it is sent, over a UDP link to nobody."""
    net.be_access_point(session, 0)
    session.prepare(set_("CIPMODE", 1), net.udp())
    net.be_asked(session, execute("CIPSEND"))
    return session


@idle("BV-05", "5.2.4/CIPSEND/execute/02")
def test_a_transmission_goes_on(transmitting):
    """When a transmission has been idle for an hour a command line is data, and not executed."""
    transmitting.pause(IDLE_S)

    transmitting.give_part(b"AT\r\n").gives_no_result()


@idle("BV-06", "5.2.4/CIPSEND/execute/03")
def test_an_idle_transmission_ends(transmitting):
    """When a transmission has been idle for an hour +++ ends it."""
    transmitting.pause(IDLE_S)
    lead_out(transmitting)

    transmitting.responds()


@idle("BV-07", "5.2.15/SAVETRANSLINK/set/14", hazards=["destructive"])
def test_a_saved_transmission_goes_on(session):
    """An IUT that started in passthrough mode an hour ago answers no command."""
    translink.softap_at_start(session)
    translink.afterwards_none(session)
    session.prepare(translink.saved(translink.PEER, translink.PORT, "UDP"))
    translink.start_in_passthrough(session)
    session.pause(IDLE_S)

    session.give_part(b"AT\r\n").gives_no_result()


@idle("BV-08", "4.1.5/CWJAP_CUR/query/01", needs=["network"])
def test_the_query_names_what_was_joined_an_hour_ago(session):
    """While the station has been joined for an hour AT+CWJAP_CUR? tells its access point."""
    home = onair.at_home(session)
    session.pause(IDLE_S)

    onair.names(session.send(query("CWJAP_CUR")), home)
