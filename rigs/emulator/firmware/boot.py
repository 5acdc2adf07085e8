"""From a reset to `ready`, and what the firmware does of itself then (field guide 2, Boot).

Law: a row of stages, as the form of a command is one; when what is planned is done is for the
board.  Each stage takes the machine first, or, once the firmware runs, the chip.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from ..chip.chip import Chip
from ..chip.rules import Rules
from ..flash import Flash
from ..flash.contents import can_boot
from ..flash.store import Store
from ..ip.interfaces import has_station
from ..ip.network import Listener
from ..resetcause import ResetCause
from ..serial.uart import UartFormat
from ..settings.accesspoint import AccessPoint
from ..settings.savedlink import SavedLink
from ..settings.settings import Settings
from ..timing import Timing

MODEM_SLEEP = 2
"""The sleep mode (clause 3.2.10)."""


class Machine(Protocol):
    """What is there before any firmware runs.  `store`: what is saved."""

    flash: Flash
    store: Store
    timing: Timing

    @property
    def personality(self) -> Rules:
        """Which firmware will run."""


@dataclass(frozen=True)
class Printed:
    """Something that is printed in a format, so long after the boot has begun."""

    after_ns: int
    text: bytes
    uart: UartFormat


@dataclass(frozen=True)
class Plan:
    """What a boot prints, and how long it takes until the firmware runs; None: it never does."""

    prints: tuple[Printed, ...]
    ready_ns: int | None


@dataclass(frozen=True)
class Ram:
    """What RAM begins with.

    `settings`: each as it is saved (clause 6).  `echo_on`: clause 3.2.5.  `sleep_mode`: clause
    3.2.10.  `multiple`, `transparent`, `server_timeout_s`, `server`: clauses 5.2.12, 5.2.14,
    5.2.16, 5.2.13.
    """

    settings: Settings
    echo_on: bool = True
    sleep_mode: int = MODEM_SLEEP
    multiple: bool = False
    transparent: bool = False
    server_timeout_s: int = 180
    server: Listener | None = None


def _plan(machine: Machine, cause: ResetCause, uart: UartFormat) -> Plan:
    text, timing = machine.personality.boot, machine.timing
    if not can_boot(machine.flash):
        return Plan((Printed(timing.boot_rom, text.rom_without_image(cause), uart),), None)
    sdk = replace(uart, baud=text.sdk_rate or uart.baud)
    prints = (
        Printed(timing.boot_rom, text.rom_and_loader(cause), uart),
        Printed(timing.boot_sdk, text.sdk, sdk),
    )
    return Plan(prints, timing.boot_ready)


def _ram(machine: Machine) -> Ram:
    return Ram(machine.store.read())


def _saved_format(_machine: Machine, ram: Ram) -> UartFormat:
    return ram.settings.uart


def _saved_link(chip: Chip) -> SavedLink | None:
    return chip.current.link


def _ready(chip: Chip) -> bytes:
    return chip.personality.boot.ready


def _saved_access_point(chip: Chip) -> AccessPoint | None:
    current = chip.current
    joins = current.auto_connect and has_station(current)
    return current.access_point if joins else None


def _join(chip: Chip, wish: AccessPoint) -> None:
    chip.station.join(wish)


@dataclass(frozen=True)
class Boot:
    """The stages, in their order.

    `plan`: what is printed, and when the firmware runs.  `ram`: what RAM begins with.  `uart`: how
    the UART is set then.  `link`: which link is opened and passes through from then on (clause
    5.2.15).  `ready`: what is said.  `wish`: which access point the station looks for (clause
    4.1.19); `join`: it does.
    """

    plan: Callable[[Machine, ResetCause, UartFormat], Plan] = _plan
    ram: Callable[[Machine], Ram] = _ram
    uart: Callable[[Machine, Ram], UartFormat] = _saved_format
    link: Callable[[Chip], SavedLink | None] = _saved_link
    ready: Callable[[Chip], bytes] = _ready
    wish: Callable[[Chip], AccessPoint | None] = _saved_access_point
    join: Callable[[Chip, AccessPoint], None] = _join
