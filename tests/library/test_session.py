"""The Session over a scripted port whose clock is virtual: no test here waits for anything."""

import heapq
from itertools import count

import pytest

from conformance.commandline import execute, raw, set_
from conformance.dialogue import Until
from conformance.events import Blank, Busy, FinalResult, Ready, Unclassified, Urc
from conformance.exchange import Outcome
from conformance.grammar import OK
from conformance.session import MAX_EXCHANGE, MAX_LOG, MAX_TRACE, Session
from conformance.testbed import LineSettings, PortError, Recorder, Timing, after
from conformance.verdict import Inconclusive, NonConformity, Reason

AT, RST, GMR = execute("AT"), execute("RST"), execute("GMR")
TIMING = Timing(answer_s=3.0, restart_s=10.0, after_busy_s=1.0, quiet_s=0.3)
CAP_S = 14.0
BOOT = b"\r\n ets Jan  8 2013,rst cause:4, boot mode:(3,7)\r\n\r\nwdt reset\r\n\r\nready\r\n"


def seconds(value):
    return after(0, value)


class ScriptedPort:
    """A Port whose time passes only where somebody waits; answers begin when a line is written."""

    def __init__(self, *answers):
        self.time = 1_000
        self.written, self.delivered, self.settings = [], [], []
        self._answers = list(answers)
        self._queue, self._order = [], count()

    def comes(self, data, delay_s=0.0):
        """`data` will be there `delay_s` from now."""
        heapq.heappush(self._queue, (self.time + seconds(delay_s), next(self._order), data))

    def now(self):
        return self.time

    def write(self, data):
        self.written.append(data)
        for item in self._answers.pop(0) if self._answers else ():
            data, delay_s = item if isinstance(item, tuple) else (item, 0.0)
            self.comes(data, delay_s)
        return self.time

    def read(self, deadline):
        if self._queue and self._queue[0][0] <= max(deadline, self.time):
            moment, _, data = heapq.heappop(self._queue)
            self.time = max(self.time, moment)
            self.delivered.append((data, self.time))
            return data, self.time
        self.time = max(self.time, deadline)
        return b"", self.time

    def configure(self, settings):
        self.settings.append(settings)


class Babbler(ScriptedPort):
    """A port on which there is always more to read."""

    def __init__(self, chunk=b"x" * 65_536, every_s=0.001):
        super().__init__()
        self.chunk, self.every = chunk, seconds(every_s)

    def read(self, deadline):
        self.time += self.every
        self.delivered.append((self.chunk, self.time))
        return self.chunk, self.time


class Dribbler(ScriptedPort):
    """A port that delivers a little at steady intervals, for ever."""

    def __init__(self, chunk=b"z", every_s=0.2):
        super().__init__()
        self.chunk, self.every = chunk, seconds(every_s)
        self._next = self.time + self.every

    def read(self, deadline):
        if self._next > max(deadline, self.time):
            self.time = max(self.time, deadline)
            return b"", self.time
        self.time, self._next = max(self.time, self._next), self._next + self.every
        return self.chunk, self.time


class BrokenPort(ScriptedPort):
    def read(self, deadline):
        raise PortError("the adapter was pulled out")


class Notes:
    """A Recorder that remembers."""

    def __init__(self):
        self.traffic, self.actions = [], []

    def sent(self, data, at):
        self.traffic.append((">", data, at))

    def received(self, data, at):
        self.traffic.append(("<", data, at))

    def acted(self, action, detail, at):
        self.actions.append((action, detail, at))

    @property
    def heard(self):
        return [(data, at) for direction, data, at in self.traffic if direction == "<"]


def session(*answers, port=None):
    port = port or ScriptedPort(*answers)
    return Session(port, TIMING, Notes()), port


def took(exchange):
    return (exchange.ended_at - exchange.sent_at) / seconds(1)


def kinds(events):
    return [type(event) for event in events]


# How an exchange ends


def test_an_exchange_is_complete_when_its_final_result_has_come():
    at, port = session([(b"AT\r\r\n", 0.1), (b"\r\nO", 0.2), (b"K\r\n", 2.5), (b"late", 2.6)])

    exchange = at.send(AT)

    assert exchange.outcome is Outcome.COMPLETE
    assert (exchange.final, exchange.echo, exchange.before) == (OK, b"AT", ())
    assert took(exchange) == 2.5
    assert at.last is exchange
    assert port.written == [b"AT\r\n"]


def test_an_event_has_the_time_at_which_its_last_byte_came():
    at, _ = session([(b"\r\nO", 0.2), (b"K\r\n", 2.5)])

    exchange = at.send(AT)

    assert [event.at - exchange.sent_at for event in exchange.events] == [
        seconds(0.2),
        seconds(2.5),
    ]


def test_silence_is_overdue_after_the_time_for_an_answer_and_the_line_is_sent_once():
    at, port = session([])

    exchange = at.send(AT)

    assert (exchange.outcome, exchange.final, exchange.silent) == (Outcome.OVERDUE, None, True)
    assert took(exchange) == TIMING.answer_s
    assert port.written == [b"AT\r\n"]


def test_lines_without_a_final_result_do_not_lengthen_the_time_for_an_answer():
    at, _ = session([(b"+X:%d\r\n" % n, n * 0.5) for n in range(1, 20)])

    exchange = at.send(AT)

    assert exchange.outcome is Outcome.OVERDUE
    assert took(exchange) == TIMING.answer_s
    assert len(exchange.information) == 6


def test_a_partial_line_at_the_deadline_is_kept_and_its_rest_is_no_answer_to_the_next_line():
    at, port = session([(b"\r\nO", 1.0)], [(b"AT\r\r\n\r\nOK\r\n", 0.5)])

    overdue = at.send(AT)
    port.comes(b"K\r\n", 0.1)
    following = at.send(AT)

    assert overdue.outcome is Outcome.OVERDUE
    assert kinds(overdue.events) == [Blank, Unclassified]
    assert overdue.raw == b"\r\nO"
    assert overdue.final is None
    assert [event.raw for event in following.events if type(event) is Unclassified] == [b"K\r\n"]
    assert (following.final, took(following)) == (OK, 0.5)


def test_an_answer_after_the_deadline_stands_before_the_next_exchange_and_does_not_answer_it():
    at, port = session([(b"\r\nERROR\r\n", 3.1)], [(b"\r\nOK\r\n", 0.2)])

    overdue = at.send(AT)
    port.time += seconds(0.5)
    following = at.send(AT)

    assert overdue.silent
    assert [event.text for event in following.before if type(event) is FinalResult] == [b"ERROR"]
    assert (following.final, following.raw) == (OK, b"\r\nOK\r\n")


def test_what_came_unasked_stands_before_the_next_exchange():
    at, port = session([b"\r\nOK\r\n"], [b"\r\nOK\r\n"])
    at.send(AT)

    port.comes(b"WIFI DISCONNECT\r\n+X:1\r\n")
    exchange = at.send(AT)

    assert kinds(exchange.before) == [Urc, Unclassified]
    assert exchange.information == ()
    assert at.send(AT).before == ()


def test_a_flood_ends_the_exchange_and_keeps_little_more_than_its_bound():
    chunk = b"+X:" + b"x" * 65_531 + b"\r\n"
    at, _ = session([chunk] * 40)

    exchange = at.send(AT)

    assert exchange.outcome is Outcome.FLOOD
    assert MAX_EXCHANGE - len(chunk) < len(exchange.raw) <= MAX_EXCHANGE + len(chunk)


def test_an_answer_of_exactly_the_bound_is_no_flood():
    end = b"\r\nOK\r\n"
    at, _ = session([b"x" * (MAX_EXCHANGE - len(end)), end])

    exchange = at.send(AT)

    assert (exchange.outcome, exchange.final) == (Outcome.COMPLETE, OK)
    assert len(exchange.raw) == MAX_EXCHANGE


def test_after_a_flood_the_next_exchange_is_judged_by_its_own_bytes():
    at, _ = session([b"x" * MAX_EXCHANGE, b"y\r\n"], [b"\r\nOK\r\n"])
    assert at.send(AT).outcome is Outcome.FLOOD

    assert at.send(AT).succeeds().raw == b"\r\nOK\r\n"


def test_a_broken_port_is_no_silence():
    at, _ = session(port=BrokenPort())

    with pytest.raises(PortError, match="pulled out"):
        at.send(AT)


# Until silence


def test_a_provocation_is_complete_when_the_iut_falls_silent():
    at, _ = session([])

    exchange = at.provoke(raw(b"nonsense"))

    assert (exchange.outcome, exchange.events) == (Outcome.COMPLETE, ())
    assert took(exchange) == pytest.approx(TIMING.quiet_s)


def test_each_chunk_makes_the_wait_for_silence_begin_anew():
    at, _ = session([(b"\r\nERROR\r\n", 0.25), (b"more\r\n", 0.5), (b"and more\r\n", 0.75)])

    exchange = at.provoke(raw(b"nonsense"))

    assert exchange.outcome is Outcome.COMPLETE
    assert exchange.information == (b"more", b"and more")
    assert took(exchange) == pytest.approx(0.75 + TIMING.quiet_s)


def test_an_unfinished_line_before_the_silence_is_kept():
    at, _ = session([(b"hal", 0.1)])

    exchange = at.provoke(raw(b"nonsense"))

    assert (kinds(exchange.events), exchange.raw) == ([Unclassified], b"hal")
    assert exchange.outcome is Outcome.COMPLETE


def test_an_iut_that_never_falls_silent_is_given_up_at_the_cap():
    at, _ = session(port=Dribbler(b"z", every_s=0.2))

    exchange = at.provoke(raw(b"nonsense"))

    assert exchange.outcome is Outcome.OVERDUE
    assert took(exchange) == pytest.approx(CAP_S)
    assert exchange.raw == b"z" * 70


# Busy


def test_busy_and_then_nothing_is_given_up_soon():
    at, _ = session([(b"\r\nbusy p...\r\n", 0.5)])

    exchange = at.send(AT)

    assert exchange.outcome is Outcome.OVERDUE
    assert exchange.final is None
    assert Busy in kinds(exchange.events)
    assert took(exchange) == pytest.approx(0.5 + TIMING.after_busy_s)


@pytest.mark.parametrize("code", [b"OK", b"ERROR", b"FAIL"])
def test_busy_and_then_a_result_is_complete(code):
    at, _ = session([(b"\r\nbusy p...\r\n", 2.9), (b"\r\n" + code + b"\r\n", 3.8)])

    exchange = at.send(AT)

    assert (exchange.outcome, exchange.final) == (Outcome.COMPLETE, code)
    assert took(exchange) == pytest.approx(3.8)


# Restarts


def test_a_restart_that_was_asked_for_is_over_when_the_iut_is_ready():
    at, _ = session([(b"AT+RST\r\r\n\r\nOK\r\n", 0.1), (BOOT, 5.0)])

    exchange = at.restart()

    assert exchange.outcome is Outcome.COMPLETE
    assert (exchange.final, exchange.restarted) == (OK, True)
    assert not exchange.restarted_unasked
    assert took(exchange) == 5.0


def test_a_restart_that_does_not_come_is_overdue_after_its_own_time():
    at, _ = session([(b"\r\nOK\r\n", 1.0)])

    exchange = at.restart()

    assert (exchange.outcome, exchange.restarted) == (Outcome.OVERDUE, False)
    assert took(exchange) == 1.0 + TIMING.restart_s


def test_a_refused_restart_is_complete_after_a_short_silence():
    at, _ = session([(b"\r\nERROR\r\n", 0.1)])

    exchange = at.restart()

    assert (exchange.outcome, exchange.final) == (Outcome.COMPLETE, b"ERROR")
    assert took(exchange) == pytest.approx(0.1 + TIMING.quiet_s)


def test_a_refused_restart_that_comes_all_the_same_is_seen():
    at, _ = session([(b"\r\nERROR\r\n", 0.1), (BOOT, 0.3)])

    exchange = at.restart()

    assert (exchange.final, exchange.restarted) == (b"ERROR", True)


def test_a_restart_that_nobody_asked_for_is_a_nonconformity():
    at, _ = session([(BOOT, 0.5)])

    with pytest.raises(NonConformity) as caught:
        at.send(AT)

    assert caught.value.reason is Reason.UNASKED_RESTART
    assert at.last.restarted_unasked
    assert took(at.last) == pytest.approx(0.5 + TIMING.quiet_s)


def test_a_late_answer_after_an_unasked_restart_is_kept():
    at, _ = session([(BOOT, 0.5), (b"\r\nOK\r\n", 0.7)])

    assert at.observe(AT).final == OK


def test_a_restart_between_two_exchanges_is_a_nonconformity_of_the_next():
    at, port = session([b"\r\nOK\r\n"], [b"\r\nOK\r\n"], [b"\r\nOK\r\n"])
    at.send(AT)
    port.comes(BOOT)

    with pytest.raises(NonConformity) as caught:
        at.send(AT)

    assert caught.value.reason is Reason.UNASKED_RESTART
    assert Ready in kinds(at.last.before)
    assert at.send(AT).before == ()


def test_whoever_only_observes_is_not_told_of_an_unasked_restart_by_an_exception():
    at, _ = session([BOOT])

    assert at.observe(AT).restarted_unasked


def test_a_restart_is_also_seen_by_a_provocation():
    at, _ = session([BOOT])

    with pytest.raises(NonConformity) as caught:
        at.provoke(raw(b"nonsense"))

    assert caught.value.reason is Reason.UNASKED_RESTART


# Data


def test_a_prompt_and_the_data_behind_it_are_two_exchanges():
    at, port = session(
        [(b"AT+CIPSEND=2\r\r\n\r\nOK\r\n", 0.1), (b"> ", 0.2)],
        [(b"\r\nRecv 2 bytes\r\n", 0.1), (b"\r\nSEND OK\r\n", 0.4)],
    )

    asked = at.send(set_("CIPSEND", 2), Until.PROMPT)
    sent = at.send(raw(b"hi", end=b""), Until.SENT)

    assert (asked.outcome, asked.final, took(asked)) == (Outcome.COMPLETE, OK, 0.2)
    assert (sent.outcome, sent.final, took(sent)) == (Outcome.COMPLETE, b"SEND OK", 0.4)
    assert port.written == [b"AT+CIPSEND=2\r\n", b"hi"]


def test_a_prompt_that_does_not_come_is_overdue():
    at, _ = session([(b"\r\nOK\r\n", 0.1)])

    exchange = at.send(set_("CIPSEND", 2), Until.PROMPT)

    assert (exchange.outcome, exchange.final) == (Outcome.OVERDUE, OK)


# Preamble and postamble


def test_a_preamble_that_is_answered_ok_says_nothing():
    at, port = session([b"\r\nOK\r\n"], [b"\r\nOK\r\n"])

    at.prepare(set_("ATE", 0), AT)

    assert port.written == [b"ATE0\r\n", b"AT\r\n"]


@pytest.mark.parametrize("answer", [b"\r\nERROR\r\n", b"", b"\r\nbusy p...\r\n", b"\xff\r\n"])
def test_a_preamble_that_is_not_answered_ok_is_inconclusive_and_goes_no_further(answer):
    at, port = session([answer] if answer else [], [b"\r\nOK\r\n"])

    with pytest.raises(Inconclusive, match="ATE0") as caught:
        at.prepare(set_("ATE", 0), AT)

    assert caught.value.reason is Reason.PREAMBLE_REFUSED
    assert port.written == [b"ATE0\r\n"]


def test_a_line_is_repeated_as_often_as_asked_each_when_the_one_before_is_over():
    at, _ = session(*([(b"\r\nOK\r\n", 1.0)] for _ in range(3)))

    exchanges = at.repeat(AT, 3)

    assert [exchange.final for exchange in exchanges] == [OK] * 3
    assert [exchange.sent_at for exchange in exchanges[1:]] == [
        exchange.ended_at for exchange in exchanges[:-1]
    ]


def test_what_was_done_last_is_undone_first_and_once():
    at, _ = session()
    undone = []
    for name in ("first", "second", "third"):
        at.afterwards(lambda name=name: undone.append(name))

    at.undo()
    at.undo()

    assert undone == ["third", "second", "first"]


def test_an_undo_that_fails_leaves_the_others_to_the_next_call():
    at, _ = session()
    undone = []

    def fail():
        raise Inconclusive("refused")

    at.afterwards(lambda: undone.append("first"))
    at.afterwards(fail)

    with pytest.raises(Inconclusive):
        at.undo()
    at.undo()

    assert undone == ["first"]


def test_an_undo_may_ask_for_another():
    at, _ = session()
    undone = []
    at.afterwards(lambda: at.afterwards(lambda: undone.append("inner")))

    at.undo()

    assert undone == ["inner"]


def test_closing_the_line_sends_a_line_end_and_waits_for_silence():
    at, port = session([(b"\r\nERROR\r\n", 0.1)])

    at.close_line()

    assert port.written == [b"\r\n"]
    assert at.last.final == b"ERROR"


def test_the_line_is_configured_and_that_is_recorded():
    at, port = session()
    settings = LineSettings(baudrate=9600, stopbits=2)

    at.configure(settings)

    assert port.settings == [settings]
    assert at.recorder.actions == [("configure", "9600 8N2", port.time)]


# Settling


def test_settling_gives_what_came_until_the_iut_is_silent():
    at, port = session()
    port.comes(b"WIFI GOT IP\r\n", 0.2)
    port.comes(b"hal", 0.4)
    port.comes(b"too late", 0.8)
    begun = port.time

    events = at.settle()

    assert [(type(event), event.raw) for event in events] == [
        (Urc, b"WIFI GOT IP\r\n"),
        (Unclassified, b"hal"),
    ]
    assert port.time - begun == seconds(0.7)


@pytest.mark.parametrize("port", [Dribbler(b"z\r\n", 0.2), Babbler(b"z\r\n" * 300, 0.01)])
def test_settling_ends_though_the_iut_never_falls_silent_and_keeps_little(port):
    at, _ = session(port=port)
    begun = port.time

    events = at.settle()

    assert 0 < len(events) <= MAX_TRACE
    assert port.time - begun <= seconds(TIMING.answer_s + 0.2)


# Bounds


def test_an_iut_that_babbles_holds_up_nobody():
    at, port = session(port=Babbler())

    exchange = at.send(AT)

    assert exchange.outcome is Outcome.FLOOD
    assert sum(len(data) for data, _ in port.delivered) <= 2 * (MAX_EXCHANGE + len(port.chunk))
    assert sum(len(event.raw) for event in exchange.before) <= MAX_EXCHANGE + len(port.chunk)


def test_draining_asks_only_for_what_is_there():
    at, port = session([b"\r\nOK\r\n"])
    port.comes(b"too early\r\n", 0.001)

    exchange = at.send(AT)

    assert exchange.before == ()
    assert exchange.sent_at == 1_000


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
