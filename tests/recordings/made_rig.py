"""A rig whose device answers as it is told, on a clock that jumps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from conformance.testbed import LineSettings, PortError, after

READY = b"\r\nready\r\n"

#: What is sent -> pieces of the answer, each with the seconds after which it comes.
Answers = Mapping[bytes, Sequence[tuple[float, bytes]]]


class MadePort:
    """Keeps when what was written, and how long it was waited for."""

    def __init__(self, answers: Answers) -> None:
        self.written: list[tuple[int, bytes]] = []
        self.coming: list[tuple[int, bytes]] = []
        self._answers = answers
        self._now = 0

    def now(self) -> int:
        return self._now

    def write(self, data: bytes) -> int:
        if data == b"break\r\n":
            raise PortError("the line broke")
        self.written.append((self._now, data))
        self.expect(self._answers.get(data, ()))
        return self._now

    def expect(self, pieces: Sequence[tuple[float, bytes]]) -> None:
        self.coming += [(after(self._now, seconds), piece) for seconds, piece in pieces]
        self.coming.sort(key=lambda each: each[0])

    def read(self, deadline: int) -> tuple[bytes, int]:
        if self.coming and self.coming[0][0] <= max(deadline, self._now):
            moment, data = self.coming.pop(0)
            self._now = max(self._now, moment)
            return data, self._now
        self._now = max(self._now, deadline)
        return b"", self._now

    def configure(self, settings: LineSettings) -> None:
        raise NotImplementedError


class MadeRig:
    """A rig that can be reflashed; each time it says what a starting device does."""

    is_board = False
    name = "made"

    def __init__(self, answers: Answers, start: bytes = READY) -> None:
        self.port = MadePort(answers)
        self.reflashed = 0
        self.closed = False
        self._start = start

    def reflash(self) -> None:
        self.reflashed += 1
        self.port.coming.clear()
        self.port.expect([(0.01, b"boot text\r\n"), (0.1, self._start)])

    def close(self) -> None:
        self.closed = True
