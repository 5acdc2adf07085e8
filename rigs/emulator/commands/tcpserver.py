"""AT+CIPSERVER (clause 5.2.13; field guide 5).

Law: one server, which needs CIPMUX=1; its clients take links of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..chip.chip import Chip
from ..ip.network import PortTaken
from ..line.command import Command, Form
from ..line.parameters import Parameters
from . import refusals
from .numbers import Number
from .refusals import Said
from .stages import RamForm, Reasons

NAME = "+CIPSERVER"
DEFAULT_PORT = 333
MODE, PORT = Number("mode", (0, 1)), Number("port", range(1, 65536))

NOT_MULTIPLE = "CIPMUX must be 1"
OFF_WITH_PORT = "a port of no server"
PORT_TAKEN = Said("TcpServer Failure")


@dataclass(frozen=True)
class Serving:
    """What is wanted; `port`: None if it was left out."""

    mode: int
    port: int | None = None


def _available(chip: Chip) -> Reasons:
    if not chip.tcpip.multiple:
        yield NOT_MULTIPLE


def _parsed(_chip: Chip, parameters: Parameters) -> Serving:
    mode = parameters.number()
    port = None if parameters.exhausted else parameters.number()
    parameters.end()
    return Serving(mode, port)


def _refusals(chip: Chip, wanted: Serving) -> Reasons:
    yield from MODE.reasons(wanted.mode)
    if wanted.port is not None:
        yield from PORT.reasons(wanted.port)
        if not (wanted.mode or chip.personality.tcpip.server_off_takes_port):
            yield OFF_WITH_PORT
    if wanted.mode and not chip.tcpip.server and _is_taken(chip, _port(wanted)):
        yield PORT_TAKEN


def _port(wanted: Serving) -> int:
    return DEFAULT_PORT if wanted.port is None else wanted.port


def _is_taken(chip: Chip, port: int) -> bool:
    """The port is taken for a moment, so that a server that would fail can be refused."""
    if port not in PORT.legal:
        return False
    try:
        chip.network.listen(port, lambda _stream: None).close()
    except PortTaken:
        return True
    return False


def changes_nothing(chip: Chip, wanted: Serving) -> bool:
    """Whether a server is there already, or none."""
    return bool(chip.tcpip.server) is bool(wanted.mode)


def _told(chip: Chip, wanted: Serving) -> bytes:
    return chip.personality.tcpip.no_change if changes_nothing(chip, wanted) else b""


def _serve(chip: Chip, wanted: Serving) -> None:
    if changes_nothing(chip, wanted):
        return
    if wanted.mode:
        chip.tcpip.serve(_port(wanted))
    else:
        chip.tcpip.stop_serving()


def _closed(chip: Chip, wanted: Serving) -> tuple[bytes, ...]:
    """The clients of a server that is to stop: their links close."""
    if wanted.mode or not chip.tcpip.server:
        return ()
    clients = [link for link in chip.tcpip.links.values() if link.served]
    return tuple(chip.tcpip.named(link.id, b"CLOSED") for link in clients)


COMMANDS = (
    Command(
        NAME,
        {
            Form.SET: RamForm(
                available=_available,
                parse=_parsed,
                decide=_refusals,
                effect=_serve,
                tell=_told,
                news=_closed,
                refuse=refusals.refuse,
            )
        },
    ),
)
