"""Network namespaces without names, and how to make sockets and processes in them.

Law of this file: a namespace is held by a descriptor alone, so that nothing is left when the
process ends, however it ends. The process has one thread; whoever goes inside another namespace
comes back before anything else runs, so there is no `await` in there.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_NEWUSER, _NEWNET = 0x10000000, 0x40000000
_LIBC = ctypes.CDLL(None, use_errno=True)

#: Where the kernel keeps the switches of the network namespace that the reader is in.
_SWITCHES = Path("/proc/sys/net")


class NoNamespaces(Exception):
    """The kernel does not let us have namespaces; the message says what it said."""


@dataclass(frozen=True, slots=True)
class Namespace:
    """A network namespace. It lives as long as somebody holds it or runs in it."""

    descriptor: int

    @contextlib.contextmanager
    def inside(self) -> Iterator[None]:
        """Be in it: sockets that are made and processes that are started meanwhile stay there."""
        before = _own()
        try:
            _enter(self.descriptor)
            try:
                yield
            finally:
                _enter(before)
        finally:
            os.close(before)

    def switch(self, name: str, value: int) -> None:
        """Set a switch, as in `ipv4/ip_forward`."""
        with self.inside():
            _SWITCHES.joinpath(name).write_text(str(value), encoding="ascii")

    def close(self) -> None:
        """Hold it no longer."""
        os.close(self.descriptor)


def leave_the_hosts() -> Namespace:
    """Leave the host's network for a new one; as an ordinary user, with a new user namespace.

    To be called while the process has one thread. Raises `NoNamespaces`.
    """
    try:
        _unshare(_NEWNET)
    except OSError:
        uid, gid = os.getuid(), os.getgid()
        try:
            _unshare(_NEWUSER | _NEWNET)
            _write("/proc/self/setgroups", "deny")
            _write("/proc/self/uid_map", f"0 {uid} 1")
            _write("/proc/self/gid_map", f"0 {gid} 1")
        except OSError as error:
            raise NoNamespaces(
                f"the kernel gives no network namespace ({error}); run as root, or let ordinary "
                "users have user namespaces"
            ) from error
    return Namespace(_own())


def another() -> Namespace:
    """One more, empty but for a loopback interface that is down."""
    before = _own()
    try:
        _unshare(_NEWNET)
        made = Namespace(_own())
        _enter(before)
    finally:
        os.close(before)
    return made


def _own() -> int:
    return os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


def _unshare(flags: int) -> None:
    if _LIBC.unshare(flags):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _enter(descriptor: int) -> None:
    if _LIBC.setns(descriptor, _NEWNET):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _write(path: str, text: str) -> None:
    Path(path).write_text(text, encoding="ascii")
