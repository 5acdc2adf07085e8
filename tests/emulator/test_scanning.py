"""AT+CWLAP and AT+CWLAPOPT in health."""

from __future__ import annotations

import pytest
from emulator_bench import BUSY, ERROR, OK, Bench
from town import Town

from rigs.emulator.timers import MILLISECOND, SECOND
from rigs.emulator.timing import TIMINGS

HOME = b'+CWLAP:(3,"home",-60,"ca:d7:19:d8:a6:01",6,-11,1)\r\n'
FAR = b'+CWLAP:(3,"home",-80,"ca:d7:19:d8:a6:02",11,-22,2)\r\n'
CAFE = b'+CWLAP:(0,"cafe",-40,"ca:d7:19:d8:a6:03",1,-33,3)\r\n'
ODD = b'+CWLAP:(4,"a,b"\\d",-70,"ca:d7:19:d8:a6:04",13,-44,4)\r\n'


def _in_town(firmware: str = "document", mode: int = 1) -> Bench:
    bench = Bench(firmware, air=Town()).booted().mute()
    bench.say(b"AT+CWMODE_CUR=%d\r\n" % mode)
    return bench


@pytest.fixture(params=["document", "nonos-1.3"])
def visitor(request: pytest.FixtureRequest) -> Bench:
    return _in_town(request.param)


def test_everybody_as_heard(visitor: Bench) -> None:
    assert visitor.say(b"AT+CWLAP\r\n") == HOME + FAR + CAFE + ODD + OK


@pytest.mark.parametrize(
    ("wanted", "listed"),
    [
        (b'"home"', HOME + FAR),
        (b'"nosuch"', b""),
        (b'"hom"', b""),
        (b'"a\\,b\\"\\\\d"', ODD),
        (b'"home","ca:d7:19:d8:a6:02",11', FAR),
        (b'"home","CA:D7:19:D8:A6:02"', FAR),
        (b'"home","ca:d7:19:d8:a6:02",6', b""),
        (b'"","",6', HOME),
        (b'"","ca:d7:19:d8:a6:03",0', CAFE),
        (b'"' + b"s" * 32 + b'"', b""),
    ],
)
def test_some(visitor: Bench, wanted: bytes, listed: bytes) -> None:
    assert visitor.say(b"AT+CWLAP=" + wanted + b"\r\n") == listed + OK


@pytest.mark.parametrize(
    "parameters",
    [
        b"home", b'"home', b'"home","ca:d7"', b'"home","ca:d7:19:d8:a6:02",14', b'"home",6',
        b'"home","ca:d7:19:d8:a6:02","11"', b'"home","ca:d7:19:d8:a6:02",-1', b'"home",',
        b'"home","ca:d7:19:d8:a6:02",11,1', b'"' + b"s" * 33 + b'"', b' "home"',
    ],
)  # fmt: skip
def test_what_is_refused(parameters: bytes) -> None:
    assert _in_town().say(b"AT+CWLAP=" + parameters + b"\r\n") == ERROR


def test_nothing_is_anybody_in_nonos_alone() -> None:
    assert _in_town("nonos-1.3").say(b"AT+CWLAP=\r\n").count(b"+CWLAP") == 4
    assert _in_town().say(b"AT+CWLAP=\r\n") == ERROR


def test_an_empty_air(bench: Bench) -> None:
    bench.mute().say(b"AT+CWMODE_CUR=1\r\n")
    assert bench.say(b"AT+CWLAP\r\n") == OK
    assert bench.say(b'AT+CWLAP="home"\r\n') == OK


@pytest.mark.parametrize("firmware", ["document", "nonos-1.3"])
@pytest.mark.parametrize("line", [b"AT+CWLAP\r\n", b'AT+CWLAP="home"\r\n'])
def test_there_must_be_a_station(firmware: str, line: bytes) -> None:
    assert _in_town(firmware, mode=2).say(line) == ERROR
    assert _in_town(firmware, mode=3).say(line).endswith(OK)


def test_it_is_busy_for_two_seconds() -> None:
    bench = Bench(timing="real").booted().mute()
    bench.say(b"AT+CWMODE_CUR=1\r\n")
    bench.board.receive(b"AT+CWLAP\r\n")
    bench.settle_for(1 * SECOND)
    bench.board.receive(b"AT\r\n")
    assert bench.settle_for(500 * MILLISECOND) == BUSY
    assert bench.settle_for(1 * SECOND) == OK


@pytest.mark.parametrize(("variants", "times"), [((), 1), (("pace.slow-radio",), 1.25)])
def test_a_slow_radio_is_switched_while_it_runs(variants: tuple[str, ...], times: float) -> None:
    bench = Bench(timing="real").booted().mute()
    bench.say(b"AT+CWMODE_CUR=1\r\n")
    bench.variants.set(variants)
    begun = bench.now_ns
    assert bench.say(b"AT+CWLAP\r\n") == OK
    assert bench.now_ns - begun == TIMINGS["real"].command + times * TIMINGS["real"].scan


def test_a_forced_restart_breaks_off() -> None:
    ends = {"document": b"", "nonos-1.3": ERROR}
    for firmware, end in ends.items():
        bench = Bench(firmware).booted().mute()
        bench.say(b"AT+CWMODE_CUR=1\r\n")
        bench.board.receive(b"AT+CWLAP\r\n")
        bench.settle_for(5 * MILLISECOND)
        said = bench.say(b"AT+RST\r\n").partition(b"\r\n ets")[0]
        assert said == b"\r\nWill force to restart!!!\r\n" + OK + end


# AT+CWLAPOPT


def test_strongest_first(visitor: Bench) -> None:
    assert visitor.say(b"AT+CWLAPOPT=1,127\r\n") == OK
    assert visitor.say(b"AT+CWLAP\r\n") == CAFE + HOME + ODD + FAR + OK
    assert visitor.say(b"AT+CWLAPOPT=0,127\r\n") == OK
    assert visitor.say(b"AT+CWLAP\r\n") == HOME + FAR + CAFE + ODD + OK


@pytest.mark.parametrize(
    ("mask", "shown"),
    [
        (0, b"()"), (1, b"(0)"), (2, b'("cafe")'), (4, b"(-40)"), (8, b'("ca:d7:19:d8:a6:03")'),
        (16, b"(1)"), (32, b"(-33)"), (64, b"(3)"), (6, b'("cafe",-40)'), (65, b"(0,3)"),
    ],
)  # fmt: skip
def test_each_bit_shows_its_field(visitor: Bench, mask: int, shown: bytes) -> None:
    assert visitor.say(b"AT+CWLAPOPT=0,%d\r\n" % mask) == OK
    assert visitor.say(b'AT+CWLAP="cafe"\r\n') == b"+CWLAP:" + shown + b"\r\n" + OK


def test_the_options_are_lost_by_a_reset(visitor: Bench) -> None:
    visitor.say(b"AT+CWLAPOPT=1,1\r\n")
    visitor.board.reset()
    visitor.settle()
    visitor.mute().say(b"AT+CWMODE_CUR=1\r\n")
    assert visitor.say(b"AT+CWLAP\r\n") == HOME + FAR + CAFE + ODD + OK


@pytest.mark.parametrize(
    ("parameters", "complaint"),
    [
        (b"", b""), (b"1", b""), (b"2,127", b"flag error\r\n"), (b"-1,127", b"flag error\r\n"),
        (b"abc,127", b""), (b"1,abc", b"get mask error\r\n"), (b"1,", b"get mask error\r\n"),
        (b"1,127,1", b""), (b'"1",127', b""),
    ],
)  # fmt: skip
def test_wrong_options(parameters: bytes, complaint: bytes) -> None:
    line = b"AT+CWLAPOPT=" + parameters + b"\r\n"
    assert _in_town().say(line) == ERROR
    assert _in_town("nonos-1.3").say(line) == complaint + ERROR


def test_nonos_takes_a_long_number_for_a_wrong_flag() -> None:
    said = _in_town("nonos-1.3").say(b"AT+CWLAPOPT=00000000001,127\r\n")
    assert said == b"flag error\r\n" + ERROR


@pytest.mark.parametrize("parameters", [b"1,128", b"1,2047", b"1,0x7F", b"1,0x1", b",127"])
def test_nonos_takes_any_mask(parameters: bytes) -> None:
    line = b"AT+CWLAPOPT=" + parameters + b"\r\n"
    assert _in_town("nonos-1.3").say(line) == OK
    assert _in_town().say(line) == ERROR
