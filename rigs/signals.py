"""Signals that end a run from outside, each as Ctrl-C does.

Law of this file: who ends a run politely gets its report, and its board is left as it was found. A
signal that somebody ignores, or handles already, is theirs.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

#: From a supervisor, or from a terminal that was closed; Ctrl-C is Python's own.
ENDING = (signal.SIGTERM, signal.SIGHUP)


def end_as_ctrl_c() -> None:
    """Have each of `ENDING` end this process as Ctrl-C does."""
    if _is_ours():
        for number in ENDING:
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, _interrupt)


def leave_alone() -> None:
    """Undo `end_as_ctrl_c`."""
    if _is_ours():
        for number in ENDING:
            if signal.getsignal(number) is _interrupt:
                signal.signal(number, signal.SIG_DFL)


@contextlib.contextmanager
def postponed() -> Iterator[None]:
    """What happens meanwhile is not interrupted, not even by Ctrl-C; afterwards it is."""
    if not _is_ours():
        yield
        return
    came: list[int] = []
    before = {
        number: signal.signal(number, lambda which, frame: came.append(which))
        for number in (signal.SIGINT, *ENDING)
        if callable(signal.getsignal(number))
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if came:
        signal.raise_signal(came[0])


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt(f"ended by {signal.Signals(number).name}")


def _is_ours() -> bool:
    """Python lets its first thread alone have signals."""
    return threading.current_thread() is threading.main_thread()
