"""The lab as a process: as root and as an ordinary user, asked, hung, and not to be had."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys

import pytest

from conformance.commandline import execute, set_
from conformance.grammar import OK
from conformance.session import Session
from conformance.statement import load_pixit
from conformance.testbed import LAB_CAPABILITIES, LabError
from conformance.transcript import NullRecorder
from conformance.verdict import Inconclusive, Reason
from rigs import labs, labtalk
from rigs.emulated import EmulatorOptions, EmulatorRig
from rigs.labs import LabProcess
from rigs.labtalk import NoNamespaces
from tests.lab.powers import POWERS, without_namespaces
from tests.rigs.whole_runs import PIXIT, ROOT, Watch, children, command_line

QUICK = load_pixit(PIXIT)


@contextlib.contextmanager
def a_lab(*arguments):
    lab = LabProcess(["--pty", *arguments])
    with contextlib.closing(lab):
        lab.ask("begin", {"purpose": "TP/x", "captures": "", "prefix": ""})
        yield lab


@contextlib.contextmanager
def a_rig(**options):
    rig = EmulatorRig("emulator", EmulatorOptions(**options), QUICK)
    with contextlib.closing(rig):
        rig.recover(NullRecorder())
        rig.begin("TP/x")
        yield rig, Session(rig.port, QUICK.timing, controls=rig.controls)


def pid_of_lab(module=b"rigs.lab"):
    (pid,) = [each for each in children(os.getpid()) if module in command_line(each)]
    return pid


def labs_start(monkeypatch, less):
    """Every lab begins with `less`; what else is started has all powers."""
    started = subprocess.Popen

    def start(command, **more):
        return started(command, **more, preexec_fn=less if "rigs.lab" in command else None)

    monkeypatch.setattr(subprocess, "Popen", start)


@pytest.fixture(params=POWERS)
def powers(request, monkeypatch):
    labs_start(monkeypatch, POWERS[request.param])


def test_a_station_joins_the_home_network_with_any_powers(powers):
    with a_rig() as (rig, session):
        assert not set(LAB_CAPABILITIES) & rig.missing().keys()
        home = session.lab.home()
        session.send(set_("CWMODE_CUR", 1)).succeeds()
        session.send(set_("CWJAP_CUR", home.ssid.decode(), home.password.decode()), answer_s=20)
        (line,) = session.lab.associations(count=1, within_s=5)
        assert (line.what, line.access_point, line.bssid) == ("joined", home.name, home.bssid)
        assert session.lab.members(home) == (line.station,)
        session.send(execute("CWQAP"))
        left = session.lab.associations(count=2, within_s=5)[-1]
        assert (left.what, left.station, left.why) == ("left", line.station, "asked")


REFUSED = "the kernel gives no network namespace"


def test_where_the_kernel_gives_no_namespace_the_lab_says_so(monkeypatch):
    labs_start(monkeypatch, without_namespaces)
    with pytest.raises(NoNamespaces, match=REFUSED):
        LabProcess(["--pty"])


def test_where_a_package_is_missing_the_lab_says_which(monkeypatch, tmp_path):
    tmp_path.joinpath("pyroute2.py").write_text("raise ImportError(name='pyroute2')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(NoNamespaces, match="the lab wants pyroute2, which is not installed"):
        LabProcess(["--pty"])


def test_without_a_lab_the_emulator_remains_and_each_capability_says_why(monkeypatch):
    labs_start(monkeypatch, without_namespaces)
    with a_rig() as (rig, session):
        assert session.send(execute("AT")).final == OK
        whys = [rig.missing()[name] for name in LAB_CAPABILITIES]
        assert all(why.startswith(REFUSED) for why in whys)
        assert rig.controls.lab is None


def test_an_emulator_that_would_not_start_is_told_in_its_own_words():
    with pytest.raises(LabError, match="no-such-fault") as raised:
        LabProcess(["--pty", "--fault", "no-such-fault"])
    assert "\n" not in str(raised.value)


def test_what_the_lab_cannot_do_is_inconclusive_and_what_it_does_not_know_an_error():
    with a_lab() as lab:
        with pytest.raises(Inconclusive, match="no access point 'x'") as raised:
            lab.ask("access-point-off", {"name": "x"})
        assert raised.value.reason is Reason.ACCESS_POINT_GONE
        with pytest.raises(LabError, match="no question 'sing'"):
            lab.ask("sing", {})
        with pytest.raises(LabError, match="access-point: KeyError"):
            lab.ask("access-point", {})
        assert lab.ask("home", {})["name"] == "ap1"
        assert lab.problem == ""


def test_what_a_purpose_made_is_gone_when_the_next_begins():
    with a_lab() as lab:
        there = lab.ask("home", {})["name"]
        lab.ask("begin", {"purpose": "TP/y", "captures": "", "prefix": ""})
        with pytest.raises(Inconclusive):
            lab.ask("members", {"name": there})
        assert lab.ask("home", {})["address"] == "192.168.51.1"


def test_a_lab_that_does_not_answer_in_time_is_lost(monkeypatch):
    monkeypatch.setattr(labtalk, "_ANSWER_S", 0.2)
    monkeypatch.setattr(labs, "_END_S", 0.2)
    with a_lab() as lab:
        os.kill(pid_of_lab(), signal.SIGSTOP)
        with pytest.raises(LabError, match="did not answer in time"):
            lab.ask("home", {})
        assert "did not answer in time" in lab.problem
        with pytest.raises(LabError, match="did not answer in time"):
            lab.ask("home", {})


def test_a_lab_that_dies_is_lost_and_takes_the_emulator_along():
    with a_lab() as lab, Watch(lab.emulator["pid"]) as emulator:
        os.kill(pid_of_lab(), signal.SIGKILL)
        with pytest.raises(LabError, match="ended with -9"):
            lab.ask("home", {})
        assert emulator.ended()


def test_an_emulator_that_dies_is_told_by_the_lab_which_lives_on():
    with a_lab() as lab:
        with Watch(lab.emulator["pid"]) as emulator:
            os.kill(lab.emulator["pid"], signal.SIGKILL)
            assert emulator.ended()
        assert lab.emulator_ended() == "emulator ended with -9"
        assert lab.problem == ""
        assert lab.ask("home", {})["name"] == "ap1"


def test_a_rig_has_a_new_lab_when_the_old_one_is_gone():
    with a_rig() as (rig, session):
        session.lab.home()
        os.kill(pid_of_lab(), signal.SIGKILL)
        with pytest.raises(LabError):
            session.lab.home()
        assert "ended with -9" in rig.lab_problem()
        rig.recover(NullRecorder())
        assert rig.lab_problem() == ""
        rig.begin("TP/y")
        assert Session(rig.port, QUICK.timing, controls=rig.controls).lab.home().name == "ap1"


def test_a_lab_that_fails_to_begin_is_replaced():
    with a_rig() as (rig, _):
        rig.keep_captures(None, "x")
        rig._running.ask, asked = lambda *_: fail("it keeps something"), rig._running.ask
        with pytest.raises(LabError, match="it keeps something"):
            rig.begin("TP/y")
        rig._running.ask = asked
        assert rig.lab_problem() == "it keeps something"
        rig.recover(NullRecorder())
        rig.begin("TP/y")
        assert rig.lab_problem() == ""


def fail(why):
    raise LabError(why)


def test_the_lab_ends_with_its_channel_and_the_emulator_with_it():
    lab = LabProcess(["--pty"])
    with Watch(lab.emulator["pid"]) as emulator:
        lab.close()
        assert emulator.ended()
    assert not [each for each in children(os.getpid()) if b"rigs.lab" in command_line(each)]


#: Lines that are no questions.
NO_QUESTIONS = {
    "empty": b"\n",
    "no question": b"{}\n",
    "a list": b"[1]\n",
    "a number": b'{"id": 3}\n',
    "a list of names": b'{"id": 4, "ask": ["home"]}\n',
    "a number with it": b'{"id": 5, "ask": "home", "with": 7}\n',
    "no text": b"\xff\xfe{\n",
    "nested": b"[" * 100_000 + b"\n",
    "endless": b"x" * 3_000_000 + b"\n",
}


def test_a_line_that_is_no_question_is_answered_as_such_and_the_next_one_is_answered():
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-m", "rigs.lab", "--channel", str(theirs.fileno()), "--", "--pty"]
    process = subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()])
    theirs.close()
    with ours, ours.makefile("rwb") as stream:
        ours.settimeout(30)
        assert "ready" in json.loads(stream.readline())
        for name, line in NO_QUESTIONS.items():
            stream.write(line)
            stream.flush()
            assert "failed" in json.loads(stream.readline()), name
            stream.write(b'{"id": 9, "ask": "home", "with": {}}\n')
            stream.flush()
            assert json.loads(stream.readline())["told"]["name"] == "ap1", name
    assert process.wait(30) == 0
