"""The faults of IP addresses and of DHCP: AT+CIPSTA, AT+CIPAP,
AT+CWDHCPS under their names each; AT+CIFSR and AT+CWLIF.

Law: ids and sentences; the places that ask are the files of these commands, `scope.py` and
`numbers.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..asking.numbers import spelled
from ..asking.scope import SCOPES, Scope
from ..commands import leases, staticip
from .active import Fault
from .scoped import same_not_current, scoped

Words = Iterator[tuple[str, str]]


def _printed() -> Words:
    """Faults of any query."""
    yield "query-no-prefix", "? prints the value without its name in front"


def _address(part: str) -> Words:
    """Faults of any query of an address; it is made of such parts."""
    yield from _printed()
    yield "query-cut", f"? leaves out the last {part} of the address"
    yield "query-unquoted", "? prints the address without quotes"
    yield "query-other-interface", "? prints the address of the other interface"


def _quoted() -> Words:
    """Faults of any set form with a quoted text."""
    yield "unquoted-accepted", "= takes its text without quotes"
    yield "surplus-accepted", "= ignores whatever follows the last parameter"
    yield "refused-takes-effect", "= answers ERROR where it has to, yet what it could read applies"


_NEEDS_BOTH = ("needs-both", "= is refused unless station and softAP are both enabled")
_SAVES_IN_BOTH = (
    "saves-in-both-only",
    "= saves the address only while station and softAP are both enabled",
)


_UNSEEN = ((SCOPES[1], staticip.INTERFACES[0]),)
"""AT+CIPSTA_CUR: what it sets shows only while the station has joined (clause 4.1.27)."""


def _ip(scope: Scope, interface: staticip.Interface) -> Words:
    yield _NEEDS_BOTH
    if scope.saves and (scope.queries_saved or interface is not staticip.INTERFACES[0]):
        yield _SAVES_IN_BOTH  # of AT+CIPSTA= no query tells it
    yield from _address("number")
    yield "query-plus-1", "? prints an address that is 1 too large"
    yield "query-hex", "? prints the address as eight hex digits"
    yield from _quoted()
    for word, (_text, says) in staticip.FOREIGN.items():
        yield f"{word}-accepted", f"= takes {says} for the softAP's usual address"
    if interface.base == "+CIPAP":
        yield from same_not_current(scope)
        for word in staticip.CLASSES:
            yield f"{word}-accepted", f"= takes an address of {word.replace('-', ' ')}"
    yield "two-accepted", "= takes a gateway without a netmask"
    yield "address-alone-refused", "= refuses an address without gateway and netmask"
    yield "three-refused", "= refuses gateway and netmask"
    if (scope, interface) not in _UNSEEN:
        yield "last-number-lost", "= sets an address whose last number is 0"
        yield "last-number-plus-1", "= sets an address whose last number is 1 too large"
    yield "other-dhcp-on", "= switches the other interface's DHCP on"
    yield "dhcp-untouched", "= leaves DHCP as it is"
    yield "other-dhcp", "= does to the other interface's DHCP what it should do to its own"
    if scope.saves:
        yield "dhcp-in-ram-only", "= saves the address, but not what becomes of DHCP"


def _leases() -> Words:
    yield "query-no-prefix", "? prints the values without the name in front"
    yield "query-plus-1", "? shows a lease time that is 1 too large"
    yield "query-range-reversed", "? shows the end of the range before its start"
    yield "query-no-minutes", "? leaves out the lease time"
    yield "query-no-last", "? leaves out the end of the range"
    yield "query-in-station-mode", "? works in station mode"
    yield from _quoted()
    yield "set-in-station-mode", "= works in station mode"
    yield "set-without-dhcp", "= works while the softAP's DHCP server is off"
    for value in leases.KNOWN_MINUTES:
        yield f"lease-{spelled(value)}-refused", f"= refuses a lease time of {value}"
    for value in leases.FOREIGN_MINUTES:
        yield f"lease-{spelled(value)}-accepted", f"= takes a lease time of {value}"
    for value in leases.FOREIGN_ENABLES:
        yield f"{spelled(value)}-accepted", f"= takes <enable> {value} for 1"
    yield "0-refused", "=0 answers ERROR"
    yield "1-refused", "=1,... answers ERROR"
    yield "0-not-applied", "=0 answers OK, but the range stays as it was set"
    yield "1-alone-accepted", "=1 is taken without the other parameters"
    yield "last-missing-accepted", "= is taken without the end of the range"
    yield "word-accepted", "= takes a word for an address"
    yield "other-network-accepted", "= takes addresses of another network than the softAP's"
    yield "reversed-accepted", "= takes a range whose end comes before its start"
    yield "own-address-accepted", "= takes a range that holds the softAP's own address"
    yield "minutes-not-applied", "= answers OK, but the lease time stays as it was"
    yield "first-not-applied", "= answers OK, but the start of the range stays as it was"
    yield "last-not-applied", "= answers OK, but the end of the range stays as it was"
    yield "stops-dhcp", "= switches the softAP's DHCP server off"


_CIFSR = (
    Fault("cifsr.softap-missing", "AT+CIFSR leaves out the softAP's address"),
    Fault("cifsr.station-missing", "AT+CIFSR leaves out the station's address"),
    Fault("cifsr.phantom-station", "AT+CIFSR tells an address of a station that has none"),
    Fault("cifsr.factory-address", "AT+CIFSR tells the softAP's usual address whatever is set"),
    Fault("cifsr.no-prefix", "AT+CIFSR prints the addresses without its name in front"),
    Fault("cifsr.other-prefix", "AT+CIFSR prints +CIPSTA: in front of the addresses"),
    Fault("cifsr.address-cut", "AT+CIFSR leaves out the last number of the addresses"),
)
_CWLIF = (
    Fault("cwlif.in-station-mode", "AT+CWLIF works in station mode"),
    Fault("cwlif.heading", "AT+CWLIF prints a heading over the stations"),
    Fault("cwlif.phantom", "AT+CWLIF lists a station that is not there"),
)


def _named(scope: Scope, base: str, words: Words) -> Iterator[Fault]:
    for word, says in (*scoped(scope), *words):
        yield Fault(f"{scope.slug(base)}.{word}", f"AT{scope.name(base)}{says}")


def _faults() -> Iterator[Fault]:
    for scope in SCOPES:
        for interface in staticip.INTERFACES:
            yield from _named(scope, interface.base, _ip(scope, interface))
    for scope in leases.OWN_SCOPES:
        yield from _named(scope, leases.BASE, _leases())


FAULTS: tuple[Fault, ...] = (*_CWLIF, *_CIFSR, *_faults())
