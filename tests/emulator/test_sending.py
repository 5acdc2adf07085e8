"""The data phase, the send buffer, what is received, and transparent transmission."""

from __future__ import annotations

import pytest
from emulator_bench import ERROR, OK, READY, Bench
from village import PEER, PORT, Village

from rigs.emulator.timers import MILLISECOND, SECOND

UDP = b'AT+CIPSTART="UDP","192.168.4.2",1001,2001,0\r\n'
PEER_UDP = b'AT+CIPSTART="UDP","192.168.4.7",7,2001,0\r\n'
TCP = b'AT+CIPSTART="TCP","192.168.4.7",7\r\n'
MODE = b"AT+CIPMODE=1\r\n"
PROMPT = OK + b"> "


@pytest.fixture
def village() -> Village:
    return Village()


@pytest.fixture(params=["document", "nonos-1.3"])
def inhabited(request: pytest.FixtureRequest, village: Village) -> Bench:
    """A silent board with a peer, in each personality."""
    return Bench(request.param, village=village).booted().mute()


def _sent(count: int) -> bytes:
    return b"\r\nRecv %d bytes\r\n\r\nSEND OK\r\n" % count


# AT+CIPSEND=


@pytest.mark.parametrize("data", [b"hello", b"\0\xff\r\n\n", b"AT\r\nAT+GMR\r\n", b"x" * 2048])
def test_data_are_counted_and_sent_raw(inhabited: Bench, village: Village, data: bytes) -> None:
    inhabited.say(UDP)
    assert inhabited.say(b"AT+CIPSEND=%d\r\n" % len(data)) == PROMPT
    assert inhabited.say(data) == _sent(len(data))
    assert village.heard == [(data, ("192.168.4.2", 1001))]
    assert inhabited.say(b"AT\r\n") == OK


def test_data_may_come_in_pieces_and_are_not_echoed(bench: Bench) -> None:
    bench.say(UDP)
    bench.say(b"AT+CIPSEND=4\r\n")
    assert bench.dribble(b"abc") == b""
    bench.settle_for(60 * SECOND)
    assert bench.say(b"d") == _sent(4)


def test_what_is_too_much_is_dropped_and_said(bench: Bench) -> None:
    bench.mute().say(UDP)
    bench.say(b"AT+CIPSEND=3\r\n")
    assert bench.say(b"abcDEF\r\n") == b"\r\nbusy s...\r\n" + _sent(3)
    assert bench.say(b"AT\r\n") == OK


@pytest.mark.parametrize(("length", "line"), [(b"2049", b"too long"), (b"abc", b"no tail")])
def test_refused_lengths(document: Bench, nonos: Bench, length: bytes, line: bytes) -> None:
    for bench, said in ((document, b""), (nonos, line + b"\r\n")):
        bench.mute().say(UDP)
        assert bench.say(b"AT+CIPSEND=%s\r\n" % length) == said + ERROR
        assert bench.say(b"AT\r\n") == OK


def test_nothing_to_send(document: Bench, nonos: Bench) -> None:
    document.mute().say(UDP)
    assert document.say(b"AT+CIPSEND=0\r\n") == ERROR
    nonos.mute().say(UDP)
    assert nonos.say(b"AT+CIPSEND=0\r\n") == PROMPT
    assert nonos.say(b"x") == b"\r\nbusy s...\r\n\r\nRecv 0 bytes\r\nSEND FAIL\r\n"


def test_a_length_below_zero_leaves_real_firmware_deaf(nonos: Bench) -> None:
    nonos.mute().say(UDP)
    assert nonos.say(b"AT+CIPSEND=-1\r\n") == PROMPT
    assert nonos.say(b"AT\r\n" * 1000) == b""
    nonos.board.reset()
    assert nonos.settle().endswith(READY)


def test_no_link_no_data(document: Bench, nonos: Bench) -> None:
    for bench, line in ((document, b""), (nonos, b"link is not valid\r\n")):
        assert bench.mute().say(b"AT+CIPSEND=1\r\n") == line + ERROR


def test_three_lone_pluses(document: Bench, nonos: Bench) -> None:
    for bench, said in ((document, _sent(3)), (nonos, b"\r\nSEND Canceled\r\n")):
        bench.mute().say(UDP)
        bench.say(b"AT+CIPSEND=3\r\n")
        assert bench.say(b"+++") == said
        assert bench.say(b"AT\r\n") == OK


@pytest.mark.parametrize("data", [b"++++", b"++x", b"x+++"])
def test_pluses_among_others_are_data(nonos: Bench, data: bytes) -> None:
    nonos.mute().say(UDP)
    nonos.say(b"AT+CIPSEND=%d\r\n" % len(data))
    assert nonos.say(data) == _sent(len(data))


def test_an_address_for_one_datagram(village: Village) -> None:
    other = (b'AT+CIPSEND=2,"192.168.4.9",9\r\n', b"ab", b"AT+CIPSEND=2\r\n", b"cd")
    for firmware, second in (
        ("document", ("192.168.4.2", 1001)),
        ("nonos-1.3", ("192.168.4.9", 9)),
    ):
        bench = Bench(firmware, village=village).booted().mute()
        village.heard.clear()
        for line in (UDP, *other):
            bench.say(line)
        assert village.heard == [(b"ab", ("192.168.4.9", 9)), (b"cd", second)]


def test_the_link_breaks_while_data_come(inhabited: Bench, village: Village) -> None:
    inhabited.say(TCP)
    inhabited.say(b"AT+CIPSEND=4\r\n")
    inhabited.say(b"ab")
    village.hang_up()
    assert inhabited.say(b"cd").endswith(b"\r\nRecv 4 bytes\r\nSEND FAIL\r\n")


def test_send_ok_waits_for_the_peer(inhabited: Bench, village: Village) -> None:
    inhabited.say(TCP)
    village.acknowledges = False
    inhabited.say(b"AT+CIPSEND=2\r\n")
    assert inhabited.say(b"ab") == b"\r\nRecv 2 bytes\r\n"
    assert inhabited.say(b"AT\r\n") == b"\r\nbusy s...\r\n"
    village.streams[0].unacknowledged[0](True)
    assert inhabited.settle() == b"\r\nSEND OK\r\n"
    assert inhabited.say(b"AT\r\n") == OK


# AT+CIPSENDEX


@pytest.mark.parametrize(
    ("typed", "data"),
    [
        (b"hey\\0", b"hey"),
        (b"a\\\\0b\\0", b"a\\0b"),
        (b"a\\nb\\0", b"a\\nb"),
        (b"12345678", b"12345678"),
    ],
)
def test_the_end_of_sendex(inhabited: Bench, village: Village, typed: bytes, data: bytes) -> None:
    inhabited.say(UDP)
    assert inhabited.say(b"AT+CIPSENDEX=8\r\n") == PROMPT
    assert inhabited.say(typed) == _sent(len(data))
    assert village.heard[0][0] == data


def test_an_end_in_two_bursts(document: Bench, nonos: Bench) -> None:
    for bench, said in ((document, _sent(2)), (nonos, b"")):
        bench.mute().say(UDP)
        bench.say(b"AT+CIPSENDEX=10\r\n")
        bench.say(b"ab\\")
        assert bench.say(b"0") == said


# The send buffer.


def test_the_send_buffer(inhabited: Bench, village: Village) -> None:
    inhabited.say(TCP)
    village.acknowledges = False
    assert inhabited.say(b"AT+CIPSENDBUF=4\r\n") == b"1,0\r\n" + PROMPT
    assert inhabited.say(b"abcd") == b"\r\nRecv 4 bytes\r\n"
    assert inhabited.say(b"AT+CIPBUFSTATUS\r\n") == b"2,1,0,2916,7\r\n" + OK
    assert inhabited.say(b"AT+CIPCHECKSEQ=1\r\n") == b"1,FALSE\r\n" + OK
    assert inhabited.say(b"AT+CIPBUFRESET\r\n") == ERROR
    assert inhabited.say(b"AT+CIPSEND=1\r\n").endswith(ERROR)
    village.streams[0].unacknowledged[0](True)
    assert inhabited.settle() == b"\r\n1,SEND OK\r\n"
    assert inhabited.say(b"AT+CIPCHECKSEQ=1\r\n") == b"1,TRUE\r\n" + OK
    assert inhabited.say(b"AT+CIPBUFSTATUS\r\n") == b"2,1,1,2920,8\r\n" + OK
    assert inhabited.say(b"AT+CIPBUFRESET\r\n") == OK
    assert inhabited.say(b"AT+CIPBUFSTATUS\r\n") == b"1,0,0,2920,8\r\n" + OK


def test_the_buffer_is_cancelled(inhabited: Bench, village: Village) -> None:
    inhabited.say(TCP)
    inhabited.say(b"AT+CIPSENDBUF=9\r\n")
    inhabited.say(b"abcd")
    assert inhabited.say(b"+++") == b"\r\nSEND Canceled\r\n"
    assert village.heard == []


def test_the_buffer_of_several_links_names_them(inhabited: Bench) -> None:
    inhabited.say(b"AT+CIPMUX=1\r\n")
    inhabited.say(TCP.replace(b"=", b"=3,"))
    assert inhabited.say(b"AT+CIPSENDBUF=3,1\r\n") == b"1,0\r\n" + PROMPT
    assert b"\r\n3,1,SEND OK\r\n" in inhabited.say(b"x")
    assert inhabited.say(b"AT+CIPCHECKSEQ=3,1\r\n") == b"3,1,TRUE\r\n" + OK


@pytest.mark.parametrize("line", [b"AT+CIPSENDBUF=1", b"AT+CIPBUFSTATUS", b"AT+CIPBUFRESET"])
def test_udp_has_no_send_buffer(bench: Bench, line: bytes) -> None:
    bench.mute().say(UDP)
    assert bench.say(line + b"\r\n") == ERROR


# +IPD


def test_what_comes_is_told(inhabited: Bench, village: Village) -> None:
    inhabited.say(PEER_UDP)
    village.tell(2001, b"world")
    assert inhabited.settle() == b"\r\n+IPD,5:world"
    inhabited.say(b"AT+CIPDINFO=1\r\n")
    village.tell(2001, b"OK\r\n", ("192.168.4.9", 99))
    assert inhabited.settle() == b"\r\n+IPD,4,192.168.4.9,99:OK\r\n"


@pytest.mark.parametrize(("mode", "peers"), [(0, [1, 1, 1]), (1, [1, 8, 8]), (2, [1, 8, 9])])
def test_the_peer_changes_as_the_mode_says(
    inhabited: Bench, village: Village, mode: int, peers: list[int]
) -> None:
    inhabited.say(b'AT+CIPSTART="UDP","192.168.4.1",1,2001,%d\r\n' % mode)
    seen = []
    for last in (1, 8, 9):
        if last > 1:
            village.tell(2001, b"x", (f"192.168.4.{last}", 1))
        said = inhabited.say(b"AT+CIPSTATUS\r\n")
        seen += [each for each in (1, 8, 9) if b'"192.168.4.%d",1,' % each in said]
    assert seen == peers


# Transparent transmission.


def _enter(bench: Bench, start: bytes = PEER_UDP) -> None:
    bench.say(start)
    bench.say(MODE)
    assert bench.say(b"AT+CIPSEND\r\n") == OK + b"\r\n>"


def test_it_passes_through_until_three_pluses(inhabited: Bench, village: Village) -> None:
    _enter(inhabited)
    assert inhabited.say(b"AT\r\n") == b"AT\r\n"  # the peer's echo, without a head
    for data in (b"++++", b"x+++", b"+++\r\n"):
        assert inhabited.say(data) == data
    assert inhabited.say(b"+++") == b""
    assert inhabited.say(b"AT+CIPMODE?\r\n") == b"+CIPMODE:1\r\n" + OK
    assert [data for data, _to in village.heard] == [b"AT\r\n", b"++++", b"x+++", b"+++\r\n"]


def test_packets_end_with_silence_or_when_full(inhabited: Bench, village: Village) -> None:
    most = inhabited.board.personality.tcpip.packet
    _enter(inhabited)
    inhabited.board.receive(b"a")
    inhabited.settle_for(10 * MILLISECOND)
    inhabited.board.receive(b"b")
    inhabited.settle_for(25 * MILLISECOND)
    inhabited.say(b"c" * (most + 1))
    assert [len(data) for data, _to in village.heard] == [2, most, 1]


def test_it_needs_its_mode_and_a_link(bench: Bench) -> None:
    bench.mute()
    assert bench.say(b"AT+CIPSEND\r\n") == ERROR
    bench.say(UDP)
    assert bench.say(b"AT+CIPSEND\r\n") == ERROR
    bench.say(MODE)
    assert bench.say(b"AT+CIPSEND=1\r\n").endswith(ERROR)


def test_a_lost_link_is_opened_again(inhabited: Bench, village: Village) -> None:
    _enter(inhabited, TCP)
    village.hang_up()
    assert inhabited.settle_for(SECOND) == b""
    assert len(village.streams) == 1
    inhabited.say(b"+++")
    assert b'"TCP","192.168.4.7",7' in inhabited.say(b"AT+CIPSTATUS\r\n")


# A saved link.


def test_a_saved_link_passes_through_from_boot(inhabited: Bench, village: Village) -> None:
    link = b'AT+SAVETRANSLINK=1,"192.168.4.7",7,"UDP",2002\r\n'
    assert inhabited.say(link) == OK
    assert inhabited.say(b"AT\r\n") == OK
    inhabited.board.power_cycle()
    assert inhabited.settle().endswith(b"\r\n>" + READY)
    assert inhabited.say(b"AT\r\n") == b"AT\r\n"
    assert village.heard == [(b"AT\r\n", (PEER, PORT))]
    inhabited.say(b"+++")
    assert b'0,"UDP","192.168.4.7",7,2002,0' in inhabited.mute().say(b"AT+CIPSTATUS\r\n")
    assert inhabited.say(b"AT+SAVETRANSLINK=0\r\n") == OK
    assert b">" not in inhabited.say(b"AT+RST\r\n")[-40:]


def test_a_saved_tcp_link_is_tried_until_it_is_open_or_left() -> None:
    bench = Bench().booted().mute()
    bench.say(b'AT+SAVETRANSLINK=1,"192.168.4.2",80\r\n')
    bench.board.reset()
    assert bench.settle_for(5 * SECOND).endswith(READY)
    assert bench.board.next_due_ns() is not None
    bench.board.receive(b"+++")
    bench.settle()
    assert bench.mute().say(b"AT\r\n") == OK


@pytest.mark.parametrize(
    "parameters",
    [
        b"1", b'1,"192.168.4.2"', b'1,"256.1.1.1",1', b'1,"192.168.4.2",0',
        b'1,"192.168.4.2",65536',
        b'1,"192.168.4.2",1,"XYZ"', b'1,"192.168.4.2",1,"TCP",7201', b'1,"192.168.4.2",1,"UDP",0',
        b'1,"192.168.4.2",1,"UDP",1,1', b"2", b"0,1", b'1,192.168.4.2,1',
    ],
)  # fmt: skip
def test_links_that_are_not_saved(document: Bench, parameters: bytes) -> None:
    document.mute()
    assert document.say(b"AT+SAVETRANSLINK=%s\r\n" % parameters) == ERROR
    assert document.board.flash.programs == 0


def test_real_firmware_saves_names_and_an_empty_type(nonos: Bench) -> None:
    nonos.mute()
    for rest in (b'"peer.test",7', b'"192.168.4.2",1002,', b'"192.168.4.2",7,"SSL"'):
        assert nonos.say(b"AT+SAVETRANSLINK=1,%s\r\n" % rest) == OK
