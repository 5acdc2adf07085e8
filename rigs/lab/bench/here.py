"""The host's own network, as the lab of a bench sees it, and what it may do there.

Law of this file: looking changes nothing. What cannot be had is a sentence for the report.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..ether import raw_socket
from ..flags import LOOPBACK, RUNNING, UP, flags
from ..namespaces import Namespace

_SIOCGIFADDR, _SIOCGIFHWADDR = 0x8915, 0x8927


class Host(Namespace):
    """The namespace that the lab is in already: nobody enters it, and nobody needs a right to."""

    @contextlib.contextmanager
    def inside(self) -> Iterator[None]:
        yield


def host() -> Host:
    """The network of this host."""
    return Host(os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC))


@dataclass(frozen=True, slots=True)
class Interface:
    """What an interface has; `address` is empty if it has no IPv4 address."""

    name: str
    mac: str
    address: str


def interface(name: str) -> Interface:
    """What it has now; raises `OSError` if there is none of that name."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asked = struct.pack("40s", name.encode())
        mac = fcntl.ioctl(asker, _SIOCGIFHWADDR, asked)[18:24].hex(":")
        try:
            address = socket.inet_ntoa(fcntl.ioctl(asker, _SIOCGIFADDR, asked)[20:24])
        except OSError:
            address = ""
    return Interface(name, mac, address)


def has(address: str) -> bool:
    """Whether this host has that IPv4 address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        try:
            asker.bind((address, 0))
        except OSError:
            return False
    return True


def why_deaf(name: str) -> str:
    """Why nobody here could send or hear frames on an interface; empty if one can."""
    try:
        raw_socket(name, 0).close()
    except PermissionError:
        return "frames take the rights of root, or CAP_NET_RAW"
    except OSError as error:
        return f"the host's interface {name}: {error.strerror}"
    return ""


def why_cut_off(name: str) -> str:
    """Why nobody hears what is sent at an interface; empty if it is up and plugged in."""
    has_now = _flags(name)
    if not has_now & UP:
        return f"the host's interface {name} is down, or gone: ip link set {name} up"
    if not has_now & RUNNING:
        return f"the host's interface {name} has no link: is its cable in, and the other end on?"
    return ""


def why_unfit(names: Iterable[str]) -> str:
    """Why nobody's lab is to have one of these interfaces; empty if it may.

    A lab takes addresses away from its interfaces, and the host could not talk to itself any more.
    """
    unfit = [name for name in names if _flags(name) & LOOPBACK]
    return f"{unfit[0]} is this host's loopback interface, which no lab touches" if unfit else ""


def _flags(name: str) -> int:
    """As the kernel has them; none if there is no such interface."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        return flags(name, asker)
