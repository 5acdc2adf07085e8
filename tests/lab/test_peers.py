"""Peers, on loopback, against sockets of the standard library."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from rigs.lab import peers
from rigs.lab.certificate import client_context
from rigs.lab.peers import Peer, PeerGoneError, kind_of, open_peer
from tests.lab.worlds import IN_TIME_S

HERE = "127.0.0.1"

Body = Callable[[Peer], Awaitable[None]]


def with_server(protocol: str, body: Body) -> None:
    async def main() -> None:
        handle = socket.socket(type=kind_of(protocol))
        peer = await open_peer(protocol, handle, (HERE, 0), None)
        try:
            async with asyncio.timeout(IN_TIME_S):
                await body(peer)
        finally:
            peer.end()

    asyncio.run(main())


def bytes_of(told: list[dict[str, Any]]) -> bytes:
    return b"".join(bytes.fromhex(each["data"]) for each in told)


@pytest.mark.parametrize("protocol", ["tcp", "tls"])
def test_a_server_hears_and_answers(protocol: str) -> None:
    async def body(peer: Peer) -> None:
        assert not await peer.connected(0)
        secured = {"ssl": client_context()} if protocol == "tls" else {}
        reader, writer = await asyncio.open_connection(*peer.address, **secured)
        assert await peer.connected(IN_TIME_S)
        writer.write(b"to the peer")
        told = await peer.received(11, IN_TIME_S)
        assert bytes_of(told) == b"to the peer"
        assert (told[0]["address"], told[0]["port"]) == writer.get_extra_info("sockname")
        peer.send(b"from the peer", None)
        assert await reader.readexactly(13) == b"from the peer"
        peer.hang_up()
        assert await reader.read() == b""
        writer.close()
        # It goes on to listen.
        _, writer = await asyncio.open_connection(*peer.address, **secured)
        assert await peer.connected(IN_TIME_S)
        writer.close()

    with_server(protocol, body)


def test_a_server_speaks_tls_as_old_as_a_board() -> None:
    async def body(peer: Peer) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.set_ciphers("AES128-SHA:@SECLEVEL=0")
        with pytest.warns(DeprecationWarning, match="TLSv1"):
            context.minimum_version = ssl.TLSVersion.TLSv1
        with pytest.warns(DeprecationWarning, match="TLSv1"):
            context.maximum_version = ssl.TLSVersion.TLSv1
        _, writer = await asyncio.open_connection(*peer.address, ssl=context)
        assert writer.get_extra_info("ssl_object").version() == "TLSv1"
        writer.close()

    with_server("tls", body)


def test_what_does_not_come_is_not_waited_for() -> None:
    async def body(peer: Peer) -> None:
        assert await peer.received(1, 0.05) == []
        with pytest.raises(PeerGoneError, match="nobody is connected"):
            peer.send(b"x", None)

    with_server("tcp", body)


def test_several_are_told_apart() -> None:
    async def body(peer: Peer) -> None:
        one = await asyncio.open_connection(*peer.address)
        two = await asyncio.open_connection(*peer.address)
        two[1].write(b"2")
        await peer.received(1, IN_TIME_S)
        peer.send(b"all", None)
        assert [await reader.readexactly(3) for reader, _ in (one, two)] == [b"all", b"all"]
        peer.send(b"two", two[1].get_extra_info("sockname"))
        assert await two[0].readexactly(3) == b"two"
        with pytest.raises(PeerGoneError, match=r"127.0.0.1 port 1 is not connected"):
            peer.send(b"x", (HERE, 1))
        for _, writer in (one, two):
            writer.close()

    with_server("tcp", body)


def test_a_udp_server_answers_whom_it_heard() -> None:
    async def body(peer: Peer) -> None:
        with socket.socket(type=socket.SOCK_DGRAM) as client:
            client.settimeout(IN_TIME_S)
            with pytest.raises(PeerGoneError, match="nobody to answer"):
                peer.send(b"x", None)
            client.bind((HERE, 0))
            for data in (b"one", b"two"):
                client.sendto(data, peer.address)
            told = await peer.received(6, IN_TIME_S)
            assert [bytes.fromhex(each["data"]) for each in told] == [b"one", b"two"]
            assert (HERE, told[0]["port"]) == client.getsockname()
            peer.send(b"back", None)
            assert await asyncio.to_thread(client.recv, 100) == b"back"
            peer.send(b"", client.getsockname())
            assert await asyncio.to_thread(client.recv, 100) == b""

    with_server("udp", body)


@pytest.mark.parametrize("protocol", ["udp", "tcp"])
def test_a_client_talks_to_its_server(protocol: str) -> None:
    async def body(server: Peer) -> None:
        handle = socket.socket(type=kind_of(protocol))
        client = await open_peer(protocol, handle, (HERE, 0), server.address)
        assert client.address == server.address
        if protocol == "tcp":
            assert await client.connected(IN_TIME_S)
            assert await server.connected(IN_TIME_S)
        client.send(b"to the server", None)
        assert bytes_of(await server.received(13, IN_TIME_S)) == b"to the server"
        server.send(b"and back", None)
        assert bytes_of(await client.received(8, IN_TIME_S)) == b"and back"
        client.end()

    with_server(protocol, body)


def test_a_client_that_is_refused_is_not_connected() -> None:
    async def main() -> None:
        with socket.socket() as nobody:
            nobody.bind((HERE, 0))
            client = await open_peer("tcp", socket.socket(), (HERE, 0), nobody.getsockname())
            assert not await client.connected(0.2)
            client.end()

    asyncio.run(main())


def test_a_tcp_peer_that_is_full_takes_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "MOST_BYTES", 1000)

    async def body(peer: Peer) -> None:
        _, writer = await asyncio.open_connection(*peer.address)
        writer.write(b"x" * 50_000_000)
        await peer.received(1000, IN_TIME_S)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await writer.drain()
        assert len(bytes_of(await peer.received(1, 0))) < 1_000_000
        writer.transport.abort()

    with_server("tcp", body)


def test_a_udp_peer_that_lost_something_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "MOST_BYTES", 10)

    async def body(peer: Peer) -> None:
        with socket.socket(type=socket.SOCK_DGRAM) as client:
            for _ in range(2):
                client.sendto(b"x" * 10, peer.address)
            with pytest.raises(PeerGoneError, match="more came"):
                await for_ever(peer)

    async def for_ever(peer: Peer) -> None:
        while True:  # both were sent, and each is read in a turn of its own
            await peer.received(10, IN_TIME_S)
            await asyncio.sleep(0)

    with_server("udp", body)
