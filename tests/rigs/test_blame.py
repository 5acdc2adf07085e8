"""Whole runs on emulators with a fault: who is blamed, and what becomes of everybody else."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.rigs.whole_runs import ALONE


def with_fault(runs, fault, *options):
    return runs.run("-q", "--no-review", f"{ALONE},fault={fault}", *options)


def verdicts(run):
    return {each["id"]: each["verdict"] for each in run.results["purposes"]}


def requirements(run):
    judged = {each["id"]: each for each in run.results["requirements"]}
    return {name: each for name, each in judged.items() if each["purposes"]}


#: A query; what stands on it; and what asks it to give back what was saved.
QUERY = "cipap_def.query-other-name"
STANDS, GIVES_BACK = "4.1.31/CIPAP_DEF/set/03", "6/CIPAP_DEF/general/03"
#: What is observed by such a query, in a purpose of its own.
OBSERVES = "4.1.30/CIPAP_CUR/set/91"
ASKING = ("--req=4.1.31/CIPAP_DEF/query", f"--req={STANDS}", f"--req={GIVES_BACK}")


def test_a_query_that_answers_wrongly_fails_its_own_purposes_and_no_other(runs):
    run = with_fault(runs, QUERY, *ASKING)
    told = {name: each["verdict"] for name, each in requirements(run).items()}
    assert told.pop("4.1.31/CIPAP_DEF/query/01") == "fail"
    assert told == {STANDS: "inconclusive", OBSERVES: "inconclusive", GIVES_BACK: "pass"}


def test_a_query_that_was_not_run_itself_is_named_by_those_that_asked_it(runs):
    run = with_fault(runs, QUERY, *ASKING[1:])
    assert run.exit_code == 10
    reasons = {STANDS: "in-the-way", OBSERVES: "in-the-way", GIVES_BACK: "as-required"}
    for purpose in run.results["purposes"]:
        assert purpose["reason"] == reasons[purpose["verifies"][0]]
        met = {(each["phase"], each["command"], each["form"]) for each in purpose["obstacles"]}
        assert met == {("preamble", "CIPAP_DEF", "query")}


def test_what_a_fixture_comes_to_is_shown_as_its_verdict_and_not_as_an_error(runs):
    run = with_fault(runs, QUERY, *ASKING)
    counts = Counter(verdicts(run).values())
    assert f"{counts['inconclusive']} inconclusive" in run.out
    assert "error" not in run.lines[-2]


def test_where_the_mode_cannot_be_set_what_takes_it_is_inconclusive(runs):
    run = with_fault(
        runs, "cwmode_cur.set-error",
        "--req=4.1.30/CIPAP_CUR/set/01", "--req=4.1.2/CWMODE_CUR/set/01",
    )  # fmt: skip
    told = requirements(run)
    assert told["4.1.30/CIPAP_CUR/set/01"]["verdict"] == "inconclusive"
    assert told["4.1.2/CWMODE_CUR/set/01"]["verdict"] == "fail"
    assert "error" not in verdicts(run).values()


def test_a_mode_that_none_is_fails_its_query_and_nothing_of_the_siblings_that_ask_it(runs):
    run = with_fault(
        runs, "cwmode_cur.query-mode-0", "--req=4.1.2/CWMODE_CUR/query",
        "--req=4.1.1/CWMODE/set/08", "--req=4.1.3/CWMODE_DEF/set/08",
    )  # fmt: skip
    told = requirements(run)
    assert told["4.1.2/CWMODE_CUR/query/02"]["verdict"] == "fail"
    assert told["4.1.1/CWMODE/set/08"]["reason"] == "in-the-way"
    assert told["4.1.3/CWMODE_DEF/set/08"]["reason"] == "in-the-way"


def test_a_restart_that_never_comes_fails_at_rst_and_what_stands_on_it_is_inconclusive(runs):
    run = with_fault(
        runs, "rst.no-restart", "--req=3.2.2/RST/execute/02", "--req=3.2.10/SLEEP/query/02",
        "-k", "restarts_the_module or modem_sleep",
    )  # fmt: skip
    told = requirements(run)
    assert told["3.2.2/RST/execute/02"]["verdict"] == "fail"
    assert told["3.2.10/SLEEP/query/02"]["verdict"] == "inconclusive"
    assert "AT+RST did not restart the IUT" in told["3.2.10/SLEEP/query/02"]["sentence"]


def test_what_is_not_refused_fails_the_refusal_and_not_what_a_refusal_changes(runs):
    run = with_fault(
        runs, "cwmode_cur.set-refusal-ok",
        "--req=4.1.2/CWMODE_CUR/set/03", "--req=4.1.2/CWMODE_CUR/set/05",
    )  # fmt: skip
    told = requirements(run)
    assert told["4.1.2/CWMODE_CUR/set/03"]["verdict"] == "fail"
    assert told["4.1.2/CWMODE_CUR/set/05"]["reason"] == "not-refused"


def test_an_iut_that_refuses_everything_is_not_undecided_for_its_undo(runs):
    run = with_fault(runs, "cwautoconn.error", "--req=4.1.19/CWAUTOCONN/set/02")
    assert set(verdicts(run).values()) == {"pass"}
    assert all(
        [met["phase"] for met in each["obstacles"]] == ["undo"]
        for each in run.results["purposes"]
    )  # fmt: skip
    trace = "\n".join(run.results["purposes"][0]["evidence"]["trace"])
    assert "not undone: the preamble AT+CWAUTOCONN=1 was answered `ERROR`" in trace


#: A firmware that has no command with _CUR.
OLD = "[claims.CWMODE_CUR]\ntest = false\nquery = false\nset = false\n"


@pytest.mark.parametrize("command", ["4.1.10/CWSAP", "4.1.21/CIPSTAMAC_CUR"])
def test_a_firmware_without_the_usual_command_is_judged_by_its_sibling(runs, tmp_path, command):
    pics = tmp_path / "old.pics.toml"
    pics.write_text(OLD)
    run = with_fault(
        runs, "cwmode_cur.set-error", f"--pics={pics}", f"--req={command}/query", "--req=3.2.1"
    )
    assert set(verdicts(run).values()) == {"pass"}, run.out


@pytest.mark.parametrize("variant", ["ssl.no-memory", "ssl.no-memory-late"])
def test_a_restart_for_want_of_memory_for_ssl_decides_nothing(runs, variant):
    """Clause 5.2.2, note 3, allows it at a start of SSL; whatever else restarts is not excused."""
    run = runs.run(
        "-q", "--no-review", f"{ALONE},variant={variant}",
        "--req=5.2.2/CIPSTART/set/30", "--req=5.2.2/CIPSTART/set/22",
    )  # fmt: skip
    told = {name: each["verdict"] for name, each in requirements(run).items()}
    assert told.pop("5.2.2/CIPSTART/set/30") == "inconclusive"
    assert told["5.2.2/CIPSTART/set/22"] == "pass"
