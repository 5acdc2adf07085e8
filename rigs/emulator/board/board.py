"""The board: power, reset, boot; the chip around the firmware.

Law: what outlives a restart (store, UART, counters) and the order of a boot.  The board speaks to
the outside through `receive` and `transmit` only and never looks at what a line says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from ..firmware.firmware import Firmware
from ..firmware.personality import Personality
from ..flash import Flash
from ..flash.build import default_chip
from ..flash.contents import factory_image
from ..flash.store import Store
from ..ip.network import Network
from ..loader import Loader
from ..net.inforce import NOTHING, Follower
from ..net.networked import Networked
from ..net.none import NoNetwork
from ..resetcause import ResetCause
from ..serial.uart import BOOT_FORMAT, UartFormat, in_registers
from ..settings.addresses import IpConfig
from ..timers import Timers
from ..timing import Timing
from ..wifi.air import Air, EmptyAir
from .pins import RELEASED, Levels

Transmit = Callable[[bytes, UartFormat], None]
"""Takes bytes and the format that they are sent in."""


def _nowhere(_data: bytes, _format: UartFormat) -> None:
    """A UART with no wire on it."""


@dataclass(frozen=True)
class Status:
    """What a board is doing.

    `asleep`: in deep sleep, from which the timer or a reset wakes it.  `uptime_ns`: since the last
    boot began, 0 while off.
    """

    firmware: str
    powered: bool
    ready: bool
    asleep: bool
    downloads: bool
    uptime_ns: int
    boots: int
    uart: UartFormat


class Board:
    """An ESP8266 board, powered off until told otherwise.

    `now_ns` reads a monotonic clock.  Call `run_due` whenever `next_due_ns` has come and after
    every burst of `receive`: a command runs when the bytes that came with it have been taken.
    `flash` is the board's chip; without one it gets its own, in memory.  `wake_wire`: whether
    XPD_DCDC is wired to the reset pin, so that deep sleep ends by itself (clause 3.2.4).
    `vdd33_mv`: the supply, as the chip's ADC measures it, in mV.  `air`: what its radio reaches.
    `network`: what its IP stack reaches.
    """

    def __init__(
        self,
        personality: Personality,
        timing: Timing,
        now_ns: Callable[[], int],
        transmit: Transmit = _nowhere,
        flash: Flash | None = None,
        wake_wire: bool = True,
        vdd33_mv: int = 3300,
        air: Air | None = None,
        network: Network | None = None,
    ) -> None:
        self.vdd33_mv = vdd33_mv
        self.flash = flash or default_chip(personality.name)
        self.air = air or EmptyAir()
        self.network = network or NoNetwork()
        #: Who makes true what is in force on the interfaces, in this order.
        self.followers: Sequence[Follower] = ()
        self._followed = NOTHING
        self._grounds: object = None
        self._firmware: Firmware | None = None
        self.transmit = transmit
        self._installed = self.personality = personality
        self.store = Store(self.flash, personality.factory)
        self.timing = timing
        self._timers = Timers(now_ns)
        self._loader: Loader | None = None
        self._wake_wire = wake_wire
        self._powered = False
        self._pins = RELEASED
        self._downloads = False
        self._asleep = False
        self._uart = BOOT_FORMAT
        self._boots = 0
        self._booted_at = 0

    # From the outside.

    def lead(self, transmit: Transmit) -> None:
        """The UART leads there."""
        self.transmit = transmit

    def receive(self, data: bytes) -> None:
        """Bytes arrive at the UART, as heard in its format; before `ready` they are lost."""
        if self._loader:
            self._loader.receive(data)
        elif self._firmware:
            self._firmware.receive(data)

    def listen(self, sent: UartFormat) -> None:
        """Bytes are about to arrive that were sent so: the loader takes its rate from them."""
        if self._loader and self._loader.measures:
            self._uart = UartFormat(sent.baud)

    def pins(self, en: bool, gpio0: bool) -> None:
        """Set the levels of EN and GPIO0 (True: high).

        EN low is silence; when it rises, the board boots, into download mode if GPIO0 is low.
        """
        rises = en and not self._pins.en
        self._pins = Levels(en, gpio0)
        if not en:
            self._stop()
        elif rises:
            self.reset()

    def power_on(self) -> None:
        """Apply power; nothing happens if it is on already."""
        if not self._powered:
            self._powered = True
            if self._pins.en:
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
        """Pull the EN pin: a hard reset.  Without power, or if EN stays low, it does nothing."""
        if self._powered and self._pins.en:
            self._boot(ResetCause.PIN)

    def install(self, personality: Personality) -> None:
        """Flash another firmware, whose store starts from the factory, and power-cycle."""
        self._installed = personality
        self.store = Store(self.flash, personality.factory)
        self.become(personality)
        self.flash.load_all(factory_image(self.flash.map, personality.name))
        self.power_cycle()

    def become(self, personality: Personality) -> None:
        """Go on with other functions; what runs, runs on."""
        self.personality = personality
        self.store.__class__ = personality.store
        if self._firmware:
            self._firmware.become(personality)

    @property
    def uart(self) -> UartFormat:
        """How the board's UART is set now."""
        return self._uart

    def status(self) -> Status:
        """What the board is doing."""
        uptime = self._timers.now_ns() - self._booted_at if self._powered else 0
        return Status(
            firmware=self._installed.name,
            powered=self._powered,
            ready=self._firmware is not None,
            asleep=self._asleep,
            downloads=self._loader is not None,
            uptime_ns=uptime,
            boots=self._boots,
            uart=self._uart,
        )

    def next_due_ns(self) -> int | None:
        """When `run_due` has something to do (monotonic ns), or None."""
        return self._timers.next_due_ns()

    def run_due(self) -> None:
        """Do what is due."""
        self._timers.run_due()
        self.settle()

    def settle(self) -> None:
        """Tell the followers what is in force on the interfaces, if that has changed."""
        if not self.followers:
            return
        before, self._grounds = self._grounds, None
        force = NOTHING
        if self._firmware:
            self._grounds = self._firmware.grounds
            if self._grounds == before:
                return
            force = self._firmware.in_force
        if force != self._followed:
            self._followed = force
            for each in self.followers:
                each.follow(force)

    # What the services of the network ask for (see net.services.Leaseholder).

    @property
    def chip(self) -> Networked:
        """The run of the firmware; there is one while anything is in force."""
        assert self._firmware is not None
        return self._firmware

    def leased(self, ip: IpConfig) -> None:
        """A server has given an address: it is there before anything is said of it."""
        if self._firmware and self._firmware.station.joined:
            self._firmware.station.lease = ip
            self.settle()
            self._firmware.station.leased(ip)

    def readdressed(self) -> None:
        """A lease has ended, or another way to an address has begun."""
        if self._firmware:
            self._firmware.station.readdressed()
            self.settle()

    # What the firmware runs on (see firmware.Outside).

    def send(self, data: bytes) -> None:
        """Put bytes on the UART."""
        self.transmit(data, self._uart)

    def now_ns(self) -> int:
        """See Outside."""
        return self._timers.now_ns()

    def later(self, delay_ns: int, action: Callable[[], None]) -> None:
        """Run something later, unless a reset comes first."""
        self._timers.after(delay_ns, action)

    def restart(self) -> None:
        """Restart by software: the UART keeps its format until the firmware is up."""
        self._boot(ResetCause.SOFTWARE)

    def set_uart(self, form: UartFormat) -> None:
        """Set the UART; what was sent before has left in the old format."""
        self._uart = replace(in_registers(form), baud=self._installed.basic.rate(form.baud))

    def sleep(self, duration_ns: int | None) -> None:
        """Deep sleep until the timer (if it is set and wired), a reset or a power cycle."""
        self._leave_air()
        self._timers.clear()
        self._firmware = None
        self.settle()
        self.network.drop()
        self._asleep = True
        if duration_ns is not None and self._wake_wire:
            self.later(duration_ns, self.wake)

    def wake(self) -> None:
        """The deep sleep timer pulls the reset pin."""
        self._boot(ResetCause.DEEP_SLEEP)

    def crash(self) -> None:
        """Restart as the watchdog does."""
        self._boot(ResetCause.WATCHDOG)

    # What the loader runs on, too (see loader.Chip).

    def restart_loader(self) -> None:
        """Restart by software: the pins are not looked at again."""
        self._boot(ResetCause.SOFTWARE)

    def run_firmware(self) -> None:
        """Leave download mode for what is in the flash."""
        self._downloads = False
        self._boot(ResetCause.SOFTWARE)

    # Booting.

    def _stop(self) -> None:
        self._end()

    def _end(self) -> None:
        """What ran has ended, and nothing of it is left."""
        self._leave_air()
        self._timers.clear()
        self._firmware = None
        self._loader = None
        self.settle()
        self.network.drop()
        self._asleep = False

    def _leave_air(self) -> None:
        self.air.leave()
        self.air.hush()

    def _boot(self, cause: ResetCause) -> None:
        warm = cause in (ResetCause.SOFTWARE, ResetCause.WATCHDOG)
        self._end()
        self.store.factory = self.personality.factory
        self._boots += 1
        self._booted_at = self._timers.now_ns()
        self._uart = self._uart if warm else UartFormat(self.personality.boot.rom_rate)
        self._downloads = self._downloads if warm else not self._pins.gpio0
        if self._downloads:
            self.later(self.timing.boot_rom, lambda: self._download(cause))
        else:
            self._schedule_boot(cause)

    def _schedule_boot(self, cause: ResetCause) -> None:
        plan = self.personality.start.plan(self, cause, self._uart)
        for each in plan.prints:
            self.later(each.after_ns, partial(self.transmit, each.text, each.uart))
        if plan.ready_ns is not None:
            self.later(plan.ready_ns, self._ready)

    def _download(self, cause: ResetCause) -> None:
        self.transmit(self._installed.boot.rom_in_download_mode(cause), self._uart)
        self._uart = BOOT_FORMAT  # until it has measured another rate
        self._loader = Loader(self, self.flash)

    def _ready(self) -> None:
        start = self.personality.start
        ram = start.ram(self)
        self.set_uart(start.uart(self, ram))
        firmware = Firmware(self.store, ram, self)
        self._firmware = firmware
        firmware.begin()
        text = start.ready(firmware)
        if text:
            self.send(text)
        firmware.started()
