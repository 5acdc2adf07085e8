"""AT+CWLIF (clause 4.1.13; field guide 4): who is on the softAP.

Law: the stations that have a lease; static addresses are not known here.
"""

from __future__ import annotations

from ..chip.chip import Chip
from ..ip.interfaces import has_softap
from ..line.command import Command, Form
from ..settings.addresses import ip_text, mac_text
from ..wifi.air import Guest
from .stages import Fields, ListForm, Reasons

NAME = "+CWLIF"
NO_SOFTAP = "no softAP in this mode"


def _available(chip: Chip) -> Reasons:
    if not has_softap(chip.current):
        yield NO_SOFTAP


def _guests(chip: Chip) -> tuple[Guest, ...]:
    """Those that the DHCP server knows."""
    guests = chip.air.guests if chip.current.dhcp.softap else ()
    return tuple(guest for guest in guests if guest.address is not None)


def _printed(_chip: Chip, guest: Guest) -> Fields:
    return (ip_text(guest.address) if guest.address else b"", mac_text(guest.mac))


def _no_label(_chip: Chip) -> bytes:
    return b""


COMMANDS = (
    Command(
        NAME,
        {
            Form.EXECUTE: ListForm(
                available=_available, rows=_guests, fields=_printed, label=_no_label
            )
        },
    ),
)
