"""The bench's secrets, and a veil over them wherever a run is written down.

Law of this file: it knows each secret in every form in which it may be written (as it is, escaped
for a command, in hexadecimal, escaped for JSON or for Python), and writes what would stand there
if the secret were as many asterisks; so a stored run, whose lab tells asterisks, is played back.
A wrong password that a purpose makes of a right one, by its case, its end or its beginning, would
give that away: it is veiled, too. Nothing else is changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from conformance.testbed import Recorder
from conformance.verdict import Judgement

#: What an AT command escapes in a string (clause 2, note 3; ruling R-06).
_ESCAPED = re.compile(rb'([",\\])')
#: The last character of a secret, whichever it is, with what escapes it; in hexadecimal.
_LAST = rb"(?:\\+(?:x[0-9a-f]{2}|u[0-9a-f]{4}|.)|.)"
_LAST_HEX = rb"[0-9a-fA-F]{2}"
_STAR, _OTHER, _BACKSLASH = b"*", b"+", b"\\"


class Veil:
    """Hides the secrets; without secrets it changes nothing."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        #: How all but the last byte is written -> how long the whole is, and its last byte.
        texts: dict[bytes, tuple[int, int]] = {}
        hexes: dict[bytes, tuple[int, int]] = {}
        for near in (near for secret in filter(None, secrets) for near in _near(secret.encode())):
            for text in _texts(near[:-1]):
                texts.setdefault(text, (len(near), near[-1]))
            for digits in (near[:-1].hex(), near[:-1].hex().upper()):
                hexes.setdefault(digits.encode(), (len(near), near[-1]))
        self._texts, self._hexes = _longest_first(texts), _longest_first(hexes)
        patterns = [re.escape(text) + _LAST for text in self._texts]
        patterns += [b"(?P<hex>%s)" % b"|".join(each + _LAST_HEX for each in self._hexes)]
        self._pattern = re.compile(b"|".join(patterns), re.DOTALL) if texts else None

    @property
    def has_secrets(self) -> bool:
        return self._pattern is not None

    def over(self, data: bytes) -> bytes:
        """`data` without the secrets."""
        if self._pattern is None:
            return data
        return self._pattern.sub(self._stars, data)

    def _stars(self, found: re.Match[bytes]) -> bytes:
        whole, forms = found[0], self._hexes if found["hex"] else self._texts
        size, last = next(told for form, told in forms.items() if whole.startswith(form))
        ends = int(whole[-2:], 16) if found["hex"] else whole[-1]
        # A last byte of which one bit is wrong stays one of which one bit is wrong.
        stars = _STAR * (size - 1) + (_OTHER if ends ^ last == 1 else _STAR)
        return stars.hex().encode() if found["hex"] else stars

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
        longest = max(map(len, (*self._texts, *self._hexes)), default=0) + _MOST_ESCAPES
        for size in range(min(longest, len(data)), 0, -1):
            tail = data[-size:]
            if any(form.startswith(tail) for form in self._hexes) or any(
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


def _longest_first(forms: Mapping[bytes, tuple[int, int]]) -> Mapping[bytes, tuple[int, int]]:
    return dict(sorted(forms.items(), key=lambda item: len(item[0]), reverse=True))


def _near(secret: bytes) -> Iterator[bytes]:
    """A secret and what purposes make of it; they change the last byte, too."""
    yield from (secret, secret.swapcase(), secret[1:])


def _texts(stem: bytes) -> Iterator[bytes]:
    for text in (stem, _ESCAPED.sub(rb"\\\1", stem)):
        yield text
        yield json.dumps(text.decode("utf-8", "replace"))[1:-1].encode()
        yield repr(text)[2:-1].encode()


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
