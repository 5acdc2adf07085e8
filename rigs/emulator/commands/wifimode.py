"""AT+CWMODE, AT+CWMODE_CUR, AT+CWMODE_DEF (clauses 4.1.1 to 4.1.3; field guide 4).

Law: the Wi-Fi mode and nothing else.
"""

from __future__ import annotations

from ..chip.chip import Chip
from ..line.command import Command, Form
from ..line.parameters import Parameters
from ..settings.settings import Changes, Settings
from . import numbers
from .numbers import Number
from .scope import SCOPES, Scope
from .stages import Fields, QueryForm, Reasons, SettingForm

BASE = "+CWMODE"
STATION, SOFTAP, BOTH = 1, 2, 3
MODE = Number("mode", (STATION, SOFTAP, BOTH))


def _range(_chip: Chip, _settings: Settings) -> bytes:
    return b"(1-3)"


def _range_printed(_chip: Chip, text: bytes) -> Fields:
    return (text,)


def _mode(_chip: Chip, settings: Settings) -> int:
    return settings.mode


def _printed(_chip: Chip, mode: int) -> Fields:
    return (b"%d" % mode,)


def _parsed(_chip: Chip, parameters: Parameters) -> int:
    (mode,) = numbers.read(parameters, (MODE,))
    return mode


def _refusals(_chip: Chip, mode: int) -> Reasons:
    return MODE.reasons(mode)


def _changes(_chip: Chip, _settings: Settings, mode: int) -> Changes:
    return Changes(mode=mode)


def _on_the_radio(chip: Chip, _before: Settings) -> None:
    """Without a station there is no link, and nothing that only a station can do."""
    if chip.current.mode == SOFTAP:
        chip.station.leave()
        chip.station.hush()


def _command(scope: Scope) -> Command:
    label = scope.label(BASE)
    return Command(
        scope.name(BASE),
        {
            Form.TEST: QueryForm(show=_range, fields=_range_printed, label=label),
            Form.QUERY: QueryForm(
                saved=scope.shows_saved, show=_mode, fields=_printed, label=label
            ),
            Form.SET: SettingForm(
                parse=_parsed,
                decide=_refusals,
                change=_changes,
                saves=scope.saves,
                follow=_on_the_radio,
            ),
        },
    )


COMMANDS = tuple(_command(scope) for scope in SCOPES)
