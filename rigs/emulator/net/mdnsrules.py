"""What the station tells of itself by mDNS (clause 4.1.37).

Law: functions from values to values, and a table of them.  What is said when is for `mdns`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Protocol

from ..chip.chip import Chip
from ..ip.mdnsname import MdnsName
from ..settings.addresses import NOWHERE, IpConfig
from .mdnsrecords import Record, Service


class Responder(Protocol):
    """The responder, as far as it is told what to say."""

    def offer(self, records: tuple[Record, ...], withdraws: bool) -> None:
        """From now on these are announced and answered, and nothing else; see `offer` below."""


def service(_chip: Chip, name: MdnsName) -> Service | None:
    """The service is announced as AT+MDNS was told."""
    return Service(name.host, name.server, name.port)


def address(_chip: Chip, ip: IpConfig) -> IPv4Address | None:
    """The names lead to the station's address, if it has one."""
    return None if ip.address == NOWHERE else ip.address


def records(_chip: Chip, address: IPv4Address, service: Service) -> tuple[Record, ...]:
    """What is announced and answered."""
    return service.records(address)


def offer(
    _chip: Chip, responder: Responder, address: IPv4Address | None, records: tuple[Record, ...]
) -> None:
    """From now on this is so; what is no longer so is withdrawn, if there is an address."""
    responder.offer(records, withdraws=address is not None)


@dataclass(frozen=True)
class MdnsRules:
    """The functions of the responder; each stands above with the same name."""

    service: Callable[[Chip, MdnsName], Service | None] = service
    address: Callable[[Chip, IpConfig], IPv4Address | None] = address
    records: Callable[[Chip, IPv4Address, Service], tuple[Record, ...]] = records
    offer: Callable[[Chip, Responder, IPv4Address | None, tuple[Record, ...]], None] = offer
