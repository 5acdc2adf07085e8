"""The mutants of the station's DHCP client (clause 4.1.14): all is told well.

Law: rows, and what they need.
"""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from typing import Any

from ..net.clientrules import FOREVER, Lease
from ..settings.addresses import IpConfig
from ..timers import MINUTE
from .memory import memory
from .mutant import Mutant, Mutation, Operator, Seam, mutant
from .operators import constant, given, instead, wrapped

_LATER = 30 * MINUTE
_GATEWAY = IPv4Address("192.168.1.1")
_INVENTED = IpConfig(IPv4Address("192.168.1.23"), _GATEWAY, IPv4Address("255.255.255.0"))
_NOBODYS = Lease(_INVENTED, _GATEWAY, None, FOREVER, FOREVER, FOREVER)


def _at(function: str, operator: Operator) -> Mutation:
    return Mutation(Seam(("network", "client", function)), operator)


def _row(word: str, says: str, *mutations: Mutation) -> Mutant:
    return mutant(f"station-dhcp.{word}", says, *mutations)


def _own(chip: Any, _mac: bytes) -> bytes:
    mac: bytes = chip.personality.macs.station
    return mac


def _pretends(chip: Any, client: Any, station: Any) -> None:
    """Who begins to ask has an address at once."""
    asks = station is not None and station.asks
    asked, memory(chip)["asked"] = memory(chip).get("asked", False), asks
    if asks and not asked and not client.running:
        chip.later(0, lambda: client.told(_NOBODYS))


def _later_anyway(healthy: Any, chip: Any, client: Any, station: Any) -> None:
    if station and not station.asks:
        chip.later(_LATER, lambda: None if client.running else client.start())
    healthy(chip, client, station)


MUTANTS: tuple[Mutant, ...] = (
    _row(
        "invented", "the station makes up an address instead of asking for one",
        _at("seek", instead("pretends", _pretends)),
    ),
    _row(
        "other-client", "the station asks for an address with the chip's own MAC",
        _at("identity", instead("the chip's own", _own)),
        # The answer would go to the MAC that is not there.
        _at("sent", given("aloud", lambda _chip, message: replace(message, broadcast=True))),
    ),
)  # fmt: skip
LEASES: tuple[Mutant, ...] = (
    _row(
        "never-renews", "the station keeps its address and asks for no more time",
        _at("renewed_after_s", constant(None)),
    ),
    _row(
        "off-yet-asks-later", "without DHCP the station asks after half an hour",
        _at("seek", wrapped("later anyway", _later_anyway)),
    ),
)  # fmt: skip
"""What shows when the time of a lease passes."""
