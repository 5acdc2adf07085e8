"""The control socket's requests, without a socket."""

from __future__ import annotations

import json
from typing import Any

import pytest
from emulator_bench import ERROR, Bench
from hypothesis import given, settings
from hypothesis import strategies as st

from rigs.emulator.control import Requests


class _Line:
    port = "/dev/somewhere"
    rate = 115200

    def write(self, data: bytes) -> None:
        raise AssertionError(data)

    def close(self) -> None:
        raise AssertionError


class Desk:
    """Requests to a board in memory."""

    def __init__(self) -> None:
        self.bench = Bench().booted()
        self.quits = 0
        self._requests = Requests(self.bench.board, _Line(), self._quit)

    def ask(self, **request: object) -> dict[str, Any]:
        return self.raw(json.dumps(request).encode())

    def raw(self, line: bytes) -> dict[str, Any]:
        return self._requests.answer(line)

    def _quit(self) -> None:
        self.quits += 1


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_status(desk: Desk) -> None:
    assert desk.ask(do="status") == {
        "ok": True,
        "port": "/dev/somewhere",
        "firmware": "document",
        "powered": True,
        "ready": True,
        "uptime_ns": 50_000_000,
        "boots": 1,
        "faults": [],
        "uart_rate": 115200,
    }


def test_faults_are_replaced_as_a_whole(desk: Desk) -> None:
    assert desk.ask(do="fault", set=["at.error"])["faults"] == ["at.error"]
    assert desk.bench.mute().say(b"AT\r\n") == ERROR
    assert desk.ask(do="fault", set=["at.silent"])["faults"] == ["at.silent"]
    assert desk.bench.say(b"AT\r\n") == b""
    assert desk.ask(do="fault", set=[])["faults"] == []


def test_an_unknown_fault_changes_nothing(desk: Desk) -> None:
    desk.ask(do="fault", set=["at.error"])
    reply = desk.ask(do="fault", set=["at.silent", "no.such"])
    assert not reply["ok"]
    assert "no.such" in reply["error"]
    assert desk.ask(do="status")["faults"] == ["at.error"]


def test_every_fault_is_explained(desk: Desk) -> None:
    assert {"id": "rst.no-restart", "says": "AT+RST answers OK, but nothing is done"} in desk.ask(
        do="faults"
    )["faults"]


def test_power_reset_firmware_quit(desk: Desk) -> None:
    assert desk.ask(do="power", state="off") == {"ok": True}
    assert not desk.ask(do="status")["powered"]
    assert desk.ask(do="power", state="on") == {"ok": True}
    assert desk.ask(do="power", state="cycle") == {"ok": True}
    assert desk.ask(do="reset") == {"ok": True}
    assert desk.ask(do="firmware", name="nonos-1.3") == {"ok": True}
    status = desk.ask(do="status")
    assert (status["firmware"], status["boots"]) == ("nonos-1.3", 5)
    assert desk.ask(do="quit") == {"ok": True}
    assert desk.quits == 1


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 60000,
        b"1" * 60000,
        b"{}",
        b'{"do": 1}',
        b'{"do": ["status"]}',
        b'{"do": "explode"}',
        b'{"do": "fault"}',
        b'{"do": "fault", "set": "at.error"}',
        b'{"do": "fault", "set": [1]}',
        b'{"do": "power"}',
        b'{"do": "power", "state": ["on"]}',
        b'{"do": "firmware", "name": {}}',
    ],
)
def test_malformed_requests_get_a_sentence(desk: Desk, line: bytes) -> None:
    reply = desk.raw(line)
    assert reply["ok"] is False
    assert len(reply["error"]) > 20


WORDS = st.sampled_from(["do", "set", "state", "name", "status", "fault", "power", "firmware"])
VALUES = st.recursive(
    st.none() | st.integers() | WORDS,
    lambda each: st.lists(each, max_size=3) | st.dictionaries(WORDS, each, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(VALUES)
def test_no_json_value_breaks_it(value: object) -> None:
    assert isinstance(Desk().raw(json.dumps(value).encode())["ok"], bool)
