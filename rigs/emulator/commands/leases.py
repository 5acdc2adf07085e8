"""AT+CWDHCPS_CUR and AT+CWDHCPS_DEF (clauses 4.1.17 and 4.1.18; field guide 4).

Law: what the softAP's DHCP server hands out; whether it runs is for AT+CWDHCP.
"""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from ..addresses import NOWHERE, DhcpSwitches, Leases, ip_text
from ..command import ERROR, Answer, BadParameter, Call, Command, Final, Form, Handler
from ..interfaces import has_softap, leases, softap_ip
from ..parameters import Parameters
from ..settings import Changes, Settings
from .scope import SCOPES, Scope

if TYPE_CHECKING:
    from ..firmware import Firmware

BASE = "+CWDHCPS"
OWN_SCOPES = SCOPES[1:]
"""There is no bare name."""

MINUTES = range(1, 2881)
KNOWN_MINUTES, FOREIGN_MINUTES = (1, 3, 2880), (-1, 0, 2881)
FOREIGN_ENABLES = (-1, 2)

_LONGEST = 64  # bytes; what is longer than an address is refused for its shape
_NOTHING = Leases(0, NOWHERE, NOWHERE)


def _command(scope: Scope) -> Command:
    handlers: dict[Form, Handler] = {
        Form.QUERY: lambda firmware, _call: _query(scope, firmware),
        Form.SET: lambda firmware, call: _set(scope, firmware, call),
    }
    return Command(scope.name(BASE), handlers)


def _query(scope: Scope, firmware: Firmware) -> Answer:
    slug, active, rules = scope.slug(BASE), firmware.faults.active, firmware.personality.dhcp
    told_always = rules.saved_leases_any_mode and scope.queries_saved
    refused = not (has_softap(firmware.current) or told_always)
    if refused and not active(f"{slug}.query-in-station-mode"):
        return ERROR
    shown = _shown(scope, firmware)
    if active(f"{slug}.query-plus-1"):
        shown = replace(shown, minutes=shown.minutes + 1)
    if active(f"{slug}.query-range-reversed"):
        shown = replace(shown, first=shown.last, last=shown.first)
    name = scope.printed_name(firmware, BASE)
    if rules.small_s:
        name = name.replace(b"DHCPS", b"DHCPs")
    values = shown.minutes, ip_text(shown.first), ip_text(shown.last)
    line = rules.leases_line % (name, *values)
    if active(f"{slug}.query-no-minutes"):
        line = line.replace(b"%d," % shown.minutes, b"", 1)
    if active(f"{slug}.query-no-last"):
        line = line.rpartition(b",")[0]
    if active(f"{slug}.query-no-prefix"):
        line = line[len(name) + 1 :]
    return Answer(Final.OK, line + rules.end)


def _shown(scope: Scope, firmware: Firmware) -> Leases:
    settings = scope.read(firmware, BASE)
    if not scope.shows_saved(firmware, BASE):
        return leases(settings, firmware.personality.ips)
    if settings.leases is None and firmware.personality.dhcp.unset_shows:
        return _NOTHING
    return leases(replace(settings, mode=firmware.current.mode), firmware.personality.ips)


def _set(scope: Scope, firmware: Firmware, call: Call) -> Answer:
    slug, active, rules = scope.slug(BASE), firmware.faults.active, firmware.personality.dhcp
    if not has_softap(firmware.current) and not active(f"{slug}.set-in-station-mode"):
        return ERROR
    off = rules.leases_need_server and not firmware.current.dhcp.softap
    if off and not active(f"{slug}.set-without-dhcp"):
        return ERROR
    bare = active(f"{slug}.unquoted-accepted")
    how = replace(rules.parameters, bare_text=bare)
    parameters = Parameters(call.arguments, how, firmware.faults)
    wanted = _wanted(slug, firmware, parameters)
    try:
        if wanted is not None:
            _check(slug, firmware, wanted)
    except BadParameter:
        if active("softap-dhcp.refused-applies"):
            return replace(ERROR, effect=lambda: _stray(firmware, wanted))
        raise
    if wanted is None and active(f"{slug}.0-not-applied"):
        return Answer(Final.OK)
    return Answer(Final.OK, effect=lambda: _write(scope, firmware, wanted))


def _stray(firmware: Firmware, wanted: Leases | None) -> None:
    firmware.astray.leases = wanted


def _wanted(slug: str, firmware: Firmware, parameters: Parameters) -> Leases | None:
    """What is to be handed out, not checked yet; None for what the softAP's address implies."""
    active = firmware.faults.active
    enable = parameters.number()
    if enable not in (0, 1):
        if not firmware.faults.listed_and_active(f"{slug}.{_spelled(enable)}-accepted"):
            raise BadParameter(f"enable {enable}")
        enable = 1
    if active(f"{slug}.{enable}-refused"):
        raise BadParameter(f"enable {enable}")
    if parameters.exhausted and (enable == 0 or active(f"{slug}.1-alone-accepted")):
        return None
    if enable == 0 and firmware.personality.dhcp.zero_alone:
        if active(f"{slug}.surplus-accepted"):
            return None
        raise BadParameter("more than 0")
    minutes = parameters.number()
    first = _address(slug, firmware, parameters.text(_LONGEST))
    if parameters.exhausted and active(f"{slug}.last-missing-accepted"):
        return Leases(minutes, first, first)
    last = _address(slug, firmware, parameters.text(_LONGEST))
    if not active(f"{slug}.surplus-accepted"):
        parameters.end()
    return Leases(minutes, first, last) if enable else None


def _address(slug: str, firmware: Firmware, text: bytes) -> IPv4Address:
    found = firmware.personality.ips.parsed(text)
    if found is None and firmware.faults.active(f"{slug}.word-accepted"):
        return leases(firmware.current, firmware.personality.ips).first
    if found is None:
        raise BadParameter("no address")
    return found


def _check(slug: str, firmware: Firmware, wanted: Leases) -> None:
    """BadParameter where the server cannot hand this out."""
    active = firmware.faults.active
    verdict = "refused" if wanted.minutes in MINUTES else "accepted"
    fault = f"{slug}.lease-{_spelled(wanted.minutes)}-{verdict}"
    if (wanted.minutes in MINUTES) is firmware.faults.listed_and_active(fault):
        raise BadParameter("lease time")
    own = softap_ip(firmware.current, firmware.personality.ips)
    if not _in_network(own.address, own.netmask, wanted) and not active(
        f"{slug}.other-network-accepted"
    ):
        raise BadParameter("another network")
    if wanted.first > wanted.last and not active(f"{slug}.reversed-accepted"):
        raise BadParameter("reversed")
    if wanted.first <= own.address <= wanted.last and not active(f"{slug}.own-address-accepted"):
        raise BadParameter("the softAP's own address")
    if int(wanted.last) - int(wanted.first) >= firmware.personality.dhcp.most:
        raise BadParameter("too many")


def _in_network(own: IPv4Address, netmask: IPv4Address, wanted: Leases) -> bool:
    mask = int(netmask)
    return all(int(own) & mask == int(each) & mask for each in (wanted.first, wanted.last))


def _write(scope: Scope, firmware: Firmware, wanted: Leases | None) -> None:
    slug, active = scope.slug(BASE), firmware.faults.active
    before = leases(firmware.current, firmware.personality.ips)
    if wanted is not None:
        kept = {
            name: getattr(before, name)
            for name in ("minutes", "first", "last")
            if active(f"{slug}.{name}-not-applied")
        }
        wanted = replace(wanted, **kept)

    def changed(settings: Settings) -> Changes:
        changes = Changes(leases=wanted)
        if active(f"{slug}.stops-dhcp"):
            changes["dhcp"] = DhcpSwitches(softap=False, station=settings.dhcp.station)
        return changes

    scope.change(firmware, BASE, changed)


def _spelled(value: int) -> str:
    return f"minus-{-value}" if value < 0 else str(value)


COMMANDS = tuple(_command(scope) for scope in OWN_SCOPES)
