"""A kind of fault breaks the requirements that state what it is of, whatever their numbers."""

import pytest

from conformance.catalogue import load_edition
from conformance.document import Command, Edition, Level, Requirement
from tests.faults.described import load_entries
from tests.faults.judging import Entry
from tests.faults.kinds import Kinds

HEARD, KEPT, RULED = "AT+X with 1 is answered OK.", "An AT+X that is refused does nothing.", "R-19"
ROWS = (
    ("9/X/set/07", HEARD, ""),
    ("9/X/set/03", "AT+X with 2 is answered OK, too.", ""),
    ("9/X/set/01", "AT+X with another value is refused.", RULED),
    ("9/X/set/02", KEPT, "R-15"),
    ("9/X/query/01", "AT+X has no query form.", "R-05"),
    ("6/X/general/01", "AT+X writes nothing twice.", "R-97"),
)


@pytest.fixture
def edition():
    """An edition of one command, X, with nothing but a set form."""
    rows = [Requirement(name, says, Level.MANDATORY, "", ruling=r) for name, says, r in ROWS]
    rows.append(Requirement("9/X/set/04", "How AT+X ends.", Level.OBSERVED, "", ruling="R-05"))
    command = Command("X", "9", "", ("set",))
    return Edition("", "", "", commands={"X": command}, requirements={r.id: r for r in rows})


@pytest.fixture
def says(edition, tmp_path):
    def told(table, fault):
        path = tmp_path / "kinds.toml"
        path.write_text(f"[family]\nall = ['X']\n{table}", encoding="utf-8")
        kinds = Kinds(edition, path)
        said = kinds.says(fault)
        return None if said is None else kinds.spelt_out(said, fault.partition(".")[0])

    return told


def table(obligation, kind="", ground="on = ['nothing']"):
    return (
        f"[obligation]\nthat = {{ {obligation} }}\n"
        f"[[kind]]\nfaults = ['odd-*']\nbreaks = 'that'\n{kind}\n[[ground]]\n{ground}\n"
    )


@pytest.mark.parametrize(
    ("obligation", "breaks"),
    [
        ("form = 'set', first = true", ["9/X/set/07"]),
        ("statement = ['*is answered OK*']", ["9/X/set/07", "9/X/set/03"]),
        ("statement = ['A* ~ that is refused*']", ["9/X/set/02"]),
        ("ruling = ['R-19', 'R-20']", ["9/X/set/01"]),
        ("form = 'query', absent = true", ["9/X/query/01"]),
        ("of_flash = true", ["6/X/general/01"]),
        ("form = 'set', level = 'observed'", ["9/X/set/04"]),
    ],
)
def test_an_obligation_is_found_by_the_fields_of_a_requirement(says, obligation, breaks):
    assert list(says(table(obligation), "x.odd-one")["breaks"]) == breaks


@pytest.mark.parametrize("obligation", ["form = 'query'", "form = 'set', absent = true"])
def test_a_form_is_one_that_the_command_has_unless_it_is_to_be_absent(says, obligation):
    assert says(table(obligation), "x.odd-one") is None


def test_of_another_command_another_kind_or_no_command_a_kind_says_nothing(says):
    every = table("form = 'set'", "of = ['Y']")
    assert [says(every, fault) for fault in ("x.odd-one", "x.even", "line.odd-one")] == [None] * 3


def test_what_stands_on_what_is_taken_away_may_fail_too(says):
    ground = "on = ['it']\nof = ['all']\nalso = ['~/query/*', 'that']\nwhy = 'So.'\nblanket = true"
    said = says(table("form = 'set', first = true", "on = 'it'", ground), "x.odd-one")
    assert said["also"] == ("9/X/query/*", "9/X/set/07")
    assert (said["why"], said["blanket"]) == ("So.", True)


def test_a_reading_touches_its_command_or_what_its_ground_says(says):
    one = (
        "[obligation]\nthat = { ruling = ['R-19'] }\n[[kind]]\nfaults = ['odd']\nruling = 'R-20'\n"
    )
    ground = "on = 'it'\n[[ground]]\non = ['it']\ntouches = ['that']\n"
    assert says(f"{one}[[ground]]\non = ['other']\n", "x.odd")["touches"] == ("9/X",)
    assert says(one + ground, "x.odd")["touches"] == ("9/X/set/01",)


def test_a_fault_of_a_known_kind_needs_no_row_of_its_own(tmp_path):
    edition = load_edition()
    entries = load_entries([f"{name.lower()}.test-odd" for name in edition.commands], tmp_path)
    assert len(entries) == len(edition.commands)
    assert entries["cwmode.test-odd"] == Entry(
        "cwmode.test-odd", "fault", ("4.1.1/CWMODE/test/01",)
    )


def test_how_a_form_that_does_not_exist_is_answered_is_a_reading(tmp_path):
    entries = load_entries(("rst.query-ok", "rst.query-executes", "cwmode.query-silent"), tmp_path)
    reading, fault, listed = entries.values()
    assert (reading.kind, reading.because) == ("accepted", "R-05")
    assert reading.touches == ("3.2.2/RST/query",)
    assert (fault.kind, fault.breaks) == ("fault", ("3.2.2/RST/query/02",))
    assert (listed.kind, listed.breaks) == ("fault", ("4.1.1/CWMODE/query/01",))
