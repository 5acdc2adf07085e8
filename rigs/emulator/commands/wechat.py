"""AT+CWSTARTDISCOVER and AT+CWSTOPDISCOVER (clauses 4.1.34, 4.1.35; field guide 4).

Law: what these commands take; what is sent then is for `beaconing`.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..chip.chip import Chip
from ..line.command import Command, Form
from ..line.parameters import Parameters
from .numbers import Number
from .stages import ExecuteForm, RamForm, Reasons, strict_rules
from .texts import Text

START, STOP = "+CWSTARTDISCOVER", "+CWSTOPDISCOVER"
DAY_S = 24 * 3600
NUMBER, TYPE = Text("number", longest=32), Text("type", longest=80)
TIME = Number("time", range(DAY_S + 1))

NO_NUMBER, NO_TYPE = "no number", "no type"
NO_ADDRESS = "no address"


@dataclass(frozen=True)
class Discovery:
    """What is wanted: the WeChat number, the device type, how often in s."""

    number: bytes
    kind: bytes
    every_s: int


def _parsed(_chip: Chip, parameters: Parameters) -> Discovery:
    wanted = Discovery(parameters.text(), parameters.text(), parameters.number())
    parameters.end()
    return wanted


def _refusals(chip: Chip, wanted: Discovery) -> Reasons:
    yield from NUMBER.reasons(wanted.number)
    yield from TYPE.reasons(wanted.kind)
    yield from TIME.reasons(wanted.every_s)
    if not wanted.number:
        yield NO_NUMBER
    if not wanted.kind:
        yield NO_TYPE
    if chip.personality.station.discovery_needs_address and not chip.station.has_address:
        yield NO_ADDRESS


def _start(chip: Chip, wanted: Discovery) -> None:
    chip.beaconing.start(wanted.number, wanted.kind, wanted.every_s)


def _stop(chip: Chip) -> None:
    chip.beaconing.stop()


COMMANDS = (
    Command(
        START,
        {Form.SET: RamForm(rules=strict_rules, parse=_parsed, decide=_refusals, effect=_start)},
    ),
    Command(STOP, {Form.EXECUTE: ExecuteForm(effect=_stop)}),
)
