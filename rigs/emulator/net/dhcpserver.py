"""The softAP's DHCP server (clauses 4.1.14, 4.1.17; RFC 2131): addresses for its guests.

Law: one address per MAC, out of the range that is in force, kept as long as the lease; all of it is
forgotten by a restart.  Whoever has an address that was not given here is not known here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from typing import Any

from ..addresses import NOWHERE, IpConfig, Leases
from ..timers import SECOND
from . import Address
from .bootp import BROADCAST, CLIENT_PORT, SERVER_PORT, Message, decoded
from .ether import ALL, Host, Wire
from .ports import OwnPort

_OFFERED = 10 * SECOND
_DECLINED = 600 * SECOND
_MINUTE = 60


@dataclass(frozen=True)
class Terms:
    """What it hands out.

    `own`: the softAP's address, gateway and netmask.  `leases`: for how long and from where to
    where.  Faults change the rest: `seconds` of a minute; `shift`: how far beside the range the
    addresses are; `shared`: everybody gets the first one; `renewed`: how
    long a lease is that is renewed, in minutes; `careless`: who asks for an address gets it;
    `kept_s`: how many seconds an address is kept, though it is given for longer or shorter;
    `once`: a lease that is renewed is over when it was before.
    """

    own: IpConfig
    leases: Leases
    seconds: int = _MINUTE
    shift: int = 0
    shared: bool = False
    renewed: int | None = None
    careless: bool = False
    kept_s: int | None = None
    once: bool = False

    @property
    def lasts(self) -> int:
        """How long an address is given, in seconds."""
        return self.leases.minutes * self.seconds

    @property
    def kept(self) -> int:
        """How long it is kept, in seconds."""
        return self.lasts if self.kept_s is None else self.kept_s

    @property
    def pool(self) -> range:
        """The addresses, as numbers."""
        first, last = int(self.leases.first), int(self.leases.last)
        return range(first + self.shift, last + self.shift + 1)


@dataclass(frozen=True)
class _Given:
    """An address somebody has, or has been offered.  `mac` is empty: nobody, but it is in use."""

    mac: bytes
    until_ns: int
    taken: bool


class DhcpServer:
    """See the law.  `aloud`: whether it answers everybody though it is not asked to."""

    def __init__(self, host: Host, device: str, aloud: Callable[[], bool]) -> None:
        self._host = host
        self._aloud = aloud
        self._wire = Wire(device)
        self._terms: Terms | None = None
        self._port = OwnPort(host, device, SERVER_PORT, self._heard)
        self._given: dict[IPv4Address, _Given] = {}
        self._former: dict[bytes, IPv4Address] = {}

    def serve(self, terms: Terms | None) -> None:
        """From now on on these terms; None: not at all.  What no longer fits is forgotten."""
        if terms == self._terms:
            return
        self._terms = terms
        if terms is None:
            self._former = {it.mac: at for at, it in self._given.items() if it.taken}
            self._given.clear()
            self._port.close()
            return
        self._given = {at: it for at, it in self._given.items() if int(at) in terms.pool}
        self._port.open()

    def address_of(self, mac: bytes) -> IPv4Address | None:
        """The address that a guest has from here."""
        found = self._of(mac)
        return found if found is not None and self._given[found].taken else None

    def former(self, mac: bytes) -> IPv4Address | None:
        """The address that a guest had when the server stopped; only a fault asks for it."""
        return self._former.get(mac)

    # What guests say.

    def _heard(self, data: bytes, _sender: Address) -> None:
        message = decoded(data)
        answer = _ANSWERS.get(message.kind) if message else None
        if message and answer and self._terms:
            answer(self, message, self._terms)

    def _discovered(self, message: Message, terms: Terms) -> None:
        address = self._choice(message, terms)
        if address is not None:
            self._note(address, message.client, _OFFERED, taken=self._has(message.client, address))
            self._say("offer", message, terms, address)

    def _requested(self, message: Message, terms: Terms) -> None:
        server = message.address("server_id")
        if server is not None and server != terms.own.address:
            self._withdraw(message.client)
            return
        wanted = message.address("requested_addr") or message.client_ip
        if self._free(wanted, message.client, terms):
            known = self._given.get(wanted)
            self._withdraw(message.client)
            if terms.once and known is not None and known.taken and known.mac == message.client:
                self._given[wanted] = known
            else:
                self._note(wanted, message.client, terms.kept * SECOND, taken=True)
            self._say("ack", message, terms, wanted)
        else:
            self._say("nak", message, terms, NOWHERE)

    def _declined(self, message: Message, terms: Terms) -> None:
        address = message.address("requested_addr")
        if address is not None and int(address) in terms.pool:
            self._given[address] = _Given(b"", self._host.now_ns() + _DECLINED, taken=True)

    def _released(self, message: Message, _terms: Terms) -> None:
        self._withdraw(message.client)

    def _informed(self, message: Message, terms: Terms) -> None:
        self._say("ack", message, terms, NOWHERE)

    # Who has what.

    def _choice(self, message: Message, terms: Terms) -> IPv4Address | None:
        """The address for somebody: the one it has, the one it asks for, the first free one."""
        known, wanted = self._of(message.client), message.address("requested_addr")
        if known is not None:
            return known
        if wanted is not None and self._free(wanted, message.client, terms):
            return wanted
        free = (IPv4Address(each) for each in terms.pool)
        return next((each for each in free if self._free(each, message.client, terms)), None)

    def _free(self, address: IPv4Address, mac: bytes, terms: Terms) -> bool:
        """Whether somebody may have an address."""
        inside = int(address) in terms.pool or (terms.careless and _near(address, terms))
        if not inside or address == terms.own.address:
            return False
        given = self._given.get(address)
        if given is None or given.mac == mac or terms.shared:
            return True
        return given.until_ns <= self._host.now_ns()

    def _of(self, mac: bytes) -> IPv4Address | None:
        now = self._host.now_ns()
        fitting = (at for at, it in self._given.items() if it.mac == mac and it.until_ns > now)
        return next(fitting, None)

    def _has(self, mac: bytes, address: IPv4Address) -> bool:
        given = self._given.get(address)
        if given is None or given.until_ns <= self._host.now_ns():
            return False
        return given.mac == mac and given.taken

    def _note(self, address: IPv4Address, mac: bytes, lasts_ns: int, taken: bool) -> None:
        until = self._host.now_ns() + lasts_ns
        if taken and self._has(mac, address):
            until = max(until, self._given[address].until_ns)
        self._given[address] = _Given(mac, until, taken)

    def _withdraw(self, mac: bytes) -> None:
        self._given = {at: it for at, it in self._given.items() if it.mac != mac}

    # The wire.

    def _say(self, kind: str, asked: Message, terms: Terms, address: IPv4Address) -> None:
        options: dict[str, Any] = {"server_id": terms.own.address}
        if kind != "nak":
            options |= {
                "subnet_mask": terms.own.netmask,
                "router": terms.own.gateway,
                "name_server": terms.own.address,
            }
        if address != NOWHERE:
            options["lease_time"] = terms.lasts
            if terms.renewed is not None and asked.client_ip != NOWHERE:
                options["lease_time"] = terms.renewed * _MINUTE
        answer = replace(asked, kind=kind, your_ip=address, options=options)
        ports = SERVER_PORT, CLIENT_PORT
        aloud = kind == "nak" or asked.broadcast or self._aloud()
        to = asked.client_ip if asked.client_ip != NOWHERE else address
        to, mac = (BROADCAST, ALL) if aloud or to == NOWHERE else (to, asked.client)
        self._wire.send_datagram(ports, answer.encoded, terms.own.address, to, mac)


def _near(address: IPv4Address, terms: Terms) -> bool:
    """Whether it is of the softAP's network."""
    return int(address) & int(terms.own.netmask) == int(terms.own.address) & int(terms.own.netmask)


_ANSWERS: dict[str, Callable[[DhcpServer, Message, Terms], None]] = {
    "discover": DhcpServer._discovered,
    "request": DhcpServer._requested,
    "decline": DhcpServer._declined,
    "release": DhcpServer._released,
    "inform": DhcpServer._informed,
}
