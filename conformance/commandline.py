"""Command lines: from a command's name, form and parameters to the bytes that are sent.

Law of this file: it builds what it is asked to build, well-formed or not, and knows no command's
meaning. A purpose that wants an ill-formed line says so with `raw` or with `ended_by`.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from conformance.grammar import ESCAPE, ESCAPED, LINE_END, QUOTE


@dataclass(frozen=True, slots=True)
class CommandLine:
    """One command line, ready to be sent."""

    #: Everything before the line end.
    text: bytes
    end: bytes = LINE_END
    #: The command's name without `AT+`, and the form; `-` and `general` for anything else.
    name: str = "-"
    form: str = "general"

    @property
    def encoded(self) -> bytes:
        return self.text + self.end

    def ended_by(self, end: bytes) -> CommandLine:
        """The same line with another end, for example a bare LF."""
        return dataclasses.replace(self, end=end)


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A parameter that stands in the line exactly as given, quotes or none."""

    text: bytes


Value = int | str | bytes | Verbatim

#: The two commands of clause 3 that are not written `AT+NAME`.
_HEADS = {"AT": b"AT", "ATE": b"ATE"}
#: ATE takes its parameter as a digit right after the name (clause 3.2.5).
_JOINERS = {"ATE": b""}


def execute(name: str) -> CommandLine:
    """`AT+NAME` (clause 2, row Execute)."""
    return CommandLine(_head(name), name=name, form="execute")


def query(name: str) -> CommandLine:
    """`AT+NAME?` (clause 2, row Query)."""
    return CommandLine(_head(name) + b"?", name=name, form="query")


def test(name: str) -> CommandLine:
    """`AT+NAME=?` (clause 2, row Test)."""
    return CommandLine(_head(name) + b"=?", name=name, form="test")


def set_(name: str, *values: Value) -> CommandLine:
    """`AT+NAME=value,...` (clause 2, row Set); strings are quoted and escaped (note 3)."""
    joiner = _JOINERS.get(name, b"=")
    text = _head(name) + joiner + b",".join(_written(value) for value in values)
    return CommandLine(text, name=name, form="set")


test.__test__ = False  # type: ignore[attr-defined]  # pytest must not collect it where imported


def raw(text: bytes, end: bytes = LINE_END) -> CommandLine:
    """Any bytes as a command line."""
    return CommandLine(text, end)


def quoted(text: bytes) -> bytes:
    """`text` as a string parameter."""
    escaped = bytearray()
    for byte in text:
        if byte in ESCAPED:
            escaped += ESCAPE
        escaped.append(byte)
    return QUOTE + bytes(escaped) + QUOTE


def spelt(name: str) -> str:
    """How the command is written: `AT`, `ATE` or `AT+NAME`."""
    return _head(name).decode("ascii")


def _head(name: str) -> bytes:
    return _HEADS.get(name) or b"AT+" + name.encode("ascii")


def _written(value: Value) -> bytes:
    if isinstance(value, Verbatim):
        return value.text
    if isinstance(value, int):
        return b"%d" % value
    return quoted(value.encode() if isinstance(value, str) else value)
