"""The mutants of AT+CIPSTATUS and AT+CWLIF (clauses 5.2.1 and 4.1.13).

Law: rows, and what they need.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address
from typing import Any

from ..commands import guests, linkstatus
from ..commands.dhcp import BASE as DHCP
from ..ip.interfaces import softap_ip
from ..ip.link import TCP, UDP, Link
from ..wifi.air import Guest
from .conditions import JOINED
from .dhcpserver import KNOWN_WHEN_OFF
from .memory import memory
from .mutant import ALWAYS, Condition, Mutant, Operator
from .operators import constant, made, overlooked, without, wrapped
from .rows import Rows
from .scopes import rows

# AT+CIPSTATUS

_STATUS = Rows(linkstatus.NAME)
LINKED = Condition("with a link", lambda chip: bool(chip.tcpip.links))
UNLINKED = Condition("without a link", lambda chip: not chip.tcpip.links)

_ID, _KIND, _IP, _PORT, _LOCAL_PORT, _SIDE = range(6)


def _field(place: int, name: str, change: Callable[[bytes], bytes]) -> Operator:
    """One field of each row, in another way."""

    def changed(_chip: object, fields: Any) -> Any:
        return (*fields[:place], change(fields[place]), *fields[place + 1 :])

    return made(name, changed)


def _plus_1(field: bytes) -> bytes:
    return b"%d" % (int(field) + 1)


def _other_kind(field: bytes) -> bytes:
    kind = field.strip(b'"')
    return field.replace(kind, {UDP: TCP, TCP: UDP}.get(kind, TCP))


def _nowhere(field: bytes) -> bytes:
    return field.replace(field.strip(b'"'), b"0.0.0.0")


def _ports_swapped(_chip: object, fields: Any) -> Any:
    number, kind, ip, port, local_port, side = fields
    return (number, kind, ip, local_port, port, side)


class _Nobody:
    """The socket of a link that there is not."""

    local_port = 2001


def _a_link(_chip: object) -> tuple[Link, ...]:
    return (Link(0, UDP, ("192.168.4.2", 1001), _Nobody()),)  # type: ignore[arg-type]


def _head(word: str, says: str, operator: Operator, when: Condition = ALWAYS) -> Mutant:
    return _STATUS.row(word, f" {says}", _STATUS.execute("head", operator, when))


def _listed(word: str, says: str, operator: Operator, when: Condition = ALWAYS) -> Mutant:
    return _STATUS.row(word, f" {says}", _STATUS.execute("rows", operator, when))


def _printed(word: str, says: str, operator: Operator) -> Mutant:
    return _STATUS.row(word, f" {says}", _STATUS.execute("fields", operator))


STATUS: tuple[Mutant, ...] = (
    _head("state-1", "tells state 1, which is none", constant(b"STATUS:1\r\n")),
    _head(
        "state-unlinked",
        "tells state 2 although a link is open",
        constant(b"STATUS:2\r\n"),
        LINKED,
    ),
    _head("no-state", "does not print the STATUS line", constant(b"")),
    _head(
        "other-word",
        "prints STAT: where STATUS: is due",
        made("other word", lambda _chip, head: head.replace(b"STATUS", b"STAT")),
    ),
    _listed(
        "last-link-missing",
        "leaves out the last link",
        made("without the last", lambda _chip, links: links[:-1]),
    ),
    _listed(
        "one-link-only",
        "prints one link, however many there are",
        made("the first", lambda _chip, links: links[:1]),
    ),
    _listed(
        "line-without-link",
        "prints a link though none is open",
        Operator("a link", lambda _links: _a_link),
        UNLINKED,
    ),
    _STATUS.row(
        "other-prefix",
        " prints +CIPLINK: in front of a link",
        _STATUS.execute("label", constant(b"+CIPLINK:")),
    ),
    _printed("id-always-0", "prints id 0 for every link", _field(_ID, "0", lambda _field: b"0")),
    _printed("id-plus-one", "prints ids that are one too large", _field(_ID, "+ 1", _plus_1)),
    _printed(
        "other-type",
        "tells TCP of UDP links and UDP of TCP links",
        _field(_KIND, "other kind", _other_kind),
    ),
    _printed("other-ip", "prints 0.0.0.0 as the remote address", _field(_IP, "nowhere", _nowhere)),
    _printed(
        "remote-port-plus-one",
        "prints a remote port 1 too large",
        _field(_PORT, "+ 1", _plus_1),
    ),
    _printed(
        "local-port-plus-one",
        "prints a local port 1 too large",
        _field(_LOCAL_PORT, "+ 1", _plus_1),
    ),
    _printed(
        "ports-swapped",
        "prints the local port before the remote one",
        made("swapped", _ports_swapped),
    ),
    _printed("local-port-missing", "leaves out the local port", without(_LOCAL_PORT)),
    _printed("tetype-missing", "leaves out who is the client", without(_SIDE)),
    _printed(
        "always-server",
        "tells of every link that the chip is server",
        _field(_SIDE, "server", lambda _field: b"%d" % linkstatus.SERVER),
    ),
)


def _as_state(state: int, told: int) -> Callable[[Any, bytes], bytes]:
    return lambda _chip, line: line.replace(b"%d" % state, b"%d" % told)


# AT+CWLIF

_CWLIF = Rows(guests.NAME)
_PHANTOM = Guest(bytes.fromhex("18fe34000001"), IPv4Address("192.168.4.2"))
SERVES = Condition("while the server is on", lambda chip: chip.current.dhcp.softap)

Guests = tuple[Guest, ...]


def _told(word: str, says: str, operator: Operator, when: Condition = ALWAYS) -> Mutant:
    return _CWLIF.row(word, f" {says}", _CWLIF.execute("rows", operator, when))


def _everybody(chip: Any) -> Guests:
    """Those who have no lease, too: the server takes the address behind its own for theirs."""
    own = softap_ip(chip.current, chip.personality.ips).address
    return tuple(Guest(each.mac, each.address or own + 1) for each in chip.air.guests)


def _without_the_server(chip: Any) -> Guests:
    return tuple(each for each in chip.air.guests if each.address is not None)


def _and_who_is_gone(chip: Any, listed: Guests) -> Guests:
    gone: dict[bytes, Guest] = memory(chip).setdefault("guests", {})
    gone.update((each.mac, each) for each in listed)
    there = {each.mac for each in chip.air.guests}
    return (*listed, *(each for each in gone.values() if each.mac not in there))


def _first_address(chip: Any, listed: Guests) -> Guests:
    first: dict[bytes, IPv4Address] = memory(chip).setdefault("first addresses", {})
    return tuple(
        replace(each, address=first.setdefault(each.mac, each.address))
        for each in listed
        if each.address is not None
    )


def _plus_1_each(_chip: object, listed: Guests) -> Guests:
    return tuple(replace(each, address=each.address and each.address + 1) for each in listed)


def _reversed_each(_chip: object, listed: Guests) -> Guests:
    return tuple(replace(each, mac=each.mac[::-1]) for each in listed)


CWLIF: tuple[Mutant, ...] = (
    _CWLIF.row(
        "in-station-mode",
        " works in station mode",
        _CWLIF.execute("available", overlooked(guests.NO_SOFTAP)),
    ),
    _CWLIF.row(
        "heading",
        " prints a heading over the stations",
        _CWLIF.execute("head", constant(b"CWLIF\r\n")),
    ),
    _told(
        "phantom",
        "lists a station that is not there",
        made("and one more", lambda _chip, listed: (*listed, _PHANTOM)),
        SERVES,
    ),
)
CWLIF_ON_A_NETWORK: tuple[Mutant, ...] = (
    _told(
        "static-listed",
        "lists stations that have a static address, too",
        Operator("everybody", lambda _listed: _everybody),
        SERVES,
    ),
    _told(
        "one-missing",
        "leaves out the station that came last",
        made("without the last", lambda _chip, listed: listed[:-1]),
    ),
    _told(
        "first-only",
        "lists the first station alone",
        made("the first", lambda _chip, listed: listed[:1]),
    ),
    _CWLIF.row(
        "without-dhcp",
        " tells leases while the DHCP server is off, too",
        _CWLIF.execute("rows", Operator("without the server", lambda _listed: _without_the_server)),
        KNOWN_WHEN_OFF,
    ),
    _told(
        "other-address",
        "tells addresses that are 1 larger",
        made("off by one", _plus_1_each),
    ),
    _told(
        "other-mac",
        "tells the MAC addresses in reverse",
        made("reversed", _reversed_each),
    ),
    _told(
        "gone-listed",
        "goes on to list stations that have left",
        made("and who is gone", _and_who_is_gone),
        SERVES,
    ),
)


def _noting_off(change: Any, chip: Any, settings: Any, wanted: Any) -> Any:
    if wanted.softap and not wanted.enable:
        memory(chip)["server was off"] = True
    return change(chip, settings, wanted)


WAS_OFF = Condition("once the server was off", lambda chip: "server was off" in memory(chip))
STATES: tuple[Mutant, ...] = tuple(
    _STATUS.row(
        f"{told}-for-{state}",
        f" tells the state {told} where it is {state}",
        _STATUS.execute("head", made(f"{told}", _as_state(state, told))),
    )
    for state, told in ((5, 4), (2, 3))
)
CWLIF_SELDOM: tuple[Mutant, ...] = (
    _CWLIF.row(
        "empty-after-dhcp-off",
        " lists nobody any more once DHCP was off",
        _CWLIF.execute("rows", constant(()), WAS_OFF),
        *(names.set("change", wrapped("noting off", _noting_off)) for names in rows(DHCP)),
    ),
    _told(
        "empty-while-joined",
        "lists nobody while the station has joined",
        Operator("nobody", lambda _listed: lambda _chip: ()),
        JOINED,
    ),
    _told(
        "first-address",
        "goes on to tell the first address of a station",
        made("stale", _first_address),
    ),
)
