"""Notices when somebody opens a file, by inotify, which Python does not offer.

Law: opening and nothing else; Linux only.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
from collections.abc import Callable

from ..error import EmulatorError
from ..loop import Loop
from .endpoint import READ_SIZE

_IN_OPEN = 0x20


class OpenWatch:
    """Calls `opened` once after `path` has been opened, however often since the last call."""

    def __init__(self, loop: Loop, path: str, opened: Callable[[], None]) -> None:
        self._loop = loop
        self._opened = opened
        self._fd = _watching(path)
        loop.watch(self._fd, self._readable)

    def close(self) -> None:
        """Stop watching."""
        self._loop.forget(self._fd)
        os.close(self._fd)

    def _readable(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while os.read(self._fd, READ_SIZE):
                pass
        self._opened()


def _watching(path: str) -> int:
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        fd: int = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if fd >= 0 and libc.inotify_add_watch(fd, os.fsencode(path), _IN_OPEN) >= 0:
            return fd
        why = os.strerror(ctypes.get_errno())
    except (AttributeError, OSError) as error:
        why = str(error)
    raise EmulatorError(
        f"cannot notice who opens {path}: {why}; leave out --reset-on-open or use --tcp"
    )
