"""Hands on a real board: resets by lines and commands, power, and what their mistakes say."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import select
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from conformance.network import Network
from conformance.statement import Pixit, StatementError, load_pixit
from conformance.testbed import CAPABILITIES, LAB_CAPABILITIES, LineSettings, PortError, Timing
from conformance.transcript import NullRecorder
from conformance.wiring import RESET_SEQUENCES, RESETS, Board
from rigs import reset as resetting
from rigs.board import BoardRig
from rigs.command import run
from rigs.power import power_of
from rigs.reset import reset_of

ROOT = Path(__file__).parents[2]


class Lines:
    """A port that writes down how its lines are driven, and the pauses between."""

    def __init__(self, monkeypatch):
        self.moves: list[str] = []
        clock = SimpleNamespace(sleep=lambda seconds: self.moves.append(f"wait={seconds:g}"))
        monkeypatch.setattr(resetting, "time", clock)

    def set_rts(self, active):
        self.moves.append(f"rts={int(active)}")

    def set_dtr(self, active):
        self.moves.append(f"dtr={int(active)}")


@pytest.fixture
def lines(monkeypatch):
    return Lines(monkeypatch)


@pytest.mark.parametrize("name", RESET_SEQUENCES)
def test_a_named_reset_is_its_sequence(lines, name):
    reset_of(Board(reset=name), lines).pulse()
    assert lines.moves == list(RESET_SEQUENCES[name])


def test_a_reset_of_the_user_s_own_is_done_step_by_step(lines):
    steps = ("dtr=0", "rts=1", "wait=0.25", "dtr=1", "rts=0")
    reset_of(Board(reset_sequence=steps), lines).pulse()
    assert lines.moves == list(steps)


def test_a_board_without_a_reset_has_none(lines):
    assert reset_of(Board(), lines) is None


@pytest.mark.parametrize(
    ("board", "idle"),
    [
        (Board(), (False, False)),
        (Board(reset="rts"), (False, False)),
        (Board(reset="rts-inverted"), (False, True)),
        (Board(reset="dtr-inverted"), (True, False)),
        (Board(reset_sequence=("dtr=1", "rts=0", "rts=1")), (True, True)),
    ],
)
def test_the_lines_rest_where_the_reset_leaves_them(board, idle):
    assert board.idle == idle


def test_the_port_is_opened_with_its_lines_at_rest(monkeypatch):
    seen = []
    monkeypatch.setattr("rigs.board.SerialPort", lambda *arguments: seen.append(arguments))
    BoardRig("/dev/x", Pixit(board=Board(reset="rts-inverted")))
    assert seen == [("/dev/x", LineSettings(), (False, True))]


# Commands


def python(code):
    return (sys.executable, "-c", code)


def failure(argv, limit_s=20.0):
    with pytest.raises(PortError) as raised:
        run(argv, "reset the board", limit_s)
    said = str(raised.value)
    assert "\n" not in said
    assert said.startswith(f"cannot reset the board: {argv[0]}")
    return said


def test_a_command_that_succeeds_says_what_it_printed():
    assert run(python("print('done')"), "x", 20.0) == "done\n"


@pytest.mark.parametrize(
    ("code", "ending"),
    [
        ("raise SystemExit('no such hub')", "ended with 1: no such hub"),
        ("import sys; print('one\\n\\ntwo\\n'); sys.exit(3)", "ended with 3: two"),
        ("print('A fatal error: deaf\\nsee the manual'); exit(2)", "with 2: A fatal error: deaf"),
        ("exit(4)", "ended with 4: it said nothing"),
    ],
)
def test_a_command_that_fails_is_told_with_its_last_word(code, ending):
    assert failure(python(code)).endswith(ending)


def test_a_program_that_does_not_exist_is_told():
    assert "No such file" in failure(("/no-such-folder/program",))


def test_a_program_with_an_impossible_argument_is_told():
    assert "null byte" in failure(("true", "\0"))


def test_a_command_that_does_not_end_is_ended_with_all_it_started(tmp_path):
    mark = tmp_path / "pid"
    code = (
        "import os, subprocess, sys;"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        f"open({str(mark)!r}, 'w').write(str(child.pid));"
        "child.wait()"
    )
    began = time.monotonic()
    assert "did not end within 1 s" in failure(python(code), limit_s=1.0)
    assert time.monotonic() - began < 50
    assert _ends(int(mark.read_text(encoding="ascii")))


def _ends(pid):
    """Whether a process ends soon: the kernel takes a moment for one that was killed."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([process], [], [], 50.0)[0])
    finally:
        os.close(process)


def writes(path, text):
    return python(f"open({str(path)!r}, 'a').write({text!r})")


def test_a_board_is_reset_by_a_command(tmp_path, lines):
    log = tmp_path / "log"
    reset_of(Board(reset_command=writes(log, "reset")), lines).pulse()
    assert log.read_text(encoding="utf-8") == "reset"
    assert lines.moves == []


def test_the_power_is_switched_by_two_commands(tmp_path):
    log = tmp_path / "log"
    board = Board(
        power_off_command=writes(log, "off "), power_on_command=writes(log, "on"), command_s=20
    )
    power = power_of(board)
    power.off()
    power.on()
    assert log.read_text(encoding="utf-8") == "off on"
    assert power_of(Board()) is None


@pytest.mark.parametrize(
    ("act", "words"),
    [("off", "cannot switch the board off: "), ("on", "cannot switch the board on: ")],
)
def test_power_that_cannot_be_switched_is_told(act, words):
    fails = python("exit('hub gone')")
    power = power_of(Board(power_off_command=fails, power_on_command=fails))
    with pytest.raises(PortError, match=words) as raised:
        getattr(power, act)()
    assert str(raised.value).endswith("hub gone")


class GoesWithThePower:
    """A line whose adapter is fed by the board's supply."""

    may_be_gone = False
    is_gone = True

    def __init__(self):
        self.reopened = []

    def reopen(self, within_s):
        self.reopened.append(within_s)


@pytest.fixture
def switched(tmp_path):
    """What switched the board, so far."""
    log = tmp_path / "log"
    log.touch()
    return log


def supply(log, port=None, on=None):
    board = Board(
        power_off_command=writes(log, "off "), power_on_command=on or writes(log, "on "),
        command_s=20,
    )  # fmt: skip
    return power_of(board, port, 7.0)


def test_a_line_that_goes_with_the_power_is_opened_again_with_it(switched):
    port = GoesWithThePower()
    power = supply(switched, port)
    power.off()
    assert port.may_be_gone
    power.on()
    assert not port.may_be_gone
    assert port.reopened == [7.0]


def test_what_was_switched_off_is_switched_on_again_once(switched):
    power = supply(switched)
    power.restore()
    power.off()
    power.restore()
    power.restore()
    assert switched.read_text(encoding="utf-8") == "off on "


def test_power_that_would_not_come_on_is_tried_again(switched):
    power = supply(switched, on=python("exit('hub gone')"))
    power.off()
    for _ in range(2):
        with pytest.raises(PortError, match="hub gone"):
            power.restore()
    power.leave_on()  # nobody is left whom it concerned


@pytest.mark.parametrize("how", ["recovered", "closed"])
def test_a_rig_leaves_no_board_without_power(switched, tmp_path, emulator, how):
    path = tmp_path / "pixit.toml"
    path.write_text(
        "[timing]\nanswer_s = 0.5\nquiet_s = 0.1\n[board]\n"
        f"power_off_command = {json.dumps(list(writes(switched, 'off ')))}\n"
        f"power_on_command = {json.dumps(list(writes(switched, 'on ')))}\n",
        encoding="utf-8",
    )
    rig = BoardRig(emulator("--pty").port, load_pixit(path))
    rig.controls.power.off()
    if how == "recovered":
        rig.recover(NullRecorder())
        assert switched.read_text(encoding="utf-8") == "off on "
    rig.close()
    assert switched.read_text(encoding="utf-8") == "off on "


# What a PIXIT says of it


@pytest.fixture
def board(tmp_path):
    def read(text):
        path = tmp_path / "pixit.toml"
        path.write_text(f"[board]\n{text}\n", encoding="utf-8")
        return load_pixit(path).board

    return read


def test_a_whole_board_is_read(board):
    read = board(
        'reset_sequence = ["dtr=0", "wait=0.5"]\npower_off_command = ["a", "b"]\n'
        'power_on_command = ["c"]\ncommand_s = 3\nflash_read = "esptool"\n'
        'flash_map = "1024+1024"\nflash_size = "2M"\nwake_wire = true\nrts_cts = true\n'
    )
    assert read == Board(
        reset_sequence=("dtr=0", "wait=0.5"),
        power_off_command=("a", "b"),
        power_on_command=("c",),
        command_s=3,
        flash_read="esptool",
        flash_map="1024+1024",
        flash_size="2M",
        wake_wire=True,
        rts_cts=True,
    )


MISTAKES = {
    'reset = "en"': "reset is none of none, rts, dtr, classic",
    'reset = "RTS"': "reset is none of",
    'reset_sequence = ["rts=2"]': "'rts=2' is none of dtr=0, dtr=1, rts=0, rts=1 and wait=",
    'reset_sequence = ["cts=1"]': "'cts=1' is none of",
    'reset_sequence = ["rts=1", "wait=x"]': "'wait=x' is none of",
    'reset_sequence = ["rts=1", "wait=0"]': "'wait=0' is none of",
    'reset_sequence = ["rts=1", "wait=11"]': "at most 10",
    'reset_sequence = ["rts=1", "wait=nan"]': "'wait=nan' is none of",
    'reset_sequence = ["wait=1"]': "reset_sequence moves neither dtr nor rts",
    'reset_sequence = "rts=1"': "reset_sequence: a list of texts wanted, found 'rts=1'",
    "reset_sequence = [1]": "reset_sequence: a list of texts wanted, found [1]",
    'reset = "rts"\nreset_command = ["x"]': "reset and reset_command both say how",
    'reset_sequence = ["rts=1"]\nreset_command = ["x"]': "reset_sequence and reset_command both",
    'reset_command = [""]': "reset_command begins with the name of a program",
    "reset_on_open = true": "reset_on_open wants a board.reset",
    'power_off_command = ["x"]': "power_on_command is missing: power wants one command for off",
    'power_on_command = ["x"]': "power_off_command is missing",
    "command_s = 0": "command_s: must be more than 0",
    'flash_read = "jtag"': "flash_read is none of none, esptool",
    'flash_map = "2048"': "flash_map is none of 512+512, 1024+1024",
    'flash_size = "3M"': "flash_size is none of 1M, 2M, 4M, 8M, 16M",
    'flash_map = "1024+1024"\nflash_size = "1M"': "flash_size 1M is too small for the map",
    "wake_wire = 1": "wake_wire: bool wanted",
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_is_told_in_one_line_with_what_would_be_right(board, text):
    with pytest.raises(StatementError) as raised:
        board(text)
    said = str(raised.value)
    assert f"board.{MISTAKES[text]}" in said or MISTAKES[text] in said
    assert "board." in said
    assert "\n" not in said


def test_a_report_shows_no_argument_of_a_command():
    board = Board(reset_command=("curl", "--user", "me:secret", "http://pdu/off"))
    assert board.shown()["reset_command"] == ("curl", "...")
    assert "secret" not in str(Pixit(board=board).shown())


# What a board then offers


def offered(monkeypatch, board, where="rfc2217://x:1"):
    class Port:
        is_terminal = False

        def __init__(self, *_): ...

    monkeypatch.setattr("rigs.board.SerialPort", Port)
    return BoardRig(where, Pixit(board=board))


#: What a board can have without a network.
BY_WIRE = frozenset(CAPABILITIES) - frozenset(LAB_CAPABILITIES)


def test_a_board_of_which_nothing_is_told_offers_nothing_but_its_line(monkeypatch):
    rig = offered(monkeypatch, Board())
    assert rig.capabilities == {"uart-rate", "uart-framing"}
    whys = {name: why for name, why in rig.missing().items() if name in BY_WIRE}
    assert whys.keys() == BY_WIRE - {"uart-rate", "uart-framing"}
    assert all("the PIXIT names no board." in why for why in whys.values())
    hands = dataclasses.asdict(rig.controls)
    assert hands == {"reset": None, "power": None, "flash": None, "lab": None}
    assert rig.wear() == {}


def test_a_board_behind_a_bare_socket_is_not_believed_to_carry_any_setting(monkeypatch):
    rig = offered(monkeypatch, Board(), "socket://x:1")
    assert not rig.capabilities
    assert "socket://x:1 carries no baud rate" in rig.missing()["uart-rate"]
    assert "socket://x:1 carries no framing" in rig.missing()["uart-framing"]


EVERYTHING = Board(
    reset="classic",
    power_off_command=("x",),
    power_on_command=("x",),
    flash_read="esptool",
    wake_wire=True,
    rts_cts=True,
)


def test_a_board_of_which_all_is_told_offers_everything(monkeypatch):
    monkeypatch.setattr("rigs.flash.importlib.util.find_spec", lambda name: object())
    rig = offered(monkeypatch, EVERYTHING)
    assert rig.capabilities == BY_WIRE
    assert None not in (rig.controls.reset, rig.controls.power, rig.controls.flash)


def test_without_esptool_the_flash_is_missing_and_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setattr("rigs.flash.importlib.util.find_spec", lambda name: None)
    rig = offered(monkeypatch, EVERYTHING)
    assert rig.capabilities == BY_WIRE - {"flash-read"}
    assert "pip install" in rig.missing()["flash-read"]
    assert rig.controls.flash is None


# The page


def test_the_page_names_every_key_with_its_default():
    page = (ROOT / "docs" / "pixit.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| (.*) \|$", page, re.MULTILINE)
    rows = {name: row for names, row in found for name in re.findall(r"\w+", names)}
    tables = (LineSettings, Timing, Board, Network)
    fields = {field.name: field.default for table in tables for field in dataclasses.fields(table)}
    assert rows.keys() == fields.keys()
    for name, default in fields.items():
        if isinstance(default, bool):
            assert f"| `{str(default).lower()}` |" in rows[name]
        elif default not in ((), ""):
            assert f" {default} " in re.sub(r'[`"]', "", rows[name]), name


def test_the_page_s_examples_are_pixits(tmp_path):
    page = (ROOT / "docs" / "pixit.md").read_text(encoding="utf-8")
    examples = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    assert examples
    for example in examples:
        path = tmp_path / "pixit.toml"
        path.write_text(example, encoding="utf-8")
        load_pixit(path)


def test_the_page_names_every_reset():
    page = (ROOT / "docs" / "pixit.md").read_text(encoding="utf-8")
    assert all(f'`"{name}"`' in page for name in RESETS)
