"""Every fault is described once, and nothing is described that is none."""

import fnmatch
from collections import Counter
from dataclasses import replace

import pytest

from conformance.catalogue import load_edition
from conformance.document import starts_with_segments
from tests.faults.described import load_entries, load_rows
from tests.faults.judging import Entry
from tests.faults.kinds import Kinds
from tests.faults.runs import known_faults

EDITION = load_edition()


@pytest.fixture(scope="module")
def faults():
    return list(known_faults())


@pytest.fixture(scope="module")
def entries(faults):
    return load_entries(faults)


@pytest.fixture(scope="module")
def faults_of(faults):
    """Each row of the entries, and its faults."""
    alike = {}
    for fault in faults:
        alike.setdefault(fault.partition(".")[0], []).append(fault)
    rows = load_rows(Kinds(EDITION))
    return [
        (row, [each for each in alike.get(row.before, ()) if row.matches(each)]) for row in rows
    ]


@pytest.fixture
def described(tmp_path):
    """What a file of entries says of a fault."""

    def said(text, fault):
        (tmp_path / "some.toml").write_text(text, encoding="utf-8")
        return load_entries([fault], tmp_path)[fault]

    return said


def test_every_fault_of_the_emulator_is_described(faults, entries):
    assert [fault for fault in faults if fault not in entries] == []


def test_every_row_has_a_fault_and_no_fault_has_two(faults_of):
    assert [row for row, faults in faults_of if not faults] == []
    told = Counter(fault for _row, faults in faults_of for fault in faults)
    assert [fault for fault, rows in told.items() if rows > 1] == []


def test_no_row_says_what_the_kind_says_already(faults_of, entries, tmp_path):
    by_kind = load_entries(entries, tmp_path)
    spared = {fault for fault, entry in by_kind.items() if entry == entries[fault]}
    assert [row for row, faults in faults_of if spared.issuperset(faults)] == []


def test_every_kind_and_every_ground_is_of_some_fault(faults):
    kinds = Kinds(EDITION)
    used = {kinds.kind_of(fault) for fault in faults}
    assert [kind for kind in kinds.kinds if kind not in used] == []
    taken = {
        kinds.ground_of(kind.on, fault.partition(".")[0])
        for fault in faults
        if (kind := kinds.kind_of(fault)) is not None
    }
    assert [ground for ground in kinds.grounds if ground not in taken] == []


def test_every_entry_names_requirements_and_rulings_that_exist(entries):
    for entry in entries.values():
        for name in entry.breaks:
            assert fnmatch.filter(EDITION.requirements, name), (entry.id, name)
        for name in entry.also:  # of a family: its other commands may have it
            patterns = (name, f"*/{name.split('/', 2)[-1]}")
            assert any(fnmatch.filter(EDITION.requirements, each) for each in patterns), entry.id
        for prefix in entry.touches:
            assert any(f"{name}/".startswith(f"{prefix}/") for name in EDITION.requirements), prefix
        assert entry.kind != "accepted" or entry.because in EDITION.rulings
        assert entry.breaks or entry.kind != "fault", entry.id


#: Clause 2 is about every command line.
EVERY_COMMAND = "2"


def test_a_reading_is_accepted_by_a_ruling_on_its_clause(entries):
    clauses = {name.lower(): each.clause for name, each in EDITION.commands.items()}
    for entry in entries.values():
        if entry.kind == "accepted":
            own = clauses.get(entry.id.partition(".")[0])
            of = [own] if own else [name.split("/")[0] for name in entry.touches]
            on = EDITION.rulings[entry.because].clauses
            covers = any(starts_with_segments(each, clause) for each in of for clause in on)
            assert covers or EVERY_COMMAND in on, entry


def test_a_heading_names_a_family_and_a_tilde_each_command_of_it(described):
    text = '[[ranges]]\nodd = ["~/set/02", "3.2.1/AT/execute/01"]\n'
    for name, clause in (("cwdhcps_cur", "4.1.17"), ("cwdhcps_def", "4.1.18")):
        entry = described(text, f"{name}.odd")
        own = f"{clause}/{name.upper()}/set/02"
        assert entry == Entry(f"{name}.odd", "fault", (own, "3.2.1/AT/execute/01"))


def test_what_a_table_shares_a_row_may_say_otherwise(described):
    text = '[[cwqap]]\nalso = "~/set/01"\nwhy = "Both."\nodd = "~/execute/01"\n'
    shared = described(text, "cwqap.odd")
    assert (shared.also, shared.because) == (("4.1.9/CWQAP/set/01",), "Both.")
    text += 'rare = { breaks = "~/execute/02", also = "~/execute/01" }\n'
    own = described(text, "cwqap.rare")
    assert own == replace(
        shared,
        id="cwqap.rare",
        breaks=("4.1.9/CWQAP/execute/02",),
        also=("4.1.9/CWQAP/execute/01",),
    )


def test_a_reading_has_its_ruling_and_what_waits_says_for_what(described):
    reading = described('[[cwqap]]\nodd = { ruling = "R-46", touches = "~" }\n', "cwqap.odd")
    assert reading == Entry("cwqap.odd", "accepted", because="R-46", touches=("4.1.9/CWQAP",))
    waiting = described('[[line]]\nuntil = "a wire"\nfaults = ["odd"]\n', "line.odd")
    assert waiting == Entry("line.odd", "waiting", because="a wire")


def test_a_row_holds_in_place_of_the_kind(described):
    assert described("", "cwqap.test-restarts").breaks == ("4.1.9/CWQAP/test/02",)
    own = described('[[cwqap]]\ntest-restarts = "~/query/02"\n', "cwqap.test-restarts")
    assert own.breaks == ("4.1.9/CWQAP/query/02",)


def test_a_word_that_nobody_knows_is_refused(described):
    with pytest.raises(ValueError, match=r"line\.odd: unknown key rulling"):
        described('[[line]]\nodd = { rulling = "R-01" }\n', "line.odd")
