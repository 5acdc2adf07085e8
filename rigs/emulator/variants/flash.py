"""The variant whose flash is written a little after OK.

Law: what is saved can be read at once, and nothing of it is lost; only the writing is late.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from ..firmware.personality import Personality
from ..flash.store import Store
from ..line.command import Answer, Call
from ..mutants.memory import memory
from ..settings.settings import Changes, Settings, taken
from ..timers import MILLISECOND
from .active import Variants

_DELAY = 20 * MILLISECOND


class _Late(Store):
    """A store that keeps back what is to be written, from a command on until `release`."""

    def put(self, settings: Settings, names: Collection[str]) -> None:
        """See Store."""
        held = memory(self).get("held")
        if held is None:
            super().put(settings, names)
        else:
            held.update(taken(settings, *names))

    def restore(self) -> None:
        """See Store."""
        if "held" in memory(self):
            memory(self)["held"] = Changes()
        super().restore()

    def _saved(self) -> Settings:
        return replace(super()._saved(), **memory(self).get("held", {}))


def release(store: Store) -> None:
    """Write what was kept back, and keep nothing back any more."""
    held = memory(store).pop("held", {})
    if held:
        store.write(**held)


def written_late(personality: Personality, variants: Variants) -> Personality:
    """The personality, whose flash is written late while the variant is active."""
    if not variants.active("flash.after-ok"):
        return personality
    dispatch = personality.dispatch

    def answer(chip: Any, call: Call | None) -> Answer:
        told = dispatch(chip, call)
        memory(chip.store).setdefault("held", Changes())
        return told.then(lambda whole: _then_released(chip, whole))

    store = type("Late", (_Late, personality.store), {})
    return replace(personality, dispatch=answer, store=store)


def _then_released(chip: Any, answer: Answer) -> Answer:
    afterwards = answer.afterwards

    def after() -> None:
        if afterwards:
            afterwards()
        chip.later(_DELAY, lambda: release(chip.store))

    return replace(answer, afterwards=after)
