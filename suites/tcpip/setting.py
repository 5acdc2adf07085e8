"""A setting of a TCP/IP command that its query tells as one number.

Law of this file: it asks, and reads what was told; which setting it is, the caller says. All of
them can be left as they were found.
"""

import re
from collections.abc import Sequence

from conformance.commandline import CommandLine, query, set_
from conformance.exchange import Exchange
from conformance.grammar import OK
from conformance.session import Session
from conformance.verdict import Inconclusive, NonConformity, Reason
from suites.found import spare_restart
from suites.head import head

#: The queries of what is set of links.
SETTINGS = ("CIPMUX", "CIPMODE", "CIPSTO")


def pattern(name: str) -> bytes:
    """What the line of the answer looks like."""
    return head(name) + rb"(\d+)"


def told(session: Session, name: str) -> int:
    """The number that the query of `name` tells."""
    return _number(session.ask(query(name)))


def _number(exchange: Exchange) -> int:
    name = exchange.line.name
    return int(exchange.tells(pattern(name), f"a line +{name}:<number>")[1])


def require(session: Session, name: str, value: int) -> None:
    """Require the query of `name` to tell `value`."""
    actual = told(session, name)
    if actual != value:
        raise NonConformity(f"+{name}:{value}", f"+{name}:{actual}")


def require_kept(session: Session, name: str, value: int, found: int) -> None:
    """Require the query to tell what was `found` before a line that was refused; `value` was set.

    If it does not, it is asked twice without such a line: what the query itself loses is no
    effect of the line.
    """
    actual = told(session, name)
    if actual == found:
        return
    session.prepare(set_(name, value))
    told(session, name)
    second = session.ask(query(name))
    if _number(second) != found:
        raise Inconclusive(
            f"AT+{name}? does not tell twice what was set: {second.describe()}",
            Reason.IN_THE_WAY,
            second.objection(f"+{name}:{found} again"),
        )
    raise NonConformity(f"+{name}:{found}", f"+{name}:{actual}")


def after_restart(session: Session, name: str, value: int) -> int:
    """What the query of `name` tells after it was set to `value` and the IUT restarted."""
    session.prepare(set_(name, value))
    session.restart()
    return told(session, name)


def leave_settings(session: Session) -> None:
    """Have server, modes and the server's time-out left as they are now."""
    time = session.observe(query("CIPSTO"))

    def undo() -> Sequence[CommandLine]:
        times = [re.fullmatch(pattern("CIPSTO"), line) for line in time.information]
        lines = [set_("CIPSTO", int(match[1])) for match in times if match]
        if session.observe(set_("CIPMUX", 0)).final != OK:  # there is a server, or passthrough
            lines += [set_("CIPMODE", 0), set_("CIPSERVER", 0)]
        return [*lines, set_("CIPMODE", 0), set_("CIPMUX", 0)]

    spare_restart(session, SETTINGS, undo=undo)


def says_builded(exchange: Exchange) -> bool:
    """Whether the answer has the words of a command that an open link forbids (R-87)."""
    return any(line.strip().lower() == b"link is builded" for line in exchange.information)
