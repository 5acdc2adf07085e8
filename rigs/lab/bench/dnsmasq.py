"""dnsmasq: the DHCP and name server of an access point that the lab makes.

Law of this file: text in, text out; it serves one interface, and asks nobody else for names. It is
to be started with `-d`: in the foreground, and as whoever starts it, which in a user namespace is
the only way.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_NAME = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
_ADDRESS = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){3}")


@dataclass(frozen=True, slots=True)
class Service:
    """What it serves on one interface; `leases` is the file in which it keeps what it gave."""

    interface: str
    address: str
    netmask: str
    first: str
    last: str
    leases: Path
    seconds: int = 3600
    #: Names and their addresses.
    names: Mapping[str, str] = field(default_factory=dict)

    def text(self) -> str:
        """Its dnsmasq.conf."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield from (
            # Nothing of the host's own: no names, no other servers, no other interfaces.
            "no-resolv",
            "no-hosts",
            "no-poll",
            f"interface={self.interface}",
            "except-interface=lo",
            "bind-interfaces",
            "pid-file",
            "log-dhcp",
            "log-facility=-",
            # It is alone, and so needs neither to try an address nor to be shy.
            "no-ping",
            "dhcp-authoritative",
            f"dhcp-range={self.first},{self.last},{self.netmask},{self.seconds}",
            f"dhcp-option=option:router,{self.address}",
            f"dhcp-option=option:dns-server,{self.address}",
            f"dhcp-leasefile={self.leases}",
            # A name that nobody told does not exist.
            "address=/#/",
        )
        for name, address in self.names.items():
            yield f"host-record={name},{address}"


def may_serve(name: str, address: str) -> bool:
    """Whether both can stand in a configuration, a word each."""
    return bool(_NAME.fullmatch(name) and _ADDRESS.fullmatch(address))


def renamed(service: Service, names: Mapping[str, str]) -> Service:
    """The same with other names."""
    return dataclasses.replace(service, names=dict(names))


def leases(service: Service, content: str, since: float = 0.0) -> list[dict[str, Any]]:
    """The rows of its lease file, as `conformance.lab.Lease` has them.

    `since`: only what was given then or later, in seconds of real time; a row says when it ends.
    """
    rows = (line.split() for line in content.splitlines())
    return [
        {
            "mac": row[1].lower(), "address": row[2], "netmask": service.netmask,
            "router": service.address, "name_server": service.address,
            "server": service.address, "seconds": service.seconds,
        }
        for row in rows
        if len(row) >= 4 and row[0].isdigit() and row[1].count(":") == 5
        # It counts in whole seconds.
        and int(row[0]) - service.seconds >= int(since)
    ]  # fmt: skip
