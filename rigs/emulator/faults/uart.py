"""The faults of AT+UART, AT+UART_CUR and AT+UART_DEF.

Law: ids and sentences; the places that ask are `commands/uart.py`, `scope.py`, `numbers.py` and
`board.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..asking.scope import SCOPES, Scope
from ..commands.uart import BASE, FIELDS
from .active import Fault
from .numeric import families


def _stores(scope: Scope) -> Iterator[tuple[str, str]]:
    """Faults of what is saved."""
    if not scope.saves:
        yield "saved-too", "= also saves the setting"
        yield "survives-rst", "= makes a setting that survives AT+RST"
        return
    yield "not-current", "= saves the setting, but it does not take effect before the next boot"
    yield "not-saved", "= takes effect, but the setting is not saved"
    yield "lost-over-rst", "= saves the setting in a copy that any restart loses"
    yield "lost-over-power-cycle", "= saves the setting in a copy that a loss of power loses"
    yield "rewrites-same", "= writes the flash although it holds this setting already"
    for field in FIELDS:
        yield f"{field.name}-not-saved", f"= takes effect, but <{field.name}> is not saved"


def _effects() -> Iterator[tuple[str, str]]:
    """Faults of what takes effect, and when."""
    yield "ok-at-new-setting", "= switches before it answers: OK comes in the new setting"
    yield "reverts", "= takes effect for 50 ms, then the setting of the last start is back"
    yield "refused-takes-effect", "= answers ERROR where it has to, yet what it could read applies"
    for field in FIELDS:
        yield f"{field.name}-not-applied", f"= answers OK, but <{field.name}> stays as it was"


def _faults() -> Iterator[Fault]:
    for scope in SCOPES:
        slug, typed = scope.slug(BASE), f"AT{scope.name(BASE)}"
        for word, says in (*_stores(scope), *_effects()):
            yield Fault(f"{slug}.{word}", typed + says)
        yield from families(slug, f"{typed}=", FIELDS)


FAULTS: tuple[Fault, ...] = tuple(_faults())
