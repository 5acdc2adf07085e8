"""What the questions act on: the namespaces, the air, and what the purpose has made of them.

Law of this file: it belongs to one lab process. A module keeps what it needs in `world.of(Kind)`;
what a purpose made is undone when the next one begins, the last thing first.
"""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from rigs.clock.party import Clock

from .air import SOFTAP, SOFTAP_BRIDGE, STATION, WIRES, Air
from .clock import HarnessClock
from .links import Links
from .namespaces import Namespace, another

T = TypeVar("T")

#: What the board's namespace is like: it answers ARP for an address at its own interface alone,
#: and routes nothing.
_BOARDS_SWITCHES: Mapping[str, int] = {
    "ipv4/conf/all/arp_ignore": 1,
    "ipv4/conf/all/arp_announce": 2,
    "ipv4/conf/all/rp_filter": 0,
    "ipv4/conf/default/rp_filter": 0,
    "ipv4/ip_forward": 0,
}

#: What the lab's own is like: an access point answers for its own address alone, and takes what a
#: station sends that has given itself an address of another network.
_LABS_SWITCHES: Mapping[str, int] = {
    "ipv4/conf/all/arp_ignore": 1,
    "ipv4/conf/all/rp_filter": 0,
    "ipv4/conf/default/rp_filter": 0,
    "ipv4/conf/all/send_redirects": 0,
    "ipv4/conf/default/send_redirects": 0,
}


@dataclass
class World:
    """The world around one board."""

    #: Where the lab is: bridges, access points, hosts.
    namespace: Namespace
    links: Links
    #: Where the board is: `sta` and `ap`, which the emulator sets up by itself.
    board: Namespace
    air: Air
    #: Of the purpose that goes on: its id, where its captures go (None: nobody keeps them), and
    #: how their names begin.
    purpose: str = ""
    captures: Path | None = None
    prefix: str = ""
    #: Side of the board -> the interface at which its frames are seen.
    sides: Mapping[str, str] = field(default_factory=lambda: {"station": STATION, "softap": SOFTAP})
    #: MAC addresses of others that are seen there, too: what they send is not the board's.
    strangers: frozenset[str] = frozenset()
    #: Interfaces that stay when a purpose is over.
    standing: set[str] = field(default_factory=set)
    #: Numbers that no purpose has twice: the kernel takes its time with what is taken away.
    serial: Iterator[int] = field(default_factory=itertools.count)
    _undo: AsyncExitStack = field(default_factory=AsyncExitStack)
    _kept: dict[Callable[[World], Any], Any] = field(default_factory=dict)

    @property
    def clock(self) -> HarnessClock:
        """The clock of the harness, by which everything is dated that is told."""
        return self.air.clock

    def of(self, kind: Callable[[World], T]) -> T:
        """The one `kind` of the purpose that goes on; made of this world when first asked for."""
        if kind not in self._kept:
            self._kept[kind] = kind(self)
        kept: T = self._kept[kind]
        return kept

    def afterwards(self, undo: Callable[[], Awaitable[object]]) -> None:
        """Have `undo` called when the purpose is over."""
        self._undo.push_async_callback(undo)

    async def begin(self, purpose: str, captures: Path | None, prefix: str) -> None:
        """Another purpose begins; what the one before made is gone."""
        await self.forget()
        self.purpose, self.captures, self.prefix = purpose, captures, prefix

    async def forget(self) -> None:
        """Undo what the purpose did."""
        undo, self._undo = self._undo, AsyncExitStack()
        self._kept.clear()
        await undo.aclose()
        self.air.forget()


async def made(namespace: Namespace, clock: Clock) -> World:
    """The world in `namespace`, with its wires to a board in another one."""
    board = another()
    for each in (namespace, board):
        with each.inside():
            clock.watch_kernel()  # until the lab ends
    links = Links(namespace, clock)
    links.quiet()
    for name, value in _LABS_SWITCHES.items():
        namespace.switch(name, value)
    there = Links(board, clock)
    there.quiet()
    for name, value in _BOARDS_SWITCHES.items():
        board.switch(name, value)
    await there.up("lo")
    await links.up("lo")
    for ours, theirs in WIRES.items():
        await links.veth(ours, theirs, board)
    await links.bridge(SOFTAP_BRIDGE, "")
    await links.enslave(SOFTAP, SOFTAP_BRIDGE)
    return World(namespace, links, board, Air(links, there, clock=HarnessClock(clock)))
