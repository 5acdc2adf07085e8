"""The mutants of AT+CIPSTA and AT+CIPAP, each under its three names (clauses 4.1.26 to 4.1.31).

Law: rows, and what they need.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from ..commands.scope import BARE, CURRENT, Scope
from ..commands.stages import Fields
from ..commands.staticip import (
    ALL_ONES,
    GATEWAY_ALONE,
    INTERFACES,
    SOFTAP,
    STATION,
    UNUSABLE,
    Interface,
    Wish,
)
from ..line.parameters import COMMA, QUOTE, Parameters
from ..settings.addresses import NO_IP, IpConfig, ip_text
from ..settings.settings import Changes, Settings
from .memory import memory
from .mutant import Mutant, Operator, mutant
from .operators import (
    given,
    given_unchanged,
    inside,
    instead,
    made,
    overlooked,
    refused,
    truncated,
    unchanged,
    unquoted,
    wrapped,
)
from .parameters import BareTexts, SurplusIgnored, reads
from .refusing import applies_though_refused
from .scopes import (
    ScopedRows,
    needs_both,
    no_prefix,
    not_saved_while_joined,
    not_saved_with_guests,
    rows,
    same_not_current,
    saves_in_both_only,
    scoped,
)
from .typed import parts, reread

FOREIGN = {
    "word": (re.compile(rb"[a-z]+"), "a word"),
    "letters": (re.compile(rb"[0-9]+(\.[0-9a-z]+){3}"), "an address with letters in it"),
    "256": (re.compile(rb"[0-9]{1,3}(\.[0-9]{1,3}){3}"), "an address with a number above 255"),
    "three": (re.compile(rb"[0-9]{1,3}(\.[0-9]{1,3}){2}"), "an address of three numbers"),
    "five": (re.compile(rb"[0-9]{1,3}(\.[0-9]{1,3}){4}"), "an address of five numbers"),
    "empty": (re.compile(rb""), "an empty string"),
}
"""Texts that are no address, as ids spell them, and what they are."""

CLASSES = {"class-a": range(1, 128), "class-b": range(128, 192)}
"""What a softAP does not support (clause 4.1.29), as ids spell it -> first numbers."""

_PRIVATE = IPv4Network("192.168.0.0/16")

_NETMASK_AT = 2


def _other(interface: Interface) -> Interface:
    return SOFTAP if interface is STATION else STATION


def _setting(interface: Interface) -> str:
    return "station_ip" if interface is STATION else "softap_ip"


def _plus_1(address: IPv4Address) -> IPv4Address:
    return IPv4Address((int(address) + 1) % 2**32)


# What is shown.


def _all_plus_1(_chip: object, ip: IpConfig) -> IpConfig:
    return IpConfig(_plus_1(ip.address), _plus_1(ip.gateway), _plus_1(ip.netmask))


def _hex(text: bytes) -> bytes:
    return IPv4Address(text.decode("ascii")).packed.hex().encode("ascii")


def _first(chip: Any, ip: IpConfig) -> IpConfig:
    """The first address that there was stays."""
    if ip == NO_IP:
        return ip
    first: IpConfig = memory(chip).setdefault("first station", ip)
    return first


def _with_other_gateway(_chip: object, label: bytes, fields: Fields) -> bytes:
    told = (b"ip:" + fields[0], b'gateway:"10.9.8.7"', b'netmask:"255.0.0.0"')
    return b"".join(label + each + b"\r\n" for each in told)


def _queries(names: ScopedRows, interface: Interface) -> Iterator[Mutant]:
    row, query = names.row, names.query
    yield no_prefix(names, "? prints the value without its name in front")
    yield row(
        "query-cut",
        "? leaves out the last number of the address",
        query("fields", truncated(1)),
        query("fields", inside("cut", lambda text: text.rpartition(b".")[0])),
    )
    yield row(
        "query-unquoted",
        "? prints the address without quotes",
        query("fields", unquoted()),
    )
    yield row(
        "query-other-interface",
        "? prints the address of the other interface",
        *names.shows(
            instead(
                "other interface",
                lambda chip, _settings: _other(interface).own(chip, chip.current),
            )
        ),
    )
    yield row(
        "query-plus-1",
        "? prints an address that is 1 too large",
        *names.shows(made("off by one", _all_plus_1)),
    )
    yield row(
        "query-other-gateway",
        "? tells a gateway and a netmask, too, which are not those that were set",
        query("line", instead("another gateway", _with_other_gateway)),
    )
    yield row(
        "query-hex",
        "? prints the address as eight hex digits",
        query("fields", inside("hex", _hex)),
    )


# What is read.


def _mistaken(word: str) -> Operator:
    """A text that is no address is taken for the softAP's usual one, as a netmask for all ones."""
    shape, _says = FOREIGN[word]

    def mend(chip: Any, parameters: Parameters) -> Parameters:
        rules, typed = chip.personality.ips, parts(parameters.source)
        for at, part in enumerate(typed[:3]):
            text = part[1:-1] if len(part) > 1 and part[:1] == part[-1:] == QUOTE else None
            left_out = at > 0 and rules.careless and not text
            if text is None or left_out or rules.parsed(text) is not None:
                continue
            if shape.fullmatch(text):
                meant = ALL_ONES if at == _NETMASK_AT else rules.softap.address
                typed[at] = b'"%b"' % ip_text(meant)
        return reread(parameters, COMMA.join(typed))

    return given(f"{word} mended", mend)


def _accepts(names: ScopedRows, interface: Interface) -> Iterator[Mutant]:
    row, set_ = names.row, names.set
    yield row(
        "unquoted-accepted", "= takes its text without quotes", set_("parse", reads(BareTexts))
    )
    yield row(
        "surplus-accepted",
        "= ignores whatever follows the last parameter",
        set_("parse", reads(SurplusIgnored)),
    )
    for word, (_text, says) in FOREIGN.items():
        taken = f"= takes {says} for the softAP's usual address"
        yield row(f"{word}-accepted", taken, set_("parse", _mistaken(word)))
    if interface is SOFTAP:
        yield from same_not_current(names)
        for word, first in CLASSES.items():
            yield row(
                f"{word}-accepted",
                f"= takes an address of {word.replace('-', ' ')}",
                set_("decide", overlooked(UNUSABLE, of=_begins_in(first))),
            )
    yield row(
        "two-accepted", "= takes a gateway without a netmask",
        set_("decide", overlooked(GATEWAY_ALONE)),
    )  # fmt: skip
    yield row(
        "address-alone-refused",
        "= refuses an address without gateway and netmask",
        set_("decide", refused("no gateway", lambda wish: wish.gateway is None)),
    )
    yield row(
        "three-refused",
        "= refuses gateway and netmask",
        set_("decide", refused("a netmask", lambda wish: wish.netmask is not None)),
    )
    yield row(
        "public-refused",
        "= refuses an address that does not begin with 192.168",
        set_("decide", refused("another network", lambda wish: wish.address not in _PRIVATE)),
    )


def _begins_in(first: range) -> Callable[[Wish], bool]:
    return lambda wish: wish.address.packed[0] in first


# What becomes of it.


def _changed(name: str, interface: Interface, change: Callable[[int], int]) -> Operator:
    """Another address; what followed from the right one stays."""
    setting = _setting(interface)

    def changed(_chip: object, changes: Any) -> Any:
        ip = changes[setting]
        address = IPv4Address(change(int(ip.address)) % 2**32)
        return {**changes, setting: replace(ip, address=address)}

    return made(name, changed)


def _other_on(interface: Interface) -> Operator:
    switch = "softap" if interface is STATION else "station"

    def changed(change: Any, chip: Any, settings: Settings, wish: Wish) -> Any:
        changes = change(chip, settings, wish)
        switches = changes.get("dhcp", settings.dhcp)
        return {**changes, "dhcp": replace(switches, **{switch: True})}

    return wrapped("other DHCP on", changed)


def _other_dhcp(interface: Interface) -> Operator:
    def changed(change: Any, chip: Any, settings: Settings, wish: Wish) -> Any:
        changes: Changes = change(chip, settings, wish)
        others = _other(interface).changes(chip, settings, NO_IP)
        return {**changes, "dhcp": others["dhcp"]}

    return wrapped("other DHCP", changed)


def _forgets_other(interface: Interface) -> Callable[[object, Any], Any]:
    return lambda _chip, changes: {**changes, _setting(_other(interface)): None}


def _effects(names: ScopedRows, interface: Interface) -> Iterator[Mutant]:
    def changes(word: str, says: str, operator: Operator) -> Mutant:
        return names.row(word, says, names.set("change", operator))

    if not (names.scope is CURRENT and interface is STATION):  # it shows only to one who has joined
        yield changes(
            "last-number-lost",
            "= sets an address whose last number is 0",
            _changed("last number lost", interface, lambda number: number & ~255),
        )
        yield changes(
            "last-number-plus-1",
            "= sets an address whose last number is 1 too large",
            _changed("off by one", interface, lambda number: number + 1),
        )
    yield changes("other-dhcp-on", "= switches the other interface's DHCP on", _other_on(interface))
    yield changes("dhcp-untouched", "= leaves DHCP as it is", unchanged("dhcp"))
    yield changes(
        "other-dhcp",
        "= does to the other interface's DHCP what it should do to its own",
        _other_dhcp(interface),
    )
    if not (names.scope is CURRENT and interface is SOFTAP):  # see OTHER_LOST
        yield _other_lost(names, interface)
    if names.scope.saves:
        yield names.row(
            "dhcp-in-ram-only",
            "= saves the address, but not what becomes of DHCP",
            names.set("save", given_unchanged("dhcp")),
        )


def _other_lost(names: ScopedRows, interface: Interface) -> Mutant:
    return names.row(
        "other-static-lost",
        "= forgets the static address of the other interface",
        names.set("change", made("the other's forgotten", _forgets_other(interface))),
    )


def _carried(interface: Interface) -> Callable[[Settings, Settings], Settings]:
    setting = _setting(interface)
    switch = "station" if interface is STATION else "softap"

    def carried(kept: Settings, before: Settings) -> Settings:
        ip = getattr(before, setting)
        if ip is None:
            return kept
        on = False if interface is STATION else before.dhcp.softap
        return replace(kept, **{setting: ip, "dhcp": replace(kept.dhcp, **{switch: on})})

    return carried


def _seen(scope: Scope, interface: Interface) -> bool:
    """Whether a query tells what is saved: of AT+CIPSTA= none does."""
    return scope.saves and not (scope is BARE and interface is STATION)


def _mutants(interface: Interface) -> Iterator[Mutant]:
    for names in rows(interface.base):
        yield from scoped(names, _carried(interface))
        yield needs_both(names)
        if _seen(names.scope, interface):
            yield saves_in_both_only(names)
        yield from _queries(names, interface)
        accepts = tuple(_accepts(names, interface))
        yield from accepts
        yield applies_though_refused(names, accepts)
        yield from _effects(names, interface)


MUTANTS: tuple[Mutant, ...] = tuple(one for each_ in INTERFACES for one in _mutants(each_))
FIRST_ADDRESS = mutant(
    "cipsta.first-address",
    "AT+CIPSTA? and AT+CIPSTA_CUR? tell the station's first address",
    *(names.query("show", made("stale", _first)) for names in rows(STATION.base)),
)


def _alone_ignored(change: Any, chip: Any, settings: Settings, wish: Wish) -> Any:
    changes: Changes = change(chip, settings, wish)
    return {**changes, "station_ip": settings.station_ip} if wish.gateway is None else changes


ALONE = tuple(
    names.row(
        "alone-ignored",
        "= answers OK to an address alone, and the station keeps the one from before",
        names.set("change", wrapped("alone ignored", _alone_ignored)),
    )
    for names in rows(STATION.base)
)
OTHER_LOST = tuple(
    _other_lost(names, SOFTAP) for names in rows(SOFTAP.base) if names.scope is CURRENT
)
"""It shows only when the station has joined."""
WHILE_JOINED = tuple(one for names in rows(STATION.base) for one in not_saved_while_joined(names))
WITH_GUESTS = tuple(one for names in rows(SOFTAP.base) for one in not_saved_with_guests(names))
