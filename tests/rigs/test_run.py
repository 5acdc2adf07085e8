"""When a run gives an IUT up, and what it says of one that it cannot open."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from conformance.catalogue import load_edition
from conformance.commandline import execute
from conformance.session import Session
from conformance.statement import Pics, Pixit
from conformance.testbed import Timing
from conformance.verdict import Judgement, Reason, Verdict
from rigs.purposes import Conditions
from rigs.recovery import Ladder
from rigs.run import Run
from tests.rigs.scripted import OK, ScriptedPort, ScriptedRig

FAIL = Judgement(Verdict.FAIL, Reason.SILENCE, "no", "OK", "`+IPD`")


IN_THE_WAY = Judgement(Verdict.INCONCLUSIVE, Reason.IN_THE_WAY, "AT+RST did not restart the IUT")


def after_purposes(*answers, was_started=True, ended=FAIL):
    """What a run says after purposes, each with one question that is answered so."""
    run = SimpleNamespace(_unanswered=0, _postamble=SimpleNamespace(was_started=was_started))
    item = SimpleNamespace(session=SimpleNamespace(shouldfail=False))
    for answer in answers:
        session = Session(ScriptedPort({b"AT": answer}), Timing())
        session.observe(execute("AT"))
        Run._count_unanswered(run, item, ended, session)
    return item.session.shouldfail


@pytest.mark.parametrize("answer", [b"", b"busy p...\r\n", b"+IPD,2147483647:xxxx"])
def test_an_iut_that_never_answers_ends_the_run_after_a_few_purposes(answer):
    assert not after_purposes(answer, answer, answer)
    said = after_purposes(answer, answer, answer, answer)
    assert said.startswith("the IUT never answers: 4 purposes in a row had no result code")
    assert "the last found: `+IPD`" in said


def test_what_was_found_last_is_said_though_it_failed_nothing():
    said = after_purposes(*[b""] * 4, ended=IN_THE_WAY)
    assert "the last found: AT+RST did not restart the IUT" in said


def test_one_answer_begins_the_count_anew():
    assert not after_purposes(b"", b"", b"", OK, b"", b"", b"")


def test_an_iut_that_is_silent_to_a_purpose_but_alive_after_it_goes_on():
    assert not after_purposes(*[b""] * 9, was_started=False)


def from_before(said, previous="PURPOSE", **more):
    """What a purpose finds of the one before it, if the IUT says so before it is asked anything."""
    port = ScriptedPort()
    session = Session(port, Timing(), **more)
    port.say(said, 0)
    session.observe(execute("AT"))
    before = previous and SimpleNamespace(id=previous, verifies=("3.2.1/AT/execute/01",))
    return Run._from_before(SimpleNamespace(_previous=before), session)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (b"\r\nready\r\n", Reason.UNASKED_RESTART),
        (b"\r\nERROR\r\n", Reason.UNASKED_RESULT),
        (b"\r\nOK\r\n", Reason.UNASKED_RESULT),
    ],
)
def test_what_comes_before_a_purpose_speaks_against_the_one_before(said, reason):
    (met,) = from_before(said)
    assert (met.phase, met.reason) == ("before", reason)
    assert met.requirements == ("3.2.1/AT/execute/01",)
    assert "after PURPOSE" in met.expected
    assert said.strip().decode() in met.actual


def test_before_the_first_purpose_a_result_speaks_against_nobody():
    assert from_before(b"ERROR\r\n", previous=None) == []
    assert from_before(b"ready\r\n", previous=None) != []


@pytest.mark.parametrize("said", [b"", b"WIFI GOT IP\r\n", b"0,CLOSED\r\n", b"busy p...\r\n"])
def test_what_is_no_result_is_nothing_from_before(said):
    assert from_before(said) == []


def test_where_an_answer_was_owed_a_result_from_before_is_that_answer():
    assert from_before(b"ERROR\r\n", markers=(), owing=True) == []


class Dying(ScriptedRig):
    """An IUT that answers so many lines and then is silent."""

    is_board = is_real_time = True

    def __init__(self, lines):
        super().__init__(ScriptedPort(on_write=self.hears))
        self._left = lines

    def hears(self, data):
        self._left -= 1
        return None if self._left >= 0 else b""

    def recover(self, recorder, suspects=()):
        self.settings = Ladder(self, Timing(), recorder, suspects).climb()

    def begin(self, name):
        pass

    def close(self):
        pass


def opened(rig):
    """What is said while a run opens `rig`."""
    edition, said = load_edition(), []
    run = Run(
        SimpleNamespace(text="a rig", open=lambda pixit: rig),
        edition, Conditions(edition, Pics(), frozenset()), Pixit(), None, Path("suites"), "main",
    )  # fmt: skip
    run.tell = said.append
    run.open()
    return run, said


@pytest.mark.parametrize("lines", [0, 4, 30], ids=["found", "line-check", "review"])
def test_an_iut_that_falls_silent_while_it_is_opened_is_told_of_at_once(lines):
    run, said = opened(Dying(lines))
    assert not run.found.opened
    assert [each for each in said if "nothing at all comes" in each]
