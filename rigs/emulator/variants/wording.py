"""Variants of what an answer says: extra lines, other labels, other typography.

Law: call and answer in, answer out.  The final code is never touched, and no value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..chip.chip import Chip
from ..commands.wifimode import STATION
from ..firmware.personality import Personality
from ..line.command import ERROR, Answer, Call, Final, Form
from ..mutants.memory import memory
from . import station
from .active import Variants
from .catalogue import DIAGNOSTICS
from .printed import dispatching
from .voice import WAITING

END = b"\r\n"
_RESTARTS = ("+RST", "+RESTORE")
_VENDOR = b"Ai-Thinker Technology Co. Ltd."
_BIN_VERSION = b"Bin version(Wroom 02):0.51"
_LABELS = {b"AT version:": b"AT v", b"SDK version:": b"sdk: ", b"compile time:": b"built "}


def worded(personality: Personality, variants: Variants) -> Personality:
    """The personality, which answers in other words while variants are active."""
    if not variants.ids:
        return personality
    dispatch = dispatching(personality.dispatch, variants)

    def answer(chip: Chip, call: Call | None) -> Answer:
        told = dispatch(chip, call)
        if call is not None:
            told = _called(chip, call, told, variants)
        if variants.active("cwjap.lines-last"):
            told = _with_lines_last(chip, told)
        return _begun(chip, told.then(lambda whole: _diagnosed(whole, variants)))

    return replace(personality, dispatch=answer)


def _begun(chip: Any, answer: Answer) -> Answer:
    """The voice is told when the first of the answer is about to be said."""
    effect = answer.effect

    def act() -> None:
        if effect:
            effect()
        chip.voice.begin()

    return replace(answer, effect=act)


def _with_lines_last(chip: Chip, answer: Answer) -> Answer:
    """What is told of the station while an answer takes its time comes behind its final code."""
    pending = answer.pending
    if pending is None:
        return answer

    def wait(done: Callable[[Answer], None]) -> None:
        memory(chip)[WAITING] = []
        pending(done)

    return replace(answer, pending=wait).then(lambda rest: _told_behind(chip, rest))


def _told_behind(chip: Chip, rest: Answer) -> Answer:
    lines, afterwards = memory(chip).pop(WAITING, []), rest.afterwards

    def after() -> None:
        for each in lines:
            chip.tell(each)
        if afterwards:
            afterwards()

    return replace(rest, afterwards=after)


def _called(chip: Chip, call: Call, answer: Answer, variants: Variants) -> Answer:
    active = variants.active
    outside_station = chip.current.mode != STATION
    if _is(call, "+SLEEP", Form.QUERY) and active("sleep.query-station-only") and outside_station:
        return ERROR
    return answer.then(lambda told: _told(chip, call, told, variants))


def _told(chip: Chip, call: Call, told: Answer, variants: Variants) -> Answer:
    active = variants.active
    if told.final is Final.FAIL and _is(call, "+CWJAP", Form.SET):
        return _failed(chip, call, told, variants)
    if told.final is not Final.OK:
        return told
    if call.name in _RESTARTS and call.form is Form.EXECUTE:
        return _restarting(chip, call, told, variants)
    if _is(call, "+CWMODE", Form.SET) and active("urc.mode-change"):
        return _with_news(chip, told)
    return _reworded(call, told, variants)


def _is(call: Call, name: str, form: Form) -> bool:
    """Whether a call is of a command, under whichever of its three names, and of a form."""
    bare = call.name.removesuffix("_CUR").removesuffix("_DEF")
    return bare == name and call.form is form


def _failed(chip: Chip, call: Call, told: Answer, variants: Variants) -> Answer:
    """A join that came to nothing."""
    text = station.excused(call, told.information, variants)
    if variants.active("cwjap.disconnect-last"):
        return replace(told, information=text, afterwards=lambda: chip.tell(b"WIFI DISCONNECT"))
    return replace(told, information=text)


def _restarting(chip: Any, call: Call, answer: Answer, variants: Variants) -> Answer:
    restart = answer.afterwards
    if restart is None:  # a fault: there is no restart
        return answer

    def after() -> None:
        chip.voice.partings()
        restart()

    answer = replace(answer, afterwards=after)
    late = call.name == "+RST" and variants.active("rst.ok-before-ready")
    return _with_late_ok(chip, answer) if late else answer


def _with_late_ok(chip: Chip, answer: Answer) -> Answer:
    memory(chip)["parting"] = chip.voice.framed(Final.OK)
    return replace(answer, final=None)


def _with_news(chip: Chip, answer: Answer) -> Answer:
    effect = answer.effect
    if effect is None:
        return answer

    def change() -> None:
        before = chip.current.mode
        effect()
        if chip.current.mode != before:
            chip.tell(b"WIFI DISCONNECT")

    return replace(answer, effect=change)


def _diagnosed(answer: Answer, variants: Variants) -> Answer:
    """A line before ERROR, unless something is said already."""
    if answer.final is not Final.ERROR or answer.information:
        return answer
    line = next((line for id_, line in DIAGNOSTICS.items() if variants.active(id_)), None)
    return answer if line is None else replace(answer, information=line + END)


def _reworded(call: Call, answer: Answer, variants: Variants) -> Answer:
    text = answer.information
    if call.name == "+GMR":
        text = _version(text, variants)
    if _is(call, "+SLEEP", Form.QUERY) and variants.active("sleep.spaces"):
        text = text.replace(b"+SLEEP:", b"+SLEEP : ")
    if _is(call, "+RFVDD", Form.QUERY) and variants.active("rfvdd.spaces"):
        text = text.replace(b"+RFVDD:", b"+RFVDD: ")
    if _is(call, "+CWMODE", Form.TEST) and variants.active("cwmode.range-listed"):
        text = text.replace(b"(1-3)", b"(1,2,3)")
    return replace(answer, information=station.reworded(call, text, variants))


def _version(text: bytes, variants: Variants) -> bytes:
    """The lines of AT+GMR; the last one keeps the end it has, or has not (field guide 3)."""
    *lines, rest = text.split(END)
    lines, end = ([*lines, rest], b"") if rest else (lines, END)
    labels = dict(_LABELS) if variants.active("gmr.other-labels") else {}
    if variants.active("gmr.bare-values"):
        labels = dict.fromkeys(_LABELS, b"")
    if variants.active("gmr.vendor-line"):
        lines.insert(-1, _VENDOR)
    if variants.active("gmr.bin-version"):
        lines.append(_BIN_VERSION)
    for old, new in labels.items():
        lines = [new + line.removeprefix(old) if line.startswith(old) else line for line in lines]
    return END.join(lines) + end
