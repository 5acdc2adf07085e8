"""The emulator as a rig: what it offers, and the hands that the harness has on its board."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sys
import tempfile
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.commandline import execute, set_
from conformance.flash import AREA
from conformance.grammar import OK
from conformance.session import Session
from conformance.statement import load_pixit
from conformance.testbed import LineSettings, NotRecovered, PortError
from conformance.transcript import NullRecorder
from rigs.control import ControlSocket, SnapshotFlash, wear_of
from rigs.emulated import ENDPOINTS, NETS, EmulatorOptions, EmulatorRig
from tests.rigs.scripted import Written
from tests.rigs.whole_runs import PIXIT

QUICK = load_pixit(PIXIT)


def alone(**options):
    return EmulatorOptions(**{"net": "none", **options})


@contextlib.contextmanager
def running(**options):
    """A rig around an emulator that is awake, and a session with it; without a lab unless told."""
    rig = EmulatorRig("emulator", alone(**options), QUICK)
    with contextlib.closing(rig):
        rig.recover(NullRecorder())
        yield rig, Session(rig.port, QUICK.timing, controls=rig.controls)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_every_endpoint_answers_and_can_be_reset_and_switched_off_and_on(endpoint):
    with running(endpoint=endpoint) as (rig, session):
        assert {"reset", "power", "flash-read", "rts-cts", "wake-wire"} <= rig.capabilities
        for start in (session.reset_board, session.power_cycle):
            assert start().restarted
            assert session.send(execute("AT")).final == OK


def test_without_power_the_board_is_silent():
    with running() as (rig, session):
        rig.controls.power.off()
        assert sign(session) is None
        rig.controls.power.on()
        rig.recover(NullRecorder())
        assert session.send(execute("AT")).final == OK


def sign(session):
    return session.observe(execute("AT"), answer_s=0.3).final


@pytest.mark.parametrize(
    ("options", "end", "size"),
    [
        ({}, 0x80000, 4 << 20),
        ({"flash_map": "1024+1024", "flash_size": "2M"}, 0x100000, 2 << 20),
        ({"flash_size": "1M"}, 0x80000, 1 << 20),
    ],
    ids=["as shipped", "1024+1024", "1M"],
)
def test_the_flash_is_where_it_was_asked_to_be(options, end, size):
    with running(**options) as (rig, _):
        layout = rig.controls.flash.layout()
        assert layout.user_area == range(end - AREA, end)
        assert layout.system_area == range(size - AREA, size)


def test_reading_the_flash_shows_what_was_saved_and_restarts_the_board():
    with running() as (_, session):
        before = session.read_flash("user", "system")
        assert [len(content) for content in before] == [AREA, AREA]
        assert session.last.restarted
        session.send(set_("UART_DEF", 115200, 8, 1, 0, 1)).succeeds()
        after = session.read_flash("user", "system")
        assert after[0] != before[0]
        assert after[1] == before[1]


def test_an_area_larger_than_a_reply_is_read_whole():
    with running() as (rig, _):
        (content,) = rig.controls.flash.read([range(50_000)])
        assert len(content) == 50_000
        assert content[0] == 0xE9


def test_a_flash_in_a_file_outlives_its_emulator(tmp_path):
    file = str(tmp_path / "flash.bin")
    with running(flash=file) as (_, session):
        session.send(set_("UART_DEF", 9600, 8, 1, 0, 0)).succeeds()
    rig = EmulatorRig("emulator", alone(flash=file), QUICK)
    with contextlib.closing(rig):
        rig.recover(NullRecorder())
        assert rig.settings == LineSettings(9600)


def test_the_run_s_cost_is_told():
    with running() as (rig, session):
        before = rig.wear()
        session.reset_board()
        session.send(set_("UART_DEF", 115200, 8, 1, 0, 1)).succeeds()
        after = rig.wear()
    assert before.keys() == {"boots", "sector_erases", "programs"}
    assert after["boots"] == before["boots"] + 1
    assert after["programs"] > before["programs"]
    assert rig.wear() == {}  # nobody is there any more


@pytest.mark.parametrize(
    "left", [LineSettings(9600), LineSettings(115200, 7, 1, "E"), LineSettings(31250, 8, 2, "O")]
)
def test_an_iut_that_was_left_elsewhere_is_found_where_it_is_suspected(left):
    with running() as (rig, session):
        parity, stopbits = {"N": 0, "O": 1, "E": 2}, {1: 1, 1.5: 2, 2: 3}
        session.send(
            set_(
                "UART_CUR",
                left.baudrate,
                left.databits,
                stopbits[left.stopbits],
                parity[left.parity],
                0,
            )
        ).succeeds()
        recorder = Written()
        rig.recover(recorder, [left])
        assert rig.settings == left
        assert "reset" not in dict(recorder.actions)


@pytest.mark.parametrize("net", NETS)
def test_a_dead_emulator_is_started_again_with_the_same_hands(net):
    with running(net=net) as (rig, _):
        hands = rig.controls
        os.kill(rig._running.emulator["pid"], signal.SIGKILL)
        rig.recover(NullRecorder())
        assert rig.controls is hands
        assert Session(rig.port, controls=hands).reset_board().restarted


def test_an_emulator_that_would_not_start_says_why_in_one_line():
    with pytest.raises(PortError) as raised:
        EmulatorRig("emulator", alone(faults=("no-such",)), QUICK)
    assert "no-such" in str(raised.value)
    assert "\n" not in str(raised.value)


def impatient(recovery_s):
    """Little time for the ladder, where all of it is going to be used up."""
    timing = replace(QUICK.timing, answer_s=0.1, quiet_s=0.05, recovery_s=recovery_s)
    return replace(QUICK, timing=timing)


def test_an_emulator_that_nothing_else_brings_back_is_reflashed():
    recorder = Written()
    rig = EmulatorRig("emulator", alone(timing="fast"), impatient(2.0))
    with contextlib.closing(rig):
        rig.recover(NullRecorder())
        session = Session(rig.port, QUICK.timing)
        session.send(set_("UART_DEF", 31250, 7, 2, 1, 0)).succeeds()
        rig.recover(recorder)
        assert rig.settings == LineSettings()
        assert session.send(execute("AT")).final == OK
    assert ("reflash", "factory settings") in recorder.actions


def test_an_emulator_that_never_answers_is_not_recovered():
    silent = alone(faults=("at.silent", "gmr.silent"))
    recorder = Written()
    rig = EmulatorRig("emulator", silent, impatient(0.5))
    with contextlib.closing(rig), pytest.raises(NotRecovered):
        rig.recover(recorder)
    assert ("reflash", "factory settings") in recorder.actions


# The control socket


@pytest.fixture
def control(tmp_path_factory):
    """A control socket that gives one reply, whatever it is asked; and what it was asked."""
    stack = contextlib.ExitStack()

    def start(reply):
        folder = tmp_path_factory.mktemp("c")
        listener = stack.enter_context(socket.socket(socket.AF_UNIX))
        listener.bind(str(folder / "s"))
        listener.listen()
        asked = []

        def serve():
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as stream:
                asked.append(json.loads(stream.readline()))
                connection.sendall(reply)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        stack.callback(thread.join, 10)
        return ControlSocket(folder / "s"), asked

    yield start
    stack.close()


def test_what_the_emulator_refuses_is_told_in_its_words(control):
    socket_, asked = control(b'{"ok": false, "error": "not now"}\n')
    with pytest.raises(PortError, match=r"^the emulator would not power: not now$"):
        socket_.ask("power", state="off")
    assert asked == [{"do": "power", "state": "off"}]


@pytest.mark.parametrize("reply", [b"", b"nonsense\n", b"[]\n", b'{"ok": true'])
def test_a_reply_that_is_none_is_a_failure_of_the_socket(control, reply):
    with pytest.raises(PortError, match="control socket failed"):
        control(reply)[0].ask("reset")


def test_a_socket_that_is_not_there_is_a_failure(tmp_path):
    with pytest.raises(PortError, match="control socket failed"):
        ControlSocket(tmp_path / "none").ask("reset")
    assert wear_of(ControlSocket(tmp_path / "none")) == {}


@pytest.mark.parametrize("no_paths", [True, False])
def test_a_socket_for_an_emulator_leaves_nothing(monkeypatch, no_paths):
    # The other case, a socket with a path, is tried everywhere.
    if no_paths and sys.platform != "linux":
        pytest.skip("no other system has sockets without a path")
    monkeypatch.setattr("rigs.control._NO_PATHS", no_paths)
    with tempfile.TemporaryDirectory() as place:  # not tmp_path: a socket's path is short
        monkeypatch.setattr("tempfile.tempdir", place)
        asking = ControlSocket()
        addresses = set()
        for _ in range(2):
            with asking.opened() as listener, socket.socket(socket.AF_UNIX) as caller:
                caller.connect(asking.address)
                listener.accept()[0].close()
            addresses.add(asking.address)
            assert len(list(Path(place).iterdir())) == (0 if no_paths else 1)
        assert len(addresses) == 2
        asking.forget()
        assert not list(Path(place).iterdir())


@pytest.mark.parametrize("reply", [b'{"ok": true}\n', b'{"ok": true, "size": "x", "map": "y"}\n'])
def test_a_layout_that_is_none_is_told(control, reply):
    with pytest.raises(PortError, match="told no layout"):
        SnapshotFlash(control(reply)[0]).layout()


@pytest.mark.parametrize(
    "reply", [b'{"ok": true}\n', b'{"ok": true, "data": "!"}\n', b'{"ok": true, "data": "AAAA"}\n']
)
def test_content_that_is_none_is_told(control, reply):
    with pytest.raises(PortError, match="the emulator told"):
        SnapshotFlash(control(reply)[0]).read([range(16)])
