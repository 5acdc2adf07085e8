"""The Wi-Fi mode, as a host sees it, and the mode that was saved, given back.

Law of this file: a purpose that sets a mode says so here. What is saved is asked for first and
saved again afterwards; what is only current goes away with a restart.
"""

from __future__ import annotations

from conformance.commandline import CommandLine, query, set_
from conformance.exchange import Exchange
from conformance.session import Session
from conformance.verdict import NonConformity
from suites.found import give_back, saved
from suites.head import head
from suites.wifi.triples import savers, saves
from suites.witness import require_believable, require_documented

STATION, SOFTAP, BOTH = MODES = (1, 2, 3)
WITH_STATION, WITH_SOFTAP = (STATION, BOTH), (SOFTAP, BOTH)


def another(mode: int, step: int = 1) -> int:
    """The mode `step` further in the list than `mode`; 1 and 2 are two others."""
    return (mode - 1 + step) % len(MODES) + 1


def answer(command: str) -> bytes:
    """The line that tells a mode."""
    return head(command) + rb"(\d+)"


def of(exchange: Exchange) -> int:
    """The mode that the answer to a query tells."""
    name = exchange.line.name
    return int(exchange.tells(answer(name), f"a line +{name}:<mode>")[1])


def told(session: Session, command: str) -> int:
    """The mode that `command`? tells."""
    exchange = session.ask(query(command))
    mode = of(exchange)
    require_documented(session, exchange, mode in MODES, "mode 1, 2 or 3", "query/02")
    return mode


def require(session: Session, command: str, mode: int) -> None:
    """Require `command`? to tell `mode`."""
    actual = told(session, command)
    if actual != mode:
        again = set_(command, mode)
        require_believable(session, lambda: told(session, command) == mode, again)
        raise NonConformity(f"+{command}:{mode}", f"+{command}:{actual}")


def borrow(session: Session, command: str) -> None:
    """Give back the mode that `command` will set: the saved one, if it saves, and the current."""
    session.afterwards(session.restart)
    if saves(command):
        mode = saved(session, "CWMODE", told)
        ways = [[set_(name, mode)] for name in savers(command)]
        session.afterwards(
            lambda: give_back(session, lambda: told(session, "CWMODE_DEF") == mode, *ways)
        )


def enter(session: Session, mode: int) -> None:
    """Bring the IUT to `mode`, until a restart."""
    session.afterwards(session.restart)
    session.prepare(set_("CWMODE_CUR", mode))


def enter_to_stop(session: Session, mode: int, stop: CommandLine) -> Session:
    """The same for what goes on until `stop` ends it, which is sent before the restart."""
    session.afterwards(session.restart)
    session.afterwards(lambda: session.observe(stop))
    session.prepare(set_("CWMODE_CUR", mode))
    return session
