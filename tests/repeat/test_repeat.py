"""The same run again and again: equal verdicts, and what happens if one is different."""

from __future__ import annotations

from tests.repeat.__main__ import main


def test_a_run_that_is_repeated_judges_alike(tmp_path, capsys):
    out = tmp_path / "repeated"
    assert (
        main(["--times", "2", "--ways", "one", "real", "--out", str(out), "--", "--req=3.2.1"]) == 0
    )
    said = capsys.readouterr().out.splitlines()
    assert said[-1].startswith("2 runs, ")
    assert said[-1].endswith(" 0 differ")
    assert {path.name for path in out.iterdir()} >= {"01-one", "02-real"}


def test_a_run_that_cannot_be_is_told(tmp_path, capsys):
    out = tmp_path / "repeated"
    assert main(["--times", "2", "--out", str(out), "--", "--rig=nowhere"]) == 2
    assert "pytest could not run" in capsys.readouterr().err
