"""Line ends, prefixes, echo, busy: what both personalities do alike, and what not."""

from __future__ import annotations

import pytest
from emulator_bench import BUSY, ERROR, OK, Bench

LINES = [
    (b"AT\r\n", b"AT\r\r\n" + OK),
    (b"ATE1\r\n", b"ATE1\r\r\n" + OK),
    (b"AT+NOSUCH\r\n", b"AT+NOSUCH\r\r\n" + ERROR),
    (b"AT+gmr\r\n", b"AT+gmr\r\r\n" + ERROR),
    (b"AT+GMRX\r\n", b"AT+GMRX\r\r\n" + ERROR),
    (b"AT+GM\r\n", b"AT+GM\r\r\n" + ERROR),
    (b"AT+GMR1\r\n", b"AT+GMR1\r\r\n" + ERROR),
    (b"AT+GMR \r\n", b"AT+GMR \r\r\n" + ERROR),
    (b"AT+CWMODE?\r\n", b"AT+CWMODE?\r\r\n+CWMODE:2\r\n" + OK),
    (b"AT+CWMODE=?\r\n", b"AT+CWMODE=?\r\r\n+CWMODE:(1-3)\r\n" + OK),
    (b"AT\xff\r\n", b"AT\xff\r\r\n" + ERROR),
]


@pytest.mark.parametrize(("line", "answer"), LINES)
def test_whole(bench: Bench, line: bytes, answer: bytes) -> None:
    assert bench.say(line) == answer


@pytest.mark.parametrize(("line", "answer"), LINES)
def test_byte_by_byte(bench: Bench, line: bytes, answer: bytes) -> None:
    assert bench.dribble(line) == answer


@pytest.mark.parametrize(("line", "answer"), LINES)
def test_with_a_tail_that_comes_while_busy(bench: Bench, line: bytes, answer: bytes) -> None:
    head, body = answer[: answer.index(b"\r\r\n") + 3], answer[answer.index(b"\r\r\n") + 3 :]
    assert bench.say(line + b"XY") == head + b"XY" + body
    assert bench.say(b"AT\r\n") == b"AT\r\r\n" + OK


def test_cr_alone_does_nothing_until_lf_comes(bench: Bench) -> None:
    assert bench.say(b"AT\r") == b"AT\r"
    assert bench.say(b"\n") == b"\r\n" + OK


def test_lf_alone_is_an_error(bench: Bench) -> None:
    bench.mute()
    assert bench.say(b"AT\n") == ERROR
    assert bench.say(b"\n") == ERROR
    assert bench.say(b"AT\r\n") == OK


def test_an_empty_line_is_an_error(bench: Bench) -> None:
    assert bench.mute().say(b"\r\n") == ERROR


def test_nul_is_dropped_without_echo(bench: Bench) -> None:
    assert bench.say(b"A\0T\r\n") == b"AT\r\r\n" + OK


def test_a_second_line_in_one_burst_is_answered_busy(bench: Bench) -> None:
    bench.mute()
    assert bench.say(b"AT\r\nAT+GMR\r\n") == BUSY + OK
    assert bench.say(b"AT+NOSUCH\r\n\r\n") == BUSY + ERROR


def test_rst_breaks_through_a_running_command(bench: Bench) -> None:
    answer = bench.mute().say(b"AT\r\nAT+RST\r\n")
    assert answer.startswith(b"\r\nWill force to restart!!!\r\n" + OK + OK)
    assert answer.endswith(b"\r\nready\r\n")


def test_prefix_of_the_document_is_upper_case_and_first(document: Bench) -> None:
    document.mute()
    for line in (b"at\r\n", b"At\r\n", b" AT\r\n", b"xyzAT\r\n"):
        assert document.say(line) == ERROR


def test_prefix_of_nonos_is_found_anywhere(nonos: Bench) -> None:
    nonos.mute()
    for line in (b"at\r\n", b" AT\r\n", b"xyzAT\r\n", b"AAT\r\n"):
        assert nonos.say(line) == OK
    assert nonos.say(b"At\r\n") == ERROR


@pytest.mark.parametrize("length", [*range(100, 140), 255, 256, 257, 258, 259, 512, 5000])
def test_long_lines_are_refused_and_forgotten(bench: Bench, length: int) -> None:
    bench.mute()
    assert bench.say(b"AT" + b"x" * length + b"\r\n") == ERROR
    assert bench.say(b"AT\r\n") == OK


def test_the_nonos_buffer_holds_128_bytes_with_the_line_end(nonos: Bench) -> None:
    """Only in a command line does the echo close with CR LF before the answer."""
    fits, too_long = b"AT" + b"x" * 126, b"AT" + b"x" * 127
    assert nonos.say(fits + b"\r\n") == fits + b"\r\r\n" + ERROR
    assert nonos.say(too_long + b"\r\n") == too_long + b"\r" + ERROR


def test_the_longest_legal_command_fits(document: Bench) -> None:
    line = b'AT+CWSAP_DEF="%s","%s",13,4,4,0\r\n' % (b"\\," * 32, b'\\"' * 64)
    assert document.mute().say(line) == OK


def test_echo_changes_with_the_next_line(bench: Bench) -> None:
    assert bench.say(b"ATE0\r\n") == b"ATE0\r\r\n" + OK
    assert bench.say(b"ATE1\r\n") == OK
    assert bench.say(b"AT\r\n") == b"AT\r\r\n" + OK
