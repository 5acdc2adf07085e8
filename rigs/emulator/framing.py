"""The framing of answers (field guide 2): two literals end everything.

Law: from words to bytes; the faults that damage the frame, and none that changes the word.
"""

from __future__ import annotations

from .command import Final
from .faults import Faults

BUSY = b"\r\nbusy p...\r\n"
FORCED_RESTART = b"\r\nWill force to restart!!!\r\n"


def final_code(final: Final, faults: Faults) -> bytes:
    """A final result code between its line ends."""
    word = final.value
    if faults.active("final.lower-case"):
        word = word.lower()
    if faults.active("final.cut"):
        return b"\r\n" + word[:1]
    if faults.active("final.no-cr"):
        return b"\r\n" + word + b"\n"
    if faults.active("final.no-lf"):
        return b"\r\n" + word + b"\r"
    if faults.active("final.joined"):
        return word + b"\r\n"
    return b"\r\n" + word + b"\r\n"


def information(data: bytes, faults: Faults) -> bytes:
    """The information response of an answer; every line brings its own end."""
    if faults.active("info.cut"):
        return data[: len(data) // 2]
    if faults.active("info.no-cr"):
        return data.replace(b"\r\n", b"\n")
    return data
