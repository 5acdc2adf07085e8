"""SmartConfig, discovery, WPS and MDNS in health."""

from __future__ import annotations

import pytest
from emulator_bench import ERROR, OK, Bench
from town import Town

from rigs.emulator.settings.accesspoint import AccessPoint
from rigs.emulator.wifi.air import Way

SMART_STARTED = b"Smart started" + ERROR


def _in_mode(firmware: str, mode: int, town: Town | None = None) -> Bench:
    bench = Bench(firmware, air=town).booted().mute()
    bench.say(b"AT+CWMODE_CUR=%d\r\n" % mode)
    return bench


# SmartConfig


@pytest.mark.parametrize("firmware", ["document", "nonos-1.3"])
@pytest.mark.parametrize("start", [b"", b"=1", b"=2", b"=3"])
def test_smartconfig_runs_until_it_is_stopped(firmware: str, start: bytes) -> None:
    bench = _in_mode(firmware, 1)
    line = b"AT+CWSTARTSMART" + start + b"\r\n"
    join = b'AT+CWJAP_CUR="a","12345678"\r\n'
    assert bench.say(line) == OK
    assert bench.say(line).endswith(ERROR)
    assert bench.say(join) == SMART_STARTED
    assert bench.say(b"AT+CWSTOPSMART\r\n") == OK
    assert bench.say(b"AT+CWSTOPSMART\r\n") == OK
    assert bench.say(join).endswith(b"FAIL\r\n")


@pytest.mark.parametrize("firmware", ["document", "nonos-1.3"])
@pytest.mark.parametrize("start", [b"=0", b"=4", b"=-1", b'="1"', b"=", b"=1,1", b"=+1"])
def test_smartconfig_has_three_types(firmware: str, start: bytes) -> None:
    bench = _in_mode(firmware, 1)
    assert bench.say(b"AT+CWSTARTSMART" + start + b"\r\n") == ERROR
    assert bench.say(b"AT+CWSTARTSMART\r\n") == OK


@pytest.mark.parametrize("firmware", ["document", "nonos-1.3"])
@pytest.mark.parametrize("mode", [2, 3])
def test_smartconfig_is_for_station_mode(firmware: str, mode: int) -> None:
    bench = _in_mode(firmware, mode)
    assert bench.say(b"AT+CWSTARTSMART\r\n") == ERROR
    assert bench.say(b"AT+CWSTARTSMART=1\r\n") == ERROR
    assert bench.say(b"AT+CWSTOPSMART\r\n") == OK


def test_in_the_document_nothing_else_can_be_done_meanwhile() -> None:
    bench = _in_mode("document", 1)
    bench.say(b"AT+CWSTARTSMART\r\n")
    for line in (b"AT+CWMODE?", b"AT+CWMODE_CUR=2", b"AT+CWLAP", b"AT+GMR", b"AT+CWQAP"):
        assert bench.say(line + b"\r\n") == SMART_STARTED
    assert bench.say(b"AT\r\n") == OK


def test_in_nonos_joining_alone_is_locked() -> None:
    bench = _in_mode("nonos-1.3", 1)
    bench.say(b"AT+CWSTARTSMART\r\n")
    assert bench.say(b"AT+CWMODE?\r\n") == b"+CWMODE:1\r\n" + OK
    assert bench.say(b"AT+CWLAP\r\n") == OK


@pytest.mark.parametrize("firmware", ["document", "nonos-1.3"])
def test_a_restart_ends_smartconfig(firmware: str) -> None:
    bench = _in_mode(firmware, 1)
    bench.say(b"AT+CWSTARTSMART\r\n")
    bench.say(b"AT+RST\r\n")
    bench.mute().say(b"AT+CWMODE_CUR=1\r\n")
    assert bench.say(b"AT+CWSTARTSMART\r\n") == OK


PHONE = AccessPoint(b"home", b"12345678")
JOINED = b"WIFI CONNECTED\r\nWIFI GOT IP\r\n"
SAID = {
    "document": b"Smart get WiFi info\r\n" + JOINED,
    "nonos-1.3": b"smartconfig type:ESPTOUCH\r\nSmart get wifi info\r\nssid:home\r\n"
    b"password:12345678\r\n" + JOINED + b"smartconfig connected wifi\r\n",
}


@pytest.mark.parametrize("firmware", SAID)
def test_a_phone_tells_whom_to_join(firmware: str) -> None:
    town = Town()
    bench = _in_mode(firmware, 1, town)
    assert not town.tell(Way.SMARTCONFIG, PHONE)
    bench.say(b"AT+CWSTARTSMART\r\n")
    assert not town.tell(Way.WPS, PHONE)
    assert town.tell(Way.SMARTCONFIG, PHONE)
    assert bench.settle() == SAID[firmware]
    bench.say(b"AT+CWSTOPSMART\r\n")
    assert b'"home"' in bench.say(b"AT+CWJAP?\r\n")
    assert not town.tell(Way.SMARTCONFIG, PHONE)
    bench.say(b"AT+CWMODE_DEF=1\r\n")
    assert bench.say(b"AT+RST\r\n").endswith(JOINED)


@pytest.mark.parametrize("end", [b"AT+CWSTOPSMART\r\n", b"AT+CWMODE_CUR=2\r\n", b"AT+RST\r\n"])
def test_after_its_end_no_phone_is_heard(end: bytes) -> None:
    town = Town()
    bench = _in_mode("nonos-1.3", 1, town)
    bench.say(b"AT+CWSTARTSMART\r\n")
    bench.say(end)
    assert not town.tell(Way.SMARTCONFIG, PHONE)


# Discovery


@pytest.mark.parametrize("firmware", ["document", "nonos-1.3"])
@pytest.mark.parametrize("mode", [1, 2, 3])
@pytest.mark.parametrize("time", [0, 10, 86400])
def test_discovery_starts_and_stops_in_every_mode(firmware: str, mode: int, time: int) -> None:
    bench = _in_mode(firmware, mode)
    line = b'AT+CWSTARTDISCOVER="gh_sdfe235xfs7k","122475",%d\r\n' % time
    assert [bench.say(line), bench.say(line)] == [OK, OK]
    stop = b"AT+CWSTOPDISCOVER\r\n"
    assert [bench.say(stop), bench.say(stop)] == [OK, OK]


@pytest.mark.parametrize(
    "parameters",
    [
        b"", b'"gh","1"', b'"gh","1",', b'"gh","1",-1', b'"gh","1",86401', b'"gh","1","10"',
        b'"gh","",10', b'"","1",10', b'gh,"1",10', b'"gh",1,10', b'"gh","1",10,1', b'"gh","1", 1',
        b'"gh","1",0x1', b'"gh","1",1a', b'"' + b"g" * 33 + b'","1",10',
    ],
)  # fmt: skip
def test_what_discovery_refuses(bench: Bench, parameters: bytes) -> None:
    assert bench.mute().say(b"AT+CWSTARTDISCOVER=" + parameters + b"\r\n") == ERROR


# WPS


def test_wps_in_the_document() -> None:
    for mode, said in ((1, OK), (2, ERROR), (3, OK)):
        bench = _in_mode("document", mode)
        assert bench.say(b"AT+WPS=1\r\n") == said
        assert bench.say(b"AT+WPS=0\r\n") == said
    assert _in_mode("document", 1).say(b"AT+WPS\r\n") == ERROR
    for wrong in (b"", b"2", b"-1", b'"1"', b"1,1"):
        assert _in_mode("document", 1).say(b"AT+WPS=" + wrong + b"\r\n") == ERROR


def test_wps_in_nonos() -> None:
    bench = _in_mode("nonos-1.3", 1)
    assert bench.say(b"AT+WPS\r\n") == b"wps started\r\n" + OK
    assert bench.say(b"AT+WPS=1\r\n") == b"wps started\r\n" + OK
    assert bench.say(b"AT+WPS=0\r\n") == b"wps stoped\r\n" + OK
    assert bench.say(b"AT+WPS=2\r\n") == b"wps command error\r\n" + ERROR
    assert bench.say(b"AT+WPS=\r\n") == ERROR
    for mode in (2, 3):
        said = _in_mode("nonos-1.3", mode).say(b"AT+WPS=1\r\n")
        assert said == b"opmode mismatch when wps\r\n" + ERROR


def test_wps_joins_whoever_answers() -> None:
    says = {"document": b"", "nonos-1.3": b"wps success,connecting ap ...\r\n"}
    for firmware, said in says.items():
        town = Town()
        bench = _in_mode(firmware, 1, town)
        bench.say(b'AT+CWJAP_CUR="cafe",""\r\n')
        assert b"WIFI DISCONNECT" in bench.say(b"AT+WPS=1\r\n")
        assert town.tell(Way.WPS, PHONE)
        assert bench.settle() == said + JOINED
        assert not town.tell(Way.WPS, PHONE)
        bench.say(b"AT+WPS=1\r\n")
        bench.say(b"AT+WPS=0\r\n")
        assert not town.tell(Way.WPS, PHONE)


# MDNS

GOOD = b'AT+MDNS=1,"espressif","iot",8080\r\n'


def test_mdns_in_the_document() -> None:
    for mode in (1, 2, 3):
        bench = _in_mode("document", mode)
        assert bench.say(GOOD) == OK
        assert bench.say(b"AT+MDNS=0\r\n") == OK
        assert bench.say(b'AT+MDNS=0,"espressif","iot",8080\r\n') == OK


@pytest.mark.parametrize(
    "parameters",
    [
        b"", b"1", b"2", b'1,"a"', b'1,"a","b"', b'1,"a","b",', b'1,a,"b",80', b'1,"a",b,80',
        b'1,"a","b","80"', b'1,"a","b",65536', b'1,"a","b",80,1', b'1,"a.b","c",80',
        b'1,"a","http",80', b'2,"a","b",80', b"0,1",
    ],
)  # fmt: skip
def test_what_mdns_refuses(document: Bench, parameters: bytes) -> None:
    assert document.mute().say(b"AT+MDNS=" + parameters + b"\r\n") == ERROR


def test_mdns_in_nonos_needs_an_address() -> None:
    assert _in_mode("nonos-1.3", 2).say(GOOD) == b"opmode mismatch when mdns\r\n" + ERROR
    bench = _in_mode("nonos-1.3", 1, Town())
    assert bench.say(GOOD) == b"ip invalid when mdns\r\n" + ERROR
    bench.say(b'AT+CWJAP_CUR="cafe",""\r\n')
    assert bench.say(GOOD) == OK
    assert bench.say(b"AT+MDNS=0,1\r\n") == b"para error when disable mdns\r\n" + ERROR
