"""Espressif's own esptool, through its command line: it must take the emulator for a chip."""

from __future__ import annotations

import base64
import importlib.util
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from emulator_bench import OK, Emulator, connected, read_until, reset

Start = Callable[..., Emulator]
DEADLINE_S = 100.0
ANYWHERE = "127.0.0.1:0"

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("esptool") is None,
    reason="esptool is not installed: pip install 'esptool>=4.12,<6'",
)


def esptool(emulator: Emulator, *arguments: str | Path, by_lines: bool = False) -> str:
    """What esptool says; it must succeed.  Both spellings of an option are known to 4 and 5."""
    how = ("--before", "default_reset", "--after", "hard_reset")
    if not by_lines:
        how = ("--before", "no_reset", "--after", "no_reset")
    where = ("--chip", "esp8266", "--port", emulator.port)
    done = subprocess.run(
        [sys.executable, "-m", "esptool", *where, *how, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=DEADLINE_S,
        check=False,
    )
    said = done.stdout.decode("utf-8", "replace")
    assert done.returncode == 0, said
    return said


def in_download_mode(emulator: Emulator) -> Emulator:
    """With a jumper on GPIO0, since a TCP socket and a pty have no lines."""
    emulator.ask(do="pins", gpio0=False)
    emulator.ask(do="reset")
    return emulator


def snapshot(emulator: Emulator, offset: int, length: int) -> bytes:
    reply = emulator.ask(do="snapshot", offset=offset, length=length)
    assert reply["ok"], reply
    return base64.b64decode(reply["data"])


# By day `tests/rigs/test_flash.py` reads over RFC 2217, where every call takes twenty seconds.
@pytest.mark.nightly
def test_over_rfc2217_it_resets_the_board_reads_its_flash_and_lets_it_boot(
    start: Start, tmp_path: Path
) -> None:
    emulator = start("--rfc2217", ANYWHERE)
    begin, end = emulator.ask(do="snapshot")["user_area"]
    read = tmp_path / "read.bin"
    esptool(emulator, "read_flash", hex(begin), hex(end - begin), read, by_lines=True)
    assert read.read_bytes() == snapshot(emulator, begin, end - begin)
    assert not emulator.ask(do="status")["downloads"]
    with connected(socket.AF_INET, emulator.tcp_address) as link:
        reset(emulator, link)
        link.sendall(b"AT\r\n")
        read_until(link, OK)


@pytest.fixture(params=["--tcp", "--pty"])
def downloading(request: pytest.FixtureRequest, start: Start) -> Emulator:
    where = ("--tcp", ANYWHERE) if request.param == "--tcp" else ("--pty",)
    return in_download_mode(start(*where))


def test_it_knows_the_chip(downloading: Emulator) -> None:
    said = esptool(downloading, "flash_id")
    assert "ESP8266EX" in said
    assert re.search(r"Crystal (is|frequency:) +26MHz", said)
    assert "Detected flash size: 4MB" in said
    assert "5c:cf:7f:0a:1b:2c" in esptool(downloading, "--no-stub", "read_mac")


def test_what_it_writes_can_be_read_and_erased(downloading: Emulator, tmp_path: Path) -> None:
    image, read = tmp_path / "image", tmp_path / "read"
    image.write_bytes(bytes(range(256)) * 80 + b"the end")
    size = image.stat().st_size
    for offset, how in ((0x200000, "--compress"), (0x210000, "--no-compress")):
        said = esptool(downloading, "write_flash", how, hex(offset), image)
        assert "Hash of data verified." in said
        assert snapshot(downloading, offset, size + 1) == image.read_bytes() + b"\xff"
    esptool(downloading, "--baud", "921600", "read_flash", "0x200000", str(size), read)
    assert read.read_bytes() == image.read_bytes()
    esptool(downloading, "erase_region", "0x200000", "0x1000")
    assert snapshot(downloading, 0x200000, 0x1001) == b"\xff" * 0x1000 + b"\x00"


def test_it_writes_without_the_stub(downloading: Emulator, tmp_path: Path) -> None:
    image = tmp_path / "image"
    image.write_bytes(bytes(range(256)) * 150)
    size = image.stat().st_size
    esptool(downloading, "--no-stub", "write_flash", "0x21f000", image)
    assert snapshot(downloading, 0x21F000, size) == image.read_bytes()


def test_it_starts_the_firmware(start: Start) -> None:
    emulator = in_download_mode(start("--tcp", ANYWHERE))
    esptool(emulator, "--no-stub", "run")
    assert not emulator.ask(do="status")["downloads"]


def test_settings_can_be_copied_to_another_board(start: Start, tmp_path: Path) -> None:
    ours, theirs = (start("--tcp", ANYWHERE) for _ in range(2))
    with connected(socket.AF_INET, ours.tcp_address) as link:
        reset(ours, link)
        link.sendall(b"AT+CWMODE_DEF=3\r\n")
        read_until(link, OK)
    begin, end = ours.ask(do="snapshot")["system_area"]
    image = tmp_path / "image"
    image.write_bytes(snapshot(ours, begin, end - begin))
    esptool(in_download_mode(theirs), "write_flash", hex(begin), image)
    theirs.ask(do="pins", gpio0=True)
    with connected(socket.AF_INET, theirs.tcp_address) as link:
        reset(theirs, link)
        link.sendall(b"AT+CWMODE_DEF?\r\n")
        assert b"+CWMODE_DEF:3\r\n" in read_until(link, OK)
