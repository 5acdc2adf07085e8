"""Transcripts: every byte of a purpose with direction and time, as JSON lines.

Law of this file: bytes go in and come out exactly as they were. A byte is one Latin-1 character,
so a transcript can be read by eye, searched with grep and turned back into bytes without loss.

A line is `{"t": ns, "dir": "<", "data": "..."}` for traffic (`>` to the IUT, `<` from it) or
`{"t": ns, "dir": "!", "do": "configure", "detail": "..."}` for anything else the harness did.
It is bounded: where an IUT said too much, an action `flood` says that the rest is missing.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import TextIO

from conformance.flash import FlashLayout

TO_IUT = ">"
FROM_IUT = "<"
ACTION = "!"

#: What `json.dumps` does to a string in the end.
_quoted = json.JSONEncoder().encode

#: The action that ends what is written down of an IUT that floods.
FLOOD = "flood"
#: How many characters of a transcript what the IUT says may take.
MAX_HEARD = 1 << 25


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a transcript."""

    at: int
    direction: str
    data: bytes = b""
    action: str = ""
    detail: str = ""


class TranscriptWriter:
    """A `testbed.Recorder` that appends to a text stream and keeps nothing in memory."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._left = MAX_HEARD

    def sent(self, data: bytes, at: int) -> None:
        self._traffic(TO_IUT, data, at)

    def received(self, data: bytes, at: int) -> None:
        if self._left <= 0:
            return
        self._left -= self._traffic(FROM_IUT, data, at)
        if self._left <= 0:
            self.acted(
                FLOOD,
                f"the IUT said so much ({MAX_HEARD} characters) that the rest of it "
                "is not written down",
                at,
            )

    def acted(self, action: str, detail: str, at: int) -> None:
        entry = {"t": at, "dir": ACTION, "do": action, "detail": detail}
        self._stream.write(json.dumps(entry) + "\n")

    def _traffic(self, direction: str, data: bytes, at: int) -> int:
        """Write down `data`; how many characters that took."""
        # Composed by hand: this is the harness's hot path, and two of the three values are ours.
        text = _quoted(data.decode("latin-1"))
        return self._stream.write(f'{{"t": {at}, "dir": "{direction}", "data": {text}}}\n')

    def close(self) -> None:
        self._stream.close()

    def __enter__(self) -> TranscriptWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class NullRecorder:
    """A `testbed.Recorder` for those who keep no transcript."""

    def sent(self, data: bytes, at: int) -> None:
        pass

    def received(self, data: bytes, at: int) -> None:
        pass

    def acted(self, action: str, detail: str, at: int) -> None:
        pass

    def close(self) -> None:
        pass


def layout_detail(layout: FlashLayout) -> str:
    """`layout` as the detail of an action `flash-layout`."""
    return json.dumps(asdict(layout))


def layout_of(detail: str) -> FlashLayout:
    """What `layout_detail` wrote; raises `ValueError` or `TypeError` on anything else."""
    return FlashLayout(**json.loads(detail))


def flash_detail(areas: Sequence[range], contents: Sequence[bytes]) -> str:
    """What was read of a flash as the detail of an action `flash-read`: mostly 0xFF, so packed."""
    packed = [base64.b64encode(zlib.compress(content)).decode() for content in contents]
    return json.dumps({"areas": [[a.start, a.stop] for a in areas], "packed": packed})


def flash_of(detail: str) -> tuple[tuple[range, ...], tuple[bytes, ...]]:
    """What `flash_detail` wrote; raises `ValueError`, `KeyError` or `TypeError` on other text."""
    fields = json.loads(detail)
    areas = tuple(range(start, stop) for start, stop in fields["areas"])
    contents = tuple(_unpacked(text) for text in fields["packed"])
    if [len(area) for area in areas] != [len(content) for content in contents]:
        raise ValueError("damaged flash content: its length is not that of the areas")
    return areas, contents


def _unpacked(text: str) -> bytes:
    try:
        return zlib.decompress(base64.b64decode(text, validate=True))
    except zlib.error as error:
        raise ValueError(f"damaged flash content: {error}") from error


def read_transcript(path: Path) -> Iterator[Entry]:
    """The entries of the transcript at `path`; raises `ValueError` on a damaged line.

    A last line that was cut short (the writer was killed) ends the transcript without an error.
    """
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            if not line.endswith(b"\n"):
                return
            try:
                yield _entry(json.loads(line.decode("ascii")))
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(f"{path.name}, line {number}: {error}") from error


def _entry(fields: dict[str, object]) -> Entry:
    at, direction = int(str(fields["t"])), fields["dir"]
    if direction == ACTION:
        return Entry(at, ACTION, action=str(fields["do"]), detail=str(fields["detail"]))
    if direction not in (TO_IUT, FROM_IUT) or not isinstance(fields["data"], str):
        raise ValueError(f"neither traffic nor an action: {fields}")
    return Entry(at, str(direction), data=fields["data"].encode("latin-1"))


#: Control characters as an engineer writes them; everything else unprintable becomes \xNN.
_NAMED = {0x0D: "\\r", 0x0A: "\\n", 0x09: "\\t", 0x5C: "\\\\"}
_PRINTABLE = {byte: _NAMED.get(byte) or chr(byte) for byte in (*range(0x20, 0x7F), *_NAMED)}
_READABLE = [_PRINTABLE.get(byte) or f"\\x{byte:02x}" for byte in range(256)]


def readable(data: bytes, limit: int = 200) -> str:
    """`data` as printable ASCII, for people; past `limit` bytes it says how many were left out."""
    shown = "".join(_READABLE[byte] for byte in data[:limit])
    rest = len(data) - limit
    return f"{shown}... ({rest} more bytes)" if rest > 0 else shown
