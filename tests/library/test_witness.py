"""What the query of another command tells that no state is: it is in the way, and fails nothing."""

from __future__ import annotations

import pytest

from conformance.blame import attributed, obstacle
from conformance.catalogue import load_edition
from conformance.session import Session
from conformance.standins import StandIns
from conformance.statement import Pics
from conformance.verdict import Inconclusive, NonConformity
from suites.wifi import address, mode
from tests.library.scripted_session import TIMING, ScriptedPort

EDITION = load_edition()
OK = b"\r\n\r\nOK\r\n"

#: What is asked, of which command, an answer that no state is, and the requirement against which
#: that speaks.
WRONG = {
    "mode": (mode.told, "CWMODE_CUR", b"+CWMODE_CUR:0", "4.1.2/CWMODE_CUR/query/02"),
    "mac": (
        address.told_mac, "CIPSTAMAC_CUR", b'+CIPSTAMAC_CUR:"19:fe:34:00:00:01"',
        "4.1.21/CIPSTAMAC_CUR/query/03",
    ),
}  # fmt: skip


def told(what, tested):
    """What the question comes to in a purpose that verifies `tested`."""
    ask, name, line, _ = WRONG[what]
    names = frozenset(each.command for each in EDITION.named(tested))
    port = ScriptedPort([line + OK])
    return ask(Session(port, TIMING, stand_ins=StandIns(EDITION, Pics(), True, names)), name)


@pytest.mark.parametrize("what", WRONG)
def test_it_is_in_the_way_of_another_command(what):
    tested = ["4.1.3/CWMODE_DEF/set/08"]
    with pytest.raises(NonConformity) as caught:
        told(what, tested)
    error = attributed(caught.value, EDITION.named(tested), in_body=True)
    assert isinstance(error, Inconclusive)
    met, (_, name, _, rule) = obstacle(error.met, "preamble", EDITION), WRONG[what]
    assert (met.command, met.form) == (name, "query")
    assert met.requirements == (rule,)


def test_a_group_s_address_that_was_saved_is_told_truly():
    """It was taken though it was to be refused: that is not the query's fault."""
    port = ScriptedPort([b'+CIPSTAMAC_DEF:"19:fe:34:00:00:01"' + OK])
    stand_ins = StandIns(EDITION, Pics(), True, frozenset({"CIPSTAMAC"}))
    at = Session(port, TIMING, stand_ins=stand_ins)
    assert address.told_mac(at, "CIPSTAMAC_DEF") == "19:fe:34:00:00:01"


@pytest.mark.parametrize("what", WRONG)
def test_of_the_command_under_test_the_purpose_compares_what_it_tells(what):
    name = WRONG[what][1]
    tested = [f"{EDITION.commands[name].clause}/{name}/set/02"]
    assert told(what, tested) in (0, "19:fe:34:00:00:01")


CUR, DEF = "CIPAPMAC_CUR", "CIPAPMAC_DEF"
MINE, OTHER = "02:12:34:56:78:9a", "06:12:34:56:78:9b"


def mac_line(mac, name=CUR):
    return f'+{name}:"{mac}"'.encode() + OK


def looking(*answers, name=CUR, tested="CIPAPMAC_DEF", may_save=True):
    """What comes of it that `name` does not tell what the command `tested` set."""
    port = ScriptedPort(*([each] for each in answers))
    stand_ins = StandIns(EDITION, Pics(), may_save, frozenset({tested}))
    at = Session(port, TIMING, stand_ins=stand_ins)
    with pytest.raises((NonConformity, Inconclusive)) as caught:
        address.require_mac(at, name, MINE)
    return caught.value, port.written, at


def test_a_query_that_tells_what_its_own_command_sets_is_believed():
    told, written, _ = looking(mac_line(OTHER), b"\r\nOK\r\n", mac_line(MINE))
    assert isinstance(told, NonConformity)
    assert (told.expected, told.actual, told.about) == (MINE, OTHER, None)
    assert written[1] == f'AT+{CUR}="{MINE}"\r\n'.encode()


def test_a_query_that_does_not_is_in_the_way():
    told, _, _ = looking(mac_line(OTHER), b"\r\nOK\r\n", mac_line(OTHER))
    assert isinstance(told, Inconclusive)
    assert str(told).startswith("AT+CIPAPMAC_CUR? does not even tell what AT+CIPAPMAC_CUR set: ")
    assert (obstacle(told.met, "preamble").command, told.met.about.form) == (CUR, "query")


def test_where_its_own_command_is_refused_nothing_speaks_against_it():
    told, _, at = looking(mac_line(OTHER), b"\r\nERROR\r\n")
    assert isinstance(told, NonConformity)
    assert [each.about.name for each in at.passed_over] == [CUR]


@pytest.mark.parametrize(
    "more", [{"tested": CUR}, {"name": DEF, "tested": CUR}], ids=["under test", "saves"]
)
def test_it_is_not_asked_again_where_it_is_tested_or_would_save(more):
    told, written, _ = looking(mac_line(OTHER, more.get("name", CUR)), **more)
    assert isinstance(told, NonConformity)
    assert len(written) == 1
