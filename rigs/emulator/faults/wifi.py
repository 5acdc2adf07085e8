"""The faults of AT+CWMODE and AT+CWSAP under their three names each.

Law: ids and sentences; the places that ask are `commands/scope.py`, `wifimode.py`, `softap.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..commands.scope import SCOPES, Scope
from ..commands.softap import FIELDS
from .active import Fault

_LEGAL = {"channel": (1, 6, 13), "ecn": (0, 2, 3, 4), "max": (1, 4), "hidden": (0, 1)}
_ILLEGAL = {"channel": (0, 14), "ecn": (1, 5), "max": (0, 5), "hidden": (2,)}


def _stores(scope: Scope, base: str) -> Iterator[tuple[str, str]]:
    """Faults of where a value is read from and written to."""
    other = "the value in RAM" if scope.queries_saved else "the saved value"
    shown = "current" if scope.queries_saved else "saved"
    yield f"query-shows-{shown}", f"? shows {other}"
    yield "query-other-name", "? prints another of the three names in front"
    if scope.saves:
        yield "not-current", "= saves the value, but it does not take effect before the next boot"
        yield "not-saved", "= takes effect, but the value is not saved"
        yield "lost-over-rst", "= saves the value in a copy that any restart loses"
        yield "lost-over-power-cycle", "= saves the value in a copy that a loss of power loses"
    else:
        yield "saved-too", "= also saves the value"
        yield "survives-rst", "= sets a value that survives AT+RST"


def _mode(scope: Scope) -> Iterator[tuple[str, str]]:
    yield "test-range", "=? shows a range that lacks mode 3"
    for mode in (0, 4):
        yield f"{mode}-accepted", f"={mode} answers OK and changes nothing"
    for mode in (1, 2, 3):
        yield f"{mode}-refused", f"={mode} answers ERROR"


def _softap(scope: Scope) -> Iterator[tuple[str, str]]:
    for field in FIELDS:
        yield f"{field}-not-applied", f"= answers OK, but <{field}> stays as it was"
    for field, values in _ILLEGAL.items():
        for value in values:
            yield f"{field}-{value}-accepted", f"= takes <{field}> {value}"
    for field, values in _LEGAL.items():
        for value in values:
            yield f"{field}-{value}-refused", f"= refuses <{field}> {value}"
    yield "ssid-33-accepted", "= takes an SSID of 33 bytes"
    yield "password-7-accepted", "= takes a password of fewer than 8 bytes for a secured softAP"
    yield "password-65-accepted", "= takes a password of 65 bytes"
    yield "open-needs-password", "= refuses an open softAP without a password"
    yield "set-in-station-mode", "= works in station mode"
    yield "query-in-station-mode", "? works in station mode"
    yield "query-unquoted", "? prints SSID and password without quotes"
    yield "query-four-fields", "? leaves out <max conn> and <ssid hidden>"


def _faults() -> Iterator[Fault]:
    for base, own in (("+CWMODE", _mode), ("+CWSAP", _softap)):
        for scope in SCOPES:
            for word, says in (*_stores(scope, base), *own(scope)):
                yield Fault(f"{scope.slug(base)}.{word}", f"AT{scope.name(base)}{says}")


FAULTS: tuple[Fault, ...] = tuple(_faults())
