"""The mutants of AT+CWMODE under its three names (clauses 4.1.1 to 4.1.3).

Law: rows, and what they need.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..commands.scope import SCOPES
from ..commands.wifimode import BASE, BOTH, MODE, SOFTAP, STATION
from ..line.command import Form
from ..settings.settings import Settings
from . import numbers
from .conditions import JOINED
from .memory import memory
from .mutant import Mutant, Mutation, Operator, mutant, stage
from .naming import spelled
from .numbers import Range
from .operators import constant, dropped, made, overlooked, wrapped
from .refusing import late, takes_effect
from .scopes import (
    ScopedRows,
    no_prefix,
    not_saved_while_joined,
    rows,
    same_not_current,
    scoped,
    survives,
)
from .sides import STATION_SIDE, stays

KNOWN, FOREIGN = (STATION, SOFTAP, BOTH), (0, 4)
RANGE = Range(MODE, 0, "", lambda mode: mode, STATION, KNOWN, ())
"""Foreign modes are taken below: what is taken for a mode and is none changes nothing."""


def _another(chip: Any, _mode: int) -> int:
    return BOTH if chip.current.mode != BOTH else SOFTAP


def _no_mode(mode: int) -> Operator:
    """Where this is wanted, nothing changes."""

    def change(healthy: Any, chip: Any, settings: Settings, wanted: int) -> Any:
        return {} if wanted == mode else healthy(chip, settings, wanted)

    return wrapped(f"{mode} changes nothing", change)


def _pretended(healthy: Any, chip: Any, settings: Settings, mode: int) -> Any:
    memory(chip)["pretended mode"] = mode
    return {}


def _shown(chip: Any, mode: int) -> int:
    shown: int = memory(chip).get("pretended mode", mode)
    return shown


def _shown_only(names: ScopedRows) -> Mutant:
    shown = made("pretended", _shown)
    return names.row(
        "shown-only",
        "= sets what is shown; station and softAP stay as they were",
        names.set("change", wrapped("pretended", _pretended)),
        *(Mutation(stage(each.name(BASE), Form.QUERY, "show"), shown) for each in SCOPES),
    )


def _modes(names: ScopedRows) -> Iterator[Mutant]:
    row = names.row
    yield row(
        "test-range",
        "=? shows a range that lacks mode 3",
        names.test("show", constant(b"(1-2)")),
    )
    yield row(
        "test-without-2",
        "=? shows a list of values that lacks mode 2",
        names.test("show", constant(b"(1,3)")),
    )
    for mode in KNOWN:
        says = f"={mode} answers OK and changes nothing"
        yield row(f"{mode}-not-applied", says, names.set("change", _no_mode(mode)))
    for mode in FOREIGN:
        yield row(
            f"{spelled(mode)}-accepted",
            f"= takes the value {mode}",
            names.set("decide", overlooked(MODE.reason(mode))),
            names.set("change", _no_mode(mode)),
        )
    yield _shown_only(names)
    yield no_prefix(names, "? prints the bare number")
    yield row(
        "query-no-digit", "? prints its prefix without a number",
        names.query("fields", constant((b"",))),
    )  # fmt: skip
    yield row(
        "query-mode-0", "? shows mode 0 whatever the mode is", names.query("show", constant(0))
    )


def _mutants() -> Iterator[Mutant]:
    for names in rows(BASE):
        yield from scoped(names, survives("mode"), (Form.QUERY, Form.TEST))
        yield from same_not_current(names)
        accepts = (*_modes(names), *numbers.of_all(names.name, (RANGE,)))
        yield from accepts
        yield names.row(
            "refused-takes-effect",
            "= answers ERROR to a wrong mode, but changes to another one",
            names.set("refuse", takes_effect(_another)),
            late(names.name, accepts),
        )


MUTANTS: tuple[Mutant, ...] = tuple(_mutants())
STAYS = mutant(
    "station.in-softap-mode",
    "the station stays where it is in softAP mode",
    *(names.set("follow", dropped) for names in rows(BASE)),
    Mutation(STATION_SIDE, stays(STATION), JOINED),
)


def _leases_lost(change: Any, chip: Any, settings: Any, mode: int) -> Any:
    return {**change(chip, settings, mode), "leases": None}


def _lost_without_softap(change: Any, chip: Any, settings: Any, mode: int) -> Any:
    changed = change(chip, settings, mode)
    return {**changed, "leases": None} if mode == STATION else changed


LEASES_LOST = (
    mutant(
        "softap-dhcp.range-lost-with-mode",
        "another Wi-Fi mode takes back the range of the DHCP server",
        *(names.set("change", wrapped("leases lost", _leases_lost)) for names in rows(BASE)),
    ),
    mutant(
        "softap-dhcp.range-lost-without-softap",
        "station mode takes back the range of the DHCP server",
        *(
            names.set("change", wrapped("leases lost without softAP", _lost_without_softap))
            for names in rows(BASE)
        ),
    ),
)
WHILE_JOINED = tuple(each for names in rows(BASE) for each in not_saved_while_joined(names))
