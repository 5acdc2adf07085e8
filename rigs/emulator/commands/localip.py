"""AT+CIFSR (clause 5.2.11; field guide 5): which addresses the board has.

Law: the interfaces of the Wi-Fi mode, the softAP first.  Real firmware also sets the softAP's
address with it, in RAM alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..chip.chip import Chip
from ..ip.interfaces import (
    has_softap,
    has_station,
    softap_ip,
    softap_mac,
    station_ip,
    station_mac,
)
from ..line.command import BadParameter, Command, Form
from ..line.parameters import QUOTE, Parameters
from ..settings.addresses import IpConfig, ip_text, mac_text
from . import refusals
from .refusals import Complaint
from .stages import ExecuteForm, Fields, ListForm, RamForm, Reasons
from .staticip import softap_at

NAME = "+CIFSR"
SOFTAP, STATION = b"AP", b"STA"
NO_SOFTAP, UNUSABLE = "no softAP in this mode", "not usable"

_LONGEST = 64  # bytes; what is longer than an address is refused for its shape


# What the interfaces have.


@dataclass(frozen=True)
class Interface:
    """One of the two; `name` is how some firmware labels it."""

    name: bytes
    ip: IpConfig
    mac: bytes


def _interfaces(chip: Chip) -> tuple[Interface, ...]:
    settings, rules = chip.current, chip.personality
    softap = Interface(SOFTAP, softap_ip(settings, rules.ips), softap_mac(settings, rules.macs))
    address = station_ip(settings, rules.ips, chip.air)
    station = Interface(STATION, address, station_mac(settings, rules.macs))
    there = ((has_softap(settings), softap), (has_station(settings), station))
    return tuple(interface for is_there, interface in there if is_there)


def _printed(chip: Chip, interface: Interface) -> Fields:
    """The address; some firmware says which it is, and prints the MAC, too (errata 112)."""
    address = ip_text(interface.ip.address)
    if not chip.personality.ips.labelled:
        return (address,)
    name = interface.name
    return (b'%bIP,"%b"' % (name, address), b'%bMAC,"%b"' % (name, mac_text(interface.mac)))


def _label(_chip: Chip) -> bytes:
    return b"+CIFSR:"


def _lines(_chip: Chip, label: bytes, fields: Fields) -> bytes:
    return b"".join(label + field + b"\r\n" for field in fields)


# The set form of real firmware.


def _parsed(chip: Chip, parameters: Parameters) -> IpConfig:
    if not parameters.source.startswith(QUOTE):
        raise Complaint(b"IP ERROR")
    address = chip.personality.ips.parsed(parameters.text(_LONGEST))
    parameters.end()
    if address is None:
        raise BadParameter("no address")
    return softap_at(address)


def _available(chip: Chip) -> Reasons:
    if not has_softap(chip.current):
        yield NO_SOFTAP


def _refusals(chip: Chip, ip: IpConfig) -> Reasons:
    if not chip.personality.ips.usable(ip.address):
        yield UNUSABLE


def _take(chip: Chip, ip: IpConfig) -> None:
    chip.current = replace(chip.current, softap_ip=ip)


COMMANDS = (
    Command(
        NAME,
        {
            Form.TEST: ExecuteForm(),
            Form.SET: RamForm(
                available=_available,
                parse=_parsed,
                unreadable=refusals.unreadable,
                decide=_refusals,
                effect=_take,
            ),
            Form.EXECUTE: ListForm(rows=_interfaces, fields=_printed, label=_label, line=_lines),
        },
        by_digit=True,
    ),
)
