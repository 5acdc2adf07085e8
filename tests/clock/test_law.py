"""When the clock may jump, point by point (docs/clock.md); a party that is led by hand.

Law of this file: where it must not jump, a deadline comes in real time and no sooner. So nothing
here depends on how busy the machine is.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from rigs.clock import harness, page
from rigs.clock.harness import RealClock, SkippingClock
from rigs.clock.kernel import Backlog
from rigs.clock.party import Party, PartySelector

_S = 1_000_000_000
#: How long the deadline is away, and what of it surely is no jump.
_AWAY, _WAITED = 300_000_000, 250_000_000


@dataclass
class Scene:
    """A clock, its one party, and a descriptor that is never ready but by `speak`."""

    clock: SkippingClock
    party: Party
    selector: PartySelector
    ours: socket.socket
    theirs: socket.socket
    held: contextlib.ExitStack

    def waits(self, away: int = _AWAY) -> tuple[bool, int, int]:
        """What `wait` answers, how far the clock went, and how much real time passed."""
        shown, real = self.clock.now(), time.monotonic_ns()
        answer = self.clock.wait(self.ours.fileno(), shown + away)
        return answer, self.clock.now() - shown, time.monotonic_ns() - real


@pytest.fixture
def scene(monkeypatch) -> Iterator[Scene]:
    for each in (harness, page):  # who computes without end is found out soon
        monkeypatch.setattr(each, "PATIENCE", 50_000_000)
    clock = SkippingClock()
    with clock.add_party() as clock_socket:
        party = Party(os.dup(clock_socket.fileno()))
    ours, theirs = socket.socketpair()
    with ours, theirs, contextlib.ExitStack() as held:
        made = Scene(clock, party, party.selector(), ours, theirs, held)
        party.begin_idling(None)
        made.waits(10_000_000)  # time is real until the party is here
        yield made
        made.selector.close()
        clock.close()
        party.close()


def test_time_skips_to_the_deadline_when_nothing_is_due(scene: Scene) -> None:
    answer, went, took = scene.waits(3600 * _S)
    assert not answer
    assert 3600 * _S <= went < 3601 * _S
    assert took < 600 * _S


def test_time_skips_to_what_is_due_first(scene: Scene) -> None:
    scene.party.end_idling()
    scene.party.begin_idling(5.0)
    before = scene.clock.now()
    # It is woken then, and as it does not become idle again, it computes: time runs in the end.
    assert not scene.waits(5 * _S + _AWAY)[0]
    assert any(5 * _S <= shown - before < 5.1 * _S for _, shown, _ in _readings(scene))
    assert os.eventfd_read(scene.party._wake) == 1


def _readings(scene: Scene) -> list[tuple[int, int, bool]]:
    return scene.clock.passed()["readings"]


def test_what_has_come_is_there_at_once(scene: Scene) -> None:
    scene.theirs.send(b"x")
    answer, went, _ = scene.waits(3600 * _S)
    assert answer
    assert went < 3600 * _S


def _computes(scene: Scene) -> None:
    scene.party.end_idling()


def _holds(scene: Scene) -> None:
    scene.party.hold("carrier", 1)


def _owes_bytes(scene: Scene) -> None:
    scene.clock.wrote(1)


def _has_sent_bytes(scene: Scene) -> None:
    scene.party.sent(1)


def _has_something_to_read(scene: Scene) -> None:
    scene.selector.register(scene.theirs, 1)
    scene.ours.send(b"x")


def _is_real(scene: Scene) -> None:
    scene.held.enter_context(scene.clock.real())


def _is_not_here(scene: Scene) -> None:
    scene.clock.add_party().close()


def _has_gone(scene: Scene) -> None:
    scene.party._socket.close()


@pytest.mark.parametrize(
    "what",
    [_computes, _holds, _owes_bytes, _has_sent_bytes, _has_something_to_read, _is_real,
     _is_not_here, _has_gone],
)  # fmt: skip
def test_it_does_not_jump(scene: Scene, what: Callable[[Scene], None]) -> None:
    what(scene)
    answer, _, took = scene.waits()
    assert not answer
    assert took >= _WAITED


@pytest.mark.parametrize("pending", ["neighbour", "tcp"])
def test_it_does_not_jump_while_a_kernel_has_something_to_bring(
    scene: Scene, pending: str, monkeypatch
) -> None:
    monkeypatch.setattr(scene.clock, "_kernel_pending", lambda: pending)
    answer, went, took = scene.waits()
    assert not answer
    assert took >= _WAITED
    assert went >= _AWAY
    assert scene.clock.passed()["waited_ns"][pending] > 0


def test_it_does_not_jump_while_frames_are_handed_over(scene: Scene, monkeypatch) -> None:
    looks = iter([(True, b""), (False, b"1"), (False, b"2"), (False, b"2"), (False, b"2")])
    left = []

    def state(_: Backlog) -> tuple[bool, bytes]:
        left.append(0)
        return next(looks, (False, b"2"))

    monkeypatch.setattr(Backlog, "state", state)
    assert not scene.waits()[0]
    assert len(left) >= 5  # once waiting, once processed between the looks, once quiet


def test_bytes_that_wait_at_the_harness_have_arrived(scene: Scene) -> None:
    scene.party.sent(3)
    scene.clock.line_opened(lambda: 3)
    scene.party.line_opened()
    scene.party.sent(3)
    answer, went, _ = scene.waits(3600 * _S)
    assert not answer
    assert went >= 3600 * _S


def test_it_stands_while_a_party_computes(scene: Scene, monkeypatch) -> None:
    for each in (harness, page):
        monkeypatch.setattr(each, "PATIENCE", 60 * _S)
    before, real = scene.clock.now(), time.monotonic_ns()
    while time.monotonic_ns() - real < _AWAY:
        pass
    took = time.monotonic_ns() - real
    assert 0 < scene.clock.now() - before <= took // 32


def test_it_runs_while_it_is_held_and_stands_afterwards(scene: Scene) -> None:
    with scene.party.held("capture"):
        scene.waits(1000)
        assert scene.clock._page.runs
    scene.selector.select(0)  # it hears that time runs now
    scene.waits(10_000_000)
    assert not scene.clock._page.runs


def test_a_deadline_that_passes_while_a_party_computes_waits_for_it(scene: Scene) -> None:
    scene.held.enter_context(scene.party.held("capture"))  # time runs
    scene.party.end_idling()

    def answer_late() -> None:
        while scene.clock.now() < due:
            time.sleep(0.01)
        scene.theirs.send(b"x")
        scene.party.begin_idling(None)

    shown = scene.clock.now()
    due = shown + 2 * _AWAY
    late = threading.Thread(target=answer_late)
    late.start()
    assert scene.clock.wait(scene.ours.fileno(), shown + _AWAY)
    late.join()


def _has_not_answered(scene: Scene) -> None:
    scene.party.end_idling()


def _has_not_done_what_was_due(scene: Scene) -> None:
    scene.party.end_idling()
    scene.party.begin_idling(0.001)  # and never wakes


@pytest.mark.parametrize(
    "what", [_has_not_answered, _has_not_done_what_was_due, _owes_bytes, _has_sent_bytes]
)
def test_a_deadline_that_passes_while_time_runs_waits_no_longer_than_its_grace(
    scene: Scene, monkeypatch, what: Callable[[Scene], None]
) -> None:
    monkeypatch.setattr(harness, "GRACE", 4 * _AWAY)
    scene.held.enter_context(scene.party.held("capture"))  # time runs
    what(scene)
    answer, went, _ = scene.waits(_S // 100)
    assert not answer
    assert went > 4 * _AWAY


@pytest.mark.parametrize("what", [_is_real, _is_not_here, _has_gone])
def test_a_deadline_does_not_wait_for_who_joins_no_clock(
    scene: Scene, monkeypatch, what: Callable[[Scene], None]
) -> None:
    monkeypatch.setattr(harness, "GRACE", 3600 * _S)
    scene.held.enter_context(scene.party.held("capture"))
    scene.party.end_idling()
    what(scene)
    assert not scene.waits(_S // 100)[0]


def test_it_never_goes_back(scene: Scene) -> None:
    shown = [scene.clock.now()]
    for _ in range(50):
        scene.waits(1_000_000)
        shown.append(scene.clock.now())
        with scene.party.held("air"):
            scene.waits(1000)
            shown.append(scene.clock.now())
    assert shown == sorted(shown)


def test_the_log_says_what_it_showed(scene: Scene) -> None:
    moments = []
    for _ in range(20):
        scene.waits(7_000_000)
        real = time.monotonic_ns()
        moments.append((real, scene.clock.now(), time.monotonic_ns()))
    for before, shown, after in moments:
        assert scene.party.shown_at(before) <= shown <= scene.party.shown_at(after)


def test_other_parties_may_come_when_the_first_have_gone(scene: Scene) -> None:
    shown = scene.clock.now()
    scene.clock.remove_parties()
    with scene.clock.add_party() as clock_socket:
        party = Party(os.dup(clock_socket.fileno()))
    selector = party.selector()
    party.begin_idling(None)
    assert party.now() >= shown
    assert scene.waits(3600 * _S)[1] >= 3600 * _S
    selector.close()
    party.close()


def test_a_party_whose_harness_has_gone_has_real_time(scene: Scene) -> None:
    scene.waits(3600 * _S)
    before, real = scene.party.now(), time.monotonic_ns()
    scene.party.leave()
    assert scene.party.begin_idling(0.5) == 0.5
    while time.monotonic_ns() - real < 10_000_000:
        pass
    assert scene.party.now() - before >= 9_000_000


def test_real_time_is_real() -> None:
    clock, (ours, theirs) = RealClock(), socket.socketpair()
    with ours, theirs:
        began = time.monotonic_ns()
        assert not clock.wait(ours.fileno(), clock.now() + 20_000_000)
        assert time.monotonic_ns() - began >= 20_000_000
        theirs.send(b"x")
        assert clock.wait(ours.fileno(), 0)
