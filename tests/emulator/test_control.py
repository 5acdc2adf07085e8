"""The control socket's requests, without a socket."""

from __future__ import annotations

import json
from typing import Any

import pytest
from emulator_bench import ERROR, Bench
from hypothesis import given, settings
from hypothesis import strategies as st

from rigs.emulator.board.pins import WIRINGS, Pins
from rigs.emulator.process.control import Requests
from rigs.emulator.serial.uart import UartFormat
from rigs.emulator.timing import FAST


class _Line:
    port = "/dev/somewhere"
    format = UartFormat()

    def write(self, data: bytes) -> None:
        raise AssertionError(data)

    def close(self) -> None:
        raise AssertionError


class Desk:
    """Requests to a board in memory."""

    def __init__(self) -> None:
        self.bench = Bench().booted()
        self.quits = 0
        pins = Pins(self.bench.board.pins, WIRINGS["direct"], lambda: self.bench.now_ns)
        self._requests = Requests(self.bench.board, _Line(), pins, self._quit)

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
        "asleep": False,
        "downloads": False,
        "pins": {"en": True, "gpio0": True},
        "uptime_ns": FAST.boot_ready,
        "boots": 1,
        "faults": [],
        "variants": [],
        "uart_rate": 115200,
        "uart": {"baud": 115200, "databits": 8, "stopbits": 1, "parity": 0, "flow": 0},
        "sector_erases": 0,
        "programs": 0,
    }


def test_variants_are_replaced_as_a_whole(desk: Desk) -> None:
    assert desk.ask(do="variant", set=["gmr.bin-version"])["variants"] == ["gmr.bin-version"]
    assert b"Bin version" in desk.bench.say(b"AT+GMR\r\n")
    assert not desk.ask(do="variant", set=["pace.slow", "no.such"])["ok"]
    assert desk.ask(do="status")["variants"] == ["gmr.bin-version"]
    assert desk.ask(do="variant", set=["random:1"])["variants"]
    assert desk.ask(do="variant", set=[])["variants"] == []


def test_every_variant_is_explained(desk: Desk) -> None:
    for each in desk.ask(do="variants")["variants"]:
        assert each.keys() == {"id", "says", "open"}


def test_snapshot(desk: Desk) -> None:
    desk.bench.say(b"AT+CWMODE_DEF=3\r\n")
    about = desk.ask(do="snapshot")
    assert (about["ok"], about["boots"], about["programs"]) == (True, 1, 2)
    with_bytes = desk.ask(do="snapshot", offset=about["system_area"][0], length=3)
    assert with_bytes == {**about, "offset": 0x3FC000, "length": 3, "data": "BQAF"}
    assert not desk.ask(do="snapshot", offset=about["size"], length=1)["ok"]


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
        b'{"do": "variant"}',
        b'{"do": "variant", "set": [1]}',
        b'{"do": "snapshot", "offset": 0}',
        b'{"do": "snapshot", "offset": 0, "length": 1e3}',
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
