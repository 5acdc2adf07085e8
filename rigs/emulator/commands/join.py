"""AT+CWJAP, AT+CWJAP_CUR, AT+CWJAP_DEF, AT+CWQAP (clauses 4.1.4 to 4.1.6, 4.1.9; field guide 4).

Law: which access point the station is to join, its *wish*, and what is answered.  A wish is saved
before the station tries to join, and stays saved if it fails.  The command polls the station until
it has an address; a failure is answered at the last poll, not before.  The URCs on the way, WIFI
DISCONNECT, WIFI CONNECTED and WIFI GOT IP, come from `wifi/station`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..chip.chip import Chip
from ..ip.interfaces import has_station
from ..line.command import ERROR, OK, Answer, Command, Final, Form
from ..line.parameters import Parameters
from ..settings.accesspoint import AccessPoint
from ..settings.addresses import mac_text
from ..settings.settings import Changes, Settings
from ..wifi.air import Beacon, Refusal
from .later import LaterSettingForm
from .mac import mac_of
from .scope import SCOPES, Scope
from .stages import ExecuteForm, Fields, QueryForm, Reasons, one_line
from .texts import Text

BASE, QUIT = "+CWJAP", "+CWQAP"

SSID = Text("ssid", longest=32)
PASSWORD = Text("password", longest=64)

NO_STATION, NO_SSID = "no station in this mode", "no SSID"

_POLLS = 7


# AT+CWJAP?, in any mode.


def _joined(chip: Chip, _settings: Settings) -> Beacon | None:
    """The access point that the station has joined, under all three names; not the saved one."""
    return chip.station.access_point


def _printed(_chip: Chip, joined: Beacon | None) -> Fields:
    if joined is None:
        return ()
    return (
        b'"%b"' % joined.ssid,
        b'"%b"' % mac_text(joined.bssid),
        b"%d" % joined.channel,
        b"%d" % joined.rssi,
    )


def _line(chip: Chip, label: bytes, fields: Fields) -> bytes:
    """No AP stands without a label (errata 35)."""
    return one_line(chip, label, fields) if fields else b"No AP\r\n"


# AT+CWJAP=<ssid>,<pwd>[,<bssid>]: parsed and decided.


def _available(chip: Chip) -> Reasons:
    """Of the current mode, whichever name is used."""
    if not has_station(chip.current):
        yield NO_STATION


def _parsed(chip: Chip, parameters: Parameters) -> AccessPoint:
    """Without a BSSID, any access point of that SSID will do; the third field is it (errata 32)."""
    ssid = parameters.text()
    password = parameters.text(bare=chip.personality.station.bare_strings)
    bssid = None if parameters.exhausted else mac_of(parameters.text())
    parameters.end()
    return AccessPoint(ssid, password, bssid)


def _refusals(_chip: Chip, wish: AccessPoint) -> Reasons:
    yield from SSID.reasons(wish.ssid)
    yield from PASSWORD.reasons(wish.password)
    if not wish.ssid:
        yield NO_SSID


# AT+CWJAP=: effect, saved and started.


def _changes(_chip: Chip, _settings: Settings, wish: AccessPoint) -> Changes:
    return Changes(access_point=wish)


def _join(chip: Chip, wish: AccessPoint) -> None:
    """Leave the access point that is joined, and join this one, even if it is the same."""
    chip.station.join(wish)


# AT+CWJAP=: polled.


@dataclass(frozen=True)
class Outcome:
    """How it ended.  `code`: the error code of clause 4.1.4 (see Refusal); None: success."""

    code: int | None


SUCCESS = Outcome(None)


def _wait_ns(chip: Chip, poll: int) -> int:
    return chip.timing.join_first if poll == 1 else chip.timing.join_poll


def _look(chip: Chip, _wish: AccessPoint, poll: int) -> Outcome | None:
    """Success is an address, from DHCP or a static one; to be connected is not enough."""
    if chip.station.has_address:
        return SUCCESS
    if poll < _POLLS:
        return None
    return Outcome(chip.station.refusal or Refusal.TIMEOUT)


# AT+CWJAP=: rendered.


def _report(_chip: Chip, outcome: Outcome) -> bytes:
    """The error code, always under the name without a suffix (errata 34)."""
    return b"" if outcome.code is None else b"+CWJAP:%d\r\n" % outcome.code


def _final(_chip: Chip, outcome: Outcome) -> Final:
    return Final.OK if outcome.code is None else Final.FAIL


def _command(scope: Scope) -> Command:
    return Command(
        scope.name(BASE),
        {
            Form.QUERY: QueryForm(
                show=_joined,
                fields=_printed,
                label=scope.label(BASE),
                line=_line,
            ),
            Form.SET: LaterSettingForm(
                available=_available,
                parse=_parsed,
                decide=_refusals,
                change=_changes,
                saves=scope.saves,
                start=_join,
                wait_ns=_wait_ns,
                look=_look,
                report=_report,
                final=_final,
            ),
        },
    )


# AT+CWQAP; AT+CWQAP=? is not listed in the document.


def _quit_available(chip: Chip) -> Reasons:
    """Only some firmware refuses it in softAP mode."""
    refuses = chip.personality.station.quit_complaint is not None
    if refuses and not has_station(chip.current):
        yield NO_STATION


def _quit_turned_away(chip: Chip, _why: tuple[str, ...]) -> Answer:
    return replace(ERROR, information=chip.personality.station.quit_complaint or b"")


def _leave(chip: Chip) -> None:
    """After OK; WIFI DISCONNECT follows if it was joined.  What is saved stays."""
    chip.station.leave()


COMMANDS = (
    *(_command(scope) for scope in SCOPES),
    Command(
        QUIT,
        {
            Form.TEST: lambda _chip, _call: OK,
            Form.EXECUTE: ExecuteForm(
                available=_quit_available, turn_away=_quit_turned_away, then=_leave
            ),
        },
    ),
)
