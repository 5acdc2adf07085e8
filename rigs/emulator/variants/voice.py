"""Variants of how an answer is said: blank lines, and lines that nobody asked for.

Law: everything that the firmware says goes through here on its way out, and no byte of it is lost.
Whatever begins a line begins it at the beginning of one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from .active import Variants

END = b"\r\n"
_ECHOED_BEFORE = 2  # bytes of a line's echo before another line may come into it
_EVERY = 2


class Voice:
    """What the firmware speaks with.

    `say` puts bytes on the UART, `news` tells a WIFI line that is true of the station now.
    """

    def __init__(
        self, say: Callable[[bytes], None], variants: Variants, news: Callable[[], bytes]
    ) -> None:
        self._say = say
        self._news = news
        self._variants = variants
        self._fresh = True  # at the beginning of a line
        self._told = False  # whether there was information in the answer under way
        self._echoed = 0  # bytes of the echo of the line under way
        self._chances: Counter[str] = Counter()

    def raw(self, data: bytes) -> None:
        """Anything, as it is."""
        if data:
            self._say(data)
            self._fresh = data.endswith(b"\n")

    def received(self, head: bytes, data: bytes) -> None:
        """What a peer has sent: nothing follows it, the next message begins right behind it."""
        self.raw(head + data)
        self._fresh = not self._variants.ids

    def echo(self, data: bytes) -> None:
        """A part of the echo of a line."""
        head = data[: max(0, _ECHOED_BEFORE - self._echoed)]
        tail = data[len(head) :]
        self.raw(head)
        if tail and self._echoed <= _ECHOED_BEFORE and not tail.endswith(b"\n"):
            self._news_at("urc.in-echo", fresh=False)
        self.raw(tail)
        self._echoed = 0 if data.endswith(b"\n") else self._echoed + len(data)

    def begin(self) -> None:
        """A command begins to be executed."""
        self._told = False
        self._echoed = 0
        self._news_at("urc.before-answer")

    def information(self, data: bytes) -> None:
        """The information of an answer, if any."""
        if not data:
            return
        self._told = True
        if self._variants.active("blank.before-info"):
            self._break()
            self.raw(END)
        elif self._variants.ids:
            self._break()
        self.raw(data)

    def final(self, framed: bytes) -> None:
        """A final code in its usual frame."""
        self._news_at("urc.before-final")
        blanks = self._blanks()
        if blanks is not None:
            self._break()
            framed = END * blanks + framed.removeprefix(END)
        self.raw(framed)
        self._news_at("urc.after-final")

    def prompt(self, data: bytes) -> None:
        """An invitation to send data; a variant of the echo may have left the line open."""
        if self._variants.ids and not data.startswith(END):
            self._break()
        self.raw(data)

    def busy(self, framed: bytes) -> None:
        """The answer to a line that came too early, in its usual frame."""
        if self._variants.active("busy.sending"):
            framed = framed.replace(b"p...", b"s...")
        elif self._variants.active("busy.now"):
            framed = framed.replace(b"p...", b"now ...")
        elif self._variants.active("busy.no-blank"):
            self._break()
            framed = framed.removeprefix(END)
        self.raw(framed)

    def partings(self) -> None:
        """What is said before a restart."""
        if self._variants.active("rst.link-closed"):
            self.line(b"0,CLOSED")
        if self._variants.active("rst.wifi-disconnect"):
            self.line(b"WIFI DISCONNECT")

    def line(self, text: bytes) -> None:
        """A line that nobody asked for."""
        self._break()
        self.raw(self._spelled(text) + END)

    def _break(self) -> None:
        if not self._fresh:
            self.raw(END)

    def _blanks(self) -> int | None:
        """How many blank lines come before a final code; None for as it is."""
        active = self._variants.active
        if self._told and active("blank.none-after-info"):
            return 0
        if self._told and active("blank.two-after-info"):
            return 2
        if active("blank.none-before-final"):
            return 0
        return 2 if active("blank.two-before-final") else None

    def _news_at(self, moment: str, fresh: bool = True) -> None:
        if not self._variants.active(moment):
            return
        self._chances[moment] += 1
        if self._chances[moment] % _EVERY != 1:
            return
        if fresh:
            self.line(self._news())
        else:
            self.raw(self._spelled(self._news()) + END)

    def _spelled(self, text: bytes) -> bytes:
        if self._variants.active("urc.document-spelling"):
            return text.replace(b"WIFI", b"WiFi")
        return text
