"""AT, ATE, AT+RST, AT+GMR (clauses 3.2.1, 3.2.2, 3.2.3, 3.2.5).

Law: the basic commands that are about the session itself; nothing with a saved setting.
"""

from __future__ import annotations

from ..chip.chip import Chip
from ..chip.rules import Identity
from ..line.command import Call, Command, Form
from ..line.parameters import Parameters
from ..settings.settings import Settings
from . import numbers
from .numbers import Number
from .stages import ExecuteForm, Fields, QueryForm, RamForm, Reasons

ECHO = Number("echo", (0, 1))


# AT+RST


def _restart(chip: Chip) -> None:
    chip.restart()


# AT+GMR


def _identity(chip: Chip, _settings: Settings) -> Identity:
    return chip.personality.identity


def _versions(_chip: Chip, identity: Identity) -> Fields:
    """Three lines in the order of clause 3.2.3."""
    return (
        b"AT version:%b(%b)" % (identity.at_version, identity.at_built),
        b"SDK version:%b" % identity.sdk_version,
        b"compile time:%b" % identity.compile_time,
    )


def _no_label(_chip: Chip) -> bytes:
    return b""


def _lines(chip: Chip, label: bytes, fields: Fields) -> bytes:
    return label + b"\r\n".join(fields) + chip.personality.identity.end


# ATE


def _behind_the_name(call: Call) -> bytes:
    """The parameter stands right after the name (field guide 3)."""
    return call.tail


def _parsed(_chip: Chip, parameters: Parameters) -> int:
    (on,) = numbers.read(parameters, (ECHO,))
    return on


def _refusals(_chip: Chip, on: int) -> Reasons:
    return ECHO.reasons(on)


def _set_echo(chip: Chip, on: int) -> None:
    chip.echo.on = bool(on)


COMMANDS = (
    Command("", {Form.EXECUTE: ExecuteForm()}),
    Command(
        "E",
        {
            Form.SET: RamForm(
                typed=_behind_the_name, parse=_parsed, decide=_refusals, effect=_set_echo
            )
        },
        by_digit=True,
    ),
    Command("+RST", {Form.EXECUTE: ExecuteForm(then=_restart)}),
    Command(
        "+GMR",
        {Form.EXECUTE: QueryForm(show=_identity, fields=_versions, label=_no_label, line=_lines)},
    ),
)
