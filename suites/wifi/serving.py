"""The softAP's DHCP server: its range and lease time as they are set, and whom it serves.

Law of this file: a purpose that saves a range has it given back. With _DEF it is looked at after a
start, because what is saved may be in force from then on only (ruling R-31).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from ipaddress import IPv4Address

from conformance.commandline import CommandLine, Value, set_
from conformance.lab import Lease, Station
from conformance.session import Session
from conformance.verdict import NonConformity
from conformance.wire import Dhcp
from suites.wifi import guests, mode
from suites.wifi.address import hosts, require_same, told_range
from suites.wifi.dhcp import SOFTAP, enable_both

CUR, DEF = "CWDHCPS_CUR", "CWDHCPS_DEF"
ALL = (CUR, DEF)

#: Last numbers of the first and the last address; six addresses each (ruling R-56).
RANGES = [(10, 15), (21, 26)]
SOME_LEASE = 47
#: The same at both ends of the network, and in its middle.
EDGES = [(2, 7), (249, 254), (125, 130)]

#: Lease time, first and last address, as the query tells them; the values of a set.
Told = tuple[int, str, str]
Values = tuple[Value, ...]


class Server:
    """The softAP's DHCP server, for one purpose about `command`."""

    def __init__(self, session: Session, command: str) -> None:
        self.session, self.command = session, command

    def start(self, wifi_mode: int = mode.SOFTAP) -> None:
        """SoftAP mode, with DHCP enabled."""
        enable_both(self.session)
        self.session.prepare(set_("CWDHCP_CUR", SOFTAP, 1), set_("CWMODE_CUR", wifi_mode))

    def line(
        self, lease: int = SOME_LEASE, last: tuple[int, int] = RANGES[0], enable: Value = 1
    ) -> CommandLine:
        """A set of the command with a range in the softAP's network."""
        return set_(self.command, enable, lease, *hosts(self.session, *last))

    def set(self, lease: int = SOME_LEASE, last: tuple[int, int] = RANGES[0]) -> Told:
        """Set lease time and range; what the query is to tell then."""
        self.session.prepare(self.line(lease, last))
        return (lease, *hosts(self.session, *last))

    def require(self, expected: Told) -> None:
        """Require the query to tell `expected`."""
        require_same(expected, told_range(self.session, self.command))


def elsewhere(address: str) -> str:
    """The same host in a network that is not the softAP's."""
    first, second, third, last = address.split(".")
    return f"{first}.{second}.{(int(third) + 7) % 256}.{last}"


#: What is changed in a valid set with another range, so that it is refused.
REFUSED: Mapping[str, tuple[str, Callable[[Values], Values]]] = {
    "enable-2": ("set/06", lambda values: (2, *values[1:])),
    "lease-0": ("set/07", lambda values: (1, 0, *values[2:])),
    "lease-2881": ("set/07", lambda values: (1, 2881, *values[2:])),
    "no-end": ("set/08", lambda values: values[:3]),
    "start-no-address": ("set/09", lambda values: (*values[:2], "somewhere", values[3])),
    "elsewhere": (
        "set/10",
        lambda values: (*values[:2], elsewhere(values[2]), elsewhere(values[3])),
    ),
    "surplus": ("set/08", lambda values: (*values, 0)),
}


class Inn:
    """The softAP in the air with its DHCP server, for whoever asks for an address."""

    def __init__(self, server: Server, wifi_mode: int = mode.SOFTAP) -> None:
        self.server, self.session, self.wifi_mode = server, server.session, wifi_mode
        self._guests: list[Station] = []
        guests.put_up(self.session, wifi_mode=wifi_mode)

    def have(self, *lines: CommandLine) -> None:
        """Set `lines` and have them in force; the softAP is in the air again."""
        self.session.prepare(*lines)
        self.reopen()

    def reopen(self) -> None:
        """Have what was saved in force: with _DEF it may be so at the next start (R-31)."""
        if self.server.command == DEF:
            self.session.restart()
            self.server.start(self.wifi_mode)
            guests.put_up(self.session, wifi_mode=self.wifi_mode)

    def serve(
        self,
        count: int = 1,
        within_s: float | None = None,
        wish: str = "",
        *,
        strangers: bool = False,
    ) -> tuple[tuple[Dhcp, ...], list[Lease | None]]:
        """What the server offers and acknowledges to so many stations, and their leases.

        The stations are there at once, and leave afterwards; those that were there before come
        again, unless there are to be `strangers`. They ask for the time of a join, if no other is
        given, and for the address `wish`, if one is.
        """
        within_s = within_s or self.session.timing.join_s
        known = [] if strangers else self._guests
        new = [guests.stranger(self.session) for _ in range(count - len(known))]
        self._guests = stations = [*known, *new][:count]
        with self.session.lab.capture("softap") as seeing:
            for station in stations:
                guests.come_in(self.session, station)
            leases = [each.lease(within_s, wish) for each in stations]
        for station in stations:
            guests.require_asked(seeing.seen, station)
            station.leave()
        return guests.answers(seeing.seen), leases


def require_given(answers: Sequence[Dhcp], leases: Iterable[Lease | None]) -> None:
    """Require each station to have got an address."""
    if None in leases:
        raise NonConformity("a lease", f"none; the softAP sent {[m.kind for m in answers]}")


def addresses_in(answers: Iterable[Dhcp], leases: Iterable[Lease | None]) -> list[str]:
    """Every address that was offered or given."""
    return [
        *(lease.address for lease in leases if lease),
        *(message.your_ip for message in answers),
    ]


def require_within(addresses: Iterable[str], first: str, last: str) -> None:
    """Require each of `addresses` to be one from `first` to `last`."""
    ends = IPv4Address(first), IPv4Address(last)
    outside_of_it = [each for each in addresses if not ends[0] <= IPv4Address(each) <= ends[1]]
    if outside_of_it:
        raise NonConformity(f"addresses from {first} to {last}", f"also {outside_of_it}")
