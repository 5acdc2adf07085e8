"""A program of the user's, run as one act of the rig.

Law of this file: no shell, a deadline, and nothing of it left behind; its failure is one line.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Sequence

from conformance.testbed import PortError

#: How long a program that was killed may take to let go of its output, in seconds.
_END_S = 1.0

#: The longest line of its output that is told.
_LONGEST_LINE = 200


def run(argv: Sequence[str], what: str, limit_s: float) -> str:
    """Run `argv`; what it printed. `what` says in an error what it was for.

    Raises `PortError` if it cannot be started, fails or takes longer than `limit_s` seconds.
    """
    try:
        process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that it ends with all that it started
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise PortError(
            f"cannot {what}: {argv[0]}: {reason}; correct the command, or install it"
        ) from error
    with process:
        try:
            said, _ = process.communicate(timeout=limit_s)
        except subprocess.TimeoutExpired:
            _kill(process)
            raise PortError(
                f"cannot {what}: {argv[0]} did not end within {limit_s:g} s; try it by hand"
            ) from None
        except BaseException:  # Ctrl-C
            _kill(process)
            raise
    printed = said.decode("utf-8", "replace")
    if process.returncode:
        raise PortError(
            f"cannot {what}: {argv[0]} ended with {process.returncode}: {_telling(printed)}"
        )
    return printed


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=_END_S)


def _telling(printed: str) -> str:
    """The line that says what was wrong: the last that speaks of an error, or the last of all."""
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["it said nothing"])[-1][:_LONGEST_LINE]
