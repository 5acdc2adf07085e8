"""The bench's secrets, and a veil over them wherever a run is written down.

Law of this file: it knows each secret in every form in which it may be written (as it is, escaped
for a command, in hexadecimal, escaped for JSON or for Python), and replaces each by something of
the same length, so that a stored run can still be played back. A wrong password that a purpose
makes of a right one, by its case, its end or its beginning, would give that away: it is veiled,
too. Nothing else is changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace

from conformance.testbed import Recorder
from conformance.verdict import Judgement

#: What an AT command escapes in a string (clause 2, note 3; ruling R-06).
_ESCAPED = re.compile(rb'([",\\])')
#: The last character of a secret, whichever it is, with what escapes it; in hexadecimal.
_LAST = rb"(?:\\+(?:x[0-9a-f]{2}|u[0-9a-f]{4}|.)|.)"
_LAST_HEX = rb"[0-9a-fA-F]{2}"
_STAR, _BACKSLASH = b"*", b"\\"


class Veil:
    """Hides the secrets; without secrets it changes nothing."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        stems = {stem for secret in filter(None, secrets) for stem in _stems(secret.encode())}
        self._texts = sorted({t for stem in stems for t in _texts(stem)}, key=len, reverse=True)
        self._hex = sorted({h for stem in stems for h in _hex(stem)}, key=len, reverse=True)
        patterns = [re.escape(text) + _LAST for text in self._texts]
        patterns += [b"(?P<hex>%s)" % b"|".join(h + _LAST_HEX for h in self._hex)]
        self._pattern = re.compile(b"|".join(patterns), re.DOTALL) if stems else None

    @property
    def has_secrets(self) -> bool:
        return self._pattern is not None

    def over(self, data: bytes) -> bytes:
        """`data` without the secrets."""
        if self._pattern is None:
            return data
        return self._pattern.sub(_stars, data)

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
        longest = max(map(len, (*self._texts, *self._hex)), default=0) + _MOST_ESCAPES
        for size in range(min(longest, len(data)), 0, -1):
            tail = data[-size:]
            if any(form.startswith(tail) for form in self._hex) or any(
                _may_go_on(text, tail) for text in self._texts
            ):
                return size
        return 0


#: So many backslashes may stand before the last character of a secret.
_MOST_ESCAPES = 4


def _may_go_on(text: bytes, tail: bytes) -> bool:
    """Whether `tail` is a beginning of `text`, or all of it and what escapes what follows."""
    return text.startswith(tail) or (
        tail.startswith(text) and not tail[len(text) :].strip(_BACKSLASH)
    )


def _stars(found: re.Match[bytes]) -> bytes:
    size = len(found[0])
    return _STAR.hex().encode() * (size // 2) if found["hex"] else _STAR * size


def _stems(secret: bytes) -> Iterator[bytes]:
    """A secret and what purposes make of it, without the last byte."""
    for near in (secret, secret.swapcase(), secret[1:]):
        yield near[:-1]


def _texts(stem: bytes) -> Iterator[bytes]:
    for text in (stem, _ESCAPED.sub(rb"\\\1", stem)):
        yield text
        yield json.dumps(text.decode("utf-8", "replace"))[1:-1].encode()
        yield repr(text)[2:-1].encode()


def _hex(stem: bytes) -> Iterator[bytes]:
    yield stem.hex().encode()
    yield stem.hex().upper().encode()


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
