"""What the board says of its radio, checked, and given to the air.

Law of this file: the board is hostile. What is not as the protocol has it is noted and ignored;
whatever comes, the lab lives on.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from .air import Air, Listening, SoftAp, Wish
from .channel import Channel, NoMessage

_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}\Z")
#: SSIDs and passwords are longer nowhere; firmware that cuts nothing may send more, but not much.
_MAX_BYTES = 256
_MAX_NUMBER = 1 << 31
#: How long at most is waited for what a board has said to be done, in seconds.
_CATCH_UP_S = 3.0
#: How many complaints are kept.
_MAX_COMPLAINTS = 20

_SECURITIES = frozenset({"open", "wep", "wpa", "wpa2", "wpa-wpa2"})
_WAYS = frozenset({"SmartConfig", "WPS"})


class BoardSide:
    """Hears one board, as long as it has something to say."""

    def __init__(self, air: Air, channel: Channel) -> None:
        self._air, self._channel = air, channel
        #: What was wrong with what it said.
        self.complaints: list[str] = []
        #: Why the air is not as it should be any more; empty if it is.
        self.failure = ""
        self._busy = False
        self._verbs: Mapping[str, Callable[[Mapping[str, Any]], Awaitable[None]]] = {
            "hello": self._hello,
            "join": self._join,
            "leave": self._leave,
            "softap": self._softap,
            "admit": self._admit,
            "listen": self._listen,
            "hush": self._hush,
        }

    async def hear(self) -> None:
        """Do what it says, until it is gone."""
        self._air.say = self._channel.say
        self._air.tell_beacons()
        async for message in self._channel.messages():
            self._busy = True
            await asyncio.sleep(0)  # who says much has his turn, and no more
            await self._do(message)
            self._busy = False
        self._channel.close()
        await self._air.board_is_gone()

    async def caught_up(self) -> None:
        """Return when all that it has said so far is done; at most a moment later.

        What it says on its serial line may rest on what it said here before that.
        """
        if not (self._busy or self._channel.has_more):
            return
        clock = asyncio.get_running_loop().time
        pause_s, give_up = 0.0, clock() + _CATCH_UP_S
        with self._air.clock.source.held("air"):
            while (self._busy or self._channel.has_more) and clock() < give_up:
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s + 0.0001, 0.005)

    async def _do(self, message: Mapping[str, Any] | NoMessage) -> None:
        if isinstance(message, NoMessage):
            self._complain(str(message))
            return
        try:
            act = self._verbs[message["do"]](message)
        except (KeyError, TypeError, ValueError) as error:
            self._complain(f"{error!r} in {str(message)[:200]}")
            return
        try:
            await act
        except Exception as error:  # of the lab, not of the board: whatever it is, it is told
            self.failure = self.failure or f"the air failed at {message['do']}: {error!r}"

    def _complain(self, what: str) -> None:
        if len(self.complaints) < _MAX_COMPLAINTS:
            self.complaints.append(what)

    # What is said, checked; then what is to be done about it

    def _hello(self, said: Mapping[str, Any]) -> Awaitable[None]:
        macs = {"station": _mac(said["station"]), "softap": _mac(said["softap"])}
        return self._air.board_is(macs)

    def _join(self, said: Mapping[str, Any]) -> Awaitable[None]:
        bssid = said["bssid"]
        wish = Wish(
            _number(said["wish"]), _mac(said["mac"]), _bytes(said["ssid"]),
            _bytes(said["password"]), "" if bssid is None else _mac(bssid),
        )  # fmt: skip
        return self._air.join(wish)

    def _leave(self, said: Mapping[str, Any]) -> Awaitable[None]:
        return self._air.leave()

    def _softap(self, said: Mapping[str, Any]) -> Awaitable[None]:
        return self._air.softap_is(_softap(said) if _flag(said["on"]) else None)

    def _admit(self, said: Mapping[str, Any]) -> Awaitable[None]:
        return self._air.answered(_mac(said["station"]), _flag(said["yes"]))

    def _listen(self, said: Mapping[str, Any]) -> Awaitable[None]:
        way = _one_of(said["way"], _WAYS)
        return self._air.listens(Listening(way, _number(said.get("kind", 0))))

    def _hush(self, said: Mapping[str, Any]) -> Awaitable[None]:
        return self._air.listens(None)


def _softap(said: Mapping[str, Any]) -> SoftAp:
    return SoftAp(
        _mac(said["mac"]), _bytes(said["ssid"]), _bytes(said["password"]),
        _one_of(said["security"], _SECURITIES), _number(said["channel"]), _flag(said["hidden"]),
    )  # fmt: skip


def _mac(value: object) -> str:
    if not isinstance(value, str) or not _MAC.match(value.lower()):
        raise ValueError(f"{str(value)[:40]!r} is no MAC address")
    return value.lower()


def _bytes(value: object) -> bytes:
    if not isinstance(value, str) or len(value) > 2 * _MAX_BYTES:
        raise ValueError("no bytes in hexadecimal, or too many")
    return bytes.fromhex(value)


def _number(value: object) -> int:
    if type(value) is not int or not -_MAX_NUMBER < value < _MAX_NUMBER:
        raise ValueError(f"{str(value)[:40]!r} is no number")
    return value


def _flag(value: object) -> bool:
    if type(value) is not bool:
        raise ValueError(f"{str(value)[:40]!r} is neither true nor false")
    return value


def _one_of(value: object, allowed: frozenset[str]) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{str(value)[:40]!r} is none of {', '.join(sorted(allowed))}")
    return value
