"""The mutants of AT+CIPSTAMAC and AT+CIPAPMAC, each under its three names (clauses 4.1.20 to
4.1.25).

Law: rows, and what they need.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..commands.mac import GROUP, INTERFACES, SAME, SOFTAP, STATION, ZERO, Interface
from ..line.command import BadParameter
from ..line.parameters import QUOTE, Parameters
from ..settings.addresses import mac_text
from ..settings.settings import Changes, Settings
from .mutant import Mutant, Operator
from .operators import (
    given,
    inside,
    instead,
    made,
    overlooked,
    refused,
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
    survives,
)
from .typed import parts, reread

_SIZE, _GROUP_BIT, _LOCAL_BIT = 6, 1, 2

FOREIGN = {
    "dashes": (re.compile(rb"[0-9A-Fa-f]{2}(-[0-9A-Fa-f]{2}){5}"), "with dashes for colons"),
    "no-colons": (re.compile(rb"[0-9A-Fa-f]{12}"), "without colons"),
    "short": (re.compile(rb"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){1,4}"), "of fewer than six bytes"),
    "long": (re.compile(rb"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){6,}"), "of more than six bytes"),
    "letters": (re.compile(rb"[0-9A-Za-z]{2}(:[0-9A-Za-z]{2}){5}"), "with letters beyond f"),
    "digit": (re.compile(rb"[0-9A-Fa-f]{1,2}(:[0-9A-Fa-f]{1,2}){5}"), "with a single digit"),
    "empty": (re.compile(rb""), "that is an empty string"),
}
"""Texts that are no MAC, as ids spell them, and what they are."""

_MAC = re.compile(rb"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}")
_DIGITS = {"upper": re.compile(rb"[A-F]"), "lower": re.compile(rb"[a-f]")}
"""Digits that may be refused, as ids spell them."""


def _own(interface: Interface, chip: Any) -> bytes:
    return interface.mac(chip.current, chip.personality.macs)


def _mended(text: bytes, before: bytes) -> bytes:
    """What a careless parser makes of a text that is no MAC: the rest stays as it was."""
    digits = re.sub(rb"[^0-9A-Fa-f:-]", b"0", text)
    found = [int(pair, 16) for pair in re.findall(rb"[0-9A-Fa-f]{1,2}", digits)][:_SIZE]
    return bytes(found) + before[len(found) :]


def _text_of(parameters: Parameters) -> bytes | None:
    """What stands between the quotes of the only parameter."""
    only = parts(parameters.source)
    quoted = len(only) == 1 and len(only[0]) > 1 and only[0][:1] == only[0][-1:] == QUOTE
    return only[0][1:-1] if quoted else None


def _read_as_mac(interface: Interface, word: str) -> Operator:
    shape, _says = FOREIGN[word]

    def mend(chip: Any, parameters: Parameters) -> Parameters:
        text = _text_of(parameters)
        if text is None or _MAC.fullmatch(text) or not shape.fullmatch(text):
            return parameters
        return reread(parameters, b'"%b"' % mac_text(_mended(text, _own(interface, chip))))

    return given(f"{word} mended", mend)


def _refused_digits(word: str) -> Operator:
    def read(parse: Any, chip: Any, parameters: Parameters) -> bytes:
        if _DIGITS[word].search(parameters.source):
            raise BadParameter(word)
        mac: bytes = parse(chip, parameters)
        return mac

    return wrapped(f"{word} refused", read)


def _other(interface: Interface) -> Interface:
    return SOFTAP if interface is STATION else STATION


def _other_reset(interface: Interface) -> Operator:
    def change(healthy: Any, chip: Any, settings: Settings, mac: bytes) -> Changes:
        unset: Changes = dict.fromkeys(_other(interface).changes(mac))  # type: ignore[assignment]
        changed: Changes = healthy(chip, settings, mac)
        return changed | unset

    return wrapped("other reset", change)


def _queries(names: ScopedRows, interface: Interface) -> Iterator[Mutant]:
    row, query = names.row, names.query
    yield no_prefix(names, "? prints the value without its name in front")
    yield row(
        "query-cut",
        "? leaves out the last byte of the address",
        query("fields", inside("cut", lambda text: text.rpartition(b":")[0])),
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
                lambda chip, settings: interface.other(settings, chip.personality.macs),
            )
        ),
    )
    yield row(
        "query-reversed",
        "? prints the bytes of the address in reverse",
        *names.shows(made("reversed", lambda _chip, mac: mac[::-1])),
    )
    yield row(
        "query-group-bit",
        "? prints the address with bit 0 of the first byte set",
        *names.shows(made("group bit", lambda _chip, mac: bytes((mac[0] | _GROUP_BIT, *mac[1:])))),
    )
    yield row(
        "query-dashes",
        "? prints dashes for colons",
        query("fields", inside("dashes", lambda text: text.replace(b":", b"-"))),
    )


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
    for word, (_shape, says) in FOREIGN.items():
        operator = _read_as_mac(interface, word)
        yield row(f"{word}-accepted", f"= takes an address {says}", set_("parse", operator))
    yield row(
        "group-accepted",
        "= takes a group's address (bit 0 of the first byte is 1)",
        set_("decide", overlooked(GROUP)),
    )
    yield row(
        "zero-accepted",
        "= takes the address 00:00:00:00:00:00",
        set_("decide", overlooked(ZERO)),
    )
    yield row(
        "same-accepted",
        "= takes the address that the other interface has",
        set_("decide", overlooked(SAME)),
    )
    yield row(
        "local-refused",
        "= refuses an address with bit 1 of the first byte set (1a:...)",
        set_("decide", refused("a local address", lambda mac: bool(mac[0] & _LOCAL_BIT))),
    )
    for word, digits in (("upper", "A to F"), ("lower", "a to f")):
        yield row(
            f"{word}-refused", f"= refuses the digits {digits}",
            set_("parse", _refused_digits(word)),
        )  # fmt: skip


def _effects(names: ScopedRows, interface: Interface) -> Iterator[Mutant]:
    row, set_ = names.row, names.set
    yield row(
        "last-byte-lost",
        "= sets an address whose last byte is 0",
        set_("change", given("last byte lost", lambda _chip, mac: mac[:-1] + b"\0")),
    )
    yield row(
        "last-byte-plus-1",
        "= sets an address whose last byte is 1 too large",
        set_(
            "change",
            given("off by one", lambda _chip, mac: mac[:-1] + bytes(((mac[-1] + 1) % 256,))),
        ),
    )
    yield row(
        "sets-other",
        "= sets the address of the other interface",
        set_(
            "change",
            instead(
                "other interface", lambda _chip, _settings, mac: _other(interface).changes(mac)
            ),
        ),
    )
    yield row(
        "other-reset",
        "= gives the other interface its own address back",
        set_("change", _other_reset(interface)),
    )


def _setting(interface: Interface) -> str:
    return "station_mac" if interface is STATION else "softap_mac"


def _mutants(interface: Interface) -> Iterator[Mutant]:
    for names in rows(interface.base):
        yield from scoped(names, survives(_setting(interface)))
        yield needs_both(names)
        yield from same_not_current(names)
        if names.scope.saves:
            yield saves_in_both_only(names)
        yield from _queries(names, interface)
        accepts = tuple(_accepts(names, interface))
        yield from accepts
        yield applies_though_refused(names, accepts)
        yield from _effects(names, interface)


MUTANTS: tuple[Mutant, ...] = tuple(one for each_ in INTERFACES for one in _mutants(each_))
WHILE_JOINED = tuple(one for names in rows(STATION.base) for one in not_saved_while_joined(names))
WITH_GUESTS = tuple(one for names in rows(SOFTAP.base) for one in not_saved_with_guests(names))
