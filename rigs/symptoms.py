"""What is at the other end of a line on which nobody answers AT: told apart by what was heard.

Law of this file: from what was heard to one sentence that says what it is and what helps. Nothing
here asks, waits or judges; whoever listened gives all that came.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from conformance.events import (
    Blank,
    BootText,
    Busy,
    Echo,
    Event,
    FinalResult,
    Information,
    Ready,
    Unclassified,
    Urc,
)
from conformance.exchange import Exchange, Outcome
from conformance.testbed import LineSettings
from conformance.transcript import readable

#: A result code as careless firmware may write it: in other letters, with something around it.
_RESULT = re.compile(rb"\W*(?:OK|ERROR|FAIL)\W*", re.IGNORECASE)
#: What every answer to AT+GMR has (ruling R-11).
_VERSION = re.compile(rb"\d\.\d")
#: How a line begins that tells something under a command's name, or that data has come.
_HEAD = re.compile(rb"\+[A-Z][A-Z_]*[:,]")
#: Bytes that text has.
_TEXT = frozenset((*range(0x20, 0x7F), 0x09, 0x0A, 0x0D))
#: The part of what comes that may be no text, and it is text all the same.
_MOSTLY = 0.3
#: A chip that starts so often while nobody asks it to does so for ever.
_LOOP = 2
_QUOTED = 60


class Symptom(enum.Enum):
    """What a line without an answer sounds like."""

    SILENCE = "silence"
    ECHO = "echo"
    NOISE = "noise"
    WRONG_RATE = "wrong rate"
    BOOT_LOOP = "boot loop"
    BUSY = "busy"
    CHATTER = "chatter"
    STRANGER = "stranger"


@dataclass(frozen=True, slots=True)
class Finding:
    """A symptom, and the sentence that says what it is and what helps."""

    symptom: Symptom
    sentence: str

    @property
    def is_legible(self) -> bool:
        """Whether the line is set right: what comes can be read."""
        return self.symptom in (Symptom.BUSY, Symptom.CHATTER, Symptom.STRANGER)


def answers(exchange: Exchange) -> bool:
    """Whether AT firmware answered: a result code, however it is written, or its version.

    That it is busy, an echo, or any other text is no answer.
    """
    if exchange.outcome is Outcome.FLOOD:
        return False
    if exchange.final is not None:
        return True
    said = (Information, Unclassified)
    lines = [event.text for event in exchange.events if isinstance(event, said)]
    if any(_RESULT.fullmatch(line) for line in lines):
        return True
    asked_version = exchange.line.text == b"AT+GMR"
    return asked_version and any(_is_text(line) and _VERSION.search(line) for line in lines)


def finding(
    exchanges: Sequence[Exchange], unasked: Sequence[Event], settings: LineSettings
) -> Finding:
    """What it is that left `exchanges` without an answer and said `unasked` by itself."""
    events = [e for exchange in exchanges for e in (*exchange.before, *exchange.events)]
    events += unasked
    raw = b"".join(event.raw for event in events)
    if not raw:
        return Finding(
            Symptom.SILENCE,
            f"nothing at all comes at {settings}: check the board's power, that TX and RX are not "
            "swapped, ground, and that this is the right port",
        )
    if restarts(events) >= _LOOP:
        return _boot_loop()
    sent = {exchange.line.text for exchange in exchanges}
    said = [event for event in events if not _comes_back(event, sent)]
    if not said:
        return Finding(
            Symptom.ECHO,
            "what is sent comes back, and nothing else: TX and RX are joined, a loopback is on, or "
            "the board's firmware hangs; unplug the board and see whether the echo stays",
        )
    mishears = any(each.final is not None and not each.raw.isascii() for each in exchanges)
    if mishears or not _is_text(raw):
        return Finding(
            Symptom.NOISE,
            f"what comes at {settings} is no text: another rate or framing is set, or the line is "
            "noisy; check line.baudrate in the PIXIT, the ground wire and the level of 3.3 V",
        )
    return _legible(said, unasked)


def _legible(said: Sequence[Event], unasked: Sequence[Event]) -> Finding:
    if all(isinstance(event, Busy) for event in said):
        return Finding(
            Symptom.BUSY,
            f"it says {_quoted(said[0])} to everything and finishes nothing: reset it; if it is "
            "so again, what it starts with keeps it busy",
        )
    if any(event.raw.strip() for event in unasked):
        return Finding(
            Symptom.CHATTER,
            f"it talks without being asked ({_quoted(said[0])}) and answers nothing: reset it, "
            "or end what talks",
        )
    if speaks := next((event for event in said if _is_of_at(event)), None):
        return Finding(
            Symptom.CHATTER,
            f"it says {_quoted(speaks)}, as AT firmware does, and answers nothing: reset it; if it "
            "is so again, a link that it opens when it starts keeps it so",
        )
    return Finding(
        Symptom.STRANGER,
        f"what answers there is no AT firmware: it says {_quoted(said[0])}; check that this is "
        "the right port, and what the board was flashed with",
    )


def elsewhere(settings: LineSettings, events: Sequence[Event]) -> Finding | None:
    """What was heard at `settings`, where nobody expected it; None if it is no text either."""
    raw = b"".join(event.raw for event in events if not isinstance(event, (Echo, Blank)))
    if any(_shows_start(event) for event in events):
        return _boot_loop()
    if len(raw.strip()) < _LOOP or not _is_text(raw):
        return None
    return Finding(
        Symptom.WRONG_RATE,
        f"at {settings} there is text ({readable(raw.strip(), _QUOTED)}), but no answer to AT: set "
        "line.baudrate in the PIXIT to the rate of the AT firmware",
    )


def _boot_loop() -> Finding:
    return Finding(
        Symptom.BOOT_LOOP,
        "the board starts again and again: its supply gives way (300 mA and more are wanted), or "
        "its flash holds no firmware that fits it; look at its boot text at 74880 baud",
    )


def restarts(events: Iterable[Event]) -> int:
    """How often a chip started in `events`: boot text and the `ready` after it are one start."""
    count, is_starting = 0, False
    for event in events:
        if _shows_start(event):
            count += 1
            is_starting = True
        elif isinstance(event, Ready):
            count += not is_starting
            is_starting = False
    return count


def unasked_results(events: Iterable[Event]) -> bool:
    """Whether result codes are among what came though nothing was asked."""
    return any(isinstance(event, FinalResult) for event in events)


def _comes_back(event: Event, sent: set[bytes]) -> bool:
    """Whether `event` is nothing but what was sent, which an escape may stand before."""
    text = event.text.strip().removeprefix(b"+++")
    return isinstance(event, Echo) or not text or text in sent


def _shows_start(event: Event) -> bool:
    return isinstance(event, BootText) and b"rst cause" in event.raw


def _is_of_at(event: Event) -> bool:
    """Whether AT firmware says such: news of a link, or the head of an answer or of data."""
    return isinstance(event, Urc) or _HEAD.match(event.text) is not None


def _is_text(raw: bytes) -> bool:
    return sum(byte not in _TEXT for byte in raw) <= _MOSTLY * len(raw)


def _quoted(event: Event) -> str:
    return f"`{readable(event.text, _QUOTED)}`"
