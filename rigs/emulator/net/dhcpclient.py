"""The station's DHCP client (RFC 2131): an address is asked for, tried, kept, renewed, released.

Law: one interface, one address at a time; it tells what it has and what it has lost, and sets
nothing.  Nobody is asked before `start`, and nothing is told after `stop`.  Where the RFC leaves a
choice, it does as lwIP: answers need no broadcast, what is sent again has the same number, and
what a server leaves out is made of the address.  What is decided stands in `clientrules`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from ipaddress import IPv4Address

from ..ip.network import Address
from ..settings.addresses import NOWHERE
from ..timers import SECOND
from ..timing import Timing
from .bootp import BROADCAST, CLIENT_PORT, SERVER_PORT, Message, decoded
from .clientrules import ClientRules, Lease
from .ether import ARP, IPV4, Ear, Host, Wire, arp_of, data_of, datagrams_to
from .networked import Networked
from .ports import OwnPort

ASKED_FOR = (1, 3, 28, 6, 15, 44, 46, 47, 31, 33, 121, 43)
"""What a server is asked to tell: netmask, router, broadcast address, name servers, and what the
vendor's lwIP asks for besides, by which networks tell such chips.
"""

_RETRIES = 5  # of one message; then it begins anew
_RENEWAL, _REBINDING = (2 * SECOND, 20 * SECOND), (SECOND, 10 * SECOND)
"""How much longer an unanswered request is waited for each time, and how long at most."""


class DhcpClient:
    """See the law.  `chip`: the run of the firmware; there is one while it runs.

    `told` gets a lease when there is one, and None when it is lost.
    """

    def __init__(
        self,
        host: Host,
        device: str,
        timing: Timing,
        chip: Callable[[], Networked],
        told: Callable[[Lease | None], None],
    ) -> None:
        self._host = host
        self._wire = Wire(device)
        self._answers = Ear(host, device, IPV4, datagrams_to(CLIENT_PORT))
        self._neighbours = Ear(host, device, ARP)
        # What comes to it has been heard already; without it, the kernel would refuse that.
        self._port = OwnPort(host, device, CLIENT_PORT, _unheard)
        self._runs = False
        self._timing = timing
        self._chip = chip
        self.told = told
        self._lease: Lease | None = None
        self._transaction = 0
        self._awaits: Callable[[Message], None] = _ignored
        self._turn = 0  # what was put off in an earlier turn is out of date

    @property
    def _rules(self) -> ClientRules:
        return self._chip().personality.network.client

    @property
    def lease(self) -> Lease | None:
        """What it has."""
        return self._lease

    @property
    def running(self) -> bool:
        """Whether it has an address or asks for one."""
        return self._runs

    @property
    def delay_ns(self) -> int:
        """How long it is to wait before it asks."""
        return self._rules.delay_ns

    def start(self, after_ns: int = 0) -> None:
        """Ask for an address, now or a little later."""
        self.stop()
        self._runs = True
        self._answers.hear(self._heard)
        self._port.open()
        if after_ns:
            self._put_off(after_ns, self._discover)
        else:
            self._discover()

    def stop(self, release: bool = False) -> None:
        """Ask no more and forget what there is; with `release` the server is told."""
        lease, self._lease = self._lease, None
        self._next_turn()
        self._awaits = _ignored
        if release and lease:
            self._send("release", {"server_id": lease.server}, renewing=lease)
        self._answers.hush()
        self._port.close()
        self._runs = False

    # Getting one.

    def _discover(self, again: int = 0) -> None:
        if not again:
            self._transaction = random.getrandbits(32)
        self._awaits = self._offered
        self._send("discover", {})
        self._put_off(self._retry(again), lambda: self._discover(min(again + 1, _RETRIES)))

    def _offered(self, message: Message) -> None:
        server = message.address("server_id")
        if message.kind == "offer" and message.your_ip != NOWHERE and server is not None:
            self._request(message.your_ip, server)

    def _request(self, address: IPv4Address, server: IPv4Address, again: int = 0) -> None:
        if again > _RETRIES:
            self._discover()
            return
        self._awaits = lambda message: self._acknowledged(message, server)
        self._send("request", {"requested_addr": address, "server_id": server})
        self._put_off(self._retry(again), lambda: self._request(address, server, again + 1))

    def _acknowledged(self, message: Message, server: IPv4Address) -> None:
        if message.kind == "nak":
            self._discover()
        elif message.kind == "ack" and message.your_ip != NOWHERE:
            lease = self._rules.granted(self._chip(), server, message)
            self._look_for(lease, self._rules.probes)

    def _look_for(self, lease: Lease, probes: int) -> None:
        """Nobody may have the address already (RFC 2131, 4.4.1; RFC 5227)."""
        self._awaits = _ignored
        self._next_turn()
        if probes <= 0:
            self._take(lease)
            return

        def heard(frame: bytes) -> None:
            packet = arp_of(frame)
            if packet is None or packet.sender != lease.ip.address:
                return
            if packet.sender_mac != self._wire.mac:
                self._decline(lease)

        self._neighbours.hear(heard)
        self._wire.send_arp(NOWHERE, lease.ip.address)
        self._put_off(self._timing.arp_wait, lambda: self._look_for(lease, probes - 1))

    def _decline(self, lease: Lease) -> None:
        wanted = {"requested_addr": lease.ip.address, "server_id": lease.server}
        self._next_turn()
        self._send("decline", wanted)
        self._put_off(self._timing.dhcp_backoff, self._discover)

    def _take(self, lease: Lease) -> None:
        self._lease = lease
        after_s = self._rules.renewed_after_s(self._chip(), lease)
        if after_s is not None:
            began = self._host.now_ns()
            self._put_off(after_s * SECOND, lambda: self._renew(lease, began))
        self.told(lease)

    # Keeping it.

    def _renew(self, lease: Lease, began: int, again: int = 0) -> None:
        """Ask for more time, the server itself first, in the end everybody (RFC 2131, 4.4.5)."""
        passed = self._host.now_ns() - began
        if passed >= lease.seconds * SECOND:
            self._lose()
            return
        rebinds = passed >= lease.rebind * SECOND
        end = lease.seconds if rebinds else lease.rebind
        step, longest = _REBINDING if rebinds else _RENEWAL
        self._awaits = lambda message: self._renewed(message, lease.server)
        if not again:
            self._transaction = random.getrandbits(32)
        self._send("request", {}, renewing=lease, aloud=rebinds)
        wait = min((again + 1) * step, longest, end * SECOND - passed)
        self._put_off(wait, lambda: self._renew(lease, began, again + 1))

    def _renewed(self, message: Message, server: IPv4Address) -> None:
        if message.kind == "nak":
            self._lose()
        elif message.kind == "ack" and message.your_ip != NOWHERE:
            self._awaits = _ignored
            self._take(self._rules.granted(self._chip(), server, message))

    def _lose(self) -> None:
        self._lease = None
        self.told(None)
        self._discover()

    # The wire.

    def _send(
        self,
        kind: str,
        wanted: Mapping[str, object],
        renewing: Lease | None = None,
        aloud: bool = False,
    ) -> None:
        """Send a message: to the server that gave the lease if it is about that, else to all."""
        options = dict(wanted)
        if kind in ("discover", "request"):
            options["max_dhcp_size"] = 1500
            if name := self._rules.hostname(self._chip(), self._wire.mac):
                options["hostname"] = name
            options["param_req_list"] = list(ASKED_FOR)
        own = renewing.ip.address if renewing else NOWHERE
        message = Message(kind, self._transaction, self._client, client_ip=own, options=options)
        to = renewing.server if renewing and not aloud else BROADCAST
        for each in self._rules.sent(self._chip(), message):
            self._put(each.encoded, own, to)

    def _put(self, data: bytes, own: IPv4Address, to: IPv4Address) -> None:
        if to == BROADCAST:
            self._wire.send_datagram((CLIENT_PORT, SERVER_PORT), data, own, to)
        else:
            self._port.send(data, (str(to), SERVER_PORT))

    def _heard(self, frame: bytes) -> None:
        message = decoded(data_of(frame))
        if message is None or message.transaction != self._transaction:
            return
        if message.client == self._client:
            self._awaits(message)

    @property
    def _client(self) -> bytes:
        return self._rules.identity(self._chip(), self._wire.mac)

    def _retry(self, again: int) -> int:
        return self._timing.dhcp_retry << again

    def _put_off(self, delay_ns: int, action: Callable[[], None]) -> None:
        """Do this later, unless something else comes first."""
        self._turn += 1
        turn = self._turn
        self._host.later(delay_ns, lambda: action() if turn == self._turn else None)

    def _next_turn(self) -> None:
        self._turn += 1
        self._neighbours.hush()


def _ignored(_message: Message) -> None:
    """Nothing is waited for."""


def _unheard(_data: bytes, _sender: Address) -> None:
    """See DhcpClient."""
