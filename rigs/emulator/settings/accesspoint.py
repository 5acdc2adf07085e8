"""The access point that a station is to join.

Law: what is known of it before anybody has looked for it; whether it is joined is not known here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AccessPoint:
    """What AT+CWJAP was told (clause 4.1.4).  `bssid`: six bytes, or None for any."""

    ssid: bytes
    password: bytes
    bssid: bytes | None = None
