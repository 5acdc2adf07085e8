"""AT+CIPSTATUS (clause 5.2.1; field guide 5).

Law: the state and one line for every link, as they are printed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..command import OK, Answer, Call, Command, Final, Form
from ..link import TCP, UDP, Link

if TYPE_CHECKING:
    from ..firmware import Firmware

_CLIENT, _SERVER = 0, 1
_UNKNOWN_STATE = 1


def _test(_firmware: Firmware, _call: Call) -> Answer:
    return OK


def _status(firmware: Firmware, _call: Call) -> Answer:
    active, tcpip = firmware.faults.active, firmware.tcpip
    state = _UNKNOWN_STATE if active("cipstatus.state-1") else tcpip.status
    if active("cipstatus.state-unlinked") and tcpip.links:
        state = 2
    word = b"STAT" if active("cipstatus.other-word") else b"STATUS"
    head = b"" if active("cipstatus.no-state") else b"%s:%d\r\n" % (word, state)
    links = [link for _number, link in sorted(tcpip.links.items())]
    if active("cipstatus.last-link-missing"):
        links = links[:-1]
    if active("cipstatus.one-link-only"):
        links = links[:1]
    lines = [_line(firmware, link) for link in links]
    if active("cipstatus.line-without-link") and not tcpip.links:
        lines = [b'+CIPSTATUS:0,"UDP","192.168.4.2",1001,2001,0\r\n']
    return Answer(Final.OK, head + b"".join(lines))


def _line(firmware: Firmware, link: Link) -> bytes:
    active = firmware.faults.active
    quote = b"" if firmware.personality.tcpip.unquoted else b'"'
    number = 0 if active("cipstatus.id-always-0") else link.id
    kind = {UDP: TCP, TCP: UDP}.get(link.kind, TCP) if active("cipstatus.other-type") else link.kind
    ip, port = link.remote
    if active("cipstatus.other-ip"):
        ip = "0.0.0.0"
    fields = [
        b"%d" % (number + active("cipstatus.id-plus-one")),
        quote + kind + quote,
        quote + ip.encode("ascii") + quote,
        b"%d" % (port + active("cipstatus.remote-port-plus-one")),
        b"%d" % (link.local_port + active("cipstatus.local-port-plus-one")),
        b"%d" % (_SERVER if link.served or active("cipstatus.always-server") else _CLIENT),
    ]
    if active("cipstatus.ports-swapped"):
        fields[3], fields[4] = fields[4], fields[3]
    if active("cipstatus.local-port-missing"):
        del fields[4]
    if active("cipstatus.tetype-missing"):
        fields.pop()
    prefix = b"+CIPLINK:" if active("cipstatus.other-prefix") else b"+CIPSTATUS:"
    return prefix + b",".join(fields) + b"\r\n"


COMMANDS = (
    Command(
        "+CIPSTATUS",
        {Form.TEST: _test, Form.EXECUTE: _status},
        extra=frozenset({Form.TEST}),
    ),
)
