"""The softAP's configuration: as it is set, as it is told, and the owner's, given back unseen.

Law of this file: values that the suites set may be shown; what was saved before is confided
(`Session.confide`), compared, and given back without being written down.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from conformance.commandline import CommandLine, Value, Verbatim, query, set_
from conformance.exchange import Exchange
from conformance.grammar import ESCAPE, ESCAPED, OK, QUOTE
from conformance.session import Session
from conformance.verdict import Inconclusive, NonConformity
from suites.found import saved, spare_restart
from suites.head import head
from suites.malformed import text
from suites.wifi import mode
from suites.wifi.triples import savers, saves


@dataclass(frozen=True)
class SoftAp:
    """A configuration; the last two values are left out of the command if they are None."""

    ssid: str = "conformance"
    pwd: str = "0123456789"
    chl: int = 5
    ecn: int = 3
    max_conn: int | None = 3
    hidden: int | None = 0

    def line(self, command: str) -> CommandLine:
        """The set form of `command` with these values."""
        values: list[Value] = [self.ssid, self.pwd, self.chl, self.ecn]
        values += [value for value in (self.max_conn, self.hidden) if value is not None]
        return set_(command, *values)


#: A configuration of which every value differs from those that are there.
OTHER = SoftAp("another one", "abcdefghij", 9, 4, 2, 1)
#: The same with one value that is refused, and which requirement says so.
REFUSED = {
    "short-password": ("set/10", replace(OTHER, pwd="1234567")),
    "long-password": ("set/11", replace(OTHER, pwd=text(65))),
    "channel": ("set/15", replace(OTHER, chl=0)),
    "encryption": ("set/12", replace(OTHER, ecn=1)),
    "stations": ("set/13", replace(OTHER, max_conn=5)),
    "hidden": ("set/14", replace(OTHER, hidden=2)),
}


@dataclass(frozen=True)
class Told:
    """What a query told: the two strings as they stood there, and the four numbers."""

    strings: bytes
    numbers: tuple[int, int, int, int]
    shown: str

    def has_ssid(self, ssid: str) -> bool:
        """Whether the first string is `ssid`, in one of its spellings."""
        beginnings = [each + b"," for each in spellings(ssid)]
        return any(self.strings.startswith((each, b" " + each)) for each in beginnings)

    def has_pwd(self, pwd: str) -> bool:
        """Whether the second string is `pwd`, in one of its spellings."""
        return any(self.strings.endswith(b"," + each) for each in spellings(pwd))

    def require_as(self, found: Told) -> None:
        """Require everything to be as it was `found`."""
        if (self.strings, self.numbers) != (found.strings, found.numbers):
            raise NonConformity(f"the softAP from before, {found.shown}", self.shown)

    def require(self, softap: SoftAp) -> None:
        """Require everything to be as `softap` says; what that leaves out may be anything."""
        wanted = (softap.chl, softap.ecn, softap.max_conn, softap.hidden)
        numbers = all(w in (None, t) for w, t in zip(wanted, self.numbers, strict=True))
        if not (numbers and self.has_ssid(softap.ssid) and self.has_pwd(softap.pwd)):
            raise NonConformity(f"a softAP as it was set: {softap}", self.shown)


def spellings(text: str) -> Iterator[bytes]:
    """How `text` may stand in an answer: quoted or not, escaped or not (ruling R-36)."""
    plain = text.encode()
    escaped = b"".join(ESCAPE + bytes([b]) if b in ESCAPED else bytes([b]) for b in plain)
    for each in dict.fromkeys((plain, escaped)):
        yield each
        yield QUOTE + each + QUOTE


def of(exchange: Exchange) -> Told:
    """The configuration in the answer to a query; spaces are typography (ruling R-03)."""
    name = exchange.line.name
    pattern = head(name, bare_text=True) + rb"(.+)" + rb", ?(\d+)" * 4
    what = f"a line +{name}:<ssid>,<pwd>,<chl>,<ecn>,<max conn>,<ssid hidden>"
    line = exchange.tells(pattern, what)
    strings, *numbers = line.groups()
    first, second, third, fourth = map(int, numbers)
    return Told(strings, (first, second, third, fourth), exchange.describe())


def told(session: Session, command: str) -> Told:
    """What `command`? tells; only after the suites have set it themselves."""
    exchange = session.ask(query(command))
    return of(exchange)


def borrow(session: Session, command: str) -> None:
    """Bring the IUT to softAP mode; give back what `command` will set there."""
    spare_restart(session, ["CWSAP_CUR"], mode.SOFTAP)
    if saves(command):
        found = saved(session, "CWSAP", confided, set_("CWMODE_CUR", mode.SOFTAP))
        session.afterwards(lambda: _give_back(session, command, found))


def confided(session: Session, command: str) -> bytes:
    """What `command`? tells behind the colon, for whoever gives it back or compares it."""
    exchange = session.confide(session.auxiliary(query(command)))
    lines = [line.partition(b":")[2].strip() for line in exchange.own_lines]
    if exchange.final != OK or len(lines) != 1:
        raise Inconclusive(f"AT+{command}? does not tell what is saved, to give it back")
    return lines[0]


def _give_back(session: Session, command: str, found: bytes) -> None:
    """Save what was saved before `command`, as far as it is taken."""
    session.prepare(set_("CWMODE_CUR", mode.SOFTAP))
    taken = True
    for name in savers(command):
        with contextlib.suppress(Inconclusive):  # what cannot be told any more is given back, too
            if confided(session, "CWSAP_DEF") == found:
                return
        taken = _is_taken(session, name, found)
    if not taken:
        raise Inconclusive("the softAP that was saved before could not be saved again")


def _is_taken(session: Session, command: str, found: bytes) -> bool:
    """Whether `command` takes what was `found`.

    The last two values may have been out of range, and an open softAP without a password (R-33).
    """
    ssid, pwd, chl, ecn, *rest = _values_of(found)
    some = pwd if ecn else "00000000"
    ways = ((ssid, pwd, chl, ecn, *rest), (ssid, pwd, chl, ecn), (ssid, some, chl, ecn))
    lines = (session.auxiliary(set_(command, *values)) for values in ways)
    return any(session.confide(line).final == OK for line in lines)


def _values_of(told_text: bytes) -> list[Value]:
    """The values of a set form that saves what a query told."""
    parts = re.fullmatch(rb"(.+?)" + rb", ?(\d+)" * 4, told_text)
    if parts is None:
        raise Inconclusive("what is saved of the softAP was told in no form that could be set")
    strings, *numbers = parts.groups()
    marked = strings.startswith(QUOTE) and strings.endswith(QUOTE)
    ssid, _, pwd = strings[1:-1].partition(b'","') if marked else strings.rpartition(b",")
    return [*map(_as_set, (ssid, pwd)), *map(int, numbers)]


def _as_set(told_text: bytes) -> Value:
    """A string of an answer as a parameter; one that has escapes already keeps them."""
    return Verbatim(QUOTE + told_text + QUOTE) if ESCAPE in told_text else told_text
