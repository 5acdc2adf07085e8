"""A firmware that prints what the document prints, and nothing where that prints nothing."""

from __future__ import annotations

from collections.abc import Callable

from tests.strangers.device import MS, About, Host, Uart

ABOUT = About(
    name="literal",
    habits=(
        "Prints as the document prints: `+SLEEP : 2`, `+ CIPMUX:0`, `+CWDHCPs_CUR=`, strings "
        "without their marks, DHCP as a bare number, and no OK where the row Response has none. "
        "Forms that are not in its table get ERROR with a word of explanation."
    ),
    has={
        "AT": "execute",
        "RST": "execute",
        "GMR": "execute",
        "ATE": "set",
        "GSLP": "set",
        "SLEEP": "query set",
        "RFVDD": "query set execute",
        "CWMODE_CUR": "test query set",
        "CWSAP_CUR": "query set",
        "CWDHCP_CUR": "query set",
        "CWDHCPS_CUR": "query set",
        "CIPAP_CUR": "query set",
        "CIPSTATUS": "execute",
        "CIFSR": "execute",
        "CIPMUX": "query set",
        "CIPSTO": "query set",
        "CIPSERVER": "set",
    },
    breaks={},
    open={
        "4.1.2/CWMODE_CUR/set/07": "It has no command that joins an access point.",
        "4.1.2/CWMODE_CUR/set/08": "It has no query for the saved mode.",
        "4.1.2/CWMODE_CUR/set/09": "It has no query for the saved mode.",
        **{f"2/-/general/0{n}": "It has no AT+CWSAP, the document's example." for n in (6, 7, 8)},
        "5.2.12/CIPMUX/set/06": "It has no passthrough mode.",
        **{f"5.2.12/CIPMUX/set/{n}": "It opens no links." for n in ("07", "08", "09")},
    },
)

_EXPLAINED = "not in my table"


class Literal:
    """The device. It has no flash to speak of: nothing it has is saved."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._boots = 0

    @property
    def uart(self) -> Uart:
        return Uart(74880 if self._dark else 115200)

    def start(self) -> None:
        self._boots += 1
        self._dark = True
        self._text = ""
        self._echoing = True
        self._mode = 3
        self._sleep, self._mux, self._server, self._timeout = 2, 0, False, 180
        self._softap = ["ESP8266", "0123456789", "5", "3", "4", "0"]
        self._dhcp = 3
        self._range: list[str] | None = None
        self._ip = "192.168.4.1"
        self._host.send(b"\n ets Jan  8 2013,rst cause:1, boot mode:(3,3)\n\nload 0x40100000\n")
        self._in(200 * MS, self._open)

    def _in(self, delay: int, what: Callable[[], None]) -> None:
        boots = self._boots
        self._host.after(delay, lambda: what() if boots == self._boots else None)

    def _open(self) -> None:
        self._dark = False
        self._host.send(b"\r\nready\r\n")

    def receive(self, data: bytes) -> None:
        for letter in data.decode("latin-1") if not self._dark else "":
            self._text += letter
            if self._echoing:
                self._host.send(letter.encode("latin-1"))
            if self._text.endswith("\r\n"):
                line, self._text = self._text[:-2], ""
                if line:
                    self._reply(line)

    def _reply(self, line: str) -> None:
        try:
            said = self._say(line)
        except (ValueError, IndexError):  # a value that is none, or one that is missing
            said = "ERROR"
        self._host.send(("\r\n" + said.replace("\n", "\r\n") + "\r\n").encode("latin-1"))
        if line == "AT+RST":
            self._in(15 * MS, self.start)
        if line.startswith("AT+GSLP=") and said.endswith("OK"):
            self._boots += 1
            self._dark = True
            self._in(int(line[8:]) * MS, self.start)

    def _say(self, line: str) -> str:
        """The answer as it is printed in the document."""
        fixed = {
            "AT": "OK",
            "AT+RST": "OK",
            "AT+RFVDD": "OK",
            "AT+GMR": "AT version:0.51.0.0\nSDK version:1.5.0\ncompile time:Nov 27 2015\n\nOK",
            "AT+RFVDD?": "+RFVDD:3200\nOK",
            "AT+SLEEP?": f"+SLEEP : {self._sleep}\nOK",
            "AT+CWMODE_CUR=?": "+CWMODE_CUR:( 1 - 3\nOK",
            "AT+CWMODE_CUR?": f"+CWMODE_CUR:{self._mode}\nOK",
            "AT+CWDHCP_CUR?": f"{self._dhcp}\nOK",
            "AT+CIPAP_CUR?": f"+CIPAP_CUR:{self._ip}\nOK",
            "AT+CIPSTATUS": "STATUS:5",
            "AT+CIPMUX?": f"+ CIPMUX:{self._mux}\nOK",
            "AT+CIPSTO?": f"+ CIPSTO:{self._timeout}\n\nOK",
            "AT+CWDHCPS_CUR?": "+CWDHCPs_CUR=" + ",".join(self._range or self._all()),
        }
        if line in fixed:
            return fixed[line]
        if line in ("ATE0", "ATE1"):
            self._echoing = line == "ATE1"
            return "OK"
        if line == "AT+CIFSR":
            return f"+ CIFSR:{self._ip if self._mode != 1 else '0.0.0.0'}\n\nOK"
        if line == "AT+CWSAP_CUR?" and self._mode != 1:
            return "+CWSAP_CUR:" + ",".join(self._softap)
        name, equals, rest = line.partition("=")
        setter = getattr(self, f"_set_{name[3:].lower()}", None)
        if not line.startswith("AT+") or name != name.upper() or not equals or setter is None:
            return f"{_EXPLAINED}\nERROR"
        return str(setter(_pieces(rest)))

    def _all(self) -> list[str]:
        network = self._ip.rpartition(".")[0]
        return ["120", f"{network}.2", f"{network}.101"]

    def _set_gslp(self, given: list[str]) -> str:
        return f"{_int(given, 0, 0, None, of=1)}\nOK"

    def _set_sleep(self, given: list[str]) -> str:
        if self._mode == 2:
            return "ERROR"
        self._sleep = _int(given, 0, 0, 2, of=1)
        return "OK"

    def _set_rfvdd(self, given: list[str]) -> str:
        _int(given, 0, 1900, 3300, of=1)
        return "OK"

    def _set_cwmode_cur(self, given: list[str]) -> str:
        self._mode = _int(given, 0, 1, 3, of=1)
        return "OK"

    def _set_cipmux(self, given: list[str]) -> str:
        wanted = _int(given, 0, 0, 1, of=1)
        if self._server and not wanted:
            return "ERROR"
        self._mux = wanted
        return "OK"

    def _set_cipsto(self, given: list[str]) -> str:
        self._timeout = _int(given, 0, 0, 7200, of=1)
        return "OK"

    def _set_cipserver(self, given: list[str]) -> str:
        wanted = _int(given, 0, 0, 1, of=len(given))
        if len(given) > 1:
            _int(given, 1, 1, 65535, of=2)
        if not self._mux:
            return "ERROR"
        self._server = wanted == 1
        return "OK"

    def _set_cwdhcp_cur(self, given: list[str]) -> str:
        bits = _int(given, 0, 0, 2, of=2) + 1
        self._dhcp = self._dhcp & ~bits | bits * _int(given, 1, 0, 1, of=2)
        return "OK"

    def _set_cipap_cur(self, given: list[str]) -> str:
        addresses = [_address(each) for each in given]
        if len(addresses) not in (1, 3) or not 192 <= int(addresses[0].split(".")[0]) <= 223:
            return "ERROR"
        if addresses[2:] not in ([], ["255.255.255.0"]):
            return "ERROR"
        self._ip = addresses[0]
        self._dhcp &= 2
        return "OK"

    def _set_cwdhcps_cur(self, given: list[str]) -> str:
        if given == ["0"]:
            self._range = None
            return "OK"
        ends = [_address(given[2]), _address(given[3])]
        inside = all(each.rpartition(".")[0] == self._ip.rpartition(".")[0] for each in ends)
        if self._mode == 1 or not self._dhcp & 1 or _int(given, 0, 1, 1, of=4) != 1 or not inside:
            return "ERROR"
        self._range = [str(_int(given, 1, 1, 2880, of=4)), *ends]
        return "OK"

    def _set_cwsap_cur(self, given: list[str]) -> str:
        if self._mode == 1 or len(given) not in (4, 5, 6):
            return "ERROR"
        name, password = _string(given[0]), _string(given[1])
        values = [*given[2:], *("4", "0")[len(given) - 4 :]]
        security = _int(values, 1, 0, 4, of=4)
        least = 8 if security else 0
        _int(values, 0, 1, 11, of=4)
        _int(values, 2, 1, 4, of=4)
        _int(values, 3, 0, 1, of=4)
        if security == 1 or not 1 <= len(name) <= 32 or not least <= len(password) <= 64:
            return "ERROR"
        if not password.isascii():
            return "ERROR"
        self._softap = [name, password, *values]
        return "OK"


def _pieces(text: str) -> list[str]:
    """The parameters, as they are written: a comma in a string, or behind a backslash, is none."""
    pieces, inside, escaped = [""], False, False
    for letter in text:
        inside ^= letter == '"' and not escaped
        if letter == "," and not inside and not escaped:
            pieces.append("")
        else:
            pieces[-1] += letter
        escaped = letter == "\\" and not escaped
    return pieces


def _int(given: list[str], index: int, lowest: int, highest: int | None, *, of: int) -> int:
    text = given[index]
    if len(given) != of or not text.isascii() or not text.removeprefix("-").isdigit():
        raise ValueError(text)
    if int(text) < lowest or (highest is not None and int(text) > highest):
        raise ValueError(text)
    return int(text)


def _string(text: str) -> str:
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        raise ValueError(text)
    plain, escaped = "", False
    for letter in text[1:-1]:
        if letter == '"' and not escaped:
            raise ValueError(text)
        escaped = letter == "\\" and not escaped
        plain += "" if escaped else letter
    if escaped:
        raise ValueError(text)
    return plain


def _address(text: str) -> str:
    numbers = _string(text).split(".")
    if len(numbers) != 4 or any(not n.isascii() or not n.isdigit() for n in numbers):
        raise ValueError(text)
    if any(int(each) > 255 for each in numbers):
        raise ValueError(text)
    return _string(text)
