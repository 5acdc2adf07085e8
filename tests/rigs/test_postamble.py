"""What follows a purpose: undo, sign of life, line check, recovery."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.catalogue import load_edition
from conformance.commandline import execute, raw, set_
from conformance.marker import learn
from conformance.session import Session
from conformance.testbed import (
    NANOSECONDS,
    Controls,
    LineSettings,
    NotRecovered,
    PortError,
    SettingRefused,
    Timing,
)
from conformance.verdict import Inconclusive, Judgement, NonConformity, Reason, Verdict
from rigs.judging import AS_REQUIRED, Postamble
from rigs.linecheck import taken
from rigs.recovery import Ladder, sign_of_life
from tests.rigs.scripted import ERROR, OK, ScriptedPort, ScriptedRig, Written

TIMING = Timing()
AT = execute("AT")
TRIED = load_edition().named(["3.2.1/AT/execute/01"])

FAIL = Judgement(Verdict.FAIL, Reason.DIFFERS, "it does not", "this", "that")
ERROR_ = Judgement(Verdict.ERROR, Reason.PORT_FAILED, "gone")


class FakeRig(ScriptedRig):
    """A rig on a scripted port, with the real ladder."""

    def __init__(self, port):
        super().__init__(port)
        self.recovered = 0
        #: What recovering does to the IUT first.
        self.cure = lambda: None

    def recover(self, recorder, suspects=()):
        self.recovered += 1
        self.cure()
        self.settings = Ladder(self, TIMING, recorder, suspects).climb()


class Bench:
    """A rig, the session of a purpose on it, and its postamble."""

    def __init__(self, echoing=False):
        self.port = ScriptedPort()
        self.port.echoing = echoing
        self.rig = FakeRig(self.port)
        self.recorder = Written()
        self.look()
        self.session = Session(
            self.port, TIMING, self.recorder, markers=self.postamble._yardstick.markers
        )
        self.port.wrote.clear()

    def look(self):
        """Find the IUT as it is now."""
        session = Session(self.port, TIMING)
        yardstick = taken(session, sign_of_life(session))
        yardstick = replace(yardstick, markers=learn(session.observe))
        self.postamble = Postamble(self.rig, TIMING, yardstick)

    def after(self, judgement):
        return self.postamble.after(judgement, self.session, TRIED)

    def die(self):
        self.port.on_write = lambda data: b""

    def live(self):
        self.port.on_write = lambda data: None


@pytest.fixture
def bench():
    return Bench()


def test_a_pass_after_which_the_iut_lives_stays_a_pass(bench):
    assert bench.after(AS_REQUIRED) == AS_REQUIRED
    assert bench.port.wrote == [b"AT\r\n"]
    assert bench.rig.recovered == 0


def test_a_pass_after_which_the_iut_is_dead_is_a_fail_and_the_iut_is_recovered(bench):
    bench.die()
    bench.rig.cure = bench.live
    judgement = bench.after(AS_REQUIRED)
    assert (judgement.verdict, judgement.reason) == (Verdict.FAIL, Reason.DEAD_AFTERWARDS)
    assert judgement.expected == "the final result code OK afterwards"
    assert "no answer within" in judgement.actual
    assert judgement.sentence.startswith("afterwards, expected the final result code OK, but found")
    assert bench.rig.recovered == 1


def test_a_pass_after_which_at_is_refused_is_a_fail(bench):
    bench.port.answers[b"AT"] = ERROR
    judgement = bench.after(AS_REQUIRED)
    assert judgement.reason is Reason.DEAD_AFTERWARDS
    assert judgement.actual == "`ERROR`"


def test_a_pass_after_which_the_iut_restarts_unasked_is_a_fail(bench):
    bench.session.send(AT)
    bench.port.say(b"\r\nready\r\n", 0)
    judgement = bench.after(AS_REQUIRED)
    assert (judgement.verdict, judgement.reason) == (Verdict.FAIL, Reason.DEAD_AFTERWARDS)


@pytest.mark.parametrize("gap_s", [0.0, 0.003, 0.1])
def test_a_result_too_many_of_the_last_exchange_fails_the_purpose(bench, gap_s):
    bench.port.answers[b"AT+X"] = OK
    bench.session.send(raw(b"AT+X"))
    bench.port.say(ERROR, gap_s)

    judgement = bench.after(AS_REQUIRED)

    assert (judgement.verdict, judgement.reason) == (Verdict.FAIL, Reason.UNASKED_RESULT)
    assert judgement.expected == "one final result code for `AT+X`"
    assert "a second result `ERROR`" in judgement.actual


def test_a_result_too_many_of_another_command_is_in_the_way_and_an_obstacle(bench):
    bench.port.answers[b"AT+X=1"] = OK
    bench.session.send(set_("X", 1))
    bench.port.say(ERROR, 0.003)

    judgement = bench.after(AS_REQUIRED)

    assert (judgement.verdict, judgement.reason) == (Verdict.INCONCLUSIVE, Reason.IN_THE_WAY)
    (met,) = bench.postamble.obstacles
    assert (met.command, met.form, met.reason) == ("X", "set", Reason.UNASKED_RESULT)


def test_a_restart_that_shows_before_the_first_line_is_of_before_though_a_marker_was_asked(bench):
    markers = learn(Session(bench.port, TIMING).observe)
    at = Session(bench.port, TIMING, markers=markers, owing=True)
    bench.port.say(b"\r\nready\r\n", 0)

    assert at.send(AT).final == b"OK"
    assert at.late_restart is at.last
    assert at.exchanges[0].proof is not None


def test_a_purpose_whose_last_line_was_answered_ends_with_a_marker(bench):
    bench.port.answers[b"AT+X"] = OK
    bench.session.send(raw(b"AT+X"))

    assert bench.after(AS_REQUIRED) == AS_REQUIRED
    assert bench.port.wrote == [b"AT+X\r\n", b"AT+GMR\r\n", b"AT\r\n"]


def test_an_iut_whose_at_was_broken_when_it_was_found_is_not_called_dead():
    bench = Bench()
    bench.port.answers[b"AT"] = ERROR
    bench.look()
    assert bench.after(AS_REQUIRED) == AS_REQUIRED


def test_a_pass_after_which_the_iut_stays_dead_is_an_error(bench):
    bench.die()
    judgement = bench.after(AS_REQUIRED)
    assert (judgement.verdict, judgement.reason) == (Verdict.ERROR, Reason.NOT_RECOVERED)
    assert ("failed", judgement.sentence) in bench.recorder.actions


@pytest.mark.parametrize("before", [AS_REQUIRED, FAIL, ERROR_], ids=lambda each: each.verdict)
def test_a_line_that_is_gone_afterwards_is_an_error(bench, before):
    bench.port.gone = PortError("it vanished")
    judgement = bench.after(before)
    assert judgement == Judgement(Verdict.ERROR, Reason.PORT_FAILED, "it vanished")
    assert ("failed", "it vanished") in bench.recorder.actions


def test_a_line_that_breaks_afterwards_and_can_be_had_again_is_not_lost(bench):
    bench.port.gone = PortError("it vanished")
    bench.rig.cure = lambda: setattr(bench.port, "gone", None)
    judgement = bench.after(AS_REQUIRED)
    assert judgement == Judgement(Verdict.ERROR, Reason.PORT_FAILED, "it vanished")
    assert not bench.postamble.is_lost
    assert bench.rig.recovered == 1


def test_an_iut_that_stays_dead_is_lost_until_it_is_found_again(bench):
    bench.die()
    bench.after(FAIL)
    assert bench.postamble.is_lost
    with pytest.raises(NotRecovered):
        bench.postamble.find_again(bench.session)
    assert bench.postamble.is_lost
    bench.live()
    bench.postamble.find_again(bench.session)
    assert not bench.postamble.is_lost


def test_whether_only_a_start_brought_it_back_is_remembered(bench):
    class Pin:
        pulse = staticmethod(bench.live)

    bench.rig.controls = Controls(Pin())
    bench.after(FAIL)
    assert not bench.postamble.was_started
    bench.die()
    bench.after(FAIL)
    assert bench.postamble.was_started


def test_a_fail_on_a_healthy_line_stays_that_fail(bench):
    assert bench.after(FAIL) == FAIL
    assert bench.rig.recovered == 1


def test_a_fail_on_an_iut_that_stays_dead_is_an_error(bench):
    bench.die()
    assert bench.after(FAIL).reason is Reason.NOT_RECOVERED


def test_a_fail_on_a_line_that_drops_answers_is_inconclusive_and_says_what_was_before(bench):
    counted = []

    def deaf_from_the_second_at_on(data):
        counted.extend([data] if data == b"AT\r\n" else [])
        return b"" if len(counted) > 1 else None

    bench.port.on_write = deaf_from_the_second_at_on
    judgement = bench.after(FAIL)
    assert (judgement.verdict, judgement.reason) == (Verdict.INCONCLUSIVE, Reason.LINE_UNHEALTHY)
    assert judgement.sentence == (
        "the line is unhealthy (probe number 1 of the line check was not answered); "
        "before: it does not"
    )
    assert (judgement.expected, judgement.actual) == (FAIL.expected, FAIL.actual)


def test_a_fail_on_a_line_that_adds_bytes_is_inconclusive(bench):
    bench.port.on_write = lambda data: b"\x00\xff" + OK
    judgement = bench.after(FAIL)
    assert (judgement.verdict, judgement.reason) == (Verdict.INCONCLUSIVE, Reason.LINE_UNHEALTHY)
    assert "unclassified bytes" in judgement.sentence


def test_a_fail_whose_own_exchange_is_damaged_is_inconclusive_though_the_line_is_healthy(bench):
    bench.port.answers[b"AT+X"] = b"\r\nE\x12ROR\r\n"
    bench.session.observe(execute("X"))
    judgement = bench.after(FAIL)
    assert (judgement.verdict, judgement.reason) == (Verdict.INCONCLUSIVE, Reason.LINE_UNHEALTHY)
    assert r"E\x12ROR is ERROR with one bit turned" in judgement.sentence
    assert "before: it does not" in judgement.sentence
    assert bench.rig.recovered == 1


@pytest.mark.parametrize("heard", [b"\r\nKK\r\n", b"\r\nO\x0b\r\n", b"\r\nOKM\n"])
def test_what_the_line_did_to_a_preamble_speaks_against_no_command(heard):
    bench = Bench(echoing=True)
    bench.port.answers[SET.text] = heard
    met = bench.session.send(SET).objection("the final result code OK")
    blamed = bench.postamble.by_line(Inconclusive("in the way", met=met), bench.session)
    assert (blamed.met, blamed.reason) == (None, Reason.LINE_UNHEALTHY)
    assert str(blamed).startswith("the line is unhealthy (")
    assert str(blamed).endswith("before: in the way")


@pytest.mark.parametrize("heard", [ERROR, b"\r\n+Y:2\r\n\r\nOK\r\n", b""])
def test_what_the_iut_did_to_a_preamble_speaks_against_its_command(heard):
    bench = Bench(echoing=True)
    bench.port.answers[SET.text] = heard
    met = bench.session.send(SET).objection("the final result code OK")
    blamed = Inconclusive("in the way", met=met)
    assert bench.postamble.by_line(blamed, bench.session) is blamed


def test_a_fail_of_an_iut_that_chatters_stays_that_fail_and_is_quick(bench):
    bench.port.babble, bench.port.babble_s = b"heap 31416\r\n", 0.2
    bench.look()
    began = bench.port.time
    assert bench.after(FAIL) == FAIL
    assert bench.port.time - began < 3 * NANOSECONDS


def test_a_dead_iut_on_an_unhealthy_line_is_inconclusive(bench):
    bench.die()
    bench.rig.cure = lambda: setattr(bench.port, "on_write", lambda data: b"\x00\xff" + OK)
    assert bench.after(AS_REQUIRED).reason is Reason.LINE_UNHEALTHY


def test_what_is_inconclusive_stays_so_and_the_iut_is_recovered(bench):
    unsure = Judgement(Verdict.INCONCLUSIVE, Reason.PREAMBLE_REFUSED, "refused")
    assert bench.after(unsure) == unsure
    assert bench.rig.recovered == 1


# Leaving the IUT as it was found


@pytest.mark.parametrize("echoing", [True, False])
@pytest.mark.parametrize("judgement", [AS_REQUIRED, FAIL, ERROR_], ids=lambda each: each.verdict)
def test_the_echo_is_set_back_as_it_was_found(echoing, judgement):
    bench = Bench(echoing)
    bench.session.send(set_("ATE", int(not echoing)))
    assert bench.port.echoing is not echoing
    assert bench.after(judgement) == judgement
    assert bench.port.echoing is echoing


@pytest.mark.parametrize("judgement", [AS_REQUIRED, FAIL, ERROR_], ids=lambda each: each.verdict)
def test_what_is_to_be_undone_is_undone_once_and_the_last_one_first(bench, judgement):
    done = []
    bench.session.afterwards(lambda: done.append("first"))
    bench.session.afterwards(lambda: done.append("second"))
    assert bench.after(judgement) == judgement
    assert done == ["second", "first"]


def test_after_a_failure_the_iut_is_recovered_before_anything_is_undone(bench):
    seen = []
    bench.session.afterwards(lambda: seen.append(bench.rig.recovered))
    bench.after(FAIL)
    assert seen == [1]


SET = set_("CWMODE_DEF", 1)


@pytest.mark.parametrize("judgement", [AS_REQUIRED, FAIL], ids=lambda each: each.verdict)
def test_an_undo_that_the_iut_refuses_turns_no_verdict_and_is_told(bench, judgement):
    bench.port.answers[SET.text] = ERROR
    bench.session.afterwards(lambda: bench.session.prepare(SET))
    assert bench.after(judgement) == judgement
    (met,) = bench.postamble.obstacles
    assert (met.phase, met.command, met.form) == ("undo", "CWMODE_DEF", "set")
    assert met.actual == "`ERROR`"
    assert "! not undone: the preamble AT+CWMODE_DEF=1 was answered `ERROR`" in "\n".join(
        bench.session.trace()
    )


def test_a_result_too_many_of_an_undo_turns_no_verdict_and_is_told(bench):
    bench.port.answers[SET.text] = OK + OK
    bench.session.afterwards(lambda: bench.session.prepare(SET))
    assert bench.after(AS_REQUIRED) == AS_REQUIRED
    (met,) = bench.postamble.obstacles
    assert (met.phase, met.command, met.form) == ("undo", "CWMODE_DEF", "set")
    assert met.reason is Reason.UNASKED_RESULT


def test_an_iut_of_which_something_was_not_undone_is_started_anew(bench):
    bench.port.answers[SET.text] = ERROR
    bench.session.afterwards(lambda: bench.session.prepare(SET))
    bench.after(AS_REQUIRED)
    assert b"AT+RST\r\n" in bench.port.wrote


def test_an_undo_after_which_the_iut_is_dead_turns_no_verdict_if_it_lived_till_then(bench):
    bench.port.answers[SET.text] = ERROR

    def undo():
        bench.session.send(SET)
        bench.die()
        raise Inconclusive("refused")

    bench.session.afterwards(undo)
    bench.rig.cure = bench.live
    assert bench.after(AS_REQUIRED) == AS_REQUIRED
    assert bench.rig.recovered == 1


def test_an_undo_that_a_dead_iut_does_not_hear_leaves_the_fail_to_the_purpose(bench):
    bench.die()
    bench.rig.cure = bench.live
    bench.session.afterwards(lambda: bench.session.prepare(SET))
    assert bench.after(AS_REQUIRED).reason is Reason.DEAD_AFTERWARDS


def test_an_undo_for_which_there_is_no_setting_turns_no_verdict(bench):
    def refused():
        raise SettingRefused("no such rate")

    bench.session.afterwards(refused)
    assert bench.after(AS_REQUIRED) == AS_REQUIRED


@pytest.mark.parametrize("error", [NonConformity("a", "b"), Inconclusive("who knows")], ids=repr)
def test_undoing_that_goes_wrong_after_a_fail_does_not_hide_the_fail(bench, error):
    def wrong():
        raise error

    bench.session.afterwards(wrong)
    assert bench.after(FAIL) == FAIL


def test_undoing_that_goes_wrong_does_not_keep_the_rest_from_being_undone(bench):
    done = []

    def wrong():
        raise NonConformity("a", "b")

    bench.session.afterwards(lambda: done.append("the rest"))
    bench.session.afterwards(wrong)
    bench.after(FAIL)
    assert done == ["the rest"]


def test_undoing_that_breaks_is_our_own_error(bench):
    bench.session.afterwards(lambda: 1 / 0)
    assert bench.after(AS_REQUIRED).reason is Reason.HARNESS_BROKE


def test_a_line_that_the_purpose_set_otherwise_is_set_back(bench):
    other = LineSettings(baudrate=9600)
    bench.session.configure(other)
    bench.port.rate = 115200
    assert bench.after(AS_REQUIRED) == AS_REQUIRED
    assert bench.port.settings == LineSettings()


def test_a_line_that_the_purpose_left_alone_is_left_alone(bench):
    bench.after(AS_REQUIRED)
    assert bench.port.configured == []


# An IUT that was left at other line settings


def moved(bench, rate, *, home=True):
    """The IUT goes to `rate`, and the purpose with it; `home`: it would come back if told."""
    bench.session.configure(LineSettings(rate))
    bench.port.rate = rate

    def back():
        bench.session.send(set_("UART_CUR", 115200, 8, 1, 0, 0))
        bench.port.rate = 115200 if home else rate
        bench.session.configure(LineSettings())

    bench.session.afterwards(back)


@pytest.mark.parametrize("judgement", [FAIL, ERROR_], ids=lambda each: each.verdict)
def test_an_iut_that_was_left_at_another_rate_is_found_there_and_brought_home(bench, judgement):
    moved(bench, 31250)
    assert bench.after(judgement) == judgement
    assert bench.rig.settings == bench.port.settings == LineSettings()
    assert {each.baudrate for each in bench.port.configured} == {31250, 115200}


def test_where_it_is_suspected_it_is_looked_for_before_anywhere_else(bench):
    bench.session.suspect(LineSettings(31250, 7, 1, "E"))
    bench.session.suspect(LineSettings(14400))
    bench.port.rate, bench.port.framing = 31250, (7, 1, "E")
    bench.after(FAIL)
    tried = [str(each) for each in bench.port.configured]
    assert tried[:2] == ["14400 8N1", "31250 7E1"]


def test_an_iut_that_does_not_come_home_is_kept_where_it_answers(bench):
    moved(bench, 31250, home=False)
    assert bench.after(FAIL) == FAIL
    assert bench.rig.settings == bench.port.settings == LineSettings(31250)


def test_an_iut_that_comes_back_from_a_restart_is_met_at_home(bench):
    bench.session.configure(LineSettings(31250))
    assert bench.after(FAIL) == FAIL
    assert bench.rig.settings == bench.port.settings == LineSettings()


def test_a_fail_at_a_rate_of_110_stays_a_fail(bench):
    moved(bench, 110)
    assert bench.after(FAIL) == FAIL
