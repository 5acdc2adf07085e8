"""From items to purposes: what is unsound is a usage error; what cannot run says why."""

from __future__ import annotations

import json

import pytest

from conformance.catalogue import load_edition
from conformance.document import TestPurpose
from conformance.statement import Pics
from conformance.testbed import HAZARDS
from conformance.verdict import Reason, Verdict
from rigs.purposes import Conditions, is_selected
from tests.rigs.whole_runs import ALONE, PIXIT, ROOT

AT = "3.2.1/AT/execute/01"
GMR = "3.2.3/GMR/execute/01"
RATE = "2/-/general/09"

EDITION = load_edition()

SOUND = f'''
import pytest

@pytest.mark.purpose("TP/X", verifies=["{AT}"])
def test_x(session):
    """It
    does.

    More about it.
    """

@pytest.mark.purpose("TP/Y", verifies=["{AT}", "{GMR}"], hazards=["ota"])
@pytest.mark.parametrize("n", [1, 2], ids=["one", "two"])
def test_y(session, n):
    """It does, too."""

def test_of_something_else():
    pass
'''


@pytest.fixture
def project(pytester, monkeypatch):
    """A folder with suites of its own and the rig plugin."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    pytester.makeini("[pytest]\ntestpaths = suites\nfilterwarnings = error\n")
    pytester.makeconftest('pytest_plugins = ["rigs.plugin"]\n')
    pytester.mkdir("suites")
    pytester.syspathinsert()

    def run(text, *arguments):
        pytester.path.joinpath("suites", "test_it.py").write_text(text, encoding="utf-8")
        return pytester.runpytest_inprocess(
            "-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-n", "0", f"--pixit={PIXIT}",
            *arguments,
        )  # fmt: skip

    return run


def collected(project, tmp_path, text, *arguments):
    """The purposes that are found in `text`."""
    file = tmp_path / "purposes.json"
    project(text, f"--purposes={file}", "--rig=/dev/doesnotexist", *arguments)
    return json.loads(file.read_text(encoding="utf-8"))


def test_a_marked_function_becomes_a_purpose_with_the_first_words_of_its_docstring(
    project, tmp_path
):
    first = collected(project, tmp_path, SOUND)[0]
    assert first == {
        "id": "TP/X",
        "statement": "It does.",
        "verifies": [AT],
        "nodeid": "suites/test_it.py::test_x",
        "hazards": [],
        "needs": [],
        "waits_s": 0,
    }


def test_each_parameter_set_becomes_a_purpose_of_its_own(project, tmp_path):
    ids = [purpose["id"] for purpose in collected(project, tmp_path, SOUND)]
    assert ids == ["TP/X", "TP/Y[one]", "TP/Y[two]"]


def test_what_is_selected_is_what_verifies_something_under_the_prefix(project, tmp_path):
    ids = [each["id"] for each in collected(project, tmp_path, SOUND, "--req=3.2.3")]
    assert ids == ["TP/Y[one]", "TP/Y[two]"]


def test_who_requires_a_refusal_observes_its_code_where_no_row_lists_one(project, tmp_path):
    text = '''
import pytest

@pytest.mark.purpose("TP/X", verifies=["4.1.1/CWMODE/set/03"])
def test_unlisted(session, refused):
    """It is refused."""

@pytest.mark.purpose("TP/Y", verifies=["3.2.5/ATE/set/05"])
def test_listed(session, refused):
    """It is refused with ERROR."""

@pytest.mark.purpose("TP/Z", verifies=["4.1.1/CWMODE/set/03"])
def test_other(session):
    """It is something else."""
'''

    verifies = {each["id"]: each["verifies"] for each in collected(project, tmp_path, text)}

    assert verifies == {
        "TP/X": ["4.1.1/CWMODE/set/03", "4.1.1/CWMODE/set/90"],
        "TP/Y": ["3.2.5/ATE/set/05"],
        "TP/Z": ["4.1.1/CWMODE/set/03"],
    }


def test_a_test_without_the_marker_is_left_alone(project):
    result = project(SOUND, "--rig=/dev/doesnotexist", "-k", "something_else")
    result.assert_outcomes(passed=1, deselected=3)


UNSOUND = {
    "unknown requirement": (
        '"TP/X", verifies=["3.2.1/AT/execute/99"]',
        '"""It does."""',
        "no requirement 3.2.1/AT/execute/99 in",
    ),
    "nothing to verify": ('"TP/X", verifies=[]', '"""It does."""', "it verifies nothing"),
    "verifies left out": ('"TP/X"', '"""It does."""', "it verifies nothing"),
    "no docstring": (f'"TP/X", verifies=["{AT}"]', "pass", "it has no docstring"),
    "no time": (
        f'"TP/X", verifies=["{AT}"], waits_s="an hour"',
        '"""It does."""',
        "waits_s is a number of seconds, not 'an hour'",
    ),
    "unknown hazard": (
        f'"TP/X", verifies=["{AT}"], hazards=["fire"]',
        '"""It does."""',
        f"unknown hazard; known: {', '.join(HAZARDS)}",
    ),
}


def refused(result) -> str:
    """The one line with which pytest refuses to begin."""
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (line,) = [line for line in result.errlines if line.startswith("ERROR: ")]
    assert not any(line.startswith("Traceback") for line in result.errlines)
    return line


@pytest.mark.parametrize("what", UNSOUND)
def test_an_unsound_purpose_is_a_usage_error_that_names_it(project, what):
    marker, body, complaint = UNSOUND[what]
    text = f"import pytest\n@pytest.mark.purpose({marker})\ndef test_x():\n    {body}\n"
    line = refused(project(text, "--collect-only"))
    assert line.startswith("ERROR: suites/test_it.py::test_x: TP/X: ")
    assert complaint in line


def test_an_id_that_is_used_twice_is_a_usage_error_that_names_both(project):
    text = SOUND.replace("TP/Y", "TP/X").replace(
        '@pytest.mark.parametrize("n", [1, 2], ids=["one", "two"])', ""
    )
    line = refused(project(text.replace("session, n", "session"), "--collect-only"))
    assert "TP/X is both suites/test_it.py::test_x and suites/test_it.py::test_y" in line


def test_a_marker_without_an_id_is_a_usage_error(project):
    text = f'import pytest\n@pytest.mark.purpose(verifies=["{AT}"])\ndef test_x():\n    """It."""\n'
    assert "test_x" in refused(project(text, "--collect-only"))


def test_a_requirement_that_is_not_in_a_list_is_a_usage_error_that_says_so(project):
    text = (
        f'import pytest\n@pytest.mark.purpose("TP/X", verifies="{AT}")\n'
        'def test_x():\n    """It does."""\n'
    )
    assert f"no requirement {', '.join(AT)}" not in refused(project(text, "--collect-only"))


# Which of them can run


class Rig:
    """What `Conditions` asks of a rig."""

    def __init__(self, is_board=True, missing=None, is_real_time=True):
        self.is_board = is_board
        self.is_real_time = is_real_time
        self._missing = {"uart-rate": "because"} if missing is None else missing
        self.has = frozenset()

    @property
    def capabilities(self):
        return self.has | ({"uart-rate"} - self._missing.keys())

    def missing(self):
        return self._missing


def objection(rig, *verifies, hazards=(), allowed=(), not_claimed=(), needs=(), waits_s=0):
    pics = Pics("a file", frozenset(not_claimed))
    conditions = Conditions(EDITION, pics, frozenset(allowed))
    purpose = TestPurpose("TP/X", "It does.", verifies, "x", hazards, needs, waits_s)
    return conditions.objection(purpose, rig)


def test_what_needs_nothing_runs_on_every_rig():
    assert objection(Rig(is_board=True), AT) is None
    assert objection(Rig(is_board=False), AT) is None


@pytest.mark.parametrize("hazard", HAZARDS)
def test_a_hazard_on_a_board_that_is_not_allowed_is_not_run_and_says_why(hazard):
    found = objection(Rig(), AT, hazards=(hazard,))
    assert (found.verdict, found.reason) == (Verdict.NOT_RUN, Reason.NOT_ALLOWED)
    danger = f"not allowed on a board without --allow={hazard} ({hazard}: {HAZARDS[hazard]}"
    assert found.sentence.startswith(danger)


def test_what_a_bench_can_undo_needs_no_leave_and_the_reason_says_so():
    found = objection(Rig(), AT, hazards=("stranding",))
    assert found.sentence.endswith("; with power or reset it needs no leave)")
    for capability in ("power", "reset"):
        undoing = Rig()
        undoing.has = frozenset({capability})
        assert objection(undoing, AT, hazards=("stranding",)) is None
        assert objection(undoing, AT, hazards=("stranding-for-good",)) is not None


def test_every_hazard_of_a_purpose_wants_leave():
    found = objection(Rig(), AT, hazards=("ota", "destructive"), allowed=("ota",))
    assert "--allow=destructive (" in found.sentence
    assert objection(Rig(), AT, hazards=("ota",), allowed=("ota", "destructive")) is None


def test_on_an_emulator_every_hazard_is_allowed():
    assert objection(Rig(is_board=False), AT, hazards=tuple(HAZARDS)) is None


def test_with_the_wire_that_wakes_it_a_board_may_sleep():
    class Wired(Rig):
        capabilities = frozenset({"wake-wire"})

    assert objection(Wired(), AT, hazards=("unwired-sleep",)) is None
    assert "--allow=ota (" in objection(Wired(), AT, hazards=("unwired-sleep", "ota")).sentence


@pytest.mark.parametrize("is_board", [True, False])
def test_what_waits_for_long_is_not_run_where_time_is_real_and_says_how_it_would(is_board):
    found = objection(Rig(is_board), AT, waits_s=61)
    assert (found.verdict, found.reason) == (Verdict.NOT_RUN, Reason.NOT_ALLOWED)
    assert found.sentence == (
        "it waits for minutes or hours, and time is real on this rig: "
        "--allow=long lets it, and --rig=emulator skips the waiting"
    )
    assert objection(Rig(is_board), AT, waits_s=61, allowed=("long",)) is None


def test_what_waits_for_a_minute_is_not_long():
    assert objection(Rig(), AT, waits_s=60) is None


def test_what_waits_for_long_runs_where_idle_time_is_skipped():
    assert objection(Rig(is_board=False, is_real_time=False), AT, waits_s=7200) is None


def test_what_the_rig_lacks_is_not_run_and_says_why():
    found = objection(Rig(), RATE)
    assert (found.verdict, found.reason) == (Verdict.NOT_RUN, Reason.CAPABILITY_MISSING)
    assert found.sentence == "the rig lacks it: because"
    assert objection(Rig(missing={}), RATE) is None


def test_one_reason_for_several_things_that_are_missing_is_said_once():
    lacking = Rig(missing={"uart-rate": "it is gone", "power": "it is gone"})
    found = objection(lacking, RATE, needs=("power",))
    assert found.sentence == "the rig lacks it: it is gone"


def test_what_the_maker_does_not_claim_is_not_applicable():
    found = objection(Rig(), GMR, not_claimed=[("GMR", "execute")])
    assert (found.verdict, found.reason) == (Verdict.NOT_APPLICABLE, Reason.NOT_CLAIMED)
    assert GMR in found.sentence


def test_what_verifies_something_that_is_claimed_is_applicable():
    assert objection(Rig(), GMR, AT, not_claimed=[("GMR", "execute")]) is None


def test_what_is_not_claimed_is_not_applicable_before_anything_is_missing_or_forbidden():
    found = objection(Rig(), GMR, hazards=("ota",), not_claimed=[("GMR", "execute")])
    assert found.verdict is Verdict.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("prefix", "selected"),
    [
        ("3", True),
        ("3.2", True),
        ("3.2.1", True),
        ("3.2.1/AT", True),
        (AT, True),
        ("3.2.10", False),
        ("3.2.1/A", False),
        ("2", False),
        (GMR, False),
    ],
)
def test_a_prefix_selects_by_whole_segments(prefix, selected):
    purpose = TestPurpose("TP/X", "It does.", (AT,), "x", ())
    assert is_selected(purpose, EDITION, [prefix]) is selected
    assert is_selected(purpose, EDITION, ["9.9", prefix]) is selected


HAZARDOUS = f'''
import pytest
from conformance.commandline import execute

@pytest.mark.purpose("TP/X", verifies=["{AT}"], hazards=["destructive"])
def test_x(session):
    """It is dangerous."""
    session.send(execute("AT")).succeeds()
'''


@pytest.mark.parametrize(
    ("options", "outcome"),
    [((), "1 not run"), (("--allow=ota",), "1 not run"), (("--allow=destructive",), "1 passed")],
    ids=["no leave", "other leave", "leave"],
)
def test_a_hazardous_purpose_runs_on_a_board_only_with_leave(project, emulator, options, outcome):
    board = emulator("--pty").port
    result = project(HAZARDOUS, f"--rig={board}", *options)
    result.stdout.fnmatch_lines([f"*{outcome} in *"])


def test_a_hazardous_purpose_runs_on_the_emulator_without_leave(project):
    project(HAZARDOUS, ALONE).stdout.fnmatch_lines(["*1 passed in *"])


LONG = HAZARDOUS.replace('hazards=["destructive"]', "waits_s=3600")


@pytest.mark.parametrize(
    ("options", "outcome"),
    [
        ((ALONE,), "1 passed"),
        ((f"{ALONE},clock=real",), "1 not run"),
        ((f"{ALONE},clock=real", "--allow=long"), "1 passed"),
    ],
    ids=["skipping", "real", "leave"],
)
def test_a_long_purpose_runs_where_time_is_skipped_or_with_leave(project, options, outcome):
    project(LONG, *options).stdout.fnmatch_lines([f"*{outcome} in *"])


def test_the_classes_that_there_are_are_told(project):
    line = refused(project(LONG, "--allow=everything"))
    assert (
        "known classes: destructive, ota, unwired-sleep, stranding, stranding-for-good, long"
        in line
    )
