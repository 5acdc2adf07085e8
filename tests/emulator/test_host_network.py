"""The network of the host: real servers and clients on 127.0.0.1, through a real process."""

from __future__ import annotations

import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from emulator_bench import DEADLINE_S, ERROR, OK, READY, Emulator, connected, read_until, reset

Start = Callable[..., Emulator]
Line = socket.socket


@pytest.fixture(params=["document", "nonos-1.3"])
def line(request: pytest.FixtureRequest, start: Start) -> Iterator[Line]:
    """The serial line of a board on the host's network, its echo off."""
    emulator = start("--tcp", "127.0.0.1:0", "--net", "host", "--firmware", request.param)
    with connected(socket.AF_INET, emulator.tcp_address) as line:
        reset(emulator, line)
        _say(line, b"ATE0\r\n", OK)
        yield line


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(DEADLINE_S)
        yield server


def _say(line: Line, data: bytes, end: bytes) -> bytes:
    line.sendall(data)
    return read_until(line, end)


def _free_port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _opened(line: Line, server: socket.socket, host: bytes = b"127.0.0.1") -> socket.socket:
    port = server.getsockname()[1]
    _say(line, b'AT+CIPSTART="TCP","%s",%d\r\n' % (host, port), b"CONNECT\r\n" + OK)
    peer, _address = server.accept()
    peer.settimeout(DEADLINE_S)
    return peer


def test_a_client_talks_to_a_server_and_hears_it(line: Line, server: socket.socket) -> None:
    with _opened(line, server, b"localhost") as peer:
        port = peer.getpeername()[1]
        assert b",%d,0\r\n" % port in _say(line, b"AT+CIPSTATUS\r\n", OK)
        _say(line, b"AT+CIPSEND=5\r\n", b"> ")
        assert _say(line, b"he\0lo", b"SEND OK\r\n") == b"\r\nRecv 5 bytes\r\n\r\nSEND OK\r\n"
        assert read_until(peer, b"he\0lo") == b"he\0lo"
        peer.sendall(b"world")
        assert read_until(line, b"world") == b"\r\n+IPD,5:world"
    assert read_until(line, b"CLOSED\r\n") == b"CLOSED\r\n"


def test_nobody_listens(line: Line) -> None:
    port = _free_port(socket.SOCK_STREAM)
    said = _say(line, b'AT+CIPSTART="TCP","127.0.0.1",%d\r\n' % port, b"CLOSED\r\n")
    assert said == ERROR + b"CLOSED\r\n"


def test_closing_here_is_heard_there(line: Line, server: socket.socket) -> None:
    with _opened(line, server) as peer:
        _say(line, b"AT+CIPCLOSE\r\n", OK)
        assert peer.recv(1) == b""


def test_a_reset_closes_everything(line: Line, server: socket.socket) -> None:
    with _opened(line, server) as peer:
        _say(line, b"AT+RST\r\n", READY)
        assert peer.recv(1) == b""


def test_much_at_once(line: Line, server: socket.socket) -> None:
    data = bytes(range(256)) * 64
    with _opened(line, server) as peer:
        peer.sendall(data)
        said, pieces = b"", b""
        while len(pieces) < len(data):
            said += line.recv(4096)
            more, said = _pieces(said)
            pieces += more
    assert pieces == data


def _pieces(said: bytes) -> tuple[bytes, bytes]:
    """The data of all whole +IPD, and what is left."""
    pieces = b""
    while found := re.match(rb"\r\n\+IPD,([0-9]+):", said):
        end = found.end() + int(found[1])
        if len(said) < end:
            break
        pieces, said = pieces + said[found.end() : end], said[end:]
    return pieces, said


def test_datagrams(line: Line) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.settimeout(DEADLINE_S)
        peer.bind(("127.0.0.1", 0))
        local = _free_port(socket.SOCK_DGRAM)
        there = peer.getsockname()[1]
        start = b'AT+CIPSTART="UDP","127.0.0.1",%d,%d,0\r\n' % (there, local)
        _say(line, start, OK)
        _say(line, b"AT+CIPDINFO=1\r\n", OK)
        _say(line, b"AT+CIPSEND=4\r\n", b"> ")
        _say(line, b"ping", b"SEND OK\r\n")
        data, sender = peer.recvfrom(100)
        assert (data, sender) == (b"ping", ("127.0.0.1", local))
        peer.sendto(b"pong", sender)
        assert read_until(line, b"pong") == b"\r\n+IPD,4,127.0.0.1,%d:pong" % there


def test_a_server_and_its_clients(line: Line) -> None:
    port = _free_port(socket.SOCK_STREAM)
    _say(line, b"AT+CIPMUX=1\r\n", OK)
    _say(line, b"AT+CIPSERVER=1,%d\r\n" % port, OK)
    with connected(socket.AF_INET, ("127.0.0.1", port)) as client:
        read_until(line, b"0,CONNECT\r\n")
        client.sendall(b"GET")
        assert read_until(line, b"GET") == b"\r\n+IPD,0,3:GET"
        _say(line, b"AT+CIPSEND=0,2\r\n", b"> ")
        _say(line, b"ok", b"SEND OK\r\n")
        assert read_until(client, b"ok") == b"ok"
        _say(line, b"AT+CIPCLOSE=0\r\n", OK)
        assert client.recv(1) == b""


def test_it_passes_through(line: Line, server: socket.socket) -> None:
    with _opened(line, server) as peer:
        _say(line, b"AT+CIPMODE=1\r\n", OK)
        _say(line, b"AT+CIPSEND\r\n", b"\r\n>")
        line.sendall(b"AT\r\n")
        assert read_until(peer, b"\n") == b"AT\r\n"
        peer.sendall(b"raw")
        assert read_until(line, b"raw") == b"raw"


def test_only_the_host_answers(line: Line) -> None:
    assert _say(line, b'AT+PING="127.0.0.1"\r\n', OK) == b"+1\r\n" + OK
    assert _say(line, b'AT+PING="192.168.4.2"\r\n', ERROR).endswith(ERROR)
    assert _say(line, b'AT+PING="example.org"\r\n', ERROR) == ERROR


def test_tls(line: Line, tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl to make a certificate with")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ["-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=peer", "-days", "2"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([openssl, "req", *made, *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as pool:
        server.settimeout(DEADLINE_S)
        answer = pool.submit(_answer_in_capitals, server, context)
        start = b'AT+CIPSTART="SSL","127.0.0.1",%d\r\n' % server.getsockname()[1]
        assert _say(line, start, OK) == b"CONNECT\r\n" + OK
        assert b'+CIPSTATUS:0,"SSL",' in _say(line, b"AT+CIPSTATUS\r\n", OK)
        _say(line, b"AT+CIPSEND=5\r\n", b"> ")
        heard = _say(line, b"hello", b"CLOSED\r\n")  # the peer may be as quick as SEND OK
        assert b"SEND OK\r\n" in heard
        assert heard.endswith(b"\r\n+IPD,5:HELLOCLOSED\r\n")
        answer.result(DEADLINE_S)


def _answer_in_capitals(server: socket.socket, context: ssl.SSLContext) -> None:
    peer, _address = server.accept()
    peer.settimeout(DEADLINE_S)
    with context.wrap_socket(peer, server_side=True) as secured:
        secured.sendall(secured.recv(100).upper())
