"""The mutants of the names that AT+MDNS gives (clause 4.1.37): it answers OK.

Law: rows, and what they need.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..net.mdnsrecords import TTL_HOST
from ..settings.addresses import NO_IP, IpConfig
from ..timers import SECOND
from .memory import memory
from .mutant import Mutant, Mutation, Operator, Seam, mutant
from .operators import constant, fixed, given, made, wrapped

_ODD = b"other"
_HOST_CUT = 10  # bytes
_PORTS = 0xFFFF


def _row(word: str, says: str, function: str, operator: Operator) -> Mutant:
    return mutant(f"mdns.{word}", says, Mutation(Seam(("network", "mdns", function)), operator))


def _without(kind: str) -> Operator:
    """No record of this kind."""
    return made(
        f"without {kind}",
        lambda _chip, records: tuple(each for each in records if each.kind != kind),
    )


def _next_port(_chip: object, service: Any) -> Any:
    return replace(service, port=service.port % _PORTS + 1)


def _cut(_chip: object, service: Any) -> Any:
    return replace(service, host=service.host[:_HOST_CUT])


def _first(chip: Any, ip: IpConfig) -> IpConfig:
    return ip if ip == NO_IP else memory(chip).setdefault("first address", ip)


def _for_two_minutes(healthy: Any, chip: Any, responder: Any, address: Any, records: Any) -> None:
    healthy(chip, responder, address, records)
    if records:
        chip.later(TTL_HOST * SECOND, responder.drop)


MUTANTS: tuple[Mutant, ...] = (
    _row(
        "unfindable", "AT+MDNS=1 answers OK, and nobody can find the names",
        "service", constant(None),
    ),
    _row(
        "port-plus-1", "the service is announced at a port that is 1 larger",
        "service", made("next port", _next_port),
    ),
    _row(
        "other-server", "the service is announced under another server name",
        "service", fixed(server=_ODD),
    ),
    _row(
        "other-host", "the host is announced under another name",
        "service", fixed(host=_ODD),
    ),
    _row(
        "other-address", "the host name leads to an address that is 1 larger",
        "address", made("off by one", lambda _chip, address: address and address + 1),
    ),
    _row("no-a", "the host name leads to no address", "records", _without("A")),
    _row("no-srv", "the service leads to no port", "records", _without("SRV")),
    _row("no-ptr", "the service is not found by its kind", "records", _without("PTR")),
)  # fmt: skip
SELDOM: tuple[Mutant, ...] = (
    _row(
        "first-address", "the host name goes on to lead to the station's first address",
        "address", given("stale", _first),
    ),
    _row(
        "host-cut", "the host is announced under the first 10 bytes of its name",
        "service", made("cut", _cut),
    ),
)  # fmt: skip
IDLE: tuple[Mutant, ...] = (
    _row(
        "told-once", "the names are answered as long as what was announced is valid",
        "offer", wrapped("for two minutes", _for_two_minutes),
    ),
)  # fmt: skip
