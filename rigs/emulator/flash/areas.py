"""The two parameter areas of the Appendix: which setting lies in which, and as what bytes.

Law: settings to values and back.  A value that is not whole or not plausible counts as none, so
that a damaged area means the factory's settings and never a crash.
"""

from __future__ import annotations

import struct
from dataclasses import replace

from ..settings import Settings, SoftAp
from ..uart import UartFormat
from .chip import Flash
from .record import Record

_USER_VERSION, _SYSTEM_VERSION = b"VER1", b"SYS1"
_USER_FIRST, _SYSTEM_FIRST = 0, 1  # the first sector to erase; the system area begins with RF data

_UART = struct.Struct("<5q")  # wide enough for whatever a faulty firmware lets through
_MODE_AND_SOFTAP = struct.Struct("<q40p72p4q")  # strings with their lengths in front
_PLAUSIBLE_BITS = range(1, 17)


class Areas:
    """The settings in one flash, as `Settings` with every field that is not saved left alone."""

    def __init__(self, flash: Flash) -> None:
        self._user = Record(flash, flash.map.user_area, _USER_VERSION)
        self._system = Record(flash, flash.map.system_area, _SYSTEM_VERSION)

    def read(self, factory: Settings) -> Settings:
        """What is saved; what is not, as the factory has it."""
        settings = factory
        if (uart := _uart(self._user.read())) is not None:
            settings = replace(settings, uart=uart)
        if (saved := _mode_and_softap(self._system.read())) is not None:
            settings = replace(settings, mode=saved[0], softap=saved[1])
        return settings

    def write_user(self, settings: Settings) -> None:
        """Save the part that belongs into the user parameter area."""
        uart = settings.uart
        value = uart.baud, uart.databits, uart.stopbits, uart.parity, uart.flow
        self._user.write(_UART.pack(*value))

    def write_system(self, settings: Settings) -> None:
        """Save the part that belongs into the system parameter area."""
        softap = settings.softap
        texts = softap.ssid, softap.password
        numbers = softap.channel, softap.ecn, softap.max_connections, softap.hidden
        self._system.write(_MODE_AND_SOFTAP.pack(settings.mode, *texts, *numbers))

    def clear(self) -> None:
        """Erase both; the RF data stays."""
        self._user.clear(_USER_FIRST)
        self._system.clear(_SYSTEM_FIRST)


def user_part(settings: Settings) -> object:
    """What of the settings lies in the user parameter area, to be compared."""
    return settings.uart


def system_part(settings: Settings) -> object:
    """What of the settings lies in the system parameter area, to be compared."""
    return settings.mode, settings.softap


def _uart(value: bytes | None) -> UartFormat | None:
    if value is None or len(value) != _UART.size:
        return None
    uart = UartFormat(*_UART.unpack(value))
    return uart if uart.baud > 0 and uart.databits in _PLAUSIBLE_BITS else None


def _mode_and_softap(value: bytes | None) -> tuple[int, SoftAp] | None:
    if value is None or len(value) != _MODE_AND_SOFTAP.size:
        return None
    mode, *fields = _MODE_AND_SOFTAP.unpack(value)
    return mode, SoftAp(*fields)
