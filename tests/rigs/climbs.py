"""What the tests of the ladder share: a climb on a scripted port, and hands that cure it.

Law: no assertion lives here.
"""

from __future__ import annotations

from pathlib import Path

from conformance.statement import load_pixit
from conformance.testbed import NANOSECONDS, Timing
from rigs.recovery import Ladder
from tests.rigs.scripted import ScriptedPort, ScriptedRig, Written

TIMING = Timing()
QUICK = load_pixit(Path(__file__).parents[1] / "data" / "quick.pixit.toml").timing

#: How far one rung, once begun, may go beyond the time for the whole ladder, in seconds.
ONE_RUNG_S = 6.0


def climb(port, timing=TIMING, reset=None, settings=None, recorder=None, power=None, suspects=()):
    rig = ScriptedRig(port, settings, reset, power)
    return Ladder(rig, timing, recorder or Written(), suspects).climb()


def seconds(port, began=NANOSECONDS):
    return (port.now() - began) / NANOSECONDS


def silent(data):
    return b""


class Pin:
    """A reset pin."""

    def __init__(self, cures):
        self.port = ScriptedPort(on_write=silent)
        self._cures = cures
        self.pulses = 0

    def pulse(self):
        self.pulses += 1
        if self.pulses >= self._cures:
            self.port.on_write = lambda data: None
            self.port.say(b"\r\n\r\nready\r\n", 0.2)


class Supply(Pin):
    """A power supply, whose switching on does what the pin's pulse does."""

    def __init__(self, cures):
        super().__init__(cures)
        self.switched = []

    def off(self):
        self.switched.append("off")

    def on(self):
        self.switched.append("on")
        self.pulse()
