"""Purposes for the tests of the harness: what can happen to a lab on another host happens.

Law of this file: nothing here judges an IUT, though it stands for a requirement, as it must. It is
run by `test_afar_run.py`, in this order; what is between the hosts obeys files in a folder.
"""

import os
import signal
import time
from pathlib import Path

import pytest

from conformance.verdict import NonConformity
from rigs import distantlab
from tests.rigs.whole_runs import children, command_line

ANY = "3.2.1/AT/execute/01"
LIMIT_S = 20.0
PATIENCE_S = distantlab._ANSWER_S


def purpose(name):
    return pytest.mark.purpose(f"TP/AFAR/{name}", verifies=[ANY], needs=("network",))


def ordered(what):
    """Have it done to the connection."""
    file = Path(os.environ["AFAR_ORDERS"], what)
    file.touch()
    end = time.monotonic() + LIMIT_S
    while file.exists():
        assert time.monotonic() < end
        time.sleep(0.01)  # whoever obeys is another process, and has no way to call this one


def door():
    return int(os.environ["AFAR_DOOR"])


def lab():
    (pid,) = [pid for pid in children(door()) if b"rigs.lab.bench" in command_line(pid)]
    return pid


def fails():
    raise NonConformity("what takes a lab", "nothing")


@purpose("A-asks")
def test_a_asks(session):
    """The lab knows its network, and sees what passes, which is nothing: nobody has joined."""
    session.lab.home()
    with session.lab.capture() as seeing:
        pass
    assert seeing.seen.path


@purpose("B-lab-dies")
def test_b_lab_dies(session):
    """The lab dies, and is asked."""
    os.kill(lab(), signal.SIGKILL)
    session.lab.home()


@purpose("C-fails-when-it-is-dead")
def test_c_fails_when_it_is_dead(session):
    """The lab dies, nobody asks it, and the IUT does not do what it should."""
    session.lab.home()
    os.kill(lab(), signal.SIGKILL)
    fails()


@purpose("D-cut")
def test_d_cut(session):
    """The connection is cut in the middle of a capture."""
    with session.lab.capture():
        ordered("cut")


@purpose("E-passes-when-it-is-cut")
def test_e_passes_when_it_is_cut(session):
    """The connection is cut, nobody asks anything, and all seems well."""
    session.lab.home()
    ordered("cut")


@purpose("F-asks-again")
def test_f_asks_again(session):
    """The lab is there again."""
    session.lab.home()


@purpose("G-fails-when-it-stalls")
def test_g_fails_when_it_stalls(session):
    """Nothing passes any more, and the IUT does not do what it should."""
    session.lab.home()
    distantlab._ANSWER_S = 1.0
    ordered("stall")
    fails()


@purpose("H-asks-again")
def test_h_asks_again(session):
    """The lab was still for the one that stalled, until the other host found out."""
    distantlab._ANSWER_S = PATIENCE_S
    session.lab.home()


@purpose("I-fails")
def test_i_fails(session):
    """The lab is well, and the IUT does not do what it should."""
    session.lab.home()
    fails()


@purpose("J-door-dies")
def test_j_door_dies(session):
    """The other host goes down."""
    session.lab.home()
    os.kill(door(), signal.SIGKILL)
    fails()


@purpose("K-nobody-there")
def test_k_nobody_there(session):
    """There is no lab any more."""
    fails()
