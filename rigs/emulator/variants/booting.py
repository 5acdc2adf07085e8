"""Variants of what a boot says, and when.

Law: each is a stage of a boot, with something before or behind it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..firmware.boot import Boot, Plan
from ..mutants.memory import before, memory
from ..resetcause import ResetCause
from ..timers import MILLISECOND
from .active import Variants

_DELAY = 1000 * MILLISECOND
_NEWS_DELAY = 5 * MILLISECOND


def _silent(plan: Plan) -> Plan:
    """A firmware that boots says nothing before it is ready."""
    return plan if plan.ready_ns is None else replace(plan, prints=())


def _slow(plan: Plan) -> Plan:
    return plan if plan.ready_ns is None else replace(plan, ready_ns=plan.ready_ns + _DELAY)


def _planned(plan: Any, change: Callable[[Plan], Plan]) -> Any:
    return lambda *arguments: change(plan(*arguments))


def _parting_first(ready: Any) -> Any:
    """What the run before wanted to be said comes first."""

    def said(chip: Any) -> bytes:
        run = before(chip)
        parting: bytes = memory(run).get("parting", b"") if run is not None else b""
        text: bytes = ready(chip)
        return parting + text

    return said


def _with_news(ready: Any) -> Any:
    """A line that is true comes soon after."""

    def said(chip: Any) -> bytes:
        chip.later(_NEWS_DELAY, lambda: chip.tell(chip.station.news))
        text: bytes = ready(chip)
        return text

    return said


def _at_power_on(boot: Boot, variants: Variants) -> Boot:
    """What begins by itself does so at power on alone; the plan is told why the chip begins."""
    causes: list[ResetCause] = []

    def plan(machine: Any, cause: ResetCause, *more: Any) -> Plan:
        causes[:] = [cause]
        return boot.plan(machine, cause, *more)

    def only(stage: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda chip: stage(chip) if causes == [ResetCause.POWER_ON] else None

    changed = replace(boot, plan=plan)
    if variants.active("start.power-on-joins"):
        changed = replace(changed, wish=only(boot.wish))
    if variants.active("start.power-on-passes"):
        changed = replace(changed, link=only(boot.link))
    return changed


def starting(boot: Boot, variants: Variants) -> Boot:
    """The boot as the active variants have it."""
    if variants.active("boot.no-text"):
        boot = replace(boot, plan=_planned(boot.plan, _silent))
    if variants.active("boot.slow"):
        boot = replace(boot, plan=_planned(boot.plan, _slow))
    if variants.active("rst.ok-before-ready"):
        boot = replace(boot, ready=_parting_first(boot.ready))
    if variants.active("urc.after-ready"):
        boot = replace(boot, ready=_with_news(boot.ready))
    if variants.active("start.power-on-joins") or variants.active("start.power-on-passes"):
        boot = _at_power_on(boot, variants)
    return boot
