"""The air of a lab, as an emulator process speaks with it: JSON lines over an inherited socket."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable

import pytest
from scripted import DEADLINE_S, HOME, Scripted

from rigs.emulator.process.cli import main


def test_it_says_who_it_is(scripted: Callable[..., Scripted]) -> None:
    said = scripted().told("hello")
    assert said["station"] != said["softap"]


def test_the_end_of_the_air_is_the_end_of_the_emulator(board: Scripted) -> None:
    board.air.shutdown(socket.SHUT_RDWR)
    assert board.process.wait(DEADLINE_S) == 0


def test_it_lists_who_can_be_heard_and_does_not_hide(board: Scripted) -> None:
    hidden = {**HOME, "hidden": True, "ssid": b"secret".hex()}
    board.tell("beacons", beacons=[HOME, hidden])
    answer = board.command("AT+CWLAP")
    assert b'+CWLAP:(3,"home",-40,"02:00:00:00:00:01",6,3,0)\r\n' in answer
    assert answer.count(b"+CWLAP:") == 1


def test_a_wish_to_join_comes_true(board: Scripted) -> None:
    board.command("AT+CWDHCP_CUR=1,0")
    board.command('AT+CIPSTA_CUR="192.168.50.9"')
    board.say('AT+CWJAP_CUR="home","secret-enough"')
    wish = board.told("join")
    assert bytes.fromhex(wish["ssid"]) == b"home"
    assert bytes.fromhex(wish["password"]) == b"secret-enough"
    board.tell("connected", wish=wish["wish"], access_point=HOME)
    assert b"WIFI CONNECTED\r\nWIFI GOT IP\r\n" in board.until(rb"\r\nOK\r\n")


def test_what_is_said_of_an_older_wish_is_passed_over(board: Scripted) -> None:
    board.say('AT+CWJAP_CUR="home","secret-enough"')
    wish = board.told("join")
    board.tell("connected", wish=wish["wish"] - 1, access_point=HOME)
    board.tell("refused", wish=wish["wish"], why="wrong-password")
    assert b"+CWJAP:2\r\n" in board.until(rb"\r\nFAIL\r\n")


def test_the_softap_is_told_and_lets_in_as_many_as_it_may(board: Scripted) -> None:
    board.command("AT+CWMODE_CUR=2")
    board.command('AT+CWSAP_CUR="mine","password1",5,3,1,1')
    said = board.told("softap")
    while not said["on"] or bytes.fromhex(said["ssid"]) != b"mine":
        said = board.told("softap")
    assert (said["security"], said["channel"], said["hidden"]) == ("wpa2", 5, True)
    board.tell("knock", station="02:00:00:00:00:11")
    assert board.told("admit") == {"do": "admit", "station": "02:00:00:00:00:11", "yes": True}
    board.tell("guest", station="02:00:00:00:00:11")
    board.tell("knock", station="02:00:00:00:00:12")
    assert not board.told("admit")["yes"]
    board.tell("knock", station="02:00:00:00:00:11")
    assert board.told("admit")["yes"]
    board.tell("gone", station="02:00:00:00:00:11")
    board.tell("knock", station="02:00:00:00:00:12")
    assert board.told("admit")["yes"]


def test_the_softap_is_on_the_channel_of_the_station(scripted: Callable[..., Scripted]) -> None:
    board = scripted().ready(3)
    board.command('AT+CWSAP_CUR="mine","password1",11,3')
    while (said := board.told("softap"))["channel"] != 11:
        assert said["ssid"] != b"mine".hex()
    board.joined("192.168.50.7")
    assert board.told("softap")["channel"] == HOME["channel"]
    assert b'"mine","password1",11,3' in board.command("AT+CWSAP_CUR?")
    board.command("AT+CWQAP")
    assert board.told("softap")["channel"] == 11


def test_a_fault_keeps_the_places_of_those_who_left(scripted: Callable[..., Scripted]) -> None:
    board = scripted("--fault", "softap.places-kept")
    board.until(rb"\r\nready\r\n")
    board.command("AT+CWMODE_CUR=2")
    board.command('AT+CWSAP_CUR="mine","password1",5,3,1,1')
    first, second = "02:00:00:00:00:11", "02:00:00:00:00:12"
    board.tell("guest", station=first)
    board.tell("gone", station=first)
    board.tell("knock", station=second)
    assert not board.told("admit")["yes"]
    board.tell("knock", station=first)
    assert board.told("admit")["yes"]


def test_a_fault_takes_a_guest_for_a_connection(scripted: Callable[..., Scripted]) -> None:
    board = scripted("--fault", "wifi.connected-for-guests")
    board.until(rb"\r\nready\r\n")
    board.command("AT+CWMODE_CUR=2")
    board.tell("knock", station="02:00:00:00:00:11")
    assert board.told("admit")["yes"]
    board.until(rb"WIFI CONNECTED")


@pytest.mark.parametrize("end", ["", "_CUR", "_DEF"])
def test_a_fault_tells_what_was_set_when_a_station_joined(
    scripted: Callable[..., Scripted], end: str
) -> None:
    board = scripted("--fault", f"cwsap{end.lower()}.query-stale-with-guests")
    board.until(rb"\r\nready\r\n")
    board.command("AT+CWMODE_CUR=2")
    board.tell("knock", station="02:00:00:00:00:11")
    assert board.told("admit")["yes"]
    board.command(f'AT+CWSAP{end}="another","12345678",5,3')
    assert b"another" not in board.command(f"AT+CWSAP{end}?")


NONSENSE = (
        b"\n", b"[]\n", b"{\n", b"\xff\xfe\n", b'{"told": 1}\n', b'{"told": []}\n',
        b'{"told": "beacons"}\n', b'{"told": "beacons", "beacons": [{}]}\n',
        b'{"told": "beacons", "beacons": [{"ssid": "zz"}]}\n', b'{"told": "knock"}\n',
        b'{"told": "knock", "station": "none"}\n', b'{"told": "connected", "wish": {}}\n',
        b'{"told": "refused", "wish": 1, "why": []}\n', b"[" * 100_000 + b"\n",
        b'{"told": "whom", "way": "SmartConfig"}\n', b'{"told": "gone", "station": 7}\n',
)  # fmt: skip


def test_nonsense_from_the_lab_changes_nothing(board: Scripted) -> None:
    for line in NONSENSE:
        board.air.sendall(line)
        assert board.command("AT").endswith(b"OK\r\n"), line[:100]


def test_a_line_without_end_ends_it(board: Scripted) -> None:
    with contextlib.suppress(OSError):  # the end may come while we still send
        board.air.sendall(b"x" * (1 << 22))
    assert board.process.wait(DEADLINE_S) == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--pty", "--net", "lab"], "go together"),
        (["--pty", "--air", "3"], "go together"),
        (["--pty", "--net", "lab", "--air", "977"], "cannot use descriptor 977"),
        (["--tcp", "fd:977"], "cannot use descriptor 977"),
        (["--rfc2217", "fd:x"], "is not HOST:PORT or fd:N"),
    ],
)
def test_errors_are_one_line(
    arguments: list[str], says: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    (line,) = capfd.readouterr().err.splitlines()
    assert says in line
