"""What stands once in an edition for several commands; ranges and examples of parameters."""

import re

import pytest

from conformance.catalogue import EditionError, load_edition
from conformance.document import Level
from conformance.testbed import CAPABILITIES

EDITION = """
[edition]
name = "v0"
title = "A small document"

[[clause]]
number = "3.1"
title = "X"

[[clause]]
number = "3.2"
title = "Y"

[[command]]
name = "X"
clause = "3.1"
title = "Set it"
forms = ["set"]

[[command]]
name = "Y_CUR"
clause = "3.2"
title = "Set it for now"
forms = ["set"]
"""

VARIANTS = """
[[requirement]]
id = "*/set/01"
variants = ["X", "Y_CUR"]
level = "optional"
place = "row Response"
statement = "AT+{command} is answered OK; AT+{command}."
needs = ["power"]
response = true
"""

ONE = """
[[requirement]]
id = "3.1/X/set/02"
level = "mandatory"
place = "note"
statement = "AT+X changes nothing."
"""


@pytest.fixture
def edition(tmp_path):
    """Loads an edition of these texts, a file each."""

    def load(*texts):
        folder = tmp_path / "v0"
        folder.mkdir()
        for number, text in enumerate((EDITION, *texts)):
            (folder / f"{number}.toml").write_text(text, encoding="utf-8", newline="\n")
        return load_edition("v0", tmp_path)

    return load


def refused(edition, *texts):
    """The message with which the last of the texts is refused, which it names."""
    with pytest.raises(EditionError) as caught:
        edition(*texts)
    assert f"{len(texts)}.toml" in str(caught.value)
    return str(caught.value)


# Variants


def test_an_entry_with_variants_becomes_one_requirement_for_each_command(edition):
    requirements = edition(VARIANTS, ONE).requirements

    assert list(requirements) == ["3.1/X/set/01", "3.1/X/set/02", "3.2/Y_CUR/set/01"]
    assert [row.command for row in requirements.values()] == ["X", "X", "Y_CUR"]
    assert [row.clause for row in requirements.values()] == ["3.1", "3.1", "3.2"]


def test_everything_stands_in_the_order_of_the_document(edition):
    late = '[[clause]]\nnumber = "3.10"\ntitle = "late"\nempty_because = "none"\n'
    early = '[[clause]]\nnumber = "3.9"\ntitle = "early"\nempty_because = "none"\n'

    assert list(edition(VARIANTS, late, early).clauses)[-2:] == ["3.9", "3.10"]


def test_variants_may_stand_under_another_clause_than_their_own(edition):
    appendix = '[[clause]]\nnumber = "6"\ntitle = "Appendix"\n'
    requirements = edition(appendix, VARIANTS, VARIANTS.replace('"*/', '"6/*/')).requirements

    assert list(requirements)[2:] == ["6/X/set/01", "6/Y_CUR/set/01"]
    assert [row.clause for row in list(requirements.values())[2:]] == ["6", "6"]


def test_a_variant_names_its_command_wherever_the_statement_does(edition):
    requirements = edition(VARIANTS).requirements

    assert [row.statement for row in requirements.values()] == [
        "AT+X is answered OK; AT+X.",
        "AT+Y_CUR is answered OK; AT+Y_CUR.",
    ]


def test_variants_share_everything_else(edition):
    for row in edition(VARIANTS).requirements.values():
        assert (row.level, row.place, row.needs) == (Level.OPTIONAL, "row Response", ("power",))
        assert (row.ruling, row.untested_because, row.vantage) == ("", "", ("uart",))


def test_an_entry_without_variants_stays_as_it_is(edition):
    row = edition(VARIANTS, ONE).requirements["3.1/X/set/02"]

    assert (row.statement, row.place) == ("AT+X changes nothing.", "note")


def test_a_command_may_stand_in_another_file_than_its_variants(edition):
    command = '[[command]]\nname = "Z"\nclause = "3.2"\ntitle = "z"\nforms = ["set"]\n'

    assert "3.2/Z/set/01" in edition(VARIANTS.replace('"X"', '"Z"'), ONE, command).requirements


REFUSED = {
    "a command that is not there": (
        VARIANTS.replace('"X"', '"X", "Z", "Q"'), ["*/set/01", "no command Z, Q"]),
    "the same command twice": (
        VARIANTS.replace('"Y_CUR"', '"X"'), ["3.1/X/set/01 is defined twice"]),
    "a variant and a row of its own": (
        VARIANTS + ONE.replace("02", "01"), ["3.1/X/set/01 is defined twice"]),
    "an id that is not for variants": (
        VARIANTS.replace("*/set/01", "3.1/X/set/01"), ["3.1/X/set/01", "begins with"]),
    "an id of a clause that does not exist": (
        VARIANTS.replace("*/set/01", "9/*/set/01"), ["9/X/set/01", "no clause 9"]),
    "an id that names a command": (
        VARIANTS.replace("*/set/01", "*/X/set/01"), ["3.1/X/X/set/01", "section/command/form/NN"]),
    "an id without a number": (VARIANTS.replace("*/set/01", "*/set"), ["3.1/X/set"]),
    "an id of a form that does not exist": (
        VARIANTS.replace("*/set/01", "*/do/01"), ["3.1/X/do/01", "'do'"]),
    "no id": (VARIANTS.replace('id = "*/set/01"', ""), ["id"]),
    "no statement": (
        VARIANTS.replace("statement", "#"), ["*/set/01", "statement"]),
    "no level": (VARIANTS.replace("level", "#"), ["3.1/X/set/01", "level"]),
    "variants that are a number": (
        VARIANTS.replace('["X", "Y_CUR"]', "5"), ["*/set/01"]),
    "variants that are a text": (
        VARIANTS.replace('["X", "Y_CUR"]', '"Y_CUR"'), ["*/set/01"]),
    "variants that are numbers": (VARIANTS.replace('"Y_CUR"', "5"), ["*/set/01"]),
    "a star without variants": (
        VARIANTS.replace('variants = ["X", "Y_CUR"]', ""), ["*/set/01", "section/command/form"]),
    "an unknown key": (VARIANTS + 'colour = "red"\n', ["3.1/X/set/01", "colour"]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "named"), REFUSED.values(), ids=REFUSED.keys())
def test_an_unsound_entry_with_variants_is_refused_with_its_file_and_its_name(edition, text, named):
    message = refused(edition, text)

    for word in named:
        assert word in message


def test_a_dangling_ruling_of_a_variant_is_refused_with_its_file(edition):
    message = refused(edition, ONE, VARIANTS + 'ruling = "R-77"\n')

    assert "3.1/X/set/01: no ruling R-77" in message


def test_variants_of_a_command_without_a_clause_are_refused(edition):
    command = '[[command]]\nname = "Z"\nclause = "9.9"\ntitle = "z"\nforms = ["set"]\n'

    assert "no clause 9.9" in refused(
        edition, VARIANTS, VARIANTS.replace('"X", "Y_CUR"', '"Z"') + command
    )


def test_variants_of_no_command_are_refused(edition):
    empty = VARIANTS.replace('["X", "Y_CUR"]', "[]").replace("01", "03")

    assert "*/set/03" in refused(edition, VARIANTS + empty)


def test_a_statement_of_variants_that_is_a_number_is_refused(edition):
    refused(edition, VARIANTS.replace('"AT+{command} is answered OK; AT+{command}."', "5"))


@pytest.mark.parametrize(
    "text",
    [VARIANTS.replace("{command}", "{comand}"), VARIANTS + ONE.replace("AT+X", "AT+{command}")],
    ids=["another name", "no variants"],
)
def test_no_statement_keeps_a_name_in_braces(edition, text):
    assert "{" in refused(edition, text)


# Parameters

PARAMETER = 'parameters = [{ name = "n", kind = "integer", FIELDS }]\nexample = [EXAMPLE]\n'


def with_parameter(fields, example="1"):
    """The edition's first command with this parameter."""
    text = PARAMETER.replace("FIELDS", fields).replace("EXAMPLE", example)
    return '[[command]]\nname = "Z"\nclause = "3.1"\ntitle = "z"\nforms = ["set"]\n' + text


@pytest.mark.parametrize(
    ("fields", "bounds"),
    [
        ("values = [2, 0, 1]", (0, 2)),
        ("minimum = 0, maximum = 82", (0, 82)),
        ("minimum = -3", (-3,)),
        ("maximum = 9", (9,)),
        ("values = []", ()),
        ("optional = false", ()),
    ],
)
def test_a_parameter_has_a_list_of_values_or_a_range_or_neither(edition, fields, bounds):
    parameter = edition(VARIANTS, with_parameter(fields)).commands["Z"].parameters[0]

    assert parameter.bounds == bounds


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ("values = [0, 1], minimum = 0", ["n: either values or a range"]),
        ("values = [0, 1], maximum = 0", ["n: either values or a range"]),
        ("minimum = true", ["minimum", "int wanted", "True"]),
        ('maximum = "9"', ["maximum", "int wanted", "'9'"]),
        ("maximum = 9.0", ["maximum", "int wanted", "9.0"]),
    ],
)
def test_an_unsound_range_is_refused_with_its_command(edition, fields, named):
    message = refused(edition, VARIANTS, with_parameter(fields))

    for word in ("Z", *named):
        assert word in message


def test_a_range_whose_ends_are_exchanged_is_refused(edition):
    refused(edition, VARIANTS, with_parameter("minimum = 82, maximum = 0"))


@pytest.mark.parametrize("values", ['["0", "1"]', "[0, 1.5]", "[true]", "[[0]]"])
def test_documented_values_that_are_no_integers_are_refused(edition, values):
    refused(edition, VARIANTS, with_parameter(f"values = {values}"))


# Lengths, defaults, units and groups


def string(fields):
    return with_parameter(f'kind = "string", {fields}', '"abcdefgh"').replace(
        'kind = "integer", ', ""
    )


def test_a_string_has_the_lengths_that_the_document_gives(edition):
    (parameter,) = (
        edition(VARIANTS, string("minlength = 8, maxlength = 64")).commands["Z"].parameters
    )

    assert (parameter.minlength, parameter.maxlength) == (8, 64)


@pytest.mark.parametrize("lengths", ["minlength = 9, maxlength = 8", "minlength = -1"])
def test_unsound_lengths_are_refused(edition, lengths):
    assert "the least length" in refused(edition, VARIANTS, string(lengths))


def test_an_example_of_another_length_is_refused(edition):
    refused(edition, VARIANTS, string("minlength = 9"))


def test_a_number_has_no_length(edition):
    assert "only a string" in refused(edition, VARIANTS, with_parameter("maxlength = 3"))


def test_a_string_has_no_unit(edition):
    assert "only a number" in refused(edition, VARIANTS, string('unit = "ms"'))


@pytest.mark.parametrize(
    ("fields", "default"), [("values = [0, 1], default = 0", 0), ('unit = "ms"', None)]
)
def test_a_parameter_keeps_its_default(edition, fields, default):
    (parameter,) = edition(VARIANTS, with_parameter(fields)).commands["Z"].parameters

    assert parameter.default == default


def test_a_default_of_a_string_is_a_string(edition):
    (parameter,) = edition(VARIANTS, string('default = "x"')).commands["Z"].parameters

    assert parameter.default == "x"


@pytest.mark.parametrize(
    "fields", ["values = [0, 1], default = 2", 'default = "x"', "default = true", "default = 1.5"]
)
def test_a_default_that_is_not_documented_is_refused(edition, fields):
    assert "default" in refused(edition, VARIANTS, with_parameter(fields))


def test_an_optional_parameter_may_belong_to_a_group(edition):
    command = edition(VARIANTS, with_parameter('optional = true, group = "g"')).commands["Z"]

    assert command.parameters[0].group == "g"


def test_a_parameter_that_is_wanted_belongs_to_no_group(edition):
    assert "only optional" in refused(edition, VARIANTS, with_parameter('group = "g"'))


# Examples


def test_an_example_has_a_value_for_each_parameter(edition):
    command = edition(VARIANTS, with_parameter("values = [0, 1]")).commands["Z"]

    assert command.example == (1,)


@pytest.mark.parametrize("example", ["1, 0", '1, "x"'])
def test_an_example_with_another_number_of_values_is_refused(edition, example):
    message = refused(edition, VARIANTS, with_parameter("values = [0, 1]", example))

    assert "Z: an example has a value for each parameter" in message


def test_a_command_needs_no_example(edition):
    assert edition(VARIANTS, with_parameter("values = [0]", "")).commands["Z"].example == ()


@pytest.mark.parametrize(
    ("fields", "example"),
    [
        ("values = [0, 1]", "2"),
        ("minimum = 0, maximum = 82", "83"),
        ("minimum = 0", "-1"),
        ("values = [0, 1]", '"1"'),
        ("values = [0, 1]", "true"),
        ("values = [0, 1]", "1.5"),
    ],
)
def test_an_example_that_the_document_does_not_allow_is_refused(edition, fields, example):
    refused(edition, VARIANTS, with_parameter(fields, example))


# The shipped edition


def test_no_statement_of_the_shipped_edition_has_a_name_in_braces():
    assert not [row.id for row in load_edition().requirements.values() if "{" in row.statement]


def test_no_statement_of_the_shipped_edition_was_copied_from_a_sibling_with_its_name():
    for row in load_edition().requirements.values():
        if row.command.startswith("UART"):
            assert set(re.findall(r"AT\+(UART\w*)", row.statement)) <= {row.command}


def test_each_example_of_the_shipped_edition_is_documented():
    for command in load_edition().commands.values():
        for value, parameter in zip(command.example, command.parameters, strict=False):
            assert type(value) is (str if parameter.kind == "string" else int)
            if parameter.kind == "string":
                continue
            assert not parameter.values or value in parameter.values
            for end in parameter.bounds:
                assert min(parameter.bounds) <= value <= max(end, *parameter.bounds)


def test_each_need_of_the_shipped_edition_is_a_capability():
    for row in load_edition().requirements.values():
        assert set(row.needs) <= CAPABILITIES.keys()
