"""Links, servers and echoes over the kernel's stack, with a neighbour behind the station's wire."""

from __future__ import annotations

import contextlib
import itertools
import re
import socket
import struct
import time
from collections.abc import Callable, Iterator
from fcntl import ioctl
from ipaddress import IPv4Address

import pytest
from inside import NEIGHBOUR, PORT
from scapy.layers.dns import DNS, DNSQR, DNSRR
from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.l2 import Ether
from scripted import DEADLINE_S, Scripted

from rigs.emulator.net.lab import LabNetwork
from rigs.emulator.net.names import Answer, answer_of, query

OWN = "192.168.50.9"


@pytest.fixture
def joined(board: Scripted) -> Scripted:
    board.command("ATE0")
    return board.joined(OWN)


def frames(board: Scripted, seconds: float) -> Iterator[Ether]:
    """What the board sends by its station."""
    until = time.monotonic() + seconds
    with contextlib.suppress(TimeoutError):
        while (left := until - time.monotonic()) > 0:
            board.station.settimeout(left)
            frame = Ether(board.station.recv(2048))
            if IP in frame and frame[IP].src == OWN:
                yield frame


def connected(board: Scripted) -> socket.socket:
    """A TCP link to the neighbour; the neighbour's end."""
    board.server.settimeout(DEADLINE_S)
    assert b"CONNECT" in board.command(f'AT+CIPSTART="TCP","{NEIGHBOUR}",{PORT}')
    there, _address = board.server.accept()
    there.settimeout(DEADLINE_S)
    return there


def send(board: Scripted, data: bytes, *, link: str = "") -> bytes:
    board.command(f"AT+CIPSEND={link}{len(data)}")
    board.serial.sendall(data)
    return board.until(rb"SEND (OK|FAIL)\r\n|ERROR\r\n")


def test_tcp_both_ways(joined: Scripted) -> None:
    with connected(joined) as there:
        assert b"SEND OK" in send(joined, b"hello")
        assert there.recv(100) == b"hello"
        there.sendall(b"world")
        assert joined.until(rb"\+IPD,5:world")
    joined.until(rb"CLOSED\r\n")


def test_a_port_that_nobody_serves(joined: Scripted) -> None:
    assert b"ERROR" in joined.command(f'AT+CIPSTART="TCP","{NEIGHBOUR}",{PORT + 1}')


def test_an_address_that_nobody_has(joined: Scripted) -> None:
    assert b"ERROR" in joined.command('AT+CIPSTART="TCP","192.168.50.77",7')
    assert b"ERROR" in joined.command('AT+CIPSTART="SSL","192.168.50.77",7')


def test_udp_both_ways(joined: Scripted) -> None:
    joined.datagrams.settimeout(DEADLINE_S)
    joined.command(f'AT+CIPSTART="UDP","{NEIGHBOUR}",{PORT},1234')
    assert b"SEND OK" in send(joined, b"hello")
    assert joined.datagrams.recvfrom(100) == (b"hello", (OWN, 1234))
    joined.datagrams.sendto(b"world", (OWN, 1234))
    assert joined.until(rb"\+IPD,5:world")


@pytest.mark.parametrize("address", ["192.168.50.77", "10.9.8.7", "255.255.255.255"])
def test_udp_to_nobody_is_sent_all_the_same(joined: Scripted, address: str) -> None:
    joined.command(f'AT+CIPSTART="UDP","{address}",9')
    assert b"SEND OK" in send(joined, b"hello")


def test_udp_to_everybody_is_heard(joined: Scripted) -> None:
    joined.command('AT+CIPSTART="UDP","255.255.255.255",9,1234')
    send(joined, b"hello")
    heard = next(frame for frame in frames(joined, DEADLINE_S) if UDP in frame)
    assert (heard.dst, heard[IP].dst) == ("ff:ff:ff:ff:ff:ff", "255.255.255.255")


def test_everybody_of_a_softap_is_there_if_there_is_no_station(
    scripted: Callable[..., Scripted],
) -> None:
    board = scripted().ready(mode=2)
    board.command('AT+CIPSTART="UDP","255.255.255.255",9,1234')
    send(board, b"hello")
    board.softap.settimeout(DEADLINE_S)
    while UDP not in (frame := Ether(board.softap.recv(2048))):
        pass
    assert (frame.dst, frame[IP].src) == ("ff:ff:ff:ff:ff:ff", "192.168.4.1")


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        ("cipstart.port-65536-accepted", 'AT+CIPSTART=1,"TCP","192.168.50.1",65536'),
        ("cipstart.port-65536-accepted", 'AT+CIPSTART=1,"UDP","192.168.50.1",65536'),
        ("cipstart.localport-65536-accepted", 'AT+CIPSTART=1,"UDP","192.168.50.1",80,65536'),
        ("cipstart.localport-minus-1-accepted", 'AT+CIPSTART=1,"UDP","192.168.50.1",80,-1'),
        ("cipstart.keepalive-minus-1-accepted", 'AT+CIPSTART=1,"TCP","192.168.50.1",80,-1'),
        ("cipserver.port-65536-accepted", "AT+CIPSERVER=1,65536"),
        ("cipsend.port-range-unchecked", ""),
    ],
)
def test_a_number_that_is_no_port_ends_nothing(fault: str, line: str) -> None:
    board = Scripted("--fault", fault).ready().joined(OWN)
    board.command("AT+CIPMUX=1")
    if line:
        board.command(line)
    if "UDP" not in line:
        board.command('AT+CIPSTART=1,"UDP","192.168.50.1",90')
    board.command('AT+CIPSEND=1,2,"192.168.50.1",65536' if not line else "AT+CIPSEND=1,2")
    board.serial.sendall(b"ab")
    assert b"OK" in board.until(rb"SEND OK\r\n")
    board.end()


def test_a_group_is_joined_as_a_small_stack_does(joined: Scripted) -> None:
    joined.command('AT+MDNS=1,"host","server",80')
    told = next(
        each for each in frames(joined, DEADLINE_S) if each[IP].proto == socket.IPPROTO_IGMP
    )
    # A report of IGMP 2 goes to the group itself.
    assert (told[IP].dst, bytes(told[IP].payload)[0]) == ("224.0.0.251", 0x16)


def test_a_server_on_its_address(joined: Scripted) -> None:
    joined.command("AT+CIPMUX=1")
    joined.command("AT+CIPSERVER=1,80")
    joined.client.settimeout(DEADLINE_S)
    joined.client.connect((OWN, 80))
    joined.until(rb"0,CONNECT\r\n")
    joined.client.sendall(b"hello")
    joined.until(rb"\+IPD,0,5:hello")
    assert b"SEND OK" in send(joined, b"world", link="0,")
    assert joined.client.recv(100) == b"world"


def test_an_echo_is_answered_and_timed(joined: Scripted) -> None:
    assert re.search(rb"\+\d+\r\n\r\nOK", joined.command(f'AT+PING="{NEIGHBOUR}"'))
    assert b"ERROR" in joined.command('AT+PING="192.168.50.77"')
    sent = [frame for frame in frames(joined, 1) if ICMP in frame and frame[ICMP].type == 8]
    assert [frame[IP].dst for frame in sent] == [NEIGHBOUR]


def test_its_own_address_is_nobody(joined: Scripted) -> None:
    for host in (OWN, "127.0.0.1"):
        assert b"ERROR" in joined.command(f'AT+PING="{host}"')


def test_a_station_that_leaves_loses_its_links(joined: Scripted) -> None:
    with connected(joined):
        joined.say("AT+CWQAP")
        said = joined.until(rb"CLOSED\r\n")
        assert b"OK\r\n" in said
        assert b"STATUS:3" not in joined.command("AT+CIPSTATUS")


def test_another_address_loses_its_links(joined: Scripted) -> None:
    with connected(joined):
        joined.say('AT+CIPSTA_CUR="192.168.50.10"')
        joined.until(rb"CLOSED\r\n")


def test_a_reset_says_goodbye_to_nobody(joined: Scripted) -> None:
    with connected(joined):
        list(frames(joined, 0.2))
        joined.command("AT+RST")
        joined.until(rb"ready\r\n")
        assert not [frame for frame in frames(joined, 0.5) if TCP in frame]


def switch_wire(board: Scripted, on: bool) -> None:
    """Plug the station's wire in or out, at its far end."""
    up, get_flags, set_flags = 1, 0x8913, 0x8914
    name = b"sta-air"
    try:
        flags = struct.unpack_from("16sH", ioctl(board.client, get_flags, name.ljust(40, b"\0")))[1]
        flags = flags | up if on else flags & ~up
        ioctl(board.client, set_flags, struct.pack("16sH22x", name, flags))
    except PermissionError:
        # An ordinary user's rights end with his user namespace; root's run shows it.
        pytest.skip("only root can plug wires of a namespace that it does not live in")


def test_what_nobody_acknowledges_has_not_arrived(joined: Scripted) -> None:
    with connected(joined) as there:
        joined.command("AT+CIPSEND=5")
        switch_wire(joined, on=False)
        joined.serial.sendall(b"hello")
        joined.until(rb"Recv 5 bytes\r\n")
        joined.serial.settimeout(0.3)
        with pytest.raises(TimeoutError):
            joined.until(rb"SEND OK")
        joined.serial.settimeout(DEADLINE_S)
        switch_wire(joined, on=True)
        joined.until(rb"SEND OK\r\n")
        assert there.recv(100) == b"hello"


def test_what_is_lost_with_its_link_is_told(joined: Scripted) -> None:
    with connected(joined):
        joined.command("AT+CIPSEND=5")
        switch_wire(joined, on=False)
        joined.serial.sendall(b"hello")
        joined.until(rb"Recv 5 bytes\r\n")
        joined.tell("lost", wish=1)
        joined.until(rb"(ERROR|SEND FAIL)\r\n")


def test_a_link_is_kept_alive_as_it_is_asked(joined: Scripted) -> None:
    joined.command(f'AT+CIPSTART="TCP","{NEIGHBOUR}",{PORT},1')
    list(frames(joined, 0.3))
    probes = (frame for frame in frames(joined, DEADLINE_S) if TCP in frame)
    assert len(list(itertools.islice(probes, 2))) == 2
    joined.command("AT+CIPCLOSE")


def test_a_link_that_nobody_asked_to_keep_alive_is_silent(joined: Scripted) -> None:
    with connected(joined):
        list(frames(joined, 0.3))
        assert not [frame for frame in frames(joined, 2) if TCP in frame]


def _answered(number: int, *records: DNSRR) -> bytes:
    return bytes(DNS(id=number, qr=1, qd=DNSQR(qname="a.test"), an=list(records)))


def test_a_question_for_a_name() -> None:
    asked = query("peer.test", 7)
    assert asked is not None
    assert DNS(asked).qd[0].qname == b"peer.test."
    for name in ("", ".", "a..b", "x" * 64, ".".join(["x" * 60] * 5)):
        assert query(name, 7) is None


class Waits:
    """What a network wants of the process: what is put off is run when a test says so."""

    def __init__(self) -> None:
        self.put_off: list[tuple[int, Callable[[], None]]] = []
        self.readable: dict[int, Callable[[], None]] = {}

    def later(self, delay_ns: int, action: Callable[[], None]) -> None:
        self.put_off.append((delay_ns, action))

    def watch(self, fd: int, readable: Callable[[], None] | None, _writable: object = None) -> None:
        assert readable is not None
        self.readable[fd] = readable

    def forget(self, fd: int) -> None:
        del self.readable[fd]


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[LabNetwork, Waits, socket.socket]]:
    """A network that waits 1, 1 and 2 for a name server, and that server's socket."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(DEADLINE_S)
        monkeypatch.setattr("rigs.emulator.net.lab.DNS_PORT", server.getsockname()[1])
        waits = Waits()
        network = LabNetwork(waits, waits.later, lambda: 0, dns_tick=1)
        network.name_server = lambda: IPv4Address("127.0.0.1")
        yield network, waits, server
        network.drop()


def test_a_question_that_is_not_answered_is_asked_again(
    asking: tuple[LabNetwork, Waits, socket.socket],
) -> None:
    network, waits, server = asking
    told: list[str | None] = []
    network.resolve("who.test", told.append)
    heard, delays = [server.recv(500)], []
    while waits.put_off:
        delay, again = waits.put_off.pop()
        delays.append(delay)
        again()
        heard.append(server.recv(500))
    assert delays == [1, 1, 2]
    assert len(heard) == 4
    assert len(set(heard)) == 1
    assert not told


def test_a_question_that_is_answered_is_not_asked_again(
    asking: tuple[LabNetwork, Waits, socket.socket],
) -> None:
    network, waits, server = asking
    told: list[str | None] = []
    network.resolve("who.test", told.append)
    asked, sender = server.recvfrom(500)
    answer = DNSRR(rrname="who.test", type="A", rdata="192.0.2.7")
    server.sendto(bytes(DNS(id=DNS(asked).id, qr=1, qd=DNS(asked).qd, an=answer)), sender)
    (readable,) = waits.readable.values()
    readable()
    assert told == ["192.0.2.7"]
    ((_delay, again),) = waits.put_off
    again()
    server.settimeout(0.1)
    with pytest.raises(TimeoutError):
        server.recv(500)


def test_answers_to_it() -> None:
    found = DNSRR(rrname="a.test", type="A", rdata="10.0.0.1")
    alias = DNSRR(rrname="a.test", type="CNAME", rdata="b.test")
    assert answer_of(_answered(7, found), 7) == Answer("10.0.0.1")
    assert answer_of(_answered(7, alias, found), 7) == Answer("10.0.0.1")
    assert answer_of(_answered(7), 7) == Answer(None)
    assert answer_of(_answered(8, found), 7) is None
    assert answer_of(query("a.test", 7) or b"", 7) is None


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\7", b"\xff" * 40, b"\0\7\x80\0" + b"\xff" * 60])
def test_answers_that_are_none(data: bytes) -> None:
    answer_of(data, 7)
