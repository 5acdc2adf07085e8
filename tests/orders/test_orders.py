"""Devices in several orders: equal verdicts, and what happens if one is different."""

from __future__ import annotations

import json

import pytest

from tests.orders.__main__ import command_line, main, rigs


def ran(capsys, *arguments):
    code = main([*map(str, arguments)])
    return code, capsys.readouterr().out.splitlines()


def test_a_device_with_a_fault_gets_the_same_verdicts_in_every_order(tmp_path, capsys):
    out = tmp_path / "orders"
    code, said = ran(
        capsys, "--rig=emulator:net=none,fault=cwmode_cur.set-error", "--orders", 1, "--seed", 7,
        "--out", out, "--", "--req=4.1.30/CIPAP_CUR/set/01", "--req=3.2.1",
    )  # fmt: skip
    assert code == 0, said
    assert said[0] == "seed 7"
    assert said[-1].endswith(" 0 differ")
    orders = [
        [json.loads(line)["id"] for line in (out / name / "journal.jsonl").read_text().splitlines()
         if '"kind": "purpose"' in line]
        for name in ("01-written-0", "01-shuffled-1")
    ]  # fmt: skip
    assert orders[0] != orders[1]
    assert sorted(orders[0]) == sorted(orders[1])


def test_devices_are_drawn_by_the_seed():
    options = command_line().parse_args(["--faults", "2", "5"])
    two, five = rigs(options, 11)
    assert [two, five] == list(rigs(options, 11))
    assert [two, five] != list(rigs(options, 12))
    assert (two.count("fault="), five.count("fault=")) == (2, 5)


def test_a_run_that_cannot_be_is_told(tmp_path, capsys):
    out = tmp_path / "orders"
    assert main(["--rig=nowhere", "--out", str(out)]) == 2
    assert "pytest could not run" in capsys.readouterr().err


@pytest.mark.nightly
@pytest.mark.timeout(3600)
def test_devices_with_1_3_and_10_faults_get_the_same_verdicts_in_every_order(tmp_path, capsys):
    code, said = ran(
        capsys, "--out", tmp_path / "orders", "--",
        "--req=3.2.5", "--req=3.2.10", "--req=4.1.12", "--req=4.1.16", "--req=5.2.12",
    )  # fmt: skip
    assert code == 0, "\n".join(said)
