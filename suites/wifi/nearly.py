"""Names and passwords that are nearly those of an access point, and are wrong.

Law of this file: a bench has the name and the password that it has. What cannot be made wrong of
them in some way, as by another case of mere digits, makes the purpose one that is not run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from conformance.lab import AccessPoint
from conformance.verdict import Lacking

Made = Callable[[bytes], bytes]

#: Names of networks that are not there, made of the name of one that is.
NAMES: Mapping[str, Made] = {
    "shorter": lambda ssid: ssid[:-1],
    "longer": lambda ssid: ssid + b"x",
    "other-case": bytes.swapcase,
}
#: Passwords that are wrong, made of the right one.
PASSWORDS: Mapping[str, Made] = {
    "last-byte": lambda password: password[:-1] + bytes([password[-1] ^ 1]),
    "other-case": bytes.swapcase,
    "longer": lambda password: (password + b"0")[-63:],
}

#: The longest name of a network.
_LONGEST = 32
#: So many digits are the key itself, and have no case (ruling R-102).
_KEY = 64
_DIGITS = frozenset(b"0123456789abcdefABCDEF")


def name(access_point: AccessPoint, how: str) -> bytes:
    """A name that is only like that of `access_point`."""
    made = NAMES[how](access_point.ssid)
    if made == access_point.ssid or not 1 <= len(made) <= _LONGEST:
        raise Lacking(f"no other name can be made of {access_point.ssid!r} in this way: {how}")
    return made


def password(access_point: AccessPoint, how: str) -> bytes:
    """A password that is only like that of `access_point`."""
    right = access_point.password
    if not right:
        raise Lacking(f"{access_point.name} is open, so that no password is wrong there")
    made = PASSWORDS[how](right)
    if not _is_another(made, right):
        raise Lacking(f"no wrong password can be made of that of {access_point.name}: {how}")
    return made


def _is_another(made: bytes, right: bytes) -> bool:
    if len(made) < _KEY:
        return made != right
    return _DIGITS.issuperset(made) and made.lower() != right.lower()
