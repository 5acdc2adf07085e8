"""A serial line as a server of RFC 2217, telnet's way to a remote serial port.

Law: bytes, settings and lines in the order in which the client sent them; pyserial's PortManager
knows the protocol.  A client that breaks the protocol is hung up on, never listened to further.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import serial
from serial.rfc2217 import IAC, IAC_DOUBLED, PortManager

from ..loop import Loop
from .endpoint import Lines, Opened, Receive
from .tcp_listener import TcpListener, Where
from .uart import BOOT_FORMAT, UartFormat

_SUBOPTION_BOUND = 64
"""Bytes of one request; the longest that means anything has six."""

_PARITIES = {serial.PARITY_NONE: 0, serial.PARITY_ODD: 1, serial.PARITY_EVEN: 2}
_STOPBITS = {serial.STOPBITS_ONE: 1, serial.STOPBITS_ONE_POINT_FIVE: 2, serial.STOPBITS_TWO: 3}


class Rfc2217Endpoint:
    """Listens at `where`; port 0 lets the system choose.

    A client finds the line at 115200 8N1 with DTR and RTS released, and both are released when it
    leaves.
    """

    def __init__(
        self,
        loop: Loop,
        receive: Receive,
        opened: Opened | None,
        lines: Lines,
        where: Where,
    ) -> None:
        self._opened = opened
        self._lines = lines
        self._hand_over = receive
        self._heard = bytearray()
        self._adapter = _Adapter(self._before_change, lines)
        self._listener = TcpListener(
            loop, where, self._receive, "--rfc2217", self._joined, self._left
        )
        self._manager = self._new_manager()
        self.port = f"rfc2217://{self._listener.address}"

    def format(self, near: UartFormat) -> UartFormat:
        """See Endpoint."""
        return replace(self._adapter.format, flow=near.flow)

    def write(self, data: bytes) -> None:
        """See Endpoint."""
        self._listener.send(data.replace(IAC, IAC_DOUBLED))

    def close(self) -> None:
        """See Endpoint."""
        self._listener.close()

    def _joined(self) -> None:
        if self._opened:
            self._opened()
        self._heard.clear()
        self._adapter = _Adapter(self._before_change, self._lines)
        self._manager = self._new_manager()

    def _new_manager(self) -> PortManager:
        """A PortManager with nothing heard yet; it sends its first requests at once."""
        return PortManager(cast(Any, self._adapter), cast(Any, _Replies(self._listener)))

    def _left(self) -> None:
        self._lines(False, False)

    def _receive(self, data: bytes) -> None:
        if IAC not in data and self._is_plain():
            self._hand_over(data)
            return
        try:
            for byte in self._manager.filter(data):
                self._heard += byte
        except (KeyError, TypeError, ValueError, struct.error):
            self._listener.hang_up()
        self._before_change()
        if len(self._manager.suboption or b"") > _SUBOPTION_BOUND:
            self._listener.hang_up()

    def _is_plain(self) -> bool:
        return self._manager.mode == 0 and self._manager.suboption is None

    def _before_change(self) -> None:
        """Hand over what came so far, while the line is still set as it was."""
        heard = bytes(self._heard)
        self._heard.clear()
        if heard:
            self._hand_over(heard)


class _Replies:
    """The way out for PortManager; a client that does not read its answers is hung up on."""

    def __init__(self, listener: TcpListener) -> None:
        self._listener = listener

    def write(self, data: bytes) -> None:
        if not self._listener.send(data):
            self._listener.hang_up()


class _Adapter:
    """The remote serial port, with those names of serial.Serial that PortManager uses.

    A value that the chip's UART does not know is a ValueError; PortManager then answers with the
    one in force.  Break and flow control are taken note of and have no wires.
    """

    cts = dsr = ri = cd = False

    def __init__(self, before_change: Callable[[], None], lines: Lines) -> None:
        self.format = BOOT_FORMAT
        self.xonxoff = self.rtscts = self.break_condition = False
        self._before_change = before_change
        self._lines = lines
        self._dtr = self._rts = False

    @property
    def baudrate(self) -> int:
        return self.format.baud

    @baudrate.setter
    def baudrate(self, value: int) -> None:
        self._change(replace(self.format, baud=value))

    @property
    def bytesize(self) -> int:
        return self.format.databits

    @bytesize.setter
    def bytesize(self, value: int) -> None:
        if value not in range(5, 9):
            raise ValueError(f"no size of {value} bits")
        self._change(replace(self.format, databits=value))

    @property
    def parity(self) -> str:
        return next(name for name, code in _PARITIES.items() if code == self.format.parity)

    @parity.setter
    def parity(self, value: str) -> None:
        if value not in _PARITIES:
            raise ValueError(f"no parity {value}")
        self._change(replace(self.format, parity=_PARITIES[value]))

    @property
    def stopbits(self) -> float:
        return next(bits for bits, code in _STOPBITS.items() if code == self.format.stopbits)

    @stopbits.setter
    def stopbits(self, value: float) -> None:
        self._change(replace(self.format, stopbits=_STOPBITS[value]))

    @property
    def dtr(self) -> bool:
        return self._dtr

    @dtr.setter
    def dtr(self, value: bool) -> None:
        self._before_change()
        self._dtr = value
        self._lines(self._dtr, self._rts)

    @property
    def rts(self) -> bool:
        return self._rts

    @rts.setter
    def rts(self, value: bool) -> None:
        self._before_change()
        self._rts = value
        self._lines(self._dtr, self._rts)

    def reset_input_buffer(self) -> None:
        """What the chip has sent is on its way: it comes before the answer to this."""

    def reset_output_buffer(self) -> None:
        """What the client has sent has been heard already."""

    def _change(self, wanted: UartFormat) -> None:
        self._before_change()
        self.format = wanted
