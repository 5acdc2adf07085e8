"""The board: power, reset, boot; the chip around the firmware.

Law: what outlives a restart (store, UART, counters) and the order of a boot.  The board speaks to
the outside through `receive` and `transmit` only and never looks at what a line says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from .boottext import ResetCause
from .faults import Faults
from .firmware import Firmware
from .personality import Personality
from .settings import Lifetime, Settings, Store
from .timers import Timers
from .timing import Timing
from .uart import BOOT_RATE, ROM_RATE

_FAULTY_RATE = 9600

Transmit = Callable[[bytes, int], None]
"""Takes bytes and the rate (baud) they are sent at."""


def _nowhere(_data: bytes, _rate: int) -> None:
    """A UART with no wire on it."""


@dataclass(frozen=True)
class Status:
    """What a board is doing.  `uptime_ns`: since the last boot began, 0 while off."""

    firmware: str
    powered: bool
    ready: bool
    uptime_ns: int
    boots: int
    uart_rate: int


class Board:
    """An ESP8266 board, powered off until told otherwise.

    `now_ns` reads a monotonic clock.  Call `run_due` whenever `next_due_ns` has come and after
    every burst of `receive`: a command runs when the bytes that came with it have been taken.
    """

    def __init__(
        self,
        personality: Personality,
        timing: Timing,
        faults: Faults,
        now_ns: Callable[[], int],
        transmit: Transmit = _nowhere,
    ) -> None:
        self.faults = faults
        self.transmit = transmit
        self._personality = personality
        self._timing = timing
        self._timers = Timers(now_ns)
        self._store = Store(personality.factory)
        self._firmware: Firmware | None = None
        self._powered = False
        self._rate = BOOT_RATE
        self._boots = 0
        self._booted_at = 0

    # From the outside.

    def receive(self, data: bytes) -> None:
        """Bytes arrive at the UART, as heard at its rate; before `ready` they are lost."""
        if self._firmware:
            self._firmware.receive(data)

    def power_on(self) -> None:
        """Apply power; nothing happens if it is on already."""
        if not self._powered:
            self._powered = True
            self._boot(ResetCause.POWER_ON)

    def power_off(self) -> None:
        """Take the power away: silence, and RAM is lost."""
        self._powered = False
        self._stop()

    def power_cycle(self) -> None:
        """Off and on again."""
        self.power_off()
        self.power_on()

    def reset(self) -> None:
        """Pull the EN pin: a hard reset.  Without power it does nothing."""
        if self._powered:
            self._boot(ResetCause.PIN)

    def install(self, personality: Personality) -> None:
        """Flash another firmware, whose store starts from the factory, and power-cycle."""
        self._personality = personality
        self._store = Store(personality.factory)
        self.power_cycle()

    @property
    def uart_rate(self) -> int:
        """The rate (baud) at which the board listens now."""
        return self._rate

    def status(self) -> Status:
        """What the board is doing."""
        uptime = self._timers.now_ns() - self._booted_at if self._powered else 0
        return Status(
            firmware=self._personality.name,
            powered=self._powered,
            ready=self._firmware is not None,
            uptime_ns=uptime,
            boots=self._boots,
            uart_rate=self._rate,
        )

    def next_due_ns(self) -> int | None:
        """When `run_due` has something to do (monotonic ns), or None."""
        return self._timers.next_due_ns()

    def run_due(self) -> None:
        """Do what is due."""
        self._timers.run_due()

    # What the firmware runs on (see firmware.Outside).

    def send(self, data: bytes) -> None:
        """Put bytes on the UART."""
        self.transmit(data, self._rate)

    def later(self, delay_ns: int, action: Callable[[], None]) -> None:
        """Run something later, unless a reset comes first."""
        self._timers.after(delay_ns, action)

    def restart(self, parting: bytes) -> None:
        """Restart by software: the UART keeps its rate until the firmware is up."""
        self._boot(ResetCause.SOFTWARE, parting)

    def crash(self) -> None:
        """Restart as the watchdog does."""
        self._boot(ResetCause.WATCHDOG)

    # Booting.

    def _stop(self) -> None:
        self._timers.clear()
        self._firmware = None
        self._store.survive(Lifetime.FOREVER)

    def _boot(self, cause: ResetCause, parting: bytes = b"") -> None:
        before = self._firmware
        self._timers.clear()
        self._firmware = None
        warm = cause in (ResetCause.SOFTWARE, ResetCause.WATCHDOG)
        self._store.survive(Lifetime.UNTIL_POWER_LOSS if warm else Lifetime.FOREVER)
        self._boots += 1
        self._booted_at = self._timers.now_ns()
        self._rate = self._rate if warm else ROM_RATE
        self._schedule_boot(cause, before if cause is ResetCause.SOFTWARE else None, parting)

    def _schedule_boot(self, cause: ResetCause, before: Firmware | None, parting: bytes) -> None:
        text = self._personality.boot
        sdk_rate = text.sdk_rate or self._rate
        self.later(self._timing.boot_rom, lambda: self.send(text.rom_and_loader(cause)))
        self.later(self._timing.boot_sdk, lambda: self.transmit(text.sdk, sdk_rate))
        if cause is ResetCause.SOFTWARE and self.faults.active("rst.no-return"):
            return
        self.later(self._timing.boot_ready, lambda: self._ready(before, parting))

    def _ready(self, before: Firmware | None, parting: bytes) -> None:
        self._rate = _FAULTY_RATE if self.faults.active("boot.rate-9600") else BOOT_RATE
        self._firmware = Firmware(
            self._personality,
            self._timing,
            self.faults,
            self._store,
            self._settings_at_boot(before),
            self,
            echo_on=self._echo_at_boot(before),
        )
        if not self.faults.active("boot.no-ready"):
            self.send(self._personality.boot.ready)
        if parting:
            self.send(parting)

    def _settings_at_boot(self, before: Firmware | None) -> Settings:
        """What RAM starts with: the saved settings; a fault lets _CUR values through."""
        settings = self._store.read()
        if before and self.faults.active("cwmode_cur.survives-rst"):
            settings = replace(settings, mode=before.current.mode)
        if before and self.faults.active("cwsap_cur.survives-rst"):
            settings = replace(settings, softap=before.current.softap)
        return settings

    def _echo_at_boot(self, before: Firmware | None) -> bool:
        if self.faults.active("echo.off-after-boot"):
            return False
        if before and self.faults.active("echo.survives-rst"):
            return before.echo.on
        return True
