"""Firmware that takes a form for another one, which the document does not list for the command.

Law: operators on the dispatch, and a table: what a command does that is told to act though it is
only asked, or though the form does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..firmware.dispatch import existing, obeyed
from ..line.command import Answer, Call, Final, Form, Handler

Change = Callable[[Answer], Answer]
Case = Callable[[Handler], Handler]

_LEASES = b'=1,7,"192.168.4.20","192.168.4.30"'
_SOFTAP = b'="acted","0123456789",11,3'
_FRAMING = b"=115200,8,2,0,0"
_ENDS = ("", "_CUR", "_DEF")

TAKEN_FOR: Mapping[str, bytes] = {
    "+GMR": b"",
    "+RST": b"",
    "+RESTORE": b"",
    "+GSLP": b"=0",
    "E": b"1",
    "+UART": _FRAMING,
    "+UART_DEF": _FRAMING,
    "+SLEEP": b"=0",
    **dict.fromkeys((f"+CWMODE{end}" for end in _ENDS), b"=1"),
    **dict.fromkeys((f"+CWJAP{end}" for end in _ENDS), b'="nowhere","0123456789"'),
    "+CWQAP": b"",
    **dict.fromkeys((f"+CWSAP{end}" for end in _ENDS), _SOFTAP),
    **dict.fromkeys((f"+CWDHCP{end}" for end in _ENDS), b"=1,1"),
    **dict.fromkeys(("+CWDHCPS_CUR", "+CWDHCPS_DEF"), _LEASES),
    "+CWAUTOCONN": b"=0",
    **dict.fromkeys((f"+CIPSTAMAC{end}" for end in _ENDS), b'="18:fe:34:00:00:02"'),
    **dict.fromkeys((f"+CIPAPMAC{end}" for end in _ENDS), b'="1a:fe:34:00:00:02"'),
    **dict.fromkeys((f"+CIPSTA{end}" for end in _ENDS), b'="192.168.7.7"'),
    **dict.fromkeys((f"+CIPAP{end}" for end in _ENDS), b'="192.168.8.1"'),
    "+CWSTARTSMART": b"",
    "+CWSTOPSMART": b"",
    "+CWSTARTDISCOVER": b'="gh_0123456789","122475",1',
    "+CWSTOPDISCOVER": b"",
    "+WPS": b"=1",
    "+MDNS": b"=0",
    "+CIPSTART": b'="UDP","192.168.4.9",1001,2002,0',
    "+CIPSEND": b"=4",
    "+CIPSENDEX": b"=4",
    "+CIPCLOSE": b"",
    "+CIPMUX": b"=0",
    "+CIPSERVER": b"=1",
    "+CIPMODE": b"=0",
    "+SAVETRANSLINK": b'=1,"192.168.4.2",1002,"UDP"',
    "+CIPSTO": b"=10",
}
"""What stands behind the name of what is done then: a parameter, or nothing."""


_RESTART = frozenset({"+RST", "+RESTORE"})
_UNTOLD = frozenset(
    {"+GMR", "+GSLP", "+UART", "+UART_DEF", "+CWQAP", "+CWAUTOCONN", "+CWSTARTSMART"}
    | {"+CWSTOPSMART", "+CWSTARTDISCOVER", "+CWSTOPDISCOVER", "+WPS", "+MDNS", "+CIPSEND"}
    | {"+CIPSENDEX", "+CIPCLOSE", "+CIPSERVER", "+SAVETRANSLINK", "E"}
    | {f"+CWJAP{end}" for end in _ENDS}
)
"""What it does in secret no answer tells."""


def acting(kind: Form, name: str) -> Iterator[tuple[str, str]]:
    """The words of the mutants of a form that acts though it does not exist, and what they say."""
    if name != "+RST":  # whose act is that
        yield "restarts", "is answered as usual, and the board restarts"
    if name not in TAKEN_FOR:
        return
    typed = f"AT{name}{TAKEN_FOR[name].decode()}"
    asks = kind in (Form.TEST, Form.QUERY)
    if asks or name in _RESTART or name == "+GMR":
        yield "executes", f"is executed as if it were {typed}"
    if name in _RESTART or not (asks or name in _UNTOLD):
        yield "acts", f"answers ERROR, yet does what {typed} does"


def done(name: str, change: Change) -> Case:
    """A form that does not exist does what another one does."""
    tail = TAKEN_FOR[name]
    kind = Form.SET if tail else Form.EXECUTE

    def case(before: Handler) -> Handler:
        def answered(chip: Any, call: Call) -> Answer:
            commands = chip.personality.commands
            acts = commands[call.name].handler(kind) if call.name in commands else None
            if acts is None or existing(commands, call) is not None:
                return before(chip, call)
            return obeyed(acts, chip, replace(call, form=kind, tail=tail)).then(change)

        return answered

    return case


def in_secret(answer: Answer) -> Answer:
    """ERROR, whatever is done."""
    return replace(answer, final=Final.ERROR, information=b"")


def restarts(before: Handler) -> Handler:
    """A form that does not exist is answered as before, and the board restarts."""

    def answered(chip: Any, call: Call) -> Answer:
        answer = before(chip, call)
        if existing(chip.personality.commands, call) is not None:
            return answer
        return replace(answer, afterwards=chip.restart)

    return answered
