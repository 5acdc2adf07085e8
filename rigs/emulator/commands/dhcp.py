"""AT+CWDHCP, AT+CWDHCP_CUR, AT+CWDHCP_DEF (clauses 4.1.14 to 4.1.16; field guide 4).

Law: the two DHCP switches, and what they do to static addresses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from ..addresses import DhcpSwitches
from ..asking import numbers
from ..asking.numbers import Field
from ..asking.scope import SCOPES, Scope
from ..command import ERROR, Answer, Call, Command, Final, Form, Handler
from ..interfaces import has_softap, has_station
from ..settings import Changes, Settings

if TYPE_CHECKING:
    from ..firmware import Firmware

BASE = "+CWDHCP"
SOFTAP, STATION, BOTH = range(3)

FIELDS = (
    Field("mode", BOTH, range(3), (0, 1, 2), (-1, 3)),
    Field("en", 1, range(2), (0, 1), (-1, 2)),
)
"""The parameters in their order."""

_SOFTAP_BIT, _STATION_BIT = 1, 2


def _command(scope: Scope) -> Command:
    handlers: dict[Form, Handler] = {
        Form.QUERY: lambda firmware, _call: _query(scope, firmware),
        Form.SET: lambda firmware, call: _set(scope, firmware, call),
    }
    return Command(scope.name(BASE), handlers)


def _query(scope: Scope, firmware: Firmware) -> Answer:
    slug, active = scope.slug(BASE), firmware.faults.active
    switches = scope.read(firmware, BASE).dhcp
    softap, station = switches.softap, switches.station
    if active(f"{slug}.query-bits-swapped"):
        softap, station = station, softap
    bits = _SOFTAP_BIT * softap + _STATION_BIT * station
    if active(f"{slug}.query-inverted"):
        bits ^= _SOFTAP_BIT + _STATION_BIT
    if active(f"{slug}.query-plus-1"):
        bits += 1
    if active(f"{slug}.query-softap-only"):
        bits &= _SOFTAP_BIT
    digits = b"" if active(f"{slug}.query-no-digit") else b"%d" % bits
    return Answer(Final.OK, scope.label(firmware, BASE) + digits + firmware.personality.dhcp.end)


def _set(scope: Scope, firmware: Firmware, call: Call) -> Answer:
    slug, rules = scope.slug(BASE), firmware.personality.dhcp
    try:
        mode, on = numbers.read(firmware, slug, call.arguments, FIELDS, rules.parameters)
    except numbers.Refused as refusal:
        return _refused(scope, firmware, refusal)
    if scope.misses_other(firmware, BASE):
        return ERROR
    softap, station = _meant(slug, firmware, mode)
    if not rules.needs_interface:
        return _switch(scope, firmware, softap, station, on)
    there = DhcpSwitches(has_softap(firmware.current), has_station(firmware.current))
    if softap <= there.softap and station <= there.station:
        return _switch(scope, firmware, softap, station, on)
    if mode == BOTH and rules.half:
        halves = _changes(slug, firmware, there.softap, there.station, on)
        return replace(ERROR, effect=lambda: _in_ram(firmware, halves(firmware.current)))
    return ERROR


def _refused(scope: Scope, firmware: Firmware, refusal: numbers.Refused) -> Answer:
    slug = scope.slug(BASE)
    if not (refusal.complete and firmware.faults.active(f"{slug}.refused-takes-effect")):
        raise refusal
    mode, on = refusal.read
    done = _switch(scope, firmware, mode != STATION, mode != SOFTAP, 1 - bool(on))
    return replace(done, final=Final.ERROR)


def _meant(slug: str, firmware: Firmware, mode: int) -> tuple[bool, bool]:
    """Which of the two are to be switched: the softAP's and the station's."""
    active = firmware.faults.active
    softap, station = mode in (SOFTAP, BOTH), mode in (STATION, BOTH)
    if active(f"{slug}.mode-swapped"):
        softap, station = station, softap
    if mode == BOTH:
        softap = softap and not active(f"{slug}.both-means-station")
        station = station and not active(f"{slug}.both-means-softap")
    if mode == SOFTAP and active(f"{slug}.softap-means-both"):
        station = True
    if mode == STATION and active(f"{slug}.station-means-both"):
        softap = True
    return softap, station


def _switch(scope: Scope, firmware: Firmware, softap: bool, station: bool, on: int) -> Answer:
    changed = _changes(scope.slug(BASE), firmware, softap, station, on)
    return Answer(Final.OK, effect=lambda: scope.change(firmware, BASE, changed))


def _changes(
    slug: str, firmware: Firmware, softap: bool, station: bool, on: int
) -> Callable[[Settings], Changes]:
    active = firmware.faults.active
    wanted = bool(on) is not active(f"{slug}.en-inverted")
    stuck = active(f"{slug}.en-{int(wanted)}-not-applied")
    softap = softap and not (stuck or active(f"{slug}.softap-not-applied"))
    station = station and not (stuck or active(f"{slug}.station-not-applied"))
    forgets = firmware.personality.dhcp.forgets_static and not active(f"{slug}.static-stays")

    overruled = wanted and active(f"{slug}.off-after-static")

    def changed(settings: Settings) -> Changes:
        before = settings.dhcp
        switches = DhcpSwitches(
            wanted if softap else before.softap, wanted if station else before.station
        )
        if overruled:
            switches = DhcpSwitches(
                switches.softap and settings.softap_ip is None,
                switches.station and settings.station_ip is None,
            )
        changes = Changes(dhcp=switches)
        if wanted and forgets:
            changes |= _forgotten(softap, station)
        return changes

    return changed


def _forgotten(softap: bool, station: bool) -> Changes:
    """Where DHCP is switched on, the static address goes (clause 4.1.14, notes)."""
    changes = Changes()
    if softap:
        changes["softap_ip"] = None
    if station:
        changes["station_ip"] = None
    return changes


def _in_ram(firmware: Firmware, changes: Changes) -> None:
    firmware.current = replace(firmware.current, **changes)


COMMANDS = tuple(_command(scope) for scope in SCOPES)
