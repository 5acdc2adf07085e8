"""The link that a board opens at boot, to pass its UART through (clause 5.2.15).

Law: what is saved of it; opening it is not done here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SavedLink:
    """What AT+SAVETRANSLINK was told.

    `host`: a name or an address.  `kind`: `TCP`, `UDP` or `SSL`.  `keep_alive`: in 500 ms, 0 is
    off.  `local_port`: of UDP, 0 for none in particular.
    """

    host: bytes
    port: int
    kind: bytes = b"TCP"
    keep_alive: int = 0
    local_port: int = 0
