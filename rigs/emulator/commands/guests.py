"""AT+CWLIF (clause 4.1.13; field guide 4): who is on the softAP.

Law: the stations that have a lease; static addresses are not known here.
"""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from ..addresses import ip_text, mac_text
from ..air import Guest
from ..command import ERROR, Answer, Call, Command, Final, Form
from ..interfaces import has_softap

if TYPE_CHECKING:
    from ..firmware import Firmware

_PHANTOM = Guest(bytes.fromhex("18fe34000001"), IPv4Address("192.168.4.2"))


def _execute(firmware: Firmware, _call: Call) -> Answer:
    active = firmware.faults.active
    if not has_softap(firmware.current) and not active("cwlif.in-station-mode"):
        return ERROR
    guests = [*firmware.air.guests]
    if active("cwlif.phantom"):
        guests.append(_PHANTOM)
    leased = guests if firmware.current.dhcp.softap else []
    lines = (
        ip_text(guest.address) + b"," + mac_text(guest.mac) + b"\r\n"
        for guest in leased
        if guest.address is not None
    )
    heading = b"CWLIF\r\n" if active("cwlif.heading") else b""
    return Answer(Final.OK, heading + b"".join(lines))


COMMANDS = (Command("+CWLIF", {Form.EXECUTE: _execute}),)
