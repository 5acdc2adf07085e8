"""What a harness on another host needs beside the questions: its clock, and the captures' files.

Law of this file: what is told is dated by the harness's clock, which it tells at the beginning of
each purpose and again before it wants to know a time. Captures are kept in a folder of the lab's
own until they are fetched, in pieces; nothing that the harness says names another place.
"""

from __future__ import annotations

import base64
import shutil
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from ..questions import Cannot
from ..world import World
from .config import Config

#: The longest piece of a file that is told at once, in bytes.
_PIECE = 256 << 10


def why_not_lent(config: Config, lent: Collection[str]) -> str:
    """Why this lab touches not what the PIXIT names; empty if it may."""
    if others := [name for name in config.interfaces if name not in lent]:
        return (
            f"the PIXIT names {' and '.join(others)}; this lab lends {', '.join(sorted(lent))} "
            "and touches nothing else (--lend)"
        )
    return ""


class Outpost:
    """The lab's part in it; `folder` is where captures are kept, and nothing else is."""

    def __init__(self, world: World, folder: Path) -> None:
        self._world = world
        self._folder = folder

    async def begin(self, arguments: Mapping[str, Any]) -> None:
        """Another purpose begins: what the one before left here is gone."""
        prefix = arguments["prefix"]
        if Path(prefix).name != prefix:
            raise Cannot(f"no name of a capture begins with {prefix!r}")
        kept = self._folder if arguments["captures"] else None
        await self._world.begin(arguments["purpose"], kept, prefix)
        for path in self._folder.iterdir():
            path.unlink()
        self._world.clock.set(**_shift(arguments["clock"]))

    def answer(self, name: str, arguments: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The answer; None if it is a question for the bench."""
        if name == "clock":
            if arguments:
                self._world.clock.check(**_shift(arguments))
            return {"at": time.monotonic_ns()}
        if name == "capture-files":
            return {"files": self._files()}
        if name == "capture-file":
            return self._piece(arguments["name"], arguments["offset"])
        return None

    def _files(self) -> list[Mapping[str, Any]]:
        return [
            {"name": path.name, "size": path.stat().st_size}
            for path in sorted(self._folder.iterdir())
        ]

    def _piece(self, name: str, offset: int) -> Mapping[str, Any]:
        if name not in [each["name"] for each in self._files()]:
            raise Cannot(f"no capture is called {name!r}")
        with self._folder.joinpath(name).open("rb") as stream:
            stream.seek(offset)
            return {"data": base64.b64encode(stream.read(_PIECE)).decode("ascii")}

    def close(self) -> None:
        """Nothing is kept any more."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _shift(told: Mapping[str, Any]) -> Mapping[str, int]:
    return {key: int(told[key]) for key in ("shift_ns", "doubt_ns")}
