"""AT+CWJAP and AT+CWQAP in health: a station that joins, fails, leaves, and finds its way back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from emulator_bench import BUSY, ERROR, OK, Bench
from town import CAFE, FAR, HOME, ODD, Place, Town

from rigs.emulator.timers import MILLISECOND, SECOND
from rigs.emulator.wifi.air import Refusal

NAMES = (b"AT+CWJAP", b"AT+CWJAP_CUR", b"AT+CWJAP_DEF")
CONNECTED, GOT_IP = b"WIFI CONNECTED\r\n", b"WIFI GOT IP\r\n"
JOINED, DISCONNECT = CONNECTED + GOT_IP, b"WIFI DISCONNECT\r\n"
NO_AP = b"No AP\r\n" + OK
AT_HOME = b'="home","12345678"\r\n'
ELSEWHERE = b'="nosuch","12345678"\r\n'

Visit = Callable[..., Bench]


@pytest.fixture(params=["document", "nonos-1.3"])
def visit(request: pytest.FixtureRequest) -> Visit:
    """A board in station mode, in a town if one is given."""

    def _visit(town: Town | None = None, mode: int = 1, timing: str = "fast") -> Bench:
        bench = Bench(request.param, air=town, timing=timing).booted().mute()
        bench.say(b"AT+CWMODE_DEF=%d\r\n" % mode)
        return bench

    return _visit


def _failed(bench: Bench, code: int) -> bytes:
    """How a failure is told: real firmware says a disconnection first (observed 1.3, item 14)."""
    news = DISCONNECT if bench.board.status().firmware == "nonos-1.3" else b""
    return news + b"+CWJAP:%d\r\n\r\nFAIL\r\n" % code


# Nobody there.


@pytest.mark.parametrize("name", NAMES)
def test_in_an_empty_air_nobody_is_joined(visit: Visit, name: bytes) -> None:
    bench = visit()
    assert bench.say(name + b"?\r\n") == NO_AP
    assert bench.say(name + ELSEWHERE) == _failed(bench, Refusal.NOT_FOUND)
    assert bench.say(name + b"?\r\n") == NO_AP
    assert bench.say(b"AT\r\n") == OK


def test_it_is_busy_for_fifteen_seconds(visit: Visit) -> None:
    bench = visit(timing="real")
    bench.board.receive(b"AT+CWJAP_CUR" + ELSEWHERE)
    assert bench.settle_for(1 * SECOND) == b""
    bench.board.receive(b"AT\r\n")
    assert bench.settle_for(500 * MILLISECOND) == BUSY
    whole = _failed(bench, 3)
    assert bench.settle_for(13 * SECOND) == whole[: whole.index(b"+CWJAP")]
    assert bench.settle_for(1 * SECOND) == whole[whole.index(b"+CWJAP") :]


def test_a_forced_restart_breaks_off(visit: Visit) -> None:
    bench = visit()
    bench.board.receive(b"AT+CWJAP_CUR" + ELSEWHERE)
    bench.settle_for(0)
    said = bench.say(b"AT+RST\r\n")
    assert said.startswith(b"\r\nWill force to restart!!!\r\n" + OK)
    assert b"FAIL" not in said
    assert said.endswith(b"\r\nready\r\n")


# Somebody there.


@pytest.mark.parametrize("name", NAMES)
def test_joining(visit: Visit, name: bytes) -> None:
    bench = visit(Town())
    assert bench.say(name + AT_HOME) == JOINED + OK
    shown = b':"home","ca:d7:19:d8:a6:01",6,-60\r\n' + OK
    for each in NAMES:
        assert bench.say(each + b"?\r\n") == each[2:] + shown


def test_ok_comes_at_the_first_look(visit: Visit) -> None:
    bench = visit(Town(), timing="real")
    bench.board.receive(b"AT+CWJAP_CUR" + AT_HOME)
    assert bench.settle_for(2900 * MILLISECOND) == JOINED
    assert bench.settle_for(200 * MILLISECOND) == OK


def test_a_bssid_chooses_among_equals(visit: Visit) -> None:
    bench = visit(Town())
    bench.say(b'AT+CWJAP_CUR="home","12345678","CA:d7:19:D8:a6:02"\r\n')
    assert b'"ca:d7:19:d8:a6:02",11,-80' in bench.say(b"AT+CWJAP_CUR?\r\n")


def test_a_bssid_that_is_elsewhere_is_not_found(visit: Visit) -> None:
    bench = visit(Town())
    line = b'AT+CWJAP_CUR="home","12345678","ca:d7:19:d8:a6:03"\r\n'
    assert bench.say(line) == _failed(bench, Refusal.NOT_FOUND)


def test_an_open_network_has_an_empty_password(visit: Visit) -> None:
    assert visit(Town()).say(b'AT+CWJAP_CUR="cafe",""\r\n') == JOINED + OK


def test_escapes_in_name_and_password(visit: Visit) -> None:
    bench = visit(Town())
    assert bench.say(b'AT+CWJAP_CUR="a\\,b\\"\\\\d","p\\,\\"\\\\wpwpw"\r\n') == JOINED + OK
    assert b'"' + ODD.beacon.ssid + b'"' in bench.say(b"AT+CWJAP_CUR?\r\n")


def test_names_of_any_bytes(visit: Visit) -> None:
    ssid = bytes((*range(0x80, 0x90), 0xFF))
    place = Place(type(HOME.beacon)(ssid, b"\2\0\0\0\0\1", 3))
    assert visit(Town([place])).say(b'AT+CWJAP_CUR="' + ssid + b'",""\r\n') == JOINED + OK


def test_a_wrong_password(visit: Visit) -> None:
    bench = visit(Town())
    line = b'AT+CWJAP_CUR="home","87654321"\r\n'
    assert bench.say(line) == _failed(bench, Refusal.WRONG_PASSWORD)
    assert bench.say(b"AT+CWJAP_CUR?\r\n") == NO_AP


@pytest.mark.parametrize("why", Refusal)
def test_every_reason_has_its_code(visit: Visit, why: Refusal) -> None:
    bench = visit(Town(fails=why))
    assert bench.say(b"AT+CWJAP_CUR" + AT_HOME) == _failed(bench, why)


def test_an_access_point_that_gives_no_address(visit: Visit) -> None:
    bench = visit(Town([Place(CAFE.beacon, leases=False)]))
    assert bench.say(b'AT+CWJAP_CUR="cafe",""\r\n') == CONNECTED + b"+CWJAP:1\r\n\r\nFAIL\r\n"


def test_whoever_joins_leaves_what_was_joined(visit: Visit) -> None:
    bench = visit(Town())
    bench.say(b"AT+CWJAP_CUR" + AT_HOME)
    assert bench.say(b'AT+CWJAP_CUR="cafe",""\r\n') == DISCONNECT + JOINED + OK
    assert b'"cafe"' in bench.say(b"AT+CWJAP?\r\n")


# What it takes.

MODES = {1: True, 2: False, 3: True}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mode", MODES)
def test_there_must_be_a_station(visit: Visit, name: bytes, mode: int) -> None:
    said = visit(Town(), mode).say(name + AT_HOME)
    assert said == (JOINED + OK if MODES[mode] else ERROR)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "parameters",
    [
        b"", b'"home"', b"home,12345678", b'"home",12345678', b',"12345678"', b'"","12345678"',
        b'"home","12345678",', b'"home","12345678",""', b'"home","12345678","ca:d7"',
        b'"home","12345678",ca:d7:19:d8:a6:01', b'"home","12345678","ca:d7:19:d8:a6:0g"',
        b'"home","12345678","ca-d7-19-d8-a6-01"', b'"home","12345678","","ca:d7:19:d8:a6:01"',
        b'"home","12345678","ca:d7:19:d8:a6:01","x"', b'"home"x,"12345678"', b'"home","12345678',
        b' "home","12345678"', b'"home", "12345678"', b'"home","12345678",1',
        b'"' + b"s" * 33 + b'","12345678"', b'"home","' + b"p" * 65 + b'"',
    ],
)  # fmt: skip
def test_what_is_refused(visit: Visit, name: bytes, parameters: bytes) -> None:
    assert visit(Town()).say(name + b"=" + parameters + b"\r\n") == ERROR


def test_the_longest_name_and_password(visit: Visit) -> None:
    ssid, password = b"s" * 32, b"p" * 64
    town = Town([Place(type(HOME.beacon)(ssid, b"\2\0\0\0\0\1", 3), password)])
    assert visit(town).say(b'AT+CWJAP_DEF="%s","%s"\r\n' % (ssid, password)) == JOINED + OK


def test_nonos_takes_nothing_for_an_empty_password(nonos: Bench) -> None:
    nonos.mute().say(b"AT+CWMODE_CUR=1\r\n")
    assert nonos.say(b'AT+CWJAP="a",\r\n') == _failed(nonos, 3)


def test_the_document_wants_a_password_in_quotes(document: Bench) -> None:
    document.mute().say(b"AT+CWMODE_CUR=1\r\n")
    assert document.say(b'AT+CWJAP="a",\r\n') == ERROR


# Leaving.


def test_quitting(visit: Visit) -> None:
    bench = visit(Town())
    bench.say(b"AT+CWJAP_CUR" + AT_HOME)
    assert bench.say(b"AT+CWQAP\r\n") == OK + DISCONNECT
    assert bench.say(b"AT+CWJAP?\r\n") == NO_AP
    assert bench.say(b"AT+CWQAP\r\n") == OK


def test_quitting_in_softap_mode() -> None:
    says = {"document": OK, "nonos-1.3": b"QAP fail\r\n" + ERROR}
    for firmware, said in says.items():
        assert Bench(firmware).booted().mute().say(b"AT+CWQAP\r\n") == said


def test_nonos_knows_a_test_form_of_quitting(document: Bench, nonos: Bench) -> None:
    assert nonos.mute().say(b"AT+CWQAP=?\r\n") == OK
    assert document.mute().say(b"AT+CWQAP=?\r\n") == ERROR


def test_without_a_station_there_is_no_link(visit: Visit) -> None:
    bench = visit(Town())
    bench.say(b"AT+CWJAP_CUR" + AT_HOME)
    assert bench.say(b"AT+CWMODE_CUR=3\r\n") == OK
    assert bench.say(b"AT+CWMODE_CUR=2\r\n") == DISCONNECT + OK
    assert bench.say(b"AT+CWJAP?\r\n") == NO_AP
    assert bench.say(b"AT+CWMODE_CUR=1\r\n") == OK


def test_an_outage_is_told_once_and_ends_by_itself(visit: Visit) -> None:
    town = Town()
    bench = visit(town)
    bench.say(b"AT+CWJAP_CUR" + AT_HOME)
    town.vanish()
    town.vanish()
    assert bench.settle() == DISCONNECT
    assert bench.say(b"AT+CWJAP?\r\n") == NO_AP
    town.appear(FAR)
    assert bench.settle() == JOINED
    assert b",11,-80" in bench.say(b"AT+CWJAP?\r\n")


def test_nonos_tells_nothing_in_transparent_mode(visit: Visit) -> None:
    town = Town()
    bench = visit(town)
    bench.say(b"AT+CWJAP_CUR" + AT_HOME)
    bench.say(b"AT+CIPMODE=1\r\n")
    town.vanish()
    nonos = bench.board.status().firmware == "nonos-1.3"
    assert bench.settle() == (b"" if nonos else DISCONNECT)


def test_who_has_quit_does_not_come_back(visit: Visit) -> None:
    town = Town()
    bench = visit(town)
    bench.say(b"AT+CWJAP_CUR" + AT_HOME)
    bench.say(b"AT+CWQAP\r\n")
    town.appear(FAR)
    assert bench.settle() == b""


# At boot.


@pytest.mark.parametrize("name", NAMES)
def test_what_is_saved_is_joined_at_boot(visit: Visit, name: bytes) -> None:
    bench = visit(Town())
    bench.say(name + AT_HOME)
    said = bench.say(b"AT+RST\r\n").partition(b"\r\nready\r\n")[2]
    assert said == (b"" if name.endswith(b"_CUR") else JOINED)


def test_it_is_saved_before_anybody_is_asked(visit: Visit) -> None:
    town = Town([])
    bench = visit(town)
    bench.say(b"AT+CWJAP_DEF" + AT_HOME)
    town.appear(HOME)
    bench.settle()
    bench.board.power_cycle()
    assert bench.settle().endswith(JOINED)


def test_a_softap_joins_nobody_at_boot(visit: Visit) -> None:
    bench = visit(Town())
    bench.say(b"AT+CWJAP_DEF" + AT_HOME)
    bench.say(b"AT+CWMODE_DEF=2\r\n")
    assert bench.say(b"AT+RST\r\n").endswith(b"\r\nready\r\n")


def test_the_factory_joins_nobody(visit: Visit) -> None:
    bench = visit(Town())
    bench.say(b"AT+CWJAP_DEF" + AT_HOME)
    bench.say(b"AT+RESTORE\r\n")
    bench.say(b"AT+CWMODE_DEF=1\r\n")
    assert bench.say(b"AT+RST\r\n").endswith(b"\r\nready\r\n")


@pytest.mark.parametrize(("enabled", "news"), [(0, b""), (1, JOINED)])
def test_joining_at_boot_can_be_switched_off(visit: Visit, enabled: int, news: bytes) -> None:
    bench = visit(Town())
    bench.say(b"AT+CWJAP_DEF" + AT_HOME)
    bench.say(b"AT+CWAUTOCONN=%d\r\n" % enabled)
    assert bench.say(b"AT+RST\r\n").partition(b"\r\nready\r\n")[2] == news


# The address.


def test_the_lease_is_shown_while_it_lasts(visit: Visit) -> None:
    bench = visit(Town())
    bench.say(b"AT+CWJAP_CUR" + AT_HOME)
    assert b"192.168.1.23" in bench.say(b"AT+CIFSR\r\n")
    bench.say(b"AT+CWQAP\r\n")
    assert b"192.168.1.23" not in bench.say(b"AT+CIFSR\r\n")


def test_a_fixed_address_needs_no_lease(visit: Visit) -> None:
    bench = visit(Town([Place(CAFE.beacon, leases=False)]))
    bench.say(b'AT+CIPSTA_CUR="192.168.6.100"\r\n')
    assert bench.say(b'AT+CWJAP_CUR="cafe",""\r\n') == JOINED + OK
    assert b"192.168.6.100" in bench.say(b"AT+CIFSR\r\n")


def test_without_dhcp_and_an_address_there_is_none(visit: Visit) -> None:
    bench = visit(Town())
    bench.say(b"AT+CWDHCP_CUR=1,0\r\n")
    assert bench.say(b"AT+CWJAP_CUR" + AT_HOME) == CONNECTED + b"+CWJAP:1\r\n\r\nFAIL\r\n"


def test_a_board_that_is_off_leaves_the_air() -> None:
    town = Town()
    bench = Bench(air=town).booted().mute()
    bench.say(b"AT+CWMODE_CUR=1\r\n")
    bench.say(b"AT+CWJAP_CUR" + AT_HOME)
    bench.board.power_off()
    town.vanish()
    assert bench.settle() == b""
