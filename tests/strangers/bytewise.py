"""A firmware that speaks byte by byte, and whose flash holds the wrong things."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.strangers.device import MS, About, Host, Uart

_TRIO = ("", "_CUR", "_DEF")
_FLASH = "What AT+CWMODE_DEF sets lives in memory alone."

ABOUT = About(
    name="bytewise",
    habits=(
        "Sends every byte by itself, 200 us after the one before, the echo in the same queue; echo "
        "is off after each start; blank lines before the values, none before OK; numbers may "
        "have spaces in front; MAC addresses without quotation marks."
    ),
    has={
        "AT": "execute",
        "RST": "execute",
        "GMR": "execute",
        "ATE": "set",
        **{f"CWMODE{end}": "test query set" for end in _TRIO},
        **{f"CWSAP{end}": "query set" for end in _TRIO},
        **{f"CWDHCP{end}": "query set" for end in _TRIO},
        **{f"CIPSTAMAC{end}": "query set" for end in _TRIO},
        "CWLIF": "execute",
    },
    breaks={
        "4.1.3/CWMODE_DEF/set/06": f"{_FLASH} After a restart the softAP is as it was before.",
        "4.1.3/CWMODE_DEF/set/08": f"{_FLASH} AT+RST loses it.",
        "4.1.3/CWMODE_DEF/set/09": f"{_FLASH} A loss of power loses it.",
        "4.1.3/CWMODE_DEF/set/10": f"{_FLASH} The system parameter area stays as it is.",
        "6/CWMODE_DEF/general/01": f"{_FLASH} The system parameter area stays as it is.",
        "4.1.15/CWDHCP_CUR/set/09": "What it sets is saved, and there after AT+RST.",
        "4.1.15/CWDHCP_CUR/set/10": "What it sets is saved.",
        "6/CWDHCP_CUR/general/01": "What it sets is saved.",
        **{
            f"4.1.{number}/CIPSTAMAC{end}/set/03": "A group's address is answered OK."
            for number, end in zip((20, 21, 22), _TRIO, strict=True)
        },
    },
    observed={"4.1.13/CWLIF/query/01": "OK"},
    open={
        **{
            f"4.1.{number}/CIPSTAMAC{end}/set/06": "A group's address is not refused, if tried."
            for number, end in zip((20, 21, 22), _TRIO, strict=True)
        },
        "4.1.20/CIPSTAMAC/query/03": "A group's address may still be set from before.",
        "4.1.21/CIPSTAMAC_CUR/query/03": "A group's address may still be set from before.",
        **{
            f"4.1.{number}/CWMODE{end}/set/07": "It has no command that joins an access point."
            for number, end in enumerate(_TRIO, 1)
        },
        **dict.fromkeys(
            (
                "4.1.2/CWMODE_CUR/set/08",
                "4.1.2/CWMODE_CUR/set/09",
                "4.1.3/CWMODE_DEF/set/05",
                *(
                    f"4.1.{number}/{stem}{end}/set/{last}"
                    for first, stem, lasts in (
                        (10, "CWSAP", ("21", "22")),
                        (14, "CWDHCP", ("09", "11")),
                        (20, "CIPSTAMAC", ("07", "09")),
                    )
                    for number, end in enumerate(_TRIO, first)
                    for last in lasts
                    if (end, last) not in (("_CUR", "09"), ("_CUR", "11"))
                ),
            ),
            "The mode in which a restart would show it may itself be lost.",
        ),
        "4.1.14/CWDHCP/set/12": "It sets no static addresses.",
        "4.1.16/CWDHCP_DEF/set/12": "It sets no static addresses.",
    },
)

_GAP = MS // 5
_BUFFER = 384
_BOOT = b"\r\n ets Jan  8 2013,rst cause:2, boot mode:(3,0)\r\n\r\nload 0x40100000, len 816\r\n"
_FACTORY: dict[str, Any] = {
    "mode": 2,
    "softap": {"name": "Bytes", "key": "12345678", "numbers": [6, 3, 4, 0]},
    "dhcp": 3,
    "mac": "18:fe:36:0b:17:e5",
}
_STRING = r'"((?:[^"\\]|\\.)*)"'
_SOFTAP = re.compile(
    rf"{_STRING},{_STRING},(\d+),(\d+)(?:,(\d+))?(?:,(\d+))?", re.ASCII | re.DOTALL
)
_MAC = re.compile(r'"((?:[0-9a-f]{2}:){5}[0-9a-f]{2})"')


class Bytewise:
    """The device."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._incarnation = 0
        self._rate = 115200
        self._commands: dict[str, Callable[[str, str], list[str] | None]] = {
            "CWMODE": self._mode,
            "CWSAP": self._softap,
            "CWDHCP": self._dhcp,
            "CIPSTAMAC": self._mac,
        }

    @property
    def uart(self) -> Uart:
        return Uart(self._rate)

    def start(self) -> None:
        self._incarnation += 1
        self._alive = self._echo = False
        self._buffer = bytearray()
        self._outgoing = bytearray()
        self._then: Callable[[], None] | None = None
        self._rate = 74880
        self._host.send(_BOOT)
        self._timer(120 * MS, self._boot_done)

    def _boot_done(self) -> None:
        self._rate = 115200
        self._alive = True
        #: What _DEF commands tell: the flash as it was at the start, and what was said since.
        self._default = {key: self._host.flash.get(key, _FACTORY[key]) for key in _FACTORY}
        self._current = dict(self._default)
        self._say(b"\r\nready\r\n")

    def _timer(self, delay: int, action: Callable[[], None]) -> None:
        mine = self._incarnation
        self._host.after(delay, lambda: action() if mine == self._incarnation else None)

    def _say(self, data: bytes) -> None:
        idle = not self._outgoing
        self._outgoing += data
        if idle and data:
            self._timer(_GAP, self._one_byte)

    def _one_byte(self) -> None:
        self._host.send(bytes(self._outgoing[:1]))
        del self._outgoing[:1]
        if self._outgoing:
            self._timer(_GAP, self._one_byte)
        elif self._then:
            self._timer(_GAP, self._then)
            self._then = None

    def receive(self, data: bytes) -> None:
        if not self._alive:
            return
        if self._echo:
            self._say(data)
        self._buffer += data
        while b"\r\n" in self._buffer:
            line, _, self._buffer = self._buffer.partition(b"\r\n")
            if line.strip():
                self._execute(line.decode("latin-1"))

    def _execute(self, line: str) -> None:
        lines = self._result(line) if len(line) < _BUFFER else None
        text = "".join(f"\r\n{each}" for each in lines or ())
        code = "ERROR" if lines is None else "OK"
        self._say(f"{text}\r\n{code}\r\n".encode("latin-1"))
        if line == "AT+RST":
            self._then = self.start

    def _result(self, line: str) -> list[str] | None:
        if line in ("AT", "AT+RST", "ATE0", "ATE1"):
            self._echo = line == "ATE1" or (line != "ATE0" and self._echo)
            return []
        if line == "AT+GMR":
            return ["AT version:1.0.0.1", "SDK version:1.5.3", "built 2016-05-09 18:03:02"]
        if line in ("AT+CWLIF", "AT+CWLIF?"):
            return []
        found = re.fullmatch(r"AT\+([A-Z]+)(|_CUR|_DEF)(\?|=\?|=.*)", line, re.DOTALL)
        if found is None or found[1] not in self._commands:
            return None
        return self._commands[found[1]](found[2], found[3])

    def _put(self, key: str, end: str, value: Any, saves: tuple[str, ...] = ("", "_DEF")) -> None:
        if end != "_DEF":
            self._current[key] = value
        if end != "_CUR":
            self._default[key] = value
        if end in saves:
            self._host.flash[key] = value

    def _get(self, key: str, end: str) -> Any:
        return (self._default if end == "_DEF" else self._current)[key]

    def _mode(self, end: str, rest: str) -> list[str] | None:
        if rest == "=?":
            return [f"+CWMODE{end}:(1, 2, 3)"]
        if rest == "?":
            return [f"+CWMODE{end}:{self._get('mode', end)}"]
        if rest[1:].strip(" ") not in ("1", "2", "3"):
            return None
        self._put("mode", end, int(rest[1:]), saves=("",))
        return []

    def _softap(self, end: str, rest: str) -> list[str] | None:
        if self._current["mode"] == 1 or rest == "=?":
            return None
        if rest == "?":
            kept = self._get("softap", end)
            told = ",".join(map(str, kept["numbers"]))
            return [f'+CWSAP{end}:"{kept["name"]}","{kept["key"]}",{told}']
        found = _SOFTAP.fullmatch(rest[1:])
        if found is None:
            return None
        name, key = (re.sub(r"\\(.)", r"\1", each, flags=re.DOTALL) for each in found.group(1, 2))
        channel, security, most, hidden = (
            int(each if each is not None else default)
            for each, default in zip(found.group(3, 4, 5, 6), (0, 0, 4, 0), strict=True)
        )
        shortest = 8 if security else 0
        sound = name and len(name) <= 32 and shortest <= len(key) <= 64 and key.isascii()
        ranges = channel in range(1, 14) and most in range(1, 5) and hidden in (0, 1)
        if not sound or not ranges or security not in (0, 2, 3, 4):
            return None
        numbers = [channel, security, most, hidden]
        self._put("softap", end, {"name": name, "key": key, "numbers": numbers})
        return []

    def _dhcp(self, end: str, rest: str) -> list[str] | None:
        if rest == "?":
            return [f"+CWDHCP{end}:{self._get('dhcp', end)}"]
        found = re.fullmatch(r"=([012]),([01])", rest)
        if found is None:
            return None
        bits = (1, 2, 3)[int(found[1])]
        for ends in ("_CUR", "_DEF"):
            if end in ("", ends):
                value = self._get("dhcp", ends) & ~bits | bits * int(found[2])
                self._put("dhcp", ends, value, saves=("_DEF",))
        if end == "_CUR":
            self._host.flash["dhcp"] = self._current["dhcp"]
        return []

    def _mac(self, end: str, rest: str) -> list[str] | None:
        if rest == "?":
            return [f"+CIPSTAMAC{end}:{self._get('mac', end)}"]
        found = _MAC.fullmatch(rest[1:])
        if found is None:
            return None
        self._put("mac", end, found[1])
        return []
