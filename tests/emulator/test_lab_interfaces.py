"""The interfaces in the kernel, seen from the far ends of their wires."""

from __future__ import annotations

import contextlib
import socket
import struct
import time
from collections.abc import Callable
from ipaddress import IPv4Address

import pytest
from scripted import DEADLINE_S, HOME, Scripted

OURS = bytes.fromhex("020000000099")
ARP, REQUEST, REPLY = b"\x08\x06", b"\0\1", b"\0\2"
QUIET_S = 0.3
AGAIN_S = 0.2


def arp(operation: bytes, sender: str, target: str) -> bytes:
    ips = IPv4Address(sender).packed, IPv4Address(target).packed
    head = b"\xff" * 6 + OURS + ARP + struct.pack("!HHBB", 1, 0x0800, 6, 4)
    return head + operation + OURS + ips[0] + bytes(6) + ips[1]


def heard(
    end: socket.socket, operation: bytes, seconds: float = DEADLINE_S
) -> tuple[str, str, str]:
    """The next ARP packet of that kind: sender's MAC, its address, the target's."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        end.settimeout(left)
        frame = end.recv(2048)
        if frame[6:12] != OURS and frame[12:14] == ARP and frame[20:22] == operation:
            assert frame[6:12] == frame[22:28], "the frame has another MAC than it tells"
            sender, target = IPv4Address(frame[28:32]), IPv4Address(frame[38:42])
            return frame[22:28].hex(":"), str(sender), str(target)
    raise TimeoutError


def asked(end: socket.socket, address: str, seconds: float = DEADLINE_S) -> str:
    """Which MAC answers for an address; raises TimeoutError if none does."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        with contextlib.suppress(OSError):  # a wire that has just come up may not carry yet
            end.send(arp(REQUEST, "192.168.50.1", address))
        with contextlib.suppress(TimeoutError):
            mac, sender, _target = heard(end, REPLY, min(left, AGAIN_S))
            if sender == address:
                return mac
    raise TimeoutError


def test_a_static_address_answers_once_the_station_has_joined(board: Scripted) -> None:
    board.command('AT+CIPSTAMAC_CUR="1a:fe:34:00:00:07"')
    board.joined("192.168.50.9")
    assert asked(board.station, "192.168.50.9") == "1a:fe:34:00:00:07"


def test_the_neighbours_are_told_of_a_new_address(board: Scripted) -> None:
    board.joined("192.168.50.9")
    assert heard(board.station, REQUEST)[1:] == ("192.168.50.9", "192.168.50.9")
    board.command('AT+CIPSTA_CUR="192.168.50.10"')
    assert heard(board.station, REQUEST)[1:] == ("192.168.50.10", "192.168.50.10")


def test_an_address_that_is_gone_is_silent(board: Scripted) -> None:
    board.joined("192.168.50.9")
    board.command('AT+CIPSTA_CUR="192.168.50.10"')
    with pytest.raises(TimeoutError):
        asked(board.station, "192.168.50.9", QUIET_S)
    assert asked(board.station, "192.168.50.10")


def test_a_station_that_has_left_is_silent(board: Scripted) -> None:
    board.joined("192.168.50.9")
    assert asked(board.station, "192.168.50.9")
    board.command("AT+CWQAP")
    board.until(b"WIFI DISCONNECT\r\n")
    with pytest.raises(TimeoutError):
        asked(board.station, "192.168.50.9", QUIET_S)


def test_the_access_point_vanishes_and_comes_back(board: Scripted) -> None:
    board.joined("192.168.50.9")
    board.tell("lost", wish=1)
    board.until(b"WIFI DISCONNECT\r\n")
    with pytest.raises(TimeoutError):
        asked(board.station, "192.168.50.9", QUIET_S)
    board.tell("connected", wish=1, access_point=HOME)
    board.until(b"WIFI GOT IP\r\n")
    assert asked(board.station, "192.168.50.9")


def test_the_gateway_is_asked_for_what_is_outside(board: Scripted) -> None:
    board.joined("192.168.50.9", "192.168.50.200", "255.255.255.0")
    board.command('AT+CIPSTART="UDP","10.1.2.3",9,9')
    board.command("AT+CIPSEND=1")
    board.say("x")
    while heard(board.station, REQUEST)[2] != "192.168.50.200":
        pass


def test_the_netmask_decides_who_is_a_neighbour(board: Scripted) -> None:
    board.joined("192.168.50.9", "192.168.50.1", "255.255.0.0")
    board.command('AT+CIPSTART="UDP","192.168.77.3",9,9')
    board.command("AT+CIPSEND=1")
    board.say("x")
    while heard(board.station, REQUEST)[2] != "192.168.77.3":
        pass


def test_the_softap_has_its_own_mac_and_address(scripted: Callable[..., Scripted]) -> None:
    board = scripted().ready(mode=2)
    own = board.told("hello")["softap"]
    assert asked(board.softap, "192.168.4.1") == own
    board.command('AT+CIPAPMAC_CUR="1a:fe:34:00:00:08"')
    board.command('AT+CIPAP_CUR="192.168.9.1"')
    assert asked(board.softap, "192.168.9.1") == "1a:fe:34:00:00:08"
    with pytest.raises(TimeoutError):
        asked(board.softap, "192.168.4.1", QUIET_S)
    board.command("AT+CWMODE_CUR=1")
    with pytest.raises(TimeoutError):
        asked(board.softap, "192.168.9.1", QUIET_S)


def test_each_interface_answers_for_its_own_address_alone(
    scripted: Callable[..., Scripted],
) -> None:
    board = scripted().ready(mode=3).joined("192.168.50.9")
    with pytest.raises(TimeoutError):
        asked(board.station, "192.168.4.1", QUIET_S)
    assert asked(board.station, "192.168.50.9")


def test_a_reset_takes_everything_down(scripted: Callable[..., Scripted]) -> None:
    board = scripted().ready(mode=3).joined("192.168.50.9")
    assert asked(board.station, "192.168.50.9")
    board.command("AT+RST")
    board.until(b"ready\r\n")
    with pytest.raises(TimeoutError):
        asked(board.station, "192.168.50.9", QUIET_S)


@pytest.mark.parametrize("address", ["255.255.255.255", "224.0.0.1", "127.0.0.1", "0.0.0.9"])
def test_an_address_that_is_none_breaks_nothing(board: Scripted, address: str) -> None:
    board.command(f'AT+CIPSTA_CUR="{address}"')
    board.say('AT+CWJAP_CUR="home","secret-enough"')
    board.tell("connected", wish=board.told("join")["wish"], access_point=HOME)
    board.until(rb"\r\n(OK|FAIL)\r\n")
    board.command('AT+CIPSTA_CUR="192.168.50.9"')
    assert asked(board.station, "192.168.50.9")


def test_nothing_is_said_unasked_but_who_is_there(board: Scripted) -> None:
    board.joined("192.168.50.9")
    heard(board.station, REQUEST)
    board.station.settimeout(QUIET_S)
    with pytest.raises(TimeoutError):
        board.station.recv(2048)
