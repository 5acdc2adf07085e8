"""A list of access points, as AT+CWLAP tells it: its entries, field by field (ruling R-44).

Law of this file: it takes a line apart and compares; which access points there are, the lab says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from conformance.commandline import CommandLine, execute, set_
from conformance.exchange import Exchange
from conformance.lab import SECURITY, AccessPoint
from conformance.session import Session
from conformance.verdict import Inconclusive, NonConformity
from suites.head import head
from suites.wifi.softap import spellings

#: Clause 4.1.8, row Response: the fields of an entry, as the bits of the mask have them (4.1.7).
FIELDS = ("ecn", "ssid", "rssi", "mac", "ch", "freq offset", "freq calibration")
ALL = (1 << len(FIELDS)) - 1
SHAPE = f"lines +CWLAP:{','.join(f'<{name}>' for name in FIELDS)}"

_NUMBER, _MAC = rb"(-?\d+)", rb'("?[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}"?)'
#: How often a list is asked for that lacks somebody: a beacon is missed now and then (R-44).
SCANS = 3
#: What each field looks like; a name may be anything, and have commas without quotation marks.
_LOOKS = (_NUMBER, rb"(.*)", _NUMBER, _MAC, _NUMBER, _NUMBER, _NUMBER)
#: A whole entry; more fields may follow (R-44).
_WHOLE = re.compile(rb" ?" + rb" ?, ?".join(_LOOKS) + rb"(?:(?: ?, ?-?\d+)*) ?", re.DOTALL)

_LINE = re.compile(head("CWLAP") + rb"(\()?(.*?)(?(1)\)) ?", re.DOTALL)
#: A field ends at a comma that stands outside of quotation marks and has no escape before it.
_FIELD = re.compile(rb' ?("(?:\\.|[^"\\])*"|(?:\\.|[^,\\])*) ?(?:,|$)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the list, in the words of the answer."""

    fields: tuple[bytes, ...]

    @property
    def mac(self) -> str:
        return self.fields[3].strip(b'"').decode().lower()

    @property
    def rssi(self) -> int:
        return int(self.fields[2])


def scan(session: Session, line: CommandLine) -> Exchange:
    """`line`, with the bench's patience for a scan."""
    return session.send(line, answer_s=session.timing.scan_s)


def lists(
    session: Session, line: CommandLine, access_points: Iterable[AccessPoint]
) -> Iterator[Exchange]:
    """Answers to `line`, until each of `access_points` was in one of them, or `SCANS` (R-44).

    It requires OK and the shape of each answer, and not that all were there in the end.
    """
    lacking = {each.bssid.lower() for each in access_points}
    for _ in range(SCANS):
        exchange = scan(session, line)
        lacking -= macs(exchange)
        yield exchange
        if not lacking:
            return


def _bodies(exchange: Exchange) -> list[bytes]:
    """What stands in the lines of the list, without their name and their brackets."""
    lines = [_LINE.fullmatch(text) for text in exchange.information]
    return [line[2] for line in lines if line]


def split(exchange: Exchange) -> list[Entry]:
    """The entries of an answer, whatever fields they have."""
    return [Entry(_fields_of(body)) for body in _bodies(exchange)]


def _fields_of(text: bytes) -> tuple[bytes, ...]:
    fields, at = [], 0
    while at < len(text) and (match := _FIELD.match(text, at)) and match.end() > at:
        fields.append(match[1])
        at = match.end()
    return tuple(fields)


def entries(exchange: Exchange) -> list[Entry]:
    """The entries of an answer that is to have all fields; requires OK and their shape."""
    found = [_WHOLE.fullmatch(body) for body in _bodies(exchange.succeeds())]
    if not all(found):
        raise exchange.objection(SHAPE)
    return [Entry(match.groups()) for match in found if match]


def entry_of(session: Session, line: CommandLine, access_point: AccessPoint) -> Entry:
    """The entry of `access_point` in the answer to `line`; requires it to be there."""
    return of(last_of(session, line, access_point), access_point)


def last_of(session: Session, line: CommandLine, access_point: AccessPoint) -> Exchange:
    """The answer to `line` that has `access_point`, or the last one that lacks it."""
    return list(lists(session, line, [access_point]))[-1]


def of(exchange: Exchange, access_point: AccessPoint) -> Entry:
    """The entry of `access_point`, which is known by its MAC address."""
    for entry in entries(exchange):
        if entry.mac == access_point.bssid.lower():
            return entry
    raise NonConformity(f"an entry for {access_point.bssid}", exchange.describe())


def macs(exchange: Exchange) -> set[str]:
    """The MAC addresses in the list."""
    return {entry.mac for entry in entries(exchange)}


def require_listed(
    session: Session, line: CommandLine, access_points: Sequence[AccessPoint]
) -> Exchange:
    """Require each of `access_points` to be in an answer to `line`; the last answer."""
    missing = {each.bssid.lower() for each in access_points}
    for exchange in lists(session, line, access_points):
        missing -= macs(exchange)
    if missing:
        raise NonConformity(f"entries for {', '.join(sorted(missing))}", exchange.describe())
    return exchange


def require_only(session: Session, line: CommandLine, access_points: Sequence[AccessPoint]) -> None:
    """Require the answers to `line` to have `access_points`, none of them twice, and no other."""
    wanted = {each.bssid.lower() for each in access_points}
    missing = set(wanted)
    for exchange in lists(session, line, access_points):
        found = [entry.mac for entry in entries(exchange)]
        missing -= set(found)
        if not wanted.issuperset(found) or len(set(found)) < len(found):
            break
    else:
        if not missing:
            return
    raise NonConformity(f"entries for {sorted(wanted) or 'nobody'} alone", exchange.describe())


def known(access_point: AccessPoint) -> dict[str, tuple[bytes, ...]]:
    """Field -> what the IUT may write there; the fields that the lab knows alone."""
    mac = access_point.bssid.encode()
    return {
        "ecn": (b"%d" % SECURITY[access_point.security],),
        "ssid": tuple(_names(access_point.ssid.decode())),
        "mac": tuple(
            quote + each + quote for each in (mac.lower(), mac.upper()) for quote in (b"", b'"')
        ),
        "ch": (b"%d" % access_point.channel,),
    }


def _names(text: str) -> Iterator[bytes]:
    """How a name may stand in an entry; without quotes a space at its end may be typography."""
    for each in spellings(text):
        yield each
        yield each.removeprefix(b" ")
        yield each.removesuffix(b" ")
        yield each.removeprefix(b" ").removesuffix(b" ")


def require_field(
    session: Session, line: CommandLine, access_point: AccessPoint, *names: str
) -> None:
    """Require the fields `names` of the entry of `access_point` to be as the lab made it."""
    exchange = last_of(session, line, access_point)
    entry = of(exchange, access_point)
    for name in names:
        told = entry.fields[FIELDS.index(name)]
        if told not in known(access_point)[name]:
            raise NonConformity(f"{name} as the lab has it: {access_point}", exchange.describe())


def require_mask(session: Session, access_point: AccessPoint, mask: int, extra: int) -> None:
    """Require the list of those of its name to have the fields of `mask` alone, in their order.

    `extra` is how many undocumented ones stand behind a whole entry: they may stand there, or not.
    """
    exchange, entry = the_one(session, access_point)
    _require_fields(exchange, entry, mask, extra, known(access_point))


def require_mask_of_all(session: Session, mask: int, extra: int) -> None:
    """Require the same of every entry of AT+CWLAP without parameters; there has to be one."""
    for _ in range(SCANS):
        exchange = scan(session, execute("CWLAP"))
        if found := split(exchange.succeeds()):
            break
    else:
        raise Inconclusive(f"the list is empty: {exchange.describe()}")
    for entry in found:
        _require_fields(exchange, entry, mask, extra, {})


def _require_fields(
    exchange: Exchange,
    entry: Entry,
    mask: int,
    extra: int,
    right: Mapping[str, tuple[bytes, ...]],
) -> None:
    shown = [name for bit, name in enumerate(FIELDS) if mask >> bit & 1]
    looks = dict(zip(FIELDS, _LOOKS, strict=True))
    if len(entry.fields) not in (len(shown), len(shown) + extra) or not all(
        re.fullmatch(looks[name], told) and told in right.get(name, (told,))
        for name, told in zip(shown, entry.fields, strict=False)
    ):
        wanted = ",".join(f"<{name}>" for name in shown)
        raise NonConformity(f"a line +CWLAP:{wanted} and no more fields", exchange.describe())


def extra_fields(session: Session, access_point: AccessPoint) -> int:
    """How many undocumented fields an entry has behind the others when all are shown (R-44)."""
    session.prepare(set_("CWLAPOPT", 0, ALL))
    _, entry = the_one(session, access_point)
    return max(0, len(entry.fields) - len(FIELDS))


def the_one(session: Session, access_point: AccessPoint) -> tuple[Exchange, Entry]:
    """The list of those with its name, and its one entry; `Inconclusive` if it has not one.

    The mask may hide the MAC address by which its entry would be known.
    """
    for _ in range(SCANS):
        exchange = scan(session, set_("CWLAP", access_point.ssid))
        if found := split(exchange.succeeds()):
            break
    if len(found) != 1:
        raise Inconclusive(f"the list has not one entry: {exchange.describe()}")
    return exchange, found[0]
