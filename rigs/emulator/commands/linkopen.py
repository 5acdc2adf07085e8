"""AT+CIPSTART (clause 5.2.2; field guide 5): opening a link.

Law: the parameters, in the order in which they are judged; then the link, which may take its time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..asking import numbers
from ..asking.numbers import Field
from ..command import Answer, BadParameter, Call, Command, Final, Form
from ..link import SSL, TCP, UDP
from ..net import PortTaken
from ..parameters import COMMA, Parameters
from ..tcpip import LINKS
from .refusals import Complaint, explained, refused
from .wifimode import STATION

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..firmware import Firmware

SLUG = "cipstart"
HOST_MAX, TYPE_MAX = 128, 8
SOMEBODY = b"192.168.4.2"
PORTS = range(1, 65536)

ID = Field("id", 0, range(LINKS), tuple(range(LINKS)), (-1, 5), (8, 32))
PORT = Field("port", 1001, PORTS, (1, 65535), (0, 65536), (16, 32))
KEEP_ALIVE = Field("keepalive", 0, range(7201), (0, 1, 7200), (-1, 7201), (16, 32))
LOCAL_PORT = Field("localport", 2001, range(65536), (1, 65535), (-1, 65536), (16, 32))
UDP_MODE = Field("udpmode", 0, range(3), (0, 1, 2), (-1, 3), (8, 32))
FIELDS = (ID, PORT, KEEP_ALIVE, LOCAL_PORT, UDP_MODE)

_WIDE = 10**8  # a link id of so many digits is no number any more (observed 1)


@dataclass(frozen=True)
class Request:
    """What is wanted."""

    number: int
    kind: bytes
    host: bytes
    port: int
    keep_alive: int = 0
    local_port: int = 0
    udp_mode: int = 0


def _start(firmware: Firmware, call: Call) -> Answer:
    tcpip, active = firmware.tcpip, firmware.faults.active
    if (
        firmware.current.mode == STATION
        and not tcpip.has_ip
        and not active("cipstart.no-ip-accepted")
    ):
        raise Complaint(b"no ip")
    request = _altered(firmware, _read(firmware, call))
    if request.number in tcpip.links:
        if active("cipstart.already-ok"):
            return Answer(Final.OK)
        if not active("cipstart.already-reopens"):
            return _already(firmware)
    if tcpip.transparent and request.udp_mode and not active("cipstart.passthrough-unchecked"):
        raise Complaint
    if request.kind == SSL:
        _check_ssl(firmware)
    return Answer(None, pending=lambda done: _open(firmware, request, done))


def _already(firmware: Firmware) -> Answer:
    rules = firmware.personality.tcpip
    text = b"" if firmware.faults.active("cipstart.already-unsaid") else rules.already + b"\r\n"
    return Answer(Final.ERROR if rules.already_error else None, text)


def _check_ssl(firmware: Firmware) -> None:
    """One at most, and never in transparent transmission (clause 5.2.2, function 3)."""
    if firmware.tcpip.ssl_link:
        raise Complaint(b"ssl reach max")
    if firmware.tcpip.transparent:
        raise Complaint


# Reading.


def _read(firmware: Firmware, call: Call) -> Request:
    active, rules = firmware.faults.active, firmware.personality.tcpip
    multiple = firmware.tcpip.multiple
    text = _mended(firmware, call.arguments, multiple)
    if not multiple and active("cipstart.single-with-id-accepted") and text[:1].isdigit():
        text = text.partition(COMMA)[2]
    if multiple and active("cipstart.multiple-without-id-accepted") and text[:1] == b'"':
        multiple = False
    parameters = firmware.parameters(text)
    number = _id(firmware, text, parameters) if multiple else 0
    kind = _kind(firmware, parameters)
    host = _text(parameters, HOST_MAX, b"IP ERROR")
    if not host and not active("cipstart.empty-host-accepted"):
        raise Complaint(b"IP ERROR")
    host = host or SOMEBODY  # under a fault
    port = parameters.number()
    if not numbers.taken(firmware.faults, SLUG, replace(PORT, legal=rules.remote_ports), port):
        raise Complaint
    request = Request(number, kind, host, port)
    return _options(firmware, parameters, request)


def _id(firmware: Firmware, text: bytes, parameters: Parameters) -> int:
    if text[:1] == COMMA:
        raise Complaint
    number = parameters.number()
    if not numbers.taken(firmware.faults, SLUG, ID, number):
        raise Complaint(b"ID ERROR" if abs(number) < _WIDE else b"")
    return number % LINKS


def _kind(firmware: Firmware, parameters: Parameters) -> bytes:
    active = firmware.faults.active
    kind = _text(parameters, TYPE_MAX, b"Link type ERROR")
    if active("cipstart.type-lower-case-accepted"):
        kind = kind.upper()
    if kind in (TCP, UDP, SSL):
        if active(f"cipstart.type-{kind.decode('ascii').lower()}-refused"):
            raise Complaint(b"Link type ERROR")
        return kind
    if not active("cipstart.type-unknown-accepted"):
        raise Complaint(b"Link type ERROR")
    return UDP


def _text(parameters: Parameters, longest: int, line: bytes) -> bytes:
    try:
        return parameters.text(longest)
    except BadParameter:
        raise Complaint(line) from None


def _options(firmware: Firmware, parameters: Parameters, request: Request) -> Request:
    """What may follow: of TCP one number, of UDP two, the second only after the first."""
    if request.kind == UDP:
        local_port, mode = _udp_options(firmware, parameters)
        request = replace(request, local_port=local_port, udp_mode=mode)
    elif not parameters.exhausted:
        request = replace(request, keep_alive=_number(firmware, parameters, KEEP_ALIVE))
    parameters.end()
    return request


def _udp_options(firmware: Firmware, parameters: Parameters) -> tuple[int, int]:
    """Local port and mode; 0 for what is not there."""
    if parameters.exhausted:
        return 0, 0
    local_port = _number(firmware, parameters, _local_port(firmware))
    if parameters.exhausted:
        return local_port, 0
    return local_port, _number(firmware, parameters, UDP_MODE)


def _local_port(firmware: Firmware) -> Field:
    """Real firmware chooses a port where it is given 0 (observed 16)."""
    chooses = firmware.personality.parameters.empty_is_zero
    return LOCAL_PORT if chooses else replace(LOCAL_PORT, legal=PORTS)


def _number(firmware: Firmware, parameters: Parameters, field: Field) -> int:
    value = parameters.number()
    if not numbers.taken(firmware.faults, SLUG, field, value):
        raise Complaint
    return value


def _mended(firmware: Firmware, text: bytes, multiple: bool) -> bytes:
    """The parameters as the active faults see them."""
    active, first = firmware.faults.active, int(multiple)
    udp = b'"UDP"' in text
    fields = {0: ID} if multiple else {}
    fields[first + 2] = PORT
    fields |= {first + 3: LOCAL_PORT, first + 4: UDP_MODE} if udp else {first + 3: KEEP_ALIVE}
    text = numbers.mended(firmware, SLUG, text, fields)
    parts = text.split(COMMA)
    if active("cipstart.surplus-accepted"):
        parts = parts[: max(fields) + 1]
    if active("cipstart.missing-accepted") and len(parts) == first + 2:
        parts.append(b"%d" % PORT.default)
    return COMMA.join(parts)


# Opening.


def _altered(firmware: Firmware, request: Request) -> Request:
    """What a faulty firmware makes of a request."""
    active = firmware.faults.active
    if active("cipstart.port-plus-one"):
        request = replace(request, port=request.port + 1)
    if active("cipstart.local-port-ignored"):
        request = replace(request, local_port=0)
    if active("cipstart.udp-mode-ignored"):
        request = replace(request, udp_mode=0)
    if active("cipstart.opens-other-id") and firmware.tcpip.multiple:
        request = replace(request, number=(request.number + 1) % LINKS)
    return request


def _open(firmware: Firmware, request: Request, done: Callable[[Answer], None]) -> None:
    def found(ip: str | None) -> None:
        if ip is None:
            done(refused(firmware, b"DNS Fail"))
        elif request.kind == UDP:
            done(_udp(firmware, request, ip))
        else:
            _stream(firmware, request, ip, done)

    firmware.tcpip.resolve(request.host, found)


def _udp(firmware: Firmware, request: Request, ip: str) -> Answer:
    tcpip = firmware.tcpip
    if request.number in tcpip.links:  # under a fault
        tcpip.close(tcpip.links[request.number])
    port = request.port or tcpip.free_port()
    try:
        tcpip.open_udp(request.number, (ip, port), request.local_port, request.udp_mode)
    except PortTaken:
        return refused(firmware, tcpip.named(request.number, b"CONNECT FAIL"))
    return _connected(firmware, request)


def _stream(firmware: Firmware, request: Request, ip: str, done: Callable[[Answer], None]) -> None:
    tcpip = firmware.tcpip

    def over(opened: bool) -> None:
        done(_connected(firmware, request) if opened else _failed(firmware, request))

    remote = ip, request.port
    tcpip.connect(request.number, request.kind, remote, request.keep_alive, over)


def _connected(firmware: Firmware, request: Request) -> Answer:
    line = firmware.tcpip.named(request.number, b"CONNECT") + b"\r\n"
    return Answer(Final.OK, line if firmware.personality.tcpip.connect_line else b"")


def _failed(firmware: Firmware, request: Request) -> Answer:
    """Of TCP, CLOSED comes after the ERROR (errata 84; observed 22 for SSL)."""
    tcpip = firmware.tcpip
    if firmware.faults.active("cipstart.unreached-ok"):
        return Answer(Final.OK)
    if request.kind == SSL:
        return refused(firmware, tcpip.named(request.number, b"CONNECT FAIL"))
    closed = tcpip.named(request.number, b"CLOSED")
    said = firmware.personality.tcpip.closed_line
    return Answer(Final.ERROR, afterwards=(lambda: firmware.tell(closed)) if said else None)


def _guarded(firmware: Firmware, call: Call) -> Answer:
    """The same, but for a fault that opens a link that it refuses."""
    try:
        return _start(firmware, call)
    except BadParameter:
        number = next((each for each in range(LINKS) if each not in firmware.tcpip.links), None)
        if number is None or not firmware.faults.active("cipstart.refused-opens"):
            raise

        def open_some(number: int = number) -> None:
            firmware.tcpip.open_udp(number, ("192.168.4.9", PORT.default), 0, 0)

        return Answer(Final.ERROR, effect=open_some)


COMMANDS = (Command("+CIPSTART", {Form.SET: explained(_guarded)}),)
