"""AT+CWAUTOCONN (clause 4.1.19; field guide 4): whether a boot joins the saved access point.

Law: one saved switch; joining is not done here.  Only real firmware tells it.
"""

from __future__ import annotations

from ..chip.chip import Chip
from ..ip.interfaces import has_station
from ..line.command import Command, Form
from ..line.parameters import Parameters
from ..settings.settings import Changes, Settings
from . import dhcp, numbers
from .numbers import Number
from .stages import Fields, QueryForm, Reasons, SettingForm

NAME = "+CWAUTOCONN"
SWITCH = Number("switch", range(2))
NO_STATION = "no station in this mode"


def _shown(_chip: Chip, settings: Settings) -> bool:
    return settings.auto_connect


def _printed(_chip: Chip, on: bool) -> Fields:
    return (b"%d" % on,)


def _label(_chip: Chip) -> bytes:
    return b"+CWAUTOCONN:"


def _available(chip: Chip) -> Reasons:
    """Some firmware switches it in a mode with a station alone (observed 1.3 under the suites)."""
    if chip.personality.station.autoconnect_needs_station and not has_station(chip.current):
        yield NO_STATION


def _parsed(_chip: Chip, parameters: Parameters) -> int:
    (on,) = numbers.read(parameters, (SWITCH,))
    return on


def _refusals(_chip: Chip, on: int) -> Reasons:
    return SWITCH.reasons(on)


def _changes(_chip: Chip, _settings: Settings, on: int) -> Changes:
    return Changes(auto_connect=bool(on))


def _at_the_next_boot(_chip: Chip, _changes: Changes) -> None:
    """Nothing in RAM depends on it."""


COMMANDS = (
    Command(
        NAME,
        {
            Form.QUERY: QueryForm(
                saved=True, show=_shown, fields=_printed, label=_label, line=dhcp.line
            ),
            Form.SET: SettingForm(
                available=_available,
                parse=_parsed,
                decide=_refusals,
                change=_changes,
                apply=_at_the_next_boot,
                saves=True,
            ),
        },
    ),
)
