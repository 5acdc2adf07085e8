"""Clause 3.2.1: AT."""

import pytest

from conformance.commandline import execute
from suites.inuse import again


@pytest.mark.purpose("TP/BASIC/AT/BV-01", verifies=["3.2.1/AT/execute/01"])
def test_at_is_answered_ok(session):
    """AT is answered OK."""
    session.send(execute("AT")).succeeds()


@pytest.mark.purpose("TP/BASIC/AT/BV-02", verifies=["3.2.1/AT/execute/01"])
def test_at_is_answered_ok_each_time(session):
    """Three AT in a row are answered OK, one by one."""
    session.send(execute("AT")).succeeds()
    session.send(execute("AT")).succeeds()
    session.send(execute("AT")).succeeds()


# The same of an IUT in use

globals().update(
    again(
        test_at_is_answered_ok,
    )
)
