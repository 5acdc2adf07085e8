"""Which USB adapter is behind a serial port, and where it is now.

Law of this file: an adapter is known by what its maker burnt in: vendor, product, serial number,
and the interface where it has several. One without a serial number, or with one that another
adapter has, too, is known by its path alone.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from serial.tools import list_ports
from serial.tools.list_ports_common import ListPortInfo


@dataclass(frozen=True, slots=True)
class Adapter:
    """One port of one USB adapter."""

    vendor: int
    product: int
    serial_number: str
    #: Which of its ports: what stands behind the colon of its location.
    interface: str

    @classmethod
    def of(cls, port: ListPortInfo) -> Adapter | None:
        """The adapter of `port`; None if nothing tells it from another one."""
        if port.vid is None or port.pid is None or not port.serial_number:
            return None
        _, _, interface = (port.location or "").partition(":")
        return cls(port.vid, port.pid, port.serial_number, interface)


def adapter_at(where: str) -> Adapter | None:
    """The adapter behind the path `where`; None if it is no path, or nothing tells which it is."""
    if "://" in where:
        return None
    path, ports = os.path.realpath(where), list_ports.comports()
    known = [Adapter.of(port) for port in ports]
    here = [
        adapter
        for port, adapter in zip(ports, known, strict=True)
        if os.path.realpath(port.device) == path
    ]
    return here[0] if here and known.count(here[0]) == 1 else None


def places(where: str, adapter: Adapter | None) -> list[str]:
    """Where the line at `where` may be now, likeliest first; not where another adapter is."""
    if adapter is None:
        return [where]
    there = adapter_at(where)
    found = [port.device for port in list_ports.comports() if Adapter.of(port) == adapter]
    return [*([where] if there in (None, adapter) else []), *found]
