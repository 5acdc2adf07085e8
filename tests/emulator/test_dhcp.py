"""DHCP in health: AT+CWDHCP, AT+CWDHCPS, AT+CWLIF; and AT+CWAUTOCONN."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest
from emulator_bench import ERROR, OK, Bench
from town import Town

from rigs.emulator.wifi.air import Guest

GOOD = b'1,3,"192.168.4.10","192.168.4.15"'


@pytest.fixture(params=["document", "nonos-1.3"])
def both(request: pytest.FixtureRequest) -> Bench:
    """A board with both interfaces, for good, and without echo."""
    bench = Bench(request.param).booted()
    bench.say(b"AT+CWMODE_DEF=3\r\n")
    return bench.mute()


def _asked(bench: Bench, line: bytes) -> bytes:
    return bench.say(line + b"\r\n")


def _switches(bench: Bench, suffix: bytes = b"") -> int:
    said = bench.say(b"AT+CWDHCP" + suffix + b"?\r\n")
    return int(said.removeprefix(b"+CWDHCP" + suffix + b":").removesuffix(OK))


def _leases(bench: Bench, suffix: bytes) -> list[bytes]:
    said = bench.say(b"AT+CWDHCPS" + suffix + b"?\r\n").removesuffix(OK).strip()
    name = b"+CWDHCPS" + suffix
    assert said[: len(name)] == name
    return said[len(name) + 1 :].split(b",")


# AT+CWDHCP


@pytest.mark.parametrize("suffix", [b"", b"_CUR", b"_DEF"])
@pytest.mark.parametrize(
    ("before", "line", "after"),
    [
        (b"2,1", b"0,0", 2), (b"2,1", b"1,0", 1), (b"2,1", b"2,0", 0),
        (b"2,0", b"0,1", 1), (b"2,0", b"1,1", 2), (b"2,0", b"2,1", 3),
    ],
)  # fmt: skip
def test_all_six_switches(
    both: Bench, suffix: bytes, before: bytes, line: bytes, after: int
) -> None:
    _asked(both, b"AT+CWDHCP_DEF=" + before)
    start = _switches(both, b"_DEF")
    assert _asked(both, b"AT+CWDHCP" + suffix + b"=" + line) == OK
    assert _switches(both) == _switches(both, b"_CUR") == after
    assert _switches(both, b"_DEF") == (start if suffix == b"_CUR" else after)
    _asked(both, b"AT+RST")
    both.mute()
    assert _switches(both) == (start if suffix == b"_CUR" else after)
    _asked(both, b"AT+RESTORE")
    both.mute()
    assert _switches(both) == _switches(both, b"_DEF") == 3


@pytest.mark.parametrize(
    "parameters",
    [b"", b"0", b"0,", b",1", b"3,1", b"-1,1", b"0,2", b"0,-1", b"a,1", b"0,a", b"0,1,1", b"0,1,",
     b'"0",1', b"0;1", b"0, 1", b"1.5,1"],
)  # fmt: skip
def test_what_is_no_switch_is_refused(both: Bench, parameters: bytes) -> None:
    for suffix in (b"", b"_CUR", b"_DEF"):
        assert _asked(both, b"AT+CWDHCP" + suffix + b"=" + parameters) == ERROR
    assert _switches(both) == _switches(both, b"_DEF") == 3


@pytest.mark.parametrize(("mode", "absent"), [(1, b"0,0"), (2, b"1,0")])
def test_an_interface_that_is_not_there_cannot_be_switched(
    both: Bench, mode: int, absent: bytes
) -> None:
    _asked(both, b"AT+CWMODE_CUR=%d" % mode)
    assert _asked(both, b"AT+CWDHCP_CUR=" + absent) == ERROR
    assert _switches(both) == 3


def test_real_firmware_does_the_half_that_it_can(nonos: Bench) -> None:
    nonos.mute().say(b"AT+CWMODE_CUR=2\r\n")
    assert _asked(nonos, b"AT+CWDHCP_DEF=2,0") == ERROR
    assert (_switches(nonos), _switches(nonos, b"_DEF")) == (2, 3)


# AT+CWDHCPS


@pytest.mark.parametrize("suffix", [b"_CUR", b"_DEF"])
def test_a_range_is_set_and_given_up_again(both: Bench, suffix: bytes) -> None:
    usual, unset = _leases(both, b"_CUR"), _leases(both, b"_DEF")
    assert usual == [b"120", b"192.168.4.2", b"192.168.4.101"]
    assert _asked(both, b"AT+CWDHCPS" + suffix + b"=" + GOOD) == OK
    mine = [b"3", b"192.168.4.10", b"192.168.4.15"]
    assert _leases(both, b"_CUR") == mine
    assert _leases(both, b"_DEF") == (mine if suffix == b"_DEF" else unset)
    _asked(both, b"AT+RST")
    both.mute()
    assert _leases(both, b"_CUR") == (mine if suffix == b"_DEF" else usual)
    assert _asked(both, b"AT+CWDHCPS" + suffix + b"=0") == OK
    assert _leases(both, b"_CUR") == usual
    assert _leases(both, b"_DEF") == unset
    assert _switches(both) == 3


@pytest.mark.parametrize(
    "parameters",
    [
        b'1,0,"192.168.4.10","192.168.4.15"', b'1,2881,"192.168.4.10","192.168.4.15"',
        b'1,,"192.168.4.10","192.168.4.15"', b'1,3,"192.168.4.15","192.168.4.10"',
        b'1,3,"192.168.5.10","192.168.5.15"', b'1,3,"192.168.4.1","192.168.4.5"',
        b'1,3,"abc","192.168.4.15"', b'1,3,"192.168.4.10","abc"', b'1,3,"",""', b"1", b"", b"2",
        b"1,3,192.168.4.10,192.168.4.15", b'1,3,"192.168.4.10"', GOOD + b",1", b"0" + GOOD[1:],
        b'2,3,"192.168.4.10","192.168.4.15"', b'1,abc,"192.168.4.10","192.168.4.15"',
    ],
)  # fmt: skip
def test_what_is_no_range_is_refused(both: Bench, parameters: bytes) -> None:
    before = _leases(both, b"_CUR"), _leases(both, b"_DEF")
    for suffix in (b"_CUR", b"_DEF"):
        assert _asked(both, b"AT+CWDHCPS" + suffix + b"=" + parameters) == ERROR
    assert (_leases(both, b"_CUR"), _leases(both, b"_DEF")) == before


def test_the_range_follows_the_softap(both: Bench) -> None:
    _asked(both, b'AT+CIPAP_CUR="192.168.6.1"')
    assert _leases(both, b"_CUR") == [b"120", b"192.168.6.2", b"192.168.6.101"]


def test_the_range_lies_in_the_network_of_the_softap(nonos: Bench) -> None:
    nonos.mute().say(b'AT+CIPAP_CUR="192.168.6.1"\r\n')
    assert _asked(nonos, b"AT+CWDHCPS_CUR=" + GOOD) == ERROR
    assert _asked(nonos, b"AT+CWDHCPS_CUR=" + GOOD.replace(b".4.", b".6.")) == OK


def test_the_range_needs_a_softap_and_its_server(document: Bench, nonos: Bench) -> None:
    for bench in (document, nonos):
        bench.mute().say(b"AT+CWDHCP_CUR=0,0\r\n")
    assert _asked(document, b"AT+CWDHCPS_CUR=" + GOOD) == ERROR
    assert _asked(nonos, b"AT+CWDHCPS_CUR=" + GOOD) == OK
    assert _switches(nonos) == 2
    for bench in (document, nonos):
        bench.say(b"AT+CWMODE_CUR=1\r\n")
        assert _asked(bench, b"AT+CWDHCPS_CUR=" + GOOD) == ERROR
        assert _asked(bench, b"AT+CWDHCPS_CUR?") == ERROR
    assert _asked(document, b"AT+CWDHCPS_DEF?") == ERROR
    assert _asked(nonos, b"AT+CWDHCPS_DEF?") == b"+CWDHCPS_DEF:0,0.0.0.0,0.0.0.0" + OK


# AT+CWLIF


def test_guests_are_told_if_they_have_a_lease(both: Bench) -> None:
    assert _asked(both, b"AT+CWLIF") == OK
    town = Town()
    town.guests = (
        Guest(bytes.fromhex("5ccf7f000001"), IPv4Address("192.168.4.2")),
        Guest(bytes.fromhex("5ccf7f000002"), None),
        Guest(bytes.fromhex("5ccf7f000003"), IPv4Address("192.168.4.4")),
    )
    both.board.air = town
    lines = b"192.168.4.2,5c:cf:7f:00:00:01\r\n192.168.4.4,5c:cf:7f:00:00:03\r\n"
    assert _asked(both, b"AT+CWLIF") == lines + OK
    _asked(both, b"AT+CWDHCP_CUR=0,0")
    assert _asked(both, b"AT+CWLIF") == OK
    _asked(both, b"AT+CWMODE_CUR=1")
    assert _asked(both, b"AT+CWLIF") == ERROR


# AT+CWAUTOCONN


def test_joining_at_boot_is_saved(nonos: Bench) -> None:
    nonos.mute().say(b"AT+CWMODE=1\r\n")
    assert _asked(nonos, b"AT+CWAUTOCONN?") == b"+CWAUTOCONN:1" + OK
    programs = nonos.board.flash.programs
    assert _asked(nonos, b"AT+CWAUTOCONN=1") == OK
    assert nonos.board.flash.programs == programs
    assert _asked(nonos, b"AT+CWAUTOCONN=0") == OK
    assert nonos.board.flash.programs > programs
    _asked(nonos, b"AT+RST")
    assert nonos.mute().say(b"AT+CWAUTOCONN?\r\n") == b"+CWAUTOCONN:0" + OK
    _asked(nonos, b"AT+RESTORE")
    assert nonos.mute().say(b"AT+CWAUTOCONN?\r\n") == b"+CWAUTOCONN:1" + OK


@pytest.mark.parametrize(
    "text", [b"", b"2", b"-1", b"a", b'"1"', b"1,", b"1,1", b"1 ", b"0x1", b"4294967297"]
)
def test_what_is_neither_0_nor_1_is_refused(bench: Bench, text: bytes) -> None:
    bench.mute()
    programs = bench.board.flash.programs
    assert _asked(bench, b"AT+CWAUTOCONN=" + text) == ERROR
    assert bench.board.flash.programs == programs


@pytest.mark.parametrize("mode", [b"1", b"3"])
def test_some_firmware_switches_it_with_a_station_alone(
    document: Bench, nonos: Bench, mode: bytes
) -> None:
    assert _asked(document.mute(), b"AT+CWAUTOCONN=0") == OK
    assert _asked(nonos.mute(), b"AT+CWAUTOCONN=0") == ERROR
    assert _asked(nonos, b"AT+CWAUTOCONN?") == b"+CWAUTOCONN:1" + OK
    _asked(nonos, b"AT+CWMODE_CUR=" + mode)
    assert _asked(nonos, b"AT+CWAUTOCONN=0") == OK


def test_only_real_firmware_tells_it(document: Bench) -> None:
    assert document.mute().say(b"AT+CWAUTOCONN?\r\n") == ERROR
