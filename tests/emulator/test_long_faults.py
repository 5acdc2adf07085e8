"""Faults that show after minutes: of sleep, of silence, of a server's silent clients.

What only a network shows of them, the kill matrix does.
"""

from __future__ import annotations

import pytest
from emulator_bench import OK, READY, Bench

from rigs.emulator.timers import MINUTE, SECOND

HOUR = 60 * MINUTE
SLEEP = b"AT+GSLP=3600000\r\n"
QUERY, SET = b"AT+CIPMUX?\r\n", b"AT+CIPMUX=1\r\n"


def asleep(fault: str) -> Bench:
    """A board that is to sleep for an hour."""
    bench = Bench(faults=[fault] if fault else []).booted()
    bench.board.receive(SLEEP)
    assert OK in bench.settle_for(SECOND)
    return bench


def idle(*lines: bytes, fault: str = "") -> tuple[Bench, bytes]:
    """A board to which nobody has spoken for 40 minutes, and what it has said meanwhile."""
    bench = Bench(faults=[fault] if fault else [])
    bench.board.power_on()
    bench.settle_for(SECOND)
    for line in lines:
        bench.board.receive(line)
        bench.settle_for(SECOND)
    return bench, bench.settle_for(40 * MINUTE)


def answer(bench: Bench, line: bytes) -> bytes:
    bench.board.receive(line)
    return bench.settle_for(SECOND)


@pytest.mark.parametrize(
    ("fault", "after_ns", "awake"),
    [
        ("", HOUR - 2 * SECOND, False),
        ("", HOUR + SECOND, True),
        ("gslp.half-hour-at-most", 31 * MINUTE, True),
        ("gslp.minutes-drift", HOUR + MINUTE, False),
        ("gslp.long-never-wakes", 10 * HOUR, False),
    ],
)
def test_a_long_sleep_ends_when_it_is_to_or_as_the_fault_has_it(
    fault: str, after_ns: int, awake: bool
) -> None:
    assert (READY in asleep(fault).settle_for(after_ns)) is awake


def test_a_long_sleep_is_deaf_but_for_its_fault() -> None:
    assert answer(asleep(""), b"AT\r\n") == b""
    assert OK in answer(asleep("gslp.answers-in-long-sleep"), b"AT\r\n")


def test_an_idle_board_is_as_it_was() -> None:
    bench, said = idle(SET)
    assert said == b""
    assert b"+CIPMUX:1" in answer(bench, QUERY)


def test_an_idle_board_with_a_fault_is_not() -> None:
    assert b"+CIPMUX:0" in answer(idle(SET, fault="idle.forgets")[0], QUERY)
    assert READY in idle(fault="idle.restarts")[1]
    bench, _ = idle(fault="idle.first-line-lost")
    assert answer(bench, b"AT\r\n") == b""
    assert OK in answer(bench, b"AT\r\n")


TRANSMITTING = (
    b"AT+CWMODE_CUR=2\r\n",
    b"AT+CIPMODE=1\r\n",
    b'AT+CIPSTART="UDP","192.168.4.2",1001,2001,0\r\n',
    b"AT+CIPSEND\r\n",
)


@pytest.mark.parametrize(
    ("fault", "data", "answers"),
    [
        ("", b"", False),
        ("", b"+++", True),
        ("idle.transmission-ends", b"", True),
        ("idle.plus-unheard", b"+++", False),
    ],
)
def test_an_idle_transmission_goes_on_until_it_is_ended(
    fault: str, data: bytes, answers: bool
) -> None:
    bench, _ = idle(*TRANSMITTING, fault=fault)
    answer(bench, data)
    assert (OK in answer(bench, b"AT\r\n")) is answers
