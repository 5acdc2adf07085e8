"""What shows whether a command has acted: the state in which it would show, and what is looked at.

Law of this file: it makes states and looks, and judges nothing. What an IUT does not claim, or does
not answer OK, shows nothing; nothing is saved for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from conformance.catalogue import load_edition
from conformance.commandline import CommandLine, execute, query, set_
from conformance.grammar import OK
from conformance.session import Session
from suites.found import heard
from suites.tcpip.net import take_back, udp
from suites.wifi import mode
from suites.wifi.siblings import siblings

COMMANDS = load_edition().commands

#: What is looked at tells one of these; None: it shows nothing.
Seen = object | None
Look = Callable[[Session], Seen]


@dataclass(frozen=True, slots=True)
class Effect:
    """A state in which it shows that a command acts, and what is looked at there."""

    look: Look = lambda _: None
    #: What makes the state.
    state: tuple[CommandLine, ...] = ()
    #: Leads back from it.
    back: Callable[[Session], object] = Session.restart

    def be_there(self, session: Session) -> None:
        """Have the IUT in the state, as far as it claims what makes it."""
        if self.state:
            session.afterwards(lambda: self.back(session))
        for line in self.state:
            if session.may(line) or line.form == "execute":
                session.observe(line)

    def seen(self, session: Session) -> Seen:
        """What is told twice, so that a query that loses or counts something shows nothing."""
        first = self.look(session)
        return first if first == self.look(session) else None


def _told(*names: str) -> Look:
    """What the queries of `names` tell."""

    def look(session: Session) -> Seen:
        lines = [heard(session, name) for name in names if session.may(query(name))]
        return None if None in lines else lines

    return look


def _answered(line: CommandLine) -> Look:
    """What `line`, which only tells something, is answered."""

    def look(session: Session) -> Seen:
        exchange = session.observe(line)
        return exchange.information if exchange.final == OK else None

    return look


def _echo(session: Session) -> Seen:
    return session.observe(execute("AT")).echo


def _has_server(session: Session) -> Seen:
    """Whether AT+CIPMUX=0 is refused (clause 5.2.12, note 3)."""
    session.observe(set_("CIPMUX", 1))
    refused = session.observe(set_("CIPMUX", 0)).final != OK
    session.observe(set_("CIPMUX", 1))
    return refused


def _of_triple(
    name: str, *state: CommandLine, also: str = ""
) -> Iterable[tuple[str, Mapping[str, Effect]]]:
    """The same for three names: what is set now is no default, and each tells what it set.

    `also`: a query that tells something of it, too.
    """
    current = f"{name}_CUR"
    lines = state or (set_(current, *COMMANDS[current].example),)
    for each in siblings(name):
        if each in COMMANDS:
            looks = _told(*dict.fromkeys(filter(None, (each, current, also))))
            yield each, {"": Effect(looks, (set_("CWMODE_CUR", mode.BOTH), *lines))}


_LINK = (set_("CWMODE_CUR", mode.SOFTAP), set_("CIPMUX", 0), udp())
_SERVER = (set_("CIPMUX", 1), set_("CIPSERVER", 1, 1001))
_LINKS = _answered(execute("CIPSTATUS"))
_OPEN = {"": Effect(_LINKS, _LINK, take_back)}
_LISTENING = {"": Effect(state=(set_("CWMODE_CUR", mode.STATION),))}
_TRIPLES = ("CWSAP", "CIPSTAMAC", "CIPAPMAC", "CIPAP")
#: Without a connection a station tells no address, but that DHCP is off, if one was set (R-66).
_NO_STATIC = (set_("CWDHCP_CUR", 1, 1),)

#: Command -> states, by name, in which it shows that it acts; the others only tell something, or
#: what they do shows on no line.
EFFECTS: Mapping[str, Mapping[str, Effect]] = {
    "ATE": {"off": Effect(_echo, (set_("ATE", 0),)), "on": Effect(_echo, (set_("ATE", 1),))},
    "SLEEP": {"": Effect(_told("SLEEP"), (set_("CWMODE_CUR", mode.STATION), set_("SLEEP", 1)))},
    **dict(_of_triple("CWMODE", set_("CWMODE_CUR", mode.BOTH))),
    **{name: row for stem_ in _TRIPLES for name, row in _of_triple(stem_)},
    **dict(_of_triple("CWDHCP", set_("CWDHCP_CUR", 0, 1), set_("CWDHCP_CUR", 1, 0))),
    **dict(_of_triple("CWDHCPS")),
    **dict(_of_triple("CIPSTA", *_NO_STATIC, also="CWDHCP_CUR")),
    # What listens for a phone or a button until the IUT starts anew shows on the air alone.
    **dict.fromkeys(("CWSTARTSMART", "WPS"), _LISTENING),
    "CIPSTART": {"": Effect(_LINKS, _LINK[:2], take_back)},
    **dict.fromkeys(("CIPSEND", "CIPSENDEX", "CIPCLOSE", "CIPSTATUS"), _OPEN),
    "CIPMUX": {"": Effect(_told("CIPMUX"), (set_("CIPMUX", 1),))},
    "CIPMODE": {"": Effect(_told("CIPMODE"), (set_("CIPMUX", 0), set_("CIPMODE", 1)))},
    "CIPSERVER": {
        "there": Effect(_has_server, _SERVER),
        "none": Effect(_has_server, (set_("CIPMUX", 1),)),
    },
    "CIPSTO": {"": Effect(_told("CIPSTO"), (*_SERVER, set_("CIPSTO", 7200)))},
}

#: For all others.
NOTHING = Effect()
