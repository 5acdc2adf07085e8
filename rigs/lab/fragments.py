"""Packets of IPv4 that came in pieces: a datagram of more than 1,472 bytes does.

Law of this file: pieces that overlap or leave a gap make no packet, and there is room for so many
unfinished packets and no more; the oldest gives way.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

#: The longest packet of IPv4, and how many of them may be unfinished.
LONGEST = 65_535
UNFINISHED = 64


@dataclass(slots=True)
class _Pieces:
    by_offset: dict[int, bytes] = field(default_factory=dict)
    #: How long the whole is; -1 until the last piece has come.
    length: int = -1


class Fragments:
    """What has come of packets that are not whole yet."""

    def __init__(self) -> None:
        self._packets: dict[Hashable, _Pieces] = {}

    def add(self, key: Hashable, offset: int, data: bytes, more: bool) -> bytes | None:
        """One piece of the packet `key`; the packet's data, if it is whole now."""
        if offset + len(data) > LONGEST:
            return None
        if key not in self._packets and len(self._packets) >= UNFINISHED:
            del self._packets[next(iter(self._packets))]
        pieces = self._packets.setdefault(key, _Pieces())
        pieces.by_offset[offset] = data
        if not more:
            pieces.length = offset + len(data)
        if pieces.length < 0 or sum(map(len, pieces.by_offset.values())) < pieces.length:
            return None
        del self._packets[key]
        return _joined(pieces)


def _joined(pieces: _Pieces) -> bytes | None:
    end = 0
    for offset, data in sorted(pieces.by_offset.items()):
        if offset != end:
            return None
        end = offset + len(data)
    return b"".join(data for _, data in sorted(pieces.by_offset.items()))
