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
from .mutant import Mutant, Mutation, Operator, Seam, mutant
from .operators import constant, given, instead, made, wrapped

_BESIDE = 128
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


def _usual_time(_chip: object, answer: Message) -> Message:
    if "lease_time" not in answer.options or answer.client_ip == NOWHERE:
        return answer
    return replace(answer, options={**answer.options, "lease_time": _USUAL_S})


def _telling(**other: Any) -> Callable[[Any, Message], Message]:
    """Options that have another value, where they are told."""

    def change(_chip: object, answer: Message) -> Message:
        told = {name: value for name, value in other.items() if name in answer.options}
        return replace(answer, options={**answer.options, **told})

    return change


def _as_before(
    healthy: Any, chip: Any, now_ns: int, before: Given | None, mac: bytes, terms: Terms
) -> Given:
    if before and before.taken and before.mac == mac:
        return before
    made_now: Given = healthy(chip, now_ns, before, mac, terms)
    return made_now


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
)  # fmt: skip
LEASES: tuple[Mutant, ...] = (
    _row(
        "never-over", "it keeps what it has given for ever, whatever the lease time",
        "lease", _kept("for ever", lambda _seconds: _FOR_EVER_S),
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
        "netmask-of-16-bits", "it tells its guests the netmask 255.255.0.0",
        "answer", made("another netmask", _telling(subnet_mask=IPv4Address("255.255.0.0"))),
    ),
    _row(
        "router-elsewhere", "it tells its guests a router that is not the softAP",
        "answer", made("another router", _telling(router=IPv4Address("192.168.4.254"))),
    ),
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
