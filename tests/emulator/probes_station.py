"""Conversations that bring out the faults of the station's commands and of the softAP's.

Law: data only, as in `probes`.  They are meant for a board in the town of `town`.
"""

from __future__ import annotations

from collections.abc import Sequence

from probes import AT, CYCLE, ECHO_OFF, ODD, RESET, RST, STATION, Probe

SOFTAP, BOTH = b"AT+CWMODE_CUR=2\r\n", b"AT+CWMODE_CUR=3\r\n"
STATION_SAVED = b"AT+CWMODE_DEF=1\r\n"
LONG = 2**32

_TEXTS = (b"", b"x", b'""', b'"x')
_INSIDE = (b'\\"', b'\\"\\\\', b",", b"\xe9", b" ", b"%", b"'", b"?", b"=", b";")
_NUMBERS = (b"", b"abc", b'"1"', b"-1")


def station(name: str) -> tuple[Probe, ...]:
    """The probes of one command, by its slug."""
    for base, probes in _FAMILIES.items():
        if name == base or name in (f"{base}_cur", f"{base}_def"):
            return tuple(probes(b"AT+" + name.upper().encode()))
    return ()


def _line(command: bytes, parameters: Sequence[bytes]) -> bytes:
    return command + b"=" + b",".join(parameters) + b"\r\n"


def _shaped(
    command: bytes, good: Sequence[bytes], values: Sequence[Sequence[bytes]]
) -> list[bytes]:
    """The command with each value, each odd one, and too few or too many parameters."""
    lines = [_line(command, good), _line(command, (*good, b"1")), _line(command, (*good, b""))]
    lines += [_line(command, good[:count]) for count in range(len(good))]
    for at, several in enumerate(values):
        text = good[at].startswith(b'"')
        odd = _texts(good[at]) if text else (*_NUMBERS, *(each % good[at] for each in ODD))
        lines += [
            _line(command, (*good[:at], value, *good[at + 1 :])) for value in (*several, *odd)
        ]
    return lines


def _texts(good: bytes) -> tuple[bytes, ...]:
    """Strings that are none, or have something odd in the middle."""
    odd = [good[:3] + each + good[3:] for each in _INSIDE]
    return (*_TEXTS, good[1:-1], good + b"y", *odd)


def _mode(command: bytes) -> list[Probe]:
    ask = command + b"?\r\n"
    values = (b"0", b"1", b"2", b"3", b"4", b"257", b"%d" % (LONG + 3))
    lines = _shaped(command, (b"3",), (values,))
    set_3 = _line(command, (b"3",))
    return [
        *((ECHO_OFF, line, ask) for line in lines),
        (ECHO_OFF, set_3, set_3, _line(command, (b"2",)), ask),
        (ECHO_OFF, set_3, _line(command, (b"9",)), ask),
        (ECHO_OFF, _line(command, (b"1",)), ask, b"AT+CWSAP_CUR?\r\n"),
        (ECHO_OFF, BOTH, _line(command, (b"2",)), b"AT+CWMODE_CUR?\r\n"),
    ]


def _softap(command: bytes) -> list[Probe]:
    ask = command + b"?\r\n"
    good = (b'"net"', b'"12345678"', b"6", b"3", b"2", b"1")
    big = [b"%d" % each for each in (256 + 1, LONG + 1)]
    values = (
        (b'"%s"' % (b"s" * 32), b'"%s"' % (b"s" * 33)),
        tuple(b'"%s"' % (b"p" * count) for count in (7, 8, 63, 64, 65)),
        (b"0", b"1", b"6", b"13", b"14", *big),
        (b"0", b"1", b"2", b"3", b"4", b"5", b"259", b"%d" % (LONG + 3)),
        (b"0", b"1", b"4", b"5", *big),
        (b"0", b"1", b"2", *big),
    )
    lines = _shaped(command, good, values)
    lines += [_line(command, (b'"net"', b'"%s"' % (b"p" * 64), b"6", b"0"))]
    open_ = _line(command, (b'"o"', b'""', b"13", b"0", b"4", b"0"))
    once = _line(command, good)
    return [
        *((ECHO_OFF, line, ask) for line in lines),
        *((ECHO_OFF, open_, line, RESET, ask) for line in lines[:1]),
        (ECHO_OFF, once, once, ask),
    ]


HOME, AWAY = (b'"home"', b'"12345678"'), (b'"nosuch"', b'"12345678"')
_BSSID = b'"ca:d7:19:d8:a6:02"'


def _join(command: bytes) -> list[Probe]:
    ask = command + b"?\r\n"
    home, away = _line(command, HOME), _line(command, AWAY)
    values = (
        (b'"home"', b'"%s"' % (b"s" * 32), b'"%s"' % (b"s" * 33)),
        (b'"wrong678"', b'"%s"' % (b"p" * 64), b'"%s"' % (b"p" * 65)),
        (
            b'"CA:D7:19:D8:A6:01"',
            b'"ca:d7"',
            b'"ca:d7:19:d8:a6:0g"',
            b'"ca-d7-19-d8-a6-02"',
            b'"ca:d7:19:d8:a6:02 x"',
        ),
    )
    lines = _shaped(command, (*HOME, _BSSID), values)
    odd = _line(command, (b'"a\\,b\\"\\\\d"', b'"p\\,\\"\\\\wpwpw"'))
    boots = [(ECHO_OFF, STATION_SAVED, home, boot, ECHO_OFF, ask) for boot in (RST, RESET, CYCLE)]
    return [
        *((ECHO_OFF, STATION, line, ask) for line in (*lines, odd, away, home)),
        *boots,
        (ECHO_OFF, SOFTAP, home, ask),
        (ECHO_OFF, BOTH, home, home, ask),
        (ECHO_OFF, STATION, home, _line(command, (b'"home"', b"x")), ask),
        (ECHO_OFF, STATION, home, SOFTAP, ask),
    ]


def _quit(command: bytes) -> list[Probe]:
    leave, join, ask = command + b"\r\n", _line(b"AT+CWJAP_DEF", HOME), b"AT+CWJAP_DEF?\r\n"
    return [
        (ECHO_OFF, STATION, leave, AT),
        (ECHO_OFF, SOFTAP, leave, AT),
        (ECHO_OFF, STATION_SAVED, join, leave, ask, RESET, ask),
    ]


def _list(command: bytes) -> list[Probe]:
    everything = command + b"\r\n"
    ways = (STATION, BOTH, SOFTAP)
    good = (b'"home"', b'"ca:d7:19:d8:a6:02"', b"11")
    values = (
        (b'"nosuch"', b'"%s"' % (b"s" * 32), b'"%s"' % (b"s" * 33)),
        (b'"ca:d7"', b'"CA:D7:19:D8:A6:02"'),
        (b"0", b"1", b"13", b"14", b"0xB", b"267", b"%d" % (LONG + 11)),
    )
    some = _shaped(command, good, values)
    return [
        *((ECHO_OFF, way, everything, some[0], AT) for way in ways),
        *((ECHO_OFF, STATION, line) for line in some),
        (ECHO_OFF, STATION, b"AT+CWLAPOPT=1,127\r\n", everything),
        (ECHO_OFF, STATION, b'AT+CWLAP="a\\,b\\"\\\\d"\r\n'),
    ]


def _options(command: bytes) -> list[Probe]:
    values = (
        (b"0", b"1", b"2", b"257", b"%d" % (LONG + 1)),
        (b"0", b"1", b"30", b"127", b"257", b"%d" % (LONG + 1)),
    )
    lines = [*_shaped(command, (b"1", b"127"), values), command + b"=2,6\r\n"]
    return [(ECHO_OFF, STATION, line, b"AT+CWLAP\r\n") for line in lines]


def _start_smart(command: bytes) -> list[Probe]:
    start, query = command + b"\r\n", b"AT+CWJAP_CUR?\r\n"
    values = (b"0", b"1", b"2", b"3", b"4", b"257", b"%d" % (LONG + 1))
    lines = [start, *_shaped(command, (b"3",), (values,))]
    return [
        *((ECHO_OFF, STATION, line, query, start, AT) for line in lines),
        *((ECHO_OFF, way, line, AT) for way in (SOFTAP, BOTH) for line in lines[:2]),
        (ECHO_OFF, STATION, start, SOFTAP, AT),
    ]


def _stop_smart(command: bytes) -> list[Probe]:
    stop, start, query = command + b"\r\n", b"AT+CWSTARTSMART\r\n", b"AT+CWJAP_CUR?\r\n"
    return [
        (ECHO_OFF, STATION, start, stop, query, start),
        (ECHO_OFF, stop, stop),
    ]


def _discover(command: bytes) -> list[Probe]:
    good = (b'"gh_sdfe235xfs7k"', b'"122475"', b"10")
    values = (
        (b'"%s"' % (b"g" * 33),),
        (b'"%s"' % (b"t" * 81),),
        (b"0", b"10", b"86400", b"86401", b"266", b"%d" % (LONG + 10)),
    )
    return [(ECHO_OFF, STATION, line) for line in _shaped(command, good, values)]


def _wps(command: bytes) -> list[Probe]:
    values = (b"0", b"1", b"2", b"257", b"%d" % (LONG + 1))
    lines = _shaped(command, (b"1",), (values,))
    start, stop = command + b"=1\r\n", command + b"=0\r\n"
    return [
        (ECHO_OFF, STATION, start, stop, start),
        *(
            (ECHO_OFF, way, line, AT)
            for way in (STATION, SOFTAP, BOTH)
            for line in (*lines, command + b"\r\n")
        ),
    ]


def _mdns(command: bytes) -> list[Probe]:
    good = (b"1", b'"espressif"', b'"iot"', b"8080")
    values = (
        (b"0", b"2", b"257", b"%d" % (LONG + 1)),
        (b'"a.b"', b'"%s"' % (b"h" * 33)),
        (b'"http"',),
        (b"0", b"1", b"65535", b"65536", b"65616", b"%d" % (LONG + 80)),
    )
    join = _line(b"AT+CWJAP_CUR", HOME)
    return [
        *((ECHO_OFF, STATION, join, line) for line in _shaped(command, good, values)),
        (ECHO_OFF, STATION, command + b"=0\r\n"),
        (ECHO_OFF, STATION, _line(command, good)),
    ]


_FAMILIES = {
    "cwmode": _mode,
    "cwsap": _softap,
    "cwjap": _join,
    "cwqap": _quit,
    "cwlap": _list,
    "cwlapopt": _options,
    "cwstartsmart": _start_smart,
    "cwstopsmart": _stop_smart,
    "cwstartdiscover": _discover,
    "wps": _wps,
    "mdns": _mdns,
}
