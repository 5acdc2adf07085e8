"""The purposes of clause 2 come to the same verdicts whatever the delay of the IUT.

Each runs here, with the session that the harness would give it, against a small device that does as
the document says, and against others, each of which does one thing wrong.
"""

import contextlib
import inspect
from itertools import product

import pytest

from conformance.verdict import NonConformity
from suites.general import (
    test_absent_forms,
    test_capitals,
    test_line_end,
    test_nonsense,
    test_stable,
    test_unknown,
)
from tests.library.late_device import DELAYS, ERROR, OK, VERSION, LateDevice, session_on

MODULES = (
    test_absent_forms,
    test_capitals,
    test_line_end,
    test_nonsense,
    test_stable,
    test_unknown,
)
READY = b"\r\nready\r\n"
SILENT = {b"at": b"", b"AT+gmr": b"", b"hello": b""}
#: What each device does wrong, and which purposes must notice.
WRONG = {
    "nothing": ({}, set()),
    "lf": ({"ends": b"\n"}, {"test_a_line_closed_by_lf_alone_is_not_executed"}),
    "small": (
        {"answers": {b"at": OK, b"AT+gmr": VERSION + OK}},
        {
            "test_a_prefix_in_small_letters_makes_no_command",
            "test_a_name_in_small_letters_makes_no_command",
        },
    ),
    "long": (
        {"answers": {b"AT" + b"X" * 256: OK}},
        {"test_a_part_of_a_line_that_is_too_long_is_not_executed"},
    ),
    # How these are answered is observed (ruling R-05).
    "unknown": ({"answers": {b"ATZ": OK}}, set()),
    "no-result": ({"answers": {b"AT+XYZZY": b"", b"AT+RST=?": b""}}, set()),
    "form": ({"answers": {b"AT+RST?": OK, b"AT+RST=1": OK + READY}}, set()),
    "runs": (
        {"answers": {b"AT+GM": VERSION + OK}},
        {"test_a_command_that_does_not_exist_runs_no_other"},
    ),
    "restarts": (
        {"answers": {b"AT+RST?": READY}},
        {"test_a_form_that_does_not_exist_changes_nothing"},
    ),
    "restarts-yet-refuses": (
        {"answers": {b"AT+RST=1": ERROR + READY}},
        {"test_a_form_that_does_not_exist_changes_nothing"},
    ),
    "prompts": (
        {"answers": {b"AT+CIPSEND?": OK + b"> "}},
        {"test_a_form_that_does_not_exist_changes_nothing"},
    ),
    "twice": (
        {"unasked": {b"AT+GM": OK}, "unasked_s": 0.003},
        {"test_a_command_that_does_not_exist_runs_no_other"},
    ),
}
#: What the device of these purposes does beside what all others do.
MORE = {b"AT+CIPMUX=0": OK}
#: A device that answers nothing where nothing is owed, and one that refuses.
REFUSING = {"refusing": {}, "silent": SILENT}

#: The delays by day: around a silence, close to the end of the patience, and any. The nightly has
#: all of them.
BY_DAY = ("0.35s", "2.85s", "random")


def runs(function):
    """The purpose `function`, with each of its parameter sets."""
    marks = [mark for mark in function.pytestmark if mark.name == "parametrize"]
    axes = []
    for mark in marks:
        names = mark.args[0]
        names = [names] if isinstance(names, str) else list(names)
        if len(names) == 1 and "," in names[0]:
            names = [name.strip() for name in names[0].split(",")]
        sets = [getattr(each, "values", each) for each in mark.args[1]]
        single = len(names) == 1
        axes.append(
            [
                dict(
                    zip(
                        names,
                        (each,) if single and not isinstance(each, tuple) else each,
                        strict=True,
                    )
                )
                for each in sets
            ]
        )
    for combination in product(*axes):
        yield {name: value for part in combination for name, value in part.items()}


#: Those that look into the flash, which this device has not.
FLASH = {
    "test_a_form_that_does_not_exist_saves_nothing",
    "test_whether_it_joins_at_power_on_is_kept",
}
PURPOSES = [
    function
    for module in MODULES
    for name, function in inspect.getmembers(module, inspect.isfunction)
    if name.startswith("test_") and name not in FLASH
]


class Requirements:
    """The fixture `requirement`: here every check is one and the same."""

    def __call__(self, name):
        return contextlib.nullcontext()

    def observes(self, name, value):
        pass


def verdict(function, parameters, device):
    session = session_on(device)
    if "requirement" in inspect.signature(function).parameters:
        parameters = parameters | {"requirement": Requirements()}
    try:
        function(session, **parameters)
        session.conclude()
    except (NonConformity, AssertionError):
        return "fail"
    session.undo()
    return "pass"


@pytest.mark.parametrize(
    "delay",
    [
        pytest.param(delay, id=name, marks=() if name in BY_DAY else pytest.mark.nightly)
        for name, delay in DELAYS.items()
    ],
)
@pytest.mark.parametrize("refusing", REFUSING.values(), ids=REFUSING)
@pytest.mark.parametrize("wrong", WRONG)
def test_a_purpose_notices_what_is_wrong_and_nothing_else(wrong, refusing, delay):
    kind, notice = WRONG[wrong]
    answers = MORE | refusing | kind.get("answers", {})
    for function in PURPOSES:
        found = {
            verdict(function, each, LateDevice(**{**kind, "answers": answers}, delay=delay))
            for each in runs(function)
        }
        assert ("fail" in found) == (function.__name__ in notice), function.__name__
