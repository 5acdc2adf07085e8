"""Clause 2 and ruling R-05: a name that is no command.

How it is answered is observed; that it runs no command whose name is like it is judged.
"""

import re

import pytest

from conformance.commandline import raw, set_
from suites.tcpip import setting

#: What an answer to AT+GMR always shows (ruling R-11).
VERSION = rb"\d\.\d"

UNKNOWN = [
    b"AT+XYZZY",
    b"AT+XYZZY?",
    b"AT+XYZZY=?",
    b"AT+XYZZY=1",
    b"AT+GM",
    b"AT+GMRX",
    b"AT+RSTX",
    b"AT+",
    b"AT++GMR",
    b"ATGMR",
    b"ATZ",
    b"ATX",
    b"AT+G MR",
    b"AT1",
    b"AT+GMR1",
    b"AT+GMR,1",
    b"AT+GMR;x",
    b"AT+GMR\x00XYZZY",
]


UNKNOWN_AND_RUN = ["2/-/general/10", "2/-/general/14"]


@pytest.mark.purpose("TP/GENERAL/UNKNOWN/BI-01", verifies=UNKNOWN_AND_RUN)
@pytest.mark.parametrize("line", UNKNOWN, ids=bytes.decode)
def test_a_command_that_does_not_exist_runs_no_other(session, requirement, line):
    """A line with a name that the document does not have tells no version, as AT+GMR would.

    It restarts nothing either, and the next line is answered.
    """
    with requirement("2/-/general/14"):
        exchange = session.send(raw(line))
        requirement.observes("2/-/general/10", exchange.ending)

        if any(re.search(VERSION, each) for each in exchange.information):
            raise exchange.objection("no version, which AT+GMR tells")
        session.responds()


#: Lines that would set CIPMUX to 1 if they were taken for AT+CIPMUX=1.
LIKE_A_SETTING = [
    b"AT+CIPMU=1",
    b"AT+CIPMUXX=1",
    b"AT+CIPMUX1",
    b"AT+CIP MUX=1",
    b"ATCIPMUX=1",
    b"AT++CIPMUX=1",
    b"AT+XCIPMUX=1",
]


@pytest.mark.purpose("TP/GENERAL/UNKNOWN/BI-02", verifies=UNKNOWN_AND_RUN)
@pytest.mark.parametrize("line", LIKE_A_SETTING, ids=bytes.decode)
def test_a_command_that_does_not_exist_sets_nothing(session, requirement, line):
    """A line with a name that is almost that of a command does not set what that one sets."""
    setting.leave_settings(session)
    session.prepare(set_("CIPMUX", 0))
    with requirement("2/-/general/14"):
        exchange = session.send(raw(line))
        requirement.observes("2/-/general/10", exchange.ending)

        setting.require(session, "CIPMUX", 0)
