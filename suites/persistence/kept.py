"""What the flash keeps: for each kind two values to save, and how to give back what was there.

Law of this file: a purpose that saves something takes it from here, so that the board's owner gets
his own settings back. What was there is asked without being written down, as it may hold passwords.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from conformance.commandline import CommandLine, Value, query, set_
from conformance.grammar import OK
from conformance.session import Session
from conformance.verdict import Inconclusive

#: Both interfaces are there, so that every command has the one that it is for.
BOTH = set_("CWMODE_CUR", 3)

#: Lines of an answer -> the lines that set what it told; none if it told nothing that can be set.
Back = Callable[[bytes], Iterator[CommandLine]]


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of thing that the flash keeps."""

    #: The name of its commands, without what stands behind the underscore.
    base: str
    first: tuple[Value, ...]
    second: tuple[Value, ...]
    #: The queries that tell what is there, the best first; and what to make of their answers.
    queries: tuple[str, ...]
    back: Back


def _mode(told: bytes) -> Iterator[CommandLine]:
    if match := re.search(rb"[:=] ?(\d)", told):
        yield set_("CWMODE_DEF", int(match[1]))


def _softap(told: bytes) -> Iterator[CommandLine]:
    pattern = rb'[:=] ?"?([^\r\n]*?)"? ?, ?"?([^\r\n]*?)"? ?, ?(\d+) ?, ?(\d+)(?:,(\d+),(\d+))?\s*$'
    if match := re.search(pattern, told):
        numbers = [int(number) for number in match.groups()[2:] if number]
        documented = len(numbers) == 4 and 1 <= numbers[2] <= 4
        yield set_("CWSAP_DEF", match[1], match[2], *numbers[: 4 if documented else 2])


def _dhcp(told: bytes) -> Iterator[CommandLine]:
    """Bit 0 of what is told is the softAP's, which is mode 0, bit 1 the station's, mode 1."""
    if match := re.search(rb"[:=] ?([0-3])", told):
        for mode in (0, 1):
            yield set_("CWDHCP_DEF", mode, int(match[1]) >> mode & 1)


def _dhcp_range(told: bytes) -> Iterator[CommandLine]:
    lease = re.search(rb"[:=] ?(\d+) ?,", told)
    ends = _addresses(told)
    if lease and int(lease[1]) and len(ends) == 2:
        yield set_("CWDHCPS_DEF", 1, int(lease[1]), *ends)
    else:
        yield set_("CWDHCPS_DEF", 0)


def _addresses(told: bytes) -> list[str]:
    return [address.decode() for address in re.findall(rb"\d+(?:\.\d+){3}", told)]


def _ip(command: str) -> Back:
    def back(told: bytes) -> Iterator[CommandLine]:
        found = _addresses(told)
        if found and found[0] != "0.0.0.0":
            yield set_(command, *found[:3])

    return back


def _mac(command: str) -> Back:
    def back(told: bytes) -> Iterator[CommandLine]:
        match = re.search(rb"([0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5})", told)
        if match and set(match[1].lower()) not in ({*b"f:"}, {*b"0:"}):
            yield set_(command, match[1].decode())

    return back


def _joins(told: bytes) -> Iterator[CommandLine]:
    """No query tells it, so what clause 4.1.19 says to be there by default is given back."""
    yield set_("CWAUTOCONN", 1)


DHCP_RANGE = ("192.168.4.10", "192.168.4.15")

#: Clause 6, by the area of the table.
KEPT = {
    "user": (
        Kept("CWDHCP", (1, 0), (1, 1), ("CWDHCP_DEF", "CWDHCP"), _dhcp),
        Kept(
            "CIPSTAMAC",
            ("18:fe:35:98:d3:7b",),
            ("18:fe:35:98:d3:7c",),
            ("CIPSTAMAC_DEF", "CIPSTAMAC_CUR"),
            _mac("CIPSTAMAC_DEF"),
        ),
        Kept(
            "CIPAPMAC",
            ("1a:fe:36:97:d5:7b",),
            ("1a:fe:36:97:d5:7c",),
            ("CIPAPMAC_DEF", "CIPAPMAC_CUR"),
            _mac("CIPAPMAC_DEF"),
        ),
        Kept("CIPSTA", ("192.168.6.100",), ("192.168.6.101",), ("CIPSTA_DEF",), _ip("CIPSTA_DEF")),
        Kept(
            "CIPAP",
            ("192.168.5.1",),
            ("192.168.6.1",),
            ("CIPAP_DEF", "CIPAP_CUR"),
            _ip("CIPAP_DEF"),
        ),
        Kept("CWDHCPS", (1, 3, *DHCP_RANGE), (1, 4, *DHCP_RANGE), ("CWDHCPS_DEF",), _dhcp_range),
    ),
    "system": (
        Kept("CWMODE", (1,), (2,), ("CWMODE_DEF",), _mode),
        Kept(
            "CWSAP",
            ("conformance-a", "12345678", 5, 3),
            ("conformance-b", "12345678", 5, 3),
            ("CWSAP_DEF",),
            _softap,
        ),
        Kept("CWAUTOCONN", (0,), (1,), (), _joins),
    ),
}

#: What a static address switches off, and so has to be given back with it.
_WITH = {"CIPSTA": ("CWDHCP",), "CIPAP": ("CWDHCP",), "CWDHCPS": ("CWDHCP",)}


def of(base: str) -> Kept:
    """The kind of thing that the commands of this name keep."""
    return next(kept for area in KEPT.values() for kept in area if kept.base == base)


def given_back(session: Session, kept: Kept) -> None:
    """See to it that afterwards the flash keeps what it kept before, and the IUT is restarted."""
    session.afterwards(session.restart)
    for base in (*_WITH.get(kept.base, ()), kept.base):
        lines = _lines_back(session, of(base))
        session.afterwards(lambda lines=lines: _set_back(session, lines))


def _lines_back(session: Session, kept: Kept) -> list[CommandLine]:
    session.prepare(BOTH)
    for name in kept.queries:
        exchange = session.confide(query(name))
        if exchange.final == OK and (lines := list(kept.back(b"\n".join(exchange.information)))):
            return lines
    return list(kept.back(b""))


def _set_back(session: Session, lines: Iterable[CommandLine]) -> None:
    session.prepare(BOTH)
    for line in lines:
        if session.confide(line).final != OK:
            raise Inconclusive(f"AT+{line.name} did not take back what was saved before")


def save(session: Session, command: str, values: tuple[Value, ...]) -> None:
    """Set `command` to `values` where both interfaces are there."""
    session.prepare(BOTH, set_(command, *values))
