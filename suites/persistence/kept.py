"""What the flash keeps: for each kind two values to save, and how what was there is given back.

Law of this file: a purpose that saves something takes it from here, so that the board's owner gets
his own settings back. How each kind is given back, the suites of its own clause know.
"""

from collections.abc import Callable
from dataclasses import dataclass

from conformance.commandline import Value, set_
from conformance.session import Session
from suites.wifi import mode, softap
from suites.wifi.address import hosts, keep_ip, keep_mac, keep_range
from suites.wifi.dhcp import SOFTAP, keep_dhcp

#: The values of a set form, or what makes them of what the IUT tells.
Values = tuple[Value, ...] | Callable[[Session], tuple[Value, ...]]

#: Both interfaces are there, so that every command has the one that it is for.
BOTH = set_("CWMODE_CUR", mode.BOTH)


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of thing that the flash keeps."""

    #: The name of its commands, without what stands behind the underscore.
    base: str
    first: Values
    second: Values
    #: Sees to it that afterwards the flash keeps what it keeps now; the command's name is given.
    keep: Callable[[Session, str], object]


def _keep_joining(session: Session, command: str) -> None:
    """No query tells it, so the default of clause 4.1.19 is given back."""
    session.afterwards(lambda: session.prepare(set_(command, 1)))


def _range(lease: int) -> Callable[[Session], tuple[Value, ...]]:
    """A range of addresses in whichever net the softAP has, with its DHCP server on."""

    def values(session: Session) -> tuple[Value, ...]:
        session.prepare(set_("CWDHCP_CUR", SOFTAP, 1))
        return (1, lease, *hosts(session, 10, 15))

    return values


#: Clause 6, by the area of its table; AT+UART_DEF and AT+SAVETRANSLINK have files of their own.
KEPT = {
    "user": (
        Kept("CWDHCP", (1, 0), (1, 1), keep_dhcp),
        Kept("CIPSTAMAC", ("18:fe:35:98:d3:7b",), ("18:fe:35:98:d3:7c",), keep_mac),
        Kept("CIPAPMAC", ("1a:fe:36:97:d5:7b",), ("1a:fe:36:97:d5:7c",), keep_mac),
        Kept("CIPSTA", ("192.168.6.100",), ("192.168.6.101",), keep_ip),
        Kept("CIPAP", ("192.168.5.1",), ("192.168.6.1",), keep_ip),
        Kept("CWDHCPS", _range(3), _range(4), keep_range),
    ),
    "system": (
        Kept("CWMODE", (1,), (2,), mode.borrow),
        Kept("CWSAP", ("first", "0123456789", 5, 3), ("second", "0123456789", 5, 3), softap.borrow),
        Kept("CWAUTOCONN", (0,), (1,), _keep_joining),
    ),
}


def of(base: str) -> Kept:
    """The kind of thing that the commands of this name keep."""
    return next(kept for area in KEPT.values() for kept in area if kept.base == base)


def given_back(session: Session, kept: Kept) -> None:
    """See to it that afterwards the flash keeps what it keeps now, and the IUT is restarted."""
    mode.enter(session, mode.BOTH)
    saving = kept.base if kept.base == "CWAUTOCONN" else f"{kept.base}_DEF"
    kept.keep(session, saving)


def resolved(session: Session, values: Values) -> tuple[Value, ...]:
    """The values themselves, where both interfaces are there."""
    session.prepare(BOTH)
    return values(session) if callable(values) else values


def save(session: Session, command: str, values: Values) -> None:
    """Set `command` to `values` where both interfaces are there."""
    session.prepare(set_(command, *resolved(session, values)))
