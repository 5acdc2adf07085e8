"""AT+CWSTARTSMART and AT+CWSTOPSMART (clauses 4.1.32, 4.1.33; field guide 4).

Law: starting and stopping, and what is said when somebody has told the station whom to join; it
goes on listening until it is stopped.  What else can be done meanwhile is a personality's, and
asked for in `dispatch`.
"""

from __future__ import annotations

from dataclasses import replace

from ..chip.chip import Chip
from ..line.command import ERROR, Command, Form
from ..line.parameters import Parameters
from ..settings.accesspoint import AccessPoint
from ..wifi.air import BOTH, Speech, Told, Way
from . import numbers, pairing
from .numbers import Number
from .pairing import PairingForm
from .stages import ExecuteForm, Reasons
from .wifimode import STATION

START, STOP = "+CWSTARTSMART", "+CWSTOPSMART"
TYPE = Number("type", (1, 2, BOTH))
NOT_STATION, RUNS = "not in station mode", "it runs already"
LOCKED = replace(ERROR, information=b"Smart started")
"""What a command gets that has to wait until it is over: no blank line (observed 1.3, item 13)."""


def runs(chip: Chip) -> bool:
    """Whether SmartConfig runs."""
    return chip.station.listens_for is Way.SMARTCONFIG


# Starting.


def _available(chip: Chip) -> Reasons:
    """In station mode alone."""
    if chip.current.mode != STATION:
        yield NOT_STATION


def _parsed(_chip: Chip, parameters: Parameters) -> int:
    (kind,) = numbers.read(parameters, (TYPE,))
    return kind


def _untyped(_chip: Chip, _parameters: Parameters) -> int:
    return BOTH


def _refusals(chip: Chip, kind: int) -> Reasons:
    yield from TYPE.reasons(kind)
    if runs(chip):
        yield RUNS


def _listen(chip: Chip, kind: int, told: Told) -> None:
    chip.station.listen(Way.SMARTCONFIG, told, kind)


# When somebody has told whom to join.


def _lines(chip: Chip, wish: AccessPoint, speech: Speech) -> tuple[bytes, ...]:
    return tuple(chip.personality.station.smartconfig_lines(wish, speech))


def _join(chip: Chip, wish: AccessPoint) -> None:
    pairing.join(chip, wish, chip.personality.station.smartconfig_done)


# Stopping.


def _stop(chip: Chip) -> None:
    if runs(chip):
        chip.station.hush()


_SET = PairingForm(
    available=_available, parse=_parsed, decide=_refusals, switch=_listen, lines=_lines, join=_join
)
COMMANDS = (
    Command(START, {Form.SET: _SET, Form.EXECUTE: replace(_SET, parse=_untyped)}),
    Command(STOP, {Form.EXECUTE: ExecuteForm(effect=_stop)}),
)
