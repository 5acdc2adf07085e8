"""The makers of wrong lines: each line is wrong, in one place, and none is made twice."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.catalogue import load_edition
from conformance.commandline import Verbatim, set_
from conformance.document import Command, Parameter
from suites.malformed import (
    SPECIAL,
    inside_length,
    outside,
    outside_length,
    text,
    with_one,
    wrong_shapes,
)

RANGES = st.tuples(st.integers(0, 5_000_000), st.integers(0, 5_000_000)).map(
    lambda ends: Parameter("x", "integer", minimum=min(ends), maximum=max(ends))
)
LISTS = st.lists(st.integers(0, 300), min_size=1, max_size=6, unique=True).map(
    lambda values: Parameter("x", "integer", values=tuple(values))
)
PARAMETERS = st.one_of(RANGES, LISTS)
SHIPPED = {name: command for name, command in load_edition().commands.items() if command.example}
EACH_COMMAND = pytest.mark.parametrize("command", SHIPPED.values(), ids=SHIPPED.keys())
INTEGER = re.compile(rb"-?\d+")
STRINGS = re.compile(rb'"[^",]*"')


def allows(parameter, value):
    """Whether the document lists `value`, said independently of the makers."""
    if parameter.values:
        return value in parameter.values
    return value in range(parameter.minimum, parameter.maximum + 1)


def command(*values, **more):
    """A command whose parameters are integers from 0 to 1000, with these as its example."""
    parameters = tuple(
        Parameter(f"p{n}", "integer", minimum=0, maximum=1_000) for n in range(len(values))
    )
    fields = {"parameters": parameters, "example": values} | more
    return Command("X", "3.1", "x", ("set",), **fields)


def lines(made):
    return {name: line.text for name, line in made}


# Values outside


@given(PARAMETERS)
def test_no_value_outside_is_inside(parameter):
    assert not [value for value in outside(parameter) if allows(parameter, value)]


@given(PARAMETERS)
def test_no_value_outside_is_made_twice(parameter):
    made = list(outside(parameter))

    assert len(made) == len(set(made))


@given(PARAMETERS)
def test_the_next_value_beyond_either_end_is_made(parameter):
    least, most = parameter.bounds

    assert {least - 1, most + 1} <= set(outside(parameter))


@given(PARAMETERS, st.sampled_from([8, 16, 32, 64]))
def test_for_each_width_that_holds_the_greatest_value_one_is_made_that_is_cut_to_a_documented_one(
    parameter, bits
):
    least, most = parameter.bounds
    if most >> bits or (not parameter.values and most - least >= 1 << bits):
        return  # such a variable could not keep what is documented either
    cut = {value % (1 << bits) for value in outside(parameter) if value >> bits == 1}

    assert any(allows(parameter, value) for value in cut)


@given(RANGES)
def test_a_value_below_zero_and_one_that_no_variable_holds_are_made(parameter):
    made = list(outside(parameter))

    assert max(made) >= 1 << 64
    assert min(made) < 0 or parameter.maximum == 0 or -parameter.maximum >= parameter.minimum


def test_the_values_outside_are_few_enough_for_a_board():
    for command in SHIPPED.values():
        for parameter in command.parameters:
            if parameter.bounds:
                assert 4 <= len(list(outside(parameter))) <= 16


@pytest.mark.parametrize("ends", [{"minimum": 5}, {"maximum": 5}], ids=str)
def test_a_range_with_one_end_has_values_outside_it(ends):
    parameter = Parameter("x", "integer", **ends)
    beyond = 4 if "minimum" in ends else 6

    assert beyond in list(outside(parameter))


def test_a_gap_between_the_documented_values_is_outside():
    assert 3 in list(outside(Parameter("x", "integer", values=(1, 2, 4))))


# One value changed


@given(st.integers(0, 2), st.integers(-(10**20), 10**20))
def test_one_value_is_changed_and_the_others_are_those_of_the_example(index, value):
    values = [10, 20, 30]
    line = with_one(command(*values), index, value)

    assert line == set_("X", *values[:index], value, *values[index + 1 :])


def test_a_value_may_be_written_as_no_value_is():
    assert with_one(command(1, 2), 1, Verbatim(b"2x")).text == b"AT+X=1,2x"


def test_the_example_is_not_changed():
    made = command(1, 2)
    with_one(made, 0, 9)

    assert made.example == (1, 2)


# Wrong shapes


def test_the_wrong_shapes_of_a_command_with_two_parameters():
    assert lines(wrong_shapes(command(7, 0))) == {
        "nothing": b"AT+X=",
        "only-1": b"AT+X=7",
        "one-more": b"AT+X=7,0,0",
        "comma-at-end": b"AT+X=7,0,",
        "comma-at-start": b"AT+X=,7,0",
        "semicolons": b"AT+X=7;0",
        "p0-empty": b"AT+X=,0",
        "p0-letter": b"AT+X=x,0",
        "p0-fraction": b"AT+X=7.5,0",
        "p0-tail": b"AT+X=7a,0",
        "p0-minus": b"AT+X=-,0",
        "p1-empty": b"AT+X=7,",
        "p1-letter": b"AT+X=7,x",
        "p1-fraction": b"AT+X=7,0.5",
        "p1-tail": b"AT+X=7,0a",
        "p1-minus": b"AT+X=7,-",
    }


def test_with_one_parameter_nothing_is_made_twice_and_no_semicolon():
    assert lines(wrong_shapes(command(7))) == {
        "nothing": b"AT+X=",
        "one-more": b"AT+X=7,0",
        "comma-at-end": b"AT+X=7,",
        "comma-at-start": b"AT+X=,7",
        "p0-letter": b"AT+X=x",
        "p0-fraction": b"AT+X=7.5",
        "p0-tail": b"AT+X=7a",
        "p0-minus": b"AT+X=-",
    }


def is_well_formed(command, line):
    """Whether a line has an integer or a quoted string for each parameter and nothing else."""
    head, _, written = line.text.partition(b"=")
    values = written.split(b",")
    kinds = [STRINGS if each.kind == "string" else INTEGER for each in command.parameters]
    return (
        head == b"AT+" + command.name.encode()
        and len(values) == len(kinds)
        and all(kind.fullmatch(value) for kind, value in zip(kinds, values, strict=True))
    )


@EACH_COMMAND
def test_the_example_of_a_shipped_command_has_the_right_shape(command):
    assert is_well_formed(command, set_(command.name, *command.example))


@EACH_COMMAND
def test_no_wrong_shape_of_a_shipped_command_is_right(command):
    made = dict(wrong_shapes(command))

    assert [name for name, line in made.items() if is_well_formed(command, line)] == []
    assert {line.form for line in made.values()} == {"set"}
    assert {line.name for line in made.values()} == {command.name}


@EACH_COMMAND
def test_no_wrong_shape_of_a_shipped_command_is_another_form(command):
    for _, line in wrong_shapes(command):
        assert b"?" not in line.text
        assert line.text.startswith(b"AT+" + command.name.encode() + b"=")


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=6))
def test_wrong_shapes_differ_in_name_and_bytes(values):
    made = list(wrong_shapes(command(*values)))

    assert len({name for name, _ in made}) == len(made)
    assert len({line.text for _, line in made}) == len(made)


def test_a_line_without_its_optional_parameter_is_not_wrong():
    first, second = command(7, 0).parameters
    optional = Parameter(second.name, "integer", minimum=0, maximum=1_000, optional=True)

    made = lines(wrong_shapes(command(7, 0, parameters=(first, optional))))
    assert b"AT+X=7" not in made.values()


def test_the_wrong_shapes_of_a_string_differ_and_keep_its_neighbours():
    parameters = (Parameter("p0", "integer"), Parameter("p1", "string"))
    made = list(wrong_shapes(command(7, "abc", parameters=parameters)))

    assert len({line.text for _, line in made}) == len(made)
    assert dict(made)["semicolons"].text == b'AT+X=7;"abc"'


def test_a_command_without_an_example_is_named():
    with pytest.raises(ValueError, match="X"):
        list(wrong_shapes(command(7, example=())))


# Lengths of strings


STRING = Parameter("s", "string", minlength=8, maxlength=64)


def lengths_of(texts):
    return [len(made.encode()) for made in texts]


def test_strings_of_the_documented_lengths_are_the_ends_and_their_neighbours():
    assert lengths_of(inside_length(STRING)) == [8, 9, 63, 64]


def test_strings_outside_the_documented_lengths_are_next_to_the_ends_and_far_from_them():
    assert lengths_of(outside_length(STRING)) == [7, 1, 0, 65, 128]


def test_a_string_without_a_least_length_cannot_be_too_short():
    parameter = Parameter("s", "string", maxlength=32)

    assert lengths_of(inside_length(parameter)) == [31, 32]
    assert lengths_of(outside_length(parameter)) == [33, 64]


def test_a_string_that_may_be_empty_or_has_one_length_is_not_made_twice():
    assert lengths_of(inside_length(Parameter("s", "string", minlength=0, maxlength=1))) == [0, 1]
    assert lengths_of(outside_length(Parameter("s", "string", minlength=0, maxlength=1))) == [2]


@pytest.mark.parametrize("make", [inside_length, outside_length])
def test_a_string_of_no_documented_length_has_nothing_outside(make):
    with pytest.raises(ValueError, match="gives s no length"):
        list(make(Parameter("s", "string")))


@given(st.integers(0, 200))
def test_a_text_has_its_length_and_its_beginnings_are_its_shorter_ones(length):
    assert len(text(length).encode()) == length
    assert text(200).startswith(text(length))


def test_special_strings_differ_and_need_a_line_end_of_none():
    assert len(set(SPECIAL.values())) == len(SPECIAL)
    assert not [name for name, value in SPECIAL.items() if set(value) & set("\r\n\0")]
