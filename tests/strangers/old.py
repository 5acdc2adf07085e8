"""A firmware from before the endings _CUR and _DEF, with forms that nobody listed."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.strangers.device import MS, SECOND, About, Host, Uart
from tests.strangers.parameters import Parameter, split

_BUSY = "busy now ...\r\n"
_CLASS_C = "Of class C it takes 192.168.x.y alone."

ABOUT = About(
    name="old",
    habits=(
        "Has no _CUR, no _DEF and no AT+UART; says `no change` before OK where nothing changes; "
        "answers test and query forms that nobody listed; `busy now ...` while it joins or scans, "
        "and what comes then is dropped; boot text legible at 115200 baud, then a vendor's "
        "banner and `ready`; the echo has CR CR LF."
    ),
    has={
        "AT": "execute",
        "RST": "execute",
        "GMR": "execute",
        "ATE": "set",
        "CWMODE": "test query set",
        "CWJAP": "query set",
        "CWLAP": "set execute",
        "CWQAP": "execute",
        "CWSAP": "query set",
        "CWLIF": "execute",
        "CWDHCP": "query set",
        "CWAUTOCONN": "set",
        "CIPAPMAC": "query set",
        "CIPAP": "query set",
        "CIPSTATUS": "execute",
        "CIFSR": "execute",
        "CIPMUX": "query set",
        "CIPSERVER": "set",
        "CIPSTO": "query set",
        "CIPDINFO": "set",
        "PING": "set",
    },
    breaks={
        "5.2.16/CIPSTO/set/03": "The time has no upper bound: over 7200 is answered OK.",
        "4.1.14/CWDHCP/set/09": "Nothing of DHCP is saved; AT+RST brings both back.",
        "4.1.14/CWDHCP/set/10": "Nothing of DHCP is saved.",
        "4.1.14/CWDHCP/set/11": "Nothing of DHCP is saved; a loss of power brings both back.",
        "6/CWDHCP/general/01": "Nothing of DHCP is saved.",
        "4.1.29/CIPAP/set/11": "Nothing of DHCP is saved; AT+RST enables it again.",
        "4.1.29/CIPAP/set/01": _CLASS_C,
        "4.1.10/CWSAP/set/15": "Channels are not looked at: 0 and 15 are answered OK.",
    },
    observed={
        "4.1.9/CWQAP/test/01": "OK",
        "4.1.19/CWAUTOCONN/query/01": "OK",
        "5.2.1/CIPSTATUS/test/01": "OK",
        "5.2.11/CIFSR/test/01": "OK",
        "5.2.19/CIPDINFO/query/01": "OK",
    },
    inconclusive={
        "4.1.29/CIPAP/set/03": _CLASS_C,
        "5.2.16/CIPSTO/set/05": "The time over 7200 that is to change nothing is not refused.",
    },
    open={
        "4.1.10/CWSAP/set/19": "A wrong channel, if it is what is tried, is not refused.",
        "5.2.11/CIFSR/execute/03": "It has no AT+CIPAP_CUR.",
        "5.2.11/CIFSR/execute/04": "It has no AT+CIPAP_CUR.",
        "4.1.14/CWDHCP/set/12": "It sets no static address of the station.",
        "4.1.23/CIPAPMAC/query/02": "It does not tell the station's MAC address.",
        "4.1.23/CIPAPMAC/set/11": "It does not tell the station's MAC address.",
        "5.2.12/CIPMUX/set/06": "It has no passthrough mode.",
        **{f"5.2.12/CIPMUX/set/{n}": "It opens no links." for n in ("07", "08", "09")},
        **{
            f"5.2.1/CIPSTATUS/execute/{n:02}": "It opens no links that could be listed."
            for n in (3, *range(5, 12))
        },
    },
)

_MAC = re.compile(r"([0-9a-f][0-9a-f]:){5}[0-9a-f][0-9a-f]")
_IP = re.compile(r"192\.168\.\d{1,3}\.\d{1,3}|(\d{1,3}\.){3}\d{1,3}", re.ASCII)
_SILENT_FORMS = {
    "AT+CWQAP=?": "",
    "AT+CIPSTATUS=?": "",
    "AT+CIFSR=?": "",
    "AT+CWAUTOCONN?": "+CWAUTOCONN:1\r\n",
    "AT+CIPDINFO?": "+CIPDINFO:FALSE\r\n",
}


class Refused(Exception):
    """ERROR."""


class Old:
    """The device."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._epoch = 0

    @property
    def uart(self) -> Uart:
        return Uart()

    def start(self) -> None:
        self._epoch += 1
        self._listening = False
        text = b"\r\n ets Jan  8 2013,rst cause:2, boot mode:(3,4)\r\n\r\nload 0x40100000\r\n"
        self._host.send(text + b"2nd boot version : 1.4(b1)\r\njump to run user1 @ 1000\r\n\r\n")
        self._wait(300 * MS, self._run)

    def _run(self) -> None:
        self._listening, self._occupied, self._echo = True, False, True
        self._gathered = ""
        flash = self._host.flash
        self._mode: int = flash.setdefault("cwmode", 2)
        self._dhcp = 3
        self._mux, self._server, self._sto = 0, False, 180
        self._host.send(b"Ai-Thinker Technology Co. Ltd.\r\n\r\nready\r\n")

    def _wait(self, delay: int, action: Callable[[], None]) -> None:
        epoch = self._epoch
        self._host.after(delay, lambda: action() if self._epoch == epoch else None)

    def receive(self, data: bytes) -> None:
        if not self._listening:
            return
        for letter in data.decode("latin-1"):
            if self._echo and not self._occupied:
                self._print("\r\r" if letter == "\r" else letter)
            self._gathered += letter
            if self._gathered.endswith("\r\n"):
                line, self._gathered = self._gathered[:-2], ""
                self._line(line)

    def _print(self, text: str) -> None:
        self._host.send(text.encode("latin-1"))

    def _line(self, line: str) -> None:
        if self._occupied:
            self._print(_BUSY)
        elif line.startswith("AT"):
            try:
                self._print(self._answered(line))
            except Refused:
                self._print("\r\nERROR\r\n")
            if line == "AT+RST":
                self._wait(50 * MS, self.start)
        elif line:
            self._print("\r\nERROR\r\n")

    def _answered(self, line: str) -> str:
        if line in _SILENT_FORMS:
            return f"{_SILENT_FORMS[line]}\r\nOK\r\n"
        bare = {"AT": "", "AT+RST": "", "ATE0": "", "ATE1": "", "AT+GMR": _VERSION}
        if line in bare:
            self._echo = {"ATE0": False, "ATE1": True}.get(line, self._echo)
            return f"{bare[line]}\r\nOK\r\n"
        found = re.fullmatch(r"AT\+([A-Z]+)(\?|=\?|=.*)?", line, re.DOTALL)
        if found is None or found[1] not in ABOUT.has:
            raise Refused
        name, rest = found[1].lower(), found[2] or ""
        form = {"": "execute", "?": "query", "=?": "test"}.get(rest, "set")
        action = getattr(self, f"_{form}_{name}", None)
        if action is None:
            raise Refused
        given = split(rest[1:]) if form == "set" else []
        if given is None:
            raise Refused
        said = action(given) if form == "set" else action()
        return "" if self._occupied else f"{said}\r\nOK\r\n"

    def _begin(self, delay: int, end: str) -> str:
        """What takes its time; until then the line is closed."""
        self._occupied = True

        def done() -> None:
            self._occupied = False
            self._print(end)

        self._wait(delay, done)
        return ""

    # Wi-Fi

    def _need(self, *modes: int) -> None:
        if self._mode not in modes:
            raise Refused

    def _test_cwmode(self) -> str:
        return "+CWMODE:(1-3)\r\n"

    def _query_cwmode(self) -> str:
        return f"+CWMODE:{self._mode}\r\n"

    def _set_cwmode(self, given: list[Parameter]) -> str:
        wanted = _number(given, 1, 3)
        same = wanted == self._mode
        self._mode = self._host.flash["cwmode"] = wanted
        return "no change\r\n" if same else ""

    def _query_cwjap(self) -> str:
        raise Refused

    def _set_cwjap(self, given: list[Parameter]) -> str:
        self._need(1, 3)
        texts = _quoted(given, (2, 3))
        if len(texts[1]) > 64 or not all(_MAC.fullmatch(each) for each in texts[2:]):
            raise Refused
        return self._begin(2500 * MS, "+CWJAP:3\r\n\r\nFAIL\r\n")

    def _execute_cwlap(self) -> str:
        self._need(1, 3)
        return self._begin(1500 * MS, "\r\nOK\r\n")

    def _set_cwlap(self, given: list[Parameter]) -> str:
        if len(given) not in (1, 3) or not all(each.quoted for each in given[:2]):
            raise Refused
        if len(given) == 3 and (not _MAC.fullmatch(given[1].text) or given[2].number() is None):
            raise Refused
        return self._execute_cwlap()

    def _execute_cwqap(self) -> str:
        self._need(1, 3)
        return ""

    def _softap(self) -> list[str | int]:
        kept: list[str | int] = self._host.flash.get("cwsap", ["AI-THINKER_0B17", "", 1, 0, 4, 0])
        return kept

    def _query_cwsap(self) -> str:
        self._need(2, 3)
        name, password, *rest = self._softap()
        return f'+CWSAP:"{name}","{password}",{",".join(map(str, rest))}\r\n'

    def _set_cwsap(self, given: list[Parameter]) -> str:
        self._need(2, 3)
        name, password = _quoted(given[:2], (2,))
        numbers = [each.number() for each in given[2:]]
        whole = [each for each in numbers if each is not None]
        if not 4 <= len(given) <= 6 or len(whole) < len(numbers):
            raise Refused
        channel, ecn, most, hidden = (*whole, *(4, 0)[len(whole) - 2 :])
        long_enough = 8 if ecn else 0
        if (
            ecn not in (0, 2, 3, 4)
            or not long_enough <= len(password) <= 64
            or hidden not in (0, 1)
        ):
            raise Refused
        if not 1 <= len(name) <= 32 or not 1 <= most <= 4 or not password.isascii():
            raise Refused
        self._host.flash["cwsap"] = [name, password, channel, ecn, most, hidden]
        return ""

    def _execute_cwlif(self) -> str:
        return ""

    def _query_cwdhcp(self) -> str:
        return f"+CWDHCP:{self._dhcp}\r\n"

    def _set_cwdhcp(self, given: list[Parameter]) -> str:
        if len(given) != 2:
            raise Refused
        bits = _number(given[:1], 0, 2) + 1
        self._dhcp = self._dhcp & ~bits | bits * _number(given[1:], 0, 1)
        return ""

    def _set_cwautoconn(self, given: list[Parameter]) -> str:
        self._host.flash["autoconn"] = _number(given, 0, 1)
        return ""

    def _query_cipapmac(self) -> str:
        return f'+CIPAPMAC:"{self._host.flash.get("apmac", "1a:fe:34:0b:17:00")}"\r\n'

    def _set_cipapmac(self, given: list[Parameter]) -> str:
        (text,) = _quoted(given, (1,))
        if not _MAC.fullmatch(text) or text[1] in "13579bdf":
            raise Refused
        self._host.flash["apmac"] = text
        return ""

    def _address(self) -> str:
        kept: str = self._host.flash.get("apip", "192.168.4.1")
        return kept

    def _query_cipap(self) -> str:
        return f'+CIPAP:"{self._address()}"\r\n'

    def _set_cipap(self, given: list[Parameter]) -> str:
        texts = _quoted(given, (1, 3))
        for text in texts:
            if not _IP.fullmatch(text) or any(int(each) > 255 for each in text.split(".")):
                raise Refused
        if not texts[0].startswith("192.168.") or texts[2:] not in ([], ["255.255.255.0"]):
            raise Refused
        self._host.flash["apip"] = texts[0]
        self._dhcp &= 2
        return ""

    # TCP/IP

    def _execute_cipstatus(self) -> str:
        return "STATUS:5\r\n"

    def _execute_cifsr(self) -> str:
        station = "" if self._mode == 2 else "+CIFSR:0.0.0.0\r\n"
        return station if self._mode == 1 else f"+CIFSR:{self._address()}\r\n{station}"

    def _query_cipmux(self) -> str:
        return f"+CIPMUX:{self._mux}\r\n"

    def _set_cipmux(self, given: list[Parameter]) -> str:
        wanted = _number(given, 0, 1)
        if self._server and not wanted:
            raise Refused
        self._mux = wanted
        return ""

    def _set_cipserver(self, given: list[Parameter]) -> str:
        mode = _number(given[:1], 0, 1)
        if len(given) > 2 or (len(given) == 2 and not _number(given[1:], 1, 65535)):
            raise Refused
        if not self._mux:
            raise Refused
        self._server = mode == 1
        return ""

    def _query_cipsto(self) -> str:
        return f"+CIPSTO:{self._sto}\r\n"

    def _set_cipsto(self, given: list[Parameter]) -> str:
        self._sto = _number(given, 0, None)
        return ""

    def _set_cipdinfo(self, given: list[Parameter]) -> str:
        _number(given, 0, 1)
        return ""

    def _set_ping(self, given: list[Parameter]) -> str:
        _quoted(given, (1,))
        return self._begin(SECOND, "\r\nERROR\r\n")


_VERSION = "AT version:0.21.0.0\r\nSDK version:0.9.5\r\ncompile time:Dec 19 2014\r\n"


def _number(given: list[Parameter], lowest: int, highest: int | None) -> int:
    value = given[0].number() if len(given) == 1 else None
    if value is None or value < lowest or (highest is not None and value > highest):
        raise Refused
    return value


def _quoted(given: list[Parameter], counts: tuple[int, ...]) -> list[str]:
    if len(given) not in counts or not all(each.quoted for each in given):
        raise Refused
    return [each.text for each in given]
