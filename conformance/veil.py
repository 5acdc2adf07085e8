"""The bench's secrets, and a veil over them wherever a run is written down.

Law of this file: it knows each secret in every form in which it may be written (as it is, escaped
for a command, in hexadecimal, escaped for JSON or for Python), and replaces each by something of
the same length, so that a stored run can still be played back. Nothing else is changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from conformance.testbed import Recorder
from conformance.verdict import Judgement

#: What an AT command escapes in a string (clause 2, note 3; ruling R-06).
_ESCAPED = re.compile(rb'([",\\])')
_STAR = 0x2A


class Veil:
    """Hides the secrets; without secrets it changes nothing."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._forms: dict[bytes, bytes] = {}
        for secret in filter(None, secrets):
            self._learn(secret.encode())
        longest_first = sorted(self._forms, key=len, reverse=True)
        pattern = b"|".join(re.escape(form) for form in longest_first)
        self._pattern = re.compile(pattern) if pattern else None

    def _learn(self, secret: bytes) -> None:
        stars = bytes([_STAR]) * len(secret)
        for text in (secret, _ESCAPED.sub(rb"\\\1", secret)):
            self._forms[text] = bytes([_STAR]) * len(text)
            for form in (json.dumps(text.decode())[1:-1], repr(text)[2:-1]):
                self._forms[form.encode()] = bytes([_STAR]) * len(form)
        for spell in (bytes.hex, lambda data: bytes.hex(data).upper()):
            self._forms[spell(secret).encode()] = spell(stars).encode()

    @property
    def has_secrets(self) -> bool:
        return self._pattern is not None

    def over(self, data: bytes) -> bytes:
        """`data` without the secrets."""
        if self._pattern is None:
            return data
        return self._pattern.sub(lambda found: self._forms[found[0]], data)

    def over_text(self, text: str) -> str:
        """`text` without the secrets."""
        if self._pattern is None:
            return text
        return self.over(text.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")

    def over_judgement(self, judgement: Judgement) -> Judgement:
        """The same judgement without the secrets."""
        if self._pattern is None:
            return judgement
        return replace(
            judgement,
            sentence=self.over_text(judgement.sentence),
            expected=self.over_text(judgement.expected),
            actual=self.over_text(judgement.actual),
        )

    def unfinished(self, data: bytes) -> int:
        """How many bytes at the end of `data` may be the beginning of a secret."""
        longest = max(map(len, self._forms), default=1) - 1
        for size in range(min(longest, len(data)), 0, -1):
            tail = data[-size:]
            if any(form.startswith(tail) for form in self._forms):
                return size
        return 0


class VeiledRecorder:
    """A Recorder before another one, which never sees a secret.

    A piece that may end within a secret is held back, so far as it may, until the next one.
    """

    def __init__(self, recorder: Recorder, veil: Veil) -> None:
        self._recorder = recorder
        self._veil = veil
        self._held = b""
        self._at = 0

    def sent(self, data: bytes, at: int) -> None:
        self._let_go()
        self._recorder.sent(self._veil.over(data), at)

    def received(self, data: bytes, at: int) -> None:
        data, self._held, self._at = self._held + data, b"", at
        if size := self._veil.unfinished(data):
            data, self._held = data[:-size], data[-size:]
        if data:
            self._recorder.received(self._veil.over(data), at)

    def acted(self, action: str, detail: str, at: int) -> None:
        self._let_go()
        self._recorder.acted(action, self._veil.over_text(detail), at)

    def _let_go(self) -> None:
        if self._held:
            held, self._held = self._held, b""
            self._recorder.received(self._veil.over(held), self._at)

    def close(self) -> None:
        """Hand over what was held back, and close the other recorder if it can be closed."""
        self._let_go()
        with suppress(AttributeError):
            self._recorder.close()  # type: ignore[attr-defined]

    def __enter__(self) -> VeiledRecorder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
