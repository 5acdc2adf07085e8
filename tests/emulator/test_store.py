"""What is saved: where it lies in the flash, what it outlives, and what damage does to it."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from emulator_bench import Bench
from hypothesis import given
from hypothesis import strategies as st

from rigs.emulator.flash import SECTOR, Flash, FlashMap, areas, values
from rigs.emulator.flash.build import in_memory
from rigs.emulator.flash.cells import MemoryCells
from rigs.emulator.flash.record import MARK, Record
from rigs.emulator.flash.store import Store
from rigs.emulator.mutants.catalogue import MUTANTS
from rigs.emulator.mutants.keeping import NAMES, Lifetime
from rigs.emulator.mutants.mutant import mutated
from rigs.emulator.personalities import PERSONALITIES
from rigs.emulator.resetcause import ResetCause
from rigs.emulator.serial.uart import UartFormat
from rigs.emulator.settings.accesspoint import AccessPoint
from rigs.emulator.settings.addresses import DhcpSwitches, IpConfig, Leases
from rigs.emulator.settings.savedlink import SavedLink
from rigs.emulator.settings.settings import Changes, Settings, SoftAp, taken
from rigs.emulator.variants.catalogue import no_variants
from rigs.emulator.variants.flash import release, written_late

LAYOUT = FlashMap("512+512", 1 << 20)
USER, SYSTEM = LAYOUT.user_area, LAYOUT.system_area
FACTORY = PERSONALITIES["document"].factory
NET = SoftAp(b"net", b"12345678", 6, 3, 2, 1)
SLOW = UartFormat(9600, 7, 3, 2, 1)


def _store(flash: Flash | None = None) -> tuple[Store, Flash]:
    flash = flash or in_memory(LAYOUT, "document")
    return Store(flash, FACTORY), flash


def _writes(flash: Flash) -> tuple[int, int]:
    return flash.sector_erases, flash.programs


# Where it lies, and when it is written.


def test_a_blank_flash_means_the_factory() -> None:
    store, flash = _store()
    assert store.read() == FACTORY
    assert _writes(flash) == (0, 0)


def test_everything_is_read_back_by_another_store() -> None:
    store, flash = _store()
    store.write(uart=SLOW)
    store.write(mode=3, softap=NET)
    assert _store(flash)[0].read() == Settings(mode=3, softap=NET, uart=SLOW)


TEXT = st.binary(max_size=32)
NUMBER = st.integers(0, 255)


@given(st.builds(SoftAp, TEXT, st.binary(max_size=65), NUMBER, NUMBER, NUMBER, NUMBER), NUMBER)
def test_any_softap_is_read_back(softap: SoftAp, mode: int) -> None:
    store, flash = _store()
    store.write(softap=softap, mode=mode)
    assert _store(flash)[0].read() == replace(FACTORY, mode=mode, softap=softap)


MAC = st.binary(min_size=6, max_size=6)
ADDRESS = st.ip_addresses(v=4)
IP = st.builds(IpConfig, ADDRESS, ADDRESS, ADDRESS)
ALL = st.builds(
    Settings,
    mode=NUMBER,
    softap=st.builds(SoftAp, TEXT, TEXT, NUMBER, NUMBER, NUMBER, NUMBER),
    access_point=st.none() | st.builds(AccessPoint, TEXT, TEXT, st.none() | MAC),
    auto_connect=st.booleans(),
    uart=st.builds(UartFormat, st.integers(1, 5_000_000), st.integers(5, 8)),
    dhcp=st.builds(DhcpSwitches, st.booleans(), st.booleans()),
    station_mac=st.none() | MAC,
    softap_mac=st.none() | MAC,
    station_ip=st.none() | IP,
    softap_ip=st.none() | IP,
    leases=st.none() | st.builds(Leases, st.integers(-(2**31), 2**31), ADDRESS, ADDRESS),
    link=st.none() | st.builds(SavedLink, TEXT, NUMBER, st.just(b"UDP"), NUMBER, NUMBER),
)


@given(ALL)
def test_whatever_clause_6_saves_is_read_back(wanted: Settings) -> None:
    store, flash = _store()
    store.write(**taken(wanted, *NAMES))
    assert _store(flash)[0].read() == wanted


def test_every_setting_lies_in_exactly_one_area() -> None:
    assert sorted((*areas.USER, *areas.SYSTEM)) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_bytes_of_another_length_are_no_value(name: str) -> None:
    with pytest.raises(values.Implausible):
        values.VALUES[name].unpacked(b"\0" * 333)


@pytest.mark.parametrize("data", [b"x", b"\x05\x00ab", b"\x02\x00ab", b"\x00\x00" * 9])
def test_an_area_that_is_not_made_like_one_means_the_factory(data: bytes) -> None:
    store, flash = _store()
    Record(flash, USER, b"VER1").write(data)
    assert store.read() == FACTORY


def test_the_uart_lies_in_the_user_area_and_begins_with_its_version() -> None:
    store, flash = _store()
    store.write(uart=SLOW)
    assert b"VER1" in flash.read(USER.start, USER.length)
    assert flash.read(SYSTEM.start + SECTOR, 3 * SECTOR) == b"\xff" * 3 * SECTOR


def test_mode_and_softap_lie_in_the_system_area() -> None:
    store, flash = _store()
    rf = flash.read(SYSTEM.start, SECTOR)
    store.write(mode=1)
    store.write(softap=NET)
    assert b"12345678" in flash.read(SYSTEM.start, SYSTEM.length)
    assert flash.read(USER.start, USER.length) == b"\xff" * USER.length
    assert flash.read(SYSTEM.start, SECTOR) == rf


def test_only_a_change_is_written() -> None:
    store, flash = _store()
    store.write(mode=FACTORY.mode, softap=FACTORY.softap, uart=FACTORY.uart)
    assert _writes(flash) == (0, 0)
    store.write(mode=3)
    before = _writes(flash)
    store.write(mode=3)
    assert _writes(flash) == before
    store.put(store.read(), ["mode"])
    assert _writes(flash) == (before[0] + 1, before[1] + 1)


def test_a_change_of_one_area_leaves_the_other_alone() -> None:
    store, flash = _store()
    store.write(uart=SLOW)
    user = flash.read(USER.start, USER.length)
    for mode in (1, 3, 1, 3):
        store.write(mode=mode)
    assert flash.read(USER.start, USER.length) == user


def test_rewriting_wears_two_sectors_by_turns() -> None:
    store, flash = _store()
    for round_ in range(20):
        store.write(mode=1 + round_ % 2 * 2)
    assert sorted(flash.erases.values()) == [9, 10]


def test_restore_erases_and_is_the_factory() -> None:
    store, flash = _store()
    rf = flash.read(SYSTEM.start, SECTOR)
    store.write(mode=3, softap=NET, uart=SLOW)
    store.restore()
    assert store.read() == FACTORY
    assert flash.read(USER.start, USER.length) == b"\xff" * USER.length
    assert flash.read(SYSTEM.start, SECTOR) == rf
    store.write(mode=3)
    assert _store(flash)[0].read().mode == 3


# What it outlives.


def test_an_edited_image_takes_effect_at_the_next_boot(bench: Bench) -> None:
    bench.mute().say(b"AT+CWMODE_DEF=3\r\n")
    other = Bench(flash=in_memory(bench.board.flash.map, "document")).booted()
    area = bench.board.flash.map.system_area
    other.board.flash.load(area.start, bench.board.flash.read(area.start, area.length))
    other.board.reset()
    other.settle()
    assert b"+CWMODE:3" in other.say(b"AT+CWMODE?\r\n")


@pytest.mark.parametrize("address", [0x7E000, 0x3FE000])
def test_blank_bin_where_the_document_puts_it_initialises_the_area(address: int) -> None:
    bench = Bench().booted()
    bench.say(b"AT+CWMODE_DEF=3\r\n")
    bench.say(b"AT+UART_DEF=57600,8,1,0,0\r\n")
    bench.board.flash.erase_sector(address // SECTOR)
    bench.board.power_cycle()
    bench.settle()
    kept_uart, kept_mode = address != 0x7E000, address != 0x3FE000
    assert bench.board.uart.baud == (57600 if kept_uart else 115200)
    assert (b"+CWMODE:3" in bench.say(b"AT+CWMODE?\r\n")) is kept_mode


def test_another_firmware_has_blank_areas() -> None:
    bench = Bench().booted()
    bench.say(b"AT+CWMODE_DEF=3\r\n")
    bench.board.install(PERSONALITIES["nonos-1.3"])
    bench.settle()
    area = bench.board.flash.map.system_area
    assert bench.board.flash.read(area.start + SECTOR, SECTOR) == b"\xff" * SECTOR
    assert b"+CWMODE_DEF:2" in bench.say(b"AT+CWMODE_DEF?\r\n")


# Damage.


class _Dies(Exception):
    """The power has failed."""


class _DyingCells(MemoryCells):
    """Takes so many writes, and of the next one only a part."""

    def __init__(self, image: bytes, writes: int, part: float) -> None:
        super().__init__(image)
        self._left, self._part = writes, part

    def write(self, offset: int, data: bytes) -> None:
        self._left -= 1
        if self._left < 0:
            super().write(offset, data[: int(len(data) * self._part)])
            raise _Dies
        super().write(offset, data)


def _deaths(before: bytes, act: Callable[[Store], None]) -> Iterator[Settings]:
    """What is read after a power failure in the middle of every single write of an action."""
    for part in (0.0, 0.3, 0.99, 1.0):
        for writes in range(50):
            cells = _DyingCells(before, writes, part)
            try:
                act(Store(Flash(LAYOUT, cells), FACTORY))
            except _Dies:
                image = cells.read(0, LAYOUT.size)
                yield Store(Flash(LAYOUT, MemoryCells(image)), FACTORY).read()
            else:
                break


@pytest.mark.parametrize("saves", [0, 1, 2, 3])
def test_a_power_failure_leaves_the_old_value_or_the_new_one(saves: int) -> None:
    store, flash = _store()
    for mode in range(saves):
        store.write(mode=mode)
    old = store.read()
    image = flash.read(0, flash.size)
    seen = list(_deaths(image, lambda store: store.write(mode=9)))
    assert seen
    assert all(each in (old, replace(old, mode=9)) for each in seen)


def test_a_power_failure_during_restore_leaves_all_or_nothing_of_an_area() -> None:
    store, flash = _store()
    store.write(mode=3, softap=NET, uart=SLOW)
    saved = store.read()
    for each in _deaths(flash.read(0, flash.size), lambda store: store.restore()):
        assert (each.mode, each.softap) in (
            (saved.mode, saved.softap),
            (FACTORY.mode, FACTORY.softap),
        )
        assert each.uart in (saved.uart, FACTORY.uart)


@given(st.data())
def test_damage_of_any_kind_means_saved_or_factory_and_no_crash(data: st.DataObject) -> None:
    store, flash = _store()
    store.write(mode=3, softap=NET, uart=SLOW)
    saved = store.read()
    area = data.draw(st.sampled_from([USER, SYSTEM]))
    at = data.draw(st.integers(area.start, area.end - 64))
    flash.load(at, data.draw(st.binary(min_size=1, max_size=64)))
    seen, _flash = _store(flash)
    assert seen.read().uart in (saved.uart, FACTORY.uart)
    assert seen.read().softap in (saved.softap, FACTORY.softap)
    seen.write(mode=1, uart=UartFormat(1200))
    assert (_store(flash)[0].read().mode, _store(flash)[0].read().uart.baud) == (1, 1200)


@given(st.binary(min_size=1, max_size=64))
def test_an_area_full_of_noise_is_blank(noise: bytes) -> None:
    flash = in_memory(LAYOUT, "document")
    for area in (USER, SYSTEM):
        flash.load(area.start, (noise * area.length)[: area.length])
    store, _flash = _store(flash)
    assert store.read() == FACTORY
    store.write(mode=3)
    assert _store(flash)[0].read().mode == 3


@pytest.mark.parametrize("value", [b"", b"x", bytes(40), b"\xff" * 40])
def test_a_sound_record_of_nonsense_means_the_factory(value: bytes) -> None:
    store, flash = _store()
    Record(flash, USER, b"VER1").write(value)
    Record(flash, SYSTEM, b"SYS1").write(value)
    assert store.read() == FACTORY


def test_generations_wrap() -> None:
    _nobody, flash = _store()
    last = b"VER1" + b"\xff\xff\xff\xff" + struct.pack("<H", 3) + b"old"
    flash.load(USER.start + SECTOR, last + struct.pack("<I", zlib.crc32(last)))
    flash.load(USER.start + 2 * SECTOR, MARK)
    record = Record(flash, USER, b"VER1")
    assert record.read() == b"old"
    for number in range(5):
        record.write(b"%d" % number)
        assert Record(flash, USER, b"VER1").read() == b"%d" % number


# What a faulty firmware does to the areas.


def _wrong(id_: str) -> tuple[Any, Flash]:
    flash = in_memory(LAYOUT, "document")
    wrong = next(each for each in MUTANTS if each.id == id_)
    return mutated(PERSONALITIES["document"], (wrong,)).store(flash, FACTORY), flash


def _held(flash: Flash) -> tuple[bytes, ...]:
    return tuple(flash.read(area.start, area.end - area.start) for area in (USER, SYSTEM))


@pytest.mark.parametrize(("fault", "kept"), [("user", 0), ("system", 1)])
def test_a_misplaced_area_stays_blank_and_what_is_saved_is_read_all_the_same(
    fault: str, kept: int
) -> None:
    store, flash = _wrong(f"flash.{fault}-elsewhere")
    before = _held(flash)
    store.write(uart=SLOW)
    store.write(mode=3, softap=NET)
    after = _held(flash)
    assert store.read() == Settings(mode=3, softap=NET, uart=SLOW)
    assert after[kept] == before[kept]
    assert after[1 - kept] != before[1 - kept]


def test_with_both_areas_written_a_change_of_one_is_seen_in_both() -> None:
    store, flash = _wrong("flash.both-areas")
    before = _held(flash)
    store.write(uart=SLOW)
    changed = _held(flash)
    store.write(uart=SLOW)
    assert all(one != other for one, other in zip(before, changed, strict=True))
    assert _held(flash) == changed


COPY = "cwmode_def.lost-over-power-cycle"


def test_shorter_lived_copies_hide_the_flash_and_go() -> None:
    store, flash = _wrong(COPY)
    store.write(mode=3)
    before = _writes(flash)
    store.copy(Lifetime.UNTIL_POWER_LOSS, Changes(mode=2))
    store.copy(Lifetime.UNTIL_BOOT, Changes(mode=1))
    assert store.read().mode == 1
    store.outlive(ResetCause.WATCHDOG)
    assert store.read().mode == 2
    store.outlive(ResetCause.PIN)
    assert store.read().mode == 3
    assert _writes(flash) == before


def test_a_copy_may_outlive_one_restart() -> None:
    store, _flash = _wrong(COPY)
    store.copy(Lifetime.UNTIL_SECOND_BOOT, Changes(mode=1))
    store.outlive(ResetCause.SOFTWARE)
    assert store.read().mode == 1
    store.outlive(ResetCause.SOFTWARE)
    assert store.read() == FACTORY


def test_a_lasting_write_forgets_shorter_lived_copies_of_the_same() -> None:
    store, flash = _wrong(COPY)
    store.copy(Lifetime.UNTIL_BOOT, Changes(mode=1, uart=SLOW))
    store.write(mode=3)
    assert (store.read().mode, store.read().uart) == (3, SLOW)
    assert _store(flash)[0].read() == replace(FACTORY, mode=3)
    store.restore()
    assert store.read() == FACTORY


# What is written late.


def _late() -> tuple[Store, Flash, Any]:
    flash, variants = in_memory(LAYOUT, "document"), no_variants()
    variants.set(["flash.after-ok"])
    late = written_late(PERSONALITIES["document"], variants)
    store = late.store(flash, FACTORY)
    return store, flash, lambda: late.dispatch(SimpleNamespace(store=store, personality=late), None)


def test_what_is_held_is_read_but_not_written_until_released() -> None:
    store, flash, answer = _late()
    answer()
    store.write(mode=3)
    store.write(uart=SLOW)
    assert (store.read().mode, store.read().uart) == (3, SLOW)
    assert _writes(flash) == (0, 0)
    release(store)
    assert (_store(flash)[0].read().mode, _store(flash)[0].read().uart) == (3, SLOW)


@pytest.mark.parametrize("end", ["restart", "crash", "reset", "power_off", "power_cycle", "wake"])
def test_what_is_held_is_not_lost(end: str) -> None:
    bench = Bench(variants=["flash.after-ok"]).booted()
    bench.board.receive(b"AT+CWMODE_DEF=3\r\n")
    bench.settle_for(5_000_000)
    assert _store(bench.board.flash)[0].read().mode == 2
    getattr(bench.board, end)()
    assert _store(bench.board.flash)[0].read().mode == 3
