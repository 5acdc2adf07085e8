"""hostapd: what its configuration says of an access point, and what its lines tell of stations.

Law of this file: text in, text out. SSID and passphrase are written so that every byte is taken as
it is; whatever hostapd could misread is refused before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

#: How an access point is secured -> hostapd's `wpa`, and its ciphers.
_WPA = {
    "wpa": ("1", "wpa_pairwise=TKIP"),
    "wpa2": ("2", "rsn_pairwise=CCMP"),
    "wpa-wpa2": ("3", "wpa_pairwise=TKIP\nrsn_pairwise=CCMP"),
}

#: A line of hostapd about a station, without what stands before it.
_TOLD = re.compile(r"(AP-STA-[A-Z-]+|AP-ENABLED|AP-DISABLED)(?: ([0-9a-f]{2}(?::[0-9a-f]{2}){5}))?")

_HEX_KEY = re.compile(r"[0-9A-Fa-f]{64}")


class Unwritable(ValueError):
    """hostapd has no access point like that; the message says why."""


@dataclass(frozen=True, slots=True)
class Radio:
    """One access point on one Wi-Fi interface. `driver`: `nl80211`, or `none` to try without."""

    interface: str
    ssid: bytes
    password: bytes = b""
    security: str = "open"
    channel: int = 6
    hidden: bool = False
    bssid: str = ""
    driver: str = "nl80211"

    def text(self) -> str:
        """Its hostapd.conf; raises `Unwritable`."""
        lines = [
            f"interface={self.interface}",
            f"driver={self.driver}",
            f"ssid2={self.ssid.hex()}",
            "utf8_ssid=0",
            # 802.11g, and 802.11n on top of it: what the chip has.
            "hw_mode=g",
            "ieee80211n=1",
            f"channel={self.channel}",
            f"ignore_broadcast_ssid={int(self.hidden)}",
            "auth_algs=1",
            "logger_stdout=-1",
            "logger_stdout_level=2",
        ]
        if not 0 < len(self.ssid) <= 32:
            raise Unwritable("an SSID has 1 to 32 bytes")
        if self.bssid:
            lines.append(f"bssid={self.bssid}")
        return "\n".join([*lines, *self._secured()]) + "\n"

    def _secured(self) -> list[str]:
        if self.security == "open":
            return []
        if self.security not in _WPA:
            raise Unwritable(f"hostapd here makes no access point secured by {self.security}")
        number, ciphers = _WPA[self.security]
        return [f"wpa={number}", "wpa_key_mgmt=WPA-PSK", *ciphers.split("\n"), self._key()]

    def _key(self) -> str:
        try:
            password = self.password.decode("ascii")
        except UnicodeDecodeError:
            password = ""
        if _HEX_KEY.fullmatch(password):
            return f"wpa_psk={password}"
        # One line, and nothing at its ends that hostapd would cut off.
        if not 8 <= len(password) <= 63 or not password.isprintable():
            raise Unwritable("a passphrase has 8 to 63 printable ASCII characters")
        return f"wpa_passphrase={password}"


@dataclass(frozen=True, slots=True)
class Told:
    """What a line tells: `enabled`, `disabled`, `joined`, `left` or `wrong-password`."""

    what: str
    station: str = ""


_WHAT = {
    "AP-ENABLED": "enabled",
    "AP-DISABLED": "disabled",
    "AP-STA-CONNECTED": "joined",
    "AP-STA-DISCONNECTED": "left",
    "AP-STA-POSSIBLE-PSK-MISMATCH": "wrong-password",
}


def told(line: str) -> Told | None:
    """What a line of hostapd tells, if anything that matters here."""
    found = _TOLD.search(line)
    if found is None or found[1] not in _WHAT:
        return None
    what = _WHAT[found[1]]
    return (
        None
        if what in ("joined", "left", "wrong-password") and not found[2]
        else Told(what, found[2] or "")
    )
