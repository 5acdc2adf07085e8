"""Conversations that bring out the faults of MAC and IP addresses and of DHCP.

Law: data only, as in `probes`; every probe has the board in a mode that has both interfaces, unless
it is about the other modes.
"""

from __future__ import annotations

from collections.abc import Iterator

from probes import AT, CYCLE, ECHO_OFF, ODD, RESET, RST, Probe

_STATION, _SOFTAP, _BOTH = (b"AT+CWMODE_CUR=%d\r\n" % mode for mode in (1, 2, 3))
_RESTORE, _FOREVER = b"AT+RESTORE\r\n", b"AT+CWMODE_DEF=3\r\n"
_DHCP = b"AT+CWDHCP_CUR?\r\n", b"AT+CWDHCP_DEF?\r\n"
_OFF = b"AT+CWDHCP_DEF=2,0\r\n"

_MACS = (
    b'"18:fe:35:98:d3:7b"', b'"18:FE:35:98:D3:7B"', b'"00:11:22:33:44:55"', b'"1a:fe:36:97:d5:7b"',
    b'"19:fe:35:98:d3:7b"', b'"15:fe:36:97:d5:7b"', b'"ff:ff:ff:ff:ff:ff"', b'"00:00:00:00:00:00"',
    b'"18:fe:34:a7:c0:5e"', b'"1a:fe:34:a7:c0:5e"', b'"18:fe:34:cd:ef:01"', b'"1a:fe:34:cd:ef:01"',
    b'"18-fe-35-98-d3-7b"', b'"18fe3598d37b"', b'"18:fe:35:98:d3"', b'"18:fe:35:98:d3:7b:01"',
    b'"1g:fe:35:98:d3:7b"', b'"8:fe:35:98:d3:7b"', b'""', b"18:fe:35:98:d3:7b",
    b'"18:fe:35:98:d3:7b",1', b'"18:fe:35:98:d3:7b', b'', b"1",
)  # fmt: skip
_IPS = (
    b'"192.168.6.100"', b'"192.168.6.100","192.168.6.1","255.255.255.0"',
    b'"192.168.6.100","192.168.6.1"',
    b'"abc"', b'"256.1.1.1"', b'"192.168.6"', b'"192.168.6.100.1"', b'""', b"192.168.6.100", b"",
    b'"192.168.6.100","192.168.6.1","255.255.255.0",1', b'"192.168.6.100","abc","255.255.255.0"',
    b'"192.168.6.100","192.168.6.1","0.0.0.0"', b'"10.0.0.1"', b'"172.16.0.1"',
    b'"192.168.a.b"', b'"192.1.2.3","192.1.2.1","255.255.255.0"',
)  # fmt: skip
_LEASES = (
    b'1,3,"192.168.4.10","192.168.4.15"', b'1,1,"192.168.4.10","192.168.4.15"',
    b'1,2880,"192.168.4.10","192.168.4.15"', b'1,0,"192.168.4.10","192.168.4.15"',
    b'1,-1,"192.168.4.10","192.168.4.15"', b'1,2881,"192.168.4.10","192.168.4.15"',
    b'2,3,"192.168.4.10","192.168.4.15"', b'-1,3,"192.168.4.10","192.168.4.15"', b"0", b"1", b"",
    b'1,3,"192.168.4.15","192.168.4.10"', b'1,3,"192.168.5.10","192.168.5.15"',
    b'1,3,"192.168.4.1","192.168.4.5"', b'1,3,"abc","192.168.4.15"', b'1,3,"192.168.4.10","abc"',
    b'1,3,192.168.4.10,192.168.4.15', b'1,3,"192.168.4.10"', b'1,3,"192.168.4.10","192.168.4.15",1',
    b'0,3,"192.168.4.10","192.168.4.15"', b'1,3,"192.168.4.249","192.168.4.254"',
)  # fmt: skip
_NUMBERS = (
    b"-1",
    b"0",
    b"1",
    b"2",
    b"3",
    b"",
    b"abc",
    b"256",
    b"257",
    b"4294967296",
    b"4294967297",
)


def addresses(slug: str) -> tuple[Probe, ...]:
    """The probes of one of these commands, by its slug; none for others."""
    name = b"AT+" + slug.upper().encode("ascii")
    base, _underscore, _scope = slug.partition("_")
    return tuple(_OF[base](name)) if base in _OF else ()


def _values(name: bytes, values: tuple[bytes, ...], *before: bytes) -> Iterator[Probe]:
    """Each value, what the query shows then, and what has become of DHCP."""
    for value in values:
        yield (ECHO_OFF, _BOTH, *before, name + b"=" + value + b"\r\n", name + b"?\r\n", *_DHCP)


def _stores(name: bytes, *lines: bytes) -> Iterator[Probe]:
    """Both stores before and after each kind of restart."""
    base = name.removesuffix(b"_CUR").removesuffix(b"_DEF")
    others = (base + b"_CUR?\r\n", base + b"_DEF?\r\n")
    for boot in (RST, RESET, CYCLE, _RESTORE):
        yield (ECHO_OFF, _FOREVER, *lines, *others, boot, ECHO_OFF, name + b"?\r\n", *others)
    yield (ECHO_OFF, _FOREVER, *lines, *lines)
    for suffix in (b"_CUR", b"_DEF"):
        yield (
            ECHO_OFF,
            _BOTH,
            *(line.replace(name, base + suffix) for line in lines),
            name + b"?\r\n",
        )


def _again(name: bytes, first: bytes, second: bytes) -> Iterator[Probe]:
    """A value, another one that is not saved, and the first again."""
    base = name.removesuffix(b"_CUR").removesuffix(b"_DEF")
    line, now = name + b"=" + first + b"\r\n", base + b"_CUR"
    yield (ECHO_OFF, _BOTH, line, now + b"=" + second + b"\r\n", line, now + b"?\r\n")


def _mac(name: bytes) -> Iterator[Probe]:
    yield from _again(name, b'"18:fe:35:98:d3:7b"', b'"18:fe:35:98:d3:7c"')
    yield from _values(name, _MACS)
    yield from _stores(name, name + b'="18:fe:35:98:d3:7b"\r\n')
    other = b"AT+CIPAPMAC_CUR?\r\n" if b"STA" in name else b"AT+CIPSTAMAC_CUR?\r\n"
    yield (ECHO_OFF, _BOTH, name + b'="18:fe:35:98:d3:7b"\r\n', other)
    set_other = other.replace(b"?", b'="18:fe:35:98:d3:7d"')
    yield (ECHO_OFF, _BOTH, set_other, name + b'="18:fe:35:98:d3:7b"\r\n', other)
    for mode in (_STATION, _SOFTAP):
        yield (ECHO_OFF, mode, name + b'="18:fe:35:98:d3:7b"\r\n', name + b"?\r\n")


def _ip(name: bytes) -> Iterator[Probe]:
    yield from _again(name, b'"192.168.6.100"', b'"192.168.7.100"')
    yield from _values(name, _IPS)
    yield from _values(name, _IPS[:2], _OFF)
    yield from _stores(name, name + b'="192.168.6.100"\r\n')
    yield from _stores(name, _OFF, name + b'="192.168.6.100"\r\n')
    for shown in (b"AT+CIPSTA_DEF?\r\n", b"AT+CIPAP_CUR?\r\n", b"AT+CIFSR\r\n"):
        yield (ECHO_OFF, _BOTH, name + b'="192.168.6.100"\r\n', shown, name + b"?\r\n")
    other = name.replace(b"STA", b"AP") if b"STA" in name else name.replace(b"AP", b"STA")
    kept = other + b'="192.168.7.100"\r\n', name + b'="192.168.6.100"\r\n', other + b"?\r\n"
    yield (ECHO_OFF, _BOTH, *kept, b"AT+CIFSR\r\n")
    yield (ECHO_OFF, _FOREVER, *kept, other.partition(b"_")[0] + b"_DEF?\r\n")
    for boot in (RST, RESET, CYCLE, _RESTORE):
        yield (ECHO_OFF, _FOREVER, name + b'="192.168.6.100"\r\n', boot, ECHO_OFF, *_DHCP)
    for mode in (_STATION, _SOFTAP):
        yield (ECHO_OFF, mode, name + b'="192.168.6.100"\r\n', name + b"?\r\n")


def _dhcp(name: bytes) -> Iterator[Probe]:
    for mode in (b"0", b"1", b"2"):
        for on in (b"0", b"1"):
            yield from _values(name, (mode + b"," + on,))
            yield from _values(name, (mode + b"," + on,), _OFF)
    yield from _values(name, (b"0", b"0,0,1", b"0,0,"))
    odd = tuple(each % number for each in ODD for number in (b"0", b"1"))
    yield from _values(name, tuple(b"0," + value for value in (*_NUMBERS, *odd)))
    yield from _values(name, tuple(value + b",0" for value in (*_NUMBERS, *odd)))
    yield from _again(name, b"0,0", b"0,1")
    yield from _stores(name, name + b"=0,0\r\n")
    for static in (b"AT+CIPAP_DEF", b"AT+CIPSTA_DEF"):
        line = static + b'="192.168.6.100"\r\n'
        yield (ECHO_OFF, _BOTH, line, name + b"=2,1\r\n", static + b"?\r\n", b"AT+CIPAP_CUR?\r\n")
        yield (ECHO_OFF, _BOTH, line, name + b"=2,1\r\n", name + b"?\r\n")
        yield (ECHO_OFF, _BOTH, line, name + b"=2,0\r\n", static + b"?\r\n", b"AT+CIPAP_CUR?\r\n")
        for mode in (b"0", b"1"):
            switch = name + b"=" + mode + b",0\r\n"
            yield (ECHO_OFF, _BOTH, line, switch, static + b"?\r\n", b"AT+CIPAP_CUR?\r\n")
    for mode in (_STATION, _SOFTAP):
        for value in (b"0,0", b"1,0", b"2,0"):
            yield (ECHO_OFF, mode, name + b"=" + value + b"\r\n", name + b"?\r\n")


def _leases(name: bytes) -> Iterator[Probe]:
    yield from _values(name, _LEASES)
    yield from _values(name, _LEASES[:1], _OFF)
    yield from _stores(name, name + b'=1,3,"192.168.4.10","192.168.4.15"\r\n')
    yield (ECHO_OFF, name + b"=" + _LEASES[0] + b"\r\n", name + b"=0\r\n", name + b"?\r\n")
    yield (ECHO_OFF, _STATION, name + b"?\r\n", name + b"=" + _LEASES[0] + b"\r\n")


def _autoconnect(name: bytes) -> Iterator[Probe]:
    odd = tuple(each % number for each in ODD for number in (b"0", b"1"))
    for value in (*_NUMBERS, *odd, b"1,1"):
        for mode in ((), (_STATION,)):  # some firmware takes it in a mode with a station alone
            yield (ECHO_OFF, *mode, name + b"=" + value + b"\r\n")
    off, on = name + b"=0\r\n", name + b"=1\r\n"
    yield (ECHO_OFF, _STATION, off, on, off, _RESTORE)


def _both_addresses(name: bytes) -> Iterator[Probe]:
    for mode in (_STATION, _SOFTAP, _BOTH):
        yield (ECHO_OFF, mode, name + b"\r\n")
    yield (ECHO_OFF, b'AT+CIPAP_CUR="192.168.6.100"\r\n', name + b"\r\n")


def _guests(name: bytes) -> Iterator[Probe]:
    for mode in (_STATION, _SOFTAP, _BOTH):
        yield (ECHO_OFF, mode, name + b"\r\n")


_OF = {
    "cipstamac": _mac,
    "cipapmac": _mac,
    "cipsta": _ip,
    "cipap": _ip,
    "cwdhcp": _dhcp,
    "cwdhcps": _leases,
    "cwautoconn": _autoconnect,
    "cifsr": _both_addresses,
    "cwlif": _guests,
}

RESTORED: tuple[Probe, ...] = (
    (
        _FOREVER,
        b'AT+CIPSTAMAC_DEF="18:fe:35:98:d3:7b"\r\n',
        b'AT+CIPAPMAC_DEF="1a:fe:36:97:d5:7b"\r\n',
        b'AT+CWDHCPS_DEF=1,3,"192.168.4.10","192.168.4.15"\r\n',
        b'AT+CIPSTA_DEF="192.168.6.100"\r\n',
        b'AT+CIPAP_DEF="192.168.6.1"\r\n',
        b"AT+CWAUTOCONN=0\r\n",
        _RESTORE,
        b"AT+CIPSTAMAC_DEF?\r\n",
        b"AT+CIPAPMAC_DEF?\r\n",
        b"AT+CIPSTA_DEF?\r\n",
        b"AT+CIPAP_DEF?\r\n",
        b"AT+CWDHCPS_DEF?\r\n",
        *_DHCP,
    ),
    (_FOREVER, _OFF, _RESTORE, *_DHCP),
    (b'AT+SAVETRANSLINK=1,"192.168.4.2",1001,"UDP"\r\n', _RESTORE, AT),
    (_FOREVER, b'AT+CWSAP_DEF="net","12345678",6,3,2,1\r\n', _RESTORE, b"AT+CWSAP_DEF?\r\n"),
)
"""What AT+RESTORE does to all of these."""
