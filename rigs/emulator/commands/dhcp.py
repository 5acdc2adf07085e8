"""AT+CWDHCP, AT+CWDHCP_CUR, AT+CWDHCP_DEF (clauses 4.1.14 to 4.1.16; field guide 4).

Law: the two DHCP switches, and what they do to static addresses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..chip.chip import Chip
from ..ip.interfaces import has_softap, has_station
from ..line.command import ERROR, Answer, Command, Form
from ..line.parameters import ParameterRules, Parameters
from ..settings.addresses import DhcpSwitches
from ..settings.settings import Changes, Settings
from . import numbers
from .numbers import Number
from .scope import SCOPES, Scope
from .stages import Fields, QueryForm, Reasons, SettingForm, apply

BASE = "+CWDHCP"
SOFTAP, STATION, BOTH = range(3)
MODE, ENABLE = Number("mode", range(3)), Number("en", range(2))
NO_INTERFACE = "no such interface in this mode"

_SOFTAP_BIT, _STATION_BIT = 1, 2


@dataclass(frozen=True)
class Switching:
    """What is wanted: the numbers, and which of the two they mean."""

    mode: int
    enable: int
    softap: bool
    station: bool


# The query form.


def _shown(_chip: Chip, settings: Settings) -> DhcpSwitches:
    return settings.dhcp


def _printed(_chip: Chip, switches: DhcpSwitches) -> Fields:
    return (b"%d" % (_SOFTAP_BIT * switches.softap + _STATION_BIT * switches.station),)


def line(chip: Chip, label: bytes, fields: Fields) -> bytes:
    """An answer about DHCP; its end is a personality's."""
    return label + b",".join(fields) + chip.personality.dhcp.end


# The set form.


def _written(chip: Chip) -> ParameterRules:
    return chip.personality.dhcp.parameters


def _parsed(_chip: Chip, parameters: Parameters) -> Switching:
    mode, enable = numbers.read(parameters, (MODE, ENABLE))
    return Switching(mode, enable, softap=mode in (SOFTAP, BOTH), station=mode in (STATION, BOTH))


def _refusals(chip: Chip, wanted: Switching) -> Reasons:
    yield from MODE.reasons(wanted.mode)
    yield from ENABLE.reasons(wanted.enable)
    lacks_softap = wanted.softap and not has_softap(chip.current)
    lacks_station = wanted.station and not has_station(chip.current)
    if chip.personality.dhcp.needs_interface and (lacks_softap or lacks_station):
        yield NO_INTERFACE


def _changes(chip: Chip, settings: Settings, wanted: Switching) -> Changes:
    """Where DHCP is switched on, the static address goes (clause 4.1.14, notes)."""
    on, before = bool(wanted.enable), settings.dhcp
    switches = DhcpSwitches(
        softap=on if wanted.softap else before.softap,
        station=on if wanted.station else before.station,
    )
    changes = Changes(dhcp=switches)
    if on and chip.personality.dhcp.forgets_static:
        if wanted.softap:
            changes["softap_ip"] = None
        if wanted.station:
            changes["station_ip"] = None
    return changes


def _refused(
    chip: Chip, form: SettingForm[Switching], wanted: Switching, why: tuple[str, ...]
) -> Answer:
    """ERROR; of a switch of both, some firmware does the half that there is an interface for."""
    if why != (NO_INTERFACE,) or wanted.mode != BOTH or not chip.personality.dhcp.half:
        return ERROR
    half = replace(wanted, softap=has_softap(chip.current), station=has_station(chip.current))
    return replace(ERROR, effect=lambda: apply(chip, form.change(chip, chip.current, half)))


def _command(scope: Scope) -> Command:
    return Command(
        scope.name(BASE),
        {
            Form.QUERY: QueryForm(
                saved=scope.shows_saved,
                show=_shown,
                fields=_printed,
                label=scope.label(BASE),
                line=line,
            ),
            Form.SET: SettingForm(
                rules=_written,
                parse=_parsed,
                decide=_refusals,
                change=_changes,
                saves=scope.saves,
                refuse=_refused,
            ),
        },
    )


COMMANDS = tuple(_command(scope) for scope in SCOPES)
