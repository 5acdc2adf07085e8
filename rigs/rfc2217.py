"""A serial line behind RFC 2217: TELNET with the COM-PORT-OPTION, as a client.

Law of this file: no thread and no pause; it waits in `select` alone, always with a deadline. What
the server must do is asked for and its answer awaited, so that what is sent next finds it done.
pyserial's own client waits 50 ms and more for each setting, and sets the line anew at each read.
"""

from __future__ import annotations

import errno
import fcntl
import select
import socket
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

from conformance.testbed import LineSettings, PortError
from rigs.clock.harness import RealClock, RigClock

IAC, DONT, DO, WONT, WILL, SB, SE = 255, 254, 253, 252, 251, 250, 240
BINARY, ECHO, GO_AHEAD, COM_PORT = 0, 1, 3, 44

#: Options that we want of ourselves, and options that we want, or bear, of the server.
_OURS = frozenset({BINARY, GO_AHEAD, COM_PORT})
_THEIRS = frozenset({BINARY, ECHO, GO_AHEAD, COM_PORT})

SET_BAUDRATE, SET_DATASIZE, SET_PARITY, SET_STOPSIZE, SET_CONTROL = 1, 2, 3, 4, 5

#: A server answers a command with the command's code and this.
_ANSWER = 100

PARITIES: Mapping[str, int] = {"N": 1, "O": 2, "E": 3}
STOPBITS: Mapping[float, int] = {1: 1, 2: 2, 1.5: 3}

#: Line -> how it is made inactive and active.
_LEVELS: Mapping[str, tuple[int, int]] = {"DTR": (9, 8), "RTS": (12, 11)}

#: How long a server may take to answer, in seconds, unless the URL says `?timeout=`.
_PATIENCE_S = 3.0
#: How long it may refuse to take bytes, in seconds.
_WRITE_PATIENCE_S = 5.0
_CHUNK = 65536

#: Linux alone has it.
_QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)

#: No subnegotiation is longer; a server that sends a longer one is none.
_LONGEST = 512


#: What each command sets, for people.
_NAMES: Mapping[int, str] = {
    SET_BAUDRATE: "the rate",
    SET_DATASIZE: "the data bits",
    SET_PARITY: "the parity",
    SET_STOPSIZE: "the stop bits",
    SET_CONTROL: "DTR or RTS",
}
_HELPS_SETTING = (
    "let the server take settings on this port (ser2net: telnet(rfc2217)), or give a slow one more "
    "time with ?timeout=SECONDS; where its line is set right already, socket:// needs none"
)
_HELPS_CONTROL = "add ?ign_set_control to the address if it never does"

#: How far a rate may be off that is no other one: a divisor seldom hits it.
_SAME_RATE = 0.02


class OtherSetting(OSError):
    """The server has set the line otherwise than it was asked to; says how, and what helps."""

    def __init__(self, difference: str) -> None:
        super().__init__(
            errno.EINVAL,
            f"the server set {difference}; let it take settings from its clients, or write in the "
            "PIXIT's [line] what it has",
        )

    def __str__(self) -> str:
        return str(self.strerror)


class Rfc2217Line:
    """An open line; every method raises `OSError` when it is gone, `PortError` if refused."""

    def __init__(
        self,
        url: str,
        settings: LineSettings,
        idle: tuple[bool, bool],
        clock: RigClock | None = None,
    ) -> None:
        self.url = url
        self._clock = clock or RealClock()
        host, port, self._patience_s, self._awaits_control = _address(url)
        self._data = bytearray()
        self._telnet = Telnet(self._data.extend)
        self._socket = socket.create_connection((host, port), timeout=self._patience_s)
        try:
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket.setblocking(False)
            self._clock.line_opened(self._unread)
            self._begin(settings, idle)
        except BaseException:
            self.close()
            raise

    def _begin(self, settings: LineSettings, idle: tuple[bool, bool]) -> None:
        self._send(self._telnet.opening())
        telnet = self._telnet
        if not self._await(lambda: COM_PORT in telnet.ours_agreed | telnet.theirs_agreed):
            raise PortError(
                f"cannot open {self.url}: what listens there does not speak RFC 2217; "
                "try socket:// with the same address"
            )
        self.configure(settings)
        # RTS first: with DTR alone inactive, the circuit of most boards would reset them.
        self.drive("RTS", idle[1])
        self.drive("DTR", idle[0])

    # What a port does

    def write(self, data: bytes) -> None:
        self._send(data.replace(b"\xff", b"\xff\xff"))

    def receive(self, deadline: int) -> bytes:
        """What has come, or comes until `deadline`, in nanoseconds of the clock."""
        while True:
            # Also with data at hand: the server may have hung up, and what is there is there.
            if self._data or self._clock.wait(self._socket.fileno(), deadline):
                self._take()
            if self._data:
                data = bytes(self._data)
                self._data.clear()
                return data
            if self._clock.now() >= deadline:
                return b""

    def _unread(self) -> int:
        """How many bytes wait to be read."""
        waiting = fcntl.ioctl(self._socket, termios.FIONREAD, bytes(4))
        return int(struct.unpack("i", waiting)[0])

    def configure(self, settings: LineSettings) -> None:
        """Set the line; returns when the server says that it is so."""
        self._command(
            {
                SET_BAUDRATE: struct.pack("!I", settings.baudrate),
                SET_DATASIZE: bytes([settings.databits]),
                SET_PARITY: bytes([PARITIES[settings.parity]]),
                SET_STOPSIZE: bytes([STOPBITS[settings.stopbits]]),
            },
            f"set {settings} on",
        )

    def drive(self, line: str, active: bool) -> None:
        """Make `line`, DTR or RTS, active or inactive."""
        control = {SET_CONTROL: bytes([_LEVELS[line][active]])}
        if self._awaits_control:
            self._command(control, f"drive {line} of")
        else:
            self._send(_subnegotiation(SET_CONTROL, control[SET_CONTROL]))

    def close(self) -> None:
        self._socket.close()

    # How it does it

    def _command(self, values: Mapping[int, bytes], doing: str) -> None:
        """Send commands at once and await the answer to each, which repeats what is so now."""
        answers = self._telnet.answers
        answers.clear()
        self._send(b"".join(_subnegotiation(code, value) for code, value in values.items()))
        if not self._await(lambda: answers.keys() >= values.keys()):
            missing = [_NAMES[code] for code in values if code not in answers]
            helps = _HELPS_CONTROL if SET_CONTROL in values else _HELPS_SETTING
            raise PortError(
                f"cannot {doing} {self.url}: the server did not acknowledge {_and(missing)} within "
                f"{self._patience_s:g} s; {helps}"
            )
        others = [
            code for code, value in values.items() if not _is_same(code, value, answers[code])
        ]
        if others:
            raise OtherSetting(
                _and([_difference(code, values[code], answers[code]) for code in others])
            )

    def _await(self, arrived: Callable[[], bool]) -> bool:
        deadline = time.monotonic() + self._patience_s
        while not arrived():
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            if select.select([self._socket], [], [], left)[0]:
                self._take()
            # A server without TCP_NODELAY holds back each answer until the one before is seen.
            if _QUICKACK is not None:
                self._socket.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)
        return True

    def _take(self) -> None:
        """Read what is there."""
        try:
            received = self._socket.recv(_CHUNK)
        except BlockingIOError:
            return
        self._clock.read(len(received))
        if not received:
            if self._data:
                return  # first what it said, then that it went
            raise ConnectionResetError(errno.ECONNRESET, "the server hung up")
        if reply := self._telnet.feed(received):
            self._send(reply)

    def _send(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            try:
                size = self._socket.send(rest)
                self._clock.wrote(size)
                rest = rest[size:]
            except BlockingIOError:
                if not select.select([], [self._socket], [], _WRITE_PATIENCE_S)[1]:
                    raise PortError(
                        f"cannot write to {self.url}: nobody took a byte for "
                        f"{_WRITE_PATIENCE_S:g} s; check whether the other end is running"
                    ) from None


class Telnet:
    """The receiving side of TELNET, byte by byte: data goes to `keep`, answers are collected."""

    def __init__(self, keep: Callable[[bytes], None]) -> None:
        self._keep = keep
        #: Code of a command -> what the server answered to it last.
        self.answers: dict[int, bytes] = {}
        #: What the server agreed to have us do, and to do itself.
        self.ours_agreed: set[int] = set()
        self.theirs_agreed: set[int] = set()
        self._offered: set[int] = set()
        self._wanted: set[int] = set()
        self._rest = b""

    def opening(self) -> bytes:
        """What we say first."""
        self._offered, self._wanted = set(_OURS), set(_OURS)
        verbs = [(WILL, option) for option in _OURS] + [(DO, option) for option in _OURS]
        return b"".join(bytes([IAC, *verb]) for verb in verbs)

    def feed(self, received: bytes) -> bytes:
        """Take what was received; what is to be sent in return."""
        self._rest += received
        reply = b""
        while self._rest:
            head, mark, _ = self._rest.partition(b"\xff")
            self._keep(head)
            self._rest = self._rest[len(head) :]
            if not mark or not (size := self._size()):
                break
            command, self._rest = self._rest[:size], self._rest[size:]
            reply += self._obey(command)
        return reply

    def _size(self) -> int:
        """How long the command is at whose IAC the rest begins; 0 if it is not complete."""
        if len(self._rest) < 2:
            return 0
        verb = self._rest[1]
        if verb == SB:
            return self._size_of_subnegotiation()
        size = 3 if verb in (WILL, WONT, DO, DONT) else 2
        return size if len(self._rest) >= size else 0

    def _size_of_subnegotiation(self) -> int:
        at = 2
        while (at := self._rest.find(b"\xff", at)) >= 0 and at + 1 < len(self._rest):
            at += 2  # over IAC SE, or over an escaped IAC
            if self._rest[at - 1] == SE:
                return at
        if len(self._rest) > _LONGEST:
            raise ConnectionResetError(errno.ECONNRESET, "what the server says has no end")
        return 0

    def _obey(self, command: bytes) -> bytes:
        verb, option = command[1], command[-1]
        if verb == IAC:
            self._keep(b"\xff")
        elif verb == SB:
            self._note(command[2:-2].replace(b"\xff\xff", b"\xff"))
        elif verb == DO:
            return self._agree(option, _OURS, self._offered, self.ours_agreed, (WILL, WONT))
        elif verb == WILL:
            return self._agree(option, _THEIRS, self._wanted, self.theirs_agreed, (DO, DONT))
        elif verb == DONT:
            return _withdrawn(option, self._offered, self.ours_agreed, WONT)
        elif verb == WONT:
            return _withdrawn(option, self._wanted, self.theirs_agreed, DONT)
        return b""

    def _note(self, content: bytes) -> None:
        if len(content) >= 2 and content[0] == COM_PORT and content[1] > _ANSWER:
            self.answers[content[1] - _ANSWER] = content[2:]

    @staticmethod
    def _agree(
        option: int,
        welcome: frozenset[int],
        said: set[int],
        agreed: set[int],
        verbs: tuple[int, int],
    ) -> bytes:
        """The answer to a request; none if we said it ourselves before."""
        if option not in welcome:
            return bytes([IAC, verbs[1], option])
        agreed.add(option)
        if option in said:
            return b""
        said.add(option)
        return bytes([IAC, verbs[0], option])


def _withdrawn(option: int, said: set[int], agreed: set[int], verb: int) -> bytes:
    """The answer to a refusal; none if it only refuses what was never agreed on."""
    said.discard(option)
    if option not in agreed:
        return b""
    agreed.discard(option)
    return bytes([IAC, verb, option])


def _subnegotiation(code: int, value: bytes) -> bytes:
    content = value.replace(b"\xff", b"\xff\xff")
    return bytes([IAC, SB, COM_PORT, code]) + content + bytes([IAC, SE])


def _address(url: str) -> tuple[str, int, float, bool]:
    """Host, port, patience in seconds, and whether answers about DTR and RTS are awaited."""
    parts = urlsplit(url)
    options = parse_qs(parts.query, keep_blank_values=True)
    unknown = options.keys() - {"timeout", "ign_set_control", "poll_modem", "logging"}
    if unknown or not parts.hostname or not parts.port:
        raise PortError(
            f"cannot open {url}: the address is rfc2217://HOST:PORT, perhaps with ?timeout=SECONDS "
            "or ?ign_set_control"
        )
    patience_s = float(options.get("timeout", [_PATIENCE_S])[0])
    return parts.hostname, parts.port, patience_s, "ign_set_control" not in options


def _is_same(code: int, asked: bytes, told: bytes) -> bool:
    if code != SET_BAUDRATE or len(told) != len(asked):
        return asked == told
    rate = _number(asked)
    return abs(_number(told) - rate) <= _SAME_RATE * rate


def _number(value: bytes) -> int:
    return int.from_bytes(value, "big")


def _difference(code: int, asked: bytes, told: bytes) -> str:
    if code == SET_CONTROL:
        return f"{_NAMES[code]} otherwise"
    return f"{_NAMES[code]} to {_meaning(code, told)} instead of {_meaning(code, asked)}"


def _meaning(code: int, value: bytes) -> str:
    """The value of a setting as a person writes it; as a number if it has no meaning."""
    number = _number(value)
    meanings: Mapping[str, int] = {}
    if code == SET_PARITY:
        meanings = PARITIES
    elif code == SET_STOPSIZE:
        meanings = {f"{bits:g}": each for bits, each in STOPBITS.items()}
    return str(next((name for name, each in meanings.items() if each == number), number))


def _and(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
