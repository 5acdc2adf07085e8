"""The station side of the radio in one run of the firmware: its wish, its link, its address.

Law: what has become of the wish, and the lines that tell so unasked (clause 1.2, notes; field
guide 2).  Which command wished it, and what is said in answer, is for the commands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..settings.accesspoint import AccessPoint
from ..settings.addresses import IpConfig
from .air import BOTH, Air, Beacon, Guest, Refusal, Told, Way

CONNECTED, GOT_IP, DISCONNECT = b"WIFI CONNECTED", b"WIFI GOT IP", b"WIFI DISCONNECT"


def _nothing() -> None:
    """Nobody waits for an address."""


@dataclass(frozen=True)
class Ways:
    """How a firmware's station goes about it.

    `searches_ns`: how long it listens before it turns to an access point.  `tells_failure`:
    whether a wish that fails is told as a disconnection, though nothing was connected (observed
    1.3, item 14).
    """

    searches_ns: int
    tells_failure: bool


class Station:
    """Joins and leaves, and tells what happens (see also air.Listener, air.Surroundings).

    `air` is asked for at every turn.  `tell` says a line, `later` runs something after a time in
    ns.  `asks_for_address`: whether it waits for a lease once it is connected; `has_fixed`:
    whether it has an address without one.
    """

    def __init__(
        self,
        air: Callable[[], Air],
        tell: Callable[[bytes], None],
        later: Callable[[int, Callable[[], None]], None],
        ways: Callable[[], Ways],
        asks_for_address: Callable[[], bool],
        has_fixed: Callable[[], bool],
    ) -> None:
        self.wish: AccessPoint | None = None
        self.access_point: Beacon | None = None
        self.lease: IpConfig | None = None
        self.has_address = False
        self.refusal: Refusal | None = None
        self.listens_for: Way | None = None
        self._air = air
        self._tell_line = tell
        self._later = later
        self._ways = ways
        self._asks_for_address = asks_for_address
        self._has_fixed = has_fixed
        self._outage_told = False
        self._arrived: Callable[[], None] = _nothing

    @property
    def joined(self) -> bool:
        """Whether it is connected to an access point."""
        return self.access_point is not None

    @property
    def news(self) -> bytes:
        """The line that is true of it now (clause 1.2, notes)."""
        if self.has_address:
            return GOT_IP
        return CONNECTED if self.joined else DISCONNECT

    @property
    def guests(self) -> Sequence[Guest]:
        """The stations on the softAP, the longest there first."""
        return self._air().guests

    def scan(self) -> list[Beacon]:
        """What can be heard now."""
        return list(self._air().scan())

    def join(self, wish: AccessPoint, arrived: Callable[[], None] = _nothing) -> None:
        """Leave what is joined, and wish for this; `arrived` is called at the first address."""
        self.leave()
        self.wish = wish
        self._arrived = arrived
        self._later(self._ways().searches_ns, lambda: self._ask(wish))

    def rejoin(self) -> None:
        """Leave what is joined, and come back: it has another MAC now."""
        wish = self.wish
        if wish is None or not self.joined:
            return
        self._forget()
        self._air().leave()
        self._tell(DISCONNECT)
        self._later(self._ways().searches_ns, lambda: self._ask(wish))

    def leave(self) -> None:
        """Leave what is joined and wish for nothing."""
        joined = self.joined
        self._forget()
        self.wish = self.refusal = None
        self._air().leave()
        if joined:
            self._tell(DISCONNECT)
        self._outage_told = False

    def listen(self, way: Way, told: Told, kind: int = BOTH) -> None:
        """From now on let somebody nearby tell whom to join (see Air)."""
        self.listens_for = way
        self._air().listen(way, told, kind)

    def hush(self) -> None:
        """Listen for nobody any more."""
        self.listens_for = None
        self._air().hush()

    # What the air tells (see air.Listener).

    def refused(self, why: Refusal) -> None:
        """See Listener."""
        self._forget()
        self.refusal = why
        if self._ways().tells_failure:
            self._tell_outage()

    def connected(self, access_point: Beacon) -> None:
        """See Listener."""
        self.refusal = None
        self.access_point = access_point
        self._outage_told = False
        self._tell(CONNECTED)
        if not self._asks_for_address() and self._has_fixed():
            self._addressed()

    def leased(self, lease: IpConfig) -> None:
        """See Listener."""
        if self.joined and self._asks_for_address():
            self.lease = lease
            self._addressed()

    def readdressed(self) -> None:
        """What there was is no longer the way to an address: it is asked for, or set, anew."""
        self.lease = None
        if not self.joined:
            return
        if self._asks_for_address() or not self._has_fixed():
            self.has_address = False
        else:
            self._addressed()

    def lost(self) -> None:
        """See Listener."""
        self._forget()
        self._tell_outage()

    def _ask(self, wish: AccessPoint) -> None:
        if self.wish is wish:
            self._air().join(wish, self)

    def _tell(self, line: bytes) -> None:
        """Say what has happened."""
        self._tell_line(line)

    def _addressed(self) -> None:
        if not self.has_address:
            self.has_address = True
            self._tell(GOT_IP)
            arrived, self._arrived = self._arrived, _nothing
            arrived()

    def _forget(self) -> None:
        self.access_point = self.lease = None
        self.has_address = False

    def _tell_outage(self) -> None:
        if not self._outage_told:
            self._outage_told = True
            self._tell(DISCONNECT)
