"""DHCP of softAP and station as AT+CWDHCP and its siblings tell and set it.

Law of this file: a purpose that changes what is saved says so with `keep_dhcp`, and has it given
back. Both interfaces are enabled wherever DHCP is looked at (ruling R-52).
"""

from __future__ import annotations

from collections.abc import Callable

from conformance.commandline import CommandLine, query, set_
from conformance.exchange import Exchange
from conformance.session import Session
from conformance.verdict import Inconclusive, NonConformity
from suites.found import give_back, saved, spare_restart
from suites.head import head
from suites.wifi import mode
from suites.wifi.triples import savers, saves
from suites.witness import require_believable

#: What a bit of the query's number stands for, and the mode that sets it: softAP is 0, station 1.
SOFTAP, STATION, BOTH = 0, 1, 2

#: Ruling R-51: two bits as a number, with the prefix of the command or a sibling, or none.
_ANSWER = rb"(?:%b)?([0-3])" % head("CWDHCP", "CWDHCP_CUR", "CWDHCP_DEF", signs=b":=")
_ANSWER_IN_WORDS = "a line with the two bits of DHCP, a number from 0 to 3"


def enable_both(session: Session) -> None:
    """Station and softAP, for now."""
    session.prepare(set_("CWMODE_CUR", mode.BOTH))


def bits_in(exchange: Exchange) -> int:
    """The number in the answer to a query."""
    return int(exchange.tells(_ANSWER, _ANSWER_IN_WORDS)[1])


def told_bits(session: Session, name: str = "CWDHCP_CUR") -> int:
    """The number that the query of `name` tells."""
    exchange = session.ask(query(name))
    return bits_in(exchange)


def require_bits(session: Session, name: str, bits: int) -> None:
    """Require the query of `name` to tell `bits`."""
    actual = told_bits(session, name)
    if actual != bits:
        again = lines_of(name, bits)
        require_believable(session, lambda: told_bits(session, name) == bits, *again)
        raise NonConformity(f"{bits} ({in_words(bits)})", f"{actual} ({in_words(actual)})")


def require_bit(session: Session, name: str, interface: int, value: int) -> None:
    """Require the query of `name` to tell `value` for one interface."""

    def shows(bits: int) -> bool:
        return bits >> interface & 1 == value

    actual = told_bits(session, name)
    if not shows(actual):
        again = set_(name, interface, value)
        require_believable(session, lambda: shows(told_bits(session, name)), again)
        wanted = f"{_named(interface)}'s DHCP {_state(value)}"
        raise NonConformity(wanted, f"{actual} ({in_words(actual)})")


def in_words(bits: int) -> str:
    """`bits`, said of both interfaces."""
    parts = (f"{_named(each)} {_state(bits >> each & 1)}" for each in (SOFTAP, STATION))
    return ", ".join(parts)


def set_bits(session: Session, name: str, bits: int) -> None:
    """Set both interfaces, one by one."""
    session.prepare(*lines_of(name, bits))


def lines_of(name: str, bits: int) -> tuple[CommandLine, ...]:
    """The lines that set both interfaces."""
    return tuple(set_(name, each, bits >> each & 1) for each in (SOFTAP, STATION))


def be_both(session: Session, *witnesses: str) -> Session:
    """The IUT with station and softAP, left as it was found when the purpose is over.

    `witnesses` are the queries of all that the purpose can change; without any it is restarted.
    """
    if witnesses:
        spare_restart(session, witnesses, mode.BOTH)
    else:
        session.afterwards(session.restart)
        enable_both(session)
    return session


def lent(
    session: Session, command: str, keep: Callable[[Session, str], object], *witnesses: str
) -> Session:
    """The IUT as `be_both` has it; what `command` saves is given back by `keep`."""
    be_both(session, *witnesses)
    if saves(command):
        keep(session, command)
    return session


def keep_dhcp(session: Session, name: str) -> None:
    """Have what is saved of DHCP, by `name` or along with its own, given back afterwards."""
    bits = saved(session, "CWDHCP", told_bits, set_("CWMODE_CUR", mode.BOTH))

    def back() -> None:
        enable_both(session)
        is_there = lambda: told_bits(session, "CWDHCP_DEF") == bits  # noqa: E731
        names = savers(name) if name.startswith("CWDHCP") else ("CWDHCP_DEF",)
        give_back(session, is_there, *(lines_of(each, bits) for each in names))

    session.afterwards(back)


def enabled_by_default(session: Session, interface: int) -> None:
    """Only where DHCP is enabled after a start can its being disabled show."""
    session.prepare(set_("CWDHCP_CUR", interface, 1))  # whatever was before
    session.restart()
    enable_both(session)
    if not told_bits(session) >> interface & 1:
        raise Inconclusive(f"the {_named(interface)}'s DHCP is disabled by default on this IUT")


def _named(interface: int) -> str:
    return "station" if interface == STATION else "softAP"


def _state(value: int) -> str:
    return "enabled" if value else "disabled"
