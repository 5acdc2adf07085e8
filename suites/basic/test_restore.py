"""Clause 3.2.6: AT+RESTORE (rulings R-04 and R-24). Every purpose erases what is saved."""

from dataclasses import replace

import pytest

from conformance.commandline import query, set_
from suites.basic.line import Line
from suites.basic.restorer import Restorer
from suites.inuse import again
from suites.wifi.softap import SoftAp


def restore(code, *numbers):
    """The marker of a purpose of this file."""
    return pytest.mark.purpose(
        f"TP/BASIC/RESTORE/{code}",
        verifies=[f"3.2.6/RESTORE/execute/{number}" for number in numbers],
        hazards=["destructive"],
    )


@pytest.fixture
def restorer(session, home):
    """The IUT; afterwards its line is as it was found."""
    restorer = Restorer(session, home)
    session.afterwards(restorer.back)
    return restorer


@restore("BV-01", "01")
def test_restore_is_answered_ok(restorer):
    """AT+RESTORE is answered OK."""
    exchange = restorer.session.send_restart("RESTORE")

    exchange.succeeds()


@restore("BV-02", "02")
def test_restore_restarts_the_chip(restorer):
    """After AT+RESTORE the IUT shows that it starts: boot text or `ready`."""
    exchange = restorer.session.send_restart("RESTORE")

    exchange.shows_restart()


@restore("BV-03", "07")
def test_the_iut_takes_commands_after_restore(restorer):
    """When the restart after AT+RESTORE is over, AT is answered OK."""
    restorer.session.send_restart("RESTORE")

    restorer.session.responds()


@restore("BV-04", "03")
@pytest.mark.parametrize("command", ["UART", "UART_DEF"])
@pytest.mark.parametrize("rate", [9600, 57600])
def test_restore_takes_back_a_saved_rate(restorer, command, rate):
    """A rate is saved; after AT+RESTORE at that rate the IUT starts at 115200 baud."""
    line = Line(restorer.session, command, restorer.home)
    line.change(line.at(rate))

    restorer.session.responds(restorer.restore())


@restore("BV-05", "03")
def test_restore_takes_back_a_saved_rate_for_good(restorer):
    """A rate is saved and taken back by AT+RESTORE; after AT+RST, too, it is 115200 baud."""
    line = Line(restorer.session, "UART_DEF", restorer.home)
    line.change(line.at(57600))
    restorer.restore()
    restorer.session.restart()

    restorer.session.responds()


@restore("BV-08", "08")
def test_what_is_taken_back_stays_so_without_power(restorer):
    """A rate is saved and taken back by AT+RESTORE; without power, too, it is 115200 baud."""
    session = restorer.session
    line = Line(session, "UART_DEF", restorer.home)
    line.change(line.at(57600))
    restorer.restore()
    session.power_cycle()

    session.responds()


@restore("BV-06", "04")
def test_restore_takes_back_a_saved_softap(restorer):
    """A softAP's name is saved; after AT+RESTORE the query does not tell it any more."""
    name = "conformance"
    session = restorer.session
    session.afterwards(session.restart)
    session.prepare(set_("CWMODE_CUR", 2), set_("CWSAP_DEF", name, "12345678", 5, 3))
    restorer.restore()
    session.prepare(set_("CWMODE_CUR", 2))

    exchange = session.send(query("CWSAP_DEF"))
    session.agree(exchange)
    told = b"\n".join(exchange.information)
    assert name.encode() not in told, f"another name than {name}, which was saved before"


#: Another value for each part of a softAP.
ANOTHER = {
    "name": {"ssid": "another one"},
    "password": {"pwd": "abcdefghij"},
    "channel": {"chl": 9},
    "encryption": {"ecn": 4},
    "stations": {"max_conn": 2},
    "hidden": {"hidden": 1},
}


@restore("BV-09", "04")
@pytest.mark.parametrize("other", ANOTHER.values(), ids=list(ANOTHER))
def test_restore_takes_back_each_part_of_a_softap(restorer, other):
    """Two softAPs that differ in one value are saved; after AT+RESTORE each query tells the same.

    Neither of the two may be the factory's in that value, by chance.
    """
    session = restorer.session
    session.afterwards(session.restart)
    told = set()
    for softap in (SoftAp(), replace(SoftAp(), **other)):
        session.prepare(set_("CWMODE_CUR", 2), softap.line("CWSAP_DEF"))
        restorer.restore()
        session.prepare(set_("CWMODE_CUR", 2))
        exchange = session.send(query("CWSAP_DEF"))
        session.agree(exchange)
        told.add(exchange.information)

    assert len(told) == 1, "one softAP after AT+RESTORE, whatever was saved before"


@restore("BV-07", "05")
def test_restore_takes_back_a_saved_mode(restorer):
    """Whatever Wi-Fi mode was saved, after AT+RESTORE the query tells the same one."""
    told = set()
    for mode in (1, 2, 3):
        restorer.session.prepare(set_("CWMODE_DEF", mode))
        restorer.restore()
        exchange = restorer.session.send(query("CWMODE_DEF"))
        restorer.session.agree(exchange)
        told.add(exchange.information)

    assert len(told) == 1, "one mode after AT+RESTORE, whatever was saved before"


# The same of an IUT in use

globals().update(
    again(
        test_restore_is_answered_ok,
        test_the_iut_takes_commands_after_restore,
        test_restore_takes_back_a_saved_mode,
        test_restore_restarts_the_chip,
    )
)
