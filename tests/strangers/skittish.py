"""A firmware whose watchdog bites at lines and numbers that are too long for it."""

from __future__ import annotations

from functools import partial

from tests.strangers.device import MS, About, Host, Uart

_BIG = "A number of more than 32 bits restarts it instead of being refused."
_LONG = "A line of more than 128 bytes restarts it."

ABOUT = About(
    name="skittish",
    habits=(
        "Restarts as soon as a 129th byte of a line comes, and on a number of more than 32 bits "
        "behind an equals sign: boot text at 74880 baud with its reset cause, `wdt reset`, then "
        "`ready`. Otherwise quick and plain, with an echo that replaces CR LF by CR CR LF."
    ),
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
        "CWAUTOCONN": "set",
    },
    breaks={
        "2/-/general/11": f"{_LONG} What follows is lost in its start.",
        "2/-/general/12": f"{_LONG} It is neither refused nor ignored.",
        "3.2.10/SLEEP/set/03": _BIG,
        "3.2.11/RFPOWER/set/02": _BIG,
        "4.1.2/CWMODE_CUR/set/03": _BIG,
        "5.2.12/CIPMUX/set/03": _BIG,
        "5.2.3/CIPSSLSIZE/set/02": _BIG,
        "4.1.19/CWAUTOCONN/set/02": _BIG,
    },
    inconclusive={
        "2/-/general/13": "It restarts unasked, but not at the ordinary lines that are tried here.",
        **{
            f"{head}/set/90": _BIG
            for head in (
                "3.2.10/SLEEP",
                "3.2.11/RFPOWER",
                "4.1.2/CWMODE_CUR",
                "4.1.19/CWAUTOCONN",
                "5.2.12/CIPMUX",
            )
        },
    },
    open={
        **{
            f"4.1.2/CWMODE_CUR/set/{n}": "It has neither softAP commands nor a join."
            for n in ("06", "07")
        },
        **{
            f"4.1.2/CWMODE_CUR/set/{n}": "Nothing tells the mode that it has by default."
            for n in ("08", "09")
        },
        **{f"2/-/general/0{n}": "It has no AT+CWSAP, the document's example." for n in (6, 7, 8)},
        "5.2.12/CIPMUX/set/06": "It has no passthrough mode.",
        **{f"5.2.12/CIPMUX/set/{n}": "It opens no links." for n in ("07", "08", "09")},
        **{f"5.2.12/CIPMUX/set/{n}": "It has no server." for n in ("10", "11")},
    },
)

#: Lowest and highest value; what a query tells after a start, None where there is no query.
_TABLE = {
    "SLEEP": (0, 2, 2),
    "CWMODE_CUR": (1, 3, 3),
    "RFPOWER": (0, 82, None),
    "CIPMUX": (0, 1, 0),
    "CIPSSLSIZE": (2048, 4096, None),
    "CWAUTOCONN": (0, 1, None),
}


class Skittish:
    """The device."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._start_number = 0
        self._cause = 1

    @property
    def uart(self) -> Uart:
        return Uart(115200) if self._settled else Uart(74880)

    def start(self) -> None:
        """What the reset line does; a restart of its own goes through `_restart`."""
        self._cause = 2
        self._boot()

    def _restart(self, cause: int, start_number: int) -> None:
        if start_number == self._start_number:
            self._cause = cause
            self._boot()

    def _boot(self) -> None:
        self._start_number += 1
        self._settled = False
        text = f"\r\n ets Jan  8 2013,rst cause:{self._cause}, boot mode:(3,6)\r\n\r\n"
        text += "wdt reset\r\n" if self._cause == 4 else ""
        self._host.send(f"{text}load 0x40100000, len 27728, room 16 \r\ncsum 0xba\r\n".encode())
        self._host.after(220 * MS, partial(self._settle, self._start_number))

    def _settle(self, start_number: int) -> None:
        if start_number != self._start_number:
            return
        self._settled = True
        self._echo = True
        self._line = bytearray()
        self._values = {name: start for name, (_, _, start) in _TABLE.items() if start is not None}
        self._host.send(b"\r\nready\r\n")

    def receive(self, data: bytes) -> None:
        for byte in data:
            if self._settled:
                self._byte(byte)

    def _byte(self, byte: int) -> None:
        if self._echo:
            self._host.send(b"\r\r" if byte == 13 else bytes((byte,)))
        self._line.append(byte)
        if self._line[-2:] == b"\r\n":
            line = self._line[:-2].decode("latin-1")
            self._line.clear()
            if line:
                self._command(line)
        elif len(self._line.rstrip(b"\r")) > 128:
            self._bite()

    def _bite(self) -> None:
        """The watchdog: nothing more is heard or said until the start is over."""
        self._settled = False
        self._start_number += 1
        self._host.after(5 * MS, partial(self._restart, 4, self._start_number))

    def _command(self, line: str) -> None:
        name, equals, value = line.partition("=")
        if equals and _is_big(value):
            self._bite()
            return
        code = "OK" if self._done(line, name, value if equals else None) else "ERROR"
        self._host.send(f"\r\n{code}\r\n".encode())
        if line == "AT+RST":
            self._host.after(8 * MS, partial(self._restart, 2, self._start_number))

    def _done(self, line: str, name: str, value: str | None) -> bool:
        if line in ("ATE0", "ATE1"):
            self._echo = line == "ATE1"
            return True
        if line == "AT+GMR":
            self._host.send(b"AT version:0.40.0.0(Aug  8 2015 14:45:58)\r\n")
            self._host.send(b"SDK version:1.3.0\r\ncompile time:Aug  8 2015 17:19:38\r\n")
            return True
        command = name[3:]
        if line.startswith("AT+") and line[3:-1] in self._values and line.endswith("?"):
            self._host.send(f"+{line[3:-1]}:{self._values[line[3:-1]]}\r\n".encode())
            return True
        if line == "AT+CWMODE_CUR=?":
            self._host.send(b"+CWMODE_CUR:(1-3)\r\n")
            return True
        if not name.startswith("AT+") or command not in _TABLE or value is None:
            return line in ("AT", "AT+RST")
        lowest, highest, _ = _TABLE[command]
        if not value.isascii() or not value.isdigit() or not lowest <= int(value) <= highest:
            return False
        if command == "SLEEP" and self._values["CWMODE_CUR"] == 2:
            return False
        if command in self._values:
            self._values[command] = int(value)
        elif command == "CWAUTOCONN":
            self._host.flash[command] = int(value)
        return True


def _is_big(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and int(digits) >= 1 << 32
