"""AT+CIPSTAMAC and AT+CIPAPMAC, each with _CUR and _DEF (clauses 4.1.20 to 4.1.25; field guide 4).

Law: the MAC addresses of the two interfaces and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ..chip.chip import Chip
from ..ip.addressrules import MacRules
from ..ip.interfaces import has_softap, has_station, softap_mac, station_mac
from ..line.command import BadParameter, Command, Form
from ..line.parameters import Parameters
from ..settings.addresses import mac_text
from ..settings.settings import Changes, Settings
from .scope import SCOPES, Scope
from .stages import Fields, QueryForm, Reasons, SettingForm

NO_INTERFACE = "no such interface in this mode"
GROUP, ZERO, SAME = "a group's address", "no address at all", "the other interface's address"

_LONGEST = 64  # bytes; what is longer than a MAC is refused for its shape
_GROUP_BIT, _NONE = 1, bytes(6)
_SHAPE = re.compile(rb"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}")


@dataclass(frozen=True)
class Interface:
    """One of the two.  `mac`: the one in force; `other`: that of the other interface."""

    base: str
    there: Callable[[Settings], bool]
    mac: Callable[[Settings, MacRules], bytes]
    other: Callable[[Settings, MacRules], bytes]
    saved: Callable[[Settings], bytes | None]
    changes: Callable[[bytes], Changes]


STATION = Interface(
    base="+CIPSTAMAC",
    there=has_station,
    mac=station_mac,
    other=softap_mac,
    saved=lambda settings: settings.station_mac,
    changes=lambda mac: Changes(station_mac=mac),
)
SOFTAP = Interface(
    base="+CIPAPMAC",
    there=has_softap,
    mac=softap_mac,
    other=station_mac,
    saved=lambda settings: settings.softap_mac,
    changes=lambda mac: Changes(softap_mac=mac),
)
INTERFACES = (STATION, SOFTAP)


# The query form.


def _shown(interface: Interface) -> Callable[[Chip, Settings], bytes]:
    return lambda chip, settings: interface.mac(settings, chip.personality.macs)


def _saved_shown(interface: Interface) -> Callable[[Chip, Settings], bytes]:
    """Where nobody has saved one, some firmware shows that, and other firmware the chip's own."""

    def show(chip: Chip, settings: Settings) -> bytes:
        rules = chip.personality.macs
        unset = None if interface.saved(settings) else rules.unset
        return unset or interface.mac(settings, rules)

    return show


def _printed(chip: Chip, mac: bytes) -> Fields:
    text = mac_text(mac)
    return (b'"%b"' % (text.upper() if chip.personality.macs.upper_case else text),)


# The set form.


def _available(interface: Interface) -> Callable[[Chip], Reasons]:
    def available(chip: Chip) -> Reasons:
        if chip.personality.macs.needs_interface and not interface.there(chip.current):
            yield NO_INTERFACE

    return available


def _parsed(_chip: Chip, parameters: Parameters) -> bytes:
    text = parameters.text(_LONGEST)
    parameters.end()
    if not _SHAPE.fullmatch(text):
        raise BadParameter("no MAC")
    return bytes.fromhex(text.replace(b":", b"").decode("ascii"))


def _refusals(interface: Interface) -> Callable[[Chip, bytes], Reasons]:
    def refusals(chip: Chip, mac: bytes) -> Reasons:
        rules = chip.personality.macs
        if mac[0] & _GROUP_BIT:
            yield GROUP
        if mac == _NONE:
            yield ZERO
        if chip.current.mode in rules.must_differ_in and mac == interface.other(
            chip.current, rules
        ):
            yield SAME

    return refusals


def _changes(interface: Interface) -> Callable[[Chip, Settings, bytes], Changes]:
    return lambda _chip, _settings, mac: interface.changes(mac)


def _on_the_radio(chip: Chip, before: Settings) -> None:
    """A station that has another MAC now leaves, and joins again with that."""
    rules = chip.personality.macs
    if station_mac(chip.current, rules) != station_mac(before, rules):
        chip.station.rejoin()


def _command(interface: Interface, scope: Scope) -> Command:
    return Command(
        scope.name(interface.base),
        {
            Form.QUERY: QueryForm(
                saved=scope.shows_saved,
                show=_shown(interface),
                show_saved=_saved_shown(interface),
                fields=_printed,
                label=scope.label(interface.base),
            ),
            Form.SET: SettingForm(
                available=_available(interface),
                parse=_parsed,
                decide=_refusals(interface),
                change=_changes(interface),
                saves=scope.saves,
                follow=_on_the_radio,
            ),
        },
    )


COMMANDS = tuple(_command(each, scope) for each in INTERFACES for scope in SCOPES)
