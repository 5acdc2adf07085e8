"""How a firmware becomes a mutant: from outside, at run time, and at no cost to a healthy one."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from emulator_bench import ERROR, OK, Bench

from rigs.emulator.line.command import Form
from rigs.emulator.mutants.catalogue import MUTANTS
from rigs.emulator.mutants.mutant import Condition, Mutation, form, mutant, mutated, stage
from rigs.emulator.mutants.operators import constant, dropped, kept, made, overlooked, refused
from rigs.emulator.mutants.refusing import checked_late
from rigs.emulator.personalities import PERSONALITIES
from rigs.emulator.timers import MILLISECOND

DOCUMENT = PERSONALITIES["document"]


def test_a_healthy_board_runs_the_personality_itself(bench: Bench) -> None:
    healthy = PERSONALITIES[bench.board.status().firmware]
    assert bench.board.personality is healthy
    bench.faults.set(["cwsap.not-saved"])
    assert bench.board.personality is not healthy
    bench.faults.set([])
    assert bench.board.personality is healthy


def test_mutants_are_switched_between_two_bytes(document: Bench) -> None:
    document.mute()
    document.say(b"AT+CWM")
    document.faults.set(["cwmode.query-mode-0", "final.lower-case"])
    assert document.say(b"ODE?\r\n") == b"+CWMODE:0\r\n" + OK.lower()
    document.say(b"AT+CWM")
    document.faults.set([])
    assert document.say(b"ODE?\r\n") == b"+CWMODE:2\r\n" + OK


def test_two_mutants_of_one_stage_act_both(document: Bench) -> None:
    document.mute()
    document.faults.set(["cwsap.query-four-fields", "cwsap.query-unquoted"])
    assert document.say(b"AT+CWSAP?\r\n") == b"+CWSAP:ESP_A7C05E,,1,0\r\n" + OK


def test_a_mutant_of_a_stage_and_one_of_the_whole_form_act_both(document: Bench) -> None:
    document.mute()
    document.faults.set(["cwmode.query-mode-0", "cwmode.query-done-yet-error"])
    assert document.say(b"AT+CWMODE?\r\n") == b"+CWMODE:0\r\n" + ERROR


def test_a_condition_is_asked_each_time(document: Bench) -> None:
    document.mute()
    document.faults.set(["cwdhcp_cur.needs-both"])
    assert document.say(b"AT+CWDHCP_CUR=0,0\r\n") == ERROR
    document.say(b"AT+CWMODE_CUR=3\r\n")
    assert document.say(b"AT+CWDHCP_CUR=0,0\r\n") == OK


@pytest.mark.parametrize("boot", [b"AT+RST\r\n", b""])
def test_what_a_mutant_remembers_is_gone_after_a_restart(document: Bench, boot: bytes) -> None:
    document.mute()
    document.faults.set(["cwmode.shown-only"])
    document.say(b"AT+CWMODE=3\r\n")
    assert b"+CWMODE:3" in document.say(b"AT+CWMODE?\r\n")
    if boot:
        document.say(boot)
    else:
        document.board.reset()
        document.settle()
    assert b"+CWMODE:2" in document.say(b"AT+CWMODE?\r\n")


@pytest.mark.parametrize("since_boot", [True, False])
def test_what_goes_back_to_the_boot_may_be_switched_on_later(since_boot: bool) -> None:
    bench = Bench(faults=["uart_cur.reverts"] if since_boot else []).booted().mute()
    bench.faults.set(["uart_cur.reverts"])
    bench.board.receive(b"AT+UART_CUR=9600,8,1,0,0\r\n")
    bench.settle_for(10 * MILLISECOND)
    bench.board.receive(b"AT+UART_CUR=57600,8,1,0,0\r\n")
    bench.settle_for(10 * MILLISECOND)
    assert bench.board.status().uart.baud == 57600
    bench.settle()
    assert bench.board.status().uart.baud == 115200


def test_a_mutant_of_a_form_that_a_firmware_lacks_changes_nothing() -> None:
    assert Form.QUERY not in DOCUMENT.commands["+CWAUTOCONN"].forms
    query = stage("+CWAUTOCONN", Form.QUERY, "label")
    wrong = mutated(DOCUMENT, (mutant("x.y", "it is wrong", Mutation(query, constant(b""))),))
    assert wrong.commands["+CWAUTOCONN"].forms == DOCUMENT.commands["+CWAUTOCONN"].forms


def test_no_mutant_changes_the_personality_that_it_is_made_from() -> None:
    before = dict(DOCUMENT.commands)
    mutated(DOCUMENT, MUTANTS)
    assert dict(DOCUMENT.commands) == before


def test_what_is_checked_late_is_refused_and_done(document: Bench) -> None:
    lenient = [
        each for each in MUTANTS if re.match(r"cwsap_cur\.(?!.*refused).*-accepted", each.id)
    ]
    set_form = form("+CWSAP_CUR", Form.SET)
    late = mutant("x.y", "it is", Mutation(set_form, checked_late(set_form, lenient)))
    document.mute()
    healthy = document.say(b"AT+CWSAP_CUR?\r\n")
    document.board.personality = mutated(DOCUMENT, (late,))
    document.board.reset()
    document.settle()
    document.mute()
    assert document.say(b'AT+CWSAP_CUR="other","12345678",14,9,2,1\r\n') == ERROR
    assert document.say(b"AT+CWSAP_CUR?\r\n") == healthy
    assert document.say(b'AT+CWSAP_CUR="other","1234567",14,4,2,1\r\n') == ERROR
    assert b'"other","1234567",14,4,2,1' in document.say(b"AT+CWSAP_CUR?\r\n")
    assert document.say(b'AT+CWSAP_CUR="other",12345678,9,4,2,1,7\r\n') == ERROR
    assert b'"other","12345678",9,4,2,1' in document.say(b"AT+CWSAP_CUR?\r\n")
    assert document.say(b'AT+CWSAP_CUR="net","12345678",6,3\r\n') == OK


# Operators, on functions of no firmware.


class _Chip:
    """Something that mutants can ask."""

    joined = False


def _decides(_chip: object, value: int) -> tuple[str, ...]:
    return ("odd",) if value % 2 else ()


def test_a_reason_is_overlooked_only_if_it_is_that() -> None:
    careless = overlooked("odd").mutates(_decides)
    assert careless(_Chip(), 3) == ()
    strict = refused("three", lambda value: value == 3).mutates(_decides)
    assert strict(_Chip(), 3) == ("three", "odd")
    assert strict(_Chip(), 4) == ()
    both = overlooked("odd").mutates(strict)
    assert both(_Chip(), 3) == ("three",)


def test_a_reason_is_overlooked_only_of_what_is_so() -> None:
    careless = overlooked("odd", of=lambda value: value > 4).mutates(_decides)
    assert careless(_Chip(), 3) == ("odd",)
    assert careless(_Chip(), 5) == ()


def test_values_are_changed_on_their_way() -> None:
    add = made("off by one", lambda _chip, value: value + 1)
    assert add.mutates(lambda _chip: 7)(_Chip()) == 8
    assert dropped.mutates(_decides)(_Chip(), 3) is None


def test_a_field_is_kept_as_somebody_else_has_it() -> None:
    factory = DOCUMENT.factory.softap
    wanted = replace(factory, ssid=b"net", channel=9)
    operator = kept(lambda _chip: factory, "channel")
    assert operator.mutates(lambda _chip: wanted)(_Chip()) == replace(factory, ssid=b"net")


def test_a_condition_that_does_not_hold_leaves_the_healthy_function() -> None:
    joined = Condition("joined", lambda chip: chip.joined)
    query = stage("+CWMODE", Form.QUERY, "show")
    wrong = mutated(DOCUMENT, (mutant("x.y", "it is", Mutation(query, constant(0), joined)),))
    show = wrong.commands["+CWMODE"].forms[Form.QUERY].show  # type: ignore[attr-defined]
    chip = _Chip()
    assert show(chip, DOCUMENT.factory) == DOCUMENT.factory.mode
    chip.joined = True
    assert show(chip, DOCUMENT.factory) == 0
