"""Reading a range of flash through the stub: blocks out, acknowledgements in, a digest at the end.

Law: never more blocks under way than the other end allows, nor than an ordinary line buffers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from ..flash import SECTOR, Flash
from .ranges import FAILED, Refused, check

_BLOCKS_UNDER_WAY = 2


class Reading:
    """A range of `length` bytes at `offset`; `send` takes each packet.

    `block`: bytes a packet, at most a sector; `window`: packets under way at once.  Refused if the
    range or a size is out of bounds.
    """

    def __init__(
        self,
        flash: Flash,
        send: Callable[[bytes], None],
        offset: int,
        length: int,
        block: int,
        window: int,
    ) -> None:
        check(flash, offset, length)
        if not (0 < block <= SECTOR and window):
            raise Refused(FAILED)
        self._flash = flash
        self._send = send
        self._offset = offset
        self._length = length
        self._block = block
        self._under_way = block * min(window, _BLOCKS_UNDER_WAY)
        self._sent = 0
        self._digest = hashlib.md5(usedforsecurity=False)

    def acknowledge(self, count: int) -> bool:
        """The other end has `count` bytes: send on; whether that was the end of it."""
        while self._sent < min(self._length, count + self._under_way):
            data = self._flash.read(
                self._offset + self._sent, min(self._block, self._length - self._sent)
            )
            self._digest.update(data)
            self._sent += len(data)
            self._send(data)
        if count < self._length:
            return False
        self._send(self._digest.digest())
        return True
