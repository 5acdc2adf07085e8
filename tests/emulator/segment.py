"""A cable in a network namespace of its own: a veth pair, `sta` at one end, `air` at the other.

Law: what runs on it runs in a child process, so that this one's network stays as it is; nothing is
left when the child has ended.  `air` has no address: whoever acts there speaks raw frames.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import selectors
import socket
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rigs.clock.kernel import Backlog, Doors
from rigs.emulator.timers import Timers
from rigs.lab.flags import has_link

NEWNET, NEWUSER = 0x40000000, 0x10000000
STATION, AIR = "sta", "air"
SECOND = 10**9


def on_a_cable(test: Callable[[Cable], None]) -> Callable[[], None]:
    """Run a test in a child, on a cable; skipped where the kernel forbids namespaces."""

    def run() -> None:
        heard, told = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(heard)
            os._exit(_child(test, told))
        os.close(told)
        with os.fdopen(heard, encoding="utf-8") as said:
            text = said.read()
        _pid, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        if code == 2:
            # The child found no namespace to be had, and says what the kernel said.
            pytest.skip(text)
        assert code == 0, text

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run


def _child(test: Callable[[Cable], None], told: int) -> int:
    with os.fdopen(told, "w", encoding="utf-8") as saying:
        try:
            _enter()
        except OSError as error:
            saying.write(f"no namespaces here: {error}")
            return 2
        try:
            test(Cable())
        except BaseException:
            traceback.print_exc(file=saying)
            return 1
    return 0


def _enter() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    uid, gid = os.getuid(), os.getgid()
    flags = NEWNET if uid == 0 else NEWNET | NEWUSER
    if libc.unshare(flags):
        raise OSError(ctypes.get_errno(), "unshare")
    if uid:
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"0 {uid} 1"),
            ("gid_map", f"0 {gid} 1"),
        ):
            Path(f"/proc/self/{name}").write_text(text, encoding="ascii")
    for path, value in (
        ("ipv6/conf/default/disable_ipv6", "1"),
        # Both ends are in one namespace: `air` must not answer for the addresses of `sta`.
        ("ipv4/conf/all/arp_ignore", "1"),
    ):
        with contextlib.suppress(OSError):
            Path("/proc/sys/net", path).write_text(value, encoding="ascii")


class Cable:
    """The pair, a clock with timers, and a loop: what the emulator's services run on (ether.Host).

    `mac`: the one of `sta`.
    """

    def __init__(self) -> None:
        from pyroute2 import IPRoute

        self.mac = bytes.fromhex("18fe34000001")
        self.route = IPRoute()
        self.route.link("add", ifname=STATION, kind="veth", peer={"ifname": AIR})
        self.index = self.route.link_lookup(ifname=STATION)[0]
        other = self.route.link_lookup(ifname=AIR)[0]
        self.route.link("set", index=self.index, address=self.mac.hex(":"))
        for each in (other, self.index):
            self.route.link("set", index=each, state="up")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
            # A kernel that is not asked takes its time to notice, and drops frames until then.
            assert has_link(STATION, asker)
            assert has_link(AIR, asker)
        self.raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.raw.bind((AIR, 3))
        self.raw.setblocking(False)
        self.seen: list[Any] = []
        self.answer: Callable[[Any], Any] = lambda _frame: None
        self._now_ns = SECOND
        self._timers = Timers(self.now_ns)
        self._backlog, self._doors = Backlog(), Doors.opened()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self.raw, selectors.EVENT_READ, self._hear)

    def settle(self, address: str, length: int = 24) -> None:
        """Give `sta` an address."""
        self.route.addr("add", index=self.index, address=address, prefixlen=length)

    def neighbour(self, address: str, mac: str) -> None:
        """Let the kernel know who has an address."""
        self.route.neigh("add", dst=address, lladdr=mac, ifindex=self.index, state="permanent")

    # What a service needs (see ether.Host).

    def watch(self, fd: int, readable: Callable[[], None] | None, writable: object = None) -> None:
        assert readable is not None
        assert writable is None
        self._selector.register(fd, selectors.EVENT_READ, readable)

    def forget(self, fd: int) -> None:
        self._selector.unregister(fd)

    def later(self, delay_ns: int, action: Callable[[], None]) -> None:
        self._timers.after(delay_ns, action)

    def now_ns(self) -> int:
        return self._now_ns

    def skip(self, seconds: float) -> None:
        """Let the services' clock jump ahead."""
        self._now_ns += int(seconds * SECOND)

    # What a test does.

    def until(self, true: Callable[[], object], within_s: float = 60.0) -> bool:
        """Serve until something is so; whether it became so.

        The clock stands while anybody does anything, and then goes on to what is due next.
        """
        deadline = self._now_ns + int(within_s * SECOND)
        while not true():
            if ready := self._selector.select(0):
                for key, _events in ready:
                    key.data()
            elif self._kernel_is_at_work():
                self._selector.select(0.001)
            elif self._now_ns >= deadline:
                return False
            else:
                due = self._timers.next_due_ns()
                self._now_ns = max(self._now_ns, deadline if due is None else min(due, deadline))
            self._timers.run_due()
        return True

    def _kernel_is_at_work(self) -> bool:
        return self._backlog.state()[0] or bool(self._doors.pending())

    def quiet(self, seconds: float = 0.15) -> None:
        """Serve for a while."""
        self.until(lambda: False, seconds)

    def send(self, frame: Any) -> None:
        """Put a frame on the cable, at `air`."""
        self.raw.send(bytes(frame))

    def of(self, layer: Any) -> list[Any]:
        """What `sta` has sent of a kind."""
        return [each for each in self.seen if layer in each]

    def _hear(self) -> None:
        from scapy.layers.l2 import Ether

        data, (_name, _type, way, *_rest) = self.raw.recvfrom(4096)
        if way == socket.PACKET_OUTGOING:
            return
        frame = Ether(data)
        self.seen.append(frame)
        answer = self.answer(frame)
        if answer is not None:
            self.send(answer)


if sys.platform != "linux":  # the cable is a veth pair, which no other system has
    pytest.skip("namespaces are Linux's", allow_module_level=True)
