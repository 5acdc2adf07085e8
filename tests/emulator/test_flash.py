"""The flash chip: its physics, its map, its contents, its file, and how it is told of."""

from __future__ import annotations

import base64
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from emulator_bench import OK, Bench, Emulator, connected, read_until, reset
from hypothesis import given
from hypothesis import strategies as st

from rigs.emulator.error import EmulatorError
from rigs.emulator.flash import BLANK, SECTOR, Flash, FlashMap
from rigs.emulator.flash.build import in_file, in_memory, layout
from rigs.emulator.flash.cells import MemoryCells
from rigs.emulator.flash.contents import can_boot
from rigs.emulator.flash.snapshot import snapshot
from rigs.emulator.process.cli import main

Start = Callable[..., Emulator]
SMALL = FlashMap("512+512", 1 << 20)
MAPS = [
    ("512+512", 1 << 20, 0x7C000, 0xFC000),
    ("512+512", 2 << 20, 0x7C000, 0x1FC000),
    ("512+512", 4 << 20, 0x7C000, 0x3FC000),
    ("1024+1024", 2 << 20, 0xFC000, 0x1FC000),
    ("1024+1024", 4 << 20, 0xFC000, 0x3FC000),
]


def _blank() -> Flash:
    return Flash(SMALL, MemoryCells(b"\xff" * SMALL.size))


# Physics.


@given(st.binary(max_size=300), st.binary(max_size=300), st.integers(0, 2 * SECTOR))
def test_programming_only_clears_bits(first: bytes, second: bytes, offset: int) -> None:
    flash = _blank()
    flash.program(offset, first)
    flash.program(offset, second)
    size = max(len(first), len(second))
    one, other = first.ljust(size, b"\xff"), second.ljust(size, b"\xff")
    assert flash.read(offset, size) == bytes(a & b for a, b in zip(one, other, strict=True))


def test_erasing_sets_one_whole_sector_to_ones() -> None:
    flash = _blank()
    flash.program(0, bytes(3 * SECTOR))
    flash.erase_sector(1)
    assert flash.read(0, 3 * SECTOR) == bytes(SECTOR) + BLANK + bytes(SECTOR)


def test_erases_and_programs_are_counted() -> None:
    flash = _blank()
    flash.erase_sector(7)
    flash.erase_sector(7)
    flash.program(SECTOR - 1, b"ab")  # two sectors, two operations
    flash.program(0, b"")
    assert (flash.sector_erases, flash.erases[7], flash.programs) == (2, 2, 2)


def test_a_programmers_work_is_not_counted() -> None:
    flash = _blank()
    flash.load(SECTOR - 2, b"abcd")
    assert flash.read(SECTOR - 2, 4) == b"abcd"
    flash.load_all(bytes(flash.size))
    assert flash.read(SECTOR - 2, 4) == bytes(4)
    assert (flash.sector_erases, flash.programs) == (0, 0)


@pytest.mark.parametrize(
    "misuse",
    [
        lambda flash: flash.read(-1, 1),
        lambda flash: flash.read(0, -1),
        lambda flash: flash.read(flash.size, 1),
        lambda flash: flash.program(flash.size - 1, b"ab"),
        lambda flash: flash.erase_sector(flash.size // SECTOR),
        lambda flash: flash.erase_sector(-1),
    ],
)
def test_beyond_the_chip_nothing_happens(misuse: Callable[[Flash], object]) -> None:
    flash = _blank()
    with pytest.raises(ValueError, match="not inside a flash"):
        misuse(flash)
    assert (flash.sector_erases, flash.programs) == (0, 0)


# Map and contents.


@pytest.mark.parametrize(("name", "size", "user", "system"), MAPS)
def test_the_areas_lie_where_the_appendix_says(
    name: str, size: int, user: int, system: int
) -> None:
    found = FlashMap(name, size)
    assert (found.user_area.start, found.user_area.length) == (user, 0x4000)
    assert (found.system_area.start, found.system_area.end) == (system, size)


@pytest.mark.parametrize(
    ("name", "size"), [("1024+1024", 1 << 20), ("512+512", 1 << 19), ("512", 1 << 20)]
)
def test_maps_that_do_not_exist(name: str, size: int) -> None:
    with pytest.raises(EmulatorError):
        FlashMap(name, size)


@pytest.mark.parametrize(("name", "size", "user", "system"), MAPS)
def test_a_new_chip_holds_loader_firmware_and_rf_data(
    name: str, size: int, user: int, system: int
) -> None:
    flash = in_memory(FlashMap(name, size), "document")
    assert can_boot(flash)
    for address in (0, 0x1000):
        assert _image_end(flash, address) < user
    assert flash.read(user, 0x4000) == BLANK * 4
    assert flash.read(system, 3) == bytes((5, 0, 5))
    assert flash.read(system + SECTOR, 3 * SECTOR) == BLANK * 3
    assert flash.read(system - SECTOR, 4) != b"\xff" * 4


def _image_end(flash: Flash, address: int) -> int:
    """Where an image ends; its segments and its checksum are sound."""
    assert flash.read(address, 1) == b"\xe9"
    at, checksum = address + 8, 0xEF
    for _ in range(flash.read(address + 1, 1)[0]):
        length = int.from_bytes(flash.read(at + 4, 4), "little")
        for byte in flash.read(at + 8, length):
            checksum ^= byte
        at += 8 + length
    at += 15 - (at - address) % 16
    assert flash.read(at, 1)[0] == checksum
    return at


def test_the_firmware_differs_and_does_not_change() -> None:
    one, again = (in_memory(SMALL, "document").read(0, SMALL.size) for _ in range(2))
    other = in_memory(SMALL, "nonos-1.3").read(0, SMALL.size)
    assert one == again
    assert one != other
    assert one[:0x1000] == other[:0x1000]


def test_a_board_without_a_firmware_does_not_boot() -> None:
    bench = Bench().booted()
    bench.board.flash.erase_sector(1)
    bench.board.reset()
    said = bench.settle()
    assert b"rst cause:2" in said
    assert b"ready" not in said
    assert bench.say(b"AT\r\n") == b""
    bench.board.flash.program(0x1000, b"\xe9")
    bench.board.power_cycle()
    assert bench.settle().endswith(b"ready\r\n")


# In a file.


def test_a_file_is_made_and_kept(tmp_path: Path) -> None:
    path = str(tmp_path / "flash.bin")
    flash = in_file(path, SMALL, "document")
    flash.program(0x7C000, b"kept")
    flash.close()
    again = in_file(path, SMALL, "document")
    assert again.read(0x7C000, 4) == b"kept"
    assert again.read(0, 0x7C000) == in_memory(SMALL, "document").read(0, 0x7C000)
    again.close()


def test_what_was_written_is_in_the_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "flash.bin"
    flash = in_file(str(path), SMALL, "document")
    flash.program(5 * SECTOR, b"now")
    assert path.read_bytes()[5 * SECTOR : 5 * SECTOR + 3] == flash.read(5 * SECTOR, 3)
    flash.close()


def test_an_erased_file_gets_a_firmware_and_keeps_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "flash.bin"
    path.write_bytes(b"\xff" * 0x7D000 + b"mine" + b"\xff" * (SMALL.size - 0x7D004))
    flash = in_file(str(path), SMALL, "document")
    assert can_boot(flash)
    assert flash.read(0x7D000, 4) == b"mine"
    flash.close()


def test_the_size_is_taken_from_the_file_unless_given(tmp_path: Path) -> None:
    path = tmp_path / "flash.bin"
    assert layout("512+512", None, str(path)).size == 4 << 20
    path.write_bytes(bytes(2 << 20))
    assert layout("512+512", None, str(path)).size == 2 << 20
    assert layout("512+512", "1M", str(path)).size == 1 << 20


def test_a_second_emulator_does_not_get_the_file(tmp_path: Path) -> None:
    path = str(tmp_path / "flash.bin")
    flash = in_file(path, SMALL, "document")
    with pytest.raises(EmulatorError, match="in use by another emulator"):
        in_file(path, SMALL, "document")
    flash.close()
    in_file(path, SMALL, "document").close()


def test_a_file_that_is_cut_short_reads_as_erased(tmp_path: Path) -> None:
    path = tmp_path / "flash.bin"
    flash = in_file(str(path), SMALL, "document")
    os.truncate(path, 0x2000)
    assert flash.read(0x1FFE, 4)[2:] == b"\xff\xff"
    assert flash.read(SMALL.size - 4, 4) == b"\xff" * 4
    flash.close()


def test_settings_outlive_a_killed_emulator(start: Start, tmp_path: Path) -> None:
    image = tmp_path / "flash.bin"
    arguments = ("--tcp", "127.0.0.1:0", "--flash", str(image), "--flash-size", "1M")
    emulator = start(*arguments)
    with connected(socket.AF_INET, emulator.tcp_address) as line:
        reset(emulator, line)
        line.sendall(b"AT+CWMODE_DEF=3\r\n")
        read_until(line, OK)
    emulator.process.send_signal(signal.SIGKILL)
    emulator.wait()
    assert image.stat().st_size == 1 << 20
    again = start(*arguments[:-2])
    with connected(socket.AF_INET, again.tcp_address) as line:
        reset(again, line)
        line.sendall(b"AT+CWMODE?\r\n")
        assert b"+CWMODE:3" in read_until(line, OK)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--flash", "/nowhere/at/all"),
        ("--flash", "."),
        ("--flash", ""),
        ("--flash", "/dev/full"),
        ("--flash", "odd.bin"),
        ("--flash", "small.bin", "--flash-size", "2M"),
        ("--flash", "small.bin", "--flash-map", "1024+1024"),
        ("--flash-size", "1M", "--flash-map", "1024+1024"),
        ("--flash-size", "8M"),
        ("--flash-map", "256+256"),
        ("--variant", "no.such"),
    ],
)
def test_errors_are_one_line_and_status_2(
    arguments: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "odd.bin").write_bytes(bytes(12345))
    (tmp_path / "small.bin").write_bytes(bytes(1 << 20))
    monkeypatch.chdir(tmp_path)
    assert main(["--pty", "--exit-with-stdin", *arguments]) == 2
    said = capfd.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1


# Told of.


def test_a_snapshot_tells_the_map_and_the_counts() -> None:
    bench = Bench().booted()
    bench.say(b"AT+CWMODE_DEF=3\r\n")
    about = snapshot(bench.board.flash, {})
    assert about["size"] == 4 << 20
    assert about["map"] == "512+512"
    assert about["user_area"] == [0x7C000, 0x80000]
    assert about["system_area"] == [0x3FC000, 0x400000]
    assert about["programs"] == 2
    assert about["sector_erases"] == 0
    assert "data" not in about


def test_a_snapshot_tells_bytes() -> None:
    flash = in_memory(SMALL, "document")
    about = snapshot(flash, {"offset": 0xFC000, "length": 4})
    assert base64.b64decode(about["data"]) == flash.read(0xFC000, 4)
    assert len(base64.b64decode(snapshot(flash, {"offset": 0, "length": 65536})["data"])) == 65536


@pytest.mark.parametrize(
    "request_",
    [
        {"offset": 0},
        {"length": 1},
        {"offset": "0", "length": 1},
        {"offset": True, "length": 1},
        {"offset": 0, "length": 65537},
        {"offset": 0, "length": -1},
        {"offset": -1, "length": 1},
        {"offset": 1 << 20, "length": 1},
        {"offset": 10**30, "length": 1},
    ],
)
def test_a_snapshot_of_elsewhere_is_refused(request_: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="must"):
        snapshot(in_memory(SMALL, "document"), request_)


def test_the_whole_flash_over_the_socket(start: Start) -> None:
    emulator = start("--tcp", "127.0.0.1:0", "--flash-size", "2M", "--flash-map", "1024+1024")
    about = emulator.ask(do="snapshot")
    assert (about["size"], about["map"]) == (2 << 20, "1024+1024")
    parts = [
        base64.b64decode(emulator.ask(do="snapshot", offset=at, length=1 << 16)["data"])
        for at in range(0, about["size"], 1 << 16)
    ]
    expected = in_memory(FlashMap("1024+1024", 2 << 20), "document")
    assert b"".join(parts) == expected.read(0, expected.size)
    assert not emulator.ask(do="snapshot", offset=0, length=1 << 20)["ok"]
