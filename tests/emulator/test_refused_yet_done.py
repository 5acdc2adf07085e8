"""Faults of a firmware that refuses and acts all the same: ERROR is said, and it is done."""

from __future__ import annotations

import pytest
from emulator_bench import ERROR, OK, Bench
from town import Town

SCOPES = (b"", b"_CUR", b"_DEF")
BOTH, STATION = b"AT+CWMODE_CUR=3\r\n", b"AT+CWMODE_CUR=1\r\n"

_MACS = {
    b'="06:12:34:56:78"': b'"06:12:34:56:78:',
    b'="06:12:34:56:78:9b:9c"': b'"06:12:34:56:78:9b"',
    b'="06:12:34:56:78:9g"': b'"06:12:34:56:78:90"',
    b'="06:12:34:56:78:9b",0': b'"06:12:34:56:78:9b"',
    b'="07:12:34:56:78:9b"': b'"07:12:34:56:78:9b"',
}
_IPS = {
    b'="somewhere","192.168.5.1","255.255.255.0"': b'"192.168.4.1"',
    b'="192.168.5.256"': b'"192.168.4.1"',
    b'="192.168.5.9","192.168.5.1","255.255.255.0",1': b'"192.168.5.9"',
    b'="192.168.5.9","192.168.5.1"': b'"192.168.5.9"',
}
_LEASES = {
    b'=2,7,"192.168.4.10","192.168.4.15"': b"7,192.168.4.10,192.168.4.15",
    b'=1,7,"192.168.4.10"': b"7,192.168.4.10,192.168.4.10",
    b'=1,7,"somewhere","192.168.4.15"': b"7,192.168.4.",
    b'=1,7,"192.168.4.10","192.168.4.15",0': b"7,192.168.4.10,192.168.4.15",
    b'=1,2881,"192.168.4.10","192.168.4.15"': b"2881,192.168.4.10,192.168.4.15",
}
_SOFTAPS = {
    b'="other","%s",9,4,2,1' % (b"p" * 65): b'"other","%s",9,4,2,1' % (b"p" * 65),
    b'="other","1234567",9,4,2,1': b'"other","1234567",9,4,2,1',
    b'="other","12345678",99,4,2,1': b'"other","12345678",99,4,2,1',
}
TOLD = [
    *((b"CIPSTAMAC", _MACS), (b"CIPAPMAC", _MACS), (b"CIPAP", _IPS), (b"CWSAP", _SOFTAPS)),
    (b"CWDHCPS", _LEASES),
]
"""A command -> lines that it refuses, and what its query tells if it does them all the same."""


def _bench(fault: str, *before: bytes) -> Bench:
    bench = Bench(faults=[fault], air=Town()).booted().mute()
    for line in before:
        assert bench.say(line) == OK
    return bench


def _fault(command: bytes, word: str = "refused-takes-effect") -> str:
    return f"{command.decode().lower()}.{word}"


@pytest.mark.parametrize(
    ("command", "line", "told"),
    [
        (name + scope, line, told)
        for name, lines in TOLD
        for scope in (SCOPES[1:] if name == b"CWDHCPS" else SCOPES)
        for line, told in lines.items()
    ],
)
def test_what_could_be_read_is_told_by_the_query(command: bytes, line: bytes, told: bytes) -> None:
    healthy, faulty = _bench(_fault(b"CWLAPOPT"), BOTH), _bench(_fault(command), BOTH)
    for bench in (healthy, faulty):
        if line in _IPS:  # what a careless parser assumes is the address of before
            bench.say(b"AT+" + command + b'="192.168.6.1"\r\n')
        assert bench.say(b"AT+" + command + line + b"\r\n") == ERROR
    ask = b"AT+" + command + b"?\r\n"
    assert told in faulty.say(ask)
    assert told not in healthy.say(ask)


@pytest.mark.parametrize("line", [b'="somewhere"', b'="192.168.5.256"'])
@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize(("name", "bits"), [(b"CIPAP", b"2"), (b"CIPSTA", b"1")])
def test_a_static_address_disables_dhcp(
    name: bytes, bits: bytes, scope: bytes, line: bytes
) -> None:
    bench = _bench(_fault(name + scope), BOTH)
    assert bench.say(b"AT+" + name + scope + line + b"\r\n") == ERROR
    told = bench.say(b"AT+CWDHCP" + scope + b"?\r\n")
    assert told == b"+CWDHCP" + scope + b":" + bits + b"\r\n" + OK


@pytest.mark.parametrize("scope", SCOPES)
def test_a_softap_is_set_in_station_mode(scope: bytes) -> None:
    bench = _bench(_fault(b"CWSAP" + scope), STATION)
    assert bench.say(b"AT+CWSAP" + scope + b'="other","12345678",9,4\r\n') == ERROR
    bench.say(BOTH)
    assert b'"other","12345678",9,4' in bench.say(b"AT+CWSAP" + scope + b"?\r\n")


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize(("line", "told"), [(b"=2,0,0", b"0"), (b"=0,0,1", b"2"), (b"=2", b"3")])
def test_dhcp_is_switched(scope: bytes, line: bytes, told: bytes) -> None:
    command = b"AT+CWDHCP" + scope
    bench = _bench(_fault(b"CWDHCP" + scope), BOTH)
    if line == b"=2":
        bench.say(command + b"=2,0\r\n")
    assert bench.say(command + line + b"\r\n") == ERROR
    assert bench.say(command + b"?\r\n") == b"+CWDHCP" + scope + b":" + told + b"\r\n" + OK


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("line", [b'="home","12345678","ca:d7:19:d8:a6:01","x"', b'="home"'])
def test_an_access_point_is_joined(scope: bytes, line: bytes) -> None:
    bench = _bench(_fault(b"CWJAP" + scope, "refused-joins"), STATION)
    assert bench.say(b"AT+CWJAP" + scope + line + b"\r\n").startswith(ERROR)
    assert b'"home"' in bench.say(b"AT+CWJAP_CUR?\r\n")


def test_a_link_is_closed() -> None:
    bench = _bench("cipclose.refused-closes", b"AT+CIPMUX=1\r\n")
    for number in (0, 2):
        bench.say(b'AT+CIPSTART=%d,"UDP","192.168.4.2",1001,%d\r\n' % (number, 2001 + number))
    assert bench.say(b"AT+CIPCLOSE\r\n") == ERROR
    assert b"+CIPSTATUS:0" not in bench.say(b"AT+CIPSTATUS\r\n")


@pytest.mark.parametrize("line", [b"ATE2", b"ATE-1", b"ATEx"])
def test_the_echo_is_switched(line: bytes) -> None:
    bench = Bench(faults=["ate.refused-takes-effect"]).booted()
    assert bench.say(line + b"\r\n") == line + b"\r\r\n" + ERROR
    assert bench.say(b"AT\r\n") == OK


@pytest.mark.parametrize(("value", "kept"), [(b"3", b"3"), (b"-1", b"255"), (b"4294967297", b"2")])
def test_the_sleep_mode_is_a_byte(value: bytes, kept: bytes) -> None:
    bench = _bench("sleep.refused-takes-effect", STATION)
    assert bench.say(b"AT+SLEEP=" + value + b"\r\n") == ERROR
    assert bench.say(b"AT+SLEEP?\r\n") == b"+SLEEP:" + kept + b"\r\n" + OK


def test_a_command_that_does_what_it_refuses_takes_nothing_else_by_mistake() -> None:
    bench = _bench("cipstamac_cur.refused-takes-effect", BOTH)
    assert bench.say(b'AT+CIPSTAMAC_CUR="06:12:34:56:78"\r\n') == ERROR
    assert bench.say(b'AT+CIPSTAMAC_DEF="06:12:34:56:79"\r\n') == ERROR
    assert b"06:12:34:56:79" not in bench.say(b"AT+CIPSTAMAC_DEF?\r\n")
    assert bench.board.faults.ids == ["cipstamac_cur.refused-takes-effect"]
