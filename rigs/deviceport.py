"""The line to whichever program is the device now.

Law of this file: it stays the same port while programs and their lines come and go. A device that
is off is a silent line that takes every byte; a line that broke because the program ended says so.
"""

from __future__ import annotations

import os
from typing import Protocol

from conformance.testbed import LineSettings, Port, PortError, SettingRefused
from rigs.clock.harness import RigClock
from rigs.program import Program
from rigs.respawn import DYING_S


class Line(Port, Protocol):
    """A port that can be closed."""

    def close(self) -> None: ...


class DevicePort:
    """A `testbed.Port` that outlives the lines behind it."""

    def __init__(self, program: Program, settings: LineSettings, clock: RigClock) -> None:
        self._program = program
        self._clock = clock
        #: Nothing ever comes here.
        self._nothing = os.eventfd(0)
        self._line: Line | None = None
        #: How the host's side of the line is set; the next line begins so.
        self.settings = settings

    def plug(self, line: Line) -> None:
        """From now on the device is at the other end of `line`."""
        self.unplug()
        self._line = line

    def unplug(self) -> None:
        """The device is off."""
        if self._line is not None:
            self._line.close()
        self._line = None

    def now(self) -> int:
        return self._clock.now()

    def write(self, data: bytes) -> int:
        if self._line is None:
            return self.now()
        try:
            return self._line.write(data)
        except PortError as error:
            raise self._broken(error) from error

    def read(self, deadline: int) -> tuple[bytes, int]:
        if self._line is None:
            self._clock.wait(self._nothing, deadline)
            return b"", self.now()
        try:
            data, at = self._line.read(deadline)
        except PortError as error:
            raise self._broken(error) from error
        if not data and (ended := self._program.ended()):
            raise PortError(ended)
        return data, at

    def configure(self, settings: LineSettings) -> None:
        if self._line is not None:
            try:
                self._line.configure(settings)
            except SettingRefused:
                raise
            except PortError as error:
                raise self._broken(error) from error
        self.settings = settings

    def close(self) -> None:
        """Close the line, for good."""
        self.unplug()
        os.close(self._nothing)

    def _broken(self, error: PortError) -> PortError:
        """What is to be told of a line that broke: the end of the program, if that is why."""
        ended = self._program.ended(DYING_S)
        return PortError(ended) if ended else error
