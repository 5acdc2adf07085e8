"""A capture file: pcapng, with nanoseconds, directions and what the kernel dropped.

Law of this file: what it writes Wireshark opens without a complaint, and it names no path and no
host. python-pcapng writes the blocks; scapy's writer knows microseconds alone, no statistics and
no comment on a section.
"""

from __future__ import annotations

import platform
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from pcapng import FileWriter  # type: ignore[import-untyped]
from pcapng.blocks import (  # type: ignore[import-untyped]
    EnhancedPacket,
    InterfaceDescription,
    InterfaceStatistics,
    SectionHeader,
)

#: LINKTYPE_ETHERNET, and times in units of ten to the minus ninth of a second.
_ETHERNET = 1
_NANOSECONDS = b"\x09"
#: The direction in the flags of a packet: as whoever captured saw it.
_INBOUND, _OUTBOUND = 1, 2


@dataclass(frozen=True, slots=True)
class Side:
    """What a file says of where it was captured, and how it went. Times are real time."""

    interface: str
    description: str
    began_ns: int
    ended_ns: int
    #: What the kernel gave to the capture, and what it had to drop.
    frames: int
    drops: int
    #: Real time minus the clock of the transcripts, and how wrong that may be.
    offset_ns: int
    uncertainty_ns: int


@dataclass(frozen=True, slots=True)
class Packet:
    """One frame of a file. `inbound`: it came in at the interface that was captured."""

    real_ns: int
    data: bytes
    length: int
    inbound: bool


def write(stream: BinaryIO, side: Side, packets: Sequence[Packet]) -> None:
    """A whole file; raises `OSError`."""
    with warnings.catch_warnings():
        # python-pcapng finds fault with its own table, where it speaks of the unit of times.
        warnings.simplefilter("ignore", DeprecationWarning)
        _write(stream, side, packets)


def _write(stream: BinaryIO, side: Side, packets: Sequence[Packet]) -> None:
    section = SectionHeader(
        options={
            "opt_comment": (
                "Times are real time. The transcripts of this run have monotonic time: it is "
                f"this minus {side.offset_ns} ns, give or take {side.uncertainty_ns} ns."
            ),
            "shb_hardware": platform.machine(),
            "shb_os": f"{platform.system()} {platform.release()}",
            "shb_userappl": "esp8266-at-conformance",
        }
    )
    section.new_member(
        InterfaceDescription,
        link_type=_ETHERNET,
        options={
            "if_name": side.interface,
            "if_description": side.description,
            "if_tsresol": _NANOSECONDS,
        },
    )
    file = FileWriter(stream, section)
    for packet in packets:
        block = section.new_member(
            EnhancedPacket,
            **_stamp(packet.real_ns),
            packet_len=packet.length,
            packet_data=packet.data,
            options={"epb_flags": _INBOUND if packet.inbound else _OUTBOUND},
        )
        file.write_block(block)
    statistics = section.new_member(
        InterfaceStatistics,
        **_stamp(side.ended_ns),
        options={
            "isb_starttime": _swapped(side.began_ns),
            "isb_endtime": _swapped(side.ended_ns),
            "isb_ifrecv": side.frames,
            "isb_ifdrop": 0,
            "isb_osdrop": side.drops,
        },
    )
    file.write_block(statistics)


def _stamp(real_ns: int) -> dict[str, int]:
    return {"timestamp_high": real_ns >> 32, "timestamp_low": real_ns & 0xFFFFFFFF}


def _swapped(real_ns: int) -> int:
    """A time as statistics have it: upper half first, though python-pcapng writes one number."""
    return (real_ns & 0xFFFFFFFF) << 32 | real_ns >> 32
