"""A process that a test leaves behind is found, whoever its parent is by then."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tests.leftovers import is_marked, left
from tests.rigs.whole_runs import Watch

#: It starts another one in a session of its own, and ends.
STARTS = """
from subprocess import DEVNULL, Popen
print(Popen(["sleep", "600"], start_new_session=True, stdout=DEVNULL).pid)
"""


def test_what_a_child_has_started_and_left_is_found_until_it_ends():
    assert is_marked()
    told = subprocess.run([sys.executable, "-c", STARTS], stdout=subprocess.PIPE, check=True).stdout
    pid = int(told)
    with Watch(pid) as watch:
        try:
            assert left()[pid] == "sleep 600"
        finally:
            os.kill(pid, signal.SIGKILL)
        assert watch.ended()
    assert pid not in left()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of forks beside threads
def test_a_child_that_runs_no_other_program_is_found():
    child = os.fork()
    if child == 0:
        signal.pause()
    try:
        assert child in left()
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    assert child not in left()
