"""The catalogue: the shipped edition is sound, and each way of being unsound is refused by name."""

import pytest

from conformance.catalogue import DEFAULT_EDITION, EDITIONS, EditionError, load_edition
from conformance.document import FORMS, Level, starts_with_segments
from conformance.testbed import CAPABILITIES

EDITION = """
[edition]
name = "v0"
title = "A small document"

[[clause]]
number = "1"
title = "Preambles"
empty_because = "Says nothing."

[[clause]]
number = "3.1"
title = "AT"
"""

COMMANDS = """
[[command]]
name = "AT"
clause = "3.1"
title = "Test"
forms = ["execute", "set"]
completion = "result"
parameters = [{ name = "n", kind = "integer", values = [0, 1], optional = true }]

[[requirement]]
id = "3.1/AT/execute/01"
level = "mandatory"
place = "row Response"
statement = "AT is answered OK."
ruling = "R-01"

[[requirement]]
id = "3.1/-/general/01"
level = "optional"
place = "note"
statement = "It holds."
vantage = ["uart", "wire"]
needs = ["uart-rate"]
"""

RULINGS = """
[[ruling]]
id = "R-01"
title = "How it is read"
clauses = ["1", "3.1"]
question = "What?"
accepted = ["This.", "That."]
why = "Because."
"""

FILES = {"edition.toml": EDITION, "commands.toml": COMMANDS, "rulings.toml": RULINGS}


@pytest.fixture
def edition(tmp_path):
    """Loads the small edition after `old` in `file` became `new`."""

    def load(file="edition.toml", old="", new=""):
        folder = tmp_path / "v0"
        folder.mkdir(exist_ok=True)
        for name, text in FILES.items():
            if name == file:
                assert old in text
                text = text.replace(old, new, 1) if old else text + new
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
        return load_edition("v0", tmp_path)

    return load


# What is sound


def test_the_only_requirement_of_a_form_says_how_it_is_answered(edition):
    assert edition().responses() == {("AT", "execute"): ("3.1/AT/execute/01",)}


def test_of_several_requirements_of_a_form_the_marked_one_says_how_it_is_answered(edition):
    marked = edition("commands.toml", "", f"{SECOND}response = true\n")
    assert marked.responses() == {("AT", "execute"): ("3.1/AT/execute/02",)}


def test_where_the_first_requirement_is_about_a_refusal_another_one_is_marked():
    responses = load_edition().responses()
    assert responses["PING", "set"] == ("5.2.17/PING/set/05",)
    assert responses["ATE", "set"] == ("3.2.5/ATE/set/01", "3.2.5/ATE/set/02")


def test_the_shipped_edition_loads():
    shipped = load_edition()

    assert shipped.name == "v1.5"
    assert {"AT", "RST", "GMR", "ATE"} <= shipped.commands.keys()
    assert len(shipped.requirements) >= 40
    assert load_edition(DEFAULT_EDITION, EDITIONS) is load_edition(DEFAULT_EDITION, EDITIONS)


def test_each_requirement_of_the_shipped_edition_stands_under_its_own_id():
    for name, requirement in load_edition().requirements.items():
        assert name == requirement.id
        assert requirement.form in FORMS
        assert requirement.statement.endswith(".")
        assert set(requirement.needs) <= CAPABILITIES.keys()


def test_each_ruling_of_the_shipped_edition_names_the_clauses_that_rest_on_it():
    shipped = load_edition()

    for requirement in shipped.requirements.values():
        if requirement.ruling:
            named = shipped.rulings[requirement.ruling].clauses
            assert any(starts_with_segments(requirement.clause, each) for each in named), (
                f"{requirement.ruling} does not name the clause of {requirement.id}"
            )


def test_a_small_edition_becomes_the_values_that_it_says(edition):
    loaded = edition()

    assert (loaded.name, loaded.title) == ("v0", "A small document")
    assert list(loaded.clauses) == ["1", "3.1"]
    command = loaded.commands["AT"]
    assert (command.forms, command.absent_forms) == (("execute", "set"), ("test", "query"))
    assert (command.parameters[0].values, command.parameters[0].optional) == ((0, 1), True)
    general = loaded.requirements["3.1/-/general/01"]
    assert (general.level, general.vantage) == (Level.OPTIONAL, ("uart", "wire"))
    assert general.needs == ("uart-rate",)
    assert loaded.requirements["3.1/AT/execute/01"].vantage == ("uart",)
    assert loaded.rulings["R-01"].accepted == ("This.", "That.")


def test_the_digest_tells_editions_apart_and_equal_ones_not(tmp_path):
    digests = []
    for name, change in (("a", ""), ("b", ""), ("c", "# a remark\n")):
        folder = tmp_path / name / "v0"
        folder.mkdir(parents=True)
        for file, text in FILES.items():
            (folder / file).write_text(text + change, encoding="utf-8", newline="\n")
        digests.append(load_edition("v0", tmp_path / name).digest)

    assert digests[0] == digests[1] != digests[2]
    assert len(digests[0]) == 64


def test_an_edition_that_does_not_exist_is_refused_with_those_that_do(edition, tmp_path):
    edition()

    with pytest.raises(FileNotFoundError, match="no edition 'v9'; these exist: v0"):
        load_edition("v9", tmp_path)


# What is not sound: what is changed in which file, and what the message must name.

NAMED_WITH_FILE = {
    "unknown key of a clause": (
        "edition.toml", 'title = "AT"', 'titel = "AT"', ["3.1", "titel"]),
    "unknown key of a command": (
        "commands.toml", 'completion = "result"', 'complete = "result"', ["AT", "complete"]),
    "unknown key of a parameter": (
        "commands.toml", "optional = true", "required = false", ["AT", "required"]),
    "unknown key of a requirement": (
        "commands.toml", 'place = "note"', 'where = "note"', ["3.1/-/general/01", "where"]),
    "unknown key of a ruling": (
        "rulings.toml", 'why = "Because."', 'reason = "Because."', ["R-01", "reason"]),
    "unknown key of the edition": (
        "edition.toml", 'name = "v0"', 'name = "v0"\ncolour = "red"', ["v0"]),
    "unknown table": ("rulings.toml", "[[ruling]]", "[[rulings]]", ["rulings"]),
    "missing key of a clause": ("edition.toml", 'title = "AT"', "", ["3.1", "title"]),
    "missing level": ("commands.toml", 'level = "optional"', "", ["3.1/-/general/01", "level"]),
    "observed without a ruling": (
        "commands.toml", 'level = "optional"', 'level = "observed"', ["3.1/-/general/01", "ruling"],
    ),
    "missing place": ("commands.toml", 'place = "note"', "", ["3.1/-/general/01", "place"]),
    "missing id": ("rulings.toml", 'id = "R-01"', "", ["How it is read", "id"]),
    "duplicate clause": (
        "rulings.toml", "", '[[clause]]\nnumber = "1"\ntitle = "x"\n', ["1", "twice"]),
    "duplicate command": (
        "rulings.toml", "", '[[command]]\nname = "AT"\nclause = "1"\ntitle = "x"\nforms = []\n',
        ["AT", "twice"]),
    "duplicate requirement": (
        "commands.toml", "3.1/-/general/01", "3.1/AT/execute/01", ["3.1/AT/execute/01", "twice"]),
    "duplicate ruling": ("rulings.toml", "", RULINGS, ["R-01", "twice"]),
    "bad level": (
        "commands.toml", 'level = "optional"', 'level = "nice"', ["3.1/-/general/01", "nice"]),
    "bad form of a command": ("commands.toml", '["execute", "set"]', '["do"]', ["AT", "'do'"]),
    "bad form in an id": (
        "commands.toml", "3.1/-/general/01", "3.1/-/do/01", ["3.1/-/do/01", "'do'"]),
    "bad vantage": (
        "commands.toml", '"wire"', '"ether"', ["3.1/-/general/01", "vantage", "ether"]),
    "bad capability": (
        "commands.toml", '"uart-rate"', '"magic"', ["3.1/-/general/01", "capability", "magic"]),
    "bad completion": (
        "commands.toml", 'completion = "result"', 'completion = "never"', ["AT", "never"]),
    "bad kind of a parameter": (
        "commands.toml", 'kind = "integer"', 'kind = "float"', ["AT", "float"]),
    "id of three segments": (
        "commands.toml", "3.1/-/general/01", "3.1/general/01", ["3.1/general/01"]),
    "id with a long number": (
        "commands.toml", "3.1/-/general/01", "3.1/-/general/001", ["3.1/-/general/001"]),
    "id without a number": (
        "commands.toml", "3.1/-/general/01", "3.1/-/general/xx", ["3.1/-/general/xx"]),
    "response of what nobody sends": (
        "commands.toml", 'place = "note"', 'place = "note"\nresponse = true',
        ["3.1/-/general/01", "response"]),
    "ruling that accepts nothing": ("rulings.toml", '["This.", "That."]', "[]", ["R-01"]),
    "not TOML": ("rulings.toml", "[[ruling]]", "[[ruling", ["not TOML"]),
}  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new", "named"), NAMED_WITH_FILE.values(), ids=NAMED_WITH_FILE.keys()
)
def test_an_unsound_entry_is_refused_with_its_file_and_its_name(edition, file, old, new, named):
    with pytest.raises(EditionError) as caught:
        edition(file, old, new)

    for word in (file, *named):
        assert word in str(caught.value)


SECOND = """
[[requirement]]
id = "3.1/AT/execute/02"
level = "mandatory"
place = "note"
statement = "AT wakes nobody."
"""

#: These are found when all files are read.
DANGLING = {
    "clause of a requirement": (
        "commands.toml", "3.1/-/general/01", "9.9/-/general/01",
        ["9.9/-/general/01", "no clause 9.9"]),
    "command of a requirement": (
        "commands.toml", "3.1/-/general/01", "3.1/XY/general/01",
        ["3.1/XY/general/01", "no command XY"]),
    "ruling of a requirement": (
        "commands.toml", '"R-01"', '"R-77"', ["3.1/AT/execute/01", "ruling R-77"]),
    "clause of a command": ("commands.toml", '"3.1"', '"9.9"', ["AT", "clause 9.9"]),
    "clause of a ruling": ("rulings.toml", '"3.1"', '"9.9"', ["R-01", "clause 9.9"]),
    "clause that nothing uses": (
        "edition.toml", "", '[[clause]]\nnumber = "7"\ntitle = "x"\n', ["clause 7"]),
    "clause that says it is empty and is not": (
        "edition.toml", 'title = "AT"', 'title = "AT"\nempty_because = "x"', ["clause 3.1"]),
    "form of which nobody says how it is answered": (
        "commands.toml", "", SECOND, ["3.1/AT/execute/01", "response = true"]),
}  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "named"), DANGLING.values(), ids=DANGLING.keys())
def test_a_dangling_reference_is_refused_with_both_its_ends(edition, file, old, new, named):
    with pytest.raises(EditionError) as caught:
        edition(file, old, new)

    for word in named:
        assert word in str(caught.value)


@pytest.mark.parametrize(("file", "old", "new", "named"), DANGLING.values(), ids=DANGLING.keys())
def test_a_dangling_reference_is_refused_with_its_file(edition, file, old, new, named):
    with pytest.raises(EditionError, match=file):
        edition(file, old, new)


def test_an_edition_without_a_head_is_refused(edition):
    with pytest.raises(EditionError, match=r"v0: exactly one \[edition\] table is wanted, found 0"):
        edition("edition.toml", '[edition]\nname = "v0"\ntitle = "A small document"\n', "")


def test_an_edition_with_two_heads_is_refused(edition):
    with pytest.raises(EditionError, match=r"v0: exactly one \[edition\] table is wanted, found 2"):
        edition("rulings.toml", "", '[edition]\nname = "v0"\ntitle = "again"\n')


MISTYPED = {
    "an id that is a number": (
        "commands.toml", 'id = "3.1/-/general/01"', "id = 31"),
    "a table that is a number": ("rulings.toml", "[[ruling]]", "clause = 5\n[[ruling]]"),
    "parameters that are texts": (
        "commands.toml",
        '[{ name = "n", kind = "integer", values = [0, 1], optional = true }]', '["n"]'),
    "accepted readings that are one text": (
        "rulings.toml", '["This.", "That."]', '"This."'),
    "a statement that is a number": (
        "commands.toml", 'statement = "It holds."', "statement = 5"),
}  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new"), MISTYPED.values(), ids=MISTYPED.keys())
def test_a_value_of_the_wrong_type_is_refused_with_its_file(edition, file, old, new):
    with pytest.raises(EditionError, match=file):
        edition(file, old, new)


def test_a_file_that_is_not_utf_8_is_refused_by_name(edition, tmp_path):
    edition()
    (tmp_path / "v0" / "zz.toml").write_bytes(b"# caf\xe9\n")
    load_edition.cache_clear()

    with pytest.raises(EditionError, match=r"zz\.toml"):
        load_edition("v0", tmp_path)
