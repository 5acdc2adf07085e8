"""How far a run is, and how long it still takes: told in the terminal now and then.

Law of this file: each time a line of its own, so that a terminal and a log show the same and
nothing of pytest's is drawn over. What is left is reckoned from what is done, so it is "about".
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

#: Seconds between two lines: at first, and at the most in a run that takes long.
_OFTEN_S = 10.0
_SELDOM_S = 60.0

#: A wait that is worth a word, in seconds.
_LONG_S = 3.0


def tell(config: pytest.Config, text: str) -> None:
    """Write `text` to the terminal as a line of its own; where there is no terminal, nothing."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is None:
        return
    terminal.ensure_newline()
    writer = config.get_terminal_writer()
    if writer.width_of_current_line:  # with workers, pytest does not know that letters stand there
        writer.line()
    terminal.write_line(text)


def about(seconds: float) -> str:
    """A time for people that nobody knows exactly."""
    step = 1 if seconds < 10 else 5
    rounded = max(step, round(seconds / step) * step)
    minutes, seconds = divmod(rounded, 60)
    if minutes >= 10:
        return f"about {minutes} min"
    return f"about {minutes} min {seconds} s" if minutes else f"about {seconds} s"


class Progress:
    """Counts the purposes that end."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began: float | None = None
        self._due = 0.0
        #: How many have ended.
        self.done = 0

    def begin(self) -> None:
        """The first purpose begins, if it has not begun."""
        if self._began is None:
            self._began = self._clock()
            self._due = self._began + _OFTEN_S

    def ended(self, total: int) -> str:
        """One of `total` purposes has ended; a line if it is time for one, else nothing."""
        self.done += 1
        now = self._clock()
        if self._began is None or now < self._due or self.done >= total:
            return ""
        passed = now - self._began
        self._due = now + min(_SELDOM_S, max(_OFTEN_S, passed / 4))
        left = passed / self.done * (total - self.done)
        return f"{self.done} of {total} purposes, {about(left)} left"


class Writing:
    """Tells once how long the writing of a report still takes, if that is long."""

    def __init__(self, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic):
        self._say = say
        self._clock = clock
        self._began = clock()
        self._told = False

    def reached(self, share: float) -> None:
        """This share of the work is done."""
        left = (self._clock() - self._began) * (1 - share) / share
        if left >= _LONG_S and not self._told:
            self._told = True
            self._say(f"the report takes {about(left)} more")
