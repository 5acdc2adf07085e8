"""An Exchange and the board: when a restart showed, and what was done instead of a line."""

import dataclasses

import pytest

from conformance.commandline import raw
from conformance.dialogue import Dialogue, Until
from conformance.exchange import Exchange, Outcome, shows_restart
from conformance.verdict import Reason
from tests.library.made_exchange import BOOT, exchange, refusal

NOTHING = raw(b"", end=b"")


def timed(*came, before=()):
    """An exchange whose parts came at the times that stand beside them."""
    dialogue = Dialogue()
    earlier = [event for data, at in before for event in dialogue.feed(data, at)]
    dialogue.begin(b"", Until.START)
    events = [event for data, at in came for event in dialogue.feed(data, at)]
    return Exchange(
        NOTHING,
        tuple(events),
        1_000,
        9_000,
        Outcome.COMPLETE,
        tuple(earlier),
        restart_asked=True,
        did="wait for a restart",
    )


# When a restart showed


def test_a_restart_is_dated_by_the_first_of_its_signs():
    answer = timed(
        (b"\r\n ets Jan  8 2013,rst cause:5, boot mode:(3,7)\r\n", 3_000), (b"ready\r\n", 5_000)
    )

    assert answer.restart_at == 3_000


def test_without_a_banner_ready_is_the_first_sign():
    answer = timed((b"\xfe\x00\xf8", 3_000), (b"\r\n", 4_000), (b"ready\r\n", 5_000))

    assert answer.restart_at == 5_000


NOISE = b"\xf0\x8f\x9c\xd4"


@pytest.mark.parametrize("noise", [NOISE, NOISE * 2000, b"\x00", b"ets\xf8"], ids=lambda n: len(n))
def test_the_noise_of_another_rate_may_run_into_ready(noise):
    answer = timed((noise, 3_000), (b"ready\r\n", 5_000))

    assert answer.restart_at == 5_000


def test_the_noise_may_have_been_given_up():
    dialogue = Dialogue()
    dialogue.begin(b"", Until.SILENCE)
    dialogue.feed(NOISE, 1)
    events = [*dialogue.flush(2), *dialogue.feed(b"ready\r\n", 3)]

    assert [shows_restart(event) for event in events] == [False, True]


@pytest.mark.parametrize("before", [b"all is ", b"(", NOISE + b" is ", NOISE + b"\t"])
def test_text_that_ends_with_ready_is_none(before):
    assert not timed((before + b"ready\r\n", 3_000)).restarted


def test_a_torn_text_that_ends_with_ready_is_none():
    dialogue = Dialogue()
    dialogue.begin(b"", Until.SILENCE)
    events = [*dialogue.feed(b"all is ", 1), *dialogue.flush(2), *dialogue.feed(b"ready\r\n", 3)]

    assert not any(map(shows_restart, events))


def test_a_chip_wakes_with_the_first_line_it_prints_legible_or_not():
    garbage = timed((b"\xfe\x80\x98\r\n", 3_000), (b"ready\r\n", 5_000))
    loader = timed((b"load 0x40100000\r\n", 4_000))

    assert (garbage.woke_at, garbage.restart_at) == (3_000, 5_000)
    assert (loader.woke_at, loader.restart_at) == (4_000, None)


@pytest.mark.parametrize(
    "came", [(), ((b"WIFI GOT IP\r\n", 2),), ((b"\r\n", 2),)], ids=["silence", "urc", "blank"]
)
def test_silence_and_what_comes_unasked_are_no_waking(came):
    assert timed(*came).woke_at is None


@pytest.mark.parametrize(
    "came", [(b"\xfe\x00\r\n", 2), (b"load 0x40100000\r\n", 2), (b"2nd boot version : 1.6\r\n", 2)]
)
def test_what_is_no_sign_of_a_restart_dates_none(came):
    answer = timed(came)

    assert answer.restart_at is None
    assert not answer.restarted


def test_a_restart_between_two_exchanges_is_dated_too():
    answer = timed(
        (b"ready\r\n", 5_000), before=[(b"WIFI DISCONNECT\r\n", 100), (b"ready\r\n", 300)]
    )

    assert answer.restart_at == 300


@pytest.mark.parametrize("came", [b"", b"OK\r\n", b"is ready\r\nOK\r\n", BOOT, b"OK\r\nready\r\n"])
@pytest.mark.parametrize("before", [b"", b"WIFI GOT IP\r\n", b"ready\r\n"])
def test_a_restart_has_a_time_if_and_only_if_it_shows(came, before):
    answer = exchange(came, until=Until.RESTART, before=before)
    shows = answer.restarted or b"ready" in before

    assert (answer.restart_at is not None) is shows


# What was done instead of a line


def test_what_was_done_stands_in_the_trace_where_a_line_would():
    answer = timed((b"ready\r\n", 500_001_000), before=[(b"CONNECT\r\n", 1_000)])

    assert answer.trace(1_000) == [
        "+0.000 < CONNECT\\r\\n  [urc]",
        "+0.000 ! wait for a restart",
        "+0.500 < ready\\r\\n  [ready]",
    ]


def test_a_line_that_was_sent_is_no_deed():
    answer = exchange(b"OK\r\n")

    assert answer.did == ""
    assert answer.trace(1_000)[0] == "+0.000 > AT\\r\\n"
    assert dataclasses.replace(answer, did="reset").trace(1_000)[0] == "+0.000 ! reset"


def test_a_board_that_was_started_and_says_nothing_is_silent():
    answer = dataclasses.replace(timed(), outcome=Outcome.OVERDUE)

    error = refusal(answer.shows_restart)
    assert (error.reason, error.expected) == (Reason.SILENCE, "a restart: boot text or `ready`")
    assert answer.describe() == "no answer within 0.00 s"
