"""The mutants of silent clients, and of names that are looked up (clauses 5.2.16 and 5.2.17).

Law: each is a stack that differs from the healthy one in one step.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..ip.link import Link
from ..ip.tcpip import SERVER_TIMEOUT_S, TcpIp
from .memory import memory
from .mutant import Mutant, Mutation, Seam, mutant
from .operators import mixed

STACK = Seam(("stack",))
"""Links, the server, names."""

_HOUR_S = 3600
_ENDS_AT_0 = {
    "0-at-once": (5, "5 s"),
    "0-two-hours": (2 * _HOUR_S, "two hours"),
    "0-16-bits": (1 << 16, "65536 s"),
}
"""As ids spell it: after how many seconds CIPSTO=0 disconnects."""


class _NeverDisconnects(TcpIp):
    def _allowed_s(self) -> int:
        return 0


class _HourAtMost(TcpIp):
    def _allowed_s(self) -> int:
        return min(super()._allowed_s(), _HOUR_S)


class _DefaultNotKept(TcpIp):
    def _allowed_s(self) -> int:
        allowed_s = super()._allowed_s()
        return 0 if allowed_s == SERVER_TIMEOUT_S else allowed_s


class _ActiveDisconnected(TcpIp):
    def _add(self, link: Link) -> Link:
        memory(self).setdefault("opened", {})[link.id] = self._chip.now_ns()
        return super()._add(link)

    def _last_used_ns(self, link: Link) -> int:
        opened: dict[int, int] = memory(self).get("opened", {})
        return opened.get(link.id, super()._last_used_ns(link))


class _OneForAll(TcpIp):
    def _last_used_ns(self, link: Link) -> int:
        return max(each.used_ns for each in self._clients())


def _ending_at_0(after_s: int) -> type[TcpIp]:
    class _EndsAt0(TcpIp):
        def _allowed_s(self) -> int:
            return super()._allowed_s() or after_s

    return _EndsAt0


class _Unasked(TcpIp):
    def look_up(self, host: bytes, done: Callable[[str | None], None]) -> None:
        done(str(self._station_ip.gateway))


class _Never(TcpIp):
    def look_up(self, host: bytes, done: Callable[[str | None], None]) -> None:
        done(None)


def _row(id_: str, says: str, step: type[Any]) -> Mutant:
    return mutant(id_, says, Mutation(STACK, mixed(step)))


SILENT: tuple[Mutant, ...] = (
    _row(
        "cipsto.never-disconnects",
        "the server disconnects no silent client, whatever CIPSTO",
        _NeverDisconnects,
    ),
    _row(
        "cipsto.hour-at-most",
        "CIPSTO of more than an hour disconnects after an hour",
        _HourAtMost,
    ),
    _row(
        "cipsto.default-not-kept",
        "without AT+CIPSTO= no silent client is disconnected",
        _DefaultNotKept,
    ),
    _row(
        "cipsto.active-disconnected",
        "CIPSTO disconnects clients that send, too",
        _ActiveDisconnected,
    ),
    _row(
        "cipsto.one-for-all",
        "whatever one client sends keeps all of them, whatever CIPSTO",
        _OneForAll,
    ),
    *(
        _row(
            f"cipsto.{word}",
            f"CIPSTO=0 disconnects silent clients after {says}",
            _ending_at_0(after_s),
        )
        for word, (after_s, says) in _ENDS_AT_0.items()
    ),
)
NAMES: tuple[Mutant, ...] = (
    _row(
        "dns.unasked",
        "a name is taken for the gateway's, and no name server is asked",
        _Unasked,
    ),
    _row("dns.never", "a name is never looked up: it has no address", _Never),
)
