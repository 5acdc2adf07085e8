"""Writing a range of flash, block by block, plain or deflated.

Law: one `Writing` is one range, from its BEGIN to its END; it never writes outside the range.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

from ..flash import Flash
from .ranges import Refused, check

BAD_SEQUENCE, NOT_DEFLATED, TOO_MUCH = 0xC2, 0xC7, 0xC9

_Decompress = Callable[[bytes, int], bytes]


class Writing:
    """A range of `length` bytes at `offset`, in blocks of `block` bytes each but the last."""

    def __init__(
        self, flash: Flash, offset: int, length: int, block: int, deflated: bool = False
    ) -> None:
        check(flash, offset, length)
        self._flash = flash
        self._offset = offset
        self._length = length
        self._block = block
        self._inflater = zlib.decompressobj() if deflated else None
        self._written = 0
        self._expected = 0

    def take(self, sequence: int, data: bytes) -> None:
        """Write a block, which may come twice if its answer was lost.  Raises Refused."""
        if self._inflater is None:
            at = sequence * self._block
            self._flash.program(
                self._offset + min(at, self._length), data[: max(0, self._length - at)]
            )
        elif sequence == self._expected:
            self._inflate(self._inflater.decompress, data)
            self._expected += 1
        elif sequence != self._expected - 1:
            raise Refused(BAD_SEQUENCE)

    def _inflate(self, decompress: _Decompress, data: bytes) -> None:
        """Write what a block unpacks to; a stream that has more than the range holds is refused."""
        room = self._length - self._written
        try:
            plain = decompress(data, room + 1)
        except zlib.error as error:
            raise Refused(NOT_DEFLATED) from error
        if len(plain) > room:
            raise Refused(TOO_MUCH)
        self._flash.program(self._offset + self._written, plain)
        self._written += len(plain)
