"""Clause 4.1.9: AT+CWQAP, with nothing joined (ruling R-46)."""

import pytest

from conformance.commandline import execute
from suites.wifi import mode


@pytest.mark.purpose("TP/WIFI/CWQAP/BV-01", verifies=["4.1.9/CWQAP/execute/01"])
@pytest.mark.parametrize("wifi_mode", mode.WITH_STATION)
def test_leaving_is_answered_ok(session, wifi_mode):
    """AT+CWQAP is answered OK in modes 1 and 3, and again when nothing is joined any more."""
    mode.enter(session, wifi_mode)
    session.send(execute("CWQAP")).succeeds()

    session.send(execute("CWQAP")).succeeds()
