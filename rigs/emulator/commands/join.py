"""AT+CWJAP, AT+CWJAP_CUR, AT+CWJAP_DEF, AT+CWQAP (clauses 4.1.4 to 4.1.6, 4.1.9; field guide 4).

Law: the station's access point.  What is wished is saved before anybody is asked; how it went is
looked at now and then, and the first look that finds an address, or the last one, ends the command.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ..chip.chip import Chip
from ..ip.interfaces import has_station
from ..line.command import ERROR, OK, Answer, BadParameter, Command, Final, Form
from ..line.parameters import Parameters
from ..settings.accesspoint import AccessPoint
from ..settings.addresses import mac_text
from ..settings.settings import Changes, Settings
from ..wifi.air import Beacon, Refusal
from .later import LaterSettingForm
from .scope import SCOPES, Scope
from .stages import ExecuteForm, Fields, QueryForm, Reasons, one_line
from .texts import Text

BASE, QUIT = "+CWJAP", "+CWQAP"

SSID = Text("ssid", longest=32)
PASSWORD = Text("password", longest=64)
BSSID = Text("bssid", longest=17)
"""It may be left out: then any access point of that SSID will do."""

NO_STATION, NO_SSID = "no station in this mode", "no SSID"

_MAC = re.compile(rb"[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}")


def mac(text: bytes) -> bytes:
    """The six bytes of a MAC as one types it; BadParameter if it is none."""
    if not _MAC.fullmatch(text):
        raise BadParameter("not a MAC")
    return bytes.fromhex(text.replace(b":", b"").decode("ascii"))


# AT+CWJAP?


def _joined(chip: Chip, _settings: Settings) -> Beacon | None:
    """Whom the station has joined, whichever of the three names is asked."""
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
    return one_line(chip, label, fields) if fields else b"No AP\r\n"


# AT+CWJAP=: decided


def _available(chip: Chip) -> Reasons:
    if not has_station(chip.current):
        yield NO_STATION


def _parsed(chip: Chip, parameters: Parameters) -> AccessPoint:
    ssid = parameters.text()
    password = parameters.text(bare=chip.personality.station.bare_strings)
    bssid = None if parameters.exhausted else mac(parameters.text())
    parameters.end()
    return AccessPoint(ssid, password, bssid)


def _refusals(_chip: Chip, wish: AccessPoint) -> Reasons:
    yield from SSID.reasons(wish.ssid)
    yield from PASSWORD.reasons(wish.password)
    if not wish.ssid:
        yield NO_SSID


# AT+CWJAP=: begun


def _changes(_chip: Chip, _settings: Settings, wish: AccessPoint) -> Changes:
    return Changes(access_point=wish)


def _join(chip: Chip, wish: AccessPoint) -> None:
    chip.station.join(wish)


# AT+CWJAP=: looked at, and ended


@dataclass(frozen=True)
class Outcome:
    """What has become of a wish.  `code`: why it has failed; None: it has come true."""

    code: int | None


SUCCESS = Outcome(None)

_LOOKS = 7


def _wait_ns(chip: Chip, look: int) -> int:
    return chip.timing.join_first if look == 1 else chip.timing.join_poll


def _look(chip: Chip, _wish: AccessPoint, look: int) -> Outcome | None:
    """It has come true when the station has an address."""
    if chip.station.has_address:
        return SUCCESS
    if look < _LOOKS:
        return None
    return Outcome(chip.station.refusal or Refusal.TIMEOUT)


def _report(_chip: Chip, outcome: Outcome) -> bytes:
    """Why it has failed, always under the bare name (errata 34)."""
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


# AT+CWQAP


def _can_quit(chip: Chip) -> Reasons:
    complains = chip.personality.station.quit_complaint is not None
    if complains and not has_station(chip.current):
        yield NO_STATION


def _complain(chip: Chip, _why: tuple[str, ...]) -> Answer:
    return replace(ERROR, information=chip.personality.station.quit_complaint or b"")


def _leave(chip: Chip) -> None:
    chip.station.leave()


COMMANDS = (
    *(_command(scope) for scope in SCOPES),
    Command(
        QUIT,
        {
            Form.TEST: lambda _chip, _call: OK,
            Form.EXECUTE: ExecuteForm(available=_can_quit, turn_away=_complain, then=_leave),
        },
        extra=frozenset((Form.TEST,)),
    ),
)
