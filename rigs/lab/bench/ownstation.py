"""The second station of a bench: a Wi-Fi interface of the host, and wpa_supplicant.

Law of this file: one station, with the MAC address that its interface has. It changes the
interface's addresses, and neither routes nor anything else of the host.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..machines import Machine
from ..questions import Cannot, Lacking
from ..stations import Station, Stations
from ..world import World
from . import supplicant
from .config import Config
from .here import interface
from .programs import Program, ProgramFailed, written

_NAME = "station1"


class HostsMachine(Machine):
    """An interface of the host as a machine: no routes, for they would be the host's."""

    async def settle(self, address: str, prefix: int, router: str = "") -> None:
        await self.unsettle()
        await self.links.address(self.interface, address, prefix)
        self.address = address


class OwnStation:
    """The station, and the program that joins for it."""

    def __init__(self, config: Config, world: World) -> None:
        self._config, self._world = config, world
        self._program: Program | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="bench-")

    async def station(self, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """The one that there is."""
        name, world = self._config.station_interface, self._world
        there = interface(name)
        if arguments["mac"].lower() not in ("", there.mac):
            raise Lacking(f"the second station of this bench has the MAC address {there.mac}")
        if world.of(Stations).by_name:
            raise Lacking("this bench has one second station")
        machine = HostsMachine("", there.mac, world.namespace, world.links, "", name)
        world.of(Stations).by_name[_NAME] = Station(machine)
        world.afterwards(self.leave)
        return {"name": _NAME, "mac": there.mac}

    async def join(self, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """It joins, or is told why not."""
        await self.leave()
        path = Path(self._folder.name, "wpa_supplicant.conf")
        ssid, password = bytes.fromhex(arguments["ssid"]), bytes.fromhex(arguments["password"])
        try:
            wish = supplicant.Wish(ssid, password).text()
            written(path.parent, path.name, wish)
            self._program = await Program.start(
                ["wpa_supplicant", f"-D{self._config.driver}", f"-c{path}",
                 f"-i{self._config.station_interface}"]
            )  # fmt: skip
            line = await self._program.until(
                lambda line: supplicant.outcome(line) is not None, arguments["within_s"]
            )
        except supplicant.Unwritable as error:
            raise Cannot(str(error)) from error
        except ProgramFailed as error:
            ended = self._program is None or self._program.has_ended
            await self.leave()
            if ended:
                raise Cannot(f"wpa_supplicant failed: {error}") from error
            return {"refused": "not-found"}
        finally:
            # Whoever is killed leaves no passphrase behind.
            path.unlink(missing_ok=True)
        if refused := supplicant.outcome(line) or "":
            await self.leave()
        return {"refused": refused}

    async def leave(self) -> None:
        """It is joined with nobody, and has no address."""
        if self._program is not None:
            program, self._program = self._program, None
            await program.stop()
        with contextlib.suppress(Exception):  # it may be unplugged
            await self._world.links.no_address(self._config.station_interface)

    async def close(self) -> None:
        """For good."""
        await self.leave()
        self._folder.cleanup()
