"""Whether the board that answers when a line came back is the one that the run began with.

Law of this file: it judges nothing. A board is another one only if it says so twice, of what no
purpose can have changed meanwhile. What is not told, or told otherwise each time, proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from conformance.commandline import execute, query
from conformance.exchange import Exchange
from conformance.grammar import OK
from conformance.session import Session
from conformance.testbed import PortError, Recorder, Returning, Rig
from conformance.transcript import readable
from conformance.verdict import Inconclusive

#: What is burnt into a chip, or saved on it: the addresses of its two interfaces. Of the queries
#: of each the first that is answered; what is not saved (_CUR) a loss of power changes.
_INTERFACES = (("CIPSTAMAC_DEF", "CIPSTAMAC"), ("CIPAPMAC_DEF", "CIPAPMAC"))
_GMR = execute("GMR")
#: In what changes the one or the other (clauses 3.2.6, 4.1.20 to 4.1.25, 5.2.18).
_CHANGES = re.compile(rb"MAC|RESTORE|CIUPDATE", re.IGNORECASE)

_MAC = re.compile(rb'"?((?:[0-9a-f]{2}:){5}[0-9a-f]{2})"?', re.IGNORECASE)


class OtherBoard(PortError):
    """The line came back, with another board at its other end."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What an IUT told of itself, twice alike."""

    #: The lines of AT+GMR.
    firmware: tuple[bytes, ...] = ()
    #: Command -> MAC address.
    addresses: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def is_told(self) -> bool:
        """Whether it told anything."""
        return bool(self.firmware or self.addresses)

    def difference(self, now: Identity) -> str:
        """What shows that `now` is another board; empty if nothing does.

        Lines that come and go are on one side alone. A board has two addresses of its own, and
        somebody may have changed one: another board has none of them.
        """
        here, there = set(self.firmware), set(now.firmware)
        if here - there and there - here:
            return f"AT+GMR told {_shown(self.firmware)}, and now {_shown(now.firmware)}"
        common = [name for name in self.addresses if name in now.addresses]
        if common and all(self.addresses[name] != now.addresses[name] for name in common):
            was, told = (
                [f"{name} {each.addresses[name].decode('ascii')}" for name in common]
                for each in (self, now)
            )
            return f"its MAC addresses were {', '.join(was)}, and now {', '.join(told)}"
        return ""

    def learnt_anew(self, now: Identity) -> Identity:
        """This, after purposes that may have changed it: what is as it was still tells a board."""
        kept = {name: mac for name, mac in self.addresses.items() if now.addresses.get(name) == mac}
        return Identity(now.firmware, kept)


def asked(session: Session, not_claimed: Collection[tuple[str, str]] = ()) -> Identity:
    """What the IUT tells of itself; with nothing in it if it cannot be asked now."""
    first, second = (_told(session, not_claimed) for _ in range(2))
    lines = tuple(line for line in first.firmware if line in second.firmware)
    macs = {name: mac for name, mac in first.addresses.items() if second.addresses.get(name) == mac}
    return Identity(lines, macs)


class Identification:
    """Knows the board of a run, and notices another one in its place."""

    def __init__(
        self,
        rig: Rig,
        known: Identity | None = None,
        not_claimed: Collection[tuple[str, str]] = (),
    ) -> None:
        """`known` is what the board told when it was found; None: nobody asked, nobody will."""
        self._rig, self._port = rig if isinstance(rig, Returning) else None, rig.port
        self._known = known
        self._not_claimed = not_claimed
        #: How often the line had come back when this was written down last, and when it was last
        #: known which board is at its end.
        self._noted = self._identified = self._returns
        #: Whether a purpose may have changed what tells the board, since that was asked last.
        self._is_changed = False
        #: Why the run cannot go on: another board is there.
        self.other = ""

    @property
    def _returns(self) -> int:
        return self._rig.returns if self._rig else 0

    def heard_of(self, texts: Iterable[bytes], recorder: Recorder) -> None:
        """A purpose is over that sent `texts`: its line may have come back meanwhile."""
        self._is_changed |= any(map(_CHANGES.search, texts))
        if self._noted != self._returns:
            recorder.acted("reopened", "while the purpose ran", self._port.now())

    def require_the_same(self, session: Session) -> None:
        """Raise `OtherBoard` if the line came back with another board; nobody is asked else.

        A board that cannot be asked now is asked when this is called again.
        """
        self._noted = returns = self._returns
        if self._known is None or returns == self._identified:
            return
        now = self._asked(session)
        if not now.is_told:
            return
        self._identified = returns
        known = replace(self._known, addresses={}) if self._is_changed else self._known
        if difference := known.difference(now):
            self.other = (
                f"the line came back with another board at its end: {difference}; give it back to "
                "the first one and start the run again, or start a run of its own for this one"
            )
            raise OtherBoard(self.other)

    def learn(self, session: Session) -> None:
        """See what still tells the board, if a purpose may have changed that."""
        if self._known is None or not self._is_changed or self._identified != self._returns:
            return
        now = self._asked(session)
        if now.is_told:
            self._known = self._known.learnt_anew(now)
            self._is_changed = False

    def _asked(self, session: Session) -> Identity:
        try:
            return asked(session, self._not_claimed)
        except Inconclusive:  # a stored run that has nothing of it
            return Identity()


def _told(session: Session, not_claimed: Collection[tuple[str, str]]) -> Identity:
    version = session.observe(_GMR)
    if version.final != OK:
        return Identity()
    addresses = {}
    for names in _INTERFACES:
        for name in names:
            mac = None if (name, "query") in not_claimed else _mac_in(session.observe(query(name)))
            if mac:
                addresses[name] = mac
                break
    return Identity(version.information, addresses)


def _mac_in(exchange: Exchange) -> bytes:
    """The address that a query was answered with; empty if there is none."""
    found = [_MAC.search(line) for line in exchange.own_lines] if exchange.final == OK else []
    return next((match[1].lower() for match in found if match), b"")


def _shown(lines: Iterable[bytes]) -> str:
    return ", ".join(f"`{readable(line, 60)}`" for line in lines)
