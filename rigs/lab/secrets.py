"""Whether a password opens an access point.

Law of this file: arithmetic only, as IEEE 802.11 has it. An open network asks for none; WPA takes
the passphrase, or the key that is made of it and the SSID, in 64 hexadecimal digits; WEP takes its
key as characters or in hexadecimal digits.
"""

from __future__ import annotations

import hashlib
import re

_HEX = re.compile(rb"[0-9A-Fa-f]*\Z")


def opens(security: str, ssid: bytes, password: bytes, given: bytes) -> bool:
    """Whether who gives `given` may join an access point that is secured by `password`."""
    if security == "open" or given == password:
        return True
    if security == "wep":
        return _wep_key(given) == _wep_key(password)
    return _wpa_key(given, ssid) == _wpa_key(password, ssid)


def _wep_key(key: bytes) -> bytes:
    if len(key) in (10, 26) and _HEX.match(key):
        return bytes.fromhex(key.decode("ascii"))
    return key


def _wpa_key(password: bytes, ssid: bytes) -> bytes:
    if len(password) == 64 and _HEX.match(password):
        return bytes.fromhex(password.decode("ascii"))
    return hashlib.pbkdf2_hmac("sha1", password, ssid, 4096, 32)
