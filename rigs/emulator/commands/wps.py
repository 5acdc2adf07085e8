"""AT+WPS (clause 4.1.36; field guide 4).

Law: starting and stopping, and what is said when an access point has answered.
"""

from __future__ import annotations

from dataclasses import replace

from ..chip.chip import Chip
from ..line.command import ERROR, Answer, Command, Form
from ..line.parameters import Parameters
from ..settings.accesspoint import AccessPoint
from ..wifi.air import Speech, Told, Way
from . import numbers
from .numbers import Number
from .pairing import PairingForm, join
from .stages import Reasons, strict_rules

NAME = "+WPS"
ENABLE = Number("enable", (0, 1))
STARTED = 1
NOT_IN_MODE = "no WPS in this mode"
BY_WEP = "WPS does not support WEP"

_WEP = 1
_SAID = {0: b"wps stoped\r\n", STARTED: b"wps started\r\n"}


def _available(chip: Chip) -> Reasons:
    if chip.current.mode not in chip.personality.station.wps_modes:
        yield NOT_IN_MODE


def _parsed(_chip: Chip, parameters: Parameters) -> int:
    (enable,) = numbers.read(parameters, (ENABLE,))
    return enable


def _started(_chip: Chip, _parameters: Parameters) -> int:
    """Without a parameter, which the document does not have, it starts."""
    return STARTED


def _refusals(_chip: Chip, enable: int) -> Reasons:
    return ENABLE.reasons(enable)


def _switch(chip: Chip, enable: int, told: Told) -> None:
    """Whoever starts it leaves the access point that the station has joined."""
    if enable:
        chip.station.leave()
        chip.station.listen(Way.WPS, told)
    else:
        _stop(chip)


def _stop(chip: Chip) -> None:
    if chip.station.listens_for is Way.WPS:
        chip.station.hush()


# What is said, in firmware that explains.


def _told(chip: Chip, enable: int) -> bytes:
    return _explained(chip, _SAID.get(enable, b""))


def _turned_away(chip: Chip, _why: tuple[str, ...]) -> Answer:
    return replace(ERROR, information=_explained(chip, b"opmode mismatch when wps\r\n"))


def _refused(chip: Chip, _form: object, _enable: int, _why: tuple[str, ...]) -> Answer:
    return replace(ERROR, information=_explained(chip, b"wps command error\r\n"))


def _explained(chip: Chip, line: bytes) -> bytes:
    return line if chip.personality.station.explains else b""


# When an access point has answered.


def secured_by(chip: Chip, wish: AccessPoint, ecn: int) -> bool:
    """Whether it is this that secures an access point."""
    named = [each for each in chip.station.scan() if each.ssid == wish.ssid]
    return bool(named) and all(each.ecn == ecn for each in named)


def _rejections(chip: Chip, wish: AccessPoint) -> Reasons:
    if secured_by(chip, wish, _WEP):
        yield BY_WEP


def _lines(chip: Chip, _wish: AccessPoint, _speech: Speech) -> tuple[bytes, ...]:
    return (b"wps success,connecting ap ...",) if chip.personality.station.explains else ()


_SET = PairingForm(
    available=_available,
    turn_away=_turned_away,
    rules=strict_rules,
    parse=_parsed,
    decide=_refusals,
    refuse=_refused,
    tell=_told,
    switch=_switch,
    reject=_rejections,
    ends=_stop,
    lines=_lines,
    join=join,
)
COMMANDS = (
    Command(
        NAME,
        {Form.SET: _SET, Form.EXECUTE: replace(_SET, parse=_started)},
    ),
)
