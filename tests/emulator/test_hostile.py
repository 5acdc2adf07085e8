"""Input that nobody should send: no crash, no growth, and the board answers again after a reset."""

from __future__ import annotations

from emulator_bench import OK, Bench
from hypothesis import given, settings
from hypothesis import strategies as st

from rigs.emulator.mutants.catalogue import MUTANTS

BASIC = b"+GSLP= +RESTORE +UART_CUR= +UART=9600,7, +SLEEP= +RFPOWER +RFVDD= 1 ,1,0,0".split()
COMMANDS = (b"AT", b"at", b"+GMR", b"+RST", b"E0", b"+CWSAP=", b"+CWMODE_CUR", b"=", b"?", *BASIC)
ODDITIES = (b'"', b"\\", b",", b"\0", b"\xff", b"9" * 50, b"x" * 300, b" ", b"+++", b"-")
FRAGMENTS = st.sampled_from((*COMMANDS, b"\r", b"\n", b"\r\n", *ODDITIES))
STREAMS = st.lists(FRAGMENTS | st.binary(max_size=20), max_size=40).map(b"".join)
FIRMWARES = st.sampled_from(["document", "nonos-1.3"])


@settings(deadline=None)
@given(STREAMS, FIRMWARES, st.lists(st.sampled_from(sorted(f.id for f in MUTANTS)), max_size=4))
def test_any_stream_under_any_faults(stream: bytes, firmware: str, faults: list[str]) -> None:
    bench = Bench(firmware, faults).booted()
    bench.say(stream)
    bench.dribble(stream[:100])
    bench.faults.set([])
    bench.board.reset()
    bench.settle()
    assert bench.say(b"AT\r\n") == b"AT\r\r\n" + OK


def test_an_endless_line_needs_no_memory(bench: Bench) -> None:
    for _ in range(5):
        bench.say(b"AT" + b"x" * 10_000)
    bench.say(b"\r\n")
    assert bench.say(b"AT\r\n") == b"AT\r\r\n" + OK
