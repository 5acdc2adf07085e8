"""All groups of a recording, on as many rigs at a time as there can be.

Law of this file: groups are independent; who plays which group decides nothing.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Iterable, Sequence

from conformance.testbed import Rig, TestbedError
from tests.recordings.agreement import Agreement
from tests.recordings.playing import NotPlayed, Played, limit_of, play, silence_of
from tests.recordings.recording import Recording, Step


def replay(
    groups: Recording, opened: Callable[[], Rig], rigs: int, limit_s: float | None = None
) -> Agreement:
    """Play `groups` on so many rigs, each of which `opened` opens."""
    waiting: queue.SimpleQueue[Sequence[Step]] = queue.SimpleQueue()
    for steps in sorted(groups.values(), key=_size, reverse=True):  # the long ones first
        waiting.put(steps)
    outcomes: dict[str, Sequence[Played]] = {}
    problems: dict[str, str] = {}

    def work() -> None:
        with contextlib.suppress(queue.Empty), contextlib.ExitStack() as stack:
            rig = None
            while True:
                steps = waiting.get_nowait()
                try:
                    if rig is None:
                        rig = opened()
                        stack.callback(rig.close)
                    outcomes[steps[0].group] = play(rig, steps, limit_s)
                except (NotPlayed, TestbedError) as error:
                    problems[steps[0].group] = str(error)

    threads = [threading.Thread(target=work) for _ in range(min(rigs, len(groups)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Agreement(
        [each for name in groups for each in outcomes.get(name, ())],
        [problems[name] for name in groups if name in problems],
    )


def chosen(groups: Recording, prefixes: Iterable[str]) -> Recording:
    """The groups whose names begin so; all of them if nothing is asked for."""
    wanted = tuple(prefixes)
    return {name: steps for name, steps in groups.items() if not wanted or name.startswith(wanted)}


def _size(steps: Sequence[Step]) -> float:
    """About how long it takes to play, in seconds."""
    return sum(
        step.delay_s + silence_of(step) + (limit_of(step) if step.timed_out else step.took_s)
        for step in steps
    )
