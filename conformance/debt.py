"""What the IUT may still owe to what was sent since it last proved that it had its say.

Law of this file: it keeps count and asks nobody. Where it is in doubt the IUT may owe something;
where the IUT may take what is sent for data, it must not be asked.
"""

from __future__ import annotations

from collections.abc import Sequence

from conformance.dialogue import Until
from conformance.events import Event, FinalResult, Prompt, Ready
from conformance.exchange import Exchange, Outcome
from conformance.grammar import LINE_END, SEND_OK

#: Members by another name, because Python takes longer to look one up than to compare it.
_PROMPT, _SILENCE, _COMPLETE = Until.PROMPT, Until.SILENCE, Outcome.COMPLETE
#: Longer lines some firmware takes for several (ruling R-09).
_SURELY_ONE = 64
#: How much of what was sent is kept, in bytes; enough for any line that a purpose sends.
_KEPT = 8192


class Debt:
    """Kept by a Session, from exchange to exchange."""

    def __init__(self, *, owing: bool = False) -> None:
        #: Whether an answer may be on its way.
        self.owing = owing
        #: Whether the IUT may be waiting for data, so that a question would be taken for some.
        self.takes_data = False
        #: What was sent since nothing was owed.
        self.sent = b""

    def send(self, encoded: bytes) -> None:
        """A line is about to be sent."""
        self.sent = (self.sent + encoded)[-_KEPT:]

    def hear(self, events: Sequence[Event], *, is_data: bool = False) -> None:
        """Note what `events` tell of whether the IUT takes data."""
        for event in events:
            kind = type(event)
            if kind is Prompt:
                self.takes_data = True
            elif kind is Ready or (kind is FinalResult and (not is_data or event.text == SEND_OK)):
                self.takes_data = False

    def close(self, exchange: Exchange, until: Until, *, is_data: bool, is_proven: bool) -> None:
        """`exchange` is over; `is_proven`: nothing more can come of it."""
        self.hear(exchange.events, is_data=is_data)
        if until is _PROMPT and not exchange.prompted and exchange.outcome is Outcome.OVERDUE:
            self.takes_data = True  # the prompt may still come
        if is_data and exchange.final is None:
            self.takes_data = True
        if exchange.restarted:
            self.settle()
        elif until is _SILENCE:
            self.owing |= not is_data and not is_proven
        else:
            self.owing |= exchange.outcome is not _COMPLETE
        if not self.owing:  # but a line that is open may still be executed when it is closed
            self.sent = self.sent.rpartition(LINE_END)[2]

    def settle(self) -> None:
        """Nothing is owed any more."""
        self.owing, self.sent = False, b""


def may_owe(exchange: Exchange) -> bool:
    """Whether a line that owed nothing in particular can have more answers than have come."""
    sent = exchange.line.encoded
    is_plain = sent.endswith(LINE_END) and len(sent) <= _SURELY_ONE
    return not is_plain or len(exchange.results) < lines_in(sent)


def lines_in(sent: bytes) -> int:
    """How many lines an IUT can see in `sent`, whatever ends a line for it."""
    ends = sent.replace(LINE_END, b"\n").replace(b"\r", b"\n").replace(b"\x00", b"\n")
    return max(1, ends.count(b"\n")) if sent else 0
