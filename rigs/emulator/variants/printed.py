"""Variants that print what the document prints, where firmware prints something else.

Law: ids, sentences, places, and what each makes of a call and of its answer; nothing else knows
them.  `PRINTED` is the mixture of all variants that are printed somewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from ..chip.chip import Chip
from ..ip.link import UDP
from ..line.command import ERROR, Answer, Call, Final, Form
from ..timers import MILLISECOND
from .active import Variant, Variants

_NO_CODE = "clauses 4.1.10, 4.1.17 and 5.2.1: the row Response has no OK"
_CODE = "most rows Response of the document list OK alone, and no code of a refusal"
_OTHER_STARTS = "clauses 4.1.19 and 5.2.15 name power on alone"

VARIANTS: tuple[Variant, ...] = (
    Variant(
        "printed.plus-space",
        "+ CIPMUX:0 with a space, and so CIPMODE, CIPSTO and CIFSR",
        "clauses 5.2.11, 5.2.12, 5.2.14 and 5.2.16 print it so",
    ),
    Variant("printed.no-ok", "AT+CWSAP?, AT+CWDHCPS_CUR? and AT+CIPSTATUS without OK", _NO_CODE),
    Variant(
        "printed.unquoted",
        "names, passwords and addresses of clause 4.1 without quotes",
        "clauses 4.1.4 to 4.1.31 print them so",
    ),
    Variant("printed.closed-space", "2 CLOSED instead of 2,CLOSED", "clause 5.2.14 prints it so"),
    Variant("busy.bare", "busy instead of busy p...", "clause 5.2.6 prints it so", "busy"),
    Variant(
        "printed.udp-link-id",
        "AT+CIPSEND=0,5 is taken over a UDP link with CIPMUX=0",
        "clause 5.2.4, row UDP Transmission: the link ID in brackets, without a mode",
    ),
    Variant(
        "uart.ok-behind-switch",
        "the OK of AT+UART= comes at the new setting, 20 ms after the switch",
        "clause 3.2.7 lists OK, not at which setting it comes",
    ),
    Variant(
        "ssl.no-memory",
        "a start of SSL restarts the board",
        "clause 5.2.2, note 3: for want of memory it may",
    ),
    Variant(
        "ssl.no-memory-late",
        "a start of SSL answers ERROR, and half a second later the board restarts",
        "clause 5.2.2, note 3: for want of memory it may; when, it does not say",
    ),
    Variant("refusal.fail", "FAIL instead of ERROR where the row lists none", _CODE, "refusal"),
    Variant("refusal.words", "words alone instead of ERROR, likewise", _CODE, "refusal"),
    Variant(
        "default.tells-current",
        "the queries with _DEF tell what is in force",
        "clauses 4.1.3 to 4.1.31: they ask for a value, saved or in force they do not say",
    ),
    Variant(
        "cwsap.no-escapes",
        "AT+CWSAP= with a backslash is an ERROR",
        "clause 4.1.10 has no escapes, unlike clause 4.1.4",
    ),
    Variant(
        "start.power-on-joins",
        "the saved access point is joined at power on alone",
        _OTHER_STARTS,
    ),
    Variant(
        "start.power-on-passes",
        "the saved link passes through at power on alone",
        _OTHER_STARTS,
    ),
)

PRINTED = frozenset(
    {each.id for each in VARIANTS if each.id.startswith("printed.")}
    | {"busy.bare", "sleep.spaces", "gmr.bare-values", "urc.document-spelling"}
    | {"cwlap.no-parentheses", "cwdhcps.small-s", "ip.bare-default-name", "cipstatus.unquoted"}
    | {"cipstart.already-alone", "cipstart.no-connect-line", "cipmux.builded-alone"}
    | {"send.no-recv-line", "send.error-for-fail", "send.prompt-without-ok"}
)
"""Everything as printed."""

_SPACED = {"+CIPMUX", "+CIPMODE", "+CIPSTO", "+CIFSR"}
_ENDS = ("", "_CUR", "_DEF")
_WITHOUT_OK = {
    *((f"+CWSAP{end}", Form.QUERY) for end in _ENDS),
    *((f"+CWDHCPS{end}", Form.QUERY) for end in _ENDS),
    ("+CIPSTATUS", Form.EXECUTE),
}
_STRINGS = re.compile(rb'"([^"\\\r\n]*)"')
_QUOTED = ("+CWSAP", "+CWJAP", "+CWLAP", "+CIPSTAMAC", "+CIPAPMAC", "+CIPSTA", "+CIPAP", "+CWLIF")
_CLOSED = re.compile(rb"\b(\d),CLOSED")
_SENDS = ("+CIPSEND", "+CIPSENDEX")
_LISTS_ERROR = {
    *("E", "+CWLAPOPT", "+CWLAP", "+CWSTARTSMART", "+CWSTOPSMART", "+CWSTARTDISCOVER"),
    *("+CWSTOPDISCOVER", "+WPS", "+MDNS", "+CIPSTART", "+CIPSSLSIZE", "+CIPSEND", "+CIPSENDEX"),
    *("+CIPSENDBUF", "+CIPBUFSTATUS", "+CIPCHECKSEQ", "+CIPBUFRESET", "+CIPCLOSE", "+CIFSR"),
    *("+SAVETRANSLINK", "+PING", "+CIUPDATE", "+CIPDINFO", "+CIPMUX"),
}
"""Where ERROR is listed, for some cause at least; and of CIPMUX= other words are."""
_WORDS = b"not accepted\r\n"
_ALIKE = ("+CWMODE", "+CWSAP", "+CWDHCP", "+CWDHCPS", "+CIPSTAMAC", "+CIPAPMAC", "+CIPAP")
_TELLS_LATE = 20 * MILLISECOND
_LACKS_MEMORY = 500 * MILLISECOND

Dispatch = Callable[[Chip, Call | None], Answer]


def closed(text: bytes, variants: Variants) -> bytes:
    """What is said, with a space in front of CLOSED."""
    return _CLOSED.sub(rb"\1 CLOSED", text) if variants.active("printed.closed-space") else text


def dispatching(dispatch: Dispatch, variants: Variants) -> Dispatch:
    """The dispatch as the active variants have it."""

    def answer(chip: Chip, call: Call | None) -> Answer:
        if call is None:
            return dispatch(chip, call)
        if variants.active("cwsap.no-escapes") and _escapes(call):
            return ERROR
        told = dispatch(chip, _taken(chip, call, variants))
        if variants.active("default.tells-current"):
            told = _of_what_is_in_force(chip, call, told, dispatch)
        if variants.active("ssl.no-memory") and _starts_ssl(call, told):
            return Answer(None, afterwards=chip.restart)
        if variants.active("ssl.no-memory-late") and _starts_ssl(call, told):
            return replace(ERROR, afterwards=lambda: chip.later(_LACKS_MEMORY, chip.restart))
        return told.then(lambda whole: _printed(chip, call, whole, variants))

    return answer


def _stem(name: str) -> str:
    return name.removesuffix("_CUR").removesuffix("_DEF")


def _escapes(call: Call) -> bool:
    return _stem(call.name) == "+CWSAP" and call.form is Form.SET and b"\\" in call.tail


def _taken(chip: Chip, call: Call, variants: Variants) -> Call:
    """The call without the ID of the only link, if that is a UDP link."""
    link = chip.tcpip.links.get(0)
    if not variants.active("printed.udp-link-id") or call.name not in _SENDS:
        return call
    if chip.tcpip.multiple or link is None or link.kind != UDP:
        return call
    return replace(call, tail=re.sub(rb"^=0,(?=\d)", b"=", call.tail))


def _of_what_is_in_force(chip: Chip, call: Call, told: Answer, dispatch: Dispatch) -> Answer:
    stem = _stem(call.name)
    if call.form is not Form.QUERY or stem not in _ALIKE or call.name != f"{stem}_DEF":
        return told
    now = dispatch(chip, replace(call, name=f"{stem}_CUR"))
    if now.final is not Final.OK:
        return told
    return replace(now, information=now.information.replace(b"_CUR", b"_DEF"))


def _starts_ssl(call: Call, told: Answer) -> bool:
    """Whether a connection would be tried: a line that cannot be read is refused as usual."""
    return call.name == "+CIPSTART" and b'"SSL"' in call.tail and told.pending is not None


def _printed(chip: Chip, call: Call, told: Answer, variants: Variants) -> Answer:
    if told.final is Final.ERROR:
        return _refused(chip, call, told, variants)
    if told.final is not Final.OK:
        return told
    active, text = variants.active, told.information
    if active("printed.plus-space") and call.name in _SPACED:
        text = re.sub(rb"^\+", b"+ ", text, flags=re.MULTILINE)
    if active("printed.unquoted") and _stem(call.name) in _QUOTED:
        text = b"".join(map(_bare, text.splitlines(keepends=True)))
    told = replace(told, information=closed(text, variants))
    if active("printed.no-ok") and (call.name, call.form) in _WITHOUT_OK:
        return replace(told, final=None)
    if active("uart.ok-behind-switch") and _stem(call.name) == "+UART":
        return _late(chip, told)
    return told


def _bare(line: bytes) -> bytes:
    """A line without its quotes; one whose strings have some of their own stays."""
    return _STRINGS.sub(rb"\1", line) if line.count(b'"') in (2, 4) and b"\\" not in line else line


def _refused(chip: Chip, call: Call, told: Answer, variants: Variants) -> Answer:
    """A refusal, where no row lists how it is told; names that there are not have no row at all."""
    sets_softap = _stem(call.name) == "+CWSAP" and call.form is Form.SET
    is_there = call.name in chip.personality.commands
    if not is_there or sets_softap or call.name in _LISTS_ERROR:
        return told
    if variants.active("refusal.fail"):
        return replace(told, final=Final.FAIL)
    if variants.active("refusal.words"):
        return replace(told, final=None, information=told.information or _WORDS)
    return told


def _late(chip: Chip, told: Answer) -> Answer:
    switch = told.afterwards

    def after() -> None:
        if switch:
            switch()
        chip.later(_TELLS_LATE, lambda: chip.voice.final(Final.OK))

    return replace(told, final=None, afterwards=after)
