"""Where firmwares differ: what a command may ask of the one that it is part of.

Law: data and strategies, and nothing that acts; what holds for which firmware stands in
`personalities/`.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ..ip.addressrules import DhcpRules, IpRules, MacRules
from ..ip.tcpiprules import TcpIpRules
from ..line.command import Final, Registered
from ..line.parameters import ParameterRules
from ..settings.accesspoint import AccessPoint
from ..settings.settings import Settings, SoftAp
from ..wifi.air import Speech
from .boottext import BootText


@dataclass(frozen=True)
class Identity:
    """What AT+GMR tells (clause 3.2.3): what follows `AT version:` and so on.

    `end`: what closes the last line; NONOS lacks it, so that OK follows without a blank line.
    """

    at_version: bytes
    at_built: bytes
    sdk_version: bytes
    compile_time: bytes
    end: bytes


@dataclass(frozen=True)
class BasicRules:
    """Where firmwares differ in the commands of clause 3.

    `bauds`: what AT+UART takes.  `rate`: the rate that was asked for -> the one that the UART has
    then, 0: it has no clock.  `prints_sleep_time`: AT+GSLP repeats its parameter.  `slept_us`:
    the parameter of AT+GSLP -> how long the chip sleeps in us, None: until a reset.
    `sleep_wifi_modes`: the Wi-Fi modes in which AT+SLEEP= is taken.  `voltage_complaint`:
    what AT+RFVDD= says before it refuses a number.
    """

    bauds: Container[int]
    rate: Callable[[int], int]
    prints_sleep_time: bool
    slept_us: Callable[[int], int | None]
    sleep_wifi_modes: Container[int]
    voltage_complaint: bytes


@dataclass(frozen=True)
class SoftApRules:
    """Which softAP configurations are taken, and how one is printed.

    `secured_password_max`: longest password in bytes with an ecn other than 0.
    `printed`: a configuration -> SSID and password as the query shows them.
    """

    secured_password_max: int
    printed: Callable[[SoftAp], tuple[bytes, bytes]]


@dataclass(frozen=True)
class StationRules:
    """Where firmwares differ in the commands of the station (clauses 4.1.4 to 4.1.9, from 4.1.32).

    `tells_failure`: a wish to join that fails is told as a disconnection (observed 1.3, item 14).
    `tells_in_transparent_mode`: what becomes of the link is told with AT+CIPMODE=1, too, as long
    as nothing passes through (field guide 2, Unsolicited lines).
    `bare_strings`: nothing counts as an empty string where an empty one has a meaning.
    `scans_in_softap_mode`: AT+CWLAP works there, too.
    `scan_broken_off`: how AT+CWLAP ends when a forced restart comes (observed 1.3, item 5).
    `autoconnect_needs_station`: AT+CWAUTOCONN= is an ERROR in softAP mode.
    `free_mask`: AT+CWLAPOPT= takes any mask, in hex, too.
    `quit_complaint`: what AT+CWQAP says before ERROR in softAP mode; None where it is OK.
    `explains`: lines before ERROR and OK say more.
    `smartconfig_lines`: what is said when SmartConfig has told whom to join;
    `smartconfig_done`: when it has given an address.
    `locked_by_smartconfig`: which commands wait until SmartConfig is over.
    `wps_modes`: where there is AT+WPS.
    `discovery_needs_address`, `mdns_needs_address`: only for a station that has an address.
    `mdns_off_alone`: AT+MDNS=0 has no other parameters.
    `mdns_any_name`: a name may hold what clause 4.1.37 advises against.
    """

    tells_failure: bool
    tells_in_transparent_mode: bool
    bare_strings: bool
    scans_in_softap_mode: bool
    scan_broken_off: Final | None
    autoconnect_needs_station: bool
    free_mask: bool
    quit_complaint: bytes | None
    explains: bool
    smartconfig_lines: Callable[[AccessPoint, Speech], Sequence[bytes]]
    smartconfig_done: bytes
    locked_by_smartconfig: Callable[[str], bool]
    wps_modes: Container[int]
    discovery_needs_address: bool
    mdns_needs_address: bool
    mdns_off_alone: bool
    mdns_any_name: bool


class Rules(Protocol):
    """A firmware, as its commands see it."""

    @property
    def commands(self) -> Mapping[str, Registered]:
        """What it answers to, by name."""

    @property
    def parameters(self) -> ParameterRules:
        """How parameters are written."""

    @property
    def strict_parameters(self) -> ParameterRules:
        """The same for the commands that look closer at their numbers (observed 1.3, suites)."""

    @property
    def identity(self) -> Identity:
        """What AT+GMR tells."""

    @property
    def basic(self) -> BasicRules:
        """The commands of clause 3."""

    @property
    def softap(self) -> SoftApRules:
        """The softAP's configuration."""

    @property
    def station(self) -> StationRules:
        """The commands of the station."""

    @property
    def macs(self) -> MacRules:
        """MAC addresses."""

    @property
    def ips(self) -> IpRules:
        """IP addresses."""

    @property
    def dhcp(self) -> DhcpRules:
        """DHCP."""

    @property
    def tcpip(self) -> TcpIpRules:
        """The commands of clause 5."""

    @property
    def boot(self) -> BootText:
        """What a boot prints."""

    @property
    def factory(self) -> Settings:
        """What is set where nothing is saved."""
