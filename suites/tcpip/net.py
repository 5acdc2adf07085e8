"""Links of an IUT that is an access point itself: opened, looked at, used, and taken back.

Law of this file: it needs no network. In softAP mode the IUT has an address of its own, so a UDP
link to another address of that net can be opened, and nobody owes it an answer (ruling R-73).
Whatever a purpose did, the IUT is led out of any data mode, and left as it was found.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pytest

from conformance.commandline import CommandLine, Value, execute, set_
from conformance.dialogue import Until
from conformance.document import Command, Parameter
from conformance.exchange import Exchange
from conformance.session import Session
from conformance.verdict import Inconclusive, NonConformity
from suites.found import heard, spare_restart
from suites.head import head
from suites.tcpip.passthrough import is_in, lead_out, lead_out_if_in
from suites.tcpip.setting import SETTINGS
from suites.tcpip.udp import LOCAL_PORT, PEER, REMOTE_PORT
from suites.wifi import mode

#: Another address of the softAP's own net, at which nobody needs to be either.
OTHER_PEER = "192.168.4.3"

#: Every link ID (clause 5.2.1, row Parameters).
IDS = range(5)

#: How long a connection that nobody accepts may take to fail, in seconds; the text names no time.
CONNECT_S = 60.0
#: More bytes than any IUT that still waits for data can want (clause 5.2.4: at most 2048).
_MORE_THAN_ENOUGH = b"x" * 2048

_SEPARATOR = rb" ?, ?"
_FIELDS = _SEPARATOR.join(
    [rb'"?(TCP|UDP|SSL)"?', rb'"?(\d+(?:\.\d+){3})"?', rb"(\d+)", rb"(\d+)", rb"([01])"]
)
#: Ruling R-71: the link ID may be missing, quotation marks and spaces are typography.
_LINK_LINE = re.compile(head("CIPSTATUS") + rb"(?:([0-4])" + _SEPARATOR + rb")?" + _FIELDS)


@dataclass(frozen=True, slots=True)
class Link:
    """A line +CIPSTATUS (clause 5.2.1)."""

    #: None if the line has none, which only CIPMUX=0 allows.
    id: int | None
    type: str
    ip: str
    port: int
    local: int
    tetype: int


# The IUT before and after


def be_access_point(session: Session, mux: int) -> Session:
    """The IUT in softAP mode with `mux` as CIPMUX; left as it was found afterwards."""
    spare_restart(
        session,
        SETTINGS,
        mode.SOFTAP,
        undo=lambda: _undone(session),
        restart=lambda: take_back(session),
    )
    session.prepare(set_("CIPMUX", mux))
    return session


def _undone(session: Session) -> Sequence[CommandLine] | None:
    """What closes all links and brings back the usual modes; an IUT that wants data has none."""
    if is_in(session):
        return None
    lines = [set_("CIPMODE", 0), set_("CIPMUX", 0)]
    told = session.observe(execute("CIPSTATUS")).information
    if any(map(_LINK_LINE.fullmatch, told)):
        several = (heard(session, "CIPMUX") or (b"",))[0].endswith(b"1")
        lines.insert(0, set_("CIPCLOSE", 5) if several else execute("CIPCLOSE"))
    return lines


def take_back(session: Session) -> None:
    """Lead the IUT out of any data mode and restart it: no link and no mode outlives that."""
    lead_out_if_in(session)
    if is_in(session):
        session.give_part(_MORE_THAN_ENOUGH)
        session.close_line()
    if not session.send_restart().restarted:  # what answered may have been data after all
        lead_out(session)
        session.restart()


# Command lines


def udp(
    *link: int, ip: str = PEER, port: int = REMOTE_PORT, local: int = LOCAL_PORT, mode: int = 0
) -> CommandLine:
    """AT+CIPSTART for UDP with all that it can have; the link ID, if one is given, first."""
    return set_("CIPSTART", *link, "UDP", ip, port, local, mode)


def udp_in_brief(*link: int, ip: str = PEER, port: int = REMOTE_PORT) -> CommandLine:
    """AT+CIPSTART for UDP without local port and mode."""
    return set_("CIPSTART", *link, "UDP", ip, port)


def shaped(command: Command, **example: int | str) -> Command:
    """`command` with those of its parameters alone that `example` names (`-` written as `_`)."""
    wanted = {name.replace("_", "-"): value for name, value in example.items()}
    parameters = tuple(each for each in command.parameters if each.name in wanted)
    return replace(
        command,
        parameters=parameters,
        example=tuple(wanted[each.name] for each in parameters),
    )


def parameter_of(command: Command, name: str) -> Parameter:
    """The parameter of that name, for `outside` and its like."""
    return next(each for each in command.parameters if each.name == name)


# Links


def open_udp(session: Session, *ids: int) -> None:
    """Open a UDP link for each ID, with a local port of its own; without an ID, the only one."""
    lines = [udp(link, local=LOCAL_PORT + link) for link in ids] or [udp()]
    session.prepare(*lines)


def links_told(exchange: Exchange) -> tuple[Link, ...]:
    """The links in an answer to AT+CIPSTATUS, in their order."""
    lines = [line for line in exchange.information if line.startswith(b"+")]
    return tuple(_link(line, exchange) for line in lines)


def _link(line: bytes, exchange: Exchange) -> Link:
    match = _LINK_LINE.fullmatch(line)
    if match is None:
        what = "+CIPSTATUS:<link ID>,<type>,<remote IP>,<remote port>,<local port>,<tetype>"
        raise exchange.objection(f"lines {what}")
    number, kind, ip, port, local, tetype = match.groups()
    return Link(
        None if number is None else int(number),
        kind.decode(),
        ip.decode(),
        int(port),
        int(local),
        int(tetype),
    )


def links(session: Session) -> tuple[Link, ...]:
    """The links that AT+CIPSTATUS tells."""
    exchange = session.send(execute("CIPSTATUS"))
    session.agree(exchange)
    return links_told(exchange)


def require_open(session: Session, *ids: int) -> None:
    """Require that with CIPMUX=1 the links `ids` are open, and no others."""
    actual = sorted(-1 if link.id is None else link.id for link in links(session))
    if actual != sorted(ids):
        raise NonConformity(_named(ids), _named(actual))


def require_one(session: Session) -> Link:
    """Require that with CIPMUX=0 a link is open; that link."""
    told = links(session)
    if len(told) != 1:
        raise NonConformity("one link in AT+CIPSTATUS", f"{len(told)} links")
    return told[0]


def require_none(session: Session) -> None:
    """Require that no link is open."""
    told = links(session)
    if told:
        raise NonConformity("no link in AT+CIPSTATUS", f"{len(told)} links, the first {told[0]}")


def _named(ids: Iterable[int]) -> str:
    named = ", ".join("one without an ID" if link < 0 else str(link) for link in sorted(ids))
    return f"open links in AT+CIPSTATUS: {named or 'none'}"


# Data


def ask(session: Session, line: CommandLine) -> Exchange:
    """Send a line that may be answered with the prompt for data."""
    return session.send(line, Until.PROMPT)


def be_asked(session: Session, line: CommandLine) -> None:
    """Bring the IUT to ask for data; if it does not, the purpose is inconclusive."""
    exchange = ask(session, line)
    if not exchange.prompted:
        raise Inconclusive(f"no prompt, which the purpose stands on: {exchange.describe()}")


def is_refused(exchange: Exchange) -> Exchange:
    """Require ERROR, and that no data is asked for."""
    if exchange.prompted:
        raise exchange.objection("the final result code ERROR and no prompt")
    return exchange.is_refused()


# Cases


def case(command: Command, code: str, requirement: str, key: object, *values: object):
    """A `pytest.param` for `command`; `requirement` is its form and number.

    The purpose's id is made of the command's name and `code`, for example BV-01.
    """
    mark = pytest.mark.purpose(
        f"TP/TCPIP/{command.name}/{code}",
        verifies=[f"{command.clause}/{command.name}/{requirement}"],
    )
    return pytest.param(command.name, *values, marks=mark, id=f"{command.name}-{key}")


def with_value(command: Command, name: str, value: Value) -> CommandLine:
    """The command's example with `value` as the parameter `name`."""
    pairs = zip(command.parameters, command.example, strict=True)
    return set_(command.name, *(value if each.name == name else usual for each, usual in pairs))
