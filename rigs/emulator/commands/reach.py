"""AT+PING, AT+CIUPDATE and, beyond the document, AT+CIPDOMAIN (clauses 5.2.17 and 5.2.18; field
guide 5).

Law: questions to the network that leave nothing behind.  There is no server to be updated from:
AT+CIUPDATE goes as far as connecting to one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from ..chip.chip import Chip
from ..ip.inet import EVERYBODY
from ..ip.network import StreamEvents
from ..ip.tcpip import once
from ..line.command import ERROR, Answer, Command, Final, Form
from ..line.parameters import QUOTE, Parameters
from ..timers import MILLISECOND
from . import refusals
from .refusals import Complaint, refused
from .stages import Reasons, SetForm
from .texts import Text

PING, DOMAIN, UPDATE = "+PING", "+CIPDOMAIN", "+CIUPDATE"
HOST = Text("host", longest=128)
NO_ADDRESS = "no address"
_UPDATE_SERVER, _UPDATE_PORT = b"iot.espressif.cn", 80

Outcome = TypeVar("Outcome")
Found = Callable[[str | None], None]
"""Takes the address of a host; None: nobody knows one."""


@dataclass(frozen=True, kw_only=True)
class QuestionForm(SetForm[bytes], Generic[Outcome]):
    """A question about a host, whose answer takes its time.

    Effect, `find`: host -> its address; `ask`: the address -> what came of it.  Both hand that
    over once they know.
    Rendered, `answer`: what came of it -> what is said.
    """

    find: Callable[[Chip, bytes, Found], None]
    ask: Callable[[Chip, str | None, Callable[[Outcome], None]], None]
    answer: Callable[[Chip, Outcome], Answer]

    def accepted(self, chip: Chip, wanted: bytes) -> Answer:
        """See SetForm."""

        def begin(done: Callable[[Answer], None]) -> None:
            self.find(chip, wanted, lambda ip: self.ask(chip, ip, answered(done)))

        def answered(done: Callable[[Answer], None]) -> Callable[[Outcome], None]:
            return lambda outcome: done(self.answer(chip, outcome))

        return Answer(None, pending=begin)


def _host(_chip: Chip, parameters: Parameters) -> bytes:
    host = parameters.text()
    parameters.end()
    return host


def _refusals(_chip: Chip, host: bytes) -> Reasons:
    return HOST.reasons(host)


def _resolved(chip: Chip, host: bytes, found: Found) -> None:
    chip.tcpip.resolve(host, found)


# AT+PING


@dataclass(frozen=True)
class Echo:
    """What came of a ping: whom it was sent to, if that is known; how long the answer took."""

    ip: str | None
    time_ns: int | None = None


def _found_for_ping(chip: Chip, host: bytes, found: Found) -> None:
    """Some firmware takes the address of everybody for a name, which nobody has."""
    rules = chip.personality.tcpip
    if rules.literal(host) == EVERYBODY and not rules.pings_everybody:
        chip.tcpip.look_up(host, found)
    else:
        _resolved(chip, host, found)


def _pinged(chip: Chip, ip: str | None, told: Callable[[Echo], None]) -> None:
    if ip is None:
        told(Echo(None))
        return
    over = once(told)
    chip.network.ping(ip, lambda time_ns: over(Echo(ip, time_ns)))
    chip.later(chip.timing.ping_timeout, lambda: over(Echo(ip)))


def _time(chip: Chip, echo: Echo) -> Answer:
    """The time in ms; a host that does not answer may be told apart from one without address."""
    if echo.time_ns is not None:
        return Answer(Final.OK, b"+%d\r\n" % (echo.time_ns // MILLISECOND))
    return ERROR if echo.ip is None else Answer(Final.ERROR, chip.personality.tcpip.ping_timeout)


# AT+CIPDOMAIN


def _named(chip: Chip, parameters: Parameters) -> bytes:
    if not parameters.source.startswith(QUOTE):
        raise Complaint(b"IP ERROR")
    return _host(chip, parameters)


def _found(_chip: Chip, ip: str | None, told: Found) -> None:
    told(ip)


def _address(chip: Chip, ip: str | None) -> Answer:
    if ip is None:
        return refused(chip, b"DNS Fail")
    return Answer(Final.OK, b"+CIPDOMAIN:%s\r\n" % ip.encode("ascii"))


# AT+CIUPDATE


def _available(chip: Chip) -> Reasons:
    if not chip.tcpip.has_ip:
        yield NO_ADDRESS


def _update_server(_chip: Chip, _parameters: Parameters) -> bytes:
    return _UPDATE_SERVER


def _connected(chip: Chip, ip: str | None, told: Callable[[None], None]) -> None:
    """Each step that was done is said: 1, the server was found; 2, it was connected to."""
    if ip is None:
        told(None)
        return
    prefix, over = chip.personality.tcpip.update_prefix, once(told)

    def connected() -> None:
        chip.say(prefix + b"2\r\n")
        end()

    def end() -> None:
        stream.close()
        over(None)

    chip.say(prefix + b"1\r\n")
    events = StreamEvents(connected, lambda _data: None, end)
    stream = chip.network.connect((ip, _UPDATE_PORT), tls=False, events=events)
    chip.later(chip.timing.tcp_timeout, end)


def _not_updated(_chip: Chip, _outcome: None) -> Answer:
    return ERROR


COMMANDS = (
    Command(
        PING,
        {
            Form.SET: QuestionForm(
                parse=_host, decide=_refusals, find=_found_for_ping, ask=_pinged, answer=_time
            )
        },
    ),
    Command(
        DOMAIN,
        {
            Form.SET: QuestionForm(
                parse=_named,
                unreadable=refusals.unreadable,
                decide=_refusals,
                find=_resolved,
                ask=_found,
                answer=_address,
            )
        },
    ),
    Command(
        UPDATE,
        {
            Form.EXECUTE: QuestionForm(
                available=_available,
                parse=_update_server,
                decide=_refusals,
                find=_resolved,
                ask=_connected,
                answer=_not_updated,
            )
        },
    ),
)
