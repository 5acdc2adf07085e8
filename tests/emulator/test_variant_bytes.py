"""Single variants, byte for byte: answers, versions, boots, and what takes its time."""

from __future__ import annotations

import pytest
from emulator_bench import (
    ERROR,
    OK,
    Bench,
)

MILLISECOND = 1_000_000

MUTE = b"ATE0\r\n"
MODE = b"AT+CWMODE?\r\n"


def _said(variants: str, *lines: bytes, firmware: str = "document") -> bytes:
    bench = Bench(firmware, variants=variants.split()).booted()
    return [bench.say(line) for line in lines][-1]


@pytest.mark.parametrize(
    ("variants", "lines", "expected"),
    [
        ("blank.none-after-info", (MUTE, MODE), b"+CWMODE:2\r\nOK\r\n"),
        ("blank.none-after-info", (MUTE, b"AT\r\n"), OK),
        ("blank.two-after-info", (MUTE, MODE), b"+CWMODE:2\r\n\r\n" + OK),
        ("blank.none-before-final", (MUTE, b"AT\r\n"), b"OK\r\n"),
        ("blank.none-before-final", (b"AT\r\n",), b"AT\r\r\nOK\r\n"),
        ("blank.two-before-final", (MUTE, b"AT\r\n"), b"\r\n" + OK),
        ("blank.before-info", (MUTE, MODE), b"\r\n+CWMODE:2\r\n" + OK),
        ("diagnostic.para-error", (MUTE, b"AT+X\r\n"), b"para error\r\n" + ERROR),
        ("diagnostic.entry-error rfvdd.range-line", (MUTE, b"AT+RFVDD=1\r\n"), b"range:1900~3300\r\n" + ERROR),  # noqa: E501
        ("echo.crlf", (b"AT\r\n",), b"AT\r\n" + OK),
        ("echo.cr-only", (b"AT\r\n",), b"AT\r" + OK),
        ("echo.bare", (b"AT\r\n",), b"AT" + OK),
        ("echo.bare blank.none-before-final", (b"AT\r\n",), b"AT\r\nOK\r\n"),
        ("echo.bare", (MODE,), b"AT+CWMODE?\r\n+CWMODE:2\r\n" + OK),
        ("echo.whole-line", (b"AT\r\n",), b"AT\r\r\n" + OK),
        ("urc.in-echo", (b"AT\r\n",), b"ATWIFI DISCONNECT\r\n\r\r\n" + OK),
        ("urc.in-echo", (b"AT\r\n", b"AT\r\n"), b"AT\r\r\n" + OK),
        ("urc.in-echo", (b"AT\r\n", b"AT\r\n", MODE), b"ATWIFI DISCONNECT\r\n+CWMODE?\r\r\n+CWMODE:2\r\n" + OK),  # noqa: E501
        ("urc.in-echo echo.whole-line", (b"AT+\r\n",), b"ATWIFI DISCONNECT\r\n+\r\r\n" + ERROR),
        ("urc.before-answer", (b"AT\r\n",), b"AT\r\r\nWIFI DISCONNECT\r\n" + OK),
        ("urc.before-answer echo.bare", (b"AT\r\n",), b"AT\r\nWIFI DISCONNECT\r\n" + OK),
        ("urc.before-final", (MODE,), b"AT+CWMODE?\r\r\n+CWMODE:2\r\nWIFI DISCONNECT\r\n" + OK),
        ("urc.after-final", (b"AT\r\n",), b"AT\r\r\n" + OK + b"WIFI DISCONNECT\r\n"),
        ("urc.after-final urc.document-spelling", (b"AT\r\n",), b"AT\r\r\n" + OK + b"WiFi DISCONNECT\r\n"),  # noqa: E501
        ("urc.mode-change", (MUTE, b"AT+CWMODE=1\r\n"), b"WIFI DISCONNECT\r\n" + OK),
        ("urc.mode-change", (MUTE, b"AT+CWMODE=2\r\n"), OK),
        ("urc.mode-change", (MUTE, b"AT+CWMODE=9\r\n"), ERROR),
        ("sleep.spaces", (MUTE, b"AT+SLEEP?\r\n"), b"+SLEEP : 2\r\n" + OK),
        ("rfvdd.spaces", (MUTE, b"AT+RFVDD?\r\n"), b"+RFVDD: 3379\r\n" + OK),
        ("cwmode.range-listed", (MUTE, b"AT+CWMODE=?\r\n"), b"+CWMODE:(1,2,3)\r\n" + OK),
        ("sleep.set-beside-softap", (MUTE, b"AT+CWMODE=3\r\n", b"AT+SLEEP=0\r\n"), OK),
        ("sleep.set-beside-softap", (MUTE, b"AT+CWMODE=2\r\n", b"AT+SLEEP=0\r\n"), ERROR),
        ("sleep.query-station-only", (MUTE, b"AT+SLEEP?\r\n"), ERROR),
        ("line.nonsense-before-at", (MUTE, b"xyzAT\r\n"), OK),
        ("line.nonsense-before-at", (MUTE, b"xyzat\r\n"), ERROR),
        ("param.spaces-accepted", (MUTE, b'AT+CWSAP="a",  "", 1, 0\r\n'), OK),
        ("param.spaces-accepted", (MUTE, b"AT+CWMODE= 1\r\n"), ERROR),
        ("busy.sending", (MUTE, b"AT\r\nAT\r\n"), b"\r\nbusy s...\r\n" + OK),
        ("busy.now", (MUTE, b"AT\r\nAT\r\n"), b"\r\nbusy now ...\r\n" + OK),
        ("busy.no-blank", (MUTE, b"AT\r\nAT\r\n"), b"busy p...\r\n" + OK),
    ],
)  # fmt: skip
def test_byte_for_byte(variants: str, lines: tuple[bytes, ...], expected: bytes) -> None:
    assert _said(variants, *lines).startswith(expected)
    if not lines[-1].startswith(b"AT+GSLP"):
        assert _said(variants, *lines) == expected


AT_LINE = b"AT version:0.51.0.0(Nov 27 2015 13:37:21)"


@pytest.mark.parametrize(
    ("variants", "expected"),
    [
        ("gmr.bare-values", [AT_LINE[11:], b"1.5.0", b"Nov 27 2015 16:04:10"]),
        ("gmr.bin-version", [AT_LINE, b"SDK version:1.5.0", b"compile time:Nov 27 2015 16:04:10", b"Bin version(Wroom 02):0.51"]),  # noqa: E501
        ("gmr.vendor-line", [AT_LINE, b"SDK version:1.5.0", b"Ai-Thinker Technology Co. Ltd.", b"compile time:Nov 27 2015 16:04:10"]),  # noqa: E501
        ("gmr.other-labels", [b"AT v" + AT_LINE[11:], b"sdk: 1.5.0", b"built Nov 27 2015 16:04:10"]),  # noqa: E501
        ("gmr.other-ids gmr.bare-values", [b"0.60.7.0-rc2(Jan 29 2016 15:10:17)", b"1.5.2(7eee54f4)", b"2016-02-03 08:01:59"]),  # noqa: E501
    ],
)  # fmt: skip
def test_versions(variants: str, expected: list[bytes]) -> None:
    said = _said(variants, MUTE, b"AT+GMR\r\n")
    assert said == b"\r\n".join(expected) + b"\r\n" + OK


def test_the_line_that_nonos_leaves_open_stays_a_line() -> None:
    said = _said("blank.none-before-final", MUTE, b"AT+GMR\r\n", firmware="nonos-1.3")
    assert said.endswith(b"compile time:Jul 19 2016 18:44:44\r\nOK\r\n")
    said = _said("gmr.bin-version", MUTE, b"AT+GMR\r\n", firmware="nonos-1.3")
    assert said.endswith(b"18:44:44\r\nBin version(Wroom 02):0.51" + OK)


# Boots.


def test_nothing_before_ready() -> None:
    assert _said("boot.no-text", MUTE, b"AT+RST\r\n") == OK + b"\r\nready\r\n"


def test_what_comes_around_a_restart() -> None:
    said = _said("rst.link-closed rst.wifi-disconnect", MUTE, b"AT+RST\r\n")
    assert said.startswith(OK + b"0,CLOSED\r\nWIFI DISCONNECT\r\n\r\n ets Jan")
    said = _said("boot.vendor boot.invalid boot.no-text", MUTE, b"AT+RST\r\n")
    vendor = b"\r\nAi-Thinker Technology Co. Ltd.\r\n"
    assert said == OK + vendor + b"\r\ninvalid\r\n\r\nready\r\n"
    said = _said("rst.ok-before-ready boot.no-text", MUTE, b"AT+RST\r\n")
    assert said == OK + b"\r\nready\r\n"
    assert _said("rst.ok-before-ready", MUTE, b"AT+RST\r\n").startswith(b"\r\n ets")
    said = _said("urc.after-ready boot.no-text", b"AT+RST\r\n")
    assert said.endswith(b"\r\nready\r\nWIFI DISCONNECT\r\n")


def test_the_rom_text_at_115200() -> None:
    bench = Bench(variants=["boot.text-at-115200"]).booted()
    assert set(bench.rates) == {115200}


def test_a_slow_boot() -> None:
    bench = Bench(variants=["boot.slow"])
    bench.board.power_on()
    assert b"ready" not in bench.settle_for(1_000 * MILLISECOND)
    assert b"ready" in bench.settle_for(60 * MILLISECOND)


def test_the_factory_is_another_one_after_restore() -> None:
    bench = Bench().booted()
    bench.variants.set(["factory.both", "factory.other-softap"])
    assert b"+CWMODE:2" in bench.say(MODE)
    bench.say(b"AT+RESTORE\r\n")
    assert b"+CWMODE:3" in bench.say(MODE)
    assert b'"AI-THINKER_A7C05E","",11,0,4,0' in bench.say(b"AT+CWSAP_DEF?\r\n")


# Time.


@pytest.mark.parametrize("variant", ["pace.slow", "pace.slow-final"])
def test_late_answers(variant: str) -> None:
    bench = Bench(variants=[variant]).booted()
    bench.mute()
    for _ in range(8):
        began = bench.now_ns
        bench.board.receive(MODE)
        assert OK not in bench.settle_for(49 * MILLISECOND)
        assert bench.settle().endswith(OK)
        assert bench.now_ns - began <= 200 * MILLISECOND


def test_a_late_answer_makes_the_board_busy() -> None:
    bench = Bench(variants=["pace.slow"]).booted().mute()
    bench.board.receive(b"AT\r\n")
    assert bench.settle_for(10 * MILLISECOND) == b""
    assert bench.say(b"AT\r\n") == b"\r\nbusy p...\r\n" + OK


def test_dribbled_bytes_come_one_by_one_and_complete() -> None:
    bench = Bench(variants=["pace.dribble"]).booted().mute()
    bench.formats.clear()
    began = bench.now_ns
    said = bench.say(b"AT+GMR\r\n")
    assert said.endswith(OK)
    assert len(bench.formats) == len(said)
    assert bench.now_ns - began >= (len(said) - 1) * MILLISECOND // 4


def test_a_restart_and_a_new_uart_setting_cut_off_no_dribbled_byte() -> None:
    bench = Bench(variants=["pace.dribble"]).booted().mute()
    assert bench.say(b"AT+RST\r\n").startswith(OK + b"\r\n ets")
    bench.mute().formats.clear()
    assert bench.say(b"AT+UART_CUR=9600,8,1,0,0\r\n") == OK
    assert set(bench.rates) == {115200}
    assert bench.say(b"AT+GSLP=5\r\n").startswith(b"AT+GSLP=5\r\r\n") is False
    assert bench.board.status().ready


def test_a_power_cut_drops_what_was_not_sent_yet() -> None:
    bench = Bench(variants=["pace.dribble"]).booted().mute()
    bench.board.receive(b"AT+GMR\r\n")
    bench.settle_for(2 * MILLISECOND)
    bench.board.power_off()
    assert bench.settle() == b""
    bench.board.power_on()
    assert bench.settle().endswith(b"ready\r\n")
    assert bench.mute().say(b"AT\r\n") == OK


def test_the_flash_is_written_after_ok() -> None:
    bench = Bench(variants=["flash.after-ok"]).booted().mute()
    bench.board.receive(b"AT+CWMODE_DEF=3\r\n")
    assert bench.settle_for(10 * MILLISECOND) == OK
    assert bench.board.flash.programs == 0
    bench.settle_for(20 * MILLISECOND)
    assert bench.board.flash.programs == 2
    bench.board.receive(b"AT+CWMODE_DEF=1\r\n")
    bench.settle_for(10 * MILLISECOND)
    bench.board.power_cycle()
    bench.settle()
    assert b"+CWMODE:1" in bench.say(MODE)
