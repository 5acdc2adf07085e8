"""AT+CIPSERVER (clause 5.2.13; field guide 5).

Law: one server, which needs CIPMUX=1; its clients take links of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..asking import numbers
from ..asking.numbers import Field
from ..command import OK, Answer, Call, Command, Final, Form
from ..link import Link
from ..net import PortTaken
from .refusals import Complaint, explained

if TYPE_CHECKING:
    from ..firmware import Firmware

SLUG = "cipserver"
DEFAULT_PORT = 333
MODE = Field("mode", 1, (0, 1), (0, 1), (-1, 2))
PORT = Field("port", DEFAULT_PORT, range(1, 65536), (1, 65535), (0, 65536), (16, 32))


def _set(firmware: Firmware, call: Call) -> Answer:
    active, tcpip, rules = firmware.faults.active, firmware.tcpip, firmware.personality.tcpip
    if not tcpip.multiple and not active("cipserver.single-accepted"):
        raise Complaint
    ported = b"," in call.arguments and not active("cipserver.surplus-accepted")
    fields = (MODE, PORT) if ported else (MODE,)
    try:
        mode, *rest = numbers.read(firmware, SLUG, call.arguments, fields)
    except numbers.Refused:
        if active("cipserver.refused-deletes"):
            return Answer(Final.ERROR, effect=lambda: _delete(firmware))
        if tcpip.server or not active("cipserver.refused-takes-effect"):
            raise
        return Answer(Final.ERROR, effect=lambda: tcpip.serve(DEFAULT_PORT))
    port = rest[0] if rest else DEFAULT_PORT
    if not rest and mode == 1 and active("cipserver.port-required"):
        raise Complaint
    if rest and not mode and not rules.server_off_takes_port:
        raise Complaint
    if bool(tcpip.server) is bool(mode):
        if active("cipserver.again-refused"):
            raise Complaint
        return Answer(Final.OK, rules.no_change)
    return _started(firmware, port) if mode else _stopped(firmware)


def _delete(firmware: Firmware) -> None:
    firmware.tcpip.stop_serving()


def _started(firmware: Firmware, port: int) -> Answer:
    """The port is taken in the course of it, so that a server that fails can be refused."""
    if firmware.faults.active("cipserver.1-not-applied"):
        return OK
    try:
        firmware.network.listen(port, lambda _stream: None).close()
    except PortTaken:
        raise Complaint(b"TcpServer Failure") from None
    return Answer(Final.OK, effect=lambda: firmware.tcpip.serve(port))


def _stopped(firmware: Firmware) -> Answer:
    """OK first, then what becomes of the clients."""
    if firmware.faults.active("cipserver.0-not-applied"):
        return OK
    closed: list[Link] = []

    def announce() -> None:
        for link in closed:
            firmware.tell(firmware.tcpip.named(link.id, b"CLOSED"))

    return Answer(
        Final.OK,
        effect=lambda: closed.extend(firmware.tcpip.stop_serving()),
        afterwards=announce,
    )


COMMANDS = (Command("+CIPSERVER", {Form.SET: explained(_set)}),)
