"""The mutants of transparent transmission (clauses 5.2.4, 5.2.14, 5.2.15).

Law: each passes through in a way that differs from the healthy one in one step.
"""

from __future__ import annotations

from dataclasses import replace

from ..ip.passthrough import END, Passthrough
from ..settings.savedlink import SavedLink
from .mutant import Mutant, Mutation, Seam, mutant
from .operators import mixed

PASSTHROUGH = Seam(("passthrough",))
"""From the UART to a link, and back."""


class _Answers(Passthrough):
    answered = False

    def _send(self) -> None:
        if not self.answered:
            self.answered = True
            self._chip.say(b"\r\nOK\r\n")
        super()._send()


class _Echoes(Passthrough):
    def byte(self, byte: int) -> None:
        """See Passthrough."""
        self._chip.say(bytes((byte,)))
        super().byte(byte)


class _NeverEnds(Passthrough):
    def _ends(self) -> bool:
        return False


class _FourPlusEnd(Passthrough):
    def _ends(self) -> bool:
        return super()._ends() or self._packet == b"++++"


class _EndsInside(Passthrough):
    def _ends(self) -> bool:
        return END in self._packet


class _ClearsMode(Passthrough):
    def _leave(self) -> None:
        super()._leave()
        self._chip.tcpip.transparent = False


class _SavedNeverEnds(Passthrough):
    def _ends(self) -> bool:
        return super()._ends() and self._saved is None


class _NextPort(Passthrough):
    def _open_udp(self, saved: SavedLink, ip: str) -> None:
        super()._open_udp(replace(saved, port=saved.port + 1), ip)


class _AnyLocalPort(Passthrough):
    def _open_udp(self, saved: SavedLink, ip: str) -> None:
        super()._open_udp(replace(saved, local_port=0), ip)


def _row(id_: str, says: str, step: type[Passthrough]) -> Mutant:
    return mutant(id_, says, Mutation(PASSTHROUGH, mixed(step)))


MUTANTS: tuple[Mutant, ...] = (
    _row(
        "cipsend.passthrough-answers",
        "the first packet that passes through is answered OK",
        _Answers,
    ),
    _row("cipsend.passthrough-echoes", "what passes through is echoed", _Echoes),
    _row("cipsend.exit-ignored", "a lone +++ does not end the passing through", _NeverEnds),
    _row("cipsend.four-plus-leave", "a lone ++++ ends the passing through, too", _FourPlusEnd),
    _row(
        "cipsend.exit-inside-data",
        "a packet that contains +++ ends the passing through",
        _EndsInside,
    ),
    _row("cipsend.exit-clears-mode", "+++ sets CIPMODE to 0", _ClearsMode),
    _row(
        "savetranslink.exit-ignored",
        "a lone +++ does not end what began at boot",
        _SavedNeverEnds,
    ),
    _row(
        "savetranslink.port-plus-one",
        "a saved link is opened to the next remote port",
        _NextPort,
    ),
    _row(
        "savetranslink.local-port-ignored",
        "a saved link is opened from another local port",
        _AnyLocalPort,
    ),
)
