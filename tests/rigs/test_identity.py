"""Whether the board that answers when a line came back is the one that the run began with."""

from __future__ import annotations

import pytest

from conformance.session import Session
from conformance.testbed import PortError, Timing
from conformance.verdict import Inconclusive
from rigs.identity import Identification, Identity, OtherBoard, asked
from tests.rigs.scripted import ERROR, OK, VERSION, ScriptedPort, ScriptedRig, Written

OTHER_VERSION = b"AT version:1.3.0.0\r\nSDK version:2.0.0\r\n\r\nOK\r\n"
STATION, SOFTAP = b"18:fe:34:00:00:01", b"1a:fe:34:00:00:01"
OTHERS = b"5c:cf:7f:00:00:07", b"5e:cf:7f:00:00:07"


def queries(station, softap, scope=b"_DEF"):
    """What the queries of the saved addresses are answered."""
    return {
        b"AT+CIPSTAMAC%b?" % scope: b'+CIPSTAMAC%b:"%b"\r\n\r\nOK\r\n' % (scope, station),
        b"AT+CIPAPMAC%b?" % scope: b'+CIPAPMAC%b:"%b"\r\n\r\nOK\r\n' % (scope, softap),
    }


class Bench(ScriptedRig):
    """A rig whose line comes back when the test says so."""

    def __init__(self):
        super().__init__(ScriptedPort())
        self.returns = 0
        self.recorder = Written()
        self.holds(queries(STATION, SOFTAP))
        self.identification = Identification(self, asked(self.session()))
        self.port.wrote.clear()

    def holds(self, answers, version=VERSION):
        """From now on it is a board that answers so."""
        self.port.answers = {b"AT": OK, b"AT+GMR": version, **answers}

    def session(self):
        return Session(self.port, Timing(), self.recorder)

    def comes_back(self):
        self.returns += 1

    def looks(self):
        self.identification.require_the_same(self.session())


@pytest.fixture
def bench():
    return Bench()


def test_nobody_is_asked_while_the_line_is_there(bench):
    bench.looks()
    assert not bench.port.wrote


def test_the_board_that_comes_back_is_asked_once(bench):
    bench.comes_back()
    bench.looks()
    asked_then = len(bench.port.wrote)
    bench.looks()
    assert asked_then == len(bench.port.wrote) > 0
    assert not bench.identification.other


def test_another_firmware_is_another_board(bench):
    bench.comes_back()
    bench.holds(queries(STATION, SOFTAP), OTHER_VERSION)
    with pytest.raises(
        OtherBoard, match=r"with another board at its end: AT\+GMR told `AT version"
    ):
        bench.looks()
    assert "`SDK version:2.0.0`" in bench.identification.other
    assert "start a run of its own for this one" in bench.identification.other


def test_that_another_board_is_there_is_an_error_of_the_line():
    assert issubclass(OtherBoard, PortError)


@pytest.mark.parametrize("scope", [b"_DEF", b""], ids=["_DEF", "X"])
def test_other_addresses_are_another_board(scope):
    before = Identity((), asked_of(queries(STATION, SOFTAP, scope)).addresses)
    difference = before.difference(asked_of(queries(*OTHERS, scope)))
    assert "18:fe:34:00:00:01" in difference
    assert "5c:cf:7f:00:00:07" in difference


def asked_of(answers, **more):
    port = ScriptedPort(answers)
    return asked(Session(port, Timing(), **more))


def test_one_address_that_is_another_is_the_same_board_of_which_one_was_set():
    before = asked_of(queries(STATION, SOFTAP))
    assert not before.difference(asked_of(queries(OTHERS[0], SOFTAP)))


def test_what_is_not_told_proves_nothing():
    before = asked_of(queries(STATION, SOFTAP))
    assert not before.difference(asked_of({b"AT+GMR": ERROR}))
    assert not asked_of({b"AT+GMR": ERROR}).difference(before)
    assert not before.difference(Identity(before.firmware))


def test_what_is_told_otherwise_each_time_proves_nothing():
    ticks = iter(range(100))

    def uptime(data):
        if data != b"AT+GMR\r\n":
            return None
        return b"AT version:1.1.0.0\r\nup %d s\r\n\r\nOK\r\n" % next(ticks)

    port = ScriptedPort()
    port.on_write = uptime
    told = asked(Session(port, Timing()))
    assert told.firmware == (b"AT version:1.1.0.0",)


def test_lines_that_come_and_go_are_on_one_side_alone():
    before = Identity((b"AT version:1.1.0.0", b"wdt: fed"))
    assert not before.difference(Identity((b"AT version:1.1.0.0",)))
    assert not Identity((b"AT version:1.1.0.0",)).difference(before)


def test_what_is_not_claimed_is_not_asked(bench):
    asked(bench.session(), {("CIPSTAMAC_DEF", "query"), ("CIPAPMAC_DEF", "query")})
    assert not [each for each in bench.port.wrote if b"_DEF" in each]


def test_a_board_that_cannot_be_asked_when_it_comes_back_is_asked_later(bench):
    """It is taken for data, or at another rate: nothing is lost by that."""
    bench.comes_back()
    bench.port.on_write = lambda data: b""
    bench.looks()
    assert not bench.identification.other
    bench.port.on_write = lambda data: None
    bench.holds(queries(*OTHERS))
    with pytest.raises(OtherBoard):
        bench.looks()


SETS = b'AT+CIPSTAMAC_DEF="5c:cf:7f:00:00:07"'


def test_addresses_that_a_purpose_may_have_changed_prove_nothing(bench):
    bench.identification.heard_of([b"AT", SETS], bench.recorder)
    bench.comes_back()
    bench.holds(queries(*OTHERS))
    bench.looks()
    assert not bench.identification.other


@pytest.mark.parametrize("text", [SETS, b"AT+RESTORE", b"at+cipapmac_def=", b"CIPSTAMAC"])
def test_addresses_that_were_given_back_tell_the_board_again(bench, text):
    bench.identification.heard_of([text], bench.recorder)
    bench.identification.learn(bench.session())
    bench.comes_back()
    bench.holds(queries(*OTHERS))
    with pytest.raises(OtherBoard):
        bench.looks()


def test_addresses_that_were_not_given_back_tell_it_no_more(bench):
    bench.identification.heard_of([SETS], bench.recorder)
    bench.holds(queries(OTHERS[0], OTHERS[1]))
    bench.identification.learn(bench.session())
    bench.comes_back()
    bench.holds(queries(STATION, SOFTAP))
    bench.looks()
    assert not bench.identification.other


def test_nothing_is_learnt_anew_where_nothing_can_have_changed(bench):
    bench.identification.heard_of([b"AT", b"AT+CWMODE=1"], bench.recorder)
    bench.identification.learn(bench.session())
    assert not bench.port.wrote


def test_a_line_that_came_back_while_a_purpose_ran_is_written_down_once(bench):
    bench.comes_back()
    for _ in range(2):
        bench.identification.heard_of([], bench.recorder)
        bench.looks()
    assert [action for action, _ in bench.recorder.actions].count("reopened") == 1


def test_a_stored_run_that_has_nothing_of_it_goes_on(bench):
    def differs(data):
        raise Inconclusive("the stored run has something else")

    bench.comes_back()
    bench.port.on_write = differs
    bench.looks()
    assert not bench.identification.other
