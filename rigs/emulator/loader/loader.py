"""The loader's protocol: requests in, answers out.

Law: one request, one answer, as the ROM or, once it has been uploaded and started, esptool's stub
gives it.  Whatever program is uploaded, what runs then is that stub; its code is not kept.  Noise,
short requests and unknown ones never do any harm.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import xor
from typing import Protocol

from ..flash import SECTOR, Flash
from ..serial.uart import UartFormat
from . import ranges
from .ranges import FAILED, Refused
from .reading import Reading
from .registers import Registers
from .slip import Unframer, framed
from .writing import Writing

_HEADER = struct.Struct("<BBHI")
_ACKNOWLEDGEMENT = struct.Struct("<I")
_BLOCK_HEADER = 16
_REQUEST, _ANSWER = 0, 1
_CHECKSUM_SEED = 0xEF
_INVALID, _BAD_CHECKSUM = 0x05, 0x07
_NOT_BEGUN = 0xC6
_SYNC_ANSWERS = 8
_ROM_SYNC_VALUE = 0x20120707
_BAUD_MAX = 4_608_000


class Chip(Protocol):
    """The chip that the loader runs on."""

    def send(self, data: bytes) -> None:
        """Put bytes on the UART."""

    @property
    def uart(self) -> UartFormat:
        """How the UART is set."""

    def set_uart(self, form: UartFormat) -> None:
        """Set the UART for what is sent from now on."""

    def restart_loader(self) -> None:
        """Reset by software: the loader starts anew."""

    def run_firmware(self) -> None:
        """Leave the loader for what is in the flash."""


@dataclass(frozen=True)
class _Request:
    """`checksum` is that of a block's data."""

    op: int
    checksum: int
    data: bytes

    def words(self, count: int) -> tuple[int, ...]:
        """The first 32-bit parameters; Refused if there are fewer."""
        try:
            return struct.unpack_from(f"<{count}I", self.data)
        except struct.error as error:
            raise Refused(_INVALID) from error

    def block(self) -> tuple[int, bytes]:
        """Number and bytes of a block; Refused if it is damaged."""
        length, sequence = self.words(4)[:2]
        data = self.data[_BLOCK_HEADER:]
        if length != len(data):
            raise Refused(_INVALID)
        if reduce(xor, data, _CHECKSUM_SEED) != self.checksum & 0xFF:
            raise Refused(_BAD_CHECKSUM)
        return sequence, data


@dataclass(frozen=True)
class _Answer:
    """`value` is the word of the header; `then` happens after the answer has been sent."""

    value: int = 0
    data: bytes = b""
    then: Callable[[], None] | None = None


_DONE = _Answer()
_Handler = Callable[[_Request], _Answer]


class Loader:
    """One run of download mode, from a reset to the next.

    Until the first SYNC the ROM `measures` the rate of what it hears; its UART has 8N1.
    """

    def __init__(self, chip: Chip, flash: Flash) -> None:
        self.measures = True
        self._chip = chip
        self._flash = flash
        self._registers = Registers(flash, lambda: chip.uart.baud)
        self._unframer = Unframer()
        self._stub = False
        self._writing: Writing | None = None
        self._reading: Reading | None = None
        self._rom_handlers: Mapping[int, _Handler] = {
            0x02: self._flash_begin,
            0x03: self._flash_data,
            0x04: self._flash_end,
            0x05: _mem_begin,
            0x06: self._mem_end,
            0x07: _mem_data,
            0x08: self._sync,
            0x09: self._write_register,
            0x0A: self._read_register,
        }
        self._stub_handlers: Mapping[int, _Handler] = {
            **self._rom_handlers,
            0x0B: _accept,  # size and geometry of the flash
            0x0D: _accept,  # the flash's pins
            0x0F: self._change_baud,
            0x10: self._deflated_begin,
            0x11: self._flash_data,
            0x12: self._flash_end,
            0x13: self._digest,
            0xD0: self._erase_all,
            0xD1: self._erase_range,
            0xD2: self._read_flash,
            0xD3: self._run_firmware,
        }

    def receive(self, data: bytes) -> None:
        """Bytes from the UART."""
        for packet in self._unframer.feed(data):
            if self._reading and len(packet) == _ACKNOWLEDGEMENT.size:
                self._acknowledge(self._reading, packet)
            elif len(packet) >= _HEADER.size:
                self._reading = None
                self._take(packet)

    def _acknowledge(self, reading: Reading, packet: bytes) -> None:
        if reading.acknowledge(_ACKNOWLEDGEMENT.unpack(packet)[0]):
            self._reading = None

    def _take(self, packet: bytes) -> None:
        direction, op, length, checksum = _HEADER.unpack_from(packet)
        request = _Request(op, checksum, packet[_HEADER.size :])
        if direction != _REQUEST:
            return
        try:
            if length != len(request.data):
                raise Refused(_INVALID)
            answer = self._handler(op)(request)
        except Refused as refused:
            self._send_answer(op, _DONE, bytes((1, refused.code)))
        else:
            self._send_answer(op, answer, bytes(2))
            if answer.then:
                answer.then()

    def _handler(self, op: int) -> _Handler:
        return (self._stub_handlers if self._stub else self._rom_handlers).get(op, _unknown)

    def _send_answer(self, op: int, answer: _Answer, status: bytes) -> None:
        data = answer.data + status
        self._send_packet(_HEADER.pack(_ANSWER, op, len(data), answer.value) + data)

    def _send_packet(self, packet: bytes) -> None:
        self._chip.send(framed(packet))

    # What the ROM does.

    def _sync(self, request: _Request) -> _Answer:
        self.measures = False
        answer = _Answer(0 if self._stub else _ROM_SYNC_VALUE)
        for _ in range(_SYNC_ANSWERS - 1):
            self._send_answer(request.op, answer, bytes(2))
        return answer

    def _read_register(self, request: _Request) -> _Answer:
        (address,) = request.words(1)
        return _Answer(self._registers.read(address))

    def _write_register(self, request: _Request) -> _Answer:
        """One or more of address, value, mask, delay; delays are not waited for."""
        words = request.words(len(request.data) // 16 * 4 or 4)
        for at in range(0, len(words), 4):
            self._registers.write(*words[at : at + 3])
        return _DONE

    def _mem_end(self, request: _Request) -> _Answer:
        stays, _entry = request.words(2)
        return _DONE if stays else _Answer(then=self._start_stub)

    def _start_stub(self) -> None:
        self._stub = True
        self._writing = None
        self._send_packet(b"OHAI")

    def _flash_begin(self, request: _Request) -> _Answer:
        length, count, block, offset = request.words(4)
        if self._stub:
            ranges.erase(self._flash, offset, length)
            self._writing = Writing(self._flash, offset, length, block)
        else:
            ranges.erase_as_the_rom_does(self._flash, offset, length)
            room = min(count * block, self._flash.size - offset)
            self._writing = Writing(self._flash, offset, room, block)
        return _DONE

    def _flash_data(self, request: _Request) -> _Answer:
        sequence, data = request.block()
        if self._writing is None:
            raise Refused(_NOT_BEGUN)
        self._writing.take(sequence, data)
        return _DONE

    def _flash_end(self, request: _Request) -> _Answer:
        """Parameter 0 restarts; 1 makes the ROM run the firmware, and the stub stay."""
        (stays,) = request.words(1)
        self._writing = None
        if not stays:
            return _Answer(then=self._chip.restart_loader)
        return _DONE if self._stub else _Answer(then=self._chip.run_firmware)

    # What only the stub does.

    def _deflated_begin(self, request: _Request) -> _Answer:
        length, _count, block, offset = request.words(4)
        ranges.erase(self._flash, offset, length)
        self._writing = Writing(self._flash, offset, length, block, deflated=True)
        return _DONE

    def _change_baud(self, request: _Request) -> _Answer:
        (baud,) = request.words(1)
        if not 0 < baud <= _BAUD_MAX:
            raise Refused(_INVALID)
        return _Answer(then=lambda: self._chip.set_uart(UartFormat(baud)))

    def _digest(self, request: _Request) -> _Answer:
        offset, length = request.words(2)
        ranges.check(self._flash, offset, length)
        data = self._flash.read(offset, length)
        return _Answer(data=hashlib.md5(data, usedforsecurity=False).digest())

    def _erase_all(self, _request: _Request) -> _Answer:
        ranges.erase(self._flash, 0, self._flash.size)
        return _DONE

    def _erase_range(self, request: _Request) -> _Answer:
        offset, length = request.words(2)
        if offset % SECTOR or length % SECTOR:
            raise Refused(FAILED)
        ranges.erase(self._flash, offset, length)
        return _DONE

    def _read_flash(self, request: _Request) -> _Answer:
        reading = Reading(self._flash, self._send_packet, *request.words(4))
        return _Answer(then=lambda: self._start_reading(reading))

    def _start_reading(self, reading: Reading) -> None:
        self._reading = None if reading.acknowledge(0) else reading

    def _run_firmware(self, _request: _Request) -> _Answer:
        return _Answer(then=self._chip.run_firmware)


def _mem_begin(request: _Request) -> _Answer:
    request.words(4)
    return _DONE


def _mem_data(request: _Request) -> _Answer:
    request.block()
    return _DONE


def _accept(_request: _Request) -> _Answer:
    return _DONE


def _unknown(_request: _Request) -> _Answer:
    raise Refused(_INVALID)
