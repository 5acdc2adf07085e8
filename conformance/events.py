"""What the IUT can say: frozen values that keep their raw bytes and the time they came.

Law of this file: no event judges and none drops a byte. The raw bytes of all events of a session,
put together in order, are exactly what the port delivered.
"""

from __future__ import annotations

from typing import NamedTuple


class _Said(NamedTuple):
    """The fields of an event; a tuple, because Python makes one in half the time of a dataclass."""

    #: The bytes as they came, line end and all.
    raw: bytes
    #: When the last of them came: nanoseconds of the port's clock.
    at: int
    #: How the line began, if an echo interrupted it; that beginning is an event of its own.
    begun: bytes = b""


class Event(_Said):
    """Something that the IUT said."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and tuple.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = _Said.__hash__

    @property
    def text(self) -> bytes:
        """The line without the CRs and LFs around it."""
        line = self.begun + self.raw if self.begun else self.raw
        return line.strip(b"\r\n")


class Echo(Event):
    """The command line, or a part of it, sent back."""


class MarkerEcho(Echo):
    """A marker (`conformance.marker`) sent back: no part of what the IUT says of another line."""


class Blank(Event):
    """A line with nothing on it."""


class Information(Event):
    """An information response: a line of the answer to the command."""


class FinalResult(Event):
    """A final result code: OK, ERROR, FAIL, SEND OK and their like."""


class Busy(Event):
    """The IUT said that it cannot take a command now."""


class Prompt(Event):
    """The IUT asks for data."""


class Urc(Event):
    """An unsolicited line: status of the station or of a link."""


class DataHeader(Event):
    """The head of a frame of received data, `+IPD,...:`."""


class Data(Event):
    """A piece of the data in a frame."""


class BootText(Event):
    """What the chip prints while it starts."""


class Ready(Event):
    """The application is up."""


class Unclassified(Event):
    """Bytes that fit nowhere, kept as they are."""
