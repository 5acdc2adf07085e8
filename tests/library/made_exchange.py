"""What the tests of an Exchange share: exchanges made of bytes, and how a question is refused.

Law: the events come from a real Dialogue, so no exchange is made that no port could give.
"""

import pytest

from conformance.commandline import execute
from conformance.dialogue import Dialogue, Until
from conformance.exchange import Exchange, Outcome
from conformance.verdict import NonConformity

AT = execute("AT")
BOOT = b"\r\n ets Jan  8 2013,rst cause:1, boot mode:(3,7)\r\n\r\n"


def exchange(came, line=AT, until=Until.RESULT, outcome=None, before=b"", seconds=1):
    """The exchange in which `came` was the answer to `line`; overdue if it owes more."""
    dialogue = Dialogue()
    earlier = tuple(dialogue.feed(before, 500))
    dialogue.begin(line.encoded, until)
    events = [*dialogue.feed(came, 1_000), *dialogue.flush(1_000)]
    ended = Outcome.COMPLETE if dialogue.over or until is Until.SILENCE else Outcome.OVERDUE
    return Exchange(
        line,
        tuple(events),
        1_000,
        1_000 + seconds * 10**9,
        outcome or ended,
        earlier,
        until is Until.RESTART,
    )


def refusal(question, *arguments):
    """The NonConformity with which the question is answered."""
    with pytest.raises(NonConformity) as caught:
        question(*arguments)
    return caught.value
