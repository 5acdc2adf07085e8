"""Clause 5.2.19: AT+CIPDINFO. What it does to received data, only a peer could tell."""

import pytest

from conformance.commandline import set_


@pytest.mark.purpose("TP/TCPIP/CIPDINFO/BV-03", verifies=["5.2.19/CIPDINFO/set/07"])
def test_the_setting_is_not_in_the_flash(session):
    """AT+CIPDINFO=0 and then 1 change nothing in either parameter area of the flash."""
    session.afterwards(session.restart)
    before = session.read_flash("user", "system")
    session.prepare(set_("CIPDINFO", 0), set_("CIPDINFO", 1))

    assert session.read_flash("user", "system") == before, "both parameter areas are as before"
