"""A small firmware without any echo: half of the commands, no blank line, everything right."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.strangers.device import MS, About, Host, Uart

_TRIO = ("", "_CUR", "_DEF")
_NEVER_SOFTAP = "It has no command of the softAP with which this could be tried."
_NEVER_JOIN = "It has no command that joins an access point."

ABOUT = About(
    name="quiet",
    habits=(
        "Conforms in what it has. No echo and no ATE; answers at once, without blank lines; says "
        "nothing to lines in small letters or without CR; _DEF settings wait for the next start; "
        "MAC addresses in capitals; many commands are missing."
    ),
    has={
        "AT": "execute",
        "RST": "execute",
        "GMR": "execute",
        "SLEEP": "query set",
        "RFPOWER": "set",
        **{f"CWMODE{end}": "test query set" for end in _TRIO},
        **{f"CIPSTAMAC{end}": "query set" for end in _TRIO},
        **{f"CIPAPMAC{end}": "query set" for end in _TRIO},
        "CIPMUX": "query set",
    },
    open={
        **{f"2/-/general/0{n}": "It has no AT+CWSAP, the document's example." for n in (6, 7, 8)},
        **{f"4.1.{n}/CWMODE{end}/set/06": _NEVER_SOFTAP for n, end in enumerate(_TRIO, 1)},
        **{f"4.1.{n}/CWMODE{end}/set/07": _NEVER_JOIN for n, end in enumerate(_TRIO, 1)},
        "5.2.12/CIPMUX/set/06": "It has no passthrough mode.",
        **{f"5.2.12/CIPMUX/set/{n}": "It opens no links." for n in ("07", "08", "09")},
        **{f"5.2.12/CIPMUX/set/{n}": "It has no server." for n in ("10", "11")},
    },
)

_LIMIT = 512
_MAC = re.compile(r'"([0-9a-f]{2}(?::[0-9a-f]{2}){5})"')
_NUMBER = re.compile(r"-?[0-9]+")
_COMMAND = re.compile(r"AT\+([A-Z0-9_]+)(\?|=\?|=.*)?", re.DOTALL)
_FACTORY = {
    "CWMODE": 1,
    "CIPSTAMAC": "18:fe:34:a1:b2:c4",
    "CIPAPMAC": "1a:fe:34:a1:b2:c4",
}


def _number(text: str) -> int | None:
    return int(text) if _NUMBER.fullmatch(text) else None


class Quiet:
    """The device."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._booting = False
        self._life = 0
        self._input = bytearray()
        self._now: dict[str, int | str] = {}
        self._sleep = 2
        self._mux = 0

    @property
    def uart(self) -> Uart:
        return Uart(74880) if self._booting else Uart()

    def start(self) -> None:
        self._life += 1
        self._booting = True
        self._host.send(b"\r\n ets Jan  8 2013,rst cause:2, boot mode:(3,6)\r\n\r\n")
        self._host.send(b"load 0x40100000, len 1856, room 16 \r\ntail 0\r\nchksum 0x63\r\n")
        self._later(180 * MS, self._ready)

    def _later(self, delay: int, action: Callable[[], None]) -> None:
        life = self._life
        self._host.after(delay, lambda: action() if life == self._life else None)

    def _ready(self) -> None:
        self._booting = False
        self._input.clear()
        self._now = {key: self._saved(key) for key in _FACTORY}
        self._sleep, self._mux = 2, 0
        self._host.send(b"ready\r\n")

    def _saved(self, key: str) -> int | str:
        kept: int | str = self._host.flash.get(key, _FACTORY[key])
        return kept

    def receive(self, data: bytes) -> None:
        for byte in data if not self._booting else b"":
            if byte == 0x0A:
                line = bytes(self._input)
                self._input.clear()
                if line.endswith(b"\r"):
                    self._line(line[:-1])
            elif len(self._input) < _LIMIT:
                self._input.append(byte)
            else:
                self._input[-1] = byte  # the line is too long; only its end is looked for

    def _line(self, line: bytes) -> None:
        text = line.decode("latin-1")
        if not text or text[:2] != text[:2].upper() or self._small_name(text):
            return
        lines = None if len(line) >= _LIMIT - 1 else self._answer(text)
        told = "".join(f"{each}\r\n" for each in lines or [])
        self._host.send(f"{told}{'ERROR' if lines is None else 'OK'}\r\n".encode("latin-1"))
        if text == "AT+RST":
            self._later(20 * MS, self.start)

    @staticmethod
    def _small_name(text: str) -> bool:
        name = re.match(r"AT\+?([A-Za-z0-9_]*)", text)
        return name is not None and name[1] != name[1].upper()

    def _answer(self, text: str) -> list[str] | None:
        """The lines before OK; None for ERROR."""
        if text in ("AT", "AT+RST"):
            return []
        if text == "AT+GMR":
            return ["AT 0.60.0.0", "SDK 1.5.4", "May 11 2016 20:07:14"]
        found = _COMMAND.fullmatch(text)
        if found is None:
            return None
        name, rest = found[1], found[2] or ""
        for stem, setter in (("CWMODE", self._mode), ("CIPSTAMAC", _mac), ("CIPAPMAC", _mac)):
            if name.removeprefix(stem) in _TRIO and name.startswith(stem):
                return self._trio(stem, name.removeprefix(stem), rest, setter)
        if name == "RFPOWER" and rest[:1] == "=":
            power = _number(rest[1:])
            return [] if power is not None and 0 <= power <= 82 else None
        return self._plain(name, rest)

    def _plain(self, name: str, rest: str) -> list[str] | None:
        """AT+SLEEP and AT+CIPMUX: one number that no flash keeps."""
        highest = {"SLEEP": 2, "CIPMUX": 1}.get(name)
        if highest is None:
            return None
        if rest == "?":
            return [f"+{name}:{self._sleep if name == 'SLEEP' else self._mux}"]
        value = _number(rest[1:]) if rest[:1] == "=" else None
        if value is None or not 0 <= value <= highest:
            return None
        if name == "SLEEP":
            if self._now["CWMODE"] == 2:
                return None
            self._sleep = value
        else:
            self._mux = value
        return []

    def _trio(
        self, stem: str, end: str, rest: str, setter: Callable[[str], int | str | None]
    ) -> list[str] | None:
        """A setting that has three commands; what _DEF sets is in force from the next start on."""
        if rest == "?":
            value = self._saved(stem) if end == "_DEF" else self._now[stem]
            return [f"+{stem}{end}:{str(value).upper()}"]
        if rest == "=?" and stem == "CWMODE":
            return [f"+{stem}{end}:1..3"]
        wanted = setter(rest[1:]) if rest[:1] == "=" else None
        if wanted is None:
            return None
        if end != "_DEF":
            self._now[stem] = wanted
        if end != "_CUR":
            self._host.flash[stem] = wanted
        return []

    @staticmethod
    def _mode(text: str) -> int | None:
        return int(text) if text in ("1", "2", "3") else None


def _mac(text: str) -> str | None:
    found = _MAC.fullmatch(text)
    return found[1] if found and int(found[1][:2], 16) % 2 == 0 else None
