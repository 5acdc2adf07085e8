"""Conversations that bring out the faults of the TCP/IP commands.

Law: data only, as in `probes`; all but the last few need nobody at the other end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from probes import AT, BOOT, CYCLE, ECHO_OFF, GAP, ODD, RESET, RST, STATION, Probe

MUX, SINGLE, STATUS = b"AT+CIPMUX=1\r\n", b"AT+CIPMUX=0\r\n", b"AT+CIPSTATUS\r\n"
MODE, MODE_OFF, CLOSE = b"AT+CIPMODE=1\r\n", b"AT+CIPMODE=0\r\n", b"AT+CIPCLOSE\r\n"
UDP = b'AT+CIPSTART="UDP","192.168.4.2",1001,2001,0\r\n'
SERVER = b"AT+CIPSERVER=1\r\n"
NOT_NUMBERS = (b"", b"abc")


def link(number: int, mode: int = 0) -> bytes:
    """Opens one of several links."""
    return b'AT+CIPSTART=%d,"UDP","192.168.4.%d",%d,%d,%d\r\n' % (
        number, 2 + number, 1001 + number, 2001 + number, mode,
    )  # fmt: skip


def _spelled(value: bytes, wraps: Sequence[int] = (8, 16, 32)) -> tuple[bytes, ...]:
    """A number in its odd spellings, and what its wrong wraps would make of it."""
    wide = tuple(b"%d" % (int(value) + (1 << bits)) for bits in wraps)
    return (*(each % value for each in ODD), *wide, *NOT_NUMBERS)


def _line(command: bytes, *parameters: bytes) -> bytes:
    return command + b",".join(parameters) + b"\r\n"


def _setting(
    name: bytes, good: bytes, values: Iterable[bytes], first: tuple[bytes, ...] = ()
) -> Iterable[Probe]:
    command, ask = b"AT+%s=" % name, b"AT+%s?\r\n" % name
    lines = [*values, *_spelled(good), good + b",1", good + b","]
    yield from ((ECHO_OFF, *first, command + each + b"\r\n", ask, ask) for each in lines)
    set_ = command + good + b"\r\n"
    for boot in (RST, RESET, CYCLE):
        yield (ECHO_OFF, *first, set_, boot, ask)
    yield (ECHO_OFF, ask)
    yield (ECHO_OFF, *first, set_, *(command + each + b"\r\n" for each in values), ask)


def _mux() -> Iterable[Probe]:
    yield from _setting(b"CIPMUX", b"1", (b"-1", b"0", b"1", b"2"))
    yield (ECHO_OFF, MUX, b"AT+CIPMUX?\r\n", SINGLE, b"AT+CIPMUX?\r\n")
    yield (ECHO_OFF, MUX, SERVER, SINGLE, b"AT+CIPMUX?\r\n", b"AT+CIPSERVER=0\r\n", SINGLE)
    yield (ECHO_OFF, MODE, MUX, b"AT+CIPMUX?\r\n")
    yield (ECHO_OFF, MUX, link(1), SINGLE, b"AT+CIPMUX?\r\n", STATUS)
    yield (ECHO_OFF, UDP, MUX, b"AT+CIPMUX?\r\n")
    yield (ECHO_OFF, UDP, CLOSE, MUX, b"AT+CIPMUX?\r\n")
    yield (ECHO_OFF, MODE, MODE_OFF, MUX, SINGLE, MODE)


def _mode() -> Iterable[Probe]:
    yield from _setting(b"CIPMODE", b"1", (b"-1", b"0", b"1", b"2"))
    yield (ECHO_OFF, MODE, MODE_OFF, b"AT+CIPMODE?\r\n")
    yield (ECHO_OFF, MUX, MODE, b"AT+CIPMODE?\r\n", SERVER, MODE)
    for mode in (0, 1, 2):
        start = b'AT+CIPSTART="UDP","192.168.4.2",1001,2001,%d\r\n' % mode
        yield (ECHO_OFF, start, MODE, b"AT+CIPMODE?\r\n")
        yield (ECHO_OFF, MODE, start, STATUS)


def _server() -> Iterable[Probe]:
    command = b"AT+CIPSERVER="
    yield (ECHO_OFF, MUX, SERVER, RST, ECHO_OFF, MUX, SINGLE)
    yield (ECHO_OFF, MUX, SERVER, command + b"2\r\n", SINGLE)
    for text in (b"-1", b"0", b"1", b"2", *_spelled(b"1"), b"1,333,1", b"1,333,", b"0,333", b"1,"):
        yield (ECHO_OFF, MUX, command + text + b"\r\n", SERVER, b"AT+CIPMUX=0\r\n")
    for text in (b"0", b"1", b"65535", b"65536", b"-1", *_spelled(b"333")):
        yield (ECHO_OFF, MUX, command + b"1," + text + b"\r\n", SINGLE)
    yield (ECHO_OFF, SERVER, MUX, SINGLE)
    yield (ECHO_OFF, MUX, SERVER, SERVER, command + b"0\r\n", command + b"0\r\n", SINGLE)


def _start() -> Iterable[Probe]:
    kind, host, port, local = b'"UDP"', b'"192.168.4.2"', b"1001", b"2001"
    command = b"AT+CIPSTART="
    single = [
        _line(command, kind, host, port),
        _line(command, kind, host, port, local),
        _line(command, kind, host, port, local, b"0", b"1"),
        _line(command, kind, host),
        _line(command, kind),
        _line(command, kind, b'""', port, local, b"0"),
        _line(command, kind, b"192.168.4.2", port),
        _line(command, b'"udp"', host, port, local, b"0"),
        _line(command, b'"XYZ"', host, port, local, b"0"),
        _line(command, b'"UD\\P"', host, port, local, b"0"),
        _line(command, b"0", kind, host, port, local, b"0"),
        *(_line(command, kind, host, each, local, b"0") for each in (b"0", b"1", b"65535", b"65536", *_spelled(port))),  # noqa: E501
        *(_line(command, kind, host, port, each, b"0") for each in (b"-1", b"0", b"1", b"65535", b"65536", *_spelled(local))),  # noqa: E501
        *(_line(command, kind, host, port, local, each) for each in (b"-1", b"0", b"1", b"2", b"3", *_spelled(b"0"))),  # noqa: E501
        *(_line(command, b'"TCP"', host, b"80", each) for each in (b"-1", b"0", b"1", b"7200", b"7201", *_spelled(b"60"))),  # noqa: E501
        _line(command, b'"TCP"', host, b"80"),
        _line(command, b'"TCP"', host, b"80", b"0", b"0"),
        _line(command, b'"SSL"', host, b"80"),
        _line(command, kind, b'"no.such"', port),
    ]  # fmt: skip
    for line in single:
        yield (ECHO_OFF, line, STATUS)
    for number in (b"-1", b"0", b"1", b"2", b"3", b"4", b"5", *_spelled(b"1")):
        yield (ECHO_OFF, MUX, _line(command, number, kind, host, port, local, b"0"), STATUS)
    yield (ECHO_OFF, MUX, UDP, STATUS)
    yield (ECHO_OFF, UDP, UDP.replace(b"2001", b"2002"), STATUS)
    yield (ECHO_OFF, UDP.replace(b",0\r", b",2\r"), MODE)
    yield (ECHO_OFF, MODE, UDP.replace(b",0\r", b",2\r"), STATUS)
    yield (ECHO_OFF, STATION, UDP, STATUS)


def _close() -> Iterable[Probe]:
    three = (link(0), link(2), link(4))
    for text in (b"-1", *(b"%d" % each for each in range(7)), *_spelled(b"0"), b"0,1", b"0,"):
        yield (ECHO_OFF, MUX, *three, b"AT+CIPCLOSE=%s\r\n" % text, STATUS)
    yield (ECHO_OFF, MUX, link(1), link(3), b"AT+CIPCLOSE=1\r\n", b"AT+CIPCLOSE=3\r\n", STATUS)
    yield (ECHO_OFF, MUX, b"AT+CIPCLOSE=1\r\n", b"AT+CIPCLOSE=5\r\n")
    yield (ECHO_OFF, MUX, link(0), CLOSE, STATUS)
    yield (ECHO_OFF, UDP, CLOSE, STATUS, CLOSE)
    yield (ECHO_OFF, UDP, b"AT+CIPCLOSE=0\r\n", STATUS)


def _status() -> Iterable[Probe]:
    yield (ECHO_OFF, STATUS)
    yield (ECHO_OFF, UDP, STATUS)
    yield (ECHO_OFF, MUX, link(0), link(2), link(4), STATUS)


def _send(name: bytes) -> Iterable[Probe]:
    command = b"AT+%s=" % name
    lengths = (b"-1", b"0", b"1", b"2048", b"2049", *_spelled(b"4"), b"4,1", b"4,")
    for length in lengths:
        yield (ECHO_OFF, UDP, command + length + b"\r\n", b"abcd", AT)
    yield (ECHO_OFF, UDP, command + b"8\r\n", b"ab\0\r\nxyz", AT, AT)
    yield (ECHO_OFF, UDP, command + b"8\r\n", b"AT\r\n", b"abcd", AT)
    yield (ECHO_OFF, UDP, command + b"4\r\n", b"> > ", AT)
    yield (ECHO_OFF, UDP, command + b"3\r\n", b"+++", GAP, AT)
    yield (ECHO_OFF, UDP, command + b"2\r\n", b"abcd", AT)
    yield (ECHO_OFF, UDP, command + b"0,4\r\n", b"abcd", AT)
    yield (ECHO_OFF, command + b"4\r\n", b"abcd", AT)
    yield (ECHO_OFF, MUX, link(1), link(3), command + b"3,4\r\n", b"abcd", command + b"2,4\r\n", AT)
    yield (ECHO_OFF, UDP, MODE, command + b"4\r\n", b"abcd", AT)
    for tail in (b'"192.168.4.9",9', b'"192.168.4.9"', b'"192.168.4.9",0', b'"192.168.4.9",65536'):
        yield (ECHO_OFF, UDP, command + b"4," + tail + b"\r\n", b"abcd", STATUS, AT)
    if name == b"CIPSENDEX":
        for data in (b"ab\\0", b"a\\\\0b\\0", b"a\\nb\\0", b"abcdefgh"):
            yield (ECHO_OFF, UDP, command + b"8\r\n", data, AT, AT)


def _passing() -> Iterable[Probe]:
    enter = (ECHO_OFF, UDP, MODE, b"AT+CIPSEND\r\n", b"data")
    for end in (b"+++", b"++++", b"x+++"):
        yield (*enter, end, GAP, AT, b"AT+CIPMODE?\r\n", b"+++", AT)
    yield (ECHO_OFF, UDP, b"AT+CIPSEND\r\n", b"data", b"+++", AT)
    yield (ECHO_OFF, MODE, b"AT+CIPSEND\r\n", b"data", b"+++", AT)
    yield (ECHO_OFF, MUX, link(0), b"AT+CIPSEND\r\n", b"data", b"+++", AT)
    yield (ECHO_OFF, UDP, MODE, b"AT+CIPSEND\r\n", AT, b"+++", AT)


def _buffer(name: bytes) -> Iterable[Probe]:
    command = b"AT+" + name
    for parameters in (b"", b"=1", b"=0,1", b"=4"):
        line = command + parameters + b"\r\n"
        yield (ECHO_OFF, line)
        yield (ECHO_OFF, MUX, line)
        yield (ECHO_OFF, UDP, line, b"abcd", AT)
        yield (ECHO_OFF, MUX, link(0), line, b"abcd", AT)


def _saved() -> Iterable[Probe]:
    command = b"AT+SAVETRANSLINK="
    good = (b"1", b'"192.168.4.2"', b"1002", b'"UDP"', b"2002")
    lines = [
        *(_line(command, *good[:count]) for count in (1, 2, 4)),
        _line(command, *good[:3], b'"udp"', b"2002"),
        _line(command, *good[:3], b'"TC\\P"'),
        _line(command, b"1", b'"256.1.1.1"', *good[2:]),
        _line(command, b"1", b'"not an address"', *good[2:]),
        _line(command, *good[:3], b'"XYZ"'),
        _line(command, *good, b"1"),
        *(_line(command, *good[:2], each, *good[3:]) for each in (b"0", b"1", b"65535", b"65536", *_spelled(b"1002"))),  # noqa: E501
        *(_line(command, *good[:4], each) for each in (b"0", b"1", b"65535", b"65536", *_spelled(b"2002"))),  # noqa: E501
        *(_line(command, each, *good[1:]) for each in (b"-1", b"2", *_spelled(b"1"))),
        *(_line(command, b"%d" % each) for each in (0, 2, 3)),
        _line(command, b"0", b"1"),
    ]  # fmt: skip
    saved = _line(command, *good)
    for line in lines:
        yield (ECHO_OFF, line, AT)
    for line in (saved, lines[2], lines[5], lines[7], _line(command, *good[:4], b"70000")):
        yield (ECHO_OFF, line, AT, BOOT, b"+++", STATUS)
    yield (ECHO_OFF, _line(command, *good[:3]), BOOT, b"+++", STATUS)
    for each in (b"-1", b"0", b"1", b"7200", b"7201", *_spelled(b"60")):
        yield (ECHO_OFF, _line(command, *good[:3], b'"TCP"', each), AT)
    for boot in (RST, RESET, CYCLE):
        yield (ECHO_OFF, saved, boot, b"+++", ECHO_OFF, STATUS, b"AT+CIPMODE?\r\n")
        yield (ECHO_OFF, saved, command + b"0\r\n", boot, AT)
        leave = (b"+++", ECHO_OFF, command + b"0\r\n")
        yield (ECHO_OFF, saved, boot, *leave, boot, AT)
    yield (ECHO_OFF, saved, saved, RESET, b"+++", ECHO_OFF, saved)
    yield (ECHO_OFF, _line(command, *good[:3]), saved, _line(command, *good[:3], b'"TCP"'), saved)


def _ping() -> Iterable[Probe]:
    for host in (b'"192.168.4.2"', b'"no.such"', b"", b"192.168.4.2", b'"192.168.4.2",1', b"abc"):
        yield (ECHO_OFF, b"AT+PING=%s\r\n" % host)


def _size() -> Iterable[Probe]:
    yield from _setting(
        b"CIPSSLSIZE",
        b"3000",
        (b"0", b"512", b"2047", b"2048", b"4096", b"4097", b"16384", b"0xBB8"),
    )


_PROBES = {
    "cipmux": _mux,
    "cipmode": _mode,
    "cipsto": lambda: _setting(b"CIPSTO", b"60", (b"-1", b"0", b"1", b"180", b"7200", b"7201"), (MUX, SERVER)),  # noqa: E501
    "cipdinfo": lambda: _setting(b"CIPDINFO", b"1", (b"-1", b"0", b"1", b"2")),
    "cipsslsize": _size,
    "cipserver": _server,
    "cipstart": _start,
    "cipclose": _close,
    "cipstatus": _status,
    "cipsend": lambda: (*_send(b"CIPSEND"), *_passing()),
    "cipsendex": lambda: _send(b"CIPSENDEX"),
    "cipsendbuf": lambda: _buffer(b"CIPSENDBUF"),
    "cipbufstatus": lambda: _buffer(b"CIPBUFSTATUS"),
    "cipcheckseq": lambda: _buffer(b"CIPCHECKSEQ"),
    "cipbufreset": lambda: _buffer(b"CIPBUFRESET"),
    "savetranslink": _saved,
    "ping": _ping,
    "ciupdate": lambda: [(ECHO_OFF, b"AT+CIUPDATE\r\n", b"AT+GMR\r\n")],
}  # fmt: skip


def links(slug: str) -> tuple[Probe, ...]:
    """The probes of one command of clause 5, by its slug; none for the others."""
    return tuple(_PROBES[slug]()) if slug in _PROBES else ()
