"""The mutants that every setting under its three names can have: where a value is read from and
written to.

Law: one family for every name, whatever the setting is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from ..commands import dhcp, join, leases, mac, softap, staticip, uart, wifimode
from ..commands.scope import BARE, CURRENT, DEFAULT, SCOPES, Scope
from ..line.command import Form
from ..settings.settings import Settings, taken
from .boot import carried as carried_over
from .conditions import JOINED, NOT_BOTH, WITH_GUESTS
from .keeping import COPIES, SAVED_AGAIN, Lifetime, copied
from .mutant import Mutant, Mutation, Operator, mutant, stage
from .operators import constant, dropped, made, refused, wrapped
from .rows import Rows

Carried = Callable[[Settings, Settings], Settings]
"""(what is saved, what RAM held) -> what a boot begins with."""


class ScopedRows(Rows):
    """The rows of one setting under one of its names; `base` is `+CWSAP`."""

    def __init__(self, base: str, scope: Scope) -> None:
        super().__init__(scope.name(base))
        self.base, self.scope = base, scope


def rows(base: str, scopes: Sequence[Scope] = SCOPES) -> Iterator[ScopedRows]:
    """A setting's names."""
    return (ScopedRows(base, scope) for scope in scopes)


OTHER_SCOPE = Operator("other scope", lambda saved: not saved)


def scoped(
    names: ScopedRows, carried: Carried, labels: Sequence[Form] = (Form.QUERY,)
) -> Iterator[Mutant]:
    """The family of one name.  `labels`: the forms that print it."""
    row, scope = names.row, names.scope
    if scope is DEFAULT:
        yield row(
            "query-shows-current",
            "? shows the value in RAM",
            names.query("saved", OTHER_SCOPE),
        )
    else:
        yield row(
            "query-shows-saved",
            "? shows the saved value",
            names.query("saved", OTHER_SCOPE),
        )
    yield other_name(names, labels)
    yield from stored(names, "the value", "= sets a value that survives AT+RST", carried)


def other_name(names: ScopedRows, labels: Sequence[Form] = (Form.QUERY,)) -> Mutant:
    """Forms that print the value under another name than was typed."""
    return names.row(
        "query-other-name",
        "? prints another of the three names in front",
        *(Mutation(stage(names.name, kind, "label"), _other_name(names)) for kind in labels),
    )


def stored(names: ScopedRows, what: str, survives: str, carried: Carried) -> Iterator[Mutant]:
    """Where it is written to.  `what`: the value in sentences; `survives`: such a sentence."""
    row, scope, this = names.row, names.scope, what.replace("the", "this", 1)
    if not scope.saves:
        yield row(
            "saved-too",
            f"= also saves {what}",
            names.set("saves", _TRUE),
        )
        yield row(
            "survives-rst",
            survives,
            *carried_over(carried),
        )
        return
    yield row(
        "not-current",
        f"= saves {what}, but it does not take effect before the next boot",
        names.set("apply", dropped),
    )
    yield row("not-saved", f"= takes effect, but {what} is not saved", names.set("save", dropped))
    yield row(
        "lost-over-rst",
        f"= saves {what} in a copy that any restart loses",
        names.set("save", copied(Lifetime.UNTIL_BOOT)),
        COPIES,
    )
    yield row(
        "lost-over-power-cycle",
        f"= saves {what} in a copy that a loss of power loses",
        names.set("save", copied(Lifetime.UNTIL_POWER_LOSS)),
        COPIES,
    )
    yield row(
        "rewrites-same",
        f"= writes the flash although it holds {this} already",
        names.set("save", SAVED_AGAIN),
    )


_TRUE = Operator("saved, too", lambda _saves: True)


def _other_name(names: ScopedRows) -> Operator:
    own, base = names.name.encode("ascii"), names.base.encode("ascii")
    other = base if names.scope.suffix == "_CUR" else base + b"_CUR"
    return made("other name", lambda _chip, label: label.replace(own, other, 1))


def no_prefix(names: ScopedRows, says: str) -> Mutant:
    """A query that does not say what its value is of."""
    return names.row("query-no-prefix", says, names.query("label", constant(b"")))


def same_not_current(names: ScopedRows) -> Iterator[Mutant]:
    """Of a bare name whose value another query shows in force."""
    if names.scope is BARE:
        yield names.row(
            "same-not-current",
            "= takes no effect if the value is the saved one already",
            names.set("change", wrapped("unless it is saved", _unless_saved)),
        )


def _unless_saved(change: Any, chip: Any, settings: Settings, wanted: Any) -> Any:
    """What becomes of RAM: nothing, if what is saved stays as it is."""
    kept = chip.store.read()
    same = all(getattr(kept, name) == new for name, new in change(chip, kept, wanted).items())
    return {} if same and settings is chip.current else change(chip, settings, wanted)


def needs_both(names: ScopedRows) -> Mutant:
    """A set form that wants an interface that it is not for."""
    return names.row(
        "needs-both",
        "= is refused unless station and softAP are both enabled",
        names.set("available", refused("not both", lambda _chip: True), NOT_BOTH),
    )


def saves_in_both_only(names: ScopedRows) -> Mutant:
    """An address that is saved only in mode 3."""
    return names.row(
        "saves-in-both-only",
        "= saves the address only while station and softAP are both enabled",
        names.set("save", dropped, NOT_BOTH),
    )


def not_saved_while_joined(names: ScopedRows) -> Iterator[Mutant]:
    """Of a setting of the station."""
    if names.scope.saves:
        yield names.row(
            "not-saved-while-joined",
            "= of a station that has joined does not save",
            names.set("save", dropped, JOINED),
        )


def not_saved_with_guests(names: ScopedRows) -> Iterator[Mutant]:
    """Of a setting of the softAP."""
    if names.scope.saves:
        yield names.row(
            "not-saved-with-guests",
            "= does not save while a station is on the softAP",
            names.set("save", dropped, WITH_GUESTS),
        )


def survives(*settings: str) -> Carried:
    """These settings begin as they were before a restart by software."""
    return lambda kept, before: replace(kept, **taken(before, *settings))


_BASES = (
    wifimode.BASE,
    softap.BASE,
    dhcp.BASE,
    leases.BASE,
    uart.BASE,
    join.BASE,
    *(each.base for each in (*mac.INTERFACES, *staticip.INTERFACES)),
)

CURRENT_SAVED = mutant(
    "flash.current-saved",
    "what is set for now is saved, too",
    *(Mutation(stage(CURRENT.name(base), Form.SET, "saves"), _TRUE) for base in _BASES),
)
