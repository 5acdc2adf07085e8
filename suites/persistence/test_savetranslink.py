"""Clause 6: AT+SAVETRANSLINK. Reading the flash restarts the IUT, into the mode that was saved."""

import pytest

from suites.persistence import flash
from suites.tcpip import translink
from suites.tcpip.passthrough import lead_out_if_in
from suites.tcpip.translink import PEER, PORT, saved


@pytest.fixture
def iut(session):
    """An IUT for which no link is saved, before and afterwards."""
    translink.afterwards_none(session)
    session.agree(translink.cancel(session))
    return session


def purpose(code, *numbers):
    """The marker of a purpose of this file."""
    return pytest.mark.purpose(
        f"TP/PERSISTENCE/SAVETRANSLINK/{code}",
        verifies=[f"6/SAVETRANSLINK/general/{number}" for number in numbers],
        hazards=["destructive"],
    )


@purpose("BV-01", "01", "02")
@pytest.mark.parametrize("kind", ["TCP", "UDP"])
def test_a_link_is_in_the_user_area_alone(iut, requirement, kind):
    """A link that is saved changes the user parameter area and leaves the other as it is."""
    before = flash.read(iut)
    iut.prepare(saved(PEER, PORT, kind))
    differing = before.differing(flash.read(iut))

    with requirement("6/SAVETRANSLINK/general/01"):
        assert "user" in differing, "the user parameter area differs after a link was saved"
    with requirement("6/SAVETRANSLINK/general/02"):
        assert "system" not in differing, "the system parameter area is as before"


@purpose("BV-02", "03")
def test_a_link_that_is_saved_already_is_not_written(iut):
    """A link that is saved for a second time changes neither parameter area."""
    iut.prepare(saved(PEER, PORT, "UDP"))
    before = flash.read(iut)
    lead_out_if_in(iut)
    iut.prepare(saved(PEER, PORT, "UDP"))

    assert before.differing(flash.read(iut)) == [], "both parameter areas are as before"


@purpose("BV-03", "03")
def test_no_link_when_there_is_none_is_not_written(iut):
    """AT+SAVETRANSLINK=0 for a second time changes neither parameter area."""
    before = flash.read(iut)
    iut.agree(translink.cancel(iut))

    assert before.differing(flash.read(iut)) == [], "both parameter areas are as before"
