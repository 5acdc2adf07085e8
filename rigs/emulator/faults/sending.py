"""The faults of AT+CIPSEND, AT+CIPSENDEX, and of transparency.

Law: ids and sentences; the places that ask are `dataphase`, `passthrough` and the commands.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..commands import send
from .active import Fault
from .numeric import families


def _sending(slug: str) -> Iterator[Fault]:
    typed = f"AT+{slug.upper()}="
    yield Fault(f"{slug}.prompt-missing", f"{typed} takes data without inviting them")
    yield Fault(f"{slug}.other-prompt", f"{typed} invites with a colon")
    yield Fault(f"{slug}.data-executed", f"{typed} invites, but data are taken for commands")
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
FAULTS: tuple[Fault, ...] = (*_sending("cipsend"), *_sending("cipsendex"), *_SEND)
