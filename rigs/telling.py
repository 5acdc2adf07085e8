"""What the terminal says of a rig that was opened, or could not be.

Law of this file: it tells and decides nothing; without a terminal it says nothing.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conformance.record import RigRecord
from conformance.review import told
from conformance.testbed import Recorder


def tell_found(config: pytest.Config, found: RigRecord, of_worker: bool = False) -> None:
    """Say what was found; `of_worker`: it is not what was found at another rig of this run."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is None:  # an xdist worker has none; its controller tells
        return
    terminal.ensure_newline()
    writer = config.get_terminal_writer()
    if writer.width_of_current_line:  # with workers, pytest does not know that letters stand there
        writer.line()
    if of_worker:
        terminal.write_line(f"another rig, of worker {found.worker}:")
    if not found.opened:
        terminal.write_line(found.problem, red=True)
        return
    terminal.write_line(f"IUT: {'; '.join(found.identity) or 'does not answer AT+GMR'}")
    terminal.write_line(f"profile: {found.profile}")
    for name, why in found.missing.items():
        terminal.write_line(f"missing: {name} ({why})")
    for line in told(found.review):
        terminal.write_line(line)


class TellingRecorder:
    """A `testbed.Recorder` that also says what the ladder heard, as soon as it knows."""

    def __init__(self, recorder: Recorder, where: str, tell: Callable[[str], None]) -> None:
        self.sent, self.received = recorder.sent, recorder.received
        self._recorder = recorder
        self._where = where
        self._tell = tell

    def acted(self, action: str, detail: str, at: int) -> None:
        self._recorder.acted(action, detail, at)
        if action == "heard":
            self._tell(f"{self._where}: {detail}")
