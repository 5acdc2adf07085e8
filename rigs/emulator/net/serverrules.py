"""What the softAP's DHCP server decides (clauses 4.1.14, 4.1.17; RFC 2131).

Law: functions from values to values, and a table of them.  Who has what is kept, and said, by
`dhcpserver`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from typing import Any

from ..chip.chip import Chip
from ..settings.addresses import NOWHERE, IpConfig
from ..timers import SECOND
from .bootp import Message
from .inforce import SoftApSide

MINUTE = 60


@dataclass(frozen=True)
class Terms:
    """What is handed out.

    `own`: the softAP's address, gateway and netmask.  `pool`: the addresses, as numbers.
    `seconds`: for how long.
    """

    own: IpConfig
    pool: range
    seconds: int


@dataclass(frozen=True)
class Given:
    """An address somebody has, or has been offered.  `mac` is empty: nobody, but it is in use."""

    mac: bytes
    until_ns: int
    taken: bool


Book = Mapping[IPv4Address, Given]
"""Who has what."""


def terms(_chip: Chip, softap: SoftApSide) -> Terms | None:
    """The range and the time that are in force; none while the server is switched off."""
    leases = softap.leases
    if leases is None:
        return None
    pool = range(int(leases.first), int(leases.last) + 1)
    return Terms(softap.address, pool, leases.minutes * MINUTE)


def hands_out(_chip: Chip, address: IPv4Address, terms: Terms) -> bool:
    """Only addresses of the range are handed out."""
    return int(address) in terms.pool


def is_over(_chip: Chip, now_ns: int, given: Given) -> bool:
    """An address goes to somebody else when its time is over."""
    return given.until_ns <= now_ns


def choose(
    _chip: Chip, known: IPv4Address | None, wanted: IPv4Address | None, free: Iterable[IPv4Address]
) -> IPv4Address | None:
    """What is offered: the address that the guest has, the one that it wishes, the first free one.

    `wanted`: if the guest may have it.
    """
    return known or wanted or next(iter(free), None)


def lease(_chip: Chip, now_ns: int, mac: bytes, terms: Terms) -> Given:
    """The whole time begins now."""
    return Given(mac, now_ns + terms.seconds * SECOND, taken=True)


def answer(_chip: Chip, terms: Terms, asked: Message, kind: str, address: IPv4Address) -> Message:
    """An offer, an ACK or a NAK: from whom it is, and what a guest needs to know."""
    own = terms.own
    options: dict[str, Any] = {"server_id": own.address}
    if kind != "nak":
        options |= {
            "subnet_mask": own.netmask,
            "router": own.gateway,
            "name_server": own.address,
        }
    if address != NOWHERE:
        options["lease_time"] = terms.seconds
    return replace(asked, kind=kind, your_ip=address, options=options)


def is_aloud(_chip: Chip, answer: Message) -> bool:
    """Everybody hears what the guest wants so, and what goes to one that has no address."""
    return answer.kind == "nak" or answer.broadcast


def known_when_off(_chip: Chip, _book: Book) -> Book:
    """Once it is switched off, it knows nobody any more."""
    return {}


@dataclass(frozen=True)
class ServerRules:
    """The functions of the server; each stands above with the same name."""

    terms: Callable[[Chip, SoftApSide], Terms | None] = terms
    hands_out: Callable[[Chip, IPv4Address, Terms], bool] = hands_out
    is_over: Callable[[Chip, int, Given], bool] = is_over
    choose: Callable[
        [Chip, IPv4Address | None, IPv4Address | None, Iterable[IPv4Address]], IPv4Address | None
    ] = choose
    lease: Callable[[Chip, int, bytes, Terms], Given] = lease
    answer: Callable[[Chip, Terms, Message, str, IPv4Address], Message] = answer
    is_aloud: Callable[[Chip, Message], bool] = is_aloud
    known_when_off: Callable[[Chip, Book], Book] = known_when_off
