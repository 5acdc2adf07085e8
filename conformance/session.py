"""The Session: what a purpose can do to an IUT, and what its report needs to know of it.

Law of this file: everything is written down. No stimulus is sent twice, but for AT while an IUT
starts (`await_answer`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from conformance import commandline
from conformance.commandline import CommandLine
from conformance.dialogue import State, Until
from conformance.discretion import veiled_flash
from conformance.events import Event
from conformance.exchange import WAITS, Exchange, Outcome
from conformance.flash import FlashLayout
from conformance.inquiry import Inquiry
from conformance.lab import Lab
from conformance.listening import MAX_EVENTS, MAX_EXCHANGE
from conformance.marker import Marker
from conformance.preamble import Preamble
from conformance.standins import StandIns
from conformance.testbed import (
    Controls,
    LineSettings,
    Port,
    Recorder,
    SettingRefused,
    Timing,
    after,
)
from conformance.transcript import flash_detail, layout_detail, readable
from conformance.verdict import Reason

#: How long an IUT that is starting is given before it is asked again, in seconds.
_ASK_AGAIN_S = 0.5
T = TypeVar("T")


class Session(Preamble):
    """The dialogue with one IUT, for one purpose."""

    def __init__(
        self,
        port: Port,
        timing: Timing | None = None,
        recorder: Recorder | None = None,
        controls: Controls | None = None,
        line: LineSettings | None = None,
        *,
        found: Exchange | None = None,
        stand_ins: StandIns | None = None,
        owners: dict[str, object] | None = None,
        markers: Sequence[Marker] | None = None,
        owing: bool = False,
    ) -> None:
        """`found` is the sign of life that the IUT gave when it was found; None: nobody knows.

        `stand_ins` says what a preamble may take, `owners` what the board's owner had saved when
        it was first read. `markers` are what this IUT can be asked to prove that it had its say. If
        there are none, the time for an answer is waited for instead; with None nobody cares, as
        when an IUT is looked for. `owing`: answers to others may still be on their way.
        """
        super().__init__(port, timing, recorder, line, markers, stand_ins, owners, owing=owing)
        #: Where the line was set in this session, or the IUT may have set it; the latest last.
        self.tried: list[LineSettings] = []
        #: Whether the purpose went wrong, so that what the IUT says of itself proves nothing.
        self.suspicious = False
        self._controls = controls or Controls()
        self._found = found
        self._inquiry = Inquiry(self._controls.lab, port.now, lambda: self.recorder)

    # Stimuli

    def send_and_follow(self, line: CommandLine, settings: LineSettings) -> Exchange:
        """Send `line`, set the host's side to `settings` as soon as it has left, and observe there.

        For an answer that may come at the setting that the line sets (ruling R-17).
        """
        self._catch_up()
        exchange = self._stimulate(line, Until.RESULT, follow=lambda: self.configure(settings))
        self._answered = None
        self._note_echo(exchange)
        return exchange

    def send_restart(self, command: str = "RST") -> Exchange:
        """Send AT+RST, or another command that restarts, and observe until the IUT is up again.

        Or until the time for that is over. For who judges that command.
        """
        return self.send(commandline.execute(command), Until.RESTART)

    def probe(self, asked: Exchange | None = None) -> Exchange:
        """Ask for the sign of life, which `responds` judges; `asked`: AT was asked already.

        An IUT whose AT itself is broken is asked what it answered when it was found (`Yardstick`).
        """
        line = self._found.line if self._found else commandline.execute("AT")
        return asked if asked is not None and asked.line == line else self.observe(line)

    def responds(self, exchange: Exchange | None = None) -> None:
        """Require the IUT to answer AT as it did when it was found; `exchange`: it was asked."""
        found = self._found
        exchange = self.probe(exchange).decides()
        if exchange.restarted_unasked:
            raise exchange.objection("no restart unless asked for", reason=Reason.UNASKED_RESTART)
        if found:
            exchange.is_like(found)
        else:
            exchange.succeeds()

    def provoke(self, line: CommandLine) -> Exchange:
        """Send a line that owes no particular answer; observe until the IUT has had its say.

        A silence does not show that: a marker's answer does, or the time for an answer.
        """
        return self.send(line, Until.SILENCE)

    def suspect(self, settings: LineSettings) -> None:
        """The IUT may be at `settings` from now on: for whoever has to look for it."""
        self.tried.append(settings)
        self._is_elsewhere = settings != self._line

    def give(self, data: bytes) -> Exchange:
        """Send the data that the IUT asked for; observe until it says what became of it."""
        return self.send(commandline.raw(data, end=b""), Until.SENT)

    def give_part(self, data: bytes, silence_s: float | None = None) -> Exchange:
        """Send data to which no answer is due; observe until the IUT is silent for `silence_s`.

        Without it, for the time that an answer may take: a marker would be data, too.
        """
        line = commandline.raw(data, end=b"")
        if silence_s is None and self._markers is not None:
            silence_s = self.timing.answer_s
        return self._send(line, Until.SILENCE, silence_s=silence_s, is_data=True)

    def repeat(self, line: CommandLine, times: int) -> tuple[Exchange, ...]:
        """Send `line` so many times, each when the one before is over."""
        return tuple(self.send(line) for _ in range(times))

    def configure(self, settings: LineSettings) -> None:
        """Set the host's side of the line; raises `SettingRefused` if the port cannot."""
        before, self._line = self._line, settings
        self._echoes_first = self._is_elsewhere = False
        self.tried.append(settings)
        self.recorder.acted("configure", str(settings), self._port.now())
        try:
            self._port.configure(settings)
        except SettingRefused as error:
            self.tried.pop()
            self._line = before
            self.recorder.acted("refused", str(error), self._port.now())
            raise

    @property
    def line(self) -> LineSettings | None:
        """How the host's side of the line is set, if anybody told."""
        return self._line

    def close_line(self) -> None:
        """Send an empty line, which ends whatever line the IUT may hold open."""
        self._debt.takes_data = False
        self.provoke(commandline.raw(b""))

    # What a rig can do to the board beside the line; a purpose asks for it in its `needs`

    @property
    def can_reset(self) -> bool:
        """Whether the rig has a reset for the board."""
        return self._controls.reset is not None

    @property
    def can_cycle_power(self) -> bool:
        """Whether the rig can switch the board off and on."""
        return self._controls.power is not None

    def reset_board(self) -> Exchange:
        """Reset the board from outside and observe until it is up, or the time for that is over."""
        reset = _there(self._controls.reset, "reset")
        return self._start("reset", ("reset", reset.pulse))

    def power_cycle(self) -> Exchange:
        """Switch the board off and on and observe until it is up, or the time for that is over.

        What the IUT saved has had its time to be written.
        """
        power = _there(self._controls.power, "power")
        self._let_it_save()
        return self._start("power cycle", ("power-off", power.off), ("power-on", power.on))

    def await_restart(self, within_s: float) -> Exchange:
        """Observe until the IUT has restarted on its own, at most `within_s` seconds."""
        return self._start(f"{WAITS}for a restart", within_s=within_s)

    def pause(self, seconds: float) -> Exchange:
        """Send nothing until the IUT has been silent for `seconds`."""
        return self._start("pause", within_s=seconds, until=Until.SILENCE)

    def await_line(self, pattern: bytes, within_s: float) -> Exchange:
        """Observe until a line has come that `pattern` matches, at most `within_s` seconds.

        For what the IUT tells unasked; what it told since the last exchange counts, too. The
        exchange is complete if the line came. Raises `NonConformity` if the IUT restarted.
        """
        began = now = self._port.now()
        deadline = after(began, within_s)
        self._dialogue.begin(b"", Until.SILENCE)
        events = self._taken_between()
        size, missed = 0, Outcome.OVERDUE
        while not (came := _has_line(events, pattern)):
            if size > MAX_EXCHANGE or len(events) > MAX_EVENTS:
                missed = Outcome.FLOOD
                break
            data, now = self._read(deadline)
            if not data:
                events.extend(self._dialogue.flush(now))
                came = _has_line(events, pattern)
                break
            events.extend(self._dialogue.feed(data, now))
            size += len(data)
        self._dialogue.end()
        self._hear(events)
        exchange = Exchange(
            commandline.raw(b"", end=b""),
            tuple(events),
            began,
            now,
            Outcome.COMPLETE if came else missed,
            did=f"{WAITS}for {readable(pattern)}",
        )
        self._log.append(exchange)
        self._require_no_restart(exchange)
        return exchange

    def await_answer(self, within_s: float) -> Exchange:
        """Ask AT, and again, until it is answered or `within_s` seconds are over.

        For an IUT that starts at another rate than it was spoken to: its `ready` may have come
        while the line was being set, and what it is asked before `ready` is lost.
        """
        give_up = after(self._port.now(), within_s)
        # Only a final result code counts: a chip that is starting prints lines of its own.
        self.await_restart(min(within_s, self.timing.quiet_s))
        asking_s = min(self.timing.answer_s, _ASK_AGAIN_S)
        is_again = False
        while True:
            self._catch_up()
            exchange = self._stimulate(
                commandline.execute("AT"),
                Until.RESULT,
                answer_s=asking_s,
                is_first=True,
                restarts=True,
            )
            if exchange.final is not None or self._port.now() >= give_up:
                self.settle()
                # What was asked while its start showed may have been heard after all.
                self._debt.owing |= is_again
                return exchange
            is_again = True

    def read_flash(self, *areas: str) -> tuple[bytes, ...]:
        """The `user` or `system` parameter area, as asked for; the board restarts afterwards.

        What the IUT saved has had its time to be written. There are passwords in it: what is
        written down tells whether it differs, and no more.
        """
        flash = _there(self._controls.flash, "flash-read")
        self._let_it_save()
        layout = flash.layout()
        self.recorder.acted("flash-layout", layout_detail(layout), self._port.now())
        ranges = [_area(layout, area) for area in areas]
        contents: list[bytes] = []

        def read() -> str:
            contents.extend(flash.read(ranges))
            return flash_detail(ranges, [veiled_flash(content) for content in contents])

        self._start("read the flash", ("flash-read", read))
        return tuple(contents)

    def _let_it_save(self) -> None:
        """Give the IUT the time of an answer to write what it answered OK (ruling R-99).

        Nothing on the line tells when that is done. What it says meanwhile came before what is done
        to it then.
        """
        events: list[Event] = []
        self._dialogue.begin(b"", Until.SILENCE)
        patience = self._patience | {State.QUIET: self.timing.answer_s}
        self._observe(events, self._port.now(), patience)
        self._dialogue.end()
        self._hear(events)
        self._between += events

    def _start(
        self,
        what: str,
        *acts: tuple[str, Callable[[], str | None]],
        within_s: float | None = None,
        until: Until = Until.START,
    ) -> Exchange:
        """Do `acts`, write each down, and observe the start of the IUT that follows."""
        before = self._taken_between() if acts else []
        began = self._port.now()
        for name, act in acts:
            before += self._drain()
            detail = act()
            self.recorder.acted(name, detail or "", self._port.now())
        self._dialogue.begin(b"", until)
        patience = self._patience | ({} if within_s is None else {until.value: within_s})
        events: list[Event] = []
        outcome, ended_at = self._observe(events, self._port.now(), patience)
        self._dialogue.end()
        self._hear((*before, *events))
        if acts or outcome is not Outcome.COMPLETE or until is Until.SILENCE:
            self._answered = self._unechoed = None  # a result too many had its chance
        self._debt.hear(events)
        self._echoes_first = False
        self._has_begun |= bool(acts)
        exchange = Exchange(
            commandline.raw(b"", end=b""),
            tuple(events),
            began,
            ended_at,
            outcome,
            tuple(before),
            restart_asked=until is Until.START,
            did=what,
        )
        self._log.append(exchange)
        return exchange

    @property
    def lab(self) -> Lab:
        """The lab, whose answers are written down; a purpose asks for it in its `needs`."""
        return self._inquiry.lab

    @property
    def has_asked_lab(self) -> bool:
        """Whether the lab was asked anything, and so may have kept a capture."""
        return self._inquiry.has_asked

    @property
    def captures(self) -> Sequence[str]:
        """Paths of the capture files, relative to the report's folder."""
        return self._inquiry.captures

    # What the report needs

    @property
    def exchanges(self) -> Sequence[Exchange]:
        """The exchanges so far; of many, the latest."""
        return tuple(self._log)

    @property
    def last(self) -> Exchange | None:
        """The latest exchange."""
        return self._log.last

    def trace(self) -> list[str]:
        """The exchanges so far, one line an event, times from the first stimulus."""
        return self._log.trace(self._inquiry.lines())

    def seen(self) -> list[str]:
        """What the captures so far show, one line a frame, times as in the trace."""
        return self._inquiry.seen(self._log.origin)


def _has_line(events: Iterable[Event], pattern: bytes) -> bool:
    return any(re.fullmatch(pattern, event.text) for event in events)


def _there(control: T | None, capability: str) -> T:
    """The control; a purpose that uses one without the capability in its `needs` is broken."""
    if control is None:
        raise LookupError(f"the rig does not offer {capability}, which the purpose did not ask for")
    return control


def _area(layout: FlashLayout, name: str) -> range:
    return {"user": layout.user_area, "system": layout.system_area}[name]
