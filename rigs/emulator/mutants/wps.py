"""The mutants of AT+WPS (clause 4.1.36).

Law: rows, and what they need.
"""

from __future__ import annotations

from typing import Any

from ..commands.wps import BY_WEP, ENABLE, NAME, NOT_IN_MODE, STARTED, secured_by
from ..line.command import ERROR, Answer, Form
from ..settings.accesspoint import AccessPoint
from . import numbers
from .conditions import in_mode
from .mutant import Mutant, mutant
from .numbers import Range
from .operators import constant, dropped, overlooked, refused, wrapped
from .pairing import Wear, cut, from_the_second, started
from .refusing import late, refused_as
from .rows import Rows

_WPS = Rows(NAME)
_WEAR = Wear("WPS")
_MIXED = 4
_ENABLE = (Range(ENABLE, 0, "", lambda enable: enable, STARTED, (0, 1), (-1, 2)),)


def _stops_for_good(switch: Any, chip: Any, enable: int, told: Any) -> None:
    if not enable:
        _WEAR.wears(chip)
    switch(chip, enable, told)


def _unexplained(refuse: Any, chip: Any, form: Any, enable: int, why: tuple[str, ...]) -> Answer:
    if Wear.REASON in why:
        return ERROR
    answer: Answer = refuse(chip, form, enable, why)
    return answer


def _goes_on(switch: Any, chip: Any, enable: int, told: Any) -> None:
    if enable:
        switch(chip, enable, told)


def _leave(chip: Any) -> None:
    chip.station.leave()


def _not_mixed(reject: Any, chip: Any, wish: AccessPoint) -> tuple[str, ...]:
    mixed = ("WPA and WPA2",) if secured_by(chip, wish, _MIXED) else ()
    return (*mixed, *reject(chip, wish))


MUTANTS: tuple[Mutant, ...] = (
    _WPS.row(
        "set-in-mode-2",
        "= works in softAP mode",
        *started(_WPS, "available", overlooked(NOT_IN_MODE), in_mode(2)),
    ),
    _WPS.row(
        "set-in-mode-3-refused",
        "= is refused in station and softAP mode",
        *started(_WPS, "available", constant((NOT_IN_MODE,)), in_mode(3)),
    ),
    mutant(
        "wps.once",
        "WPS that was stopped starts no more before a restart",
        *started(_WPS, "decide", refused(Wear.REASON, bool), _WEAR.out),
        *started(_WPS, "refuse", wrapped("unexplained", _unexplained)),
        _WPS.set("switch", wrapped("stops for good", _stops_for_good)),
    ),
    *numbers.of_all(NAME, _ENABLE),
)
ON_A_NETWORK: tuple[Mutant, ...] = (
    mutant(
        "wps.wep-joined",
        "WPS joins an access point that WEP secures",
        *started(_WPS, "reject", overlooked(BY_WEP)),
    ),
    _WPS.row(
        "0-goes-on",
        "=0 answers OK, and WPS goes on",
        _WPS.set("switch", wrapped("goes on", _goes_on)),
    ),
    mutant(
        "wps.told-not-joined",
        "WPS takes what the access point tells, and joins nobody",
        *started(_WPS, "join", dropped),
    ),
)
SELDOM: tuple[Mutant, ...] = (
    _WPS.row(
        "refused-takes-effect",
        "= answers ERROR where it has to, yet what it could read applies",
        late(NAME, MUTANTS),
    ),
    _WPS.row(
        "refused-starts",
        "= answers ERROR where it has to, and starts",
        _WPS.whole(Form.SET, refused_as("started", lambda _typed: b"=1")),
    ),
    _WPS.row(
        "refused-stops",
        "= answers ERROR where it has to, and stops what runs",
        _WPS.whole(Form.SET, refused_as("stopped", lambda _typed: b"=0")),
    ),
    mutant(
        "wps.password-cut",
        "WPS joins with the first 32 bytes of a password",
        *started(_WPS, "heard", cut("password", 32)),
    ),
    mutant(
        "wps.second-deaf",
        "the second AT+WPS=1 of a run hears nobody",
        *started(_WPS, "switch", from_the_second("WPS", _leave)),
    ),
    mutant(
        "wps.mixed-refused",
        "WPS does not join an access point of WPA and WPA2",
        *started(_WPS, "reject", wrapped("not mixed", _not_mixed)),
    ),
)
