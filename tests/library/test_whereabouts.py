"""Where a UART may be that was told a setting of the line."""

from __future__ import annotations

import pytest

from conformance.testbed import LineSettings
from conformance.whereabouts import cut, is_reachable, rate_in_force, whereabouts


@pytest.mark.parametrize(
    ("told", "is_at"), [(110, 12547), (300, 17691), (600, 35382), (1200, 70796)]
)
def test_a_low_rate_is_cut_to_16_bits_of_its_divisor(told, is_at):
    assert rate_in_force(told) == is_at
    assert cut(LineSettings(told, 7, 2, "E")) == LineSettings(is_at, 7, 2, "E")


@pytest.mark.parametrize("rate", [1300, 9600, 115200, 4_608_000])
def test_a_rate_whose_divisor_has_16_bits_is_as_told(rate):
    assert rate_in_force(rate) == rate


@pytest.mark.parametrize("rate", [0, -1, -4_608_000, 4_290_359_296, 10**20, 10_000_000])
def test_what_has_no_clock_or_is_too_fast_is_out_of_reach(rate):
    assert not is_reachable(rate)


@pytest.mark.parametrize("rate", [1, 109, 110, 4_608_001, 2**32 + 110])
def test_what_a_host_can_be_set_to_is_within_reach(rate):
    assert is_reachable(rate)


def test_what_was_told_comes_first_and_each_once():
    told = LineSettings(110), LineSettings(9600), LineSettings(110)
    assert whereabouts(told) == (LineSettings(110), LineSettings(9600), LineSettings(12547))
