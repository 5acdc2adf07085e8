"""The two parameter areas of the Appendix: which setting lies in which.

Law: settings to values and back.  A value that is not whole or not plausible counts as none, so
that a damaged area means the factory's settings and never a crash.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ..settings.settings import Settings
from .flash import Flash
from .flashmap import Area
from .record import Record
from .values import VALUES, Implausible

USER = ("uart", "dhcp", "station_mac", "softap_mac", "station_ip", "softap_ip", "leases", "link")
"""The settings of the user parameter area, in the order of clause 6 (see field guide 6)."""

SYSTEM = ("mode", "access_point", "softap", "auto_connect")
"""The settings of the system parameter area."""

_USER_VERSION, _SYSTEM_VERSION = b"VER1", b"SYS1"
_USER_FIRST, _SYSTEM_FIRST = 0, 1  # the first sector to erase; the system area begins with RF data

_LENGTH = struct.Struct("<H")


class Areas:
    """The settings in one flash, as `Settings` with every field that is not saved left alone.

    `user`, `system`: where they lie.
    """

    def __init__(self, flash: Flash, user: Area, system: Area) -> None:
        self._user = Record(flash, user, _USER_VERSION)
        self._system = Record(flash, system, _SYSTEM_VERSION)

    def read(self, factory: Settings) -> Settings:
        """What is saved; what is not, as the factory has it."""
        user = dict(_unpacked(self._user.read(), USER))
        system = dict(_unpacked(self._system.read(), SYSTEM))
        return replace(factory, **user, **system)

    def write_user(self, settings: Settings) -> None:
        """Save the part that belongs into the user parameter area."""
        self._user.write(_packed(settings, USER))

    def write_system(self, settings: Settings) -> None:
        """Save the part that belongs into the system parameter area."""
        self._system.write(_packed(settings, SYSTEM))

    def clear(self) -> None:
        """Erase both; the RF data stays."""
        self._user.clear(_USER_FIRST)
        self._system.clear(_SYSTEM_FIRST)


def _packed(settings: Settings, names: tuple[str, ...]) -> bytes:
    values = (VALUES[name].packed(getattr(settings, name)) for name in names)
    return b"".join(_LENGTH.pack(len(value)) + value for value in values)


def _unpacked(data: bytes | None, names: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """The plausible settings of an area; none if it is not made like one."""
    values = _divided(data or b"")
    if len(values) != len(names):
        return
    for name, value in zip(names, values, strict=True):
        try:
            yield name, VALUES[name].unpacked(value)
        except Implausible:
            continue


def _divided(data: bytes) -> list[bytes]:
    """The values one by one; what does not fill its length ends the list and spoils it."""
    found: list[bytes] = []
    while data:
        if len(data) < _LENGTH.size:
            return []
        end = _LENGTH.size + _LENGTH.unpack_from(data)[0]
        if end > len(data):
            return []
        found.append(data[_LENGTH.size : end])
        data = data[end:]
    return found
