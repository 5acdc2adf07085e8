"""The three levels tell answers apart that differ, each a little less strictly."""

from __future__ import annotations

import json

import pytest

from tests.recordings.__main__ import main
from tests.recordings.agreement import Agreement, agrees, as_json, finals, lines, page
from tests.recordings.playing import Played
from tests.recordings.recording import Step

RECV = b"\r\n+X:1\r\n+X:2\r\n\r\nOK\r\n"


def played(heard, doubt="", send=b"AT+X?\r\n", recv=RECV):
    return Played(Step("g", 1, send, recv, doubt=doubt), heard)


@pytest.mark.parametrize(
    ("heard", "same"),
    [
        (RECV, "bytes lines finals"),
        (b"+X:1\r\n+X:2\r\nOK\r\n", "lines finals"),
        (b"+X:1\n\n+X:2\r\r\nOK", "lines finals"),
        (b"+X:2\r\n+X:1\r\n\r\nOK\r\n", "finals"),
        (b"+X:1 \r\n+X:2\r\n\r\nOK\r\n", "finals"),
        (b"\r\nOK\r\n", "finals"),
        (b"", ""),
        (b"\r\nERROR\r\n", ""),
        (RECV + b"\r\nOK\r\n", ""),
        (b"+X:1\r\n+X:2\r\nFAIL\r\n", ""),
    ],
)
def test_levels(heard, same):
    levels = [level for level in ("bytes", "lines", "finals") if agrees(played(heard), level)]
    assert levels == same.split()


def test_what_lines_and_final_codes_are():
    said = b"\r\nRecv 2 bytes\r\n\r\nSEND OK\r\n  \r\nERRORS\r\nOK\r\n"
    assert lines(said) == [b"Recv 2 bytes", b"SEND OK", b"ERRORS", b"OK"]
    assert finals(said) == [b"SEND OK", b"OK"]


def test_doubtful_steps_are_counted_apart():
    agreement = Agreement([played(RECV), played(b"", "suspect"), played(RECV, "suspect")])
    assert agreement.total.percent("bytes") == 100
    assert agreement.doubtful.percent("bytes") == 50
    assert agreement.differences() == []


def test_commands_are_counted_apart():
    agreement = Agreement([played(RECV), played(b"\r\nOK\r\n"), played(RECV, send=b"AT\r\n")])
    assert agreement.commands["AT+X"].same == {"bytes": 1, "lines": 1, "finals": 2}
    assert agreement.commands["AT"].percent("lines") == 100
    assert agreement.total.percent("bytes") == pytest.approx(200 / 3)


def test_the_page_shows_the_first_differences_and_what_was_not_played():
    agreement = Agreement([played(b"\r\nOK\r\n"), played(b"x" * 99)], ["h: no such port"])
    text = page(agreement, 1, "bytes")
    assert "not played: h: no such port" in text
    assert r"expected '\r\n+X:1" in text
    assert "(1 more differences" in text
    assert "xxx<99 times>" in page(agreement, 2, "bytes")
    assert "got" not in page(agreement, 0, "bytes")
    assert page(agreement, 9, "finals").count("  got ") == 1


def test_json_has_every_difference_with_the_levels_at_which_it_agrees():
    agreement = Agreement([played(RECV), played(b"\r\nOK\r\n")])
    told = json.loads(json.dumps(as_json(agreement, "made")))
    assert told["total"]["percent"] == {"bytes": 50.0, "lines": 50.0, "finals": 100.0}
    (difference,) = told["differences"]
    assert difference["same"] == ["finals"]
    assert difference["got"] == "\r\nOK\r\n"


def test_a_board_must_be_allowed_to_lose_its_settings(capsys):
    assert main(["--rig=/dev/ttyNONE"]) == 2
    assert "--allow=destructive" in capsys.readouterr().err
    assert main(["--rig=nonsense"]) == 2
    assert "nonsense" in capsys.readouterr().err


def test_a_board_that_is_not_there_plays_nothing(capsys):
    assert main(["--rig=/dev/ttyNONE", "--allow=destructive", "--only=form-m3-AT"]) == 2
    assert "no such port" in capsys.readouterr().out


def test_a_group_on_the_emulator_and_on_one_that_answers_otherwise(tmp_path, capsys):
    file = tmp_path / "agreement.json"
    arguments = ["--only=form-m3-AT", "--only=form-m3-+GMR", f"--json={file}", "--rigs=1"]
    assert main(arguments) == 0
    good = json.loads(file.read_text())
    assert good["total"]["percent"] == {"bytes": 100.0, "lines": 100.0, "finals": 100.0}
    assert main([*arguments, "--rig=emulator:firmware=document,endpoint=tcp"]) == 0
    other = json.loads(file.read_text())
    assert other["total"]["percent"]["bytes"] < 100
    assert "expected" in capsys.readouterr().out
