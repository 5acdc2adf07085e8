"""What the Session keeps: the trace for a report, and every byte for the transcript."""

from conformance.commandline import raw
from conformance.listening import MAX_EXCHANGE
from conformance.log import MAX_LOG, MAX_TRACE
from conformance.session import Session
from conformance.testbed import Recorder
from tests.library.scripted_session import (
    AT,
    GMR,
    Notes,
    ScriptedPort,
    session,
)

# The trace


def test_the_trace_is_bounded_and_says_how_much_it_leaves_out():
    at, _ = session([b"+X:1\r\n" * 1_000 + b"OK\r\n"])
    at.send(AT)

    trace = at.trace()

    assert len(trace) == MAX_TRACE + 1
    assert trace[MAX_TRACE // 2] == f"({1 + 1_000 + 1 - MAX_TRACE} more lines)"


def test_a_short_trace_is_whole():
    at, _ = session([(b"AT\r\r\n", 0.25), (b"OK\r\n", 0.5)], [(b"ERROR\r\n", 0.125)])
    at.send(AT)
    at.send(GMR)

    assert at.trace() == [
        "+0.000 > AT\\r\\n",
        "+0.250 < AT\\r\\r\\n  [echo]",
        "+0.500 < OK\\r\\n",
        "+0.500 > AT+GMR\\r\\n",
        "+0.625 < ERROR\\r\\n",
    ]


def test_before_the_first_stimulus_there_is_no_trace():
    at, _ = session()

    assert at.trace() == []
    assert at.last is None


def test_no_line_of_a_trace_is_long_or_unprintable():
    at, _ = session([bytes(range(256)) * 100 + b"\r\nOK\r\n"])
    at.send(raw(b"\x00\xff" * 2_000))

    for line in at.trace():
        assert len(line) < 1_000
        assert line.isascii()
        assert line.isprintable()


def test_only_the_latest_exchanges_are_kept():
    at, _ = session(*([b"OK\r\n"] for _ in range(MAX_LOG + 5)))
    at.repeat(AT, MAX_LOG + 5)

    assert len(at.trace()) == 2 * MAX_LOG


def test_the_end_of_a_long_trace_is_kept_because_the_failure_stands_there():
    at, _ = session([b"+X:1\r\n" * 1_000 + b"OK\r\n"], [b"ERROR\r\n"])
    at.send(GMR)
    at.send(AT)

    assert any("ERROR" in line for line in at.trace())


# Records


def test_every_byte_is_recorded_once_in_order_and_with_its_time():
    at, port = session(
        [(b"\r\n", 0.1), (b"O", 0.2), (b"K\r\n+IPD,4:ab", 0.3)],
        [(b"\r\nERR", 1.0)],
        [b"x" * (MAX_EXCHANGE + 1)],
    )

    at.send(AT)
    port.comes(b"WIFI GOT IP\r\n")
    port.comes(b"part")
    at.send(GMR)
    at.settle()
    at.send(AT)
    port.comes(b"rest\r\n")
    at.settle()

    notes = at.recorder
    assert notes.heard == port.delivered
    assert [data for way, data, _ in notes.traffic if way == ">"] == port.written
    assert [moment for _, _, moment in notes.traffic] == sorted(at for _, _, at in notes.traffic)


def test_every_byte_that_came_stands_in_exactly_one_event():
    at, port = session([(b"\r\nO", 1.0)], [(b"+IPD,9:ab", 0.1), (b"\r\nOK\r\n", 0.2)], [b"OK\r\n"])

    exchanges = [at.send(AT)]
    port.comes(b"K\r\n")
    exchanges += [at.send(AT), at.send(AT)]

    told = b"".join(
        event.raw for exchange in exchanges for event in (*exchange.before, *exchange.events)
    )
    assert told == b"".join(data for data, _ in port.delivered)


def test_without_a_recorder_the_session_works_all_the_same():
    exchange = Session(ScriptedPort([b"OK\r\n"])).send(AT)

    assert exchange.succeeds() is exchange


def test_the_notes_of_these_tests_are_a_recorder():
    assert isinstance(Notes(), Recorder)
