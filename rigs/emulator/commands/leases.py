"""AT+CWDHCPS_CUR and AT+CWDHCPS_DEF (clauses 4.1.17 and 4.1.18; field guide 4).

Law: what the softAP's DHCP server hands out; whether it runs is for AT+CWDHCP.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address

from ..chip.chip import Chip
from ..ip.interfaces import has_softap, leases, softap_ip
from ..line.command import BadParameter, Command, Form
from ..line.parameters import ParameterRules, Parameters
from ..settings.addresses import NOWHERE, IpConfig, Leases, ip_text
from ..settings.settings import Changes, Settings
from . import dhcp
from .numbers import Number
from .scope import CURRENT, DEFAULT, Scope
from .stages import Fields, QueryForm, Reasons, SettingForm

BASE = "+CWDHCPS"
OWN_SCOPES = (CURRENT, DEFAULT)
"""There is no bare name."""

MINUTES = Number("lease", range(1, 2881))
NO_SOFTAP, SERVER_OFF = "no softAP in this mode", "the server is off"
OTHER_NETWORK, REVERSED, OWN_ADDRESS, TOO_MANY = (
    "another network than the softAP's",
    "the end before the start",
    "the softAP's own address among them",
    "too many addresses",
)

_LONGEST = 64  # bytes; what is longer than an address is refused for its shape
_NOTHING = Leases(0, NOWHERE, NOWHERE)


# The query form.


def _told(scope: Scope) -> Callable[[Chip], Reasons]:
    def available(chip: Chip) -> Reasons:
        always = scope.shows_saved and chip.personality.dhcp.saved_leases_any_mode
        if not (has_softap(chip.current) or always):
            yield NO_SOFTAP

    return available


def _shown(chip: Chip, settings: Settings) -> Leases:
    return leases(settings, chip.personality.ips)


def _saved_shown(chip: Chip, settings: Settings) -> Leases:
    if settings.leases is None and chip.personality.dhcp.unset_shows:
        return _NOTHING
    return leases(replace(settings, mode=chip.current.mode), chip.personality.ips)


def _printed(chip: Chip, shown: Leases) -> Fields:
    quote = chip.personality.dhcp.leases_quote
    ends = (quote + ip_text(each) + quote for each in (shown.first, shown.last))
    return (b"%d" % shown.minutes, *ends)


def _label(scope: Scope) -> Callable[[Chip], bytes]:
    """The name and, in some firmware, `=` behind it (errata 57, 58)."""
    name = scope.name(BASE).encode("ascii")

    def label(chip: Chip) -> bytes:
        rules = chip.personality.dhcp
        return (
            name.replace(b"DHCPS", b"DHCPs") if rules.small_s else name
        ) + rules.leases_separator

    return label


# The set form.


def _available(chip: Chip) -> Reasons:
    if not has_softap(chip.current):
        yield NO_SOFTAP
    if chip.personality.dhcp.leases_need_server and not chip.current.dhcp.softap:
        yield SERVER_OFF


def _written(chip: Chip) -> ParameterRules:
    return chip.personality.dhcp.parameters


def _parsed(chip: Chip, parameters: Parameters) -> Leases | None:
    """What is to be handed out; None for what the softAP's address implies."""
    enable = parameters.number()
    if enable not in (0, 1):
        raise BadParameter(f"enable {enable}")
    if enable == 0 and parameters.exhausted:
        return None
    if enable == 0 and chip.personality.dhcp.zero_alone:
        raise BadParameter("more than 0")
    minutes = parameters.number()
    first, last = _address(chip, parameters), _address(chip, parameters)
    parameters.end()
    return Leases(minutes, first, last) if enable else None


def _address(chip: Chip, parameters: Parameters) -> IPv4Address:
    found = chip.personality.ips.parsed(parameters.text(_LONGEST))
    if found is None:
        raise BadParameter("no address")
    return found


def _refusals(chip: Chip, wanted: Leases | None) -> Reasons:
    """Why the server cannot hand this out."""
    if wanted is None:
        return
    own = softap_ip(chip.current, chip.personality.ips)
    yield from MINUTES.reasons(wanted.minutes)
    if not _in_network_of(own, wanted):
        yield OTHER_NETWORK
    if wanted.first > wanted.last:
        yield REVERSED
    if wanted.first <= own.address <= wanted.last:
        yield OWN_ADDRESS
    if int(wanted.last) - int(wanted.first) >= chip.personality.dhcp.most:
        yield TOO_MANY


def _in_network_of(own: IpConfig, wanted: Leases) -> bool:
    network, mask = int(own.address) & int(own.netmask), int(own.netmask)
    return all(int(each) & mask == network for each in (wanted.first, wanted.last))


def _changes(_chip: Chip, _settings: Settings, wanted: Leases | None) -> Changes:
    return Changes(leases=wanted)


def _command(scope: Scope) -> Command:
    return Command(
        scope.name(BASE),
        {
            Form.QUERY: QueryForm(
                available=_told(scope),
                saved=scope.shows_saved,
                show=_shown,
                show_saved=_saved_shown,
                fields=_printed,
                label=_label(scope),
                line=dhcp.line,
            ),
            Form.SET: SettingForm(
                available=_available,
                rules=_written,
                parse=_parsed,
                decide=_refusals,
                change=_changes,
                saves=scope.saves,
            ),
        },
    )


COMMANDS = tuple(_command(scope) for scope in OWN_SCOPES)
