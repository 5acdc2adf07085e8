"""The DHCP server of an access point, message by message; time is what the test says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rigs.lab.dhcp import BROADCAST, BROADCAST_MAC, DhcpServer, Pool, Reply
from rigs.lab.dhcpwire import Message, read, write

POOL = Pool("192.168.51.1", "255.255.255.0", "192.168.51.100", "192.168.51.102", 120)
ONE, TWO = "02:00:00:00:00:01", "02:00:00:00:00:02"


class Clock:
    """Nanoseconds that pass when they are told to."""

    def __init__(self) -> None:
        self.at = 0

    def __call__(self) -> int:
        return self.at

    def passes(self, seconds: float) -> None:
        self.at += int(seconds * 1e9)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> DhcpServer:
    return DhcpServer(POOL, clock)


def asked(server: DhcpServer, kind: str, mac: str = ONE, /, **said: object) -> Reply | None:
    return server.answer(write(Message(kind, 0xC0FFEE, mac, **said)))  # type: ignore[arg-type]


def given(server: DhcpServer, mac: str = ONE) -> str:
    """The address that a client gets that goes the whole way."""
    offer = asked(server, "discover", mac)
    assert offer is not None
    ack = asked(server, "request", mac, requested=offer.message.yours, server=POOL.address)
    assert ack is not None
    assert ack.message.kind == "ack"
    return ack.message.yours


def test_an_offer_says_all_that_a_client_needs(server: DhcpServer) -> None:
    offer = asked(server, "discover")
    assert offer is not None
    assert offer.message == Message(
        "offer", 0xC0FFEE, ONE,
        yours="192.168.51.100", server=POOL.address, netmask=POOL.netmask,
        router=POOL.address, name_server=POOL.address, seconds=120,
    )  # fmt: skip
    assert (offer.mac, offer.address) == (ONE, "192.168.51.100")


def test_what_is_given_is_told(server: DhcpServer) -> None:
    assert server.grants() == []
    address = given(server)
    assert server.grants() == [
        {
            "mac": ONE,
            "address": address,
            "netmask": POOL.netmask,
            "router": POOL.address,
            "name_server": POOL.address,
            "server": POOL.address,
            "seconds": 120,
        }
    ]
    given(server)
    assert len(server.grants()) == 1


def test_an_answer_is_a_broadcast_for_whom_asks_for_one(server: DhcpServer) -> None:
    offer = asked(server, "discover", broadcast=True)
    assert offer is not None
    assert offer.message.broadcast
    assert (offer.mac, offer.address) == (BROADCAST_MAC, BROADCAST)


def test_who_comes_again_gets_the_same_address(server: DhcpServer) -> None:
    first = given(server)
    assert given(server, TWO) != first
    assert given(server) == first


def test_a_wish_is_fulfilled_if_it_is_free(server: DhcpServer) -> None:
    wished = asked(server, "discover", requested="192.168.51.102")
    assert wished is not None
    assert wished.message.yours == "192.168.51.102"
    other = asked(server, "discover", TWO, requested="192.168.51.102")
    assert other is not None
    assert other.message.yours == "192.168.51.100"


@pytest.mark.parametrize(
    "said",
    [
        {"requested": "10.9.8.7"},
        {"client": "10.9.8.7"},
        {"requested": "192.168.51.1", "server": POOL.address},
        {"requested": "192.168.51.250"},
        {"requested": "no address"[:0]},
    ],
)
def test_a_request_for_what_it_does_not_lease_gets_a_nak(
    server: DhcpServer, said: dict[str, str]
) -> None:
    nak = asked(server, "request", **said)
    assert nak is not None
    assert (nak.message.kind, nak.message.yours) == ("nak", "")
    assert (nak.mac, nak.address) == (BROADCAST_MAC, BROADCAST)
    assert server.grants() == []


def test_what_another_has_gets_a_nak(server: DhcpServer) -> None:
    taken = given(server)
    nak = asked(server, "request", TWO, requested=taken, server=POOL.address)
    assert nak is not None
    assert nak.message.kind == "nak"


def test_who_chose_another_server_is_left_alone_and_its_offer_is_free(server: DhcpServer) -> None:
    offer = asked(server, "discover")
    assert offer is not None
    address = offer.message.yours
    assert asked(server, "request", requested=address, server="192.168.51.9") is None
    other = asked(server, "discover", TWO)
    assert other is not None
    assert other.message.yours == address


def test_a_renewal_is_answered_to_the_client_itself(server: DhcpServer) -> None:
    address = given(server)
    ack = asked(server, "request", client=address)
    assert ack is not None
    assert (ack.message.kind, ack.message.yours) == ("ack", address)
    assert (ack.mac, ack.address) == (ONE, address)


def test_an_offer_and_a_lease_end(server: DhcpServer, clock: Clock) -> None:
    for mac in (ONE, TWO):
        given(server, mac)
    asked(server, "discover", "02:00:00:00:00:03")
    assert asked(server, "discover", "02:00:00:00:00:04") is None
    clock.passes(11)
    assert asked(server, "discover", "02:00:00:00:00:04") is not None
    clock.passes(110)
    assert given(server, "02:00:00:00:00:05") == "192.168.51.100"


def test_a_new_offer_does_not_shorten_a_lease(server: DhcpServer, clock: Clock) -> None:
    address = given(server)
    asked(server, "discover")
    clock.passes(60)
    other = asked(server, "discover", TWO, requested=address)
    assert other is not None
    assert other.message.yours != address


def test_what_is_given_back_is_free(server: DhcpServer) -> None:
    address = given(server)
    assert asked(server, "release", TWO, client=address) is None
    assert given(server, TWO) != address
    assert asked(server, "release", client=address) is None
    other = asked(server, "discover", "02:00:00:00:00:03")
    assert other is not None
    assert other.message.yours == address


def test_a_declined_address_is_given_to_nobody(server: DhcpServer, clock: Clock) -> None:
    address = given(server)
    assert asked(server, "decline", requested=address, server=POOL.address) is None
    assert given(server) != address
    clock.passes(121)
    wished = asked(server, "discover", TWO, requested=address)
    assert wished is not None
    assert wished.message.yours == address


def test_who_has_an_address_is_informed_of_the_rest(server: DhcpServer) -> None:
    told = asked(server, "inform", client="192.168.51.7")
    assert told is not None
    assert (told.message.kind, told.message.yours, told.message.seconds) == ("ack", "", -1)
    assert told.message.name_server == POOL.address
    assert (told.mac, told.address) == (ONE, "192.168.51.7")
    assert server.grants() == []


@pytest.mark.parametrize(
    "data",
    [b"", b"x" * 20, b"\xff" * 300, write(Message("offer", 1, ONE)),
     write(Message("discover", 1, ONE, relay="192.168.51.9")),
     write(Message("discover", 1, ONE))[:242]],
    ids=["nothing", "short", "noise", "of a server", "relayed", "cut"],
)  # fmt: skip
def test_what_is_no_question_gets_no_answer(server: DhcpServer, data: bytes) -> None:
    assert server.answer(data) is None


def test_a_message_is_read_as_it_was_written() -> None:
    message = Message(
        "ack", 7, ONE, True, "1.2.3.4", "1.2.3.5", "", "1.2.3.6", "1.2.3.1",
        "255.0.0.0", "1.2.3.1", "8.8.8.8", 60, "ESP",
    )  # fmt: skip
    assert read(write(message)) == message
    assert read(write(replace(message, seconds=-1))) == replace(message, seconds=-1)
