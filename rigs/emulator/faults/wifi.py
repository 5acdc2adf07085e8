"""The faults of AT+CWMODE and AT+CWSAP under their three names each.

Law: ids and sentences; the places that ask are `commands/scope.py`, `wifimode.py`, `softap.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..commands import softap, wifimode
from ..commands.scope import SCOPES, Scope
from ..commands.softap import FIELDS
from . import numeric, shapes
from .active import Fault
from .scoped import same_not_current, scoped


def _mode(scope: Scope) -> Iterator[tuple[str, str]]:
    yield from same_not_current(scope)
    yield "test-range", "=? shows a range that lacks mode 3"
    yield "refused-takes-effect", "= answers ERROR to a wrong mode, but changes to another one"
    for mode in wifimode.MODE.known:
        yield f"{mode}-not-applied", f"={mode} answers OK and changes nothing"
    yield "shown-only", "= sets what is shown; station and softAP stay as they were"
    yield "query-no-prefix", "? prints the bare number"
    yield "query-no-digit", "? prints its prefix without a number"
    yield "query-mode-0", "? shows mode 0 whatever the mode is"


def _softap(scope: Scope) -> Iterator[tuple[str, str]]:
    for field in FIELDS:
        yield f"{field}-not-applied", f"= answers OK, but <{field}> stays as it was"
        yield f"{field}-not-shown", f"? shows the factory's <{field}> whatever is set"
        if scope.saves:
            yield f"{field}-not-saved", f"= takes effect, but <{field}> is not saved"
    yield "refused-takes-effect", "= answers ERROR to a value it refuses, yet all of it applies"
    yield "password-7-accepted", "= takes a password of fewer than 8 bytes for a secured softAP"
    yield "password-8-bit-cut", "= answers OK, but drops bytes above 127 from the password"
    yield "max-default-0", "= allows no station if <max conn> is left out"
    yield "hidden-default-kept", "= leaves <ssid hidden> as it was if it is left out"
    yield "open-needs-password", "= refuses an open softAP without a password"
    yield "set-in-station-mode", "= works in station mode"
    yield "query-in-station-mode", "? works in station mode"
    yield "query-unquoted", "? prints SSID and password without quotes"
    yield "query-four-fields", "? leaves out <max conn> and <ssid hidden>"
    yield "query-no-prefix", "? prints the values without a prefix"


def _faults() -> Iterator[Fault]:
    for base, own in (("+CWMODE", _mode), ("+CWSAP", _softap)):
        for scope in SCOPES:
            for word, says in (*scoped(scope), *own(scope)):
                yield Fault(f"{scope.slug(base)}.{word}", f"AT{scope.name(base)}{says}")
    for scope in SCOPES:
        slug, typed = scope.slug(wifimode.BASE), f"AT{scope.name(wifimode.BASE)}="
        yield from numeric.families(slug, typed, (wifimode.MODE,))
    for scope in SCOPES:
        slug, typed = scope.slug(softap.BASE), f"AT{scope.name(softap.BASE)}="
        yield from shapes.families(slug, typed, softap.SHAPES, softap.REQUIRED)


FAULTS: tuple[Fault, ...] = tuple(_faults())
