"""Children of the tests' process: they have imported what it has, and share nothing else with it.

Law: no assertion lives here.  A child ends with a status, never returns to the tests, and does not
outlive them.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import io
import os
import select
import signal
import sys
import traceback
import warnings
from collections.abc import Callable, Collection

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


class Process:
    """A child."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._descriptor = os.pidfd_open(pid)
        self._status: int | None = None

    def wait(self, within_s: float | None = None) -> int:
        """Its exit status, a signal as a negative number; TimeoutError at the deadline."""
        if self._status is None:
            if not select.select([self._descriptor], [], [], within_s)[0]:
                raise TimeoutError(f"process {self.pid} has not ended in {within_s:g} s")
            self._status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            os.close(self._descriptor)
        return self._status

    def has_ended(self) -> bool:
        """Whether it has ended by now."""
        try:
            self.wait(0)
        except TimeoutError:
            return False
        return True

    def send_signal(self, number: int) -> None:
        """Unless it has ended."""
        if self._status is None:
            signal.pidfd_send_signal(self._descriptor, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


def fork(
    act: Callable[[], int],
    kept: Collection[int],
    says: int | None = None,
    complains: int | None = None,
) -> Process:
    """A child that acts, and ends with what that returns; it has the descriptors `kept` alone.

    What it prints goes to the descriptor `says`, or to nobody; what it complains of to
    `complains`, or to where we do.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside threads
        child = os.fork()
    if child:
        return Process(child)
    status = 1
    try:
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        _hear_signals_as_a_program_does()
        _have_nothing_but(kept, says, complains)
        status = act()
        sys.stdout.flush()
        sys.stderr.flush()
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def _have_nothing_but(kept: Collection[int], says: int | None, complains: int | None) -> None:
    """The descriptors of whoever forked are not ours, nor is what it captures or frees."""
    gc.freeze()
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing if says is None else says, 1)
    if complains is not None:
        os.dup2(complains, 2)
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208  (numbers, not files)
        if int(name) > 2 and int(name) not in kept:
            with contextlib.suppress(OSError):
                os.close(int(name))
    sys.stdout, sys.stderr = (
        io.TextIOWrapper(os.fdopen(each, "wb", 0), write_through=True) for each in (1, 2)
    )


def _hear_signals_as_a_program_does() -> None:
    """Also where who began the tests has them ignored, as a shell does in the background."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for each in (signal.SIGHUP, signal.SIGTERM, signal.SIGALRM):
        signal.signal(each, signal.SIG_DFL)
