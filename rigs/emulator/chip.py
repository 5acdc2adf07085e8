"""What a command may ask of the chip, and do to it.

Law: a Protocol and nothing else.  Commands know the chip by this alone; `firmware.Firmware` is what
stands behind it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .air import Surroundings
    from .beaconing import Beaconing
    from .discovery import MdnsName
    from .echo import Echo
    from .link import Link
    from .net import Network
    from .parameters import ParameterRules, Parameters
    from .personality import Personality
    from .receiver import Sink
    from .scanoptions import ScanOptions
    from .settings import Settings
    from .station import Station
    from .store import Store
    from .tcpip import TcpIp
    from .timing import Timing
    from .uart import UartFormat
    from .voice import Voice


class Chip(Protocol):
    """One run of the firmware, as its commands see it.

    `current`: what RAM holds; it is replaced as a whole.  `store`: what is saved.  `station`: the
    radio as a station.  `tcpip`: links and the modes of clause 5.  `echo`: what sends the UART's
    bytes back.  `voice`: what it speaks with.  `sleep_mode`: how it dozes (clause 3.2.10).
    `beaconing`: the packets for WeChat.
    `scan_options`: how a scan is told (clause 4.1.7).  `mdns_name`: what is told to those who look
    for it (clause 4.1.37).
    """

    current: Settings
    store: Store
    station: Station
    beaconing: Beaconing
    mdns_name: MdnsName | None
    tcpip: TcpIp
    echo: Echo
    voice: Voice
    sleep_mode: int
    scan_options: ScanOptions

    @property
    def timing(self) -> Timing:
        """How long slow things take."""

    @property
    def vdd33_mv(self) -> int:
        """The supply, measured, in mV."""

    @property
    def personality(self) -> Personality:
        """Which firmware this is: its rules, and its functions."""

    @property
    def air(self) -> Surroundings:
        """The radio side: who has joined whom."""

    @property
    def network(self) -> Network:
        """What the IP stack can reach."""

    def parameters(self, text: bytes, rules: ParameterRules | None = None) -> Parameters:
        """A cursor over what stands behind `=`; `rules`: if not as usual in this firmware."""

    def now_ns(self) -> int:
        """A monotonic clock."""

    def later(self, delay_ns: int, action: Callable[[], None]) -> None:
        """Run something later, unless a reset comes first."""

    @property
    def sink(self) -> Sink | None:
        """What takes the bytes of the UART instead of the parser."""

    def divert(self, sink: Sink | None) -> None:
        """From now on the bytes of the UART go there; None: to the parser."""

    def pass_through(self) -> None:
        """Invite, and make the UART and the link one wire."""

    @property
    def passing_through(self) -> bool:
        """Whether the UART and a link are one wire."""

    def reconnect(self, link: Link) -> None:
        """A link that passes through was lost."""

    def say(self, data: bytes) -> None:
        """Say something that is no answer, as it is."""

    def say_received(self, head: bytes, data: bytes) -> None:
        """Say what a peer has sent (clause 5.2.20)."""

    def tell(self, text: bytes) -> None:
        """Say a line that nobody asked for."""

    def switch_uart(self, form: UartFormat) -> None:
        """Set the UART; what was sent before leaves in the old format."""

    def sleep(self, duration_ns: int | None) -> None:
        """Deep sleep, for ever if there is no duration."""

    def restart(self) -> None:
        """Restart soon; until then the firmware is busy."""

    def crash(self) -> None:
        """Restart as after a watchdog."""
