"""What a softAP shows in the air, and whom it lets in (clause 4.1.10).

Law: functions from values to values, and a table of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..chip.chip import Chip
from ..settings.addresses import mac_text
from .inforce import SoftApSide

SECURITY = {"open": 0, "wep": 1, "wpa": 2, "wpa2": 3, "wpa-wpa2": 4}
"""How an access point is secured -> its number in AT+CWLAP (clause 4.1.8)."""

Shown = Mapping[str, Any]
"""What the air shows of a softAP, as a lab is told it."""

OFF: Shown = {"on": False}

_NAMES = {number: name for name, number in SECURITY.items()}


@dataclass(frozen=True)
class Knock:
    """Somebody wants to join the softAP.

    `mac`: who.  `guests`: who is there.  `most`: how many may be (clause 4.1.10).
    """

    mac: bytes
    guests: Sequence[bytes]
    most: int


def shown(_chip: Chip, softap: SoftApSide | None) -> Shown:
    """What is in force."""
    if softap is None:
        return OFF
    settings = softap.settings
    return {
        "on": True,
        "mac": mac_text(softap.bssid or softap.mac).decode("ascii"),
        "ssid": settings.ssid.hex(),
        "password": settings.password.hex(),
        "security": _NAMES.get(settings.ecn, "open"),
        "channel": settings.channel,
        "hidden": bool(settings.hidden),
    }


def admits(_chip: Chip, knock: Knock) -> bool:
    """Who is there may come again; for others there must be room."""
    return knock.mac in knock.guests or len(knock.guests) < knock.most


def without(_chip: Chip, mac: bytes, guests: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Who has left makes room."""
    return tuple(each for each in guests if each != mac)


@dataclass(frozen=True)
class AirRules:
    """The functions of the softAP in the air; each stands above with the same name."""

    shown: Callable[[Chip, SoftApSide | None], Shown] = shown
    admits: Callable[[Chip, Knock], bool] = admits
    without: Callable[[Chip, bytes, tuple[bytes, ...]], tuple[bytes, ...]] = without
