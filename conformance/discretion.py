"""Discretion: what is the owner's of a board is not written down, only that it was there.

Law of this file: names and passwords that were saved before a run come into no transcript and no
report. What is written instead has the same length and the same marks, so that a stored run can
still be played back.
"""

from __future__ import annotations

import hmac
import re
import secrets

from conformance.testbed import Recorder

#: Commands whose query tells what the board's owner may have set.
CONFIDED = ("CWSAP", "CWSAP_CUR", "CWSAP_DEF")

#: A line's head with its `:` or `=`, its strings, and at most so many numbers at its end.
_LINE = re.compile(rb"([^:=\r\n]*[:=])([^\r\n]*?)((?:,\d+){0,4}\r?\n?)")
#: The test form has nothing to hide.
_TEST = b"?"
#: What stays of the strings: their marks, and what separates them.
_MARKS = b'",'


def veiled(data: bytes) -> bytes:
    """`data` with an asterisk for each byte that may belong to a string."""
    return b"".join(_veiled_line(line) for line in data.splitlines(keepends=True))


def _veiled_line(line: bytes) -> bytes:
    parts = _LINE.fullmatch(line)
    if parts is None:
        return line
    head, strings, numbers = parts.groups()
    if strings == _TEST:
        return line
    return head + bytes(byte if byte in _MARKS else 0x2A for byte in strings) + numbers


#: How much of a flash is veiled at a time, in bytes; what was never written stays as it is.
_BLOCK = 16
_WRITTEN = re.compile(rb"[^\xff]")
#: Forgotten with this process, so that nobody can try passwords against what is stored.
_KEY = secrets.token_bytes(32)


def veiled_flash(content: bytes) -> bytes:
    """`content` with each written block replaced by one that tells no more than whether it differs.

    Equal areas stay equal and different ones different, which is all that a purpose asks of them;
    two runs cannot be compared.
    """
    veil, at = bytearray(content), 0
    while (written := _WRITTEN.search(content, at)) is not None:
        number = written.start() // _BLOCK
        start, at = number * _BLOCK, (number + 1) * _BLOCK
        block = content[start:at]
        digest = hmac.digest(_KEY, number.to_bytes(8, "big") + block, "sha256")
        veil[start:at] = digest[: len(block)]
    return bytes(veil)


class DiscreetRecorder:
    """A Recorder before another one, which gets what was received in one veiled piece.

    Only then is a line whole, and no part of a string escapes at the border of two pieces.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._received = bytearray()
        self._at = 0

    def sent(self, data: bytes, at: int) -> None:
        self.close()
        self._recorder.sent(veiled(data), at)

    def received(self, data: bytes, at: int) -> None:
        self._received += data
        self._at = at

    def acted(self, action: str, detail: str, at: int) -> None:
        self.close()
        self._recorder.acted(action, detail, at)

    def close(self) -> None:
        """Hand over what was received."""
        if self._received:
            self._recorder.received(veiled(bytes(self._received)), self._at)
            self._received.clear()
