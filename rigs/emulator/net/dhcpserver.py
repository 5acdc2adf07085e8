"""The softAP's DHCP server (clauses 4.1.14, 4.1.17; RFC 2131): addresses for its guests.

Law: one address per MAC, out of the range that is in force, kept as long as the lease; all of it is
forgotten by a restart.  Whoever has an address that was not given here is not known here.  What is
decided stands in `serverrules`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import IPv4Address

from ..ip.network import Address
from ..settings.addresses import NOWHERE
from ..timers import SECOND
from .bootp import BROADCAST, CLIENT_PORT, SERVER_PORT, Message, decoded
from .ether import ALL, Host, Wire
from .networked import Networked
from .ports import OwnPort
from .serverrules import Given, ServerRules, Terms

_OFFERED = 10 * SECOND
_DECLINED = 600 * SECOND


class DhcpServer:
    """See the law.  `chip`: the run of the firmware; there is one while it serves."""

    def __init__(self, host: Host, device: str, chip: Callable[[], Networked]) -> None:
        self._host = host
        self._chip = chip
        self._wire = Wire(device)
        self._terms: Terms | None = None
        self._port = OwnPort(host, device, SERVER_PORT, self._heard)
        self._given: dict[IPv4Address, Given] = {}

    @property
    def _rules(self) -> ServerRules:
        return self._chip().personality.network.server

    def serve(self, terms: Terms | None) -> None:
        """From now on on these terms; None: not at all.  What no longer fits is forgotten."""
        if terms == self._terms:
            return
        self._terms = terms
        if terms is None:
            self._given = dict(self._rules.known_when_off(self._chip(), self._given))
            self._port.close()
            return
        self._given = {at: it for at, it in self._given.items() if int(at) in terms.pool}
        self._port.open()

    def drop(self) -> None:
        """Be silent at once, and forget all: a reset."""
        self._terms = None
        self._given = {}
        self._port.close()

    def address_of(self, mac: bytes) -> IPv4Address | None:
        """The address that a guest has from here."""
        found = self._of(mac)
        return found if found is not None and self._given[found].taken else None

    # What guests say.

    def _heard(self, data: bytes, _sender: Address) -> None:
        message = decoded(data)
        answer = _ANSWERS.get(message.kind) if message else None
        if message and answer and self._terms:
            answer(self, message, self._terms)

    def _discovered(self, message: Message, terms: Terms) -> None:
        known, wanted = self._of(message.client), message.address("requested_addr")
        if wanted is not None and not self._free(wanted, message.client, terms):
            wanted = None
        free = self._all_free(message.client, terms)
        address = self._rules.choose(self._chip(), known, wanted, free)
        if address is not None:
            self._offer(message.client, address)
            self._say("offer", message, terms, address)

    def _requested(self, message: Message, terms: Terms) -> None:
        server = message.address("server_id")
        if server is not None and server != terms.own.address:
            self._withdraw(message.client)
            return
        wanted = message.address("requested_addr") or message.client_ip
        if self._free(wanted, message.client, terms):
            self._withdraw(message.client)
            now_ns, chip = self._host.now_ns(), self._chip()
            self._given[wanted] = self._rules.lease(chip, now_ns, message.client, terms)
            self._say("ack", message, terms, wanted)
        else:
            self._say("nak", message, terms, NOWHERE)

    def _declined(self, message: Message, terms: Terms) -> None:
        address = message.address("requested_addr")
        if address is not None and int(address) in terms.pool:
            self._given[address] = Given(b"", self._host.now_ns() + _DECLINED, taken=True)

    def _released(self, message: Message, _terms: Terms) -> None:
        self._withdraw(message.client)

    def _informed(self, message: Message, terms: Terms) -> None:
        self._say("ack", message, terms, NOWHERE)

    # Who has what.

    def _all_free(self, mac: bytes, terms: Terms) -> Iterator[IPv4Address]:
        """What somebody may have, the lowest first."""
        pool = map(IPv4Address, terms.pool)
        return (each for each in pool if self._free(each, mac, terms))

    def _free(self, address: IPv4Address, mac: bytes, terms: Terms) -> bool:
        """Whether somebody may have an address."""
        rules, chip = self._rules, self._chip()
        if address == terms.own.address or not rules.hands_out(chip, address, terms):
            return False
        given = self._given.get(address)
        return given is None or given.mac == mac or rules.is_over(chip, self._host.now_ns(), given)

    def _of(self, mac: bytes) -> IPv4Address | None:
        now = self._host.now_ns()
        fitting = (at for at, it in self._given.items() if it.mac == mac and it.until_ns > now)
        return next(fitting, None)

    def _has(self, mac: bytes, address: IPv4Address) -> bool:
        given = self._given.get(address)
        if given is None or given.until_ns <= self._host.now_ns():
            return False
        return given.mac == mac and given.taken

    def _offer(self, mac: bytes, address: IPv4Address) -> None:
        """Keep an address for somebody for a while; what it has already gets no shorter."""
        until, taken = self._host.now_ns() + _OFFERED, self._has(mac, address)
        if taken:
            until = max(until, self._given[address].until_ns)
        self._given[address] = Given(mac, until, taken)

    def _withdraw(self, mac: bytes) -> None:
        self._given = {at: it for at, it in self._given.items() if it.mac != mac}

    # The wire.

    def _say(self, kind: str, asked: Message, terms: Terms, address: IPv4Address) -> None:
        rules, chip = self._rules, self._chip()
        answer = rules.answer(chip, terms, asked, kind, address)
        to = asked.client_ip if asked.client_ip != NOWHERE else address
        aloud = rules.is_aloud(chip, answer) or to == NOWHERE
        to, mac = (BROADCAST, ALL) if aloud else (to, asked.client)
        ports = SERVER_PORT, CLIENT_PORT
        self._wire.send_datagram(ports, answer.encoded, terms.own.address, to, mac)


_ANSWERS: dict[str, Callable[[DhcpServer, Message, Terms], None]] = {
    "discover": DhcpServer._discovered,
    "request": DhcpServer._requested,
    "decline": DhcpServer._declined,
    "release": DhcpServer._released,
    "inform": DhcpServer._informed,
}
