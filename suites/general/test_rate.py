"""Clause 2, note 4: the rate of the line."""

import pytest

from conformance.commandline import execute
from conformance.grammar import ERROR, OK
from conformance.testbed import LineSettings
from conformance.verdict import Inconclusive

DEFAULT = LineSettings(baudrate=115200)


@pytest.mark.purpose("TP/GENERAL/RATE/BV-01", verifies=["2/-/general/09"])
def test_the_iut_answers_at_115200_baud(session, pixit):
    """With the line at 115200 baud, 8 data bits, no parity and 1 stop bit, AT is answered."""
    if pixit.line != DEFAULT:
        raise Inconclusive(f"the PIXIT says that this IUT was set to {pixit.line}")
    session.configure(DEFAULT)

    session.send(execute("AT")).ends_with(OK, ERROR)
