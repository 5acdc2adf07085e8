"""The faults of AT+CIPSEND, AT+CIPSENDEX, AT+CIPSENDBUF and its companions, and of transparency.

Law: ids and sentences; the places that ask are `dataphase`, `passthrough` and the commands.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..commands import send
from .active import Fault
from .numeric import families


def _sending(slug: str) -> Iterator[Fault]:
    typed = f"AT+{slug.upper()}="
    of = typed[:-1]
    yield Fault(f"{slug}.prompt-missing", f"{typed} takes data without inviting them")
    yield Fault(f"{slug}.other-prompt", f"{typed} invites with a colon")
    yield Fault(f"{slug}.data-executed", f"{typed} invites, but data are taken for commands")
    yield Fault(f"{slug}.one-byte-short", f"{typed} takes one byte less than was announced")
    yield Fault(f"{slug}.one-byte-more", f"{typed} takes one byte more than was announced")
    yield Fault(f"{slug}.recv-count-wrong", f"{typed} says Recv with a number 1 too large")
    yield Fault(f"{slug}.send-ok-missing", f"{typed} sends, but SEND OK is missing")
    yield Fault(f"{slug}.send-ok-bare", f"{typed} ends with OK where SEND OK is due")
    yield Fault(f"{slug}.send-fail", f"{typed} sends, but says SEND FAIL")
    yield Fault(f"{slug}.echoes-data", f"data of {of} are echoed")
    yield Fault(f"{slug}.nul-lost", f"NUL bytes in data of {of} are lost and not counted")
    yield Fault(f"{slug}.space-lost", f"spaces in data of {of} are lost and not counted")
    yield Fault(f"{slug}.plus-cancels", f"a lone +++ cancels the data of {of}")
    yield Fault(f"{slug}.cr-ends-data", f"a CR ends the data of {of}")
    yield Fault(f"{slug}.surplus-spoils", f"bytes beyond the length of {of} spoil what was sent")
    yield Fault(f"{slug}.takes-more-data", f"after SEND OK {of} takes as many bytes once more")
    yield Fault(f"{slug}.closes-link", f"{of} closes the link when the data are sent")
    yield Fault(f"{slug}.refused-takes-data", f"{typed} takes four bytes of data when it refuses")
    yield Fault(f"{slug}.single-takes-id", f"{typed} ignores a link id with CIPMUX=0")
    yield Fault(f"{slug}.sends-to-first", f"{typed} sends on the first link, whatever its id is")
    yield Fault(
        f"{slug}.set-in-passthrough-mode-accepted", f"{typed} takes a length with CIPMODE=1"
    )
    yield Fault(f"{slug}.address-refused", f"{typed} refuses an address for UDP")
    yield Fault(f"{slug}.port-missing-accepted", f"{typed} takes an address without a port")
    yield Fault(f"{slug}.port-range-unchecked", f"{typed} takes ports 0 and 65536")
    yield from families(slug, typed, (send.LENGTH,))


_SEND = (
    Fault("cipsend.execute-without-mode-accepted", "AT+CIPSEND passes through with CIPMODE=0"),
    Fault("cipsend.execute-unlinked-accepted", "AT+CIPSEND passes through without a link"),
    Fault("cipsend.execute-in-multiple-accepted", "AT+CIPSEND passes through with CIPMUX=1"),
)
_EX = (
    Fault("cipsendex.escape-ignored", "a backslash and a 0 do not end the data of AT+CIPSENDEX"),
    Fault("cipsendex.escaped-ends", "a \\0 with another backslash before it ends the data, too"),
    Fault("cipsendex.end-counted", "AT+CIPSENDEX counts the \\0 that ends the data as one byte"),
    Fault("cipsendex.double-backslash-kept", "AT+CIPSENDEX sends both of two backslashes"),
)
_BUFFER = (
    Fault("cipsendbuf.udp-accepted", "AT+CIPSENDBUF= works with UDP"),
    Fault("cipbufstatus.unlinked-ok", "AT+CIPBUFSTATUS answers zeros and OK without a link"),
    Fault("cipbufstatus.udp-ok", "AT+CIPBUFSTATUS works with UDP"),
    Fault("cipcheckseq.unlinked-ok", "AT+CIPCHECKSEQ= answers FALSE and OK without a link"),
    Fault("cipbufreset.unlinked-ok", "AT+CIPBUFRESET answers OK without a link"),
    Fault("cipbufreset.udp-ok", "AT+CIPBUFRESET works with UDP"),
)

FAULTS: tuple[Fault, ...] = (*_sending("cipsend"), *_sending("cipsendex"), *_SEND, *_EX, *_BUFFER)
