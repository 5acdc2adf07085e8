"""The mutants of AT+CWDHCP under its three names (clauses 4.1.14 to 4.1.16).

Law: rows, and what they need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from operator import attrgetter
from typing import Any

from ..commands.dhcp import (
    BASE,
    BOTH,
    ENABLE,
    MODE,
    NO_INTERFACE,
    SOFTAP,
    STATION,
    Switching,
)
from ..settings.addresses import DhcpSwitches
from ..settings.settings import Changes, Settings
from . import numbers
from .mutant import Mutant, Operator
from .numbers import Range
from .operators import each, fixed, given, made, swapped, unchanged, wrapped
from .refusing import late, takes_effect
from .scopes import (
    ScopedRows,
    needs_both,
    no_prefix,
    not_saved_while_joined,
    rows,
    same_not_current,
    scoped,
    survives,
)

NUMBERS = (
    Range(MODE, 0, "mode", attrgetter("mode"), BOTH, (0, 1, 2), (-1, 3)),
    Range(ENABLE, 1, "en", attrgetter("enable"), 1, (0, 1), (-1, 2)),
)
DEFAULTS = [one.written for one in NUMBERS]
"""What a careless parser assumes of numbers that are missing."""


def _meant(name: str, change: Callable[[Switching], Switching]) -> Operator:
    """The numbers mean other switches."""
    return made(name, lambda _chip, wanted: change(wanted))


def _means(mode: int, softap: bool, station: bool) -> Operator:
    return _meant(
        f"{mode} means {softap}, {station}",
        lambda wanted: (
            replace(wanted, softap=softap, station=station) if wanted.mode == mode else wanted
        ),
    )


def _not_switched(name: str, applies: Callable[[Switching], bool], *switches: str) -> Operator:
    """Some switches are not touched."""

    def change(_chip: object, wanted: Switching) -> Switching:
        return replace(wanted, **dict.fromkeys(switches, False)) if applies(wanted) else wanted

    return given(name, change)


def _other(_chip: object, wanted: Switching) -> Switching:
    """What somebody switches who misunderstands everything."""
    return Switching(
        wanted.mode,
        int(not wanted.enable),
        softap=wanted.mode != STATION,
        station=wanted.mode != SOFTAP,
    )


def _inverted(_chip: object, switches: DhcpSwitches) -> DhcpSwitches:
    return DhcpSwitches(softap=not switches.softap, station=not switches.station)


def _unless_static(change: Any, chip: Any, settings: Settings, wanted: Switching) -> Changes:
    changes: Changes = change(chip, settings, wanted)
    if wanted.enable:
        changes["dhcp"] = DhcpSwitches(
            softap=changes["dhcp"].softap and settings.softap_ip is None,
            station=changes["dhcp"].station and settings.station_ip is None,
        )
    return changes


def _dropping_static(change: Any, chip: Any, settings: Settings, wanted: Switching) -> Changes:
    changes: Changes = change(chip, settings, wanted)
    if not wanted.enable and wanted.station:
        changes["station_ip"] = None
    if not wanted.enable and wanted.softap:
        changes["softap_ip"] = None
    return changes


def _numbers_only(why: tuple[str, ...]) -> bool:
    return NO_INTERFACE not in why


def _more(field: bytes) -> bytes:
    return b"%d" % (int(field) + 1)


def _queries(names: ScopedRows) -> Iterator[Mutant]:
    row, query = names.row, names.query
    yield no_prefix(names, "? prints the value without its name in front")
    yield row(
        "query-bits-swapped",
        "? shows the station's switch in bit 0, the softAP's in bit 1",
        query("show", swapped("softap", "station")),
    )
    yield row(
        "query-inverted", "? shows 1 for off and 0 for on",
        query("show", made("inverted", _inverted)),
    )  # fmt: skip
    yield row(
        "query-plus-1", "? shows a number that is 1 too large",
        query("fields", each("off by one", _more)),
    )  # fmt: skip
    yield row("query-softap-only", "? shows bit 0 alone", query("show", fixed(station=False)))
    yield row(
        "query-no-digit", "? prints its name without a number",
        query("fields", each("nothing", lambda _field: b"")),
    )  # fmt: skip


def _meanings(names: ScopedRows) -> Iterator[Mutant]:
    row = names.row

    def means(word: str, says: str, operator: Operator) -> Mutant:
        return row(word, says, names.set("parse", operator))

    yield means(
        "mode-swapped",
        "= switches the station for <mode> 0 and the softAP for 1",
        swapped("softap", "station"),
    )
    yield means("both-means-softap", "=2,<en> switches the softAP alone", _means(BOTH, True, False))
    yield means(
        "both-means-station", "=2,<en> switches the station alone", _means(BOTH, False, True)
    )
    yield means("softap-means-both", "=0,<en> switches both", _means(SOFTAP, True, True))
    yield means("station-means-both", "=1,<en> switches both", _means(STATION, True, True))


def _forgets_other(change: Any, chip: Any, settings: Settings, wanted: Switching) -> Changes:
    changes: Changes = change(chip, settings, wanted)
    if not wanted.softap:
        changes["softap_ip"] = None
    if not wanted.station:
        changes["station_ip"] = None
    return changes


def _effects(names: ScopedRows) -> Iterator[Mutant]:
    row = names.row

    def changes(word: str, says: str, operator: Operator) -> Mutant:
        return row(word, says, names.set("change", operator))

    yield changes(
        "softap-not-applied",
        "= answers OK, but the softAP's switch stays as it was",
        _not_switched("softAP kept", lambda _wanted: True, "softap"),
    )
    yield changes(
        "station-not-applied",
        "= answers OK, but the station's switch stays as it was",
        _not_switched("station kept", lambda _wanted: True, "station"),
    )
    for on, says in ((0, "off"), (1, "on")):
        yield changes(
            f"en-{on}-not-applied",
            f"=<mode>,{on} answers OK and switches nothing {says}",
            _not_switched(
                f"{on} ignored", lambda wanted, on=on: bool(wanted.enable) is bool(on),  # type: ignore[misc]
                "softap", "station",
            ),
        )  # fmt: skip
    yield changes(
        "en-inverted",
        "= switches off for <en> 1 and on for 0",
        given("inverted", lambda _chip, wanted: replace(wanted, enable=int(not wanted.enable))),
    )
    yield changes(
        "off-after-static",
        "=<mode>,1 does not switch on where a static address was set",
        wrapped("unless static", _unless_static),
    )
    yield changes(
        "other-static-lost",
        "= of one interface forgets the static address of the other one",
        wrapped("the other's forgotten", _forgets_other),
    )
    yield changes(
        "off-drops-static",
        "=<mode>,0 forgets a static address",
        wrapped("dropping static", _dropping_static),
    )
    yield changes(
        "static-stays",
        "=<mode>,1 leaves a static address in force",
        unchanged("softap_ip", "station_ip"),
    )


def _mutants() -> Iterator[Mutant]:
    for names in rows(BASE):
        yield from scoped(names, survives("dhcp"))
        yield needs_both(names)
        yield from same_not_current(names)
        yield from _queries(names)
        yield from _meanings(names)
        yield from _effects(names)
        accepts = (*numbers.of_all(names.name, NUMBERS), numbers.missing(names.name, DEFAULTS))
        yield from accepts
        yield names.row(
            "refused-takes-effect",
            "= answers ERROR where it has to, yet switches",
            names.set("refuse", takes_effect(_other, late=_numbers_only)),
            late(names.name, (*accepts, numbers.unlimited(names.name, NUMBERS))),
        )


MUTANTS: tuple[Mutant, ...] = tuple(_mutants())
WHILE_JOINED = tuple(one for names in rows(BASE) for one in not_saved_while_joined(names))
