"""The questions `capture` and `capture-end`: what passes the board's interfaces.

Law of this file: a capture that cannot vouch for itself is no evidence. It begins when it is
proven that it hears, and ends behind the last frame that was on its way; whatever was dropped
ends in `Cannot`. What was seen is written down all the same.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from . import pcapng
from .clock import Clock
from .dissect import Dissector, Seen, prepare
from .questions import Cannot, question
from .recording import Recording
from .tap import SLOTS, Heard
from .world import World

#: How long the proofs may take, in seconds; they take some milliseconds on a quiet machine.
READY_S = DRAINED_S = 5.0

#: The most that is told: frames, and bytes of data in them.
MOST_FRAMES = 4000
MOST_DATA = 256 * 1024
#: After so many frames others have their turn.
_AT_ONCE = 32


#: A frame, and when it was seen by the harness's clock.
Timed = tuple[int, Heard]


class Vanished(Exception):
    """The interface went away while it was captured."""


@dataclass(frozen=True, slots=True)
class _Going:
    """A capture that goes on."""

    recording: Recording
    clock: Clock
    began_at: int
    #: The same moment by the monotonic clock of this host.
    began_real: int


class Captures:
    """The captures of a purpose."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._going: dict[str, _Going] = {}
        self._count = 0
        world.afterwards(self.close)

    async def begin(self, side: str, within_s: float = READY_S, slots: int = SLOTS) -> None:
        """Record the frames of a side from now on; raises `Cannot`."""
        if side not in self._world.sides:
            raise Cannot(f"the board has no side {side!r} to be captured at")
        if side in self._going:
            raise Cannot(f"a capture of the {side} goes on already")
        prepare()
        clock = Clock.measured()
        recording = Recording(self._world.sides[side], slots, self._world.links.clock)
        if not await recording.prove(within_s):
            recording.close()
            raise Cannot(
                f"the capture of the {side} heard none of the lab's own frames in {within_s:g} s",
                "capture-late",
            )
        recording.heard.clear()
        began_at, began_real = self._world.clock.now(), time.monotonic_ns()
        self._going[side] = _Going(recording, clock, began_at, began_real)

    async def end(self, side: str, within_s: float = DRAINED_S) -> Mapping[str, Any]:
        """Stop it; what was seen, as `conformance.wire.capture_of` reads it.

        Raises `Cannot`, or `Vanished`.
        """
        going = self._going.pop(side, None)
        if going is None:
            raise Cannot(f"no capture of the {side} goes on")
        recording = going.recording
        try:
            drained = await recording.prove(within_s)
            drops = recording.drops()
            vanished = recording.has_vanished
        finally:
            recording.close()
        ended_at = self._world.clock.now()
        heard = sorted(recording.heard, key=lambda frame: frame.real_ns)
        clock = going.clock.until(Clock.measured())
        timed = self._timed(heard, clock)
        doubt_ns = self._world.clock.doubt_since(going.began_real, clock.uncertainty_ns)
        file_clock = replace(clock.to(self._world.clock), uncertainty_ns=doubt_ns)
        path = self._written(side, going, file_clock, ended_at, timed, drops)
        if vanished:
            raise Vanished(f"{recording.interface} went away while it was captured")
        _vouch(side, drained, drops, len(heard))
        told = await _dissected(side, timed, self._world.strangers)
        return {
            "began_at": going.began_at, "ended_at": ended_at, "drops": drops,
            "uncertainty_ns": doubt_ns, "path": path, **told,
        }  # fmt: skip

    def _timed(self, heard: Sequence[Heard], clock: Clock) -> Sequence[Timed]:
        """The frames with the times that the harness's clock showed; raises `Cannot`."""
        shown_at = self._world.clock.shown_at
        try:
            return [(shown_at(clock.monotonic(frame.real_ns)), frame) for frame in heard]
        except LookupError as error:
            raise Cannot(f"the frames have no times: {error}", "capture-dropped") from error

    def _written(
        self,
        side: str,
        going: _Going,
        clock: Clock,
        ended_at: int,
        timed: Sequence[Timed],
        drops: int,
    ) -> str:
        """Write the capture's file; its path in the report, or nothing if nobody keeps it."""
        folder = self._world.captures
        if folder is None:
            return ""
        self._count += 1
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self._world.prefix or 'capture'}.{self._count}.pcapng"
        about = pcapng.Side(
            going.recording.interface,
            f"the lab's end of the wire to the IUT's {side}; inbound is what the IUT sent",
            going.began_at + clock.offset_ns, ended_at + clock.offset_ns,
            len(timed), drops, clock.offset_ns, clock.uncertainty_ns,
        )  # fmt: skip
        packets = [
            pcapng.Packet(at + clock.offset_ns, frame.data, frame.length, not frame.outgoing)
            for at, frame in timed
        ]
        with path.open("xb") as stream:
            pcapng.write(stream, about, packets)
        return f"{folder.name}/{path.name}"

    async def close(self) -> None:
        """Stop all that goes on."""
        while self._going:
            self._going.popitem()[1].recording.close()


def _vouch(side: str, drained: bool, drops: int, frames: int) -> None:
    """Raise `Cannot` if something may be missing, or is more than can be told."""
    if drops:
        problem = f"the capture of the {side} lost {drops} of {frames + drops} frames"
    elif not drained:
        problem = f"the capture of the {side} never heard the lab's own frame at its end"
    elif frames > MOST_FRAMES:
        problem = f"the capture of the {side} has {frames} frames, more than {MOST_FRAMES}"
    else:
        return
    raise Cannot(problem, "capture-dropped")


async def _dissected(
    side: str, timed: Sequence[Timed], strangers: frozenset[str]
) -> Mapping[str, Any]:
    dissector = Dissector(side)
    for number, (at, frame) in enumerate(timed, start=1):
        from_iut = not frame.outgoing and frame.data[6:12].hex(":") not in strangers
        dissector.add(Seen(number, at, frame.data, frame.length, from_iut))
        if number % _AT_ONCE == 0:
            await asyncio.sleep(0)
    told = dissector.told()
    data = sum(len(row.get("data", "")) for kind in _WITH_DATA for row in told[kind]) // 2
    if data > MOST_DATA:
        raise Cannot(
            f"the capture of the {side} has {data} bytes of data, more than {MOST_DATA}",
            "capture-dropped",
        )
    return told


_WITH_DATA = ("echoes", "datagrams", "segments")


@question("capture")
async def capture(world: World, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Begin."""
    await world.of(Captures).begin(arguments["side"])
    return {}


@question("capture-end")
async def capture_end(world: World, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """End, and tell."""
    return await world.of(Captures).end(arguments["side"])
