"""AT+CIPSTATUS (clause 5.2.1; field guide 5).

Law: the state and one line for every link, as they are printed.
"""

from __future__ import annotations

from ..chip.chip import Chip
from ..ip.link import Link
from ..line.command import Command, Form
from .stages import ExecuteForm, Fields, ListForm

NAME = "+CIPSTATUS"
CLIENT, SERVER = 0, 1


def _state(chip: Chip) -> bytes:
    return b"STATUS:%d\r\n" % chip.tcpip.status


def _links(chip: Chip) -> tuple[Link, ...]:
    return tuple(link for _number, link in sorted(chip.tcpip.links.items()))


def _printed(chip: Chip, link: Link) -> Fields:
    quote = b"" if chip.personality.tcpip.unquoted else b'"'
    ip, port = link.remote
    return (
        b"%d" % link.id,
        quote + link.kind + quote,
        quote + ip.encode("ascii") + quote,
        b"%d" % port,
        b"%d" % link.local_port,
        b"%d" % (SERVER if link.served else CLIENT),
    )


def _label(_chip: Chip) -> bytes:
    return b"+CIPSTATUS:"


COMMANDS = (
    Command(
        NAME,
        {
            Form.TEST: ExecuteForm(),
            Form.EXECUTE: ListForm(head=_state, rows=_links, fields=_printed, label=_label),
        },
    ),
)
