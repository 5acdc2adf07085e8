"""A firmware of moody pace that breaks its answers in two, and whose restart never comes."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.strangers.device import MS, About, Host, Uart

ABOUT = About(
    name="pieces",
    habits=(
        "Answers after 0 to 350 ms, drawn anew for each line from a seed, and in two pieces that "
        "part the O from the K of OK, or the E from RROR; echoes a line when it is whole; closes "
        "lines with CR LF LF; a CR inside a line makes it no command."
    ),
    takes_ms=370,
    has={
        "AT": "execute",
        "RST": "execute",
        "GMR": "execute",
        "ATE": "set",
        "SLEEP": "query set",
        "CWMODE_CUR": "test query set",
        "RFPOWER": "set",
        "CIPMUX": "query set",
        "CIPSSLSIZE": "set",
        "CIPDINFO": "set",
    },
    breaks={
        "3.2.2/RST/execute/02": "AT+RST is answered OK, and no restart follows.",
        "3.2.5/ATE/set/05": "Every number but 0 switches the echo on and is answered OK.",
        "3.2.10/SLEEP/set/05": "A mode over 2 is answered ERROR, and is told from then on.",
        "5.2.19/CIPDINFO/set/02": "Every number is answered OK.",
    },
    inconclusive={
        "3.2.2/RST/execute/03": "No restart comes after which it could take commands.",
        "3.2.5/ATE/set/06": "ATE2, which is to leave the echo as it was, is not refused.",
        "5.2.12/CIPMUX/set/12": "No restart comes that would show what is kept.",
    },
    open={
        "3.2.10/SLEEP/query/02": "No restart comes that would bring the default back.",
        **{
            f"4.1.2/CWMODE_CUR/set/{n}": "It has neither softAP commands nor a join."
            for n in ("06", "07")
        },
        **{
            f"4.1.2/CWMODE_CUR/set/{n}": "Nothing tells the mode by default, and no restart comes."
            for n in ("08", "09")
        },
        **{f"2/-/general/0{n}": "It has no AT+CWSAP, the document's example." for n in (6, 7, 8)},
        "5.2.12/CIPMUX/set/06": "It has no passthrough mode.",
        **{f"5.2.12/CIPMUX/set/{n}": "It opens no links." for n in ("07", "08", "09")},
        **{f"5.2.12/CIPMUX/set/{n}": "It has no server." for n in ("10", "11")},
        **{f"5.2.19/CIPDINFO/set/{n}": "Links would have to show it." for n in ("04", "05", "06")},
    },
)

_END = b"\r\n\n"
_TOO_LONG = 200


class Pieces:
    """The device."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._moods = random.Random(host.seed)
        self._generation = 0

    @property
    def uart(self) -> Uart:
        return Uart()

    def start(self) -> None:
        self._generation += 1
        self._up = False
        self._pending: list[str] = []
        self._speaking = False
        self._collected = b""
        self._echo = True
        self._settings = {"SLEEP": "2", "CIPMUX": "0", "CWMODE_CUR": "1"}
        self._soon(90 * MS, self._hello)

    def _hello(self) -> None:
        self._up = True
        self._host.send(b"\r\nready\r\n")

    def _soon(self, delay: int, action: Callable[[], None]) -> None:
        generation = self._generation

        def act() -> None:
            if generation == self._generation:
                action()

        self._host.after(delay, act)

    def receive(self, data: bytes) -> None:
        if not self._up:
            return
        *lines, self._collected = (self._collected + data).split(b"\r\n")
        for line in lines:
            if self._echo:
                self._host.send(line + _END)
            self._pending.append(line.decode("latin-1"))
        if lines and not self._speaking:
            self._next()

    def _next(self) -> None:
        self._speaking = False
        while self._pending and not self._pending[0].strip():
            self._pending.pop(0)
        if self._pending:
            self._speaking = True
            line = self._pending.pop(0)
            self._soon(self._moods.randrange(350) * MS, lambda: self._answer(line))

    def _answer(self, line: str) -> None:
        told = self._obey(line) if len(line) <= _TOO_LONG else "ERROR"
        code = told.splitlines()[-1]
        first = told.removesuffix(code) + code[:1]
        self._host.send(first.replace("\n", "\r\n").encode("latin-1"))
        rest = code[1:].encode("latin-1") + _END
        self._soon(self._moods.randrange(2, 20) * MS, lambda: self._rest(rest))

    def _rest(self, data: bytes) -> None:
        self._host.send(data)
        self._next()

    def _obey(self, line: str) -> str:
        """The whole answer, with LF between its lines."""
        if line in ("AT", "AT+RST"):
            return "OK"
        if line == "AT+GMR":
            return "AT version:0.52.0.0\nSDK version:1.5.1\ncompile time:Jan  8 2016 11:20:33\nOK"
        if line.startswith("ATE"):
            if not _is_number(line[3:]):
                return "ERROR"
            self._echo = int(line[3:]) != 0
            return "OK"
        name, sign, value = line.removeprefix("AT+").partition("=")
        if not line.startswith("AT+"):
            return "ERROR"
        if not sign:
            asked = name.removesuffix("?")
            known = name != asked and asked in self._settings
            return f"+{asked}:{self._settings[asked]}\nOK" if known else "ERROR"
        return self._set(name, value)

    def _set(self, name: str, value: str) -> str:
        top, bottom = {"RFPOWER": (82, 0), "CIPSSLSIZE": (4096, 2048)}.get(name, (2, 0))
        if (name, value) == ("CWMODE_CUR", "?"):
            return "+CWMODE_CUR:(1,2,3)\nOK"
        if not _is_number(value) or name not in ("CIPDINFO", "RFPOWER", "CIPSSLSIZE", "SLEEP"):
            few = {"CIPMUX": ("0", "1"), "CWMODE_CUR": ("1", "2", "3")}
            if value in few.get(name, ()):
                self._settings[name] = value
                return "OK"
            return "ERROR"
        if name == "SLEEP":
            self._settings[name] = value  # and only then does it look at it
            if self._settings["CWMODE_CUR"] == "2":
                return "ERROR"
        within = bottom <= int(value) <= top
        return "OK" if within or name == "CIPDINFO" else "ERROR"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
