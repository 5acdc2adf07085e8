"""The faults of the station's commands: joining, scanning.

Law: ids and sentences; the places that ask are `commands/join.py`, `scan.py`,
`scope.py`, `shapes.py` and `numbers.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..asking.scope import SCOPES, Scope
from ..commands import join, scan
from . import shapes
from .active import Fault


def _stores(scope: Scope) -> Iterator[tuple[str, str]]:
    """Faults of what is saved; they show in the flash, or when a board boots within reach."""
    if not scope.saves:
        yield "saved-too", "= also saves the access point"
        yield "survives-rst", "= makes the board join this one after AT+RST, too"
        return
    yield "not-current", "= saves the access point, but joins it only at the next boot"
    yield "not-saved", "= joins the access point, but does not save it"
    yield "lost-over-rst", "= saves the access point in a copy that any restart loses"
    yield "lost-over-power-cycle", "= saves the access point in a copy that a loss of power loses"
    yield "rewrites-same", "= writes the flash although it holds this access point already"
    yield "refused-saves", "= answers ERROR to what it cannot read, yet saves an access point"


def _join() -> Iterator[tuple[str, str]]:
    yield "set-in-softap-mode", "= is taken in softAP mode"
    yield "refused-takes-effect", "= answers ERROR where it has to, yet leaves what is joined"
    yield "bssid-refused", "= refuses a BSSID"
    yield "bssid-ignored", "= joins any access point of that name, whatever the BSSID"
    yield "bssid-malformed-accepted", "= takes any string for a BSSID"
    yield "fail-without-code", "= ends with FAIL without the line that says why"
    yield "fail-no-digit", "= says +CWJAP: without a code before FAIL"
    yield "fail-no-prefix", "= says the bare code before FAIL"
    yield "fail-code-after", "= says why only after FAIL"
    yield "fail-as-error", "= ends with ERROR where FAIL is due"
    yield "fail-as-ok", "= ends with OK although it has joined nobody"
    yield "fail-missing", "= says why it failed, but the final FAIL is missing"
    for code in join.FOREIGN_CODES:
        yield f"fail-code-{code}", f"= says that it failed because of {code}, which means nothing"
    yield "query-other-name", "? prints another of the three names in front"
    yield "query-unquoted", "? prints SSID and BSSID without quotes"
    yield "query-three-fields", "? leaves out <rssi>"


def _joins() -> Iterator[Fault]:
    for scope in SCOPES:
        slug, typed = scope.slug(join.BASE), f"AT{scope.name(join.BASE)}"
        for word, says in (*_stores(scope), *_join()):
            yield Fault(f"{slug}.{word}", typed + says)
        yield from shapes.families(slug, f"{typed}=", join.SHAPES, join.REQUIRED)
    yield Fault("join.ok-in-softap-mode", "AT+CWJAP= in mode 2 answers OK and joins nobody")
    yield Fault("cwqap.forgets-saved", "AT+CWQAP also forgets the saved access point")


_CWLAP = (
    Fault("cwlap.execute-in-softap-mode", "AT+CWLAP is taken in softAP mode"),
    Fault("cwlap.set-in-softap-mode", "AT+CWLAP= is taken in softAP mode"),
    Fault("cwlap.empty-silent", "AT+CWLAP and AT+CWLAP= never end if there is nothing to list"),
    Fault("cwlap.empty-error", "AT+CWLAP and AT+CWLAP= answer ERROR if there is nothing to list"),
    Fault("cwlap.empty-fail", "AT+CWLAP and AT+CWLAP= answer FAIL if there is nothing to list"),
    Fault("cwlap.empty-line", "AT+CWLAP and AT+CWLAP= list an empty entry if there is nothing"),
    Fault("cwlap.mac-malformed-accepted", "AT+CWLAP= takes any string for a MAC"),
    Fault("cwlap.filter-ignored", "AT+CWLAP= lists everything that AT+CWLAP does"),
    Fault("cwlap.weakest-first", "AT+CWLAP sorts the weakest to the top"),
    Fault("cwlap.unquoted", "AT+CWLAP prints SSID and MAC without quotes"),
    Fault("cwlap.no-prefix", "AT+CWLAP prints no +CWLAP: in front"),
    *shapes.families("cwlap", "AT+CWLAP=", scan.SHAPES, required=1),
)
_CWLAPOPT = (
    Fault("cwlapopt.sort-not-applied", "AT+CWLAPOPT= answers OK, but AT+CWLAP does not sort"),
    Fault("cwlapopt.mask-not-applied", "AT+CWLAPOPT= answers OK, but AT+CWLAP prints all fields"),
    *shapes.families("cwlapopt", "AT+CWLAPOPT=", scan.OPTION_SHAPES),
)
FAULTS: tuple[Fault, ...] = (
    *_joins(),
    *_CWLAP,
    *_CWLAPOPT,
)
