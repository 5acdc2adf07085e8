"""`--rig=exec:COMMAND`: a tiny device on each kind of line, its resets, its ends, its misdeeds."""

from __future__ import annotations

import os
import shlex
import socket
import sys
import time
from dataclasses import replace

import pytest

from conformance.commandline import execute, set_
from conformance.testbed import LineSettings, NotRecovered, PortError, SettingRefused, after
from conformance.transcript import NullRecorder
from conformance.wiring import Board
from rigs import keeper
from rigs.clock.harness import SkippingClock
from rigs.clock.kernel import Unsupported
from rigs.program import Program
from tests.rigs.scripted import Written
from tests.rigs.tiny_rigs import (
    LINES,
    PATIENT,
    STDIO,
    TINY,
    answer_of,
    hasty,
    keepers,
    pids_in,
    problem_of,
    session_of,
    text_of,
)
from tests.rigs.whole_runs import (
    LIMIT_S,
    Watch,
    descendants,
)

# Every kind of line


@pytest.mark.parametrize("line", LINES)
def test_a_device_speaks_over_each_kind_of_line(started, line):
    rig = started(text_of(line))
    rig.recover(NullRecorder())
    assert b"0.1.0.0(tiny)" in answer_of(rig)


@pytest.mark.parametrize("line", LINES)
def test_a_line_offers_the_settings_that_it_carries(started, line):
    rig = started(text_of(line))
    settings = {"uart-rate", "uart-framing"} if line == "rfc2217" else set()
    assert rig.capabilities == {"reset", "power", *settings}
    if not settings:
        assert "carries no baud rate" in rig.missing()["uart-rate"]


@pytest.mark.parametrize("line", LINES)
def test_a_reset_starts_the_device_anew_on_the_same_port(started, line):
    rig = started(text_of(line))
    rig.recover(NullRecorder())
    session = session_of(rig)
    assert not session.send(set_("ATE", 0)).succeeds().restarted
    assert not session.send(execute("AT")).echo
    assert session.reset_board().restarted
    assert session.send(execute("AT")).echo


@pytest.mark.parametrize("line", LINES)
def test_a_device_that_dies_is_told_with_its_status_and_its_last_words(started, line):
    rig = started(text_of(line))
    rig.recover(NullRecorder())
    with pytest.raises(PortError) as raised:
        answer_of(rig, "DIE")
    assert str(raised.value) == f"{sys.executable} ended with 3, and said last: cannot go on"
    written = Written()
    rig.recover(written)
    assert ("respawn", str(raised.value)) in written.actions
    assert b"OK" in answer_of(rig, "AT")


def test_a_device_that_is_ended_by_a_signal_is_told_with_its_name(started):
    rig = started(text_of(STDIO))
    with pytest.raises(PortError, match=r"was ended by SIGSEGV$"):
        answer_of(rig, "SEGV")


def test_the_settings_of_the_line_outlive_a_reset(started):
    rig = started(text_of("rfc2217"))
    slow = LineSettings(9600)
    rig.port.configure(slow)
    rig.controls.reset.pulse()
    assert rig.port.settings == slow
    assert b"ready" in rig.port.read(after(rig.port.now(), LIMIT_S))[0]


def test_resets_leak_nothing(started):
    rig = started(text_of(STDIO))
    count = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    for _ in range(5):
        rig.controls.reset.pulse()
    assert len(os.listdir("/proc/self/fd")) == count  # noqa: PTH208
    (kept,) = keepers()
    assert len(descendants(kept)) == 1
    assert rig.wear() == {"boots": 6}


# Its power


def test_a_device_without_power_is_a_silent_line(started):
    rig = started(text_of(STDIO))
    session_of(rig).settle()
    rig.controls.power.off()
    deadline = after(rig.port.write(b"AT\r\n"), 0.05)
    data, at = rig.port.read(deadline)
    assert (data, at >= deadline) == (b"", True)
    rig.port.configure(LineSettings(9600))
    rig.controls.power.on()
    assert b"ready" in rig.port.read(after(rig.port.now(), LIMIT_S))[0]


def test_a_purpose_that_left_the_device_off_is_followed_by_one_that_is_on(started):
    rig = started(text_of(STDIO))
    rig.controls.power.off()
    written = Written()
    rig.recover(written)
    assert ("respawn", f"{sys.executable} was switched off") in written.actions
    assert b"OK" in answer_of(rig, "AT")


def stranded(start, flash: str, more: str = ""):
    """A rig around a device that has saved five data bits, so that it hears no command."""
    command = f"{sys.executable} -m tests.strangers divisor --flash {flash}"
    rig = start(f"exec[clock=skips{more}]:{command}")
    rig.recover(NullRecorder())
    session_of(rig).observe(set_("UART_DEF", 115200, 256 + 5, 1, 0, 0))
    return rig


def test_a_device_that_no_start_brings_back_is_given_an_empty_folder(started):
    rig = stranded(started, "{folder}/flash.json")
    written = Written()
    rig.recover(written)
    assert ("reflash", "an empty folder") in written.actions
    assert b"OK" in answer_of(rig)


@pytest.mark.parametrize(
    ("flash", "more"), [("{tmp}/flash.json", ""), ("{folder}/flash.json", ",restart=no")]
)
def test_a_device_that_cannot_be_renewed_stays_lost(started, tmp_path, flash, more):
    rig = stranded(started, flash.replace("{tmp}", str(tmp_path)), more)
    with pytest.raises(NotRecovered):
        rig.recover(NullRecorder())


# What it says beside its line


def test_what_the_device_says_beside_its_line_is_kept(started):
    rig = started(text_of("tcp"))
    with pytest.raises(PortError):
        answer_of(rig, "DIE")
    assert rig.words().startswith('booting\n{"port": "socket://127.0.0.1:')
    assert rig.words().endswith("cannot go on\n")


def test_a_flood_on_its_standard_error_is_bounded_and_holds_up_nobody(started):
    rig = started(text_of(STDIO, "--flood"))
    rig.recover(NullRecorder())
    assert b"OK" in answer_of(rig, "AT")
    rig.close()
    words = rig.words()
    assert words.startswith("diagnostic line 0\n")
    assert words.endswith("\nthe last of them\n")
    assert "more bytes)\n" in words
    assert len(words) < 2 * keeper.KEPT + 100


def test_words_keep_their_beginning_and_their_end():
    words = keeper.Words()
    for part in (b"a" * (keeper.KEPT - 1), b"bb", b"c" * keeper.KEPT, b"d"):
        words.add(part)
    text = words.text()
    assert text == ("a" * (keeper.KEPT - 1) + "b\n(2 more bytes)\n" + "c" * (keeper.KEPT - 1) + "d")


# What it may not do at its start


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ('{"port": 5}\n', '{"port": 5}'),
        ('{"port": ""}\n', '{"port": ""}'),
        ('{"where": "x"}\n', '{"where": "x"}'),
        ("{nonsense\n", "{nonsense"),
        ("[1]\n{[]}\n", "{[]}"),
    ],
)
def test_an_announcement_that_names_no_port_is_told_as_it_was(started, said, shown):
    problem = problem_of(started, text_of("tcp", "--say", said))
    assert f"announced no port with {shown}: let it print one line such as" in problem


def test_a_device_that_announces_nothing_is_told_at_the_deadline(started):
    problem = problem_of(started, text_of("tcp", "--say", "hello\n"), hasty(command_s=0.2))
    assert "announced no port within 0.2 s" in problem
    assert "let it print one line such as" in problem


def test_a_device_that_only_babbles_is_told_before_the_deadline(started):
    problem = problem_of(started, text_of("tcp", "--say", "babble\n" * 10_000), hasty(command_s=60))
    assert "said much, but announced no port" in problem


def test_a_device_that_ends_before_it_announces_is_told_with_its_status(started):
    problem = problem_of(started, text_of("tcp", "--exit", "4"))
    assert "ended with 4, and said last: no, thank you; it had announced no port" in problem


def test_a_device_that_ends_before_it_listens_is_told_with_its_status(started):
    problem = problem_of(started, text_of("place", "--exit", "4"), hasty(command_s=60))
    assert problem == f"{sys.executable} ended with 4, and said last: no, thank you"


def test_a_place_where_nobody_listens_is_told_at_the_deadline(started):
    text = f"exec[port=socket://127.0.0.1:{{port}}]:{shlex.join((*TINY, '--port', 'stdio'))}"
    assert "nobody listens there" in problem_of(started, text, hasty(command_s=0.3))


def test_a_command_that_is_not_there_is_told(started):
    problem = problem_of(started, "exec[port=stdio]:./no-such-firmware --uart stdio")
    assert problem == (
        "cannot start ./no-such-firmware: No such file or directory; "
        "correct the command of --rig=exec:"
    )


# What it started


def test_what_the_device_started_ends_with_it_though_it_left_its_session(started, tmp_path):
    rig = started(text_of(STDIO, "--child", str(tmp_path / "pids")))
    child, device = pids_in(tmp_path / "pids")
    with Watch(child) as first, Watch(device) as second:
        rig.controls.reset.pulse()
        assert first.ended()
        assert second.ended()
    rig.close()


def test_a_device_that_dies_leaves_nothing(started, tmp_path):
    rig = started(text_of(STDIO, "--child", str(tmp_path / "pids")))
    child, _ = pids_in(tmp_path / "pids")
    with Watch(child) as watch:
        with pytest.raises(PortError):
            answer_of(rig, "DIE")
        assert watch.ended()


def test_a_device_that_cannot_be_asked_to_end_is_killed(started):
    rig = started("exec[port=stdio]:sh -c 'trap \"\" TERM; echo up; while :; do sleep 1; done'")
    assert rig.port.read(after(rig.port.now(), LIMIT_S))[0] == b"up\n"
    rig.controls.power.off()
    (kept,) = keepers()
    assert descendants(kept) == []


def test_a_device_may_end_at_the_very_moment_at_which_it_is_ended():
    program = Program(("sh", "-c", "read line; exit 3"))
    try:
        for _ in range(30):
            source, sink = program.start(streams=True)
            os.write(sink, b"\n")
            program.stop()
            assert program.ended()
            os.close(source)
            os.close(sink)
    finally:
        program.close()


def test_a_descriptor_may_be_handed_down_by_the_name_of_a_variable():
    """What a clock for the device will need."""
    ours, theirs = socket.socketpair()
    program = Program((*TINY, "--port", "stdio"))
    try:
        with ours, theirs:
            streams = program.start(streams=True, handed={"CONFORMANCE_CLOCK": theirs.fileno()})
            assert streams is not None
            ours.sendall(b"tick")
            source, sink = streams
            os.write(sink, b"AT+CLOCK\r\n")
            said = b""
            while b"OK" not in said:
                said += os.read(source, 100)
            assert b"tick" in said
            for descriptor in streams:
                os.close(descriptor)
    finally:
        program.close()


# Its clock

EMULATOR = (
    f"exec {sys.executable} -m rigs.emulator --rfc2217 127.0.0.1:0 --announce json "
    "--exit-with-stdin --net none --clock $CONFORMANCE_CLOCK"
)


@pytest.fixture
def skips():
    """Whether this host can have a clock that skips."""
    try:
        SkippingClock().close()
    except Unsupported as error:
        pytest.skip(f"no clock that skips here: {error}")


@pytest.mark.usefixtures("skips")
def test_a_device_that_joins_the_clock_has_its_idle_time_skipped(started):
    rig = started(f"exec[clock=skips]:sh -c {shlex.quote(EMULATOR)}")
    rig.recover(NullRecorder())
    for _ in range(2):
        began, deadline = time.monotonic(), after(rig.port.now(), LIMIT_S)
        assert rig.port.read(deadline)[0] == b""
        assert rig.port.now() >= deadline
        assert time.monotonic() - began < LIMIT_S
        rig.controls.reset.pulse()
        rig.recover(NullRecorder())
    assert rig.time_passed()["readings"]
    assert not rig.is_real_time


def test_a_device_that_does_not_join_has_real_time(started):
    rig = started(text_of(STDIO).replace("[port=stdio]", "[port=stdio,clock=skips]"))
    rig.recover(NullRecorder())
    session_of(rig).settle()
    began = time.monotonic()
    assert rig.port.read(after(rig.port.now(), 0.1))[0] == b""
    assert time.monotonic() - began >= 0.1
    assert rig.is_real_time


# What it is


@pytest.mark.parametrize("needs_leave", [False, True])
def test_it_is_a_board_only_if_the_pixit_says_so(started, needs_leave):
    rig = started(text_of(STDIO), replace(PATIENT, board=Board(needs_leave=needs_leave)))
    assert rig.is_board is needs_leave


def test_it_may_be_as_a_board_without_reset_and_power(started, tmp_path):
    flash = hasty(flash_file=str(tmp_path / "flash.bin"))
    rig = started(text_of("rfc2217").replace("exec:", "exec[restart=no]:"), flash)
    assert rig.capabilities == {"uart-rate", "uart-framing"}
    assert {rig.missing()[each] for each in ("reset", "power", "flash-read")} == {
        "restart=no asks for a device that is not started anew"
    }
    hands = rig.controls
    assert (hands.reset, hands.power, hands.flash) == (None, None, None)
    assert rig.name.startswith("exec[restart=no]:")
    rig.recover(NullRecorder())
    assert rig.wear() == {"boots": 1}


def test_a_setting_that_a_line_refuses_is_refused_and_forgotten(started):
    rig = started(text_of(STDIO))
    rig.port._line.configure = refuse
    with pytest.raises(SettingRefused, match=r"^not here$"):
        rig.port.configure(LineSettings(9600))
    assert rig.port.settings == PATIENT.line


def refuse(settings):
    raise SettingRefused("not here")
