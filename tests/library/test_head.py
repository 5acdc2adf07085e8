"""Heads of lines: which spaces are typography, and which belong to the value."""

from __future__ import annotations

import re

import pytest

from suites.head import head


@pytest.mark.parametrize("line", [b"+CIPMUX:0", b"+ CIPMUX:0", b"+CIPMUX : 0", b"+CIPMUX: 0"])
def test_spaces_around_the_name_are_typography(line):
    assert re.fullmatch(head("CIPMUX") + rb"(.*)", line)[1] == b"0"


@pytest.mark.parametrize(
    ("line", "value"),
    [(b'+CWSAP:"a"', b'"a"'), (b'+CWSAP: "a"', b'"a"'), (b"+CWSAP: a", b" a"), (b"+CWSAP:a", b"a")],
)
def test_a_space_in_front_of_bare_text_is_its_own(line, value):
    assert re.fullmatch(head("CWSAP", bare_text=True) + rb"(.*)", line)[1] == value
