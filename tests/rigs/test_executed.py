"""`--rig=exec:COMMAND`: a tiny device on each kind of line, its resets, its ends, its misdeeds."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import socket
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.commandline import execute, raw, set_
from conformance.flash import FlashLayout
from conformance.session import Session
from conformance.statement import Pixit, StatementError, load_pixit
from conformance.testbed import LineSettings, NotRecovered, PortError, SettingRefused, after
from conformance.transcript import NullRecorder
from conformance.wiring import Board
from rigs import keeper
from rigs.clock.harness import SkippingClock
from rigs.clock.kernel import Unsupported
from rigs.executed import ExecOptions
from rigs.flash import why_unreadable
from rigs.open import NAMES_FILE, RigTextError, read_choice
from rigs.program import Program
from tests.rigs.scripted import Written
from tests.rigs.whole_runs import (
    LIMIT_S,
    PIXIT,
    SIX,
    Watch,
    children,
    command_line,
    descendants,
    soon,
)

TINY = (sys.executable, str(Path(__file__).with_name("tiny_device.py")))

#: How a device is asked for that speaks on each kind of line, and what it is asked to do.
LINES = {
    "stdio": ("exec[port=stdio]", ("--port", "stdio")),
    "tcp": ("exec", ("--port", "tcp")),
    "pty": ("exec", ("--port", "pty")),
    "rfc2217": ("exec", ("--port", "rfc2217")),
    "place": ("exec[port=socket://127.0.0.1:{port}]", ("--at", "{port}")),
}
#: The quickest of them.
STDIO = "stdio"

QUICK = load_pixit(PIXIT)
#: For devices that a busy machine takes long to start.
PATIENT = replace(QUICK, timing=replace(QUICK.timing, answer_s=30, restart_s=30, recovery_s=60))


def text_of(line: str, *more: str) -> str:
    head, options = LINES[line]
    return f"{head}:{shlex.join((*TINY, *options, *more))}"


@pytest.fixture
def started():
    """Starts devices, and sees to it that they end."""
    with contextlib.ExitStack() as stack:

        def start(text: str, pixit: Pixit = PATIENT):
            rig = read_choice(text, Path.cwd()).open(pixit)
            stack.callback(rig.close)
            return rig

        yield start


def hasty(**board) -> Pixit:
    return replace(PATIENT, board=Board(**{"command_s": 30.0, **board}))


def session_of(rig) -> Session:
    return Session(rig.port, PATIENT.timing, controls=rig.controls, line=rig.settings)


def answer_of(rig, command: str = "GMR") -> bytes:
    return session_of(rig).observe(execute(command)).raw


def problem_of(start, text: str, pixit: Pixit | None = None) -> str:
    """What is said of a device that cannot be had, in one line; nothing is left of it."""
    with pytest.raises(PortError) as raised:
        start(text, pixit or hasty())
    assert not keepers()
    assert "\n" not in str(raised.value)
    return str(raised.value)


def keepers() -> list[int]:
    """The keepers of our own devices."""
    return [pid for pid in children(os.getpid()) if b"keeper.py" in command_line(pid)]


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
    assert not session.send(raw(b"ATE0")).succeeds().restarted
    assert not session.observe(execute("AT")).echo
    assert session.reset_board().restarted
    assert session.observe(execute("AT")).echo


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


def stranded(start, flash: str):
    """A rig around a device that has saved five data bits, so that it hears no command."""
    command = f"{sys.executable} -m tests.strangers divisor --flash {flash}"
    rig = start(f"exec[clock=skips]:{command}")
    rig.recover(NullRecorder())
    session_of(rig).observe(set_("UART_DEF", 115200, 256 + 5, 1, 0, 0))
    return rig


def test_a_device_that_no_start_brings_back_is_given_an_empty_folder(started):
    rig = stranded(started, "{folder}/flash.json")
    written = Written()
    rig.recover(written)
    assert ("reflash", "an empty folder") in written.actions
    assert b"OK" in answer_of(rig)


def test_a_device_without_a_folder_of_its_own_stays_lost(started, tmp_path):
    rig = stranded(started, str(tmp_path / "flash.json"))
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


def pids_in(file: Path) -> list[int]:
    assert soon(lambda: file.exists() and file.read_text(encoding="ascii"))
    return [int(word) for word in file.read_text(encoding="ascii").split()]


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


# Its flash

CONTENT = bytes(range(256)) * 4096


def with_flash(file: str = "{folder}/flash.bin", **board) -> Pixit:
    return replace(PATIENT, board=Board(flash_file=file, **board))


def test_its_flash_is_the_file_that_the_pixit_names(started):
    rig = started(text_of(STDIO, "--flash", "{folder}/flash.bin"), with_flash())
    rig.recover(NullRecorder())
    assert "flash-read" in rig.capabilities
    flash = rig.controls.flash
    assert flash.layout() == FlashLayout(1 << 20)
    assert flash.read([range(5, 8), range(0x7C000, 0x7C001)]) == [b"\x05\x06\x07", b"\x00"]
    assert b"ready" in rig.port.read(after(rig.port.now(), LIMIT_S))[0]


def test_the_pixit_may_say_the_size_and_the_map(started):
    pixit = with_flash(flash_size="4M", flash_map="1024+1024")
    rig = started(text_of(STDIO, "--flash", "{folder}/flash.bin"), pixit)
    assert rig.controls.flash.layout() == FlashLayout(4 << 20, "1024+1024")


def test_a_flash_that_cannot_be_read_is_told_and_the_device_goes_on(started, tmp_path):
    rig = started(text_of(STDIO), with_flash(str(tmp_path / "none.bin")))
    flash = rig.controls.flash
    with pytest.raises(PortError, match=r"none.bin: No such file or directory; correct the PIXIT"):
        flash.layout()
    with pytest.raises(PortError, match="No such file"):
        flash.read([range(4)])
    (tmp_path / "none.bin").write_bytes(b"short")
    with pytest.raises(PortError, match="a flash with map 512"):
        flash.layout()
    with pytest.raises(PortError, match="it ends before 0x9"):
        flash.read([range(9)])
    assert b"OK" in answer_of(rig, "AT")


def test_without_a_flash_file_the_flash_cannot_be_read(started):
    rig = started(text_of(STDIO))
    assert rig.controls.flash is None
    assert rig.missing()["flash-read"] == "the PIXIT names no board.flash_file"


@pytest.mark.parametrize(
    ("written", "file"),
    [("flash.bin", "{tmp}/flash.bin"), ("/x/flash.bin", "/x/flash.bin"),
     ("{folder}/flash.bin", "{folder}/flash.bin")],
)  # fmt: skip
def test_a_flash_file_lies_beside_its_pixit(tmp_path, written, file):
    pixit = tmp_path / "pixit.toml"
    pixit.write_text(f'[board]\nflash_file = "{written}"\n', encoding="utf-8")
    assert load_pixit(pixit).board.flash_file == file.replace("{tmp}", str(tmp_path))


def test_a_flash_file_and_a_reader_contradict_each_other(tmp_path):
    pixit = tmp_path / "pixit.toml"
    pixit.write_text('[board]\nflash_read = "esptool"\nflash_file = "x"\n', encoding="utf-8")
    with pytest.raises(StatementError, match="flash_read and flash_file both say how"):
        load_pixit(pixit)


def test_a_flash_file_of_somebody_nobody_knows_is_told_with_its_key(tmp_path):
    pixit = tmp_path / "pixit.toml"
    pixit.write_text('[board]\nflash_file = "~nobody-of-that-name/x"\n', encoding="utf-8")
    with pytest.raises(StatementError, match=r"board\.flash_file: "):
        load_pixit(pixit)


def test_a_board_has_no_flash_file():
    why = why_unreadable(Board(flash_file="x"))
    assert why.startswith("board.flash_file is of a device that --rig=exec: starts")


def test_the_folder_of_its_own_goes_with_the_device(started):
    rig = started(text_of(STDIO, "--flash", "{folder}/flash.bin"), with_flash())
    folder = rig._device.in_folder("{folder}")
    assert soon((folder / "flash.bin").exists)
    rig.controls.reset.pulse()
    assert (folder / "flash.bin").exists()
    rig.close()
    assert not folder.exists()


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


# How it is asked for

TEXTS = {
    "exec:./fw": ExecOptions(("./fw",)),
    "exec[]:./fw": ExecOptions(("./fw",)),
    "exec[port=stdio]:./fw --uart stdio": ExecOptions(("./fw", "--uart", "stdio"), "stdio"),
    "exec:./fw 'a b' \"c:d\"": ExecOptions(("./fw", "a b", "c:d")),
    "exec[port=rfc2217://127.0.0.1:{port}]:./fw {port}": ExecOptions(
        ("./fw", "{port}"), "rfc2217://127.0.0.1:{port}"
    ),
    "exec[port=stdio,clock=skips]:./fw": ExecOptions(("./fw",), "stdio", "skips"),
    "exec[port={folder}/tty]:./fw": ExecOptions(("./fw",), "{folder}/tty"),
}


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_read_as_a_shell_would_part_it(text, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr("rigs.open.ExecRig", lambda *arguments: asked.append(arguments))
    choice = read_choice(text, tmp_path)
    assert asked == []  # reading opens nothing
    choice.open(PATIENT)
    assert asked == [(TEXTS[text], PATIENT)]
    assert not choice.only_one


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("exec:", "wants a command"),
        ("exec:''", "wants a command"),
        ("exec:'x", "the command cannot be read: No closing quotation"),
        ("exec[port=stdio]", "wants a colon and a command"),
        ("exec[port=stdio", "wants a colon and a command"),
        ("exec[port]:x", "port wants a value"),
        ("exec[baud=9]:x", "unknown key 'baud'; known: port, clock"),
        ("exec[clock=fast]:x", "clock wants real or skips"),
    ],
)
def test_a_text_that_asks_for_nothing_is_told_in_one_line(text, complaint, tmp_path):
    with pytest.raises(RigTextError) as raised:
        read_choice(text, tmp_path)
    assert complaint in str(raised.value)


def test_what_is_written_down_has_no_arguments(tmp_path):
    """One of them may be a password."""
    assert read_choice("exec[port=stdio]:fw --password x", tmp_path).text == (
        "exec[port=stdio]:fw ..."
    )
    assert read_choice("exec:fw", tmp_path).text == "exec:fw"
    assert read_choice("exec[clock=skips]:fw", tmp_path).text == "exec[clock=skips]:fw"


def test_a_name_may_stand_for_a_command(tmp_path):
    tmp_path.joinpath(NAMES_FILE).write_text('[sim]\nrig = "exec:./fw -x"\n', encoding="utf-8")
    assert read_choice("sim", tmp_path).text == "exec:./fw ..."


@pytest.mark.parametrize(
    ("text", "flash", "alone"),
    [
        ("exec:./fw", "", False),
        ("exec[port=stdio]:./fw", "{folder}/flash.bin", False),
        ("exec[port=stdio]:./fw", "/x/flash.bin", True),
        ("exec[port=socket://127.0.0.1:{port}]:./fw {port}", "", False),
        ("exec[port=socket://127.0.0.1:5000]:./fw", "", True),
        ("exec[port=./tty]:./fw", "", True),
    ],
)
def test_each_worker_starts_its_own_unless_they_would_meet(text, flash, alone, tmp_path):
    choice = read_choice(text, tmp_path)
    assert (choice.only_one or choice.only_one_by(with_flash(flash))) is alone


# Whole runs


def test_two_workers_start_a_device_each_and_the_report_has_its_words(runs):
    rig = f"--rig={text_of('tcp')}"
    run = runs.run("-q", "--req=3.2.1/AT/execute", "--no-review", "-n", "2", rig)
    assert set(run.verdicts.values()) == {"pass", "not run"}  # one takes too long
    words = [file.read_text(encoding="utf-8") for file in run.folder.glob("device-gw?.txt")]
    assert len(words) == 2
    assert all(each.startswith("booting\n") for each in words)


#: A run on a device that dies in several purposes.
FRAGILE = ("-q", SIX, f"--rig={text_of(STDIO, '--fragile')}", "--no-review")


def test_a_run_on_a_device_that_died_is_played_back(runs):
    stored = runs.run(*FRAGILE)
    again = runs.run("-q", f"--rig=replay:{stored.folder}")
    assert again.verdicts == stored.verdicts


def test_a_device_that_dies_again_and_again_is_started_anew_and_the_run_goes_on(runs):
    run = runs.run(*FRAGILE)
    assert run.results["run"]["interrupted"] == ""
    died = [each["sentence"] for each in run.purposes.values() if each["verdict"] == "error"]
    assert len(died) > 2
    assert set(died) == {f"{sys.executable} ended with 7"}
    assert "pass" in run.verdicts.values()


def test_two_workers_at_one_place_are_refused(runs):
    run = runs.run("-q", SIX, "-n", "2", "--rig=exec[port=./tty]:./fw")
    assert run.exit_code == 4
    assert any("-n 2: there is one IUT at exec[port=./tty]:./fw" in line for line in run.lines)


def test_two_workers_on_one_flash_file_are_refused(runs, tmp_path):
    pixit = tmp_path / "pixit.toml"
    pixit.write_text('[board]\nflash_file = "flash.bin"\n', encoding="utf-8")
    run = runs.run("-q", SIX, "-n", "2", f"--pixit={pixit}", "--rig=exec:./fw")
    assert run.exit_code == 4


def test_a_killed_harness_leaves_no_device_nothing_it_started_and_no_folder(runs, tmp_path):
    pids, flash = tmp_path / "pids", "{folder}/flash.bin"
    run = runs.start(
        "--req=2/-/general/11", f"--rig={text_of(STDIO, '--child', str(pids), '--flash', flash)}"
    )
    try:
        child, device = pids_in(pids)
        folders = set(Path(runs.environment["TMPDIR"]).glob("device-*"))
        assert folders
        with Watch(child) as first, Watch(device) as second:
            os.kill(run.pid, signal.SIGKILL)
            run.process.wait(LIMIT_S)
            assert first.ended()
            assert second.ended()
        assert soon(lambda: not any(folder.exists() for folder in folders))
    finally:
        run.end()
