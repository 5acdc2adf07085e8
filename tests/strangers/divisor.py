"""A firmware whose UART has a divisor of 16 bits, and keeps its framing in bytes."""

from __future__ import annotations

from tests.strangers.device import MS, About, Host, Uart

_TRIO = ("", "_CUR", "_DEF")
_CLAUSES = tuple(zip(("3.2.7/UART", "3.2.8/UART_CUR", "3.2.9/UART_DEF"), _TRIO, strict=True))
_BYTE = "The number is kept in eight bits before it is looked at: 256 more than a right one is OK."

ABOUT = About(
    name="divisor",
    habits=(
        "Divides 80 MHz by the rate and keeps 16 bits of what comes out: up to 1220 baud the line "
        "lands somewhere else. It answers at once, echoes CR LF as LF, and gives an empty line "
        "ERROR; boot text at 74880 baud."
    ),
    has={
        "AT": "execute",
        "RST": "execute",
        "GMR": "execute",
        "ATE": "set",
        "RESTORE": "execute",
        **{f"UART{end}": "set" for end in _TRIO},
        "RFPOWER": "set",
    },
    breaks={
        **{f"{head}/set/02": "At 110 baud the line has 12547." for head, _ in _CLAUSES},
        **{f"{head}/set/09": f"Data bits: {_BYTE}" for head, _ in _CLAUSES},
        **{f"{head}/set/10": f"Stop bits: {_BYTE}" for head, _ in _CLAUSES},
        **{f"{head}/set/11": f"Parity: {_BYTE}" for head, _ in _CLAUSES},
    },
    open={
        **{f"{head}/set/14": "What is to be refused may be answered OK." for head, _ in _CLAUSES},
        **{
            f"3.2.6/RESTORE/execute/{n}": "It saves nothing but the setting of its UART."
            for n in ("04", "05", "06")
        },
        **{f"2/-/general/0{n}": "It has no AT+CWSAP, the document's example." for n in (6, 7, 8)},
    },
)

_CLOCK = 80_000_000
_FACTORY = (115200, 8, 1, 0, 0)
_RANGES = ((110, 4608000), (5, 8), (1, 3), (0, 2), (0, 3))


class Divisor:
    """The device."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._resets = 0

    @property
    def uart(self) -> Uart:
        if not self._running:
            return Uart(74880)
        rate, databits, stopbits, parity, _ = self._setting
        divisor = max(1, (_CLOCK // rate) & 0xFFFF)
        return Uart(_CLOCK // divisor, databits, {1: 1, 2: 1.5, 3: 2}[stopbits], "NOE"[parity])

    def start(self) -> None:
        self._resets += 1
        resets = self._resets
        self._running = False
        self._host.send(b"\r\n ets Jan  8 2013,rst cause:2, boot mode:(3,6)\r\n\r\ntail 0\r\n")
        self._host.after(140 * MS, lambda: self._run() if resets == self._resets else None)

    def _run(self) -> None:
        self._running = True
        self._echo = True
        self._line = b""
        self._setting = tuple(self._host.flash.get("uart", _FACTORY))
        self._host.send(b"\nready\r\n")

    def receive(self, data: bytes) -> None:
        for byte in data if self._running else b"":
            if self._echo and byte != 0x0D:
                self._host.send(bytes((byte,)))
            self._line = (self._line + bytes((byte,)))[-600:]
            if self._line.endswith(b"\r\n") and self._running:
                line, self._line = self._line[:-2], b""
                self._command(line.decode("latin-1"))

    def _command(self, line: str) -> None:
        told, after = "", None
        if line == "AT+GMR":
            told = "AT version:1.3.0.0\nSDK version:2.0.0\ncompile time:Jul 14 2016 18:54:01\n"
        elif line in ("ATE0", "ATE1"):
            self._echo = line.endswith("1")
        elif line in ("AT+RST", "AT+RESTORE"):
            after = self._restart if line == "AT+RST" else self._restore
        elif line != "AT" and not self._set(line):
            self._host.send(b"\r\n\r\nERROR\r\n")
            return
        self._host.send(f"{told}\n\nOK\n".replace("\n", "\r\n").encode())
        self._setting = self._wanted if line.startswith("AT+UART") else self._setting
        if after:
            after()

    def _restart(self) -> None:
        resets = self._resets
        self._host.after(5 * MS, lambda: self.start() if resets == self._resets else None)

    def _restore(self) -> None:
        self._host.flash.clear()
        self._restart()

    def _set(self, line: str) -> bool:
        name, _, text = line.partition("=")
        texts = text.split(",")
        if not all(_is_whole(each) for each in texts):
            return False
        values = [int(each) for each in texts]
        if name == "AT+RFPOWER":
            return len(values) == 1 and 0 <= values[0] <= 82
        if name.removeprefix("AT+UART") not in _TRIO or not name.startswith("AT+UART"):
            return False
        return len(values) == 5 and self._set_uart(name.removeprefix("AT+UART"), values)

    def _set_uart(self, end: str, values: list[int]) -> bool:
        values[1:4] = [each & 0xFF for each in values[1:4]]
        within = zip(_RANGES, values, strict=True)
        if not all(low <= value <= high for (low, high), value in within):
            return False
        self._wanted = tuple(values)
        if end != "_CUR":
            self._host.flash["uart"] = values
        return True


def _is_whole(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit()
