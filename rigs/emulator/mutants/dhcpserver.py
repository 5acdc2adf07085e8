"""The mutants of the softAP's DHCP server (clauses 4.1.14 and 4.1.17): all is told well.

Law: rows, and what they need.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address
from typing import Any

from ..net.bootp import Message
from ..net.serverrules import MINUTE, Book, Given, Terms
from ..settings.addresses import NOWHERE, IpConfig
from .memory import memory
from .mutant import Mutant, Mutation, Operator, Seam, mutant
from .operators import constant, given, instead, made, wrapped

_BESIDE = 128
_WIDE = IPv4Address("255.255.0.0")
_USUAL_S = 120 * MINUTE
_FOR_EVER_S = 1 << 30


def _at(function: str, operator: Operator) -> Mutation:
    return Mutation(Seam(("network", "server", function)), operator)


def _row(word: str, says: str, function: str, operator: Operator) -> Mutant:
    return mutant(f"softap-dhcp.{word}", says, _at(function, operator))


def _shifted(by: int) -> Operator:
    def shift(_chip: object, terms: Terms | None) -> Terms | None:
        return terms and replace(terms, pool=range(terms.pool.start + by, terms.pool.stop + by))

    return made(f"shifted {by}", shift)


def _timed(change: Callable[[int], int]) -> Callable[[Any, Terms | None], Terms | None]:
    return lambda _chip, terms: terms and replace(terms, seconds=change(terms.seconds))


def _lasting(name: str, change: Callable[[int], int]) -> Operator:
    """Given, and kept, for another time."""
    return made(name, _timed(change))


def _kept(name: str, change: Callable[[int], int]) -> Operator:
    """Given for the time that is set, and kept for another."""
    return given(name, _timed(change))


def _told(**options: Callable[[IPv4Address], IPv4Address]) -> Callable[[Any, Message], Message]:
    """Other options than the server's own address is told with."""

    def tell(_chip: object, answer: Message) -> Message:
        own = answer.address("server_id")
        if own is None or answer.kind == "nak":
            return answer
        others = {name: change(own) for name, change in options.items()}
        return replace(answer, options={**answer.options, **others})

    return tell


def _while_there(healthy: Any, chip: Any, now_ns: int, lease: Given) -> bool:
    there = lease.taken and any(guest.mac == lease.mac for guest in chip.station.guests)
    return not there and healthy(chip, now_ns, lease)


def _usual_time(_chip: object, answer: Message) -> Message:
    if "lease_time" not in answer.options or answer.client_ip == NOWHERE:
        return answer
    return replace(answer, options={**answer.options, "lease_time": _USUAL_S})


def _as_before(healthy: Any, chip: Any, now_ns: int, mac: bytes, terms: Terms) -> Given:
    leases: dict[bytes, Given] = memory(chip).setdefault("leases", {})
    if mac not in leases or leases[mac].until_ns <= now_ns:
        leases[mac] = healthy(chip, now_ns, mac, terms)
    return leases[mac]


def _in_the_network(healthy: Any, chip: Any, address: Any, terms: Terms) -> bool:
    own: IpConfig = terms.own
    near = int(address) & int(own.netmask) == int(own.address) & int(own.netmask)
    return near or healthy(chip, address, terms)


def _leases(_chip: object, book: Book) -> Book:
    return {at: it for at, it in book.items() if it.taken}


MUTANTS: tuple[Mutant, ...] = (
    _row(
        "outside-range", "the softAP's DHCP server hands out beside its range",
        "terms", _shifted(_BESIDE),
    ),
    _row("1-early", "it hands out from the address before its range on", "terms", _shifted(-1)),
    _row(
        "time-in-seconds", "it takes the minutes of the lease time for seconds",
        "terms", _lasting("in seconds", lambda seconds: seconds // MINUTE),
    ),
    _row(
        "time-60-fold", "it leases for 60 times as long as is set",
        "terms", _lasting("60-fold", lambda seconds: 60 * seconds),
    ),
    _row(
        "one-for-all", "it gives the first address of its range to everybody",
        "is_over", constant(True),
    ),
    _row(
        "other-netmask", "it tells the netmask of a network of 65536 addresses",
        "answer", made("another netmask", _told(subnet_mask=lambda _own: _WIDE)),
    ),
    _row(
        "other-router", "it tells the address behind its own as the router",
        "answer", made("another router", _told(router=lambda own: own + 1)),
    ),
)  # fmt: skip
LEASES: tuple[Mutant, ...] = (
    _row(
        "never-over", "it keeps what it has given for ever, whatever the lease time",
        "lease", _kept("for ever", lambda _seconds: _FOR_EVER_S),
    ),
    _row(
        "kept-while-there", "it keeps an address as long as the station that has it is there",
        "is_over", wrapped("kept while there", _while_there),
    ),
    _row(
        "over-at-half", "half of the lease time over, an address is given to others",
        "lease", _kept("half", lambda seconds: seconds // 2),
    ),
    _row(
        "over-16-bits", "it keeps the seconds of a lease in 16 bits",
        "lease", _kept("16 bits", lambda seconds: seconds % (1 << 16)),
    ),
    _row(
        "renewal-forgotten", "a lease that was renewed ends as if it were not",
        "lease", wrapped("as before", _as_before),
    ),
)  # fmt: skip
"""What shows when the time of a lease passes."""

SELDOM: tuple[Mutant, ...] = (
    _row(
        "default-time-renewed", "a lease that is renewed has the default time",
        "answer", made("the usual time", _usual_time),
    ),
    _row(
        "asked-outside", "who asks for an address outside of the range is given it",
        "hands_out", wrapped("in the network", _in_the_network),
    ),
)  # fmt: skip

KNOWN_WHEN_OFF = _at("known_when_off", instead("leases", _leases))
"""The leases are still known when the server is switched off."""
