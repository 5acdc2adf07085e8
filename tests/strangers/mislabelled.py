"""A firmware whose settings work, and whose queries tell them wrongly."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from tests.strangers.device import MS, About, Host, Uart
from tests.strangers.parameters import Parameter, split

_TRIO = ("", "_CUR", "_DEF")
_PAIR = ("_CUR", "_DEF")
_BIT = "AT+CWDHCP_DEF? tells a third bit, so that what it means stays open."
_FRONT = "AT+CIPAP_DEF? stands under another command's name, so that it may be another's value."
_FIELD = "AT+CWSAP? lacks its last field."
_BY_BOTH = "It is compared by AT+CWDHCP_DEF?, which tells a third bit."
_CLASS_C = "Of class C it takes 192.168.x.y alone."

ABOUT = About(
    name="mislabelled",
    habits=(
        "Everything of clause 4 that is set and told without a network, and quickly. What _DEF "
        "sets is in force after the next start. A diagnostic line stands before what a query "
        "tells, and AT+CIPSTA_DEF? answers as it is printed, under the name +CIPSTA."
    ),
    has={
        "AT": "execute",
        "RST": "execute",
        "GMR": "execute",
        "ATE": "set",
        "RESTORE": "execute",
        **{f"CWMODE{end}": "test query set" for end in _TRIO},
        **{f"CWSAP{end}": "query set" for end in _TRIO},
        **{f"CWDHCP{end}": "query set" for end in _TRIO},
        **{f"CWDHCPS{end}": "query set" for end in _PAIR},
        **{f"CIPSTAMAC{end}": "query set" for end in _TRIO},
        **{f"CIPAPMAC{end}": "query set" for end in _TRIO},
        **{f"CIPSTA{end}": "query set" for end in _TRIO},
        **{f"CIPAP{end}": "query set" for end in _TRIO},
        "CIFSR": "execute",
    },
    breaks={
        "4.1.31/CIPAP_DEF/query/01": "AT+CIPAP_DEF? answers under the name +CIPAP_CUR.",
        "4.1.16/CWDHCP_DEF/query/01": "AT+CWDHCP_DEF? tells a number of three bits.",
        "4.1.10/CWSAP/query/01": _FIELD,
        "4.1.24/CIPAPMAC_CUR/set/11": "AT+CIPAPMAC_CUR gives the station the same address.",
        "4.1.17/CWDHCPS_CUR/set/07": "A lease over 2880 minutes is answered OK.",
        "4.1.18/CWDHCPS_DEF/set/07": "A lease over 2880 minutes is answered OK.",
        **{
            f"4.1.{n}/CIPAP{end}/set/01": _CLASS_C
            for n, end in zip((29, 30, 31), _TRIO, strict=True)
        },
    },
    inconclusive={
        "4.1.29/CIPAP/set/03": _CLASS_C,
        "4.1.30/CIPAP_CUR/set/03": _CLASS_C,
        "4.1.15/CWDHCP_CUR/set/91": _BIT,
        "4.1.30/CIPAP_CUR/set/91": _FRONT,
        "4.1.10/CWSAP/set/07": f"{_FIELD} Nothing tells whether the name is hidden.",
        "4.1.10/CWSAP/set/17": f"{_FIELD} Nothing tells whether the name is hidden.",
        "4.1.16/CWDHCP_DEF/query/02": _BIT,
        **{f"4.1.16/CWDHCP_DEF/set/{n:02}": _BIT for n in (2, 3, 4)},
        **{f"4.1.28/CIPSTA_DEF/set/{n:02}": _BY_BOTH for n in (4, 5)},
        **{f"4.1.31/CIPAP_DEF/set/{n:02}": _BY_BOTH for n in (4, 5)},
        "4.1.31/CIPAP_DEF/set/03": _FRONT,
    },
    open={
        "4.1.10/CWSAP/": _FIELD,
        "4.1.16/CWDHCP_DEF/": _BIT,
        "4.1.28/CIPSTA_DEF/": _BY_BOTH,
        "4.1.31/CIPAP_DEF/": _FRONT,
        "4.1.15/CWDHCP_CUR/set/09": "What is saved may be asked by AT+CWDHCP_DEF?.",
        "4.1.27/CIPSTA_CUR/set/11": "What is saved may be asked by AT+CWDHCP_DEF?.",
        "4.1.30/CIPAP_CUR/set/11": "What is saved may be asked by AT+CWDHCP_DEF?.",
        "4.1.30/CIPAP_CUR/set/12": "What is saved may be asked by AT+CIPAP_DEF?.",
        "4.1.17/CWDHCPS_CUR/set/11": "A lease over 2880 minutes, if it is tried, is not refused.",
        "4.1.18/CWDHCPS_DEF/set/11": "A lease over 2880 minutes, if it is tried, is not refused.",
        "3.2.6/RESTORE/execute/04": f"{_FIELD} It may be what is compared.",
        "3.2.6/RESTORE/execute/06": f"{_BY_BOTH} {_FRONT} And it saves no link.",
        "5.2.11/CIFSR/execute/03": "An undo may want AT+CIPAP_DEF?.",
        "5.2.11/CIFSR/execute/04": "An undo may want AT+CIPAP_DEF?.",
        **{f"2/-/general/0{n}": _FIELD for n in (6, 7, 8)},
        **{
            f"4.1.{number}/CWMODE{end}/set/{last}": f"{_FIELD} It joins no access point."
            for number, end in enumerate(_TRIO, 1)
            for last in ("06", "07")
        },
    },
)

_FACTORY: dict[str, Any] = {
    "CWMODE": [2],
    "CWSAP": ["ESP_9D10C2", "abcdefgh", 11, 4, 4, 0],
    "CWDHCP": [3],
    "CWDHCPS": [120, "192.168.4.2", "192.168.4.101"],
    "CIPSTAMAC": ["5c:cf:7f:9d:10:c2"],
    "CIPAPMAC": ["5e:cf:7f:9d:10:c2"],
    "CIPSTA": ["0.0.0.0"],
    "CIPAP": ["192.168.4.1"],
}
_PARTS = re.compile(r"AT\+([A-Z]+)(_CUR|_DEF|)(=\?|[=?]|)(.*)", re.DOTALL)


def _named(stem: str, end: str) -> str:
    """The name under which a query answers."""
    return {"CIPAP_DEF": "CIPAP_CUR", "CIPSTA_DEF": "CIPSTA"}.get(stem + end, stem + end)


class Mislabelled:
    """The device."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._round = 0

    @property
    def uart(self) -> Uart:
        return Uart() if self._ready else Uart(74880)

    def start(self) -> None:
        self._round += 1
        round_ = self._round
        self._ready = False
        self._host.send(b"\r\n ets Jan  8 2013,rst cause:2, boot mode:(3,5)\r\n\r\nchksum 0x89\r\n")
        self._host.after(110 * MS, lambda: self._up() if round_ == self._round else None)

    def _up(self) -> None:
        self._ready = self._echo = True
        self._seen = bytearray()
        self._force = {stem: self._flash(stem) for stem in _FACTORY}
        self._host.send(b"\r\nvendor build 7\r\nready\r\n")

    def _flash(self, stem: str) -> list[Any]:
        return list(self._host.flash.get(stem, _FACTORY[stem]))

    def receive(self, data: bytes) -> None:
        if not self._ready:
            return
        self._seen += data
        if self._echo:
            self._host.send(data)
        *lines, rest = bytes(self._seen).split(b"\r\n")
        self._seen = bytearray(rest)
        for line in lines:
            if line:
                self._line(line.decode("latin-1"))

    def _line(self, line: str) -> None:
        lines = self._told(line)
        text = "\r\n".join([*(lines or []), "OK" if lines is not None else "ERROR", ""])
        self._host.send(text.encode("latin-1"))
        if line in ("AT+RST", "AT+RESTORE"):
            round_ = self._round
            self._host.after(12 * MS, lambda: self.start() if round_ == self._round else None)

    def _told(self, line: str) -> list[str] | None:
        if line == "AT+RESTORE":
            self._host.flash.clear()
        if line in ("AT", "AT+RST", "AT+RESTORE"):
            return []
        if line == "AT+GMR":
            return ["AT version:1.1.0.0", "SDK version:1.5.4", "May 20 2016 15:08:19", "vendor 7"]
        if line in ("ATE0", "ATE1"):
            self._echo = line == "ATE1"
            return []
        if line == "AT+CIFSR":
            return self._addresses()
        found = _PARTS.fullmatch(line)
        if found is None or found[1] + found[2] not in ABOUT.has or found[1] not in _FACTORY:
            return None
        stem, end, sign, rest = found.groups()
        if sign == "?" and not rest:
            return self._query(stem, end)
        if sign == "=?" and not rest and stem == "CWMODE":
            return [f"+CWMODE{end}:(1,2,3)"]
        given = split(rest) if sign == "=" else None
        return self._set(stem, end, given) if given else None

    def _addresses(self) -> list[str]:
        mode = self._force["CWMODE"][0]
        softap = f"+CIFSR:APIP,{self._force['CIPAP'][0]}"
        return [softap] * (mode != 1) + ["+CIFSR:STAIP,0.0.0.0"] * (mode != 2)

    def _query(self, stem: str, end: str) -> list[str] | None:
        values = self._flash(stem) if end == "_DEF" else self._force[stem]
        if stem == "CWSAP" and self._force["CWMODE"] == [1]:
            return None
        if stem + end == "CWDHCP_DEF":
            values = [values[0] | 4]
        if stem + end == "CWSAP":
            values = values[:-1]
        told = ",".join(f'"{each}"' if isinstance(each, str) else str(each) for each in values)
        return [f"(asked for {stem.lower()})", f"+{_named(stem, end)}:{told}"]

    def _set(self, stem: str, end: str, given: list[Parameter]) -> list[str] | None:
        wanted = getattr(self, f"_{stem.lower()}")(given)
        if wanted is None:
            return None
        for kept, ends in ((self._force, ("", "_CUR")), (self._host.flash, ("", "_DEF"))):
            if end in ends:
                before = kept.get("CWDHCP", _FACTORY["CWDHCP"])[0]
                kept[stem] = self._switched(before, wanted) if stem == "CWDHCP" else wanted
                if stem in ("CIPSTA", "CIPAP"):
                    kept["CWDHCP"] = [before & (1 if stem == "CIPSTA" else 2)]
        if stem + end == "CIPAPMAC_CUR":
            self._force["CIPSTAMAC"] = wanted
        return []

    @staticmethod
    def _switched(before: int, wanted: list[int]) -> list[int]:
        bits = wanted[0] + 1
        return [before | bits if wanted[1] else before & ~bits]

    # What is wanted, or None

    def _cwmode(self, given: list[Parameter]) -> list[int] | None:
        return _in_ranges(given, (1, 3))

    def _cwdhcp(self, given: list[Parameter]) -> list[int] | None:
        return _in_ranges(given, (0, 2), (0, 1))

    def _cwsap(self, given: list[Parameter]) -> list[Any] | None:
        names = [each.text for each in given[:2] if each.quoted]
        ranges = ((1, 13), (0, 4), (1, 4), (0, 1))[: len(given) - 2]
        numbers = _in_ranges(given[2:], *ranges) if 4 <= len(given) <= 6 else None
        if len(names) < 2 or numbers is None or numbers[1] == 1 or self._force["CWMODE"] == [1]:
            return None
        name, password = names
        if not 1 <= len(name) <= 32 or not (8 if numbers[1] else 0) <= len(password) <= 64:
            return None
        rest = (4, 0)[len(numbers) - 2 :]
        return [name, password, *numbers, *rest] if password.isascii() else None

    def _cwdhcps(self, given: list[Parameter]) -> list[Any] | None:
        network = self._force["CIPAP"][0].rpartition(".")[0]
        if _in_ranges(given, (0, 0)):
            return [120, f"{network}.2", f"{network}.101"]
        addresses = [_ip(each) for each in given[2:]]
        lease = _in_ranges(given[:2], (1, 1), (1, 1 << 31))
        served = self._force["CWMODE"] != [1] and self._force["CWDHCP"][0] & 1
        if not served or lease is None or len(addresses) != 2:
            return None
        if any(each is None or each.rpartition(".")[0] != network for each in addresses):
            return None
        return [lease[1], *addresses]

    def _cipstamac(self, given: list[Parameter]) -> list[str] | None:
        text = given[0].text if len(given) == 1 and given[0].quoted else ""
        whole = re.fullmatch("[0-9a-f][02468ace](:[0-9a-f]{2}){5}", text)
        return [text] if whole else None

    _cipapmac = _cipstamac

    def _cipsta(self, given: list[Parameter]) -> list[str] | None:
        addresses = [_ip(each) for each in given]
        first = addresses[0]
        return [first] if first and None not in addresses and len(addresses) in (1, 3) else None

    def _cipap(self, given: list[Parameter]) -> list[str] | None:
        in_c = len(given) < 3 or given[2].text == "255.255.255.0"
        wanted = self._cipsta(given)
        return wanted if wanted and in_c and wanted[0].startswith("192.168.") else None


def _in_ranges(given: Sequence[Parameter], *ranges: tuple[int, int]) -> list[int] | None:
    """The numbers, if there are as many as ranges and each is in its own."""
    numbers = [each.number() for each in given]
    whole = [each for each in numbers if each is not None]
    if not len(numbers) == len(whole) == len(ranges):
        return None
    return whole if all(a <= n <= b for n, (a, b) in zip(whole, ranges, strict=True)) else None


def _ip(given: Parameter) -> str | None:
    numbers = given.text.split(".")
    right = given.quoted and len(numbers) == 4
    right = right and all(each.isascii() and each.isdigit() for each in numbers)
    return given.text if right and all(int(each) < 256 for each in numbers) else None
