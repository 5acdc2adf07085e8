"""MAC and IP addresses in health: AT+CIPSTAMAC, AT+CIPAPMAC, AT+CIPSTA, AT+CIPAP, AT+CIFSR."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest
from emulator_bench import ERROR, OK, Bench
from hypothesis import given
from hypothesis import strategies as st
from town import LEASE, Town

from rigs.emulator.settings.addresses import dotted, ip_text, read_as_c_does

NAMES = [b"CIPSTAMAC", b"CIPAPMAC"]
OWN = {
    "document": {b"CIPSTAMAC": b"18:fe:34:a7:c0:5e", b"CIPAPMAC": b"1a:fe:34:a7:c0:5e"},
    "nonos-1.3": {b"CIPSTAMAC": b"18:fe:34:cd:ef:01", b"CIPAPMAC": b"1a:fe:34:cd:ef:01"},
}
BLANK_MAC = b"ff:ff:ff:ff:ff:ff"
OTHER_MAC = b"18:fe:35:98:d3:7b"


def _both(firmware: str, **others: object) -> Bench:
    """A board with both interfaces, for good, and without echo."""
    bench = Bench(firmware, **others).booted()  # type: ignore[arg-type]
    bench.say(b"AT+CWMODE_DEF=3\r\n")
    return bench.mute()


@pytest.fixture(params=["document", "nonos-1.3"])
def both(request: pytest.FixtureRequest) -> Bench:
    return _both(request.param)


def _mac(bench: Bench, name: bytes) -> bytes:
    said = bench.say(b"AT+" + name + b"?\r\n")
    assert said.startswith(b"+" + name + b':"')
    assert said.endswith(b'"\r\n' + OK)
    return said[len(name) + 3 : -len(OK) - 3]


def _asked(bench: Bench, line: bytes) -> bytes:
    return bench.say(line + b"\r\n")


# MAC addresses


@pytest.mark.parametrize("firmware", OWN)
@pytest.mark.parametrize("name", NAMES)
def test_the_chip_has_a_mac_for_each_interface(firmware: str, name: bytes) -> None:
    bench = _both(firmware)
    assert _mac(bench, name) == _mac(bench, name + b"_CUR") == OWN[firmware][name]
    unset = BLANK_MAC if firmware == "nonos-1.3" else OWN[firmware][name]
    assert _mac(bench, name + b"_DEF") == unset


@pytest.mark.parametrize("name", NAMES)
def test_a_mac_in_ram_is_gone_after_a_restart(both: Bench, name: bytes) -> None:
    own, saved = _mac(both, name), _mac(both, name + b"_DEF")
    assert _asked(both, b"AT+" + name + b'_CUR="' + OTHER_MAC + b'"') == OK
    assert _mac(both, name) == OTHER_MAC
    assert _mac(both, name + b"_DEF") == saved
    _asked(both, b"AT+RST")
    both.mute()
    assert _mac(both, name) == own


@pytest.mark.parametrize("suffix", [b"", b"_DEF"])
@pytest.mark.parametrize("name", NAMES)
def test_a_saved_mac_stays_until_the_factory_is_restored(
    both: Bench, name: bytes, suffix: bytes
) -> None:
    own, unset = _mac(both, name), _mac(both, name + b"_DEF")
    assert _asked(both, b"AT+" + name + suffix + b'="' + OTHER_MAC.upper() + b'"') == OK
    for boot in (both.board.reset, both.board.power_cycle):
        assert _mac(both, name) == _mac(both, name + b"_DEF") == OTHER_MAC
        boot()
        both.settle()
        both.mute()
    assert _mac(both, name) == OTHER_MAC
    _asked(both, b"AT+RESTORE")
    both.mute()
    assert (_mac(both, name), _mac(both, name + b"_DEF")) == (own, unset)


@pytest.mark.parametrize(
    "text",
    [
        b'"19:fe:35:98:d3:7b"', b'"15:fe:36:97:d5:7b"', b'"ff:ff:ff:ff:ff:ff"',
        b'"00:00:00:00:00:00"', b'"18-fe-35-98-d3-7b"', b'"18fe3598d37b"', b'"18:fe:35:98:d3"',
        b'"18:fe:35:98:d3:7b:01"', b'"8:fe:35:98:d3:7b"', b'"1g:fe:35:98:d3:7b"', b'""', b"",
        b"18:fe:35:98:d3:7b", b'"18:fe:35:98:d3:7b",1', b'"18:fe:35:98:d3:7b', b"1",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_mac_is_refused(both: Bench, name: bytes, text: bytes) -> None:
    before = _mac(both, name)
    for suffix in (b"", b"_CUR", b"_DEF"):
        assert _asked(both, b"AT+" + name + suffix + b"=" + text) == ERROR
    assert _mac(both, name) == before


def test_both_interfaces_must_not_have_the_same_mac(both: Bench) -> None:
    other = _mac(both, b"CIPAPMAC")
    assert _asked(both, b'AT+CIPSTAMAC_CUR="' + other + b'"') == ERROR
    assert _asked(both, b'AT+CIPAPMAC_CUR="' + OTHER_MAC + b'"') == OK
    assert _asked(both, b'AT+CIPSTAMAC_CUR="' + OTHER_MAC + b'"') == ERROR
    assert _asked(both, b'AT+CIPSTAMAC_CUR="' + other + b'"') == OK


@pytest.mark.parametrize(
    ("mode", "name"), [(1, b"CIPAPMAC"), (2, b"CIPSTAMAC"), (1, b"CIPAP"), (2, b"CIPSTA")]
)
def test_only_what_the_mode_has_can_be_set(both: Bench, mode: int, name: bytes) -> None:
    value = OTHER_MAC if name.endswith(b"MAC") else b"192.168.6.100"
    line = b"AT+" + name + b'_CUR="' + value + b'"'
    _asked(both, b"AT+CWMODE_CUR=%d" % mode)
    assert _asked(both, line) == ERROR
    both.variants.set(["addresses.any-mode"])
    assert _asked(both, line) == OK


# IP addresses


def _dhcp(bench: Bench, name: bytes = b"CUR") -> int:
    said = bench.say(b"AT+CWDHCP_" + name + b"?\r\n")
    return int(said.removeprefix(b"+CWDHCP_" + name + b":").removesuffix(OK))


def test_the_document_tells_the_address_alone() -> None:
    bench = _both("document")
    assert _asked(bench, b"AT+CIPAP?") == b'+CIPAP:"192.168.4.1"\r\n' + OK
    assert _asked(bench, b"AT+CIPSTA?") == b'+CIPSTA:"0.0.0.0"\r\n' + OK
    assert _asked(bench, b"AT+CIFSR") == b"+CIFSR:192.168.4.1\r\n+CIFSR:0.0.0.0\r\n" + OK


@pytest.mark.parametrize("mode", [1, 2, 3])
def test_cifsr_tells_the_interfaces_of_the_mode(both: Bench, mode: int) -> None:
    _asked(both, b"AT+CWMODE_CUR=%d" % mode)
    said = _asked(both, b"AT+CIFSR")
    assert (b"192.168.4.1" in said) is (mode != 1)
    assert (b"0.0.0.0" in said) is (mode != 2)


def test_a_softap_address_switches_its_server_off() -> None:
    bench = _both("document")
    assert _asked(bench, b'AT+CIPAP_CUR="192.168.6.100"') == OK
    assert b'"192.168.6.100"' in _asked(bench, b"AT+CIPAP?")
    assert b'"192.168.4.1"' in _asked(bench, b"AT+CIPAP_DEF?")
    assert (_dhcp(bench), _dhcp(bench, b"DEF")) == (2, 3)
    assert _asked(bench, b'AT+CIPAP_DEF="192.168.7.100"') == OK
    assert (_dhcp(bench), _dhcp(bench, b"DEF")) == (2, 2)


def test_real_firmware_switches_it_on() -> None:
    bench = _both("nonos-1.3")
    _asked(bench, b"AT+CWDHCP_DEF=2,0")
    assert _asked(bench, b'AT+CIPAP_DEF="192.168.6.100"') == OK
    assert (_dhcp(bench), _dhcp(bench, b"DEF")) == (1, 1)


def test_a_station_address_switches_its_client_off(both: Bench) -> None:
    assert _asked(both, b'AT+CIPSTA_CUR="192.168.6.100"') == OK
    assert (_dhcp(both), _dhcp(both, b"DEF")) == (1, 3)
    assert _asked(both, b'AT+CIPSTA_DEF="192.168.6.100"') == OK
    assert (_dhcp(both), _dhcp(both, b"DEF")) == (1, 1)


def test_the_last_one_wins_in_the_document() -> None:
    bench = _both("document")
    _asked(bench, b'AT+CIPAP_DEF="192.168.6.100"')
    assert _asked(bench, b"AT+CWDHCP_DEF=0,1") == OK
    assert _dhcp(bench) == 3
    for name in (b"", b"_CUR", b"_DEF"):
        assert b'"192.168.4.1"' in _asked(bench, b"AT+CIPAP" + name + b"?")
    _asked(bench, b'AT+CIPAP_DEF="192.168.6.100"')
    assert _dhcp(bench) == 2
    assert b'"192.168.6.100"' in _asked(bench, b"AT+CIPAP?")


def test_dhcp_in_ram_leaves_the_saved_address_alone() -> None:
    bench = _both("document")
    _asked(bench, b'AT+CIPAP_DEF="192.168.6.100"')
    _asked(bench, b"AT+CWDHCP_CUR=0,1")
    assert b'"192.168.4.1"' in _asked(bench, b"AT+CIPAP?")
    assert b'"192.168.6.100"' in _asked(bench, b"AT+CIPAP_DEF?")
    _asked(bench, b"AT+RST")
    bench.mute()
    assert b'"192.168.6.100"' in _asked(bench, b"AT+CIPAP?")
    assert _dhcp(bench) == 2


@pytest.mark.parametrize("name", [b"CIPSTA", b"CIPAP"])
@pytest.mark.parametrize(
    "text",
    [
        b'"abc"', b'"256.1.1.1"', b'"192.168.6.100.1"', b'""', b"192.168.6.100", b"", b"1",
        b'"192.168.6.100","abc","255.255.255.0"', b'"192.168.6.100","192.168.6.1","0.0.0.0"',
        b'"192.168.6.100","192.168.6.1","255.255.255.0",1',
        b'"192.168.6.100","192.168.6.1","255.255.255.0",',
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(both: Bench, name: bytes, text: bytes) -> None:
    before = _asked(both, b"AT+" + name + b"_DEF?"), _dhcp(both)
    for suffix in (b"", b"_CUR", b"_DEF"):
        assert _asked(both, b"AT+" + name + suffix + b"=" + text) == ERROR
    assert (_asked(both, b"AT+" + name + b"_DEF?"), _dhcp(both)) == before


@pytest.mark.parametrize("address", [b"10.0.0.1", b"172.16.0.1", b"224.0.0.1"])
def test_only_class_c_is_for_a_softap(document: Bench, nonos: Bench, address: bytes) -> None:
    line = b'AT+CIPAP_CUR="' + address + b'"'
    assert _asked(document.mute(), line) == ERROR
    assert _asked(nonos.mute(), line) == OK


@pytest.mark.parametrize("firmware", ["document", "nonos-1.3"])
def test_a_joined_station_has_its_lease_and_loses_it_to_a_static_address(firmware: str) -> None:
    bench = _both(firmware, air=Town())
    bench.say(b'AT+CWJAP_CUR="cafe",""\r\n')
    lease = b'"%b"' % ip_text(LEASE.address)
    assert lease in _asked(bench, b"AT+CIPSTA?")
    assert ip_text(LEASE.address) in _asked(bench, b"AT+CIFSR")
    _asked(bench, b'AT+CIPSTA_CUR="192.168.1.99"')
    assert b'"192.168.1.99"' in _asked(bench, b"AT+CIPSTA?")
    _asked(bench, b"AT+CWDHCP_CUR=1,1")
    assert lease in _asked(bench, b"AT+CIPSTA?")
    _asked(bench, b"AT+CWQAP")
    assert b'"0.0.0.0"' in _asked(bench, b"AT+CIPSTA?")


@pytest.mark.parametrize(
    "text", [b'"192.168.6.100","192.168.6.1"', b'"192.168.6.100","","255.255.255.0"',
             b'"192.168.6.100","192.168.6.1",""', b'"192.168.6.100",,"255.255.255.0"',
             b'"192.168.6.100","192.168.6.1","abc"'],
)  # fmt: skip
def test_real_firmware_is_careless_with_gateway_and_netmask(
    document: Bench, nonos: Bench, text: bytes
) -> None:
    assert _asked(document.mute(), b"AT+CIPAP_CUR=" + text) == ERROR
    assert _asked(nonos.mute(), b"AT+CIPAP_CUR=" + text) == OK


# How addresses are read


@given(st.integers(0, 2**32 - 1))
def test_what_is_printed_is_read(number: int) -> None:
    address = IPv4Address(number)
    assert dotted(ip_text(address)) == address
    if number != 2**32 - 1:
        assert read_as_c_does(ip_text(address)) == address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (b"192.168.6", "192.168.0.6"), (b"1", "0.0.0.1"), (b"0xC0A80601", "192.168.6.1"),
        (b"192.168.006.100", "192.168.6.100"), (b"192.168.6.1 ", "192.168.6.1"),
        (b"10.258", "10.0.1.2"),
    ],
)  # fmt: skip
def test_c_reads_short_forms(text: bytes, address: str) -> None:
    assert read_as_c_does(text) == IPv4Address(address)
    if text != b"192.168.006.100":
        assert dotted(text) is None


@pytest.mark.parametrize(
    "text", [b"", b" ", b".", b"1.", b"1.2.3.4.5", b"1.2.3.256", b"1.70000000"]
)
def test_neither_reads_what_is_none(text: bytes) -> None:
    assert read_as_c_does(text) is None
    assert dotted(text) is None


@given(st.binary(max_size=30))
def test_anything_may_stand_there(text: bytes) -> None:
    dotted(text)
    read_as_c_does(text)
