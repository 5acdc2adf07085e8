"""Ports that the chip's own services want, and that a link of the firmware has already."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from scripted import HOME, Scripted

ADDRESS = "192.168.50.7"


@pytest.fixture
def emulator() -> Iterator[Scripted]:
    started = Scripted().ready(3)
    started.command("AT+CIPMUX=1")
    yield started
    started.end()


def _taken(emulator: Scripted, number: int) -> None:
    assert b"OK" in emulator.command(f'AT+CIPSTART=1,"UDP","192.168.4.9",80,{number}')


def test_who_has_the_port_of_the_dhcp_server_keeps_it(emulator: Scripted) -> None:
    emulator.command("AT+CWDHCP_CUR=0,0")
    _taken(emulator, 67)
    assert b"OK" in emulator.command("AT+CWDHCP_CUR=0,1")
    assert b"OK" in emulator.command("AT")


def test_who_has_the_port_of_the_dhcp_client_keeps_it(emulator: Scripted) -> None:
    _taken(emulator, 68)
    emulator.say('AT+CWJAP_CUR="home","secret-enough"')
    emulator.tell("connected", wish=emulator.told("join")["wish"], access_point=HOME)
    emulator.until(b"WIFI CONNECTED")
    emulator.until(b"FAIL\r\n")
    assert b"OK" in emulator.command("AT")


def test_who_has_the_port_of_mdns_keeps_it(emulator: Scripted) -> None:
    _taken(emulator, 5353)
    emulator.joined(ADDRESS)
    assert b"OK" in emulator.command('AT+MDNS=1,"host","server",80')
    assert b"OK" in emulator.command("AT")


def test_what_a_service_has_no_link_gets(emulator: Scripted) -> None:
    answer = emulator.command('AT+CIPSTART=1,"UDP","192.168.4.9",80,67')
    assert b"ERROR" in answer
