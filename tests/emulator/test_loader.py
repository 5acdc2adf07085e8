"""Download mode, packet by packet."""

from __future__ import annotations

import hashlib
import random
import struct
import zlib
from functools import reduce
from operator import xor

import pytest
from emulator_bench import Bench

from rigs.emulator.loader.slip import PACKET_BOUND, Unframer, framed
from rigs.emulator.serial.uart import UartFormat

FLASH_BEGIN, FLASH_DATA, FLASH_END = 0x02, 0x03, 0x04
MEM_BEGIN, MEM_DATA, MEM_END, SYNC = 0x05, 0x07, 0x06, 0x08
WRITE_REG, READ_REG, CHANGE_BAUD = 0x09, 0x0A, 0x0F
DEFLATED_BEGIN, DEFLATED_DATA, DIGEST = 0x10, 0x11, 0x13
ERASE_ALL, ERASE_RANGE, READ_FLASH, RUN = 0xD0, 0xD1, 0xD2, 0xD3
HELLO = b"\x07\x07\x12\x20" + b"\x55" * 32
SECTOR = 4096
AT = 0x200000


class Host:
    """The other end of a line to a board in download mode."""

    def __init__(self, stub: bool = False) -> None:
        self.bench = Bench().booted()
        self.board = self.bench.board
        self.flash = self.board.flash
        self.board.pins(en=True, gpio0=False)
        self.board.reset()
        self.bench.settle()
        self.ask(SYNC, HELLO)
        if stub:
            self.start_stub()

    def start_stub(self) -> None:
        self.send(MEM_END, words(0, 0x40100000))
        assert self.heard()[-1] == b"OHAI"

    def send(self, op: int, data: bytes = b"", checksum: int = 0) -> None:
        self.raw(struct.pack("<BBHI", 0, op, len(data), checksum) + data)

    def raw(self, packet: bytes) -> None:
        self.board.receive(framed(packet))

    def heard(self) -> list[bytes]:
        return list(Unframer().feed(self.bench.settle()))

    def ask(self, op: int, data: bytes = b"", checksum: int = 0) -> tuple[int, bytes]:
        """Value and data of the last answer, which must be about `op`."""
        self.send(op, data, checksum)
        answer = self.heard()[-1]
        direction, about, length, value = struct.unpack_from("<BBHI", answer)
        assert (direction, about, length) == (1, op, len(answer) - 8)
        return value, answer[8:]

    def done(self, op: int, data: bytes = b"", checksum: int = 0) -> bool:
        status = self.ask(op, data, checksum)[1]
        assert len(status) == 2
        return status == bytes(2)

    def block(self, op: int, number: int, data: bytes) -> bool:
        checksum = reduce(xor, data, 0xEF)
        return self.done(op, words(len(data), number, 0, 0) + data, checksum)


def words(*values: int) -> bytes:
    return struct.pack(f"<{len(values)}I", *values)


@pytest.fixture
def rom() -> Host:
    return Host()


@pytest.fixture
def stub() -> Host:
    return Host(stub=True)


@pytest.fixture(params=[False, True], ids=["rom", "stub"])
def host(request: pytest.FixtureRequest) -> Host:
    return Host(stub=request.param)


def test_sync_is_answered_eight_times(rom: Host) -> None:
    rom.send(SYNC, HELLO)
    answers = rom.heard()
    assert len(answers) == 8
    assert all(each[1] == SYNC and each[4:8] != bytes(4) for each in answers)


def test_the_stub_answers_sync_with_zero(stub: Host) -> None:
    assert stub.ask(SYNC, HELLO)[0] == 0


def test_the_chip_is_an_esp8266(host: Host) -> None:
    assert host.ask(READ_REG, words(0x40001000)) == (0xFFF0C101, bytes(2))
    assert host.ask(READ_REG, words(0x60000078)) == (0x00062000, bytes(2))


def test_the_rate_is_measured_until_the_first_sync() -> None:
    bench = Bench().booted()
    bench.board.pins(en=True, gpio0=False)
    bench.board.reset()
    bench.settle()
    bench.board.listen(UartFormat(57600, parity=1))
    assert bench.board.uart == UartFormat(57600)
    bench.board.receive(framed(struct.pack("<BBHI", 0, SYNC, len(HELLO), 0) + HELLO))
    bench.board.listen(UartFormat(9600))
    assert bench.board.uart == UartFormat(57600)
    bench.board.receive(framed(struct.pack("<BBHII", 0, READ_REG, 4, 0, 0x60000014)))
    divider = struct.unpack_from("<I", list(Unframer().feed(bench.settle()))[-1], 4)[0]
    assert divider == 52_000_000 // 57600


def test_the_flash_tells_its_size_through_the_spi_registers(host: Host) -> None:
    every = 0xFFFFFFFF
    host.done(WRITE_REG, words(0x60000224, 7 << 28 | 0x9F, every, 0))
    host.done(WRITE_REG, words(0x60000240, 0, every, 0))
    host.done(WRITE_REG, words(0x60000200, 1 << 18, every, 0))
    assert host.ask(READ_REG, words(0x60000200))[0] == 0
    chip = host.ask(READ_REG, words(0x60000240))[0]
    assert 1 << (chip >> 16) == host.flash.size


def test_the_rom_lacks_what_only_the_stub_has(rom: Host) -> None:
    for op in (CHANGE_BAUD, DEFLATED_BEGIN, DIGEST, ERASE_ALL, ERASE_RANGE, READ_FLASH, RUN):
        assert not rom.done(op, bytes(16))


def test_uploading_needs_the_right_checksum(rom: Host) -> None:
    assert rom.done(MEM_BEGIN, words(5, 1, 0x1800, 0x40100000))
    assert rom.block(MEM_DATA, 0, b"stub!")
    assert not rom.done(MEM_DATA, words(5, 0, 0, 0) + b"stub!", 0)
    assert not rom.done(MEM_DATA, words(6, 0, 0, 0) + b"stub!", 0)


def test_the_stub_writes_what_it_is_given(stub: Host) -> None:
    data = random.Random(1).randbytes(SECTOR + 100)
    stub.flash.program(AT - 1, b"\x00")
    assert stub.done(FLASH_BEGIN, words(len(data), 2, SECTOR, AT))
    assert stub.block(FLASH_DATA, 0, data[:SECTOR])
    assert stub.block(FLASH_DATA, 1, data[SECTOR:].ljust(SECTOR, b"\xff"))
    assert stub.block(FLASH_DATA, 1, data[SECTOR:].ljust(SECTOR, b"\xff"))
    assert stub.done(FLASH_END, words(1))
    assert stub.flash.read(AT - 1, len(data) + 2) == b"\x00" + data + b"\xff"


def test_the_stub_inflates(stub: Host) -> None:
    data = b"the same again " * 1000
    packed = zlib.compress(data)
    half = len(packed) // 2
    assert stub.done(DEFLATED_BEGIN, words(len(data), 2, half, AT))
    assert stub.block(DEFLATED_DATA, 0, packed[:half])
    assert stub.block(DEFLATED_DATA, 0, packed[:half])
    assert stub.block(DEFLATED_DATA, 1, packed[half:])
    assert stub.flash.read(AT, len(data)) == data
    digest = hashlib.md5(data, usedforsecurity=False).digest()
    assert stub.ask(DIGEST, words(AT, len(data), 0, 0)) == (0, digest + bytes(2))


@pytest.mark.parametrize(
    "packed",
    [zlib.compress(bytes(1_000_000), 9), b"this is not deflated"],
    ids=["bomb", "nonsense"],
)
def test_streams_that_do_not_fit_are_refused(stub: Host, packed: bytes) -> None:
    assert stub.done(DEFLATED_BEGIN, words(SECTOR, 1, 0x4000, AT))
    assert not stub.block(DEFLATED_DATA, 0, packed[:0x4000])
    assert not stub.block(DEFLATED_DATA, 7, b"")


def test_the_rom_erases_as_real_ones_do(rom: Host) -> None:
    """esptool asks for half of a short range, and for the rest beyond a long one's first block."""
    for sector in range(64):
        rom.flash.program(AT + sector * SECTOR, b"\x00")
    assert rom.done(FLASH_BEGIN, words(SECTOR, 8, 0x400, AT))
    assert rom.flash.read(AT + SECTOR, 1) == b"\xff"
    assert rom.flash.read(AT + 2 * SECTOR, 1) == b"\x00"
    assert rom.block(FLASH_DATA, 7, b"x" * 0x400)
    assert rom.flash.read(AT + 7 * 0x400, 1) == b"x"


def test_a_range_is_read_with_digest_and_acknowledgements(stub: Host) -> None:
    length = 5 * SECTOR + 10
    whole = stub.flash.read(0, length)
    stub.send(READ_FLASH, words(0, length, SECTOR, 64))
    answer, *packets = stub.heard()
    assert answer[8:] == bytes(2)
    while len(b"".join(packets)) < length:
        assert len(packets) <= 6
        stub.raw(words(len(b"".join(packets))))
        packets += stub.heard()
    stub.raw(words(length))
    assert b"".join(packets) == whole
    assert stub.heard() == [hashlib.md5(whole, usedforsecurity=False).digest()]
    assert stub.done(ERASE_RANGE, words(AT, SECTOR))


def test_a_reader_who_gives_up_is_served_again(stub: Host) -> None:
    stub.send(READ_FLASH, words(0, 10 * SECTOR, SECTOR, 1))
    stub.heard()
    assert stub.done(ERASE_RANGE, words(AT, SECTOR))


@pytest.mark.parametrize(
    ("op", "parameters"),
    [
        (FLASH_BEGIN, (SECTOR, 1, SECTOR, 0xFFFFFFFF)),
        (FLASH_BEGIN, (0xFFFFFFFF, 1, SECTOR, 0)),
        (DEFLATED_BEGIN, (0x400001, 1, SECTOR, 0)),
        (DIGEST, (0, 0x400001, 0, 0)),
        (ERASE_RANGE, (1, SECTOR)),
        (ERASE_RANGE, (0, 1)),
        (ERASE_RANGE, (0x400000, SECTOR)),
        (READ_FLASH, (0, 0x400001, SECTOR, 64)),
        (READ_FLASH, (0, 16, 0, 64)),
        (READ_FLASH, (0, 16, 0x10000, 64)),
        (READ_FLASH, (0, 16, 16, 0)),
        (CHANGE_BAUD, (0, 115200)),
        (CHANGE_BAUD, (0xFFFFFFFF, 115200)),
        (FLASH_DATA, (0, 0, 0, 0)),
    ],
)
def test_what_is_out_of_bounds_is_refused(stub: Host, op: int, parameters: tuple[int, ...]) -> None:
    before = stub.flash.sector_erases, stub.flash.programs
    assert not stub.done(op, words(*parameters), 0xEF)
    assert (stub.flash.sector_erases, stub.flash.programs) == before


def test_short_requests_are_refused(host: Host) -> None:
    for op in (*range(0x02, 0x08), 0x09, 0x0A, *range(0x0F, 0x14), *range(0xD0, 0xD4)):
        if op not in (0x0A, ERASE_ALL, RUN):
            assert not host.done(op, b"\x01")
    assert not host.done(READ_REG, b"")


def test_noise_harms_nobody(host: Host) -> None:
    noise = random.Random(2)
    ops = sorted(set(range(0x100)) - {FLASH_END, MEM_END, 0x12, RUN})
    for _ in range(200):
        host.board.receive(noise.randbytes(300))
        host.raw(struct.pack("<BBHI", 0, noise.choice(ops), 4, 0) + noise.randbytes(4))
    host.board.receive(b"\xc0" + b"x" * (2 * PACKET_BOUND) + b"\xc0")
    host.bench.settle()
    assert host.board.status().downloads
    host.board.receive(b"\xc0\xc0")
    assert host.ask(READ_REG, words(0x40001000))[0] == 0xFFF0C101


def test_the_stub_changes_its_rate_after_the_answer(stub: Host) -> None:
    stub.bench.formats.clear()
    assert stub.done(CHANGE_BAUD, words(460800, 115200))
    assert stub.bench.rates == [115200]
    assert stub.board.uart.baud == 460800


@pytest.mark.parametrize("op", [RUN, FLASH_END])
def test_running_the_firmware_leaves_download_mode(op: int) -> None:
    host = Host(stub=op == RUN)
    host.send(op, words(1))
    assert host.bench.settle().endswith(b"\r\nready\r\n")
    assert not host.board.status().downloads


def test_a_restart_by_software_stays_in_download_mode(stub: Host) -> None:
    stub.board.pins(en=True, gpio0=True)
    stub.send(FLASH_END, words(0))
    stub.heard()
    assert stub.board.status().downloads
    assert stub.ask(SYNC, HELLO)[0] != 0


@pytest.mark.parametrize("packet", [b"\xc0", b"\xdb", b"\xdb\xdc\xc0\xdd", bytes(range(256)), b"x"])
def test_slip_carries_everything_however_it_is_cut(packet: bytes) -> None:
    line = framed(packet) * 2
    assert list(Unframer().feed(line)) == [packet, packet]
    unframer = Unframer()
    pieces = [each for byte in line for each in unframer.feed(bytes((byte,)))]
    assert pieces == [packet, packet]


def test_a_broken_escape_drops_its_packet() -> None:
    assert list(Unframer().feed(b"\xc0a\xdbb\xc0c\xc0" + framed(b"whole"))) == [b"c", b"whole"]
