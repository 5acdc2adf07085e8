"""What the Session does to the board beside the line: reset, power, flash, and the wait for it."""

import pytest

from conformance.discretion import veiled_flash
from conformance.events import BootText, Ready, Unclassified
from conformance.exchange import Outcome
from conformance.testbed import Controls, PortError
from conformance.transcript import flash_of, layout_of
from conformance.verdict import Inconclusive, NonConformity, Reason
from tests.library.scripted_session import (
    AT,
    BOOT,
    LAYOUT,
    TIMING,
    BrokenPort,
    Dribbler,
    ScriptedBoard,
    ScriptedPort,
    kinds,
    seconds,
    session,
    took,
)

USER, SYSTEM = LAYOUT.user_area, LAYOUT.system_area
FLASH = {USER: b"\xff" * 4096 + b"user" + b"\xff" * 12284, SYSTEM: bytes(range(256)) * 64}
OK_LINE = b"\r\nOK\r\n"
#: What the ROM of a chip that was reset prints; nothing of it is an answer.
ROM = b"\r\n ets Jan  8 2013,rst cause:2, boot mode:(3,7)\r\n\r\n"
LOADER = b"load 0x40100000, len 2592, room 16 \r\ntail 0\r\nchksum 0xf3\r\ncsum 0xf3\r\n"


def at_a_board(*starts, answers=(), takes_s=0.0, port=None):
    """A session with a board that starts so, one start after the other."""
    port = port or ScriptedPort(*answers)
    board = ScriptedBoard(port, *starts, takes_s=takes_s, flash=FLASH)
    at, _ = session(port=port, controls=board.controls)
    return at, port, board


def did(at):
    """What was written down, without the details and times."""
    return [name for name, _, _ in at.recorder.actions]


#: What starts the board -> what is done to it, and what is written down of it.
STARTS = {
    "reset": (lambda at: at.reset_board(), ["pulse"], ["reset"]),
    "power cycle": (lambda at: at.power_cycle(), ["off", "on"], ["power-off", "power-on"]),
    "read the flash": (
        lambda at: at.read_flash("user") and at.last,
        ["layout", "read"],
        ["flash-layout", "flash-read"],
    ),
}
EACH_START = pytest.mark.parametrize(
    ("start", "acts", "actions"), STARTS.values(), ids=STARTS.keys()
)


# What all ways to start a board have in common


@EACH_START
def test_a_start_is_over_when_the_iut_is_ready(start, acts, actions):
    at, port, board = at_a_board([(BOOT, 2.0), (b"late", 2.1)])

    exchange = start(at)

    assert (exchange.outcome, took(exchange)) == (Outcome.COMPLETE, 2.0)
    assert exchange.restarted
    assert exchange.shows_restart() is exchange
    assert board.acts == acts
    assert port.written == []
    assert at.last is exchange


@EACH_START
def test_a_start_that_does_not_come_is_overdue_after_the_time_for_a_restart(start, acts, actions):
    at, _, _ = at_a_board([(ROM, 2.0)])

    exchange = start(at)

    assert (exchange.outcome, took(exchange)) == (Outcome.OVERDUE, TIMING.restart_s)
    assert Ready not in kinds(exchange.events)


@EACH_START
def test_the_time_for_a_restart_begins_when_the_act_is_over(start, acts, actions):
    at, _, _ = at_a_board([(BOOT, 9.9)], takes_s=20.0)

    exchange = start(at)

    assert exchange.outcome is Outcome.COMPLETE
    assert took(exchange) == 9.9 + 20.0 * sum(act != "layout" for act in acts)


@EACH_START
def test_a_start_is_written_down_in_the_order_of_its_acts(start, acts, actions):
    at, _, _ = at_a_board([(BOOT, 2.0)], takes_s=1.0)

    start(at)

    first, *later = times = [moment for _, _, moment in at.recorder.actions]
    assert did(at) == actions
    assert later == [first + seconds(n + 1) for n in range(len(acts) - 1)]
    assert at.recorder.heard == [(BOOT, times[-1] + seconds(2.0))]


@pytest.mark.parametrize(
    ("cut_off", "waits_s"),
    [
        (lambda at: at.power_cycle(), TIMING.answer_s),
        (lambda at: at.read_flash("user"), TIMING.answer_s),
        (lambda at: at.reset_board(), 0.0),
    ],
    ids=["power", "flash", "reset"],
)
def test_what_was_answered_ok_has_its_time_to_be_saved(cut_off, waits_s):
    at, port, _ = at_a_board([(BOOT, 2.0)], answers=[[OK_LINE]])
    at.send(AT)
    port.comes(b"WIFI GOT IP\r\n", 1.0)
    begun = port.now()

    cut_off(at)

    heard_s = 1.0 if waits_s else 0.0
    assert at.recorder.actions[0][2] == begun + seconds(heard_s + waits_s)


@EACH_START
def test_a_start_that_was_asked_for_is_no_unasked_one_nor_is_it_for_the_next_line(
    start, acts, actions
):
    at, _, _ = at_a_board([(BOOT, 2.0)], answers=[[OK_LINE]])

    assert not start(at).restarted_unasked
    assert at.send(AT).succeeds()


@EACH_START
def test_what_came_before_the_act_stands_before_the_start(start, acts, actions):
    at, port, _ = at_a_board([(BOOT, 2.0)])
    port.comes(b"WIFI DISCONNECT\r\nready\r\n")

    exchange = start(at)

    assert exchange.before[-1].text == b"ready"
    assert exchange.outcome is Outcome.COMPLETE
    assert took(exchange) == 2.0


@EACH_START
def test_all_that_a_starting_board_prints_is_boot_text(start, acts, actions):
    at, _, _ = at_a_board([(ROM + LOADER + b"\xfe\x00\xf8\r\n", 1.0), (b"\r\nready\r\n", 2.0)])

    exchange = start(at)

    assert exchange.information == ()
    assert Unclassified not in kinds(exchange.events)
    assert kinds(exchange.events).count(BootText) >= 5


@EACH_START
def test_a_start_stands_in_the_trace_as_what_was_done(start, acts, actions, request):
    at, _, _ = at_a_board([(b"ready\r\n", 0.5)])
    start(at)

    name = request.node.callspec.id
    assert at.trace() == [f"+0.000 ! {name}", "+0.500 < ready\\r\\n  [ready]"]


@EACH_START
def test_a_board_that_never_falls_silent_is_given_up(start, acts, actions):
    at, port, _ = at_a_board(port=Dribbler(b"z\r\n", 0.2))

    exchange = start(at)

    assert exchange.outcome is Outcome.OVERDUE
    assert took(exchange) == TIMING.restart_s
    assert port.written == []


@EACH_START
def test_a_broken_port_is_no_board_that_does_not_start(start, acts, actions):
    at, _, _ = at_a_board(port=BrokenPort())

    with pytest.raises(PortError, match="pulled out"):
        start(at)


def test_what_came_until_the_power_was_off_is_not_the_start_that_follows():
    at, port, _ = at_a_board([(BOOT, 2.0)], takes_s=0.5)
    port.comes(b"ready\r\n", 0.1)

    exchange = at.power_cycle()

    assert took(exchange) == 1.0 + 2.0


# What the rig does not have


@pytest.mark.parametrize(
    ("start", "capability"),
    [
        (lambda at: at.reset_board(), "reset"),
        (lambda at: at.power_cycle(), "power"),
        (lambda at: at.read_flash("user"), "flash-read"),
    ],
)
def test_a_control_that_the_rig_does_not_have_is_an_error_of_the_purpose_and_does_nothing(
    start, capability
):
    at, _ = session()

    with pytest.raises(LookupError, match=f"does not offer {capability},"):
        start(at)

    assert at.last is None
    assert at.recorder.actions == []


def test_a_session_tells_whether_it_can_reset_the_board():
    at, _, board = at_a_board()

    assert at.can_reset
    assert not session()[0].can_reset
    assert not session(controls=Controls(power=board, flash=board))[0].can_reset


# Power


def test_power_that_does_not_come_back_is_the_error_of_the_rig_and_its_loss_is_written_down():
    at, _, board = at_a_board()

    def stuck():
        raise PortError("the hub is gone")

    board.on = stuck
    with pytest.raises(PortError, match="hub"):
        at.power_cycle()

    assert did(at) == ["power-off"]
    assert at.last is None


# Flash


@pytest.mark.parametrize(
    ("areas", "contents"),
    [
        (("user",), (FLASH[USER],)),
        (("system",), (FLASH[SYSTEM],)),
        (("user", "system"), (FLASH[USER], FLASH[SYSTEM])),
        (("system", "user"), (FLASH[SYSTEM], FLASH[USER])),
    ],
)
def test_the_areas_of_the_flash_come_in_the_order_in_which_they_were_asked_for(areas, contents):
    at, _, board = at_a_board([(BOOT, 1.0)])

    assert at.read_flash(*areas) == contents
    assert board.acts == ["layout", "read"]


def test_what_was_read_of_the_flash_is_written_down_whole_and_veiled():
    at, _, _ = at_a_board([(BOOT, 1.0)])

    told = at.read_flash("user", "system")

    details = {name: detail for name, detail, _ in at.recorder.actions}
    assert told == (FLASH[USER], FLASH[SYSTEM])
    assert layout_of(details["flash-layout"]) == LAYOUT
    assert flash_of(details["flash-read"]) == ((USER, SYSTEM), tuple(map(veiled_flash, told)))


def test_an_area_that_no_flash_has_is_not_read():
    at, _, board = at_a_board()

    with pytest.raises(KeyError, match="factory"):
        at.read_flash("user", "factory")

    assert "read" not in board.acts


# A control as a step of a preamble


def test_a_start_that_a_purpose_stands_on_is_told_by_its_name():
    at, _, _ = at_a_board()

    with pytest.raises(Inconclusive, match="the preamble reset was answered no answer within 10"):
        at.agree(at.reset_board())


def test_a_start_that_shows_nothing_is_silence():
    at, _, _ = at_a_board()

    with pytest.raises(NonConformity) as caught:
        at.reset_board().shows_restart()

    assert caught.value.reason is Reason.SILENCE
