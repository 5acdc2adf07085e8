"""Purposes for the tests of the harness: the lab is asked, and what can happen to it happens.

Law of this file: nothing here judges an IUT, though it stands for a requirement, as it must. It is
run by `test_deaths.py`, in this order.
"""

import os
import signal
from pathlib import Path

import pytest

from conformance.commandline import execute
from conformance.verdict import NonConformity

ANY = "3.2.1/AT/execute/01"


def purpose(name):
    return pytest.mark.purpose(f"TP/LAB/{name}", verifies=[ANY], needs=("network",))


def signalled(number):
    """Send a signal to the lab of this process."""
    for task in Path("/proc/self/task").iterdir():
        for pid in task.joinpath("children").read_text().split():
            if b"rigs.lab" in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(int(pid), number)


@purpose("A-asks")
def test_a_asks(session):
    """The lab makes its home network."""
    assert session.lab.home().name == "ap1"


@purpose("B-lab-dies")
def test_b_lab_dies(session):
    """The lab dies, and is asked."""
    signalled(signal.SIGKILL)
    session.lab.home()


@purpose("C-asks-again")
def test_c_asks_again(session):
    """The lab makes its home network; it is another lab."""
    assert session.lab.home().name == "ap1"


@purpose("D-lab-hangs")
def test_d_lab_hangs(session):
    """The lab hangs, and the IUT does not do what it should."""
    session.send(execute("AT")).succeeds()
    signalled(signal.SIGSTOP)
    raise NonConformity("what takes a lab", "nothing")


@purpose("E-undo-dies")
def test_e_undo_dies(session):
    """All is well, but the lab dies before what was done to it is undone."""
    there = session.lab.home()
    session.lab.switch_off(there)
    session.afterwards(lambda: session.lab.switch_on(there))
    session.afterwards(lambda: signalled(signal.SIGKILL))


@purpose("F-silent-death")
def test_f_silent_death(session):
    """The lab dies, and nobody asks it anything."""
    signalled(signal.SIGKILL)


@purpose("G-cannot")
def test_g_cannot(session):
    """The lab is asked for what it cannot do."""
    session.lab.access_point(b"x" * 33)


@purpose("H-fails")
def test_h_fails(session):
    """The lab is well, and the IUT does not do what it should."""
    session.lab.home()
    raise NonConformity("what no IUT does", "nothing")
