"""Variants of how an answer is said: blank lines, and lines that nobody asked for.

Law: no byte of what the firmware says is lost.  Whatever begins a line begins it at the beginning
of one.
"""

from __future__ import annotations

from collections import Counter

from ..line.command import Final
from ..line.voice import BUSY, END, Voice
from ..mutants.memory import memory
from .active import Variants
from .printed import closed

_ECHOED_BEFORE = 2  # bytes of a line's echo before another line may come into it
_EVERY = 2
WAITING = "waiting lines"
"""Lines about the station that are said behind the final code, while there is such a list."""


class _VariedVoice(Voice):
    """The voice as the active variants have it; `news` tells a WIFI line that is true."""

    variants: Variants
    _told = False  # whether there was information in the answer under way
    _echoed = 0  # bytes of the echo of the line under way
    _chances: Counter[str] | None = None

    def received(self, head: bytes, data: bytes) -> None:
        """See Voice; what follows in a line of its own begins a new one."""
        super().received(head, data)
        self._fresh = False

    def echo(self, data: bytes) -> None:
        """See Voice."""
        head = data[: max(0, _ECHOED_BEFORE - self._echoed)]
        tail = data[len(head) :]
        self.raw(head)
        if tail and self._echoed <= _ECHOED_BEFORE and not tail.endswith(b"\n"):
            self._news_at("urc.in-echo", fresh=False)
        self.raw(tail)
        self._echoed = 0 if data.endswith(b"\n") else self._echoed + len(data)

    def begin(self) -> None:
        """An answer begins."""
        self._told = False
        self._echoed = 0
        self._news_at("urc.before-answer")

    def information(self, data: bytes) -> None:
        """See Voice."""
        if not data:
            return
        self._told = True
        self._break()
        if self.variants.active("blank.before-info"):
            self.raw(END)
        super().information(data)

    def final(self, final: Final) -> None:
        """See Voice."""
        self._news_at("urc.before-final")
        framed, blanks = self.framed(final), self._blanks()
        if blanks is not None:
            self._break()
            framed = END * blanks + framed.removeprefix(END)
        self.raw(framed)
        self._told = False
        self._news_at("urc.after-final")

    def prompt(self, data: bytes) -> None:
        """See Voice; a variant of the echo may have left the line open."""
        if not data.startswith(END):
            self._break()
        super().prompt(data)

    def busy(self) -> None:
        """See Voice."""
        framed = BUSY
        if self.variants.active("busy.sending"):
            framed = framed.replace(b"p...", b"s...")
        elif self.variants.active("busy.now"):
            framed = framed.replace(b"p...", b"now ...")
        elif self.variants.active("busy.bare"):
            framed = framed.replace(b" p...", b"")
        elif self.variants.active("busy.no-blank"):
            self._break()
            framed = framed.removeprefix(END)
        self.raw(framed)

    def forced_restart(self) -> None:
        """See Voice."""
        super().forced_restart()
        self.partings()

    def partings(self) -> None:
        """Lines that are said before a restart."""
        if self.variants.active("rst.link-closed"):
            self.line(b"0,CLOSED")
        if self.variants.active("rst.wifi-disconnect"):
            self.line(b"WIFI DISCONNECT")

    def line(self, text: bytes) -> None:
        """See Voice; what is told of the station may have to wait."""
        waiting = memory(self.chip).get(WAITING)
        if waiting is not None and text.startswith(b"WIFI "):
            waiting.append(text)
        else:
            super().line(closed(self._spelled(text), self.variants))

    def _blanks(self) -> int | None:
        """How many blank lines come before a final code; None for as it is."""
        active = self.variants.active
        if self._told and active("blank.none-after-info"):
            return 0
        if self._told and active("blank.two-after-info"):
            return 2
        if active("blank.none-before-final"):
            return 0
        return 2 if active("blank.two-before-final") else None

    def _news_at(self, moment: str, fresh: bool = True) -> None:
        if not self.variants.active(moment):
            return
        self._chances = self._chances or Counter()
        self._chances[moment] += 1
        if self._chances[moment] % _EVERY != 1:
            return
        news = self.chip.station.news
        if fresh:
            self.line(news)
        else:
            self.raw(self._spelled(news) + END)

    def _spelled(self, text: bytes) -> bytes:
        if self.variants.active("urc.document-spelling"):
            return text.replace(b"WIFI", b"WiFi")
        return text


def voicing(voice: type[Voice], variants: Variants) -> type[Voice]:
    """The voice as the active variants have it."""
    return type("Varied", (_VariedVoice, voice), {"variants": variants})
