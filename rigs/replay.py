"""A stored run, played back: today's purposes on yesterday's evidence.

Law of this file: it invents no byte and no time. A stimulus that differs from the recorded one ends
the purpose as inconclusive, because nobody knows how the IUT would have answered it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from conformance.flash import FlashLayout
from conformance.record import PurposeRecord, RigRecord
from conformance.statement import Pixit
from conformance.testbed import (
    LAB_CAPABILITIES,
    Controls,
    LabError,
    LineSettings,
    Port,
    PortError,
    Recorder,
    SettingRefused,
)
from conformance.transcript import (
    ACTION,
    FLOOD,
    TO_IUT,
    Entry,
    flash_of,
    layout_of,
    read_transcript,
    readable,
)
from conformance.verdict import Inconclusive, Reason
from rigs.recovery import Ladder
from rigs.stored import journal_of, was_board

#: What the harness writes down of itself that has no counterpart when it is played back.
_COMMENTS = frozenset({"recover", "respawn", "reflash", "heard", "reopened", FLOOD})


class ReplayPort:
    """A `testbed.Port` that says what was once said.

    Where the stored port failed this one does too, once; what the harness did next is then played
    back, or found missing.
    """

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        #: Before which entries the IUT was looked for, and when that began.
        self._recovered: dict[int, int] = {}
        #: Before which entries the line had come back, and how often in what was played before.
        self._came_back: list[int] = []
        self._returned = 0
        self._next = 0
        self._now = 0

    def load(self, path: Path) -> None:
        """Play the transcript at `path` from its beginning; `PortError` if it cannot be read."""
        try:
            entries = list(read_transcript(path))
        except (OSError, ValueError) as error:
            raise PortError(f"the stored run is damaged: {error}") from error
        self._returned = self.returns
        self._entries, self._recovered, self._came_back = [], {}, []
        for entry in entries:
            if entry.action not in _COMMENTS:
                self._entries.append(entry)
            elif entry.action == "recover":
                self._recovered[len(self._entries)] = entry.at
            elif entry.action == "reopened":
                self._came_back.append(len(self._entries))
        self._next = 0
        self._now = self._entries[0].at if self._entries else 0

    @property
    def returns(self) -> int:
        """How often the line had come back by now."""
        return self._returned + sum(at <= self._next for at in self._came_back)

    def now(self) -> int:
        return self._now

    def write(self, data: bytes) -> int:
        entry = self._take()
        if entry.direction != TO_IUT or entry.data != data:
            raise Inconclusive(
                f"the stored run has {_shown(entry)} where {readable(data)} is sent now",
                Reason.EVIDENCE_DIFFERS,
            )
        self._now = entry.at
        return entry.at

    def read(self, deadline: int) -> tuple[bytes, int]:
        entry = self._peek()
        if entry is None or entry.direction == TO_IUT:
            return self._nothing(deadline)
        if entry.action == "failed":
            raise PortError(self._take().detail)
        if entry.action:
            return self._nothing(deadline)
        if deadline and entry.at > deadline:
            return self._nothing(deadline)
        self._now = entry.at
        return self._take().data, entry.at

    def configure(self, settings: LineSettings) -> None:
        entry = self._take()
        if (entry.action, entry.detail) != ("configure", str(settings)):
            raise Inconclusive(
                f"the stored run has {_shown(entry)} where the line is set to {settings} now",
                Reason.EVIDENCE_DIFFERS,
            )
        following = self._peek()
        if following is not None and following.action == "refused":
            raise SettingRefused(self._take().detail)

    def resume(self) -> None:
        """The IUT is looked for now, perhaps long after it was lost: another had to be started."""
        self._now = max(self._now, self._recovered.get(self._next, 0))

    def act(self, action: str) -> str:
        """What was written down of `action`, which comes next; `Inconclusive` if another does."""
        entry = self._take()
        if entry.action != action:
            raise Inconclusive(
                f"the stored run has {_shown(entry)} where {action} comes now",
                Reason.EVIDENCE_DIFFERS,
            )
        self._now = max(self._now, entry.at)
        return entry.detail

    def _nothing(self, deadline: int) -> tuple[bytes, int]:
        self._now = max(self._now, deadline)
        return b"", self._now

    def _peek(self) -> Entry | None:
        return self._entries[self._next] if self._next < len(self._entries) else None

    def _take(self) -> Entry:
        entry = self._peek()
        if entry is None:
            raise Inconclusive("the stored run ends here", Reason.EVIDENCE_DIFFERS)
        self._next += 1
        if entry.action == "failed":
            raise PortError(entry.detail)
        return entry


class StoredReset:
    """The resets of a stored run, one after the other."""

    def __init__(self, port: ReplayPort) -> None:
        self._port = port

    def pulse(self) -> None:
        self._port.act("reset")


class StoredPower:
    """What was done to the power in a stored run."""

    def __init__(self, port: ReplayPort) -> None:
        self._port = port

    def off(self) -> None:
        self._port.act("power-off")

    def on(self) -> None:
        self._port.act("power-on")


class StoredFlash:
    """What was read of the flash in a stored run."""

    def __init__(self, port: ReplayPort) -> None:
        self._port = port

    def layout(self) -> FlashLayout:
        detail = self._port.act("flash-layout")
        try:
            return layout_of(detail)
        except (KeyError, TypeError, ValueError) as error:
            raise PortError(f"the stored run is damaged: flash-layout {detail!r}") from error

    def read(self, areas: Sequence[range]) -> Sequence[bytes]:
        detail = self._port.act("flash-read")
        try:
            stored, contents = flash_of(detail)
        except (KeyError, TypeError, ValueError) as error:
            raise PortError(f"the stored run is damaged: flash-read {error}") from error
        if stored != tuple(areas):
            raise Inconclusive(
                f"the stored run has the flash at {stored} where {tuple(areas)} is read now",
                Reason.EVIDENCE_DIFFERS,
            )
        return contents


class StoredLab:
    """What the lab of a stored run told."""

    def __init__(self, port: ReplayPort) -> None:
        self._port = port

    def ask(self, question: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """See `testbed.Lab`: the stored answer, if this is the stored question."""
        detail = self._port.act("lab")
        try:
            stored = json.loads(detail)
            asked = stored["ask"], stored["with"]
            reason = Reason(stored.get("reason", Reason.LAB_CANNOT))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise LabError(f"the stored run is damaged: lab {detail[:200]!r}") from error
        if asked != (question, json.loads(json.dumps(arguments))):
            raise Inconclusive(
                f"the stored run asked the lab {_question(*asked)} where "
                f"{_question(question, arguments)} is asked now",
                Reason.EVIDENCE_DIFFERS,
            )
        if "cannot" in stored:
            raise Inconclusive(str(stored["cannot"]), reason)
        told = stored.get("told")
        if not isinstance(told, dict):
            raise LabError(str(stored.get("failed", "the stored run has no answer of the lab")))
        # Its captures lie in its own folder, and not in the report of today.
        return {**told, "path": ""} if "path" in told else told


def _question(name: object, arguments: object) -> str:
    return f"{name} {json.dumps(arguments)}"[:200]


class ReplayRig:
    """A `testbed.Rig` around the folder of a stored run."""

    def __init__(self, name: str, run: Path, pixit: Pixit) -> None:
        self.name = name
        self._run = run
        self._timing = pixit.timing
        self.settings: LineSettings = pixit.line
        self._port = ReplayPort()
        self._transcripts, self._rig = _index(run)
        self.controls = _controls(self._port, self.capabilities)

    @property
    def port(self) -> Port:
        return self._port

    @property
    def capabilities(self) -> frozenset[str]:
        return frozenset(self._rig.capabilities)

    @property
    def is_board(self) -> bool:
        return was_board(self._rig)

    @property
    def is_real_time(self) -> bool:
        """As it was: what was not run for its length has left no evidence."""
        return self._rig.real_time

    def missing(self) -> Mapping[str, str]:
        return self._rig.missing

    @property
    def returns(self) -> int:
        """See `testbed.Returning`."""
        return self._port.returns

    def begin(self, purpose: str) -> None:
        transcript = self._transcripts.get(purpose)
        if not transcript:
            raise Inconclusive("the stored run has no evidence for this", Reason.EVIDENCE_DIFFERS)
        self._port.load(self._run / transcript)

    def recover(self, recorder: Recorder, suspects: Sequence[LineSettings] = ()) -> None:
        self._port.resume()
        self.settings = Ladder(self, self._timing, recorder, suspects).climb()

    def wear(self) -> Mapping[str, int]:
        return {}  # no board was touched

    def close(self) -> None:
        pass


def _controls(port: ReplayPort, capabilities: frozenset[str]) -> Controls:
    """The hands that the stored run had."""
    return Controls(
        StoredReset(port) if "reset" in capabilities else None,
        StoredPower(port) if "power" in capabilities else None,
        StoredFlash(port) if "flash-read" in capabilities else None,
        StoredLab(port) if capabilities.intersection(LAB_CAPABILITIES) else None,
    )


def _index(run: Path) -> tuple[Mapping[str, str], RigRecord]:
    """Where the transcript of each purpose is, and the rig of that run; raises `PortError`."""
    try:
        records = journal_of(run)
    except (OSError, ValueError) as error:
        raise PortError(f"cannot replay {run}: {error}; name the folder of a report") from error
    rigs = [record for record in records if isinstance(record, RigRecord) and record.opened]
    if not rigs:
        raise PortError(f"cannot replay {run}: that run never opened its rig")
    purposes = {r.id: r.transcript for r in records if isinstance(r, PurposeRecord)}
    review = rigs[0].review.transcript if rigs[0].review else ""
    return {**purposes, OPENING: rigs[0].transcript, REVIEW: review}, rigs[0]


#: The names under which the transcripts of the rig's opening and of the review are asked for.
OPENING, REVIEW = "opening", "review"


def _shown(entry: Entry) -> str:
    if entry.direction == ACTION:
        return f"{entry.action} {entry.detail}"
    verb = "sent" if entry.direction == TO_IUT else "received"
    return f"{verb} {readable(entry.data)}"
