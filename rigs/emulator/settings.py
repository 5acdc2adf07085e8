"""What a board can be set to, and what a written value outlives.

Law: values and their lifetimes; no command, no parsing, no printing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TypedDict

from .uart import BOOT_FORMAT, UartFormat


@dataclass(frozen=True)
class SoftAp:
    """The softAP's configuration (clause 4.1.10).

    `ecn`: 0 open, 2 WPA, 3 WPA2, 4 both.  `hidden`: 1 does not broadcast the SSID.
    """

    ssid: bytes
    password: bytes
    channel: int
    ecn: int
    max_connections: int
    hidden: int


@dataclass(frozen=True)
class Settings:
    """Everything that has a value in RAM and one in the store.  `mode`: 1, 2, 3 (clause 4.1.1)."""

    mode: int
    softap: SoftAp
    uart: UartFormat = BOOT_FORMAT


class Changes(TypedDict, total=False):
    """New values for some of the settings."""

    mode: int
    softap: SoftAp
    uart: UartFormat


class Lifetime(IntEnum):
    """What a written value outlives.  Healthy firmware writes FOREVER only."""

    UNTIL_BOOT = 0
    UNTIL_POWER_LOSS = 1
    FOREVER = 2
