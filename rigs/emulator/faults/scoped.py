"""The faults that every setting under its three names can have (asked for in `asking/scope.py`).

Law: one family for every name, whatever the setting is.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..asking.scope import Scope


def same_not_current(scope: Scope) -> Iterator[tuple[str, str]]:
    """The fault of a bare name whose value another query shows in force."""
    if scope.saves and not scope.queries_saved:
        yield "same-not-current", "= takes no effect if the value is the saved one already"


def scoped(scope: Scope) -> Iterator[tuple[str, str]]:
    """Words and sentences of the faults of where a value is read from and written to."""
    other = "the value in RAM" if scope.queries_saved else "the saved value"
    shown = "current" if scope.queries_saved else "saved"
    yield f"query-shows-{shown}", f"? shows {other}"
    yield "query-other-name", "? prints another of the three names in front"
    if scope.saves:
        yield "not-current", "= saves the value, but it does not take effect before the next boot"
        yield "not-saved", "= takes effect, but the value is not saved"
        yield "lost-over-rst", "= saves the value in a copy that any restart loses"
        yield "lost-over-power-cycle", "= saves the value in a copy that a loss of power loses"
        yield "rewrites-same", "= writes the flash although it holds this value already"
    else:
        yield "saved-too", "= also saves the value"
        yield "survives-rst", "= sets a value that survives AT+RST"
