"""What a stranger is: a pure device, bytes in, bytes and timers out, and what is said about it.

Law of this file: shapes only. A device reads no clock, opens nothing and never waits; its host
(`host.py`) gives it time, carries its bytes, garbles them when the two ends of the line are set
differently, and keeps its flash across resets. Times are nanoseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

MS = 1_000_000
SECOND = 1000 * MS


@dataclass(frozen=True, slots=True)
class Uart:
    """How a UART is set. `parity`: N, O or E; `stopbits`: 1, 1.5 or 2."""

    baudrate: int = 115200
    databits: int = 8
    stopbits: float = 1
    parity: str = "N"


class Host(Protocol):
    """What a device may ask of whatever carries it."""

    #: What survives resets and losses of power. Values are what JSON can hold.
    flash: dict[str, Any]
    #: What a device draws its random delays from, so that a run can be repeated.
    seed: int

    def now(self) -> int:
        """The time."""

    def send(self, data: bytes) -> None:
        """Send on the UART, as it is set at this moment (`Device.uart`)."""

    def after(self, delay_ns: int, action: Callable[[], None]) -> None:
        """Call `action` so much later; a reset or a loss of power forgets it."""


class Device(Protocol):
    """One stranger; made as `Stranger(host)`, once for the whole life of the board."""

    @property
    def uart(self) -> Uart:
        """How its UART is set now."""

    def start(self) -> None:
        """Power has come or the reset line was released: everything but the flash is forgotten."""

    def receive(self, data: bytes) -> None:
        """Bytes have come; what could not be understood at this setting is garbage already."""


@dataclass(frozen=True, slots=True)
class About:
    """What is said of a stranger beside it: what it has, and what is wrong with it.

    Requirement ids of the edition are keys, a sentence why is the value.
    """

    name: str
    #: The device in one sentence.
    habits: str
    #: Command -> its forms, separated by spaces; what is not here is not claimed in the PICS.
    has: Mapping[str, str]
    #: How long it may take for an answer by itself, in milliseconds.
    takes_ms: int = 0
    #: What it truly breaks: exactly these fail, as far as a rig can decide them.
    breaks: Mapping[str, str] = field(default_factory=dict)
    #: How it ends what the document leaves open, where that is not ERROR.
    observed: Mapping[str, str] = field(default_factory=dict)
    #: What cannot be decided for what it breaks.
    inconclusive: Mapping[str, str] = field(default_factory=dict)
    #: What may pass or come out inconclusive, but never fails: the document does not say how
    #: much a judge may still see. A key that ends with a slash stands for all ids below it that
    #: are in neither of the other lists.
    open: Mapping[str, str] = field(default_factory=dict)
