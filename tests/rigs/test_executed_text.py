"""`--rig=exec:COMMAND`: how a device is asked for, and what is written down of that."""

from __future__ import annotations

import pytest

from rigs.executed import ExecOptions
from rigs.open import NAMES_FILE, RigTextError, read_choice
from tests.rigs.tiny_rigs import (
    PATIENT,
    with_flash,
)

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
