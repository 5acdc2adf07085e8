"""What the radio side tells the firmware: whether it has joined, and who has joined it.

Law: questions only; whoever decides over the air answers them.  `NoAir` is a board in a place
without any: it joins nobody, and nobody joins it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Protocol

from .addresses import IpConfig


@dataclass(frozen=True)
class Guest:
    """A station on the softAP.  `address`: its lease, None while it has none (clause 4.1.13)."""

    mac: bytes
    address: IPv4Address | None


class Air(Protocol):
    """The air around one board."""

    @property
    def joined(self) -> bool:
        """Whether the station is connected to an access point."""

    @property
    def lease(self) -> IpConfig | None:
        """What the access point's DHCP server gave the station, if anything."""

    @property
    def guests(self) -> Sequence[Guest]:
        """The stations on the softAP, the longest there first."""


class NoAir:
    """See Air; nobody is there."""

    joined = False
    lease: IpConfig | None = None
    guests: Sequence[Guest] = ()
