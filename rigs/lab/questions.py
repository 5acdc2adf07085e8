"""The questions that a lab answers, by name.

Law of this file: one table. A module that answers some puts `@question("name")` on an async
function of the world and the arguments, and stands in `HOMES`; it is imported at the first of its
questions, because what takes long to import must not hold up every start.
"""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .world import World

Handler = Callable[["World", Mapping[str, Any]], Awaitable[Mapping[str, Any]]]

#: Name of a question -> who answers it, of the modules that are imported.
handlers: dict[str, Handler] = {}

#: Module of this package -> the questions that it answers.
HOMES: Mapping[str, tuple[str, ...]] = {
    "accesspoints": (
        "home", "access-point", "access-point-on", "access-point-off", "associations", "members",
    ),
    "capture": ("capture", "capture-end"),
    "servers": ("leases", "name"),
    "hosts": ("host", "mdns"),
    "places": ("arp", "ping"),
    "peering": ("peer", "peer-received", "peer-send", "peer-connected", "peer-close"),
    "stations": (
        "station", "station-scan", "station-join", "station-leave", "station-lease",
        "station-renew", "station-release", "station-settle",
    ),
    "noise": ("noise",),
    "pairing": ("smartconfig", "wps"),
}  # fmt: skip

#: Modules whose `async access_point_opened(world, access_point)` is called for each new one.
ATTENDANTS: tuple[str, ...] = ("servers",)


class Cannot(Exception):
    """What was asked cannot be done, though nothing is broken.

    `reason`: `lab-cannot`, `capture-late`, `capture-dropped`, `access-point-gone`, `peer-gone`,
    or `capability-missing`: this lab has not what it takes, today or tomorrow.
    """

    def __init__(self, sentence: str, reason: str = "lab-cannot") -> None:
        super().__init__(sentence)
        self.reason = reason


class Lacking(Cannot):
    """This lab has not what it takes, so that the purpose is not run."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, "capability-missing")


class Unknown(Exception):
    """There is no such question."""


def question(name: str) -> Callable[[Handler], Handler]:
    """The function answers `name`."""

    def enlist(handler: Handler) -> Handler:
        handlers[name] = handler
        return handler

    return enlist


def handler_of(name: str) -> Handler:
    """Who answers `name`; raises `Unknown`."""
    if name not in handlers:
        home = next((module for module, names in HOMES.items() if name in names), None)
        if home is None:
            raise Unknown(f"the lab knows no question {name!r}")
        importlib.import_module(f".{home}", __package__)
    return handlers[name]


async def attend(world: World, access_point: Any) -> None:
    """Tell the attendants of a new access point."""
    for name in ATTENDANTS:
        module = importlib.import_module(f".{name}", __package__)
        await module.access_point_opened(world, access_point)
