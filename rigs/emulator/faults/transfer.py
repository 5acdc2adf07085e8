"""The faults of AT+CIPMUX, AT+CIPMODE, AT+CIPSTO, AT+CIPDINFO, AT+CIPSSLSIZE, AT+CIPSERVER.

Law: ids and sentences; the places that ask are `commands/transfer.py`, `commands/tcpserver.py` and
`tcpip.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..commands import tcpserver, transfer
from .active import Fault
from .numeric import families


def _queried(setting: transfer.Setting) -> Iterator[Fault]:
    """What the query of a setting in RAM can show wrong."""
    slug, typed, default = setting.slug, f"AT{setting.name}", setting.field.default
    yield Fault(f"{slug}.query-always-default", f"{typed}? shows {default} whatever is set")
    yield Fault(f"{slug}.query-wrong", f"{typed}? shows another value than what is set")
    yield Fault(f"{slug}.query-other-prefix", f"{typed}? prints {setting.name}STATE: in front")
    yield Fault(f"{slug}.query-no-prefix", f"{typed}? prints the bare value")
    yield Fault(f"{slug}.query-no-value", f"{typed}? prints its prefix without a value")
    yield Fault(f"{slug}.lost-when-read", f"{typed}? shows the value once, then it is {default}")
    yield Fault(f"{slug}.survives-rst", f"{typed}= sets what survives AT+RST")
    yield Fault(
        f"{slug}.refused-takes-effect", f"{typed}= answers ERROR to a wrong value, but sets it"
    )
    yield Fault(f"{slug}.refused-resets", f"{typed}= goes back to {default} for a wrong value")
    for value in setting.field.known:
        yield Fault(
            f"{slug}.{value}-not-applied", f"{typed}={value} answers OK and changes nothing"
        )


_LOCKS = (
    Fault("cipmux.with-link-accepted", "AT+CIPMUX= works with a link open"),
    Fault("cipmux.in-passthrough-mode-accepted", "AT+CIPMUX=1 works with CIPMODE=1"),
    Fault("cipmux.with-server-accepted", "AT+CIPMUX=0 works with a server"),
    Fault("cipmux.lock-stays", "AT+CIPMUX= is refused once there was a link, though it is closed"),
    Fault("cipmux.mode-lock-stays", "AT+CIPMUX=1 is refused once CIPMODE was 1"),
    Fault("cipmode.mux-lock-stays", "AT+CIPMODE=1 is refused once CIPMUX was 1"),
    Fault("cipmode.link-unsaid", "AT+CIPMODE=1 with a link open answers ERROR alone"),
    Fault("cipmode.writes-flash", "AT+CIPMODE= writes the flash"),
    Fault("cipdinfo.writes-flash", "AT+CIPDINFO= writes the flash"),
    Fault("cipsslsize.again-refused", "AT+CIPSSLSIZE= is refused once a size was set"),
    Fault("cipmux.default-1", "CIPMUX is 1 after every boot"),
    Fault("cipmode.with-mux-accepted", "AT+CIPMODE= works with CIPMUX=1"),
    Fault("cipmode.udp-mode-unchecked", "AT+CIPMODE=1 and AT+CIPSEND work with every UDP mode"),
    Fault("cipmode.default-1", "CIPMODE is 1 after every boot"),
    Fault("cipsto.default-60", "CIPSTO is 60 after every boot"),
)
SILENT_CLIENTS: tuple[Fault, ...] = (
    Fault("cipsto.never-disconnects", "the server disconnects no silent client, whatever CIPSTO"),
    Fault("cipsto.hour-at-most", "CIPSTO of more than an hour disconnects after an hour"),
    Fault("cipsto.default-not-kept", "without AT+CIPSTO= no silent client is disconnected"),
    Fault("cipsto.active-disconnected", "CIPSTO disconnects clients that send, too"),
    Fault("cipsto.one-for-all", "whatever one client sends keeps all of them, whatever CIPSTO"),
    Fault("cipsto.0-at-once", "CIPSTO=0 disconnects silent clients after 5 s"),
    Fault("cipsto.0-two-hours", "CIPSTO=0 disconnects silent clients after two hours"),
    Fault("cipsto.0-16-bits", "CIPSTO=0 disconnects silent clients after 65536 s"),
)
"""What only a client of the server notices."""

_SERVER = (
    Fault("cipserver.single-accepted", "AT+CIPSERVER= works with CIPMUX=0"),
    Fault("cipserver.refused-takes-effect", "AT+CIPSERVER= answers ERROR and yet starts a server"),
    Fault("cipserver.refused-deletes", "AT+CIPSERVER= answers ERROR and yet deletes a server"),
    Fault("cipserver.survives-rst", "a server is there after AT+RST, too"),
    Fault("cipserver.again-refused", "AT+CIPSERVER= is refused if it changes nothing"),
    Fault("cipserver.port-required", "AT+CIPSERVER=1 is refused without a port"),
    Fault("cipserver.0-not-applied", "AT+CIPSERVER=0 answers OK, but the server stays"),
    Fault("cipserver.1-not-applied", "AT+CIPSERVER=1 answers OK, but there is no server"),
    *(
        each
        for each in families("cipserver", "AT+CIPSERVER=", (tcpserver.MODE, tcpserver.PORT))
        if each.id != "cipserver.missing-accepted"
    ),
)

FAULTS: tuple[Fault, ...] = (
    *(fault for each in transfer.QUERIED for fault in _queried(each)),
    *(
        fault
        for each in transfer.SETTINGS
        for fault in families(each.slug, f"AT{each.name}=", (each.field,))
    ),
    *_LOCKS,
    *SILENT_CLIENTS,
    *_SERVER,
)
