"""The mutants of AT+CWDHCPS_CUR and AT+CWDHCPS_DEF (clauses 4.1.17 and 4.1.18).

Law: rows, and what they need.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from ..commands.leases import (
    BASE,
    MINUTES,
    NO_SOFTAP,
    OTHER_NETWORK,
    OWN_ADDRESS,
    OWN_SCOPES,
    REVERSED,
    SERVER_OFF,
)
from ..ip.interfaces import leases
from ..line.parameters import QUOTE, Parameters
from ..settings.addresses import DhcpSwitches, Leases, ip_text
from ..settings.settings import Changes, Settings
from .mutant import Mutant, Operator, mutant
from .naming import spelled
from .operators import (
    given,
    off_by_one,
    overlooked,
    refused,
    swapped,
    truncated,
    without,
    wrapped,
)
from .parameters import BareTexts, SurplusIgnored, reads
from .refusing import applies_though_refused, does
from .scopes import (
    ScopedRows,
    no_prefix,
    not_saved_with_guests,
    rows,
    scoped,
    survives,
)
from .sides import LEFT_IN_THE_AIR, leave_in_the_air
from .typed import Mend, mended, parts, reread, rewritten

KNOWN_MINUTES, FOREIGN_MINUTES = (1, 3, 2880), (-1, 0, 2881)
FOREIGN_ENABLES = (-1, 2)
_LAST_HOST = 254

_NUMBER = re.compile(rb"-?[0-9]+")


def _is(part: bytes, value: int) -> bool:
    return bool(_NUMBER.fullmatch(part)) and int(part) == value


def _for_1(value: int) -> Mend:
    return lambda part: b"1" if _is(part, value) else part


def _one_alone(typed: list[bytes]) -> list[bytes]:
    return [b"0"] if len(typed) == 1 and _is(typed[0], 1) else typed


def _last_is_first(typed: list[bytes]) -> list[bytes]:
    return [*typed, typed[2]] if len(typed) == 3 else typed


def _zero_alone(_chip: object, parameters: Parameters) -> Parameters:
    """Behind a 0 nothing is read."""
    first = _NUMBER.match(parameters.source)
    zero = first is not None and int(first[0]) == 0
    return reread(parameters, first[0]) if first and zero else parameters


def _now(chip: Any) -> Leases:
    return leases(chip.current, chip.personality.ips)


def _words_for_addresses(chip: Any, parameters: Parameters) -> Parameters:
    """What is no address is taken for the first one."""
    typed = parts(parameters.source)
    for at, part in enumerate(typed[2:4], start=2):
        text = part[1:-1] if len(part) > 1 and part[:1] == part[-1:] == QUOTE else None
        if text is not None and chip.personality.ips.parsed(text) is None:
            typed[at] = b'"%b"' % ip_text(_now(chip).first)
    return reread(parameters, b",".join(typed))


def _kept(field: str) -> Operator:
    def change(chip: Any, wanted: Leases | None) -> Leases | None:
        return wanted and replace(wanted, **{field: getattr(_now(chip), field)})

    return given(f"kept {field}", change)


def _unless_given_up(change: Any, chip: Any, settings: Settings, wanted: Leases | None) -> Any:
    return {} if wanted is None else change(chip, settings, wanted)


def _stopping(change: Any, chip: Any, settings: Settings, wanted: Leases | None) -> Any:
    off = DhcpSwitches(softap=False, station=settings.dhcp.station)
    return change(chip, settings, wanted) | Changes(dhcp=off)


def _astray(chip: Any, wanted: Leases | None) -> None:
    leave_in_the_air(chip, leases=wanted)


def _queries(names: ScopedRows) -> Iterator[Mutant]:
    row = names.row
    yield no_prefix(names, "? prints the values without the name in front")
    yield row(
        "query-plus-1", "? shows a lease time that is 1 too large",
        *names.shows(off_by_one("minutes")),
    )  # fmt: skip
    yield row(
        "query-range-reversed", "? shows the end of the range before its start",
        *names.shows(swapped("first", "last")),
    )  # fmt: skip
    yield row("query-no-minutes", "? leaves out the lease time", names.query("fields", without(0)))
    yield row(
        "query-no-last", "? leaves out the end of the range", names.query("fields", truncated(2))
    )
    yield row(
        "query-in-station-mode", "? works in station mode",
        names.query("available", overlooked(NO_SOFTAP)),
    )  # fmt: skip


def _parameters(names: ScopedRows) -> Iterator[Mutant]:
    def read(word: str, says: str, *operators: Operator) -> Mutant:
        return names.row(word, says, *(names.set("parse", each) for each in operators))

    yield read("unquoted-accepted", "= takes its text without quotes", reads(BareTexts))
    yield read(
        "surplus-accepted", "= ignores whatever follows the last parameter",
        reads(SurplusIgnored), given("0 alone", _zero_alone),
    )  # fmt: skip
    for value in FOREIGN_ENABLES:
        yield read(
            f"{spelled(value)}-accepted", f"= takes <enable> {value} for 1",
            mended(f"{value} for 1", {0: _for_1(value)}),
        )  # fmt: skip
    yield read(
        "1-alone-accepted", "=1 is taken without the other parameters",
        rewritten("1 alone", _one_alone),
    )  # fmt: skip
    yield read(
        "last-missing-accepted", "= is taken without the end of the range",
        rewritten("last is first", _last_is_first),
    )  # fmt: skip
    yield read(
        "word-accepted", "= takes a word for an address",
        given("words for addresses", _words_for_addresses),
    )  # fmt: skip


def _decisions(names: ScopedRows) -> Iterator[Mutant]:
    def decides(word: str, says: str, operator: Operator) -> Mutant:
        return names.row(word, says, names.set("decide", operator))

    def lasts(minutes: int) -> Callable[[Leases | None], bool]:
        return lambda wanted: wanted is not None and wanted.minutes == minutes

    yield names.row(
        "set-in-station-mode", "= works in station mode",
        names.set("available", overlooked(NO_SOFTAP)),
    )  # fmt: skip
    yield names.row(
        "set-without-dhcp", "= works while the softAP's DHCP server is off",
        names.set("available", overlooked(SERVER_OFF)),
    )  # fmt: skip
    for value in KNOWN_MINUTES:
        operator = refused(MINUTES.reason(value), lasts(value))
        yield decides(
            f"lease-{spelled(value)}-refused", f"= refuses a lease time of {value}", operator
        )
    for value in FOREIGN_MINUTES:
        operator = overlooked(MINUTES.reason(value))
        yield decides(
            f"lease-{spelled(value)}-accepted", f"= takes a lease time of {value}", operator
        )
    yield decides("0-refused", "=0 answers ERROR", refused("0", lambda wanted: wanted is None))
    yield decides(
        "1-refused", "=1,... answers ERROR", refused("1", lambda wanted: wanted is not None)
    )
    yield decides(
        "other-network-accepted",
        "= takes addresses of another network than the softAP's",
        overlooked(OTHER_NETWORK),
    )
    yield decides(
        "end-refused",
        "= refuses a range that goes to the last address of the network",
        refused("the last one", lambda wanted: wanted and int(wanted.last) & 255 == _LAST_HOST),
    )
    yield decides(
        "reversed-accepted",
        "= takes a range whose end comes before its start",
        overlooked(REVERSED),
    )
    yield decides(
        "own-address-accepted",
        "= takes a range that holds the softAP's own address",
        overlooked(OWN_ADDRESS),
    )


def _effects(names: ScopedRows) -> Iterator[Mutant]:
    def changes(word: str, says: str, operator: Operator) -> Mutant:
        return names.row(word, says, names.set("change", operator))

    yield changes(
        "0-not-applied",
        "=0 answers OK, but the range stays as it was set",
        wrapped("unless given up", _unless_given_up),
    )
    kept_parts = {
        "minutes": "the lease time",
        "first": "the start of the range",
        "last": "the end of the range",
    }
    for field, what in kept_parts.items():
        says = f"= answers OK, but {what} stays as it was"
        yield changes(f"{field}-not-applied", says, _kept(field))
    yield changes(
        "stops-dhcp",
        "= switches the softAP's DHCP server off",
        wrapped("stopping", _stopping),
    )


def _mutants() -> Iterator[Mutant]:
    for names in rows(BASE, OWN_SCOPES):
        yield from scoped(names, survives("leases"))
        yield from _queries(names)
        accepts = (*_parameters(names), *_decisions(names))
        yield from accepts
        yield applies_though_refused(names, accepts)
        yield from _effects(names)


MUTANTS: tuple[Mutant, ...] = tuple(_mutants())
WITH_GUESTS = tuple(one for names in rows(BASE, OWN_SCOPES) for one in not_saved_with_guests(names))
ON_THE_NETWORK = (
    mutant(
        "softap-dhcp.refused-applies",
        "AT+CWDHCPS= that is an ERROR changes what it hands out",
        *LEFT_IN_THE_AIR,
        *(names.set("refuse", does(_astray)) for names in rows(BASE, OWN_SCOPES)),
    ),
)
