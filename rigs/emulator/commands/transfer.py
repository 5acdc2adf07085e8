"""AT+CIPMUX, AT+CIPMODE, AT+CIPSTO, AT+CIPDINFO, AT+CIPSSLSIZE (clauses 5.2.3, 5.2.12, 5.2.14,
5.2.16, 5.2.19; field guide 5).

Law: numbers in RAM and the locks between them; the server's side of the locks is asked of the
state.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..chip.chip import Chip
from ..ip.link import SSL, UDP
from ..ip.tcpip import CONNECTED
from ..line.command import Answer, Command, Final, Form
from ..line.parameters import Parameters
from ..settings.settings import Settings
from . import numbers, refusals
from .numbers import Number
from .refusals import Diagnostic
from .stages import Fields, QueryForm, RamForm, Reasons, at_any_time

SWITCH = Number("switch", (0, 1))
TIMEOUT, SIZE = Number("seconds", range(7201)), Number("size", range(2048, 4097))

BUILDED = "a link is open"
MODE_IS_1, SERVER = Diagnostic("IPMODE must be 0"), Diagnostic("CIPSERVER must be 0")
LINKED, SSL_OPEN = Diagnostic("Connection exists"), Diagnostic("must close ssl link")
NOT_SINGLE = Diagnostic("CIPMUX and CIPSERVER must be 0")

NO_PASSING = "an SSL link, or a UDP link whose peer may change, or a send buffer in use"
NO_SERVER = "no server"


# The locks.


def _mux_available(chip: Chip) -> Reasons:
    """Links lock it, whatever the parameter is (clause 5.2.12, note 2)."""
    by_any = chip.personality.tcpip.mux_locked_by_any_link
    if chip.tcpip.links if by_any else chip.tcpip.status == CONNECTED:
        yield BUILDED


def _mux_refusals(chip: Chip, value: int) -> Reasons:
    if value and chip.tcpip.transparent:
        yield MODE_IS_1
    if not value and chip.tcpip.server:
        yield SERVER
    if not value and chip.tcpip.links:
        yield LINKED


def _mode_available(chip: Chip) -> Reasons:
    rules = chip.personality.tcpip
    if rules.mode_locked_by_link and chip.tcpip.links:
        yield BUILDED
    if rules.mode_off_locked and _is_multiple(chip):
        yield NOT_SINGLE


def _is_multiple(chip: Chip) -> bool:
    return bool(chip.tcpip.multiple or chip.tcpip.server)


def _mode_refusals(chip: Chip, value: int) -> Reasons:
    """One TCP link, or a UDP link whose peer does not change (clause 5.2.14)."""
    link = chip.tcpip.links.get(0)
    if value and _is_multiple(chip):
        yield NOT_SINGLE
    if value and link:
        changes_peer = link.kind == UDP and link.udp_mode
        if link.kind == SSL or changes_peer or link.segments.waiting:
            yield NO_PASSING


def _timeout_refusals(chip: Chip, _value: int) -> Reasons:
    if chip.personality.tcpip.timeout_needs_server and not chip.tcpip.server:
        yield NO_SERVER


def _size_refusals(chip: Chip, _value: int) -> Reasons:
    if chip.tcpip.ssl_link:
        yield SSL_OPEN


def _no_refusals(_chip: Chip, _value: int) -> Reasons:
    return ()


# The settings.


def _decimal(value: int) -> bytes:
    return b"%d" % value


def _true_or_false(value: int) -> bytes:
    return b"TRUE" if value else b"FALSE"


def _nothing_follows(_chip: Chip) -> None:
    """Nobody has to be told."""


def _clients_watched(chip: Chip) -> None:
    chip.tcpip.watch_clients()


@dataclass(frozen=True)
class Setting:
    """One command.

    `attribute`: of TcpIp.  `available`: whether the state locks it; `refusals`: state and value.
    `printed`: the value as the query shows it; `end` closes that line.  `follow`: who has to be
    told.
    """

    name: str
    attribute: str
    number: Number
    available: Callable[[Chip], Reasons] = at_any_time
    refusals: Callable[[Chip, int], Reasons] = _no_refusals
    printed: Callable[[int], bytes] = _decimal
    end: bytes = b"\r\n"
    follow: Callable[[Chip], None] = _nothing_follows

    def shown(self, chip: Chip, _settings: Settings) -> int:
        """What is set."""
        return int(getattr(chip.tcpip, self.attribute))

    def fields(self, _chip: Chip, value: int) -> Fields:
        """The value as it is printed."""
        return (self.printed(value),)

    def label(self, _chip: Chip) -> bytes:
        """What stands in front."""
        return self.name.encode("ascii") + b":"

    def line(self, _chip: Chip, label: bytes, fields: Fields) -> bytes:
        """All of it."""
        return label + fields[0] + self.end

    def parsed(self, _chip: Chip, parameters: Parameters) -> int:
        """The value that is wanted."""
        (value,) = numbers.read(parameters, (self.number,))
        return value

    def refused(self, chip: Chip, value: int) -> Reasons:
        """Why it is not taken."""
        yield from self.number.reasons(value)
        yield from self.refusals(chip, value)

    def set(self, chip: Chip, value: int) -> None:
        """Set it, as what it is: a switch or a number."""
        kind = type(getattr(chip.tcpip, self.attribute))
        setattr(chip.tcpip, self.attribute, kind(value))
        self.follow(chip)


MUX = Setting("+CIPMUX", "multiple", SWITCH, available=_mux_available, refusals=_mux_refusals)
MODE = Setting(
    "+CIPMODE", "transparent", SWITCH, available=_mode_available, refusals=_mode_refusals
)
SERVER_TIMEOUT = Setting(
    "+CIPSTO", "server_timeout_s", TIMEOUT, refusals=_timeout_refusals, follow=_clients_watched
)
SENDER = Setting("+CIPDINFO", "shows_sender", SWITCH, printed=_true_or_false, end=b"")
SSL_BUFFER = Setting("+CIPSSLSIZE", "ssl_size", SIZE, refusals=_size_refusals)
SETTINGS = (MUX, MODE, SERVER_TIMEOUT, SENDER, SSL_BUFFER)


def _turned_away(chip: Chip, why: tuple[str, ...]) -> Answer:
    """What is said of a link that is open when none should be (errata 114), or another reason."""
    rules = chip.personality.tcpip
    if BUILDED in why:
        return Answer(Final.ERROR if rules.builded_error else None, rules.builded + b"\r\n")
    return refusals.turn_away(chip, why)


def _command(setting: Setting) -> Command:
    return Command(
        setting.name,
        {
            Form.QUERY: QueryForm(
                show=setting.shown, fields=setting.fields, label=setting.label, line=setting.line
            ),
            Form.SET: RamForm(
                available=setting.available,
                turn_away=_turned_away,
                parse=setting.parsed,
                decide=setting.refused,
                effect=setting.set,
                refuse=refusals.refuse,
            ),
        },
    )


COMMANDS = tuple(_command(each) for each in SETTINGS)
