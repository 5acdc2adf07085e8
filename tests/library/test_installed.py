"""How pytest runs the suites: in a checkout, and where the package is installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance import installed


def test_a_checkout_is_found_by_pytest_itself() -> None:
    assert installed.is_checkout()
    assert installed.pytest_command(["--req=2"], Path("/here"))[1:] == ["-m", "pytest", "--req=2"]
    assert installed.environment({"A": "b"}) == {"A": "b"}


def test_an_installed_package_is_told_where_all_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(installed, "HOME", tmp_path)
    command = installed.pytest_command(["--req=2"], Path("/here"))
    assert command[1:3] == ["-m", "pytest"]
    assert Path(command[command.index("-c") + 1]).is_file()
    assert "--rootdir=/here" in command
    assert f"testpaths={tmp_path / 'suites'}" in command
    assert command[-1] == "--req=2"
    assert installed.environment({})["PYTEST_PLUGINS"] == "reports.plugin,rigs.plugin"


def test_the_suites_are_those_of_the_root_or_those_that_are_installed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(installed, "HOME", tmp_path)
    assert installed.suites_of(tmp_path / "elsewhere") == tmp_path / "suites"
    own = tmp_path / "checkout" / "suites"
    own.mkdir(parents=True)
    assert installed.suites_of(tmp_path / "checkout") == own
