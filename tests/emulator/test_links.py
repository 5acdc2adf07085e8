"""Opening, closing and telling links; the server; the locks between CIPMUX, CIPSERVER, CIPMODE."""

from __future__ import annotations

import pytest
from emulator_bench import ERROR, OK, READY, Bench
from village import PEER, Village

from rigs.emulator.timers import SECOND

UDP = b'AT+CIPSTART="UDP","192.168.4.2",1001,2001,0\r\n'
TCP = b'AT+CIPSTART="TCP","192.168.4.7",7\r\n'
STATUS, CLOSE = b"AT+CIPSTATUS\r\n", b"AT+CIPCLOSE\r\n"
MUX, SINGLE = b"AT+CIPMUX=1\r\n", b"AT+CIPMUX=0\r\n"


@pytest.fixture
def village() -> Village:
    return Village()


@pytest.fixture(params=["document", "nonos-1.3"])
def inhabited(request: pytest.FixtureRequest, village: Village) -> Bench:
    """A silent board with a peer, in each personality."""
    return Bench(request.param, village=village).booted().mute()


def _udp(number: int) -> bytes:
    return b'AT+CIPSTART=%d,"UDP","192.168.4.2",%d,%d,0\r\n' % (number, 1001, 2001 + number)


# Opening.


def test_a_udp_link_is_open_at_once_and_told(bench: Bench) -> None:
    assert bench.mute().say(UDP) == b"CONNECT\r\n" + OK
    assert b'+CIPSTATUS:0,"UDP","192.168.4.2",1001,2001,0\r\n' in bench.say(STATUS)


def test_without_a_local_port_each_link_gets_one_of_its_own(bench: Bench) -> None:
    bench.mute().say(MUX)
    for number in range(5):
        bench.say(b'AT+CIPSTART=%d,"UDP","192.168.4.2",1001\r\n' % number)
    lines = [line for line in bench.say(STATUS).split(b"\r\n") if line.startswith(b"+CIPSTATUS:")]
    assert len({line.split(b",")[4] for line in lines}) == 5


def test_a_local_port_is_taken_once(document: Bench, nonos: Bench) -> None:
    for bench, said in ((document, b""), (nonos, b"1,CONNECT FAIL\r\n")):
        bench.mute().say(MUX)
        bench.say(_udp(0))
        again = _udp(1).replace(b"2002", b"2001")
        assert bench.say(again) == said + ERROR


def test_a_tcp_link_takes_its_time(inhabited: Bench) -> None:
    assert inhabited.say(TCP) == b"CONNECT\r\n" + OK
    assert b'+CIPSTATUS:0,"TCP","192.168.4.7",7,4000,0\r\n' in inhabited.say(STATUS)
    assert inhabited.say(CLOSE) == b"CLOSED\r\n" + OK


def test_nobody_answers_and_the_chip_gives_up(bench: Bench) -> None:
    bench.mute().board.receive(TCP)
    assert bench.settle_for(1) == b""
    assert bench.say(b"AT\r\n") == b"\r\nbusy p...\r\n" + ERROR + b"CLOSED\r\n"
    assert b"+CIPSTATUS" not in bench.say(STATUS)


@pytest.mark.parametrize("timing", ["fast", "real"])
def test_a_name_that_nobody_knows_takes_longest(timing: str) -> None:
    bench = Bench("nonos-1.3", timing=timing).booted().mute()
    before = bench.now_ns
    assert bench.say(b'AT+CIPSTART="TCP","no.such",80\r\n') == b"DNS Fail\r\n" + ERROR
    waited = bench.now_ns - before
    assert (waited < SECOND) is (timing == "fast")


def test_a_name_is_looked_up(inhabited: Bench) -> None:
    assert inhabited.say(TCP.replace(b"192.168.4.7", b"peer.test")) == b"CONNECT\r\n" + OK
    assert b'"192.168.4.7",7' in inhabited.say(STATUS)


def test_a_link_that_is_open_stays(document: Bench, nonos: Bench) -> None:
    for bench, line in ((document, b"ALREADY CONNECT\r\n"), (nonos, b"ALREADY CONNECTED\r\n")):
        bench.mute().say(UDP)
        assert bench.say(UDP.replace(b"2001", b"2002")) == line + ERROR
        assert b",2001,0" in bench.say(STATUS)


def test_a_station_that_has_not_joined_has_no_ip(document: Bench, nonos: Bench) -> None:
    for bench, line in ((document, b""), (nonos, b"no ip\r\n")):
        bench.mute().say(b"AT+CWMODE_CUR=1\r\n")
        assert bench.say(UDP) == line + ERROR


@pytest.mark.parametrize(
    ("parameters", "line"),
    [
        (b'"udp","192.168.4.2",1', b"Link type ERROR\r\n"),
        (b'0,"UDP","192.168.4.2",1', b"Link type ERROR\r\n"),
        (b'"UDP","",1', b"IP ERROR\r\n"),
        (b'"UDP",192.168.4.2,1', b"IP ERROR\r\n"),
        (b'"UDP","192.168.4.2",65536', b""),
        (b'"UDP","192.168.4.2","1"', b""),
        (b'"UDP","192.168.4.2",1,65536', b""),
        (b'"UDP","192.168.4.2",1,2,3', b""),
        (b'"UDP","192.168.4.2",1,2,0,0', b""),
        (b'"TCP","192.168.4.2",80,7201', b""),
        (b'"TCP","192.168.4.2",80,0,0', b""),
    ],
)
def test_refused_parameters(document: Bench, nonos: Bench, parameters: bytes, line: bytes) -> None:
    for bench, said in ((document, b""), (nonos, line)):
        assert bench.mute().say(b"AT+CIPSTART=%s\r\n" % parameters) == said + ERROR
        assert b"+CIPSTATUS" not in bench.say(STATUS)


@pytest.mark.parametrize("number", [b"5", b"6"])
def test_there_are_five_ids(nonos: Bench, number: bytes) -> None:
    nonos.mute().say(MUX)
    assert nonos.say(_with_id(number)) == b"ID ERROR\r\n" + ERROR


def _with_id(number: bytes) -> bytes:
    return _udp(0).replace(b"=0,", b"=%s," % number)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (_with_id(b"-1"), b"ALREADY CONNECTED\r\n"),
        (b"AT+CIPSEND=-1,5\r\n", b"send mode error\r\n"),
        (b"AT+CIPSEND=-4,5\r\n", b"link is not valid\r\n"),
        (b"AT+CIPSENDEX=-4,5\r\n", b"link is not valid\r\n"),
        (b"AT+CIPSENDBUF=-1,5\r\n", b"send mode error\r\n"),
        (b"AT+CIPCLOSE=-4\r\n", b"UNLINK\r\n"),
    ],
)
def test_some_firmware_looks_before_its_links(
    document: Bench, nonos: Bench, line: bytes, said: bytes
) -> None:
    for bench, complaint in ((document, b""), (nonos, said)):
        bench.mute().say(MUX)
        assert bench.say(line) == complaint + ERROR


@pytest.mark.parametrize("line", [_with_id(b"-4"), b"AT+CIPSENDEX=-1,5\r\n", b"AT+CIPCLOSE=-1\r\n"])
def test_and_restarts_if_it_takes_what_it_finds(document: Bench, nonos: Bench, line: bytes) -> None:
    document.mute().say(MUX)
    assert document.say(line) == ERROR
    nonos.mute().say(MUX)
    assert nonos.say(line).endswith(READY)


def test_an_id_alone_is_no_length(nonos: Bench) -> None:
    nonos.mute().say(MUX)
    nonos.say(_udp(0))
    assert nonos.say(b"AT+CIPSEND=0\r\n") == ERROR
    assert nonos.say(b"AT+CIPSEND=0,\r\n") == OK + b"> "


# Closing.


def test_one_of_several_is_closed(bench: Bench) -> None:
    bench.mute().say(MUX)
    bench.say(_udp(0))
    bench.say(_udp(3))
    assert bench.say(b"AT+CIPCLOSE=0\r\n") == b"0,CLOSED\r\n" + OK
    assert b"+CIPSTATUS:3," in (said := bench.say(STATUS))
    assert b"+CIPSTATUS:0," not in said
    assert bench.say(b"AT+CIPCLOSE=0\r\n").endswith(ERROR)


def test_five_closes_all(bench: Bench) -> None:
    bench.mute().say(MUX)
    assert bench.say(b"AT+CIPCLOSE=5\r\n") == OK
    for number in (0, 4):
        bench.say(_udp(number))
    assert bench.say(b"AT+CIPCLOSE=5\r\n") == b"0,CLOSED\r\n4,CLOSED\r\n" + OK


def test_in_server_mode_five_has_no_effect_by_the_document(document: Bench, nonos: Bench) -> None:
    for bench, closed in ((document, b""), (nonos, b"0,CLOSED\r\n")):
        for line in (MUX, b"AT+CIPSERVER=1\r\n", _udp(0)):
            bench.mute().say(line)
        assert bench.say(b"AT+CIPCLOSE=5\r\n") == closed + OK


def test_each_state_of_cipmux_has_its_form(nonos: Bench) -> None:
    assert nonos.mute().say(b"AT+CIPCLOSE=0\r\n") == b"MUX=0\r\n" + ERROR
    nonos.say(MUX)
    assert nonos.say(CLOSE) == b"MUX=1\r\n" + ERROR
    assert nonos.say(b"AT+CIPCLOSE=2\r\n") == b"UNLINK\r\n" + ERROR


def test_minus_one_restarts_real_firmware(nonos: Bench) -> None:
    nonos.mute().say(MUX)
    boots = nonos.board.status().boots
    assert nonos.say(b"AT+CIPCLOSE=-1\r\n").endswith(b"\r\nready\r\n")
    assert nonos.board.status().boots == boots + 1


def test_the_other_end_hangs_up(inhabited: Bench, village: Village) -> None:
    inhabited.say(TCP)
    village.hang_up()
    assert inhabited.settle() == b"CLOSED\r\n"
    assert inhabited.say(CLOSE).endswith(ERROR)


def test_the_document_tells_states(document: Bench) -> None:
    assert document.mute().say(STATUS).startswith(b"STATUS:5\r\n")
    document.say(UDP)
    assert document.say(STATUS).startswith(b"STATUS:3\r\n")
    document.say(CLOSE)
    assert document.say(STATUS).startswith(b"STATUS:4\r\n")


# The server.


def test_the_server_s_clients(inhabited: Bench, village: Village) -> None:
    assert inhabited.say(b"AT+CIPSERVER=1\r\n") == ERROR
    inhabited.say(MUX)
    assert inhabited.say(b"AT+CIPSERVER=1\r\n") == OK
    inhabited.say(_udp(0))
    village.visit(333, b"hello")
    assert inhabited.settle_for(0) == b"1,CONNECT\r\n\r\n+IPD,1,5:hello"
    assert b'+CIPSTATUS:1,"TCP","192.168.4.7",5000,333,1\r\n' in _soon(inhabited, STATUS)
    assert _soon(inhabited, b"AT+CIPSERVER=0\r\n") == OK + b"1,CLOSED\r\n"
    assert not village.accept


def _soon(bench: Bench, line: bytes) -> bytes:
    bench.board.receive(line)
    return bench.settle_for(1000)


def test_a_silent_client_is_dropped_in_time(inhabited: Bench, village: Village) -> None:
    for line in (MUX, b"AT+CIPSERVER=1,1001\r\n", b"AT+CIPSTO=10\r\n"):
        assert inhabited.say(line) == OK
    village.visit(1001)
    assert inhabited.settle_for(9 * SECOND) == b"0,CONNECT\r\n"
    assert inhabited.settle_for(3 * SECOND) == b"0,CLOSED\r\n"


def test_a_time_that_is_set_again_is_not_over_sooner(inhabited: Bench, village: Village) -> None:
    for line in (MUX, b"AT+CIPSERVER=1,1001\r\n"):
        assert inhabited.say(line) == OK
    village.visit(1001)
    for _ in range(3):
        inhabited.board.receive(b"AT+CIPSTO=10\r\n")
        assert OK in inhabited.settle_for(SECOND // 10)
    assert inhabited.settle_for(9 * SECOND) == b""
    assert inhabited.settle_for(3 * SECOND) == b"0,CLOSED\r\n"


def test_zero_never_drops_it(inhabited: Bench, village: Village) -> None:
    for line in (MUX, b"AT+CIPSERVER=1\r\n", b"AT+CIPSTO=0\r\n"):
        inhabited.say(line)
    village.visit(333)
    assert inhabited.settle() == b"0,CONNECT\r\n"


def test_same_state_again(bench: Bench) -> None:
    bench.mute().say(MUX)
    off, on = b"AT+CIPSERVER=0\r\n", b"AT+CIPSERVER=1,8080\r\n"
    assert bench.say(off) == b"no change\r\n" + OK
    assert bench.say(on) == OK
    assert bench.say(b"AT+CIPSERVER=1\r\n") == b"no change\r\n" + OK
    assert bench.say(off) == OK


# The locks.


def test_a_server_locks_cipmux(document: Bench, nonos: Bench) -> None:
    for bench, line in ((document, b""), (nonos, b"CIPSERVER must be 0\r\n")):
        for each in (MUX, b"AT+CIPSERVER=1\r\n"):
            bench.mute().say(each)
        assert bench.say(SINGLE) == line + ERROR
        bench.say(b"AT+CIPSERVER=0\r\n")
        assert bench.say(SINGLE) == OK


def test_a_link_locks_cipmux_but_not_without_a_station_s_ip(document: Bench, nonos: Bench) -> None:
    document.mute().say(UDP)
    assert document.say(MUX) == b"Link is builded\r\n" + ERROR
    assert document.say(b"AT+CIPMUX?\r\n") == b"+CIPMUX:0\r\n" + OK
    nonos.mute().say(UDP)
    assert nonos.say(MUX) == OK
    assert nonos.say(SINGLE) == b"Connection exists\r\n" + ERROR


def test_cipmode_and_cipmux_exclude_each_other(bench: Bench) -> None:
    assert bench.mute().say(b"AT+CIPMODE=1\r\n") == OK
    assert bench.say(MUX).endswith(ERROR)
    assert bench.say(b"AT+CIPMODE=0\r\n") == OK
    assert bench.say(MUX) == OK
    assert bench.say(b"AT+CIPMODE=1\r\n").endswith(ERROR)
    assert bench.say(b"AT+CIPMODE?\r\n") == b"+CIPMODE:0\r\n" + OK


@pytest.mark.parametrize(("mode", "answer"), [(0, OK), (1, ERROR), (2, ERROR)])
def test_only_a_peer_that_stays_may_pass_through(bench: Bench, mode: int, answer: bytes) -> None:
    bench.mute().say(UDP.replace(b",0\r", b",%d\r" % mode))
    assert bench.say(b"AT+CIPMODE=1\r\n") == answer


def test_ssl_is_one_and_does_not_pass_through(inhabited: Bench) -> None:
    inhabited.say(MUX)
    ssl = b'AT+CIPSTART=0,"SSL","192.168.4.7",7\r\n'
    assert inhabited.say(ssl) == b"0,CONNECT\r\n" + OK
    assert inhabited.say(ssl.replace(b"=0", b"=1")).endswith(ERROR)
    assert inhabited.say(b"AT+CIPSSLSIZE=4096\r\n").endswith(ERROR)


# What is RAM only.


@pytest.mark.parametrize("how", [b"AT+RST\r\n", b"AT+RESTORE\r\n"])
def test_a_restart_forgets(bench: Bench, how: bytes) -> None:
    for line in (MUX, b"AT+CIPSERVER=1\r\n", b"AT+CIPSTO=60\r\n", _udp(1), how):
        bench.mute().say(line)
    bench.mute()
    assert bench.say(b"AT+CIPMUX?\r\n") == b"+CIPMUX:0\r\n" + OK
    assert bench.say(b"AT+CIPSTO?\r\n") == b"+CIPSTO:180\r\n" + OK
    assert b"+CIPSTATUS" not in bench.say(STATUS)
    assert bench.say(MUX) == OK
    assert bench.say(b"AT+CIPSERVER=1\r\n") == OK
    assert bench.say(_udp(1)).endswith(OK)


# PING, CIUPDATE and what is beyond the document.


def test_ping(inhabited: Bench) -> None:
    assert inhabited.say(b'AT+PING="%s"\r\n' % PEER.encode()) == b"+3\r\n" + OK
    assert inhabited.say(b'AT+PING="peer.test"\r\n') == b"+3\r\n" + OK
    assert inhabited.say(b'AT+PING="192.168.4.2"\r\n').endswith(ERROR)
    assert inhabited.say(b'AT+PING="no.such"\r\n') == ERROR
    assert inhabited.say(b"AT+PING=192.168.4.7\r\n") == ERROR


def test_without_a_network_there_is_no_update(bench: Bench) -> None:
    assert bench.mute().say(b"AT+CIUPDATE\r\n") == ERROR


def test_names_are_told_by_real_firmware(village: Village) -> None:
    bench = Bench("nonos-1.3", village=village).booted().mute()
    assert bench.say(b'AT+CIPDOMAIN="peer.test"\r\n') == b"+CIPDOMAIN:192.168.4.7\r\n" + OK
    assert bench.say(b'AT+CIPDOMAIN="no.such"\r\n') == b"DNS Fail\r\n" + ERROR


def test_the_old_rate_command_answers_at_the_new_rate(nonos: Bench) -> None:
    nonos.mute().formats.clear()
    assert nonos.say(b"AT+IPR=9600\r\n") == OK
    assert nonos.rates == [9600]
