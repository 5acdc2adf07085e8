"""The other side of SmartConfig and WPS: a phone, and a button on an access point.

Law of this file: what goes over the air is told over the air's protocol, to a board that has said
that it listens; the lab makes no radio frames. Who does not listen hears nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .places import access_point_on
from .questions import Cannot, question
from .world import World

#: What a phone may speak -> the kinds of listening, as AT+CWSTARTSMART numbers them, that hear it;
#: a board that does not say what it listens for (0) hears both.
_HEARD_BY: Mapping[str, frozenset[int]] = {
    "esp-touch": frozenset({0, 1, 3}),
    "airkiss": frozenset({0, 2, 3}),
}


@question("smartconfig")
async def smartconfig(world: World, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """A phone tells whom to join."""
    kind = arguments["kind"]
    if kind not in _HEARD_BY:
        raise Cannot(f"no phone speaks {kind!r}")
    return {"heard": await _told(world, arguments, "SmartConfig", kind)}


@question("wps")
async def wps(world: World, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Somebody presses the button of an access point."""
    return {"heard": await _told(world, arguments, "WPS", "")}


async def _told(world: World, arguments: Mapping[str, Any], way: str, kind: str) -> bool:
    """Tell the board, as soon as it listens; whether it did before the time was over."""
    there = access_point_on(world, arguments["name"])
    air = world.air

    def hears() -> bool:
        listening = air.listening
        if listening is None or listening.way != way:
            return False
        return not kind or listening.kind in _HEARD_BY[kind]

    if not await air.until(hears, arguments["within_s"]):
        return False
    air.say(
        {
            "told": "whom", "way": way, "kind": kind,
            "ssid": there.ssid.hex(), "password": there.password.hex(),
        }
    )  # fmt: skip
    return True
