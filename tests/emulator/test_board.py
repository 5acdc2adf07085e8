"""Power, reset, boot, and what survives them."""

from __future__ import annotations

from emulator_bench import ERROR, OK, Bench

from rigs.emulator.personalities import PERSONALITIES
from rigs.emulator.timing import FAST

READY = b"\r\nready\r\n"
SOFTAP = b'"net","12345678",6,3'


def test_power_on_says_the_rom_text_at_its_own_rate_and_ready_at_115200() -> None:
    bench = Bench("document")
    bench.board.power_on()
    said = bench.settle()
    assert b"ets Jan" in said
    assert said.endswith(READY)
    assert bench.rates[0] == 74880
    assert bench.rates[-1] == 115200


def test_after_rst_the_rom_text_is_legible(bench: Bench) -> None:
    bench.formats.clear()
    said = bench.mute().say(b"AT+RST\r\n")
    assert said.startswith(OK + b"\r\n ets Jan  8 2013,rst cause:")
    assert said.endswith(READY)
    assert bench.rates[0] == bench.rates[-1] == 115200


def test_input_before_ready_is_lost(bench: Bench) -> None:
    bench.board.reset()
    bench.board.receive(b"AT\r\n")
    assert OK not in bench.settle()
    assert bench.say(b"AT\r\n") == b"AT\r\r\n" + OK


def test_without_power_nothing_is_said(bench: Bench) -> None:
    bench.board.receive(b"AT\r\n")
    bench.board.power_off()
    assert bench.settle() == b"AT\r\r\n"
    assert bench.say(b"AT\r\n") == b""
    bench.board.reset()
    assert bench.settle() == b""
    assert not bench.board.status().powered


def test_uptime_and_boots(bench: Bench) -> None:
    before = bench.board.status()
    assert before.uptime_ns == FAST.boot_ready
    bench.board.power_cycle()
    after = bench.board.status()
    assert (after.boots, after.uptime_ns, after.ready) == (before.boots + 1, 0, False)


def test_cur_is_lost_and_def_kept_over_every_kind_of_boot(bench: Bench) -> None:
    boots = (lambda: bench.say(b"AT+RST\r\n"), bench.board.reset, bench.board.power_cycle)
    for boot in boots:
        bench.say(b"AT+CWMODE_DEF=3\r\n")
        bench.say(b"AT+CWSAP_DEF=" + SOFTAP + b"\r\n")
        bench.say(b"AT+CWMODE_CUR=1\r\n")
        boot()
        bench.settle()
        bench.mute()
        assert bench.say(b"AT+CWMODE_CUR?\r\n") == b"+CWMODE_CUR:3\r\n" + OK
        assert bench.say(b"AT+CWSAP?\r\n") == b"+CWSAP:" + SOFTAP + b",4,0\r\n" + OK


def test_the_bare_name_reads_ram_and_writes_both(bench: Bench) -> None:
    bench.mute()
    bench.say(b"AT+CWMODE=3\r\n")
    bench.say(b"AT+CWMODE_CUR=2\r\n")
    assert bench.say(b"AT+CWMODE?\r\n") == b"+CWMODE:2\r\n" + OK
    assert bench.say(b"AT+CWMODE_DEF?\r\n") == b"+CWMODE_DEF:3\r\n" + OK


def test_station_mode_has_no_softap(bench: Bench) -> None:
    bench.mute().say(b"AT+CWMODE_CUR=1\r\n")
    assert bench.say(b"AT+CWSAP?\r\n") == ERROR
    assert bench.say(b"AT+CWSAP=" + SOFTAP + b"\r\n") == ERROR


def test_document_takes_64_bytes_of_password_nonos_63() -> None:
    line = b'AT+CWSAP_CUR="net","%s",6,3\r\n' % (b"p" * 64)
    assert Bench("document").booted().mute().say(line) == OK
    assert Bench("nonos-1.3").booted().mute().say(line) == ERROR


def test_another_firmware_starts_from_its_factory(document: Bench) -> None:
    document.say(b"AT+CWMODE=3\r\n")
    document.board.install(PERSONALITIES["nonos-1.3"])
    document.settle()
    assert b"1.3.0.0" in document.mute().say(b"AT+GMR\r\n")
    assert document.say(b"AT+CWMODE?\r\n") == b"+CWMODE:2\r\n" + OK


def test_gmr_of_the_document_has_three_lines_and_a_blank_one(document: Bench) -> None:
    lines = document.mute().say(b"AT+GMR\r\n").split(b"\r\n")
    prefixes = (b"AT version:", b"SDK version:", b"compile time:")
    assert [line.startswith(each) for line, each in zip(lines, prefixes, strict=False)] == [
        True,
        True,
        True,
    ]
    assert lines[3:] == [b"", b"OK", b""]


def test_real_timing_takes_longer_than_fast() -> None:
    real, fast = Bench(timing="real").booted(), Bench().booted()
    assert real.now_ns > 5 * fast.now_ns
