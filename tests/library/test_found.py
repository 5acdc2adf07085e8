"""How the suites leave an IUT as it was found, and how a line of an answer begins."""

from __future__ import annotations

import re

import pytest

from conformance.catalogue import load_edition
from conformance.commandline import set_
from conformance.session import Session
from conformance.standins import StandIns
from conformance.statement import Pics
from conformance.verdict import Inconclusive
from suites.found import all_ok, give_back, heard, saved, spare_restart
from suites.head import head
from suites.wifi import mode
from suites.wifi.triples import savers
from tests.library.scripted_session import BOOT, TIMING, Notes, ScriptedPort

OK = b"\r\nOK\r\n"


def session(*answers, unclaimed=()):
    pairs = frozenset((name, form) for name in unclaimed for form in ("query", "set"))
    port = ScriptedPort(*answers)
    stand_ins = StandIns(load_edition(), Pics("a file", pairs))
    return Session(port, TIMING, Notes(), stand_ins=stand_ins), port


def test_what_is_not_claimed_tells_nothing_and_is_not_asked():
    at, port = session(unclaimed=["CIPMODE"])
    assert heard(at, "CIPMODE") is None
    assert not all_ok(at, [set_("CIPMODE", 0)])
    assert port.written == []


def test_without_a_witness_the_iut_is_restarted():
    at, port = session([b"+CIPMUX:0\r\n" + OK], [OK + BOOT], unclaimed=["CIPMODE"])
    spare_restart(at, ["CIPMUX", "CIPMODE"])
    assert at.undo() == []
    assert port.written == [b"AT+CIPMUX?\r\n", b"AT+RST\r\n"]


def test_what_comes_beside_the_answer_does_not_differ():
    at, port = session(
        [b"[tick 1]\r\n+CIPMUX:0\r\n" + OK], [b"[tick 2]\r\n+CIPMUX:0\r\n" + OK]
    )  # fmt: skip
    spare_restart(at, ["CIPMUX"])
    at.undo()
    assert port.written == [b"AT+CIPMUX?\r\n"] * 2


def test_what_is_saved_and_not_told_is_in_force_after_a_start():
    at, port = session([b"+CWMODE:1\r\n" + OK], [OK + BOOT], [b"+CWMODE_CUR:2\r\n" + OK])
    assert saved(at, "CWMODE", mode.told) == 2
    assert port.written == [b"AT+CWMODE_DEF?\r\n", b"AT+RST\r\n", b"AT+CWMODE_CUR?\r\n"]
    assert [met.about.name for met in at.passed_over] == ["CWMODE_DEF"]


@pytest.mark.parametrize("line", ["+CIPSTO:10", "+ CIPSTO:10", "+CIPSTO : 10", "+ CIPSTO : 10"])
def test_spaces_in_the_head_of_a_line_are_typography(line):
    assert re.fullmatch(head("CIPSTO") + rb"(\d+)", line.encode())[1] == b"10"


@pytest.mark.parametrize("line", ["CIPSTO:10", "+CIPSTO10", "+CIPSTO=10", "+  CIPSTO:10"])
def test_what_stands_in_the_head_of_a_line_is_none(line):
    assert not re.fullmatch(head("CIPSTO") + rb"(\d+)", line.encode())


def test_a_head_may_have_several_names_and_signs():
    either = head("CIPSTA", "CIPSTA_DEF", signs=b":=")
    assert all(re.match(either, line) for line in (b"+CIPSTA:", b"+CIPSTA_DEF=", b"+CIPSTA_DEF:"))
    assert not re.match(either, b"+CIPSTA_CUR:")


# Ways to give back what was saved

PLAIN, DEF = [set_("CWMODE", 1)], [set_("CWMODE_DEF", 1)]


def given_back(told, *answers):
    """What was sent when the query told one after the other of `told`."""
    at, port = session(*answers)
    tellings = iter(told)
    give_back(at, lambda: next(tellings), PLAIN, DEF)
    return port.written


def test_what_is_there_is_left_alone():
    assert given_back([True]) == []


def test_who_saved_it_gives_it_back():
    assert given_back([False, True], [OK]) == [b"AT+CWMODE=1\r\n"]


@pytest.mark.parametrize("answer", [OK, b"\r\nERROR\r\n", OK + BOOT])
def test_where_that_does_not_help_its_sibling_does(answer):
    assert given_back([False, False], [answer], [OK]) == [
        b"AT+CWMODE=1\r\n", b"AT+CWMODE_DEF=1\r\n",
    ]  # fmt: skip


def test_the_last_way_may_not_be_refused():
    with pytest.raises(Inconclusive):
        given_back([False, False], [OK], [b"\r\nERROR\r\n"])


@pytest.mark.parametrize(
    ("command", "names"),
    [("CWMODE", ("CWMODE", "CWMODE_DEF")), ("CWMODE_DEF", ("CWMODE_DEF",))],
)
def test_who_gives_back_what_a_command_saved(command, names):
    assert savers(command) == names
