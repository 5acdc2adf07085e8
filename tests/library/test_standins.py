"""Which sibling a preamble takes where the PICS does not claim the usual command."""

from __future__ import annotations

import dataclasses

import pytest

from conformance.catalogue import load_edition
from conformance.commandline import execute, query, set_
from conformance.session import Session
from conformance.standins import StandIns
from conformance.statement import Pics
from conformance.verdict import Lacking, Unclaimed
from tests.library.scripted_session import TIMING, Notes, ScriptedPort

OK = b"\r\nOK\r\n"
FORMS = ("test", "query", "set")


def stand_ins(*unclaimed, may_save=True):
    pairs = frozenset((name, form) for name in unclaimed for form in FORMS)
    return StandIns(load_edition(), Pics("a file", pairs), may_save)


def test_a_claimed_command_stands_for_itself():
    line = set_("CWMODE_CUR", 2)
    assert stand_ins().of(line) is line


@pytest.mark.parametrize(
    ("unclaimed", "taken"),
    [(["CWMODE_CUR"], b"AT+CWMODE=2"), (["CWMODE_CUR", "CWMODE"], b"AT+CWMODE_DEF=2")],
)
def test_a_sibling_that_is_claimed_stands_in(unclaimed, taken):
    assert stand_ins(*unclaimed).of(set_("CWMODE_CUR", 2)).text == taken


def test_without_a_sibling_nothing_stands_in():
    with pytest.raises(Unclaimed, match=r"neither AT\+CWMODE_CUR \(set\) nor a sibling"):
        stand_ins("CWMODE_CUR", "CWMODE", "CWMODE_DEF").of(set_("CWMODE_CUR", 2))


def test_what_is_not_of_a_triple_has_no_stand_in():
    pics = Pics("a file", frozenset({("CWQAP", "execute")}))
    with pytest.raises(Unclaimed):
        StandIns(load_edition(), pics).of(execute("CWQAP"))


def test_a_board_is_not_worn_for_a_preamble_without_leave():
    theirs = stand_ins("CWMODE_CUR", may_save=False)
    with pytest.raises(Lacking, match="--allow=destructive"):
        theirs.of(set_("CWMODE_CUR", 2))
    assert theirs.of(query("CWMODE_CUR")).text == b"AT+CWMODE?"


def test_what_is_tested_stands_in_for_nothing_that_is_set_beside_it():
    theirs = dataclasses.replace(stand_ins("CWMODE_CUR"), under_test=frozenset({"CWMODE"}))
    with pytest.raises(Unclaimed, match="its sibling is what is tested"):
        theirs.of(set_("CWMODE_CUR", 2))
    assert theirs.of(query("CWMODE_CUR")).text == b"AT+CWMODE?"


def test_what_is_saved_is_asked_and_given_back_by_the_one_that_saves_too():
    theirs = dataclasses.replace(
        stand_ins("CWMODE_CUR", "CWMODE_DEF"), under_test=frozenset({"CWMODE"})
    )
    assert theirs.of(query("CWMODE_DEF")).text == b"AT+CWMODE?"
    assert theirs.of(set_("CWMODE_DEF", 2)).text == b"AT+CWMODE=2"


def test_nothing_that_does_not_save_stands_in_for_what_saves():
    with pytest.raises(Unclaimed):
        stand_ins("CWMODE", "CWMODE_DEF").of(query("CWMODE_DEF"))


def test_what_would_be_saved_anyway_is_kept_by_whoever_saves_it():
    port = ScriptedPort([OK])
    at = Session(port, TIMING, Notes(), stand_ins=stand_ins("CWMODE_DEF"))
    at.prepare(set_("CWMODE_DEF", 2))
    assert at.undo() == []
    assert port.written == [b"AT+CWMODE=2\r\n"]


def test_what_a_stand_in_saves_is_given_back_if_it_differs():
    port = ScriptedPort([b"+CWMODE:1\r\n\r\nOK\r\n"], [OK], [b"+CWMODE:2\r\n\r\nOK\r\n"], [OK])
    at = Session(port, TIMING, Notes(), stand_ins=stand_ins("CWMODE_CUR"))
    at.prepare(set_("CWMODE_CUR", 2))
    assert at.undo() == []
    assert port.written == [b"AT+CWMODE?\r\n", b"AT+CWMODE=2\r\n", b"AT+CWMODE?\r\n",
                            b"AT+CWMODE=1\r\n"]  # fmt: skip


def test_what_a_stand_in_saved_already_is_left_alone():
    port = ScriptedPort([b"+CWMODE:2\r\n\r\nOK\r\n"], [OK], [b"+CWMODE:2\r\n\r\nOK\r\n"])
    at = Session(port, TIMING, Notes(), stand_ins=stand_ins("CWMODE_CUR"))
    at.prepare(set_("CWMODE_CUR", 2))
    at.undo()
    assert port.written[-1] == b"AT+CWMODE?\r\n"


def test_what_stands_beside_what_is_told_is_not_given_back():
    told = [b"diagnostics 1\r\n+CWMODE:1\r\nmore\r\nOK\r\n"]
    port = ScriptedPort(told, [OK], [b"diagnostics 2\r\n+CWMODE:2\r\nOK\r\n"], [OK])
    at = Session(port, TIMING, Notes(), stand_ins=stand_ins("CWMODE_CUR"))
    at.prepare(set_("CWMODE_CUR", 2))
    at.undo()
    assert port.written[-1] == b"AT+CWMODE=1\r\n"


@pytest.mark.parametrize("answer", [b"OK\r\n", b"ERROR\r\n"])
def test_a_softap_that_was_saved_is_given_back_and_shown_nowhere(answer):
    mine, other = b'"mine","my password",5,3,4,0', b'"x","0123456789",5,3,4,0'
    port = ScriptedPort(
        [b"+CWSAP:" + mine + OK], [OK], [b"+CWSAP:" + other + OK], [answer]
    )  # fmt: skip
    notes = Notes()
    at = Session(port, TIMING, notes, stand_ins=stand_ins("CWSAP_CUR"))
    at.prepare(set_("CWSAP_CUR", "x", "0123456789", 5, 3))
    errors = at.undo()
    assert port.written[-1] == b"AT+CWSAP=" + mine + b"\r\n"
    shown = "\n".join((*at.trace(), *map(str, errors), str(vars(notes))))
    assert "my password" not in shown
    assert bool(errors) is (answer == b"ERROR\r\n")


def test_what_cannot_be_given_back_is_said():
    port = ScriptedPort([b"+CWDHCP:3\r\n\r\nOK\r\n"], [OK])
    at = Session(port, TIMING, Notes(), stand_ins=stand_ins("CWDHCP_CUR"))
    at.prepare(set_("CWDHCP_CUR", 1, 1))
    at.undo()
    assert "AT+CWDHCP is not given back" in "\n".join(at.trace())
