"""The Session and the line: set, refused, suspected; and how long a slow one is waited for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.commandline import raw
from conformance.exchange import Outcome
from conformance.grammar import OK
from conformance.session import Session
from conformance.testbed import LineSettings, PortError, SettingRefused
from tests.library.scripted_session import (
    AT,
    TIMING,
    PickyPort,
    ScriptedPort,
    session,
    took,
)

SLOW, FAST = LineSettings(baudrate=110), LineSettings(baudrate=4_608_000)
OK_LINE = b"\r\nOK\r\n"
#: Start bit, eight data bits, parity, two stop bits.
LONGEST_BYTE = 12


def on_the_wire_s(size, settings):
    return size * LONGEST_BYTE / settings.baudrate


# Set and refused


def test_the_line_is_configured_and_that_is_recorded():
    at, port = session()
    settings = LineSettings(baudrate=9600, stopbits=2)

    at.configure(settings)

    assert port.settings == [settings]
    assert at.recorder.actions == [("configure", "9600 8N2", port.time)]
    assert at.tried == [settings]


def test_a_refused_setting_is_told_and_recorded_and_was_not_tried():
    at, port = session(port=PickyPort())

    with pytest.raises(SettingRefused, match="no 110 baud"):
        at.configure(SLOW)

    assert at.recorder.actions == [
        ("configure", "110 8N1", port.time),
        ("refused", "no 110 baud here", port.time),
    ]
    assert (at.tried, port.settings) == ([], [])


def test_after_a_refused_setting_the_session_goes_on_as_it_was():
    at, port = session(port=PickyPort([OK_LINE]))

    with pytest.raises(SettingRefused):
        at.configure(SLOW)

    assert at.send(AT).succeeds()
    assert port.written == [b"AT\r\n"]


def test_a_port_that_breaks_while_it_is_set_has_refused_nothing():
    at, port = session()

    def breaks(settings):
        raise PortError("pulled out")

    port.configure = breaks
    with pytest.raises(PortError, match="pulled out"):
        at.configure(SLOW)

    assert [name for name, _, _ in at.recorder.actions] == ["configure"]
    assert at.tried == [SLOW]


@given(
    st.lists(
        st.tuples(st.booleans(), st.sampled_from([110, 300, 9600, 115200]).map(LineSettings)),
        max_size=8,
    )
)
def test_what_was_tried_is_what_the_port_took_and_what_is_suspected_latest_last(steps):
    at, port = session(port=PickyPort())
    expected = []
    for is_suspicion, settings in steps:
        taken = is_suspicion or settings.baudrate in port.rates
        expected += [settings] if taken else []
        if is_suspicion:
            at.suspect(settings)
        elif taken:
            at.configure(settings)
        else:
            with pytest.raises(SettingRefused):
                at.configure(settings)

    assert at.tried == expected


def test_to_suspect_a_setting_changes_nothing_on_the_line():
    at, port = session([])

    at.suspect(SLOW)

    assert (at.tried, port.settings, at.recorder.actions) == ([SLOW], [], [])
    assert took(at.send(AT)) == TIMING.answer_s


def test_a_new_session_has_tried_nothing():
    assert session()[0].tried == []


# How long a slow line is waited for


@pytest.mark.parametrize("rate", [110, 300, 1200, 9600, 115200, 4_608_000])
def test_an_answer_in_time_is_heard_at_every_rate(rate):
    settings = LineSettings(rate, parity="E", stopbits=2)
    line = raw(b"AT+UART_CUR=4608000,8,3,2,0")
    arrives = on_the_wire_s(len(line.encoded) + len(OK_LINE), settings) + 0.9 * TIMING.answer_s
    at, _ = session([(OK_LINE, arrives)])
    at.configure(settings)

    exchange = at.send(line)

    assert (exchange.outcome, exchange.final) == (Outcome.COMPLETE, OK)


@pytest.mark.parametrize("size", [1, 40, 400])
def test_a_slow_line_is_waited_for_as_long_as_the_bytes_on_it_take(size):
    at, _ = session([])
    at.configure(SLOW)

    waited = took(at.send(raw(b"x" * (size - 1), end=b"\n")))

    assert waited >= on_the_wire_s(size, SLOW) + TIMING.answer_s
    assert waited <= on_the_wire_s(size + 64, SLOW) + TIMING.answer_s


def test_a_fast_line_is_waited_for_no_longer_than_the_bench_says():
    at, _ = session([])
    at.configure(FAST)

    assert took(at.send(AT)) == pytest.approx(TIMING.answer_s, abs=0.001)


@pytest.mark.parametrize(("settings", "heard"), [(SLOW, b"ERROR"), (FAST, None)])
def test_silence_begins_when_the_line_has_gone_out(settings, heard):
    line = raw(b"nonsense")
    at, _ = session([(b"\r\nERROR\r\n", on_the_wire_s(len(line.encoded), SLOW) + 0.2)])
    at.configure(settings)

    exchange = at.provoke(line)

    assert (exchange.outcome, exchange.final) == (Outcome.COMPLETE, heard)


def test_silence_after_a_long_line_begins_when_it_has_gone_out_though_nobody_set_the_line():
    line = raw(b"x" * 4096)
    gone_s = on_the_wire_s(len(line.encoded), LineSettings())
    port = ScriptedPort([(b"\r\nERROR\r\n", gone_s + TIMING.quiet_s / 2)])

    exchange = Session(port, TIMING, line=LineSettings()).provoke(line)

    assert gone_s > TIMING.quiet_s
    assert (exchange.outcome, exchange.final) == (Outcome.COMPLETE, b"ERROR")


def test_a_refused_slow_rate_makes_nobody_wait_longer():
    at, _ = session(port=PickyPort([], []))
    at.configure(LineSettings(115200))
    usual = took(at.send(AT))
    with pytest.raises(SettingRefused):
        at.configure(SLOW)

    assert took(at.send(AT)) == usual


def test_a_slow_rate_that_was_left_makes_nobody_wait_longer():
    at, _ = session([], [])
    at.configure(SLOW)
    slowly = took(at.send(AT))
    at.configure(FAST)

    assert took(at.send(AT)) < slowly - 1


@given(st.integers(110, 4_608_000), st.integers(110, 4_608_000), st.integers(0, 300))
def test_the_slower_the_line_the_longer_the_wait(one, other, size):
    waits = []
    for rate in sorted((one, other), reverse=True):
        at, _ = session(port=ScriptedPort([]))
        at.configure(LineSettings(rate))
        waits.append(took(at.send(raw(b"x" * size))))

    assert TIMING.answer_s <= waits[0] <= waits[1]


def test_what_comes_while_the_line_still_goes_out_does_not_shorten_the_wait_for_its_answer():
    line = raw(b"x" * 126)
    at, _ = session([(b"CONNECT\r\n", 0.5), (b"\r\nERROR\r\n", 12.5)])
    at.configure(SLOW)

    assert on_the_wire_s(len(line.encoded), SLOW) > 12.5
    assert at.provoke(line).final == b"ERROR"
