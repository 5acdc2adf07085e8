"""What is asked over a raw socket: an answer in time counts, however late it is read."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator

import pytest

from rigs.lab import ether


class Ahead(asyncio.SelectorEventLoop):
    """A loop whose time can be put forward, as if the processor had been elsewhere."""

    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    ours.setblocking(False)
    with ours, theirs:
        yield ours, theirs


def _answer(handle: socket.socket, ask, within_s: float) -> tuple[bytes | None, Ahead]:
    loop = Ahead()

    def read(data: bytes) -> bytes | None:
        return data if data.startswith(b"answer") else None

    try:
        return loop.run_until_complete(
            ether.asked(handle, lambda: ask(loop), read, within_s, again_s=0.01)
        ), loop
    finally:
        loop.close()


def test_an_answer_that_is_read_late_counts(pair) -> None:
    ours, theirs = pair

    def ask(loop: Ahead) -> None:
        theirs.send(b"something else")
        theirs.send(b"answer")
        loop.ahead += 3600

    assert _answer(ours, ask, 1.0)[0] == b"answer"


def test_a_question_that_was_lost_is_asked_again(pair) -> None:
    ours, theirs = pair
    asked = []

    def ask(_: Ahead) -> None:
        asked.append(1)
        if len(asked) == 3:
            theirs.send(b"answer")

    assert _answer(ours, ask, 60.0)[0] == b"answer"


def test_a_crowd_of_frames_does_not_outlast_the_end(pair) -> None:
    ours, theirs = pair

    def crowd(loop: Ahead) -> None:
        for _ in range(5):
            theirs.send(b"something else")
        loop.ahead += 1

    assert _answer(ours, crowd, 3.0)[0] is None
