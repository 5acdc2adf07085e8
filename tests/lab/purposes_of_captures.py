"""Purposes for the tests of the harness: what can happen to a capture happens.

Law of this file: nothing here judges an IUT, though it stands for a requirement, as it must. It is
run by `test_captures_in_runs.py`, in this order; what breaks a lab for good comes last.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.verdict import NonConformity
from suites.wifi import leasing, mode

ANY = "3.2.1/AT/execute/01"


def purpose(name):
    needs = ("network", "capture")
    return pytest.mark.purpose(f"TP/CAPTURE/{name}", verifies=[ANY], needs=needs)


def labs() -> Iterator[int]:
    """The lab of this process."""
    for task in Path("/proc/self/task").iterdir():
        for pid in task.joinpath("children").read_text().split():
            if b"rigs.lab\0" in Path(f"/proc/{pid}/cmdline").read_bytes():
                yield int(pid)


def intrude(deed):
    """Do something to the network of this process's lab."""
    intruder = Path(__file__).with_name("intruder.py")
    for pid in labs():
        subprocess.run([sys.executable, str(intruder), str(pid), deed], check=True, timeout=20)


@purpose("A-sees")
def test_a_sees(session):
    """The capture sees the station get its address, and is in the report."""
    mode.enter(session, mode.BOTH)
    home = session.lab.home()
    with session.lab.capture() as seeing:
        leasing.enter(session, home)
        session.settle()
    (transaction, *_) = seeing.seen.transactions()
    assert transaction.given is not None


@purpose("B-dropped")
def test_b_dropped(session):
    """More frames come than there is room for; what the purpose found counts no more."""
    mode.enter(session, mode.BOTH)
    leasing.enter(session, session.lab.home())
    with session.lab.capture():
        intrude("flood")
        raise NonConformity("what no IUT does", "nothing")


@purpose("C-unproven-end")
def test_c_unproven_end(session):
    """In the middle of the capture the lab cannot hear itself any more."""
    with session.lab.capture():
        intrude("loopback-down")
        raise NonConformity("what no IUT does", "nothing")


@purpose("D-late")
def test_d_late(session):
    """The lab still cannot hear itself, so that no capture begins."""
    with session.lab.capture():
        raise NonConformity("what no IUT does", "nothing")


@purpose("E-new-lab")
def test_e_new_lab(session):
    """The lab dies, so that the next purpose has a new one."""
    for pid in labs():
        os.kill(pid, signal.SIGKILL)
    session.lab.home()


@purpose("F-gone")
def test_f_gone(session):
    """The interface goes away in the middle of the capture."""
    with session.lab.capture():
        intrude("interface-gone")
        raise NonConformity("what no IUT does", "nothing")
