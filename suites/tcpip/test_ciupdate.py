"""Clause 5.2.18: AT+CIUPDATE without a network, and in one without a server (R-96 and R-107).

On a board every purpose is `ota`, because an IUT that finds a network after all is updated.
"""

import re

import pytest

from conformance.commandline import execute
from conformance.grammar import ERROR
from suites.head import head
from suites.tcpip.net import be_access_point
from suites.wifi import onair

#: R-96: how long an update may take to fail, in seconds.
LONGEST_S = 60.0

#: The steps that take a server: it is connected, has told its edition, is downloaded from.
WITH_A_SERVER = head("CIP?UPDATE") + rb"[234]"


@pytest.fixture
def alone(session):
    """An IUT that is a softAP and no station, and is restarted afterwards."""
    return be_access_point(session, 0)


def update(session):
    """The exchange of an update, which may take its time."""
    return session.send(execute("CIUPDATE"), answer_s=LONGEST_S)


def ciupdate(code, number):
    """The marker of a purpose of this file."""
    return pytest.mark.purpose(
        f"TP/TCPIP/CIUPDATE/{code}",
        verifies=[f"5.2.18/CIUPDATE/execute/{number}"],
        hazards=["ota"],
    )


@ciupdate("BV-01", "01")
def test_an_update_without_a_network_ends_with_error(alone):
    """In softAP mode, to which nobody has joined, AT+CIUPDATE ends with ERROR."""
    update(alone).is_refused()


@ciupdate("BI-01", "02")
def test_an_update_without_a_network_tells_no_step_that_takes_one(alone):
    """Without a network no +CIUPDATE line tells step 2, 3 or 4."""
    exchange = update(alone)

    steps = [line for line in exchange.information if re.fullmatch(WITH_A_SERVER, line)]
    assert exchange.final == ERROR, "ERROR"
    assert not steps, "no step that takes a server"


@ciupdate("BI-02", "03")
def test_an_update_that_failed_leaves_the_firmware(alone):
    """AT+GMR tells the same before and after an AT+CIUPDATE that failed."""
    before = alone.send(execute("GMR"))
    alone.agree(before)
    update(alone)

    after = alone.send(execute("GMR")).decides().succeeds()
    assert after.information == before.information, "the answer that AT+GMR had before"


@ciupdate("AIR-BI-01", "07")
def test_an_update_without_a_server_fails(session):
    """In a network that leads nowhere AT+CIUPDATE ends with ERROR, and no server is told of."""
    onair.off_air(session)
    onair.be_online(session, session.lab.access_point(b"conformance 4d1f", b"0123456789"))
    exchange = update(session).is_refused()

    steps = [line for line in exchange.information if re.fullmatch(WITH_A_SERVER, line)]
    assert not steps, "no step that takes a server"
