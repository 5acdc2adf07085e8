"""What a purpose asked of the lab, and what came of it: written down, and told as a trace is.

Law of this file: every question goes to the recorder with its answer, whole; into the trace goes a
line of bounded length, without passwords and data.
"""

from __future__ import annotations

import contextlib
import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from conformance.lab import Lab
from conformance.sightings import sightings
from conformance.testbed import Lab as Door
from conformance.testbed import LabError, Recorder
from conformance.transcript import readable
from conformance.verdict import Inconclusive
from conformance.wire import Capture, capture_of

#: Most lines that are kept, the latest; the longest line.
LINES = 200
LONGEST = 200

#: What no line shows: secrets, and what is too long or stands in the capture file.
_UNTOLD = frozenset(
    {"password", "data", "within_s", "path", "began_at", "ended_at", "uncertainty_ns"}
)
#: What is SSIDs in hexadecimal.
_HEXADECIMAL = frozenset({"ssid"})


class Inquiry:
    """The questions of one purpose to the lab behind `door`.

    `now` is the port's clock, `recorder` whoever keeps the bytes at that time.
    """

    def __init__(
        self, door: Door | None, now: Callable[[], int], recorder: Callable[[], Recorder]
    ) -> None:
        #: Paths of the capture files, relative to the report's folder.
        self.captures: list[str] = []
        self._door = door
        self._now = now
        self._recorder = recorder
        self._seen: list[Capture] = []
        self._lines: deque[tuple[int, str]] = deque(maxlen=LINES)

    @property
    def lab(self) -> Lab:
        """The lab as a purpose speaks to it; raises `LookupError` if the rig has none."""
        if self._door is None:
            raise LookupError("the rig does not offer a lab, which the purpose did not ask for")
        return Lab(self._ask)

    @property
    def has_asked(self) -> bool:
        """Whether anything was asked."""
        return bool(self._lines)

    def lines(self) -> list[tuple[int, str]]:
        """What was asked, when, and in short what was told."""
        return list(self._lines)

    def seen(self, origin: int) -> list[str]:
        """What the captures show, one line a frame, seconds since `origin` (0: its beginning)."""
        return [line for each in self._seen for line in sightings(each, origin or each.began_at)]

    def _ask(self, question: str, **arguments: Any) -> Mapping[str, Any]:
        """Ask, and write down what was told, or how it failed."""
        assert self._door is not None
        asked = {"ask": question, "with": arguments}
        at, short = self._now(), " ".join((question, *_shown(arguments)))
        try:
            told = self._door.ask(question, arguments)
        except Inconclusive as error:
            self._note(asked | {"cannot": str(error), "reason": error.reason})
            self._tell(at, f"{short}: cannot: {error}")
            raise
        except LabError as error:
            self._note(asked | {"failed": str(error)})
            self._tell(at, f"{short}: failed: {error}")
            raise
        self._note(asked | {"told": told})
        self._tell(at, f"{short}: {', '.join(_shown(told)) or 'done'}")
        if question == "capture-end":
            self.captures += [str(told["path"])] if told.get("path") else []
            with contextlib.suppress(ValueError):  # who asked for it is told
                self._seen.append(capture_of(told))
        return told

    def _note(self, what: Mapping[str, Any]) -> None:
        self._recorder().acted("lab", json.dumps(what), self._now())

    def _tell(self, at: int, line: str) -> None:
        self._lines.append((at, readable(line.encode("utf-8", "backslashreplace"), LONGEST)))


def _shown(values: Mapping[str, Any]) -> Iterator[str]:
    """The values that a line has room for, as `name=value`."""
    for name, value in values.items():
        if name in _UNTOLD or value in ("", None, []):
            continue
        if isinstance(value, list):
            yield f"{len(value)} {name}"
        elif isinstance(value, dict):
            yield f"{name} ({', '.join(_shown(value)) or 'empty'})"
        elif name in _HEXADECIMAL:
            yield f"{name}={_ssid(value)}"
        else:
            yield f"{name}={value}"


def _ssid(value: object) -> str:
    with contextlib.suppress(TypeError, ValueError):  # a lab on another host says what it likes
        return readable(bytes.fromhex(str(value)))
    return "?"
