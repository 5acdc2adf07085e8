"""A firmware that tells the engineer at its UART everything, whether anybody asked or not."""

from __future__ import annotations

import re
from itertools import count

from tests.strangers.device import MS, About, Host, Uart

_TRIO = ("", "_CUR", "_DEF")
_GMR = "AT+GMR, which is sent here, never ends."

ABOUT = About(
    name="talkative",
    habits=(
        "A diagnostic line every 200 ms, for ever; lines about modes and interfaces in the middle "
        "of answers, as the SDK prints them; answers at once; `busy p...` for whatever comes "
        "during a scan."
    ),
    has={
        "AT": "execute",
        "RST": "execute",
        "GMR": "execute",
        "ATE": "set",
        "SLEEP": "query set",
        **{f"CWMODE{end}": "test query set" for end in _TRIO},
        "CWLAP": "set execute",
        "CWQAP": "execute",
        **{f"CWDHCP{end}": "query set" for end in _TRIO},
        "CIPMUX": "query set",
    },
    breaks={
        "3.2.3/GMR/execute/01": "No final result code ends the answer to AT+GMR.",
        "3.2.2/RST/query/02": "AT+RST? restarts the module as AT+RST does.",
        "4.1.9/CWQAP/execute/01": "OK is followed by ERROR.",
        "4.1.8/CWLAP/set/05": "A name without quotation marks is answered OK.",
        "5.2.12/CIPMUX/set/04": "What stands behind the number is not looked at: 1x is 1.",
    },
    observed={"3.2.2/RST/query/01": "OK"},
    inconclusive={"1.2/-/urc/06": "AT+CWQAP, which leaves nothing joined, has two results."},
    open={
        **{f"3.2.3/GMR/execute/{n}": _GMR for n in ("02", "03", "04")},
        **{f"3.2.5/ATE/set/{n}": _GMR for n in ("03", "04", "06")},
        **{f"2/-/general/{n}": _GMR for n in ("02", "03", "04", "05", "11", "12", "13", "14")},
        **{f"2/-/general/0{n}": "It has no AT+CWSAP, the document's example." for n in (6, 7, 8)},
        "4.1.9/CWQAP/execute/02": "Nothing can be joined, and so not left.",
        **{
            f"4.1.{number}/CWMODE{end}/set/{last}": "It has neither softAP commands nor a join."
            for number, end in enumerate(_TRIO, 1)
            for last in ("06", "07")
        },
        **{
            f"4.1.{number}/CWDHCP{end}/set/12": "It sets no static addresses."
            for number, end in ((14, ""), (16, "_DEF"))
        },
        "5.2.12/CIPMUX/set/06": "It has no passthrough mode.",
        **{f"5.2.12/CIPMUX/set/{n}": "It opens no links." for n in ("07", "08", "09")},
        **{f"5.2.12/CIPMUX/set/{n}": "It has no server." for n in ("10", "11")},
    },
)

_EVERY = 200 * MS
_WIFI = re.compile(r"AT\+CW(MODE|DHCP)(|_CUR|_DEF)(=\?|\?|=.*)", re.DOTALL)
_SCAN = re.compile(r'AT\+CWLAP(=("[^",]+"|[^",?]+)(,"([0-9a-f]{2}:){5}[0-9a-f]{2}",\d+)?)?', re.A)
_INTERFACES = {1: "sta(18:fe:34:97:d5:7b)", 2: "softAP(1a:fe:34:97:d5:7b)"}
_INTERFACES[3] = f"{_INTERFACES[1]} + {_INTERFACES[2]}"


class Talkative:
    """The device."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._lives = count(1)
        self._life = 0

    @property
    def uart(self) -> Uart:
        return Uart(74880 if self._in_rom else 115200)

    def start(self) -> None:
        life = self._life = next(self._lives)
        self._in_rom = True
        self._host.send(b"\r\n ets Jan  8 2013,rst cause:2, boot mode:(3,2)\r\n\r\ncsum 0x8b\r\n")
        self._host.after(160 * MS, lambda: self._begin(life))

    def _begin(self, life: int) -> None:
        if life != self._life:
            return
        self._in_rom = False
        self._echo, self._scanning = True, False
        self._line = b""
        self._sleep, self._mux = 2, 0
        flash = self._host.flash
        self._now = {"MODE": flash.get("MODE", 3), "DHCP": flash.get("DHCP", 3)}
        self._tell("SDK ver: 1.5.2 compiled @ Jan 29 2016", f"mode : {self._interfaces()}")
        self._tell("", "ready")
        self._chat(life, 0)

    def _interfaces(self) -> str:
        return _INTERFACES[self._now["MODE"]]

    def _tell(self, *lines: str) -> None:
        self._host.send("".join(f"{each}\r\n" for each in lines).encode("latin-1"))

    def _chat(self, life: int, ticks: int) -> None:
        if life == self._life:
            if ticks:
                self._tell(f"[diag] tick {ticks} heap {31000 - ticks % 7 * 8} idle")
            self._host.after(_EVERY, lambda: self._chat(life, ticks + 1))

    def receive(self, data: bytes) -> None:
        if self._in_rom:
            return
        while data:
            head, end, tail = data.partition(b"\n")
            if self._echo:
                self._host.send(head + end)
            self._line += head + end
            data = tail
            if self._line.endswith(b"\r\n"):
                line, self._line = self._line[:-2].decode("latin-1"), b""
                self._obey(line)

    def _obey(self, line: str) -> None:
        if self._scanning:
            self._tell("busy p...")
            return
        if not line:
            return
        if line in ("AT+RST", "AT+RST?"):
            self._tell("", "OK")
            life = self._life
            self._host.after(25 * MS, lambda: self.start() if life == self._life else None)
        elif line == "AT+GMR":
            self._tell("AT version:0.60.0.0(Jan 29 2016 15:10:17)", "SDK version:1.5.2(7eee54f4)")
            self._tell("compile time:Jan 29 2016 15:23:59", "")
        elif line == "AT+CWQAP":
            self._tell("", "OK", "", "ERROR")
        elif _SCAN.fullmatch(line) and self._now["MODE"] != 2:
            self._scan()
        else:
            self._tell("", "OK" if self._done(line) else "ERROR")

    def _scan(self) -> None:
        self._scanning = True
        life = self._life

        def done() -> None:
            if life == self._life:
                self._scanning = False
                self._tell("scandone", "", "OK")

        self._host.after(900 * MS, done)

    def _done(self, line: str) -> bool:
        """Whether it was; what there is to tell is told on the way."""
        if line == "AT":
            return True
        if line in ("ATE0", "ATE1"):
            self._echo = line[-1] == "1"
            return True
        if found := _WIFI.fullmatch(line):
            return self._wifi(found[1], found[2], found[3])
        if line == "AT+SLEEP?":
            self._tell("sleep type is", f"+SLEEP:{self._sleep}")
        elif line == "AT+CIPMUX?":
            self._tell(f"+CIPMUX:{self._mux}")
        elif re.fullmatch(r"AT\+SLEEP=[012]", line):
            if self._now["MODE"] == 2:
                self._tell("softAP does not sleep")
                return False
            self._tell("pm open")
            self._sleep = int(line[-1])
        elif re.fullmatch(r"AT\+CIPMUX=[01]\D.*|AT\+CIPMUX=[01]", line, re.DOTALL | re.ASCII):
            self._mux = int(line[10])
        else:
            return False
        return True

    def _wifi(self, what: str, end: str, rest: str) -> bool:
        saved = self._host.flash.get(what, 3)
        if rest == "=?":
            if what == "MODE":
                self._tell(f"+CWMODE{end}:(1-3)")
            return what == "MODE"
        if rest == "?":
            self._tell(f"interfaces: {self._interfaces()}")
            self._tell(f"+CW{what}{end}:{saved if end == '_DEF' else self._now[what]}")
            return True
        changed = self._changed_mode if what == "MODE" else self._changed_dhcp
        now, later = changed(rest[1:], self._now[what]), changed(rest[1:], saved)
        if now is None or later is None:
            return False
        if end != "_CUR":
            self._host.flash[what] = later
        before, self._now[what] = self._now[what], now
        if what == "MODE" and now != before:
            self._tell(
                f"mode : {self._interfaces()}", "add if1" if now & 2 else "del if1", "bcn 100"
            )
        elif what == "DHCP":
            self._tell("dhcp server start:" if now & 1 else "dhcp server stop")
        return True

    @staticmethod
    def _changed_mode(text: str, _before: int) -> int | None:
        return int(text) if text in ("1", "2", "3") else None

    @staticmethod
    def _changed_dhcp(text: str, before: int) -> int | None:
        found = re.fullmatch("([012]),([01])", text)
        bits = int(found[1]) + 1 if found else 0
        return (before & ~bits | bits * int(found[2])) if found else None
