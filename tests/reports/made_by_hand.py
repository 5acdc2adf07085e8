"""Editions and records made by hand, also used by the fake rig inside pytester."""

from __future__ import annotations

from conformance.document import Clause, Command, Edition, Level, Requirement, Ruling
from conformance.record import EndRecord, PurposeRecord, RigRecord, RunRecord
from conformance.verdict import Judgement, Reason, Verdict

HOSTILE = (
    '<script>alert("x")</script>\'"&amp;\x1b[31mred\x1b[0m\x00\x07\x7f\x85\xff\xfe'
    "\u202egnp.exe\ud800\ufffe]]>--><!--"
)


def requirement(name: str, level: Level = Level.MANDATORY, **more) -> Requirement:
    return Requirement(name, f"The IUT obeys {name}.", level, "Response row", **more)


def edition(*requirements: Requirement) -> Edition:
    wanted = requirements or (
        requirement("2/-/general/01"),
        requirement("3.1.1/AT/execute/01"),
        requirement("3.2.9/ATE/set/01", response=True),
        requirement("3.2.9/ATE/set/02", ruling="R-01"),
        requirement("3.2.9/ATE/query/01"),
        requirement("3.2.10/GMR/execute/01", Level.OPTIONAL),
        requirement("3.2.10/GMR/urc/01", untested_because="Only a radio could see it."),
    )
    return Edition(
        name="tiny",
        title="A tiny document",
        digest="d1" * 32,
        clauses={
            "3.2.10": Clause("3.2.10", "Version"),
            "2": Clause("2", "Rules"),
            "3.1.1": Clause("3.1.1", "Test of the line"),
            "3.2.9": Clause("3.2.9", "Echo"),
        },
        commands={
            "GMR": Command("GMR", "3.2.10", "Version", ("execute",)),
            "AT": Command("AT", "3.1.1", "Is anybody there", ("execute",)),
            "ATE": Command("ATE", "3.2.9", "Echo", ("set",)),
        },
        requirements={each.id: each for each in wanted},
        rulings={"R-01": Ruling("R-01", "Echo", ("3.2.9",), "Garbled.", ("a", "b"), "Both fit.")},
    )


def run_record(**more) -> RunRecord:
    told = {
        "started": "2026-11-22T19:34:41.000+00:00",
        "edition": "tiny",
        "edition_title": "A tiny document",
        "edition_digest": "d1" * 32,
        "suite_version": "0.1.0",
        "rig": "emulator",
        "clock_offset_ns": 1_700_000_000_000_000_000,
        "clock_uncertainty_ns": 50,
    }
    return RunRecord(**{**told, **more})


def rig_record(**more) -> RigRecord:
    told = {
        "worker": "main",
        "rig": "emulator",
        "opened": True,
        "identity": ("AT version:1.3.0.0", "SDK version:2.0.0"),
        "capabilities": ("uart-rate",),
        "missing": {"wire": "no namespaces here"},
    }
    return RigRecord(**{**told, **more})


def end_record(**more) -> EndRecord:
    told = {
        "ended": "2026-11-22T19:34:44.500+00:00",
        "exit_code": 0,
        "clock_offset_ns": 1_700_000_000_000_000_100,
        "clock_uncertainty_ns": 60,
    }
    return EndRecord(**{**told, **more})


REASONS = {
    Verdict.PASS: Reason.AS_REQUIRED,
    Verdict.FAIL: Reason.DIFFERS,
    Verdict.ERROR: Reason.HARNESS_BROKE,
    Verdict.INCONCLUSIVE: Reason.LINE_UNHEALTHY,
    Verdict.DEVIATION: Reason.PREDICTED,
    Verdict.OBSERVED: Reason.AS_OBSERVED,
    Verdict.NOT_RUN: Reason.CAPABILITY_MISSING,
    Verdict.NOT_APPLICABLE: Reason.NOT_CLAIMED,
    Verdict.NONE: Reason.NOT_SELECTED,
}


def judgement(verdict: Verdict, sentence: str = "", **more) -> Judgement:
    return Judgement(verdict, REASONS[verdict], sentence or f"It came to {verdict}.", **more)


def purpose(
    name: str, verdict: Verdict = Verdict.PASS, verifies: tuple[str, ...] = (), **more
) -> PurposeRecord:
    told = {
        "nodeid": f"suites/basic/test_it.py::test[{name}]",
        "statement": f"{name} holds.",
        "reason": REASONS[verdict],
        "sentence": f"It came to {verdict}.",
        "pairs": {each: judgement(verdict) for each in verifies},
        "started_ns": 1_000,
        "duration_s": 0.25,
    }
    return PurposeRecord(id=name, verdict=verdict, **{**told, **more})


def full_run(*purposes: PurposeRecord):
    return [run_record(), rig_record(), *purposes, end_record()]
