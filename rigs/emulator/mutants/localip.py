"""The mutants of AT+CIFSR (clause 5.2.11).

Law: rows, and what they need.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..commands.localip import NAME, SOFTAP, STATION, Interface
from ..ip.interfaces import softap_ip
from ..line.command import Final, Form
from ..settings.addresses import NO_IP, IpConfig
from .conditions import BOTH, JOINED
from .forms import ends
from .memory import memory
from .mutant import Condition, Mutant, Mutation, Operator, form
from .operators import constant, each, made
from .rows import Rows

_CIFSR = Rows(NAME)
_LAST_NUMBER = re.compile(rb"(\d+\.\d+\.\d+)\.\d+")


def _addressless(mode: int) -> Condition:
    return Condition(
        f"in mode {mode} without an address of the station",
        lambda chip: chip.current.mode == mode and not chip.station.has_address,
    )


STATIC = Condition("without DHCP", lambda chip: not chip.current.dhcp.station)

Change = Callable[[Any, IpConfig], IpConfig]


def _without(name: bytes) -> Operator:
    return made(
        f"without {name.decode()}",
        lambda _chip, listed: tuple(one for one in listed if one.name != name),
    )


def _of(name: bytes, word: str, change: Change) -> Operator:
    """The address of one interface, as it is changed."""

    def changed(chip: Any, listed: Any) -> tuple[Interface, ...]:
        return tuple(
            replace(one, ip=change(chip, one.ip)) if one.name == name else one for one in listed
        )

    return made(word, changed)


def _factory(chip: Any, _ip: IpConfig) -> IpConfig:
    made_with: IpConfig = chip.personality.ips.softap
    return made_with


def _phantom(chip: Any, ip: IpConfig) -> IpConfig:
    return _factory(chip, ip) if ip == NO_IP else ip


def _softaps(chip: Any, _ip: IpConfig) -> IpConfig:
    return softap_ip(chip.current, chip.personality.ips)


def _first(chip: Any, ip: IpConfig) -> IpConfig:
    if ip == NO_IP:
        return ip
    first: IpConfig = memory(chip).setdefault("first station address", ip)
    return first


def _last(chip: Any, ip: IpConfig) -> IpConfig:
    told = memory(chip)
    last: IpConfig = told.get("last station address", NO_IP) if ip == NO_IP else ip
    told["last station address"] = last
    return last


def _listed(word: str, says: str, operator: Operator, *when: Condition) -> Mutant:
    return _CIFSR.row(word, f" {says}", _CIFSR.execute("rows", operator, *when))


MUTANTS: tuple[Mutant, ...] = (
    _listed("softap-missing", "leaves out the softAP's address", _without(SOFTAP)),
    _listed("station-missing", "leaves out the station's address", _without(STATION)),
    *(
        _CIFSR.row(
            word,
            f" ends with {final.name} in mode {mode} if the station has no address",
            Mutation(form(NAME, Form.EXECUTE), ends(final), _addressless(mode)),
        )
        for word, final, mode in (
            ("error-beside-station", Final.ERROR, 3),
            ("error-without-address", Final.ERROR, 1),
            ("fail-without-address", Final.FAIL, 1),
        )
    ),
    _listed(
        "phantom-station",
        "tells an address of a station that has none",
        _of(STATION, "phantom", _phantom),
    ),
    _listed(
        "factory-address",
        "tells the softAP's usual address whatever is set",
        _of(SOFTAP, "factory", _factory),
    ),
    _CIFSR.row(
        "no-prefix",
        " prints the addresses without its name in front",
        _CIFSR.execute("label", constant(b"")),
    ),
    _CIFSR.row(
        "other-prefix",
        " prints +CIPSTA: in front of the addresses",
        _CIFSR.execute("label", constant(b"+CIPSTA:")),
    ),
    _CIFSR.row(
        "address-cut",
        " leaves out the last number of the addresses",
        _CIFSR.execute("fields", each("cut", lambda field: _LAST_NUMBER.sub(rb"\1", field))),
    ),
)
ON_A_NETWORK: tuple[Mutant, ...] = (
    _listed(
        "first-address",
        "goes on to tell the first address of the station",
        _of(STATION, "stale", _first),
    ),
    _listed(
        "softap-as-station",
        "tells the softAP's address as the station's",
        _of(STATION, "the softAP's", _softaps),
    ),
)
SELDOM: tuple[Mutant, ...] = (
    _listed(
        "softap-missing-while-joined",
        "leaves out the softAP's address while the station is joined",
        _without(SOFTAP),
        JOINED,
    ),
    _listed(
        "station-missing-in-mode-3",
        "leaves out the station's address in mode 3",
        _without(STATION),
        BOTH,
    ),
    _listed(
        "static-missing",
        "tells 0.0.0.0 for a station's static address",
        _of(STATION, "none", lambda _chip, _ip: NO_IP),
        STATIC,
    ),
    _listed(
        "after-leave",
        "tells the last address of a station that has left",
        _of(STATION, "the last one", _last),
    ),
)
