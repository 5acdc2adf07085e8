"""What a report may show of an Exchange: bounded, printable, and with what ended it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.commandline import raw
from conformance.dialogue import Until
from conformance.exchange import Outcome
from tests.library.made_exchange import exchange, refusal


@pytest.mark.parametrize(
    ("came", "told"),
    [
        (b"", "no answer within 1.00 s"),
        (b"AT\r\r\n\r\n", "no answer within 1.00 s"),
        (b"AT\r\r\n\r\nOK\r\n", "`OK`"),
        (b"+X:1\r\nOK\r\n", "line `+X:1`, `OK`"),
        (b"CONNECT\r\nbusy p...\r\n", "URC `CONNECT`, `busy p...`, then nothing until 1.00 s"),
        (b"\xff\x00\r\n", "unclassified `\\xff\\x00`, then nothing until 1.00 s"),
    ],
)  # fmt: skip
def test_an_answer_is_described_in_one_line(came, told):
    assert exchange(came).describe() == told


def test_a_flood_is_described_by_its_size_and_its_beginning():
    answer = exchange(b"\x00" * 5_000, outcome=Outcome.FLOOD)

    assert answer.describe() == "more than 5000 bytes, beginning `" + "\\x00" * 60 + "`"


def test_of_many_lines_the_first_are_described_and_the_rest_counted():
    told = exchange(b"x\r\n" * 20 + b"OK\r\n").describe()

    assert told.count("line `x`") <= 8
    assert "more" in told


def test_behind_many_lines_the_final_code_is_still_described():
    answer = exchange(b"x\r\n" * 20 + b"ERROR\r\n")

    assert "ERROR" in refusal(answer.succeeds).actual


HOSTILE = st.lists(
    st.one_of(
        st.binary(max_size=200),
        st.sampled_from([b"OK\r\n", b"\x1b[2J\r\n", b"</script>\n", b"+IPD,3:", b"\xff" * 9_000]),
    ),
    max_size=20,
)


@settings(max_examples=150, deadline=None)
@given(HOSTILE, st.sampled_from(list(Until)), st.sampled_from([None, Outcome.FLOOD]))
def test_whatever_the_iut_says_its_description_is_bounded_and_printable(parts, until, outcome):
    answer = exchange(b"\r\n".join(parts), raw(b"\x00\xff" * 400), until, outcome)

    for told in (answer.describe(), *answer.trace(0)):
        assert 0 < len(told) < 4_000
        assert told.isascii()
        assert told.isprintable()


@settings(max_examples=100, deadline=None)
@given(HOSTILE)
def test_whatever_the_iut_says_the_exchange_keeps_it(parts):
    came = b"".join(parts)

    assert exchange(came).raw == came


def test_a_trace_tells_time_direction_and_kind():
    answer = exchange(b"AT\r\r\nx\r\nOK\r\n", before=b"CONNECT\r\n")

    assert answer.trace(0) == [
        "+0.000 < CONNECT\\r\\n  [urc]",
        "+0.000 > AT\\r\\n",
        "+0.000 < AT\\r\\r\\n  [echo]",
        "+0.000 < x\\r\\n",
        "+0.000 < OK\\r\\n",
    ]


def test_an_exchange_cannot_be_changed():
    with pytest.raises(AttributeError):
        exchange(b"OK\r\n").outcome = Outcome.FLOOD
