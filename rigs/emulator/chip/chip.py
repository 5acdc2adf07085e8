"""What a command may ask of the chip, and do to it.

Law: a Protocol and nothing else.  Commands know the chip by this alone; `firmware.Firmware` is what
stands behind it.
"""

from __future__ import annotations

from typing import Protocol

from ..flash.store import Store
from ..ip.beaconing import Beaconing
from ..ip.dataphase import Plan
from ..ip.diverting import Diverting
from ..ip.mdnsname import MdnsName
from ..line.echo import Echo
from ..line.parameters import ParameterRules, Parameters
from ..line.voice import Voice
from ..serial.uart import UartFormat
from ..wifi.scanoptions import ScanOptions
from .rules import Rules


class Chip(Diverting, Protocol):
    """One run of the firmware, as its commands see it; they may ask what its IP stack asks, too.

    `store`: what is saved.  `beaconing`: the packets for WeChat.  `mdns_name`: what is told to
    those who look for it (clause 4.1.37).  `echo`: what sends the UART's bytes back.  `voice`: what
    it speaks with.  `sleep_mode`: how it dozes (clause 3.2.10).  `scan_options`: how a scan is told
    (clause 4.1.7).
    """

    store: Store
    beaconing: Beaconing
    mdns_name: MdnsName | None
    echo: Echo
    voice: Voice
    sleep_mode: int
    scan_options: ScanOptions

    @property
    def vdd33_mv(self) -> int:
        """The supply, measured, in mV."""

    @property
    def personality(self) -> Rules:
        """Which firmware this is: its commands, and its rules."""

    def parameters(self, text: bytes, rules: ParameterRules | None = None) -> Parameters:
        """A cursor over what stands behind `=`; `rules`: if not as usual in this firmware."""

    def take_data(self, plan: Plan) -> None:
        """What comes from now on is data."""

    def pass_through(self) -> None:
        """Invite, and make the UART and the link one wire."""

    def switch_uart(self, form: UartFormat) -> None:
        """Set the UART; what was sent before leaves in the old format."""

    def sleep(self, duration_ns: int | None) -> None:
        """Deep sleep, for ever if there is no duration."""

    def restart(self) -> None:
        """Restart soon; until then the firmware is busy."""

    def crash(self) -> None:
        """Restart as after a watchdog."""
