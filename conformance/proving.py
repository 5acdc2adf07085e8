"""The IUT proves that it had its say: a marker is sent, and its answer waited for.

Law of this file: it judges nothing that it hears, and every wait has an end. No stimulus is sent
again here; a marker may be, because nobody judges what it does.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle

from conformance.dialogue import Dialogue
from conformance.events import Busy, Event, FinalResult, Ready
from conformance.exchange import Proof
from conformance.marker import Marker, parted
from conformance.testbed import Port, Recorder, Timing, after

#: How often a marker may be lost, for an IUT that starts; one that is busy is asked again.
_LOST = 2
#: For a line that is answered late, one that is lost, and one that is asked again.
_MORE = 3


class Proving:
    """One proof, or the attempt at one."""

    def __init__(
        self,
        port: Port,
        dialogue: Dialogue,
        timing: Timing,
        recorder: Recorder,
        most: tuple[int, int],
        lines: int,
    ) -> None:
        """`lines` are how many may be without an answer so far.

        `most` are the most bytes and events that are heard; what is more is a flood.
        """
        self._port = port
        self._dialogue = dialogue
        self._timing = timing
        self._recorder = recorder
        #: How many bytes may still come.
        self._left, self._most_events = most
        self._heard: list[Event] = []
        self._sent: list[Marker] = []
        self._lines = lines
        self._asked_at = 0
        self._is_busy = False
        self._give_up = after(port.now(), (lines + _MORE) * timing.answer_s)

    def prove(self, markers: Sequence[Marker]) -> tuple[list[Event], Proof, bool]:
        """What the IUT said before a marker's answer, that marker, and whether it was answered.

        Several markers take turns, so that an answer to an earlier one is not taken for the last.
        """
        is_proven, lost = False, 0
        for marker in cycle(markers):
            is_proven = self._ask(marker)
            if is_proven and self._sent.count(marker) > 1:  # there may be an answer to each
                self._listen(after(self._port.now(), self._timing.quiet_s))
            lost += not self._is_busy
            if is_proven or not self._heard or self._is_over or lost > _LOST:
                break
        if not is_proven:
            self._heard += self._dialogue.flush(self._port.now())
        said, answers = parted(self._heard, self._sent)
        return said, Proof(marker.line, self._asked_at, tuple(answers)), is_proven

    @property
    def _is_over(self) -> bool:
        flooded = self._left <= 0 or len(self._heard) > self._most_events
        return flooded or self._port.now() >= self._give_up

    def _ask(self, marker: Marker) -> bool:
        """Whether `marker` is answered; if not, it may be sent again."""
        self._dialogue.begin_marker(marker.line.encoded)
        self._asked_at = since = self._port.write(marker.line.encoded)
        self._recorder.sent(marker.line.encoded, since)
        self._sent.append(marker)
        # Each line before it may need all its time, and be answered nothing.
        start, patience_s = len(self._heard), (self._lines + 1) * self._timing.answer_s
        self._is_busy = False
        while not self._is_over:
            events = self._listen(after(since, patience_s))
            if events is None:
                return False
            if marker.answer_in(self._heard[start:]) is not None:
                return True
            for event in events:
                if isinstance(event, Ready) or (self._is_busy and isinstance(event, FinalResult)):
                    return False  # the marker was lost, and now is the time for another
                if isinstance(event, Busy):
                    self._is_busy = True
                    since, patience_s = event.at, self._timing.after_busy_s
                elif isinstance(event, FinalResult):
                    # One that was owed before; now it is the marker's turn.
                    since, patience_s = event.at, self._timing.answer_s
        return False

    def _listen(self, deadline: int) -> list[Event] | None:
        """The events that come next, perhaps none yet; None if nothing comes any more."""
        data, now = self._port.read(min(deadline, self._give_up))
        if not data:
            return None
        self._recorder.received(data, now)
        self._left -= len(data)
        events = self._dialogue.feed(data, now)
        self._heard += events
        return events
