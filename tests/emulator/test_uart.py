"""What a receiver hears at the wrong rate."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rigs.emulator.uart import carry

RATES = st.sampled_from([110, 9600, 57600, 74880, 115200, 921600, 4608000])


@given(st.binary(max_size=200), RATES)
def test_the_right_rate_changes_nothing(data: bytes, rate: int) -> None:
    assert carry(data, rate, rate) == data


@given(st.binary(max_size=200), RATES, RATES)
def test_the_wrong_rate_gives_bounded_deterministic_garbage(
    data: bytes, sent_at: int, heard_at: int
) -> None:
    if sent_at == heard_at:
        return
    heard = carry(data, sent_at, heard_at)
    assert heard == carry(data, sent_at, heard_at)
    assert len(heard) <= 5 * len(data)
    assert all(byte >= 0x80 for byte in heard)


@pytest.mark.parametrize("heard_at", [9600, 74880, 230400])
def test_garbage_is_heard_not_silence(heard_at: int) -> None:
    assert carry(b"AT+GMR\r\n", 115200, heard_at)
