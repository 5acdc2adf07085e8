"""The page of memory that the parties of one clock share: what it shows, and what each party says.

Law of this file: the harness alone writes the time; each party writes its own block. What the clock
shows follows from three numbers (`Reading`), so that any process reads it without asking anybody.
All times are nanoseconds; real time is `time.monotonic_ns`, which processes of a host share.
"""

from __future__ import annotations

import mmap
import os
import time
from dataclasses import dataclass

#: Fields of the page: how often the time was set (odd: it is being set), and the last `Reading`.
_GENERATION, _REAL, _SHOWN, _RUNS = range(4)
#: The harness waits, and wants to be woken by a party that becomes idle.
AWAITED = 4
#: Bytes of the serial line that the emulator has taken, and has sent.
LINE_TAKEN, LINE_SENT = 5, 6
#: How many times the time was set; the log has the last of them.
_ENTRIES = 7

#: Fields of a party's block.
HERE, IDLE, DUE, TURN = range(4)
_HOLDS = 4
#: Why a party makes time run: one counter each, behind the other fields of its block.
HOLDS = ("carrier", "capture", "air", "process")
_BLOCK = 16
_FIRST_BLOCK = 16
MOST_PARTIES = 4

#: `DUE` of a party that waits for others alone.
NEVER = -1

#: Room in the log of what the time was set to; one entry has three numbers.
LOG_ROOM = 1 << 17
_LOG = _FIRST_BLOCK + MOST_PARTIES * _BLOCK
_ENTRY = 3
SIZE = 8 * (_LOG + _ENTRY * LOG_ROOM)

#: While parties compute, the clock runs at this fraction of real time (a shift: 1/64), so that
#: what happens one after the other has times one after the other.
CREEP = 6
#: A party that computes longer than this, without a moment in which all are idle, computes without
#: end: then time runs, or no deadline would ever pass.
PATIENCE = 30_000_000_000


@dataclass(frozen=True, slots=True)
class Reading:
    """At the real time `real` the clock showed `shown`; `runs`: from then on as real time does."""

    real: int
    shown: int
    runs: bool

    def at(self, real: int) -> int:
        """What it shows at a later real time, unless it is set before."""
        elapsed = real - self.real
        if self.runs:
            return self.shown + elapsed
        return self.shown + (min(elapsed, PATIENCE) >> CREEP) + max(0, elapsed - PATIENCE)


class Page:
    """The memory behind `descriptor`, which is `SIZE` bytes long."""

    def __init__(self, descriptor: int) -> None:
        self._map = mmap.mmap(descriptor, SIZE)
        self.words = memoryview(self._map).cast("q")

    # The time

    def now(self) -> int:
        """What the clock shows now."""
        words = self.words
        while True:
            generation = words[_GENERATION]
            real, shown, runs = words[_REAL], words[_SHOWN], words[_RUNS]
            if words[_GENERATION] == generation and not generation & 1:
                break
        elapsed = time.monotonic_ns() - real
        if runs:
            return shown + elapsed
        if elapsed <= PATIENCE:
            return shown + (elapsed >> CREEP)
        return shown + (PATIENCE >> CREEP) + elapsed - PATIENCE

    @property
    def stood_still(self) -> int:
        """For how long nobody has set it, in real time."""
        return time.monotonic_ns() - self.words[_REAL]

    @property
    def runs(self) -> bool:
        """Whether it runs as real time does."""
        return bool(self.words[_RUNS])

    def set(self, reading: Reading) -> None:
        """Set it, and write that down; for the harness alone."""
        words = self.words
        at = _LOG + _ENTRY * (words[_ENTRIES] % LOG_ROOM)
        words[at], words[at + 1], words[at + 2] = reading.real, reading.shown, reading.runs
        words[_GENERATION] += 1
        words[_REAL], words[_SHOWN], words[_RUNS] = reading.real, reading.shown, reading.runs
        words[_GENERATION] += 1
        words[_ENTRIES] += 1

    @property
    def entries(self) -> int:
        """How many times it was set."""
        return self.words[_ENTRIES]

    def entry(self, number: int) -> Reading:
        """What it was set to the time with this number, of the last `LOG_ROOM` ones."""
        at = _LOG + _ENTRY * (number % LOG_ROOM)
        return Reading(self.words[at], self.words[at + 1], bool(self.words[at + 2]))

    def ran_since(self, real: int) -> bool:
        """Whether it ran as real time does at any moment since a real time of the past."""
        number = self.entries - 1
        while number > max(0, self.entries - LOG_ROOM) and self.entry(number).real > real:
            if self.entry(number).runs:
                return True
            number -= 1
        return self.entry(number).runs

    def shown_at(self, real: int) -> int:
        """What it showed at a real time of the past.

        Raises `LookupError` if that is further back than the log goes.
        """
        high = self.entries
        low = first = max(0, high - LOG_ROOM)
        while low < high:
            middle = (low + high) // 2
            if self.words[_LOG + _ENTRY * (middle % LOG_ROOM)] <= real:
                low = middle + 1
            else:
                high = middle
        if low == first:
            raise LookupError("the clock does not remember what it showed then")
        return self.entry(low - 1).at(real)

    # The parties

    @staticmethod
    def block(party: int) -> int:
        """Where the block of a party begins."""
        return _FIRST_BLOCK + party * _BLOCK

    def forget(self, party: int) -> None:
        """Make its block that of somebody who has not come yet."""
        start = self.block(party)
        for at in range(start, start + _BLOCK):
            self.words[at] = 0

    def hold(self, party: int, why: str, by: int) -> None:
        """Count a reason of a party for which time runs."""
        self.words[self.block(party) + _HOLDS + HOLDS.index(why)] += by

    def holds(self, party: int) -> list[str]:
        """The reasons of a party for which time runs now."""
        start = self.block(party) + _HOLDS
        return [why for at, why in enumerate(HOLDS, start) if self.words[at]]

    def is_held(self, party: int) -> bool:
        """Whether it has any."""
        start = self.block(party) + _HOLDS
        return any(self.words[start : start + len(HOLDS)])

    def close(self) -> None:
        """Give the memory back."""
        self.words.release()
        self._map.close()


def new_page() -> int:
    """A descriptor of a new page; raises `OSError` where there can be none."""
    descriptor = os.memfd_create("clock")
    os.ftruncate(descriptor, SIZE)
    return descriptor
