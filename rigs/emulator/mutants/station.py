"""The mutants of the station side of the radio: what it tells unasked, and when it leaves.

Law: each is a station that differs from the healthy one in one step.
"""

from __future__ import annotations

from typing import Any

from ..commands.dhcp import BASE as DHCP
from ..commands.scope import SCOPES
from ..line.command import Form
from ..timers import MINUTE
from ..wifi.air import Beacon, Refusal
from ..wifi.station import CONNECTED, DISCONNECT, GOT_IP, Station
from .memory import memory
from .mutant import Mutant, Mutation, Seam, mutant
from .operators import also, also_after, mixed
from .refusing import refused_does
from .rows import Rows

RADIO = Seam(("radio",))
"""The station."""
ADMITS = Seam(("network", "air", "admits"))
"""Whether a station may join the softAP."""


class ConnectedMissing(Station):
    """It does not say that it is connected."""

    def _tell(self, line: bytes) -> None:
        if line != CONNECTED:
            super()._tell(line)


class GotIpMissing(Station):
    """It does not say that it has an address."""

    def _tell(self, line: bytes) -> None:
        if line != GOT_IP:
            super()._tell(line)


class DisconnectMissing(Station):
    """It does not say that it is connected no more."""

    def _tell(self, line: bytes) -> None:
        if line != DISCONNECT:
            super()._tell(line)


class GotIpFirst(Station):
    """It says the one before the other."""

    def _tell(self, line: bytes) -> None:
        if line != CONNECTED:
            super()._tell(line)
        if line == GOT_IP:
            super()._tell(CONNECTED)


class GotIpEarly(Station):
    """It says so when it is connected, and not when it has one."""

    def _tell(self, line: bytes) -> None:
        if line != GOT_IP:
            super()._tell(line)
        if line == CONNECTED:
            super()._tell(GOT_IP)


class DisconnectFalse(Station):
    """It says so when it has an address."""

    def _tell(self, line: bytes) -> None:
        super()._tell(line)
        if line == GOT_IP:
            super()._tell(DISCONNECT)


class ConnectedFalse(Station):
    """It says so when it is refused."""

    def refused(self, why: Refusal) -> None:
        """See Listener."""
        self._tell(CONNECTED)
        super().refused(why)


class GotIpNotLater(Station):
    """It says so only of a connection that asked for an address when it was made."""

    def connected(self, access_point: Beacon) -> None:
        """See Listener."""
        memory(self)["silent"] = not self._asks_for_address() and not self._has_fixed()
        super().connected(access_point)

    def _tell(self, line: bytes) -> None:
        if line != GOT_IP or not memory(self).get("silent"):
            super()._tell(line)


class GotIpWithoutAddress(Station):
    """It says so of a connection that has none and asks for none."""

    def connected(self, access_point: Beacon) -> None:
        """See Listener."""
        super().connected(access_point)
        if not self._asks_for_address() and not self._has_fixed():
            self._tell(GOT_IP)


class LeavesAfterMinutes(Station):
    """It leaves, whoever wanted it to join."""

    def connected(self, access_point: Beacon) -> None:
        """See Listener."""
        super().connected(access_point)
        self._later(10 * MINUTE, self.leave)


class CountsLosses(Station):
    """It remembers that an access point was lost."""

    def lost(self) -> None:
        """See Listener."""
        memory(self)["lost"] = True
        super().lost()


LOSSES_COUNTED = Mutation(RADIO, mixed(CountsLosses))


def has_lost(station: Station) -> bool:
    """Whether an access point was lost in this run."""
    return bool(memory(station).get("lost"))


def untell(station: Any) -> None:
    """Of the wish that stands now nothing is said, but that a connection is gone."""
    wish, tell = station.wish, station._tell

    def tell_of_others(line: bytes) -> None:
        if station.wish is not wish or line == DISCONNECT:
            tell(line)

    station._tell = tell_of_others


def _disconnected(chip: Any) -> None:
    if not chip.station.joined:
        chip.station._tell(DISCONNECT)


def _row(id_: str, says: str, step: type[Station]) -> Mutant:
    return mutant(id_, says, Mutation(RADIO, mixed(step)))


TOLD: tuple[Mutant, ...] = (
    _row("wifi.connected-missing", "WIFI CONNECTED is never said", ConnectedMissing),
    _row("wifi.got-ip-missing", "WIFI GOT IP is never said", GotIpMissing),
    _row("wifi.disconnect-missing", "WIFI DISCONNECT is never said", DisconnectMissing),
    _row("wifi.got-ip-first", "WIFI CONNECTED is said only after WIFI GOT IP", GotIpFirst),
    _row("wifi.got-ip-early", "WIFI GOT IP is said before there is an address", GotIpEarly),
    _row(
        "wifi.disconnect-false",
        "WIFI DISCONNECT is said after WIFI GOT IP for nothing",
        DisconnectFalse,
    ),
    _row(
        "wifi.connected-false",
        "WIFI CONNECTED is said when an access point has refused",
        ConnectedFalse,
    ),
)
SELDOM: tuple[Mutant, ...] = (
    _row(
        "wifi.got-ip-not-later",
        "WIFI GOT IP is not said when DHCP is switched on while joined",
        GotIpNotLater,
    ),
    _row(
        "wifi.got-ip-without-address",
        "WIFI GOT IP is said without DHCP and without an address",
        GotIpWithoutAddress,
    ),
    mutant(
        "wifi.disconnect-for-nothing",
        "WIFI DISCONNECT is said when DHCP is switched while nothing is joined",
        *(
            names.set("follow", also_after("told", lambda chip, _before: _disconnected(chip)))
            for names in (Rows(scope.name(DHCP)) for scope in SCOPES)
        ),
    ),
    mutant(
        "wifi.disconnect-at-refusal",
        "WIFI DISCONNECT is said when a switch of DHCP is refused while nothing is joined",
        *(
            Rows(scope.name(DHCP)).whole(Form.SET, refused_does("told", _disconnected))
            for scope in SCOPES
        ),
    ),
    mutant(
        "wifi.connected-for-guests",
        "WIFI CONNECTED is said when a station joins the softAP",
        Mutation(ADMITS, also("told", lambda chip, _knock: chip.station._tell(CONNECTED))),
    ),
)
LEAVES = _row(
    "join.left-after-minutes",
    "the station leaves its access point after ten minutes",
    LeavesAfterMinutes,
)
