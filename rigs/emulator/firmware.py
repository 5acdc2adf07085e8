"""One run of the firmware, from one boot to the next: its RAM and the order of its work.

Law: whatever is lost by a reset lives in this object and dies with it; whatever outlives a reset
belongs to the board.  Commands reach the machine through the attributes and methods below only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from .command import Answer, Final, Form
from .dispatch import Dispatcher
from .echo import Echo
from .faults import Faults
from .framing import BUSY, FORCED_RESTART, final_code, information
from .grammar import longest_beginning, parse
from .personality import Personality
from .receiver import Receiver
from .settings import Settings, Store
from .timing import Timing

_BAD_LINES_SURVIVED = 8
_CRASH_COUNTS = (3, 10)


class Outside(Protocol):
    """What the chip gives the firmware to run on."""

    def send(self, data: bytes) -> None:
        """Put bytes on the UART."""

    def later(self, delay_ns: int, action: Callable[[], None]) -> None:
        """Run something later, unless a reset comes first."""

    def restart(self, parting: bytes) -> None:
        """Restart by software; `parting` is said once up again (a fault's doing)."""

    def crash(self) -> None:
        """Restart at once, as the watchdog does."""


class Firmware:
    """The running firmware.  `current` is what RAM holds, `store` what is saved (field guide 6)."""

    def __init__(
        self,
        personality: Personality,
        timing: Timing,
        faults: Faults,
        store: Store,
        current: Settings,
        outside: Outside,
        echo_on: bool = True,
    ) -> None:
        self.personality = personality
        self.timing = timing
        self.faults = faults
        self.store = store
        self.current = current
        self.echo = Echo(outside.send, faults, echo_on)
        self._outside = outside
        self._dispatcher = Dispatcher(personality.commands, faults)
        self._receiver = Receiver(self, personality.reader(faults), self.echo, faults)
        self._restarting = False
        self._commands = 0
        self._bad_lines = 0

    def receive(self, data: bytes) -> None:
        """Bytes from the UART; tasks they post run later, when the burst is over."""
        for byte in data:
            self._receiver.byte(byte)

    def restart(self, parting: bytes = b"") -> None:
        """Restart soon; until then the firmware is busy."""
        if not self._restarting:
            self._restarting = True
            self._outside.later(self.timing.restart, lambda: self._outside.restart(parting))

    # What the receiver asks for (see receiver.Processor).

    def submit(self, body: bytes | None) -> None:
        """Post the task that executes a line."""
        self._outside.later(self.timing.command, lambda: self._run(body))

    def refuse(self) -> None:
        """Answer ERROR at once."""
        self._outside.send(final_code(Final.ERROR, self.faults))
        self._count(Final.ERROR)

    def busy(self) -> None:
        """Say that a line was discarded because a command runs."""
        if self.faults.active("busy.ok"):
            self._outside.send(final_code(Final.OK, self.faults))
        elif not self.faults.active("busy.silent"):
            self._outside.send(BUSY)

    def force_restart(self) -> None:
        """AT+RST while a command runs (field guide 2, Busy)."""
        self._outside.send(FORCED_RESTART + final_code(Final.OK, self.faults))
        self.restart()

    def crash(self) -> None:
        """Restart as after a watchdog."""
        self._outside.later(0, self._outside.crash)

    def runs_at_once(self, body: bytes) -> bool:
        """Whether a body is the whole name of a command with an execute form and a plus."""
        entry = self.personality.commands.get(body.decode("latin-1"))
        return body.startswith(b"+") and entry is not None and bool(entry.handler(Form.EXECUTE))

    def longest_command(self, body: bytes) -> bytes | None:
        """The longest executable command name that a body begins with."""
        table = self.personality.commands
        names = [name for name in table if table[name].handler(Form.EXECUTE)]
        found = longest_beginning(body.decode("latin-1"), names)
        return None if found is None else found.encode("ascii")

    def after_gap(self, check: object) -> None:
        """Tell the receiver once the line has been quiet for a moment."""
        self._outside.later(self.timing.line_gap, lambda: self._receiver.gap(check))

    # One command, from line to final code.

    def _run(self, body: bytes | None) -> None:
        names, end = self.personality.commands, self.personality.line_end
        call = None if body is None else parse(body, end, names, self.faults)
        answer = self._dispatcher.answer(self, call)
        if answer.effect:
            answer.effect()
        if answer.information:
            self._outside.send(information(answer.information, self.faults))
        if answer.lasts_ns:
            self._outside.later(answer.lasts_ns, lambda: self._finish(answer))
        else:
            self._finish(answer)

    def _finish(self, answer: Answer) -> None:
        if answer.final:
            self._outside.send(final_code(answer.final, self.faults))
        if answer.afterwards:
            answer.afterwards()
        if not self._restarting:
            self._receiver.finished()
        self._count(answer.final)

    def _count(self, final: Final | None) -> None:
        """Keep the counts that the faults of endurance need."""
        self._commands += 1
        self._bad_lines = self._bad_lines + 1 if final is Final.ERROR else 0
        if final is Final.ERROR and self.faults.active("final.error-turns-echo-on"):
            self.echo.on = True
        if self._bad_lines >= _BAD_LINES_SURVIVED and self.faults.active("line.many-bad-hang"):
            self._receiver.hang()
        for count in _CRASH_COUNTS:
            if self._commands == count and self.faults.active(f"boot.after-{count}-commands"):
                self.crash()
