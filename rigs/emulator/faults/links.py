"""The faults of AT+CIPSTART, AT+SAVETRANSLINK.

Law: ids and sentences; the places that ask are the files of these commands and `firmware.py`.
"""

from __future__ import annotations

from ..commands import linkopen
from .active import Fault
from .numeric import families

_START = (
    Fault("cipstart.no-ip-accepted", "AT+CIPSTART= goes on in station mode without an address"),
    Fault("cipstart.already-ok", "AT+CIPSTART= on a link that is open answers OK and does nothing"),
    Fault("cipstart.already-reopens", "AT+CIPSTART= on a link that is open replaces it"),
    Fault("cipstart.already-unsaid", "AT+CIPSTART= on a link that is open answers ERROR alone"),
    Fault("cipstart.single-with-id-accepted", "AT+CIPSTART= ignores a link id with CIPMUX=0"),
    Fault("cipstart.multiple-without-id-accepted", "AT+CIPSTART= needs no link id with CIPMUX=1"),
    Fault("cipstart.empty-host-accepted", "AT+CIPSTART= takes an empty address"),
    Fault("cipstart.type-lower-case-accepted", "AT+CIPSTART= takes types in lower case"),
    Fault("cipstart.type-unknown-accepted", "AT+CIPSTART= takes unknown types for UDP"),
    Fault("cipstart.type-tcp-refused", "AT+CIPSTART= refuses TCP"),
    Fault("cipstart.type-udp-refused", "AT+CIPSTART= refuses UDP"),
    Fault("cipstart.type-ssl-refused", "AT+CIPSTART= refuses SSL at once"),
    Fault("cipstart.passthrough-unchecked", "with CIPMODE=1, AT+CIPSTART= takes every UDP mode"),
    Fault("cipstart.port-plus-one", "AT+CIPSTART= opens a link to the next remote port"),
    Fault("cipstart.local-port-ignored", "AT+CIPSTART= chooses the UDP local port itself, always"),
    Fault("cipstart.udp-mode-ignored", "AT+CIPSTART= takes the UDP mode for 0, always"),
    Fault("cipstart.unreached-ok", "AT+CIPSTART= answers OK if TCP or SSL reaches nobody"),
    Fault("cipstart.refused-opens", "AT+CIPSTART= answers ERROR and yet opens a link"),
    Fault("cipstart.opens-other-id", "AT+CIPSTART= opens the link after the one it was given"),
    *families("cipstart", "AT+CIPSTART=", linkopen.FIELDS),
)
_SAVED = (
    Fault("savetranslink.exit-ignored", "a lone +++ does not end what began at boot"),
    Fault("savetranslink.port-plus-one", "a saved link is opened to the next remote port"),
    Fault("savetranslink.local-port-ignored", "a saved link is opened from another local port"),
)

FAULTS: tuple[Fault, ...] = (*_START, *_SAVED)
