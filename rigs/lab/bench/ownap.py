"""An access point that the lab makes by itself: hostapd on a Wi-Fi interface, dnsmasq behind it.

Law of this file: the interface is the lab's while it lives, and gets its state back at the end as
far as the lab changed it. What hostapd says of stations is the air's log; nothing is guessed.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..air import AccessPoint, Air
from ..links import Links
from ..questions import Cannot
from . import dnsmasq, hostapd
from .config import Config
from .programs import Program, written

#: How long either program may take to be ready, in seconds; a radio may look for others before.
_READY_S = 20.0


class OwnAccessPoint:
    """hostapd and dnsmasq at one interface."""

    def __init__(self, config: Config, links: Links, air: Air, there: AccessPoint) -> None:
        self._config, self._links, self._air, self._there = config, links, air, there
        self._folder = tempfile.TemporaryDirectory(prefix="bench-")
        first, last = config.leased
        self._service = dnsmasq.Service(
            config.ap_interface, config.address, config.netmask, first, last,
            Path(self._folder.name, "leases"),
        )  # fmt: skip
        self._programs: dict[str, Program] = {}
        self.members: set[str] = set()
        self._since = 0.0

    async def open(self) -> None:
        """Be on the air; raises `ProgramFailed`, `Unwritable` or `OSError`."""
        config = self._config
        radio = hostapd.Radio(
            config.ap_interface, config.ssid.encode(), config.password.encode(),
            self._there.security, config.on_channel, False, config.bssid, config.driver,
        )  # fmt: skip
        path = written(Path(self._folder.name), "hostapd.conf", radio.text())
        await self._links.no_address(config.ap_interface)
        program = await Program.start(["hostapd", str(path)], self._heard)
        self._programs["hostapd"] = program
        await program.until(lambda line: hostapd.told(line) == hostapd.Told("enabled"), _READY_S)
        path.unlink()  # it is read: whoever is killed leaves no passphrase behind
        await self._links.up(config.ap_interface)
        await self._links.address(config.ap_interface, config.address, config.prefix)
        await self._serve()

    async def _serve(self) -> None:
        path = written(Path(self._folder.name), "dnsmasq.conf", self._service.text())
        program = await Program.start(["dnsmasq", "-d", f"--conf-file={path}"])
        self._programs["dnsmasq"] = program
        await program.until(lambda line: "started" in line, _READY_S)

    async def begin(self) -> None:
        """Another purpose begins: leases of before are told no more, and names known no more."""
        self._since = time.time()
        if self._service.names:
            await self._serve_names({})

    async def name(self, name: str, address: str) -> None:
        """The name server knows one more name; raises `Cannot` if it could misread it."""
        if not dnsmasq.may_serve(name, address):
            raise Cannot(f"dnsmasq serves no name {name!r} with the address {address!r}")
        await self._serve_names({**self._service.names, name: address})

    async def _serve_names(self, names: Mapping[str, str]) -> None:
        """dnsmasq has to start anew for that."""
        self._service = dnsmasq.renamed(self._service, names)
        if "dnsmasq" in self._programs:
            await self._programs.pop("dnsmasq").stop()
        await self._serve()

    def leases(self) -> list[dict[str, Any]]:
        """What was leased since the purpose began."""
        with contextlib.suppress(OSError):
            content = self._service.leases.read_text(encoding="ascii", errors="replace")
            return dnsmasq.leases(self._service, content, self._since)
        return []

    @property
    def problem(self) -> str:
        """Which program has ended unasked, and its last words; empty if none has."""
        for name, program in self._programs.items():
            if program.has_ended:
                return f"{name} ended: {program.last_words}"
        return ""

    def _heard(self, line: str) -> None:
        told = hostapd.told(line)
        if told is None or not told.station:
            return
        what, why = told.what, ""
        if what == "joined":
            self.members.add(told.station)
        elif what == "left":
            if told.station not in self.members:
                return  # it was on its way in
            self.members.discard(told.station)  # of its own will or not: that is not told
        else:
            what, why = "refused", "wrong-password"
        self._air.log_line(what, told.station, self._there.name, self._there.bssid, why)
        self._waking = asyncio.create_task(self._air.stirred())

    async def close(self) -> None:
        """Off the air, and the interface as it was found."""
        for name in ("dnsmasq", "hostapd"):
            if name in self._programs:
                await self._programs.pop(name).stop()
        with contextlib.suppress(Exception):  # it may be unplugged
            await self._links.no_address(self._config.ap_interface)
            await self._links.down(self._config.ap_interface)
        self._folder.cleanup()
