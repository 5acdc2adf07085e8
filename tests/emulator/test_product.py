"""The product of operators and seams: each can be switched on, and acts where it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

import pytest
from emulator_bench import ERROR, OK, Bench
from test_faults import PROBES, Heard
from test_faults import _names as names_in
from test_faults import _run as heard_in
from town import Town

from rigs.emulator.mutants.active import UnknownFault, no_faults
from rigs.emulator.mutants.catalogue import MUTANTS
from rigs.emulator.mutants.product import PREFIX, product
from rigs.emulator.serial.uart import in_registers
from tests.faults.product import reasons

LINES = (
    b"AT", b"AT+GMR", b"AT+CWMODE=3", b"AT+CWMODE?", b'AT+CWSAP="net","12345678",6,3', b"AT+CWSAP?",
    b"AT+CIPAP?", b'AT+CIPAP="192.168.5.1"', b"AT+UART?", b"AT+CIPMUX=1", b"AT+CWJAP?", b"AT+CWLAP",
    b"AT+CIFSR", b"AT+SLEEP?", b"AT+CIPSTATUS", b"AT+CWDHCP?", b"AT+CWDHCPS_CUR?", b"AT+RST",
)  # fmt: skip


def _called_equivalent() -> list[str]:
    rows = [each["match"] for each in reasons() if each["kind"] == "equivalent"]
    told = [id_ for id_ in product() if id_.endswith(("/always", "/second-time"))]
    return [id_ for id_ in told if any(fnmatchcase(id_, row) for row in rows)]


def _one_of_each() -> list[str]:
    """One id of each operator on each kind of seam."""
    found: dict[tuple[str, ...], str] = {}
    for id_ in product():
        seam, operator, condition = id_.removeprefix(PREFIX).rsplit("/", 2)
        found.setdefault((*seam.split("/")[1:], operator, condition), id_)
    return list(found.values())


def _says(*faults: str) -> bytes:
    bench = Bench(faults=faults, air=Town()).booted()
    return b"".join(bench.say(line + b"\r\n") for line in LINES)


def test_it_is_listed_apart() -> None:
    assert len(product()) > 5000
    assert not {each.id for each in MUTANTS} & product().keys()


def test_whatever_is_none_of_it_is_unknown() -> None:
    with pytest.raises(UnknownFault):
        no_faults().set([f"{PREFIX}AT/execute/upside-down/always"])


@pytest.mark.faults
@pytest.mark.parametrize("id_", _one_of_each())
def test_no_mutant_breaks_the_emulator(id_: str) -> None:
    _says(id_)


@pytest.mark.parametrize(
    ("id_", "line", "said"),
    [
        ("AT/execute/error/always", b"AT", ERROR),
        ("+CWMODE/query/show/off-by-one/always", b"AT+CWMODE?", b"+CWMODE:3\r\n" + OK),
        ("+CWMODE/query/label/cut/always", b"AT+CWMODE?", b"+CWMODE2\r\n" + OK),
        ("+CWSAP/query/fields/without-last/always", b"AT+CWSAP?", b",1,0,4\r\n" + OK),
        ("+CWMODE/set/decide/never-refused/always", b"AT+CWMODE=7", OK),
        ("+CWMODE/query/show/zero/in-mode-3", b"AT+CWMODE?", b"+CWMODE:2\r\n" + OK),
    ],
)
def test_an_operator_acts_on_its_seam(id_: str, line: bytes, said: bytes) -> None:
    bench = Bench(faults=[PREFIX + id_]).booted().mute()
    assert bench.say(line + b"\r\n").endswith(said)


def test_the_second_time_is_not_the_first() -> None:
    bench = Bench(faults=[f"{PREFIX}AT/execute/error/second-time"]).booted().mute()
    assert [bench.say(b"AT\r\n") for _ in range(3)] == [OK, ERROR, ERROR]


def test_after_a_restart_is_not_before_it() -> None:
    bench = Bench(faults=[f"{PREFIX}AT/execute/error/after-restart"]).booted().mute()
    assert [bench.say(b"AT\r\n") for _ in range(2)] == [OK, OK]
    bench.say(b"AT+RST\r\n")
    bench.mute()
    assert bench.say(b"AT\r\n") == ERROR
    bench.board.power_cycle()
    bench.settle()
    assert bench.mute().say(b"AT\r\n") == OK


@pytest.mark.parametrize(
    ("id_", "line", "said"),
    [
        ("echo/repeat/dropped/always", b"AT", b"\r\n" + OK),
        ("voice/framed/cut/always", b"AT", b"AT\r\r\n\r\nO\r\n"),
        ("voice/framed/cut/second-time", b"AT", b"AT\r\r\n" + OK),
        ("reader/body/empty/always", b"AT+GMR", b"AT+GMR\r\r\n" + ERROR),
        ("stack/status/zero/always", b"AT+CIPSTATUS", b"AT+CIPSTATUS\r\r\nSTATUS:0\r\n" + OK),
    ],
)
def test_a_method_of_what_keeps_state_is_a_seam(id_: str, line: bytes, said: bytes) -> None:
    """`body` and `status` are functions of properties."""
    assert Bench(faults=[PREFIX + id_]).booted().say(line + b"\r\n") == said


def test_an_act_may_come_late_or_never() -> None:
    late, never = (
        Bench(faults=[f"{PREFIX}+CWMODE/set/apply/{word}/always"]).booted().mute()
        for word in ("late", "dropped")
    )
    for bench in (late, never):
        bench.board.receive(b"AT+CWMODE=3\r\n")
        assert bench.settle_for(1_000_000) == OK
        assert b"+CWMODE:2" in bench.say(b"AT+CWMODE?\r\n")[:12]
    late.settle_for(2_000_000_000)
    assert b"+CWMODE:3" in late.say(b"AT+CWMODE?\r\n")


@pytest.mark.faults
@pytest.mark.parametrize("id_", _called_equivalent())
def test_nothing_shows_of_what_is_called_equivalent(id_: str) -> None:
    slug = id_.removeprefix(f"{PREFIX}+").partition("/")[0].lower()
    for probe in PROBES:
        if slug in names_in(probe):
            wrong, healthy = heard_in("document", probe, (id_,)), heard_in("document", probe)
            if "/late/" in id_:  # the probe waits until it is done; nothing is said then
                wrong, healthy = _timeless(wrong), _timeless(healthy)
            assert wrong == healthy, probe


def _timeless(heard: Sequence[Heard]) -> list[Heard]:
    return [replace(each, at_ns=0) for each in heard]


def test_every_row_about_a_survivor_is_of_some_mutant() -> None:
    for row in reasons():
        assert any(fnmatchcase(id_, row["match"]) for id_ in product()), row


@pytest.mark.parametrize(
    "id_", [each for each in product() if "+UART/set/change/" in each and each.endswith("/always")]
)
def test_a_uart_has_a_format_that_registers_can_hold(id_: str) -> None:
    """The line to an emulator could carry no other, and it would die of the first byte."""
    bench = Bench(faults=[id_]).booted().mute()
    bench.say(b"AT+UART=9600,7,2,1,0\r\n")
    assert in_registers(bench.board.uart) == bench.board.uart
