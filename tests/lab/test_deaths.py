"""What dies in the middle of a run: the verdict says so, the next purpose is well, nothing is left.

Law of this file: whole runs in processes of their own. A network namespace has no name, so that it
is gone when nobody is in it any more: whoever was in one has ended.
"""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

import pytest

from tests.rigs.whole_runs import LIMIT_S, Runs, Watch, command_line, descendants, soon, starting

#: Ours alone, though a suite is named: only a run of the suites has a report.
PURPOSES = ("tests/lab/purposes_of_a_lab.py", "suites/basic/test_at.py", "-k", "purposes_of_a_lab")
LONG = "--req=3.2.5"

VERDICTS = {
    "A-asks": ("pass", "as-required"),
    "B-lab-dies": ("error", "lab-failed"),
    "C-asks-again": ("pass", "as-required"),
    "D-lab-hangs": ("error", "lab-failed"),
    "E-undo-dies": ("error", "lab-failed"),
    "G-cannot": ("inconclusive", "lab-cannot"),
    "H-fails": ("fail", "differs"),
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    with contextlib.closing(Runs(tmp_path_factory.mktemp("runs"))) as made:
        yield made


@pytest.fixture
def running(runs):
    with starting(runs) as start:
        yield start


def judged(run):
    return {
        name.removeprefix("TP/LAB/"): (purpose["verdict"], purpose["reason"])
        for name, purpose in run.purposes.items()
    }


def test_what_becomes_of_the_lab_is_never_the_iut_s_fault(runs):
    verdicts = judged(runs.run(*PURPOSES))
    died_unseen = verdicts.pop("F-silent-death")
    assert verdicts == VERDICTS
    assert died_unseen[0] == "error"


def test_a_stored_run_plays_the_lab_back_with_the_same_verdicts(runs):
    stored = runs.run(*PURPOSES)
    replayed = judged(runs.run(*PURPOSES, f"--rig=replay:{stored.folder}"))
    # That it hung was found out by asking it, and a stored lab answers only what it was asked.
    del replayed["D-lab-hangs"], replayed["F-silent-death"]
    assert replayed == {name: VERDICTS[name] for name in replayed}
    assert len(replayed) == len(VERDICTS) - 1


def test_two_workers_have_a_lab_each(running):
    """One may be done before the other begins: what is there now is not all that there was."""
    run, networks = running(LONG, "-n", "2", "-p", "xdist"), {}
    with contextlib.ExitStack() as stack:
        assert soon(lambda: note_networks(run.pid, networks, stack) == 2, LIMIT_S)
    assert run.finish().exit_code == 0


def note_networks(pid, networks, stack):
    """Note the network of each lab below a process that has left the host's; how many there were.

    Networks are counted, not processes: a program that a lab starts has the lab's command line
    until it is loaded. `stack` keeps them, or the number of one that has gone would be that of the
    next.
    """
    host = Path("/proc/self/ns/net").stat().st_ino
    with contextlib.suppress(OSError):  # some process has ended meanwhile
        for each in descendants(pid):
            if each not in networks and b"rigs.lab\0" in command_line(each):
                network = os.open(f"/proc/{each}/ns/net", os.O_RDONLY)
                if (number := os.fstat(network).st_ino) == host:
                    os.close(network)
                else:
                    stack.callback(os.close, network)
                    networks[each] = number
    return len(set(networks.values()))


def sockets(of=None):
    """The names of control sockets: all, or those that the process `of` has open.

    No file system knows them, and others on this machine may have theirs.
    """
    lines = Path("/proc/net/unix").read_text(encoding="utf-8", errors="replace").splitlines()
    rows = [line.split() for line in lines if line.endswith(".control")]
    if of is None:
        return {row[-1] for row in rows}
    opened = {str(each.readlink()) for each in Path(f"/proc/{of}/fd").iterdir()}
    return {row[-1] for row in rows if f"socket:[{row[6]}]" in opened}


def files(runs):
    return list(Path(runs.environment["TMPDIR"]).rglob("*.control"))


@pytest.mark.parametrize("also", [(), ("lab",), ("emulator",), ("lab", "emulator")])
def test_a_killed_harness_leaves_no_lab_no_emulator_and_no_socket(runs, running, also):
    run = running(LONG)
    run.wait_for("PASSED", 3)
    victims = {"lab": run.lab_pid(), "emulator": run.emulator_pid()}
    ours = sockets(of=victims["emulator"])
    assert ours
    with Watch(victims["lab"]) as lab, Watch(victims["emulator"]) as emulator:
        for pid in (run.pid, *(victims[each] for each in also)):
            os.kill(pid, signal.SIGKILL)
        run.process.wait(LIMIT_S)
        assert lab.ended()
        assert emulator.ended()
    assert soon(lambda: not ours & sockets())
    assert not files(runs)


@pytest.mark.parametrize("victim", ["lab", "emulator"])
def test_the_run_goes_on_when_one_is_killed_and_the_other_is_not_left(runs, running, victim):
    run = running(LONG)
    run.wait_for("PASSED", 3)
    with Watch(run.lab_pid()) as lab, Watch(run.emulator_pid()) as emulator:
        os.kill(run.lab_pid() if victim == "lab" else run.emulator_pid(), signal.SIGKILL)
        done = run.finish()
        assert lab.ended()
        assert emulator.ended()
    verdicts = list(done.verdicts.values())
    assert verdicts.count("error") == 1
    assert set(verdicts) == {"pass", "error"}
    assert not files(runs)


def test_where_there_can_be_no_lab_its_purposes_are_not_run_and_say_why(runs):
    run = runs.run(*PURPOSES, "--rig=emulator:net=none")
    assert set(run.verdicts.values()) == {"not run"}
    assert "net=none asks for a board without a network" in run.out
    assert run.exit_code == 5
