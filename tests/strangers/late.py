"""A large firmware that takes 350 ms for every answer; everything right."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from tests.strangers.device import MS, SECOND, About, Host, Uart
from tests.strangers.parameters import Parameter, split

_TRIO = ("", "_CUR", "_DEF")
_PAIR = ("_CUR", "_DEF")
_NO_LINKS = "It opens no links, so that nothing can stand in the way or be transmitted."

ABOUT = About(
    name="late",
    habits=(
        "Conforms in what it has, which is nearly all that needs no link. Every answer comes 350 "
        "ms after its line; lines that come meanwhile wait their turn, during a join or a scan "
        "they get `busy p...`; the echo comes at once and ends after 300 bytes of a line; gateway "
        "and netmask are told, too, and before the address."
    ),
    takes_ms=350,
    has={
        "AT": "execute",
        "RST": "execute",
        "GMR": "execute",
        "GSLP": "set",
        "ATE": "set",
        "RESTORE": "execute",
        **{f"UART{end}": "set" for end in _TRIO},
        "SLEEP": "query set",
        "RFPOWER": "set",
        "RFVDD": "query set execute",
        **{f"CWMODE{end}": "test query set" for end in _TRIO},
        **{f"CWJAP{end}": "query set" for end in _TRIO},
        "CWLAP": "set execute",
        "CWQAP": "execute",
        **{f"CWSAP{end}": "query set" for end in _TRIO},
        "CWLIF": "execute",
        **{f"CWDHCP{end}": "query set" for end in _TRIO},
        **{f"CWDHCPS{end}": "query set" for end in _PAIR},
        "CWAUTOCONN": "set",
        **{f"CIPSTAMAC{end}": "query set" for end in _TRIO},
        **{f"CIPAPMAC{end}": "query set" for end in _TRIO},
        **{f"CIPSTA{end}": "query set" for end in _TRIO},
        **{f"CIPAP{end}": "query set" for end in _TRIO},
        "CIPSTATUS": "execute",
        "CIPSSLSIZE": "set",
        "CIFSR": "execute",
        "CIPMUX": "query set",
        "CIPSERVER": "set",
        "CIPMODE": "query set",
        "CIPSTO": "query set",
        "PING": "set",
        "CIUPDATE": "execute",
        "CIPDINFO": "set",
    },
    open={
        **{f"5.2.12/CIPMUX/set/{n}": _NO_LINKS for n in ("07", "08", "09")},
        **{f"5.2.14/CIPMODE/set/{n}": _NO_LINKS for n in ("07", "08", "11")},
        **{f"5.2.1/CIPSTATUS/execute/{n:02}": _NO_LINKS for n in (3, *range(5, 12))},
        "3.2.6/RESTORE/execute/06": "It has no AT+SAVETRANSLINK to take back.",
    },
)

_DELAY = 350 * MS
_ECHOED = 300
_LONGEST = 1024
_COMMAND = re.compile(r"AT\+([A-Z]+)(_CUR|_DEF)?(\?|=\?|=.*)?", re.DOTALL)
_BYTE = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_ADDRESS = re.compile(rf"{_BYTE}(?:\.{_BYTE}){{3}}", re.ASCII)
_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")
_FACTORY: dict[str, Any] = {
    "UART": [115200, 8, 1, 0, 0],
    "CWMODE": 3,
    "CWSAP": ["LATE_7f3a21", "", 1, 0, 4, 0],
    "CWDHCP": 3,
    "CWDHCPS": None,
    "CWAUTOCONN": 1,
    "CIPSTAMAC": "18:fe:35:7f:3a:21",
    "CIPAPMAC": "1a:fe:35:7f:3a:21",
    "CIPSTA": ["0.0.0.0", "0.0.0.0", "0.0.0.0"],
    "CIPAP": ["192.168.4.1", "192.168.4.1", "255.255.255.0"],
}
#: Ranges of the commands with one number that no flash keeps, and the value after a start.
_NUMBERS = {
    "SLEEP": (0, 2, 2),
    "RFPOWER": (0, 82, 82),
    "RFVDD": (1900, 3300, 3300),
    "CIPSSLSIZE": (2048, 4096, 2048),
    "CIPMUX": (0, 1, 0),
    "CIPMODE": (0, 1, 0),
    "CIPSTO": (0, 7200, 180),
    "CIPDINFO": (0, 1, 0),
}
_ASKED = ("SLEEP", "RFVDD", "CIPMUX", "CIPMODE", "CIPSTO")

Answer = Sequence[str] | None
"""The lines before OK, or None for ERROR."""


def _numbers(given: Sequence[Parameter], count: int) -> list[int] | None:
    values = [each.number() for each in given]
    whole = [each for each in values if each is not None]
    return whole if len(given) == len(whole) == count else None


def _strings(given: Sequence[Parameter]) -> list[str] | None:
    return [each.text for each in given] if all(each.quoted for each in given) else None


class Late:
    """The device."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._life = 0
        self._awake = False
        self._line_setting = Uart()

    @property
    def uart(self) -> Uart:
        return self._line_setting

    # Start and restart

    def start(self) -> None:
        self._life += 1
        self._awake = False
        self._echo = True
        self._input = bytearray()
        self._waiting: deque[bytes] = deque()
        self._working = self._busy = False
        self._line_setting = Uart(74880)
        self._host.send(b"\r\n ets Jan  8 2013,rst cause:4, boot mode:(3,7)\r\n\r\nwdt reset\r\n")
        self._after(250 * MS, self._ready)

    def _ready(self) -> None:
        self._now = {key: self._saved(key) for key in _FACTORY}
        self._plain = {key: start for key, (_, _, start) in _NUMBERS.items()}
        self._server = False
        self._line_setting = _uart(self._now["UART"])
        self._awake = True
        self._host.send(b"\r\n\r\nready\r\n")

    def _saved(self, key: str) -> Any:
        return self._host.flash.get(key, _FACTORY[key])

    def _after(self, delay: int, action: Callable[[], None]) -> None:
        life = self._life
        self._host.after(delay, lambda: action() if life == self._life else None)

    # Lines in, answers out

    def receive(self, data: bytes) -> None:
        for byte in data if self._awake else b"":
            if len(self._input) < _LONGEST:
                self._input.append(byte)
            else:
                self._input[-2:] = (self._input[-1], byte)
            if self._echo and len(self._input) <= _ECHOED:
                self._host.send(bytes((byte,)))
            if self._input.endswith(b"\r\n"):
                line = bytes(self._input[:-2])
                self._input.clear()
                self._take(line)

    def _take(self, line: bytes) -> None:
        if self._busy:
            self._host.send(b"\r\nbusy p...\r\n")
        elif line:
            self._waiting.append(line)
            self._work()

    def _work(self) -> None:
        if self._waiting and not self._working:
            line = self._waiting.popleft().decode("latin-1")
            self._working = True
            self._after(_DELAY, lambda: self._run(line))

    def _run(self, line: str) -> None:
        slow = self._slowly(line)
        if slow is None:
            answer = self._answer(line) if len(line) < _LONGEST - 2 else None
            self._finish(answer, "ERROR" if answer is None else "OK")
            self._act(line, answer)
        else:
            duration, lines, result = slow
            self._busy = True
            self._after(duration, lambda: self._finish(lines, result))

    def _finish(self, lines: Answer, result: str) -> None:
        text = "".join(f"{each}\r\n" for each in lines or ())
        self._host.send(f"{text}\r\n{result}\r\n".encode("latin-1"))
        self._working = self._busy = False
        self._work()

    def _act(self, line: str, answer: Answer) -> None:
        """What follows an OK."""
        if answer is None:
            return
        if line in ("AT+RST", "AT+RESTORE"):
            self._after(10 * MS, self.start)
        elif line.startswith("AT+GSLP="):
            self._life += 1
            self._awake = False
            self._after(int(line[8:]) * MS, self.start)
        elif line.startswith("AT+UART"):
            self._line_setting = _uart(self._now["UART"])

    def _slowly(self, line: str) -> tuple[int, Answer, str] | None:
        """Time, lines and result of what needs the air; None if this needs none, or is wrong."""
        found = _COMMAND.fullmatch(line)
        name, rest = (found[1], found[3] or "") if found else ("", "")
        if found is None or f"{name}{found[2] or ''}" not in ABOUT.has:
            return None
        given = split(rest[1:]) if rest[:1] == "=" and rest != "=?" else None
        texts = _strings(given) if given else None
        station = self._now["CWMODE"] != 2
        if name == "CWJAP" and texts and station and 2 <= len(texts) <= 3:
            right = len(texts[1]) <= 64 and all(_MAC.fullmatch(each) for each in texts[2:])
            return (1800 * MS, ["+CWJAP:3"], "FAIL") if right else None
        if name == "CWLAP" and station and (not rest or _scan(given)):
            return 1200 * MS, [], "OK"
        if name == "PING" and texts and len(texts) == 1:
            return SECOND, [], "ERROR"
        if line == "AT+CIUPDATE":
            return SECOND, ["+CIPUPDATE:1"], "ERROR"
        return None

    # Commands

    def _answer(self, line: str) -> Answer:
        if line == "AT":
            return []
        if line in ("ATE0", "ATE1"):
            self._echo = line == "ATE1"
            return []
        found = _COMMAND.fullmatch(line)
        if found is None:
            return None
        name, end, rest = found[1], found[2] or "", found[3] or ""
        if f"{name}{end}" not in ABOUT.has:
            return None
        if rest == "":
            return self._execute(name, end)
        if rest == "?":
            return self._query(name, end)
        if rest == "=?":
            return [f"+CWMODE{end}:(1-3)"] if name == "CWMODE" else None
        given = split(rest[1:])
        return None if given is None else self._set(name, end, given)

    def _execute(self, name: str, end: str) -> Answer:
        mode, now = self._now["CWMODE"], self._now
        if end or "execute" not in ABOUT.has[name]:
            return None
        if name == "RESTORE":
            self._host.flash.clear()
        if name == "GMR":
            return [
                "AT version:1.2.0.0(Jul  1 2016 20:04:45)",
                "SDK version:1.5.4.1(39cb9a32)",
                "compile time:Jul  8 2016 09:12:55",
            ]
        if name == "CIFSR":
            station = ['+CIFSR:STAIP,"0.0.0.0"', f'+CIFSR:STAMAC,"{now["CIPSTAMAC"]}"']
            softap = [f'+CIFSR:APIP,"{now["CIPAP"][0]}"', f'+CIFSR:APMAC,"{now["CIPAPMAC"]}"']
            return (softap if mode != 1 else []) + (station if mode != 2 else [])
        if name == "CIPSTATUS":
            return ["STATUS:5"]
        wanting = {"CWLIF": 1, "CWQAP": 2, "CWLAP": 2}.get(name)
        return None if wanting == mode else []

    def _query(self, name: str, end: str) -> Answer:
        if name in _ASKED:
            return [f"+{name}:{self._plain[name]}"]
        if name == "CWJAP":
            return ["No AP"]
        if "query" not in ABOUT.has[f"{name}{end}"]:
            return None
        value = self._saved(name) if end == "_DEF" else self._now[name]
        head = f"+{name}{end}:"
        if name == "CWSAP":
            ssid, password, *numbers = value
            told = ",".join(map(str, numbers))
            return None if self._now["CWMODE"] == 1 else [f'{head}"{ssid}","{password}",{told}']
        if name == "CWDHCPS":
            lease, first, last = value or (120, *self._whole_network())
            return [f"{head}{lease},{first},{last}"]
        if name in ("CIPSTA", "CIPAP"):
            words = ("gateway", value[1]), ("netmask", value[2]), ("ip", value[0])
            return [f'{head}{word}:"{each}"' for word, each in words]
        return [f'{head}"{value}"' if name.endswith("MAC") else f"{head}{value}"]

    def _whole_network(self) -> tuple[str, str]:
        network = self._now["CIPAP"][0].rpartition(".")[0]
        return f"{network}.100", f"{network}.200"

    def _set(self, name: str, end: str, given: Sequence[Parameter]) -> Answer:
        if name in _NUMBERS:
            return self._set_number(name, _numbers(given, 1))
        if name == "GSLP":
            time = _numbers(given, 1)
            return [str(time[0])] if time and time[0] >= 0 else None
        if name == "CIPSERVER":
            return self._set_server(given)
        kinds: dict[str, Callable[[Sequence[Parameter]], Any]] = {
            "UART": _wanted_uart,
            "CWMODE": partial(_one_of, values=(1, 2, 3)),
            "CWSAP": self._wanted_softap,
            "CWDHCPS": self._wanted_leases,
            "CWAUTOCONN": partial(_one_of, values=(0, 1)),
            "CIPSTAMAC": _wanted_mac,
            "CIPAPMAC": _wanted_mac,
            "CIPSTA": _wanted_addresses,
            "CIPAP": _wanted_class_c,
        }
        if name == "CWDHCP":
            return self._set_dhcp(end, _numbers(given, 2))
        value = kinds[name](given) if name in kinds else None
        if value is None:
            return None
        self._keep(name, end, None if value == "default" else value)
        if name in ("CIPSTA", "CIPAP"):
            bit = 2 if name == "CIPSTA" else 1
            self._dhcp_bits(end, bit, on=False)
        return []

    def _keep(self, name: str, end: str, value: Any) -> None:
        self._now[name] = value
        if end != "_CUR":
            self._host.flash[name] = value

    def _set_number(self, name: str, value: list[int] | None) -> Answer:
        lowest, highest, _ = _NUMBERS[name]
        if value is None or not lowest <= value[0] <= highest:
            return None
        if name == "SLEEP" and self._now["CWMODE"] == 2:
            return None
        apart = {"CIPMUX": "CIPMODE", "CIPMODE": "CIPMUX"}.get(name)
        if apart and value[0] == 1 and self._plain[apart] == 1:
            return None
        if name == "CIPMUX" and self._server and value[0] == 0:
            return None
        self._plain[name] = value[0]
        return []

    def _set_server(self, given: Sequence[Parameter]) -> Answer:
        values = _numbers(given, len(given))
        if values is None or len(values) > 2 or values[0] not in (0, 1):
            return None
        if not all(1 <= port <= 65535 for port in values[1:]) or self._plain["CIPMUX"] == 0:
            return None
        self._server = values[0] == 1
        return []

    def _set_dhcp(self, end: str, values: list[int] | None) -> Answer:
        if values is None or values[0] not in (0, 1, 2) or values[1] not in (0, 1):
            return None
        self._dhcp_bits(end, (1, 2, 3)[values[0]], on=values[1] == 1)
        return []

    def _dhcp_bits(self, end: str, bits: int, *, on: bool) -> None:
        def changed(before: int) -> int:
            return before | bits if on else before & ~bits

        self._now["CWDHCP"] = changed(self._now["CWDHCP"])
        if end != "_CUR":
            self._host.flash["CWDHCP"] = changed(self._saved("CWDHCP"))

    def _wanted_softap(self, given: Sequence[Parameter]) -> Any:
        names = _strings(given[:2])
        numbers = _numbers(given[2:], len(given) - 2)
        if self._now["CWMODE"] == 1 or names is None or numbers is None:
            return None
        if not 4 <= len(given) <= 6:
            return None
        channel, security, stations, hidden = (*numbers, *(4, 0)[len(numbers) - 2 :])
        ssid, password = names
        right = (
            1 <= len(ssid) <= 32
            and (0 if security == 0 else 8) <= len(password) <= 64
            and password.isascii()
            and 1 <= channel <= 13
            and security in (0, 2, 3, 4)
            and 1 <= stations <= 4
            and hidden in (0, 1)
        )
        return [ssid, password, channel, security, stations, hidden] if right else None

    def _wanted_leases(self, given: Sequence[Parameter]) -> Any:
        if _one_of(given, (0,)) == 0:
            return "default"
        addresses = _strings(given[2:])
        times = _numbers(given[:2], 2)
        serving = self._now["CWMODE"] != 1 and self._now["CWDHCP"] & 1
        if not serving or len(given) != 4 or addresses is None or times is None:
            return None
        network = self._now["CIPAP"][0].rpartition(".")[0]
        inside = all(
            _ADDRESS.fullmatch(each) and each.rpartition(".")[0] == network for each in addresses
        )
        right = times[0] == 1 and 1 <= times[1] <= 2880 and inside
        return [times[1], *addresses] if right else None


def _uart(values: Sequence[int]) -> Uart:
    rate, databits, stopbits, parity, _ = values
    return Uart(rate, databits, (1, 1.5, 2)[stopbits - 1], "NOE"[parity])


def _one_of(given: Sequence[Parameter], values: Sequence[int]) -> int | None:
    value = _numbers(given, 1)
    return value[0] if value and value[0] in values else None


def _scan(given: Sequence[Parameter] | None) -> bool:
    if not given or len(given) not in (1, 3) or not given[0].quoted:
        return False
    return len(given) == 1 or (
        given[1].quoted
        and _MAC.fullmatch(given[1].text) is not None
        and given[2].number() is not None
    )


def _wanted_uart(given: Sequence[Parameter]) -> list[int] | None:
    values = _numbers(given, 5)
    lowest, highest = (110, 5, 1, 0, 0), (4608000, 8, 3, 2, 3)
    if values is None:
        return None
    within = zip(lowest, values, highest, strict=True)
    return values if all(low <= value <= high for low, value, high in within) else None


def _wanted_mac(given: Sequence[Parameter]) -> str | None:
    text = given[0].text if len(given) == 1 and given[0].quoted else ""
    return text if _MAC.fullmatch(text) and int(text[:2], 16) % 2 == 0 else None


def _wanted_addresses(given: Sequence[Parameter]) -> list[str] | None:
    texts = _strings(given)
    if texts is None or len(texts) not in (1, 3):
        return None
    if not all(_ADDRESS.fullmatch(each) for each in texts):
        return None
    return texts if len(texts) == 3 else [texts[0], texts[0], "255.255.255.0"]


def _wanted_class_c(given: Sequence[Parameter]) -> list[str] | None:
    addresses = _wanted_addresses(given)
    if addresses is None or addresses[2] != "255.255.255.0":
        return None
    return addresses if 192 <= int(addresses[0].partition(".")[0]) <= 223 else None
