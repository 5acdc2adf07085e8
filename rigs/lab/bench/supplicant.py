"""wpa_supplicant: how a second station is told whom to join, and what its lines tell.

Law of this file: text in, text out. SSID in hexadecimal, so that every byte is taken as it is.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

_HEX_KEY = re.compile(rb"[0-9A-Fa-f]{64}")


class Unwritable(ValueError):
    """wpa_supplicant can look for no such access point; the message says why."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom a station is to join; without a password an open network."""

    ssid: bytes
    password: bytes = b""

    def text(self) -> str:
        """Its wpa_supplicant.conf; raises `Unwritable`."""
        if not 0 < len(self.ssid) <= 32:
            raise Unwritable("an SSID has 1 to 32 bytes")
        lines = [
            "ap_scan=1",
            # Nothing is saved, and no other network is tried.
            "update_config=0",
            "network={",
            f"\tssid={self.ssid.hex()}",
            # So that it finds one that hides.
            "\tscan_ssid=1",
            *self._secured(),
            "}",
        ]
        return "\n".join(lines) + "\n"

    def _secured(self) -> list[str]:
        if not self.password:
            return ["\tkey_mgmt=NONE"]
        return [
            "\tkey_mgmt=WPA-PSK",
            "\tproto=RSN WPA",
            "\tpairwise=CCMP TKIP",
            f"\tpsk={self._key()}",
        ]

    def _key(self) -> str:
        """The key itself: of a passphrase in quotation marks not all is taken as it is."""
        if _HEX_KEY.fullmatch(self.password):
            return self.password.decode()
        if not 8 <= len(self.password) <= 63:
            raise Unwritable("a passphrase has 8 to 63 bytes")
        return hashlib.pbkdf2_hmac("sha1", self.password, self.ssid, 4096, 32).hex()


#: What stands in a line -> what it says of a wish.
_OUTCOMES = (
    ("CTRL-EVENT-CONNECTED", ""),
    ("reason=WRONG_KEY", "wrong-password"),
    ("pre-shared key may be incorrect", "wrong-password"),
    ("CTRL-EVENT-NETWORK-NOT-FOUND", "not-found"),
    ("CTRL-EVENT-ASSOC-REJECT", "full"),
)


def outcome(line: str) -> str | None:
    """How a wish came out, as a line tells: empty if it joined, else why not; None: not yet."""
    for mark, why in _OUTCOMES:
        if mark in line:
            return why
    return None
