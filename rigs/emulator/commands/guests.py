"""AT+CWLIF (clause 4.1.13; field guide 4): who is on the softAP.

Law: the stations that have a lease; static addresses are not known here.
"""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from ..addresses import ip_text, mac_text
from ..air import Guest
from ..command import ERROR, Answer, Call, Command, Final, Form
from ..interfaces import has_softap, softap_ip

if TYPE_CHECKING:
    from ..firmware import Firmware

_PHANTOM = Guest(bytes.fromhex("18fe34000001"), IPv4Address("192.168.4.2"))


def _execute(firmware: Firmware, _call: Call) -> Answer:
    active = firmware.faults.active
    if not has_softap(firmware.current) and not active("cwlif.in-station-mode"):
        return ERROR
    guests = _guests(firmware)
    if active("cwlif.phantom"):
        guests.append(_PHANTOM)
    serves = firmware.current.dhcp.softap or active("cwlif.without-dhcp")
    leased = guests if serves else []
    lines = (
        ip_text(guest.address) + b"," + mac_text(guest.mac) + b"\r\n"
        for guest in leased
        if guest.address is not None
    )
    heading = b"CWLIF\r\n" if active("cwlif.heading") else b""
    return Answer(Final.OK, heading + b"".join(lines))


def _guests(firmware: Firmware) -> list[Guest]:
    """The stations, as the active faults have them."""
    active, guests = firmware.faults.active, [*firmware.air.guests]
    if active("cwlif.gone-listed"):
        gone = firmware.astray.guests
        gone.update((each.mac, each) for each in guests if each.address is not None)
        there = {each.mac for each in guests}
        guests += [each for each in gone.values() if each.mac not in there]
    if firmware.station.joined and active("cwlif.empty-while-joined"):
        return []
    if active("cwlif.first-address"):
        first = firmware.astray.addresses
        guests = [
            replace(each, address=first.setdefault(each.mac, each.address))
            for each in guests
            if each.address is not None
        ]
    if active("cwlif.static-listed"):
        own = softap_ip(firmware.current, firmware.personality.ips).address
        guests = [Guest(each.mac, each.address or own + 1) for each in guests]
    if active("cwlif.first-only"):
        guests = [each for each in guests if each.address is not None][:1]
    if active("cwlif.one-missing"):
        guests = [each for each in guests if each.address is not None][:-1]
    if active("cwlif.other-address"):
        guests = [replace(each, address=each.address and each.address + 1) for each in guests]
    if active("cwlif.other-mac"):
        guests = [replace(each, mac=each.mac[::-1]) for each in guests]
    return guests


COMMANDS = (Command("+CWLIF", {Form.EXECUTE: _execute}),)
