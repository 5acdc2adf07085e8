"""The network that a bench has for its board: the table `[network]` of a PIXIT.

Law of this file: values and what is wrong with them; who makes an access point or hears an
interface is the rig's business. The password is a secret: it is handed to whoever makes or joins
the network, and comes into no report.
"""

from __future__ import annotations

import dataclasses
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: How an access point of a bench may be secured; empty: as its password says.
SECURITIES = ("", "open", "wpa", "wpa2", "wpa-wpa2")

_MAC = re.compile(r"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}")
#: An interface's name, as the kernel has it.
_INTERFACE = re.compile(r"[^\s/:]{1,15}")
#: A host's name or IPv4 address, or an IPv6 address in brackets, and a port.
_DOOR = re.compile(
    r"(?:\[(?P<six>[0-9A-Fa-f:.%\w]+)\]|(?P<host>[^\s:/\[\]]+)):(?P<port>[0-9]{1,5})"
)
#: What a report has instead of a password.
SECRET = "(secret)"


@dataclass(frozen=True, slots=True)
class Door:
    """Where a lab on another host is met, and the file with the key that opens it."""

    host: str
    port: int
    key: str

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Network:
    """An access point, and the host's interface in the network behind it."""

    #: The name that the board is told to join; empty: this bench has no network.
    ssid: str = ""
    #: What opens it; empty: it is open.
    password: str = ""
    security: str = ""
    #: As the access point sends them; a lab that makes it takes its interface's, and channel 6.
    bssid: str = ""
    channel: int = 0
    #: Of the router and the servers behind the access point, and the mask of their network.
    address: str = ""
    netmask: str = "255.255.255.0"
    #: What it leases; empty: any address of the network.
    first: str = ""
    last: str = ""
    #: The host's interface in that network; not given if the lab makes the access point.
    interface: str = ""
    #: Other addresses of the network that answer an echo.
    hosts: tuple[str, ...] = ()
    #: MAC addresses of whoever else is in that network: what they send is not the IUT's.
    others: tuple[str, ...] = ()
    #: The Wi-Fi interface with which the lab makes the access point itself.
    ap_interface: str = ""
    #: The Wi-Fi interface of the second station.
    station_interface: str = ""
    #: Where the lab is, if it is on another host, as `host:port`, and the file with its key. The
    #: interfaces are that host's then.
    lab: str = ""
    lab_key: str = ""

    @property
    def is_there(self) -> bool:
        """Whether this bench has a lab at all."""
        return bool(self.ssid or self.station_interface)

    @property
    def door(self) -> Door | None:
        """The door of a lab on another host; None: the lab is on this one."""
        found = _DOOR.fullmatch(self.lab)
        if found is None:
            return None
        return Door(found["six"] or found["host"], int(found["port"]), self.lab_key)

    @property
    def secured(self) -> str:
        """How it is secured."""
        return self.security or ("wpa2" if self.password else "open")

    def problem(self) -> str:
        """What is wrong with it, beginning with the key; empty if all is well."""
        if self == Network():
            return ""
        return (
            self._problem_of_radio()
            or self._problem_of_interfaces()
            or self._problem_of_addresses()
            or self._problem_of_others()
            or self._problem_of_door()
        )

    def _problem_of_radio(self) -> str:
        if not self.ssid and not self.station_interface:
            return "ssid is missing: the name of the network that the board is to join"
        if len(self.ssid.encode()) > 32:
            return "ssid has more than 32 bytes"
        if self.security not in SECURITIES:
            return f"security is none of {', '.join(SECURITIES[1:])}"
        if (self.secured == "open") != (not self.password):
            return "password and security contradict each other"
        if self.password and not 8 <= len(self.password.encode()) <= 64:
            return "password has 8 to 63 characters, or 64 hexadecimal digits"
        if not 0 <= self.channel <= 14:
            return "channel is 1 to 14"
        if self.interface and not (self.bssid and self.channel):
            return "bssid and channel are wanted of an access point that is there already"
        if self.bssid and not _MAC.fullmatch(self.bssid):
            return 'bssid is a MAC address, as in "02:00:5e:10:00:01"'
        return ""

    def _problem_of_interfaces(self) -> str:
        names = {
            key: getattr(self, key) for key in ("interface", "ap_interface", "station_interface")
        }
        for key, name in names.items():
            if name and not _INTERFACE.fullmatch(name):
                return f"{key}: no interface is called {name!r}"
            if name == "lo":
                return f"{key}: lo is the loopback interface, which no lab touches"
        if self.ssid and bool(self.interface) == bool(self.ap_interface):
            return (
                "interface names the host's interface in the network of an access point that is "
                "there, ap_interface one with which the lab makes it: one of them is wanted"
            )
        given = [name for name in names.values() if name]
        if len(given) != len(set(given)):
            return "station_interface is another one than that of the access point"
        return ""

    def _problem_of_addresses(self) -> str:
        if not self.ssid:
            return ""
        try:
            network = ipaddress.IPv4Network(f"{self.address}/{self.netmask}", strict=False)
        except ValueError:
            return "address is missing, or with netmask no IPv4 address: the access point's own"
        for key in ("first", "last"):
            if not _is_in(getattr(self, key) or self.address, network):
                return f"{key} is no address of {network}"
        if bool(self.first) != bool(self.last):
            return "first and last: both or none"
        for address in self.hosts:
            if not _is_in(address, network):
                return f"hosts: {address} is no address of {network}"
        return ""

    def _problem_of_others(self) -> str:
        for mac in self.others:
            if not _MAC.fullmatch(mac):
                return f"others: {mac!r} is no MAC address"
        return ""

    def _problem_of_door(self) -> str:
        if bool(self.lab) != bool(self.lab_key):
            return "lab and lab_key: both or none; `python -m rigs.lab.afar key FILE` makes a key"
        if self.lab and not (self.door and 0 < self.door.port < 1 << 16):
            return 'lab is a host and a port, as in "lab.example:7333" or "[fd00::7]:7333"'
        return ""

    def in_folder(self, folder: Path) -> Network:
        """The same, with the key's file as seen from a folder, where it is not absolute."""
        if not self.lab_key:
            return self
        return dataclasses.replace(self, lab_key=str(folder / Path(self.lab_key).expanduser()))

    def told(self) -> Mapping[str, Any]:
        """The values for the lab, the secret among them."""
        return {
            key: value
            for key, value in dataclasses.asdict(self).items()
            if key not in ("lab", "lab_key")
        }

    def shown(self) -> Mapping[str, Any]:
        """The values for a report, without the secret; of the key only what its file is called."""
        return {
            **dataclasses.asdict(self),
            "password": SECRET if self.password else "",
            "lab_key": Path(self.lab_key).name,
        }


def _is_in(address: str, network: ipaddress.IPv4Network) -> bool:
    try:
        return ipaddress.IPv4Address(address) in network
    except ValueError:
        return False
