"""Clauses 3.2.6 and 6: AT+RESTORE and what other commands save (ruling R-24).

Rate, Wi-Fi mode and softAP are in the basic suite. Whether an access point is joined at the start,
no query tells, and a saved access point takes one.
"""

import pytest

from conformance.commandline import query
from suites.basic.restorer import Restorer
from suites.persistence.kept import BOTH, KEPT, save
from suites.tcpip import translink
from suites.tcpip.translink import PEER, PORT, saved

restore = pytest.mark.purpose(
    "TP/PERSISTENCE/RESTORE/BV-01",
    verifies=["3.2.6/RESTORE/execute/06"],
    hazards=["destructive"],
)


@pytest.fixture
def restorer(session, home):
    """The IUT; afterwards it is restarted, and its line is as it was found."""
    restorer = Restorer(session, home)
    session.afterwards(session.restart)
    session.afterwards(restorer.back)
    return restorer


@restore
@pytest.mark.parametrize("kept", [pytest.param(kept, id=kept.base) for kept in KEPT["user"]])
def test_restore_takes_back_what_was_saved(restorer, kept):
    """Whichever of two values was saved, after AT+RESTORE the query tells one and the same."""
    session, command = restorer.session, f"{kept.base}_DEF"
    told = set()
    for values in (kept.first, kept.second):
        save(session, command, values)
        session.agree(restorer.restore())
        session.prepare(BOTH)
        exchange = session.send(query(command))
        session.agree(exchange)
        told.add(exchange.information)

    assert len(told) == 1, "one answer after AT+RESTORE, whatever was saved before"


@pytest.mark.purpose(
    "TP/PERSISTENCE/RESTORE/BV-02",
    verifies=["3.2.6/RESTORE/execute/06"],
    hazards=["destructive"],
)
def test_restore_takes_back_a_saved_link(restorer):
    """A passthrough link is saved; after AT+RESTORE the IUT starts in normal mode: AT is OK."""
    session = translink.afterwards_none(restorer.session)
    session.prepare(saved(PEER, PORT, "UDP"))
    restorer.restore()

    session.responds()
