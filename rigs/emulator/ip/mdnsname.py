"""What a station tells of itself to those who look for it by name.

Law: a value; AT+MDNS sets it, a reset forgets it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MdnsName:
    """What AT+MDNS=1 was told (clause 4.1.37)."""

    host: bytes
    server: bytes
    port: int
