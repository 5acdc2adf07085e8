"""Every bug that is listed, shown by bytes; echo off where the stranger has an echo."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.strangers.device import SECOND
from tests.strangers.host import SimulatedHost
from tests.strangers.roster import STRANGERS

OK = b"\r\nOK\r\n"
ERROR = b"\r\nERROR\r\n"
READY = "ready"
"""In place of exact bytes: the answer ends in a restart, which shows its banner."""


@dataclass(frozen=True)
class Shown:
    """One bug: the requirements that it breaks, and an exchange in which it shows."""

    name: str
    ids: tuple[str, ...]
    steps: tuple[tuple[str, bytes | str], ...]


def each(pattern: str, *names: str) -> tuple[str, ...]:
    return tuple(pattern.format(name) for name in names)


BOOTED = b"\r\nready\r\n"
UARTS = ("3.2.7/UART", "3.2.8/UART_CUR", "3.2.9/UART_DEF")
TOLD_BY_SDK = b"interfaces: sta(18:fe:34:97:d5:7b) + softAP(1a:fe:34:97:d5:7b)\r\n"
PIECES_OK, PIECES_ERROR = b"OK\r\n\n", b"ERROR\r\n\n"
WDT = "wdt reset"

BUGS = (
    Shown("pieces", ("3.2.2/RST/execute/02",), (("AT+RST", PIECES_OK), ("AT", PIECES_OK))),
    Shown(
        "pieces",
        ("3.2.5/ATE/set/05",),
        (("ATE256", PIECES_OK), ("AT", b"AT\r\n\n" + PIECES_OK)),
    ),
    Shown(
        "pieces",
        ("3.2.10/SLEEP/set/05",),
        (
            ("AT+SLEEP=1", PIECES_OK),
            ("AT+SLEEP=3", PIECES_ERROR),
            ("AT+SLEEP?", b"+SLEEP:3\r\n" + PIECES_OK),
        ),
    ),
    Shown("pieces", ("5.2.19/CIPDINFO/set/02",), (("AT+CIPDINFO=2", PIECES_OK),)),
    Shown(
        "bytewise",
        (
            "4.1.3/CWMODE_DEF/set/06",
            "4.1.3/CWMODE_DEF/set/08",
            "4.1.3/CWMODE_DEF/set/09",
            "4.1.3/CWMODE_DEF/set/10",
            "6/CWMODE_DEF/general/01",
        ),
        (
            ("AT+CWMODE_DEF=1", OK),
            ("AT+CWMODE_DEF?", b"\r\n+CWMODE_DEF:1" + OK),
            ("AT+RST", READY),
            ("AT+CWMODE_DEF?", b"\r\n+CWMODE_DEF:2" + OK),
            ("AT+CWMODE_CUR?", b"\r\n+CWMODE_CUR:2" + OK),
            ('AT+CWSAP_CUR="name","password",1,3', OK),
        ),
    ),
    Shown(
        "bytewise",
        (
            "4.1.15/CWDHCP_CUR/set/09",
            "4.1.15/CWDHCP_CUR/set/10",
            "6/CWDHCP_CUR/general/01",
        ),
        (
            ("AT+CWDHCP_CUR=0,0", OK),
            ("AT+CWDHCP_DEF?", b"\r\n+CWDHCP_DEF:3" + OK),
            ("AT+RST", READY),
            ("AT+CWDHCP_CUR?", b"\r\n+CWDHCP_CUR:2" + OK),
        ),
    ),
    *(
        Shown(
            "bytewise",
            (f"4.1.{number}/CIPSTAMAC{end}/set/03",),
            ((f'AT+CIPSTAMAC{end}="15:fe:36:97:d5:7b"', OK),),
        )
        for number, end in ((20, ""), (21, "_CUR"), (22, "_DEF"))
    ),
    Shown("bytewise", ("4.1.13/CWLIF/query/01",), (("AT+CWLIF?", OK),)),
    *(
        Shown(name, ids, ((f'AT+{command}="192.0.2.1"', answer),))
        for name, command, ids, answer in (
            ("old", "CIPAP", ("4.1.29/CIPAP/set/01",), ERROR),
            ("mislabelled", "CIPAP", ("4.1.29/CIPAP/set/01",), b"ERROR\r\n"),
            ("mislabelled", "CIPAP_CUR", ("4.1.30/CIPAP_CUR/set/01",), b"ERROR\r\n"),
            ("mislabelled", "CIPAP_DEF", ("4.1.31/CIPAP_DEF/set/01",), b"ERROR\r\n"),
        )
    ),
    Shown("old", ("4.1.9/CWQAP/test/01",), (("AT+CWQAP=?", OK),)),
    Shown("old", ("5.2.1/CIPSTATUS/test/01",), (("AT+CIPSTATUS=?", OK),)),
    Shown("old", ("5.2.11/CIFSR/test/01",), (("AT+CIFSR=?", OK),)),
    Shown(
        "old",
        ("4.1.19/CWAUTOCONN/query/01",),
        (("AT+CWAUTOCONN=0", OK), ("AT+CWAUTOCONN?", b"+CWAUTOCONN:1\r\n" + OK)),
    ),
    Shown("old", ("5.2.19/CIPDINFO/query/01",), (("AT+CIPDINFO?", b"+CIPDINFO:FALSE\r\n" + OK),)),
    Shown("old", ("5.2.16/CIPSTO/set/03",), (("AT+CIPSTO=7201", OK),)),
    Shown(
        "old",
        (
            "4.1.14/CWDHCP/set/09",
            "4.1.14/CWDHCP/set/10",
            "4.1.14/CWDHCP/set/11",
            "6/CWDHCP/general/01",
        ),
        (
            ("AT+CWDHCP=2,0", OK),
            ("AT+CWDHCP?", b"+CWDHCP:0\r\n" + OK),
            ("AT+RST", READY),
            ("AT+CWDHCP?", b"+CWDHCP:3\r\n" + OK),
        ),
    ),
    Shown(
        "old",
        ("4.1.29/CIPAP/set/11",),
        (
            ('AT+CIPAP="192.168.5.1"', OK),
            ("AT+CWDHCP?", b"+CWDHCP:2\r\n" + OK),
            ("AT+RST", READY),
            ("AT+CWDHCP?", b"+CWDHCP:3\r\n" + OK),
        ),
    ),
    Shown("old", ("4.1.10/CWSAP/set/15",), (('AT+CWSAP="name","password",15,3', OK),)),
    Shown(
        "skittish",
        ("2/-/general/11", "2/-/general/12"),
        (("AT" + "x" * 127, WDT), ("AT", b"AT\r\r\n\r\nOK\r\n")),
    ),
    *(
        Shown("skittish", (name,), ((f"AT+{line}=4294967296", WDT),))
        for name, line in (
            ("3.2.10/SLEEP/set/03", "SLEEP"),
            ("3.2.11/RFPOWER/set/02", "RFPOWER"),
            ("4.1.2/CWMODE_CUR/set/03", "CWMODE_CUR"),
            ("5.2.12/CIPMUX/set/03", "CIPMUX"),
            ("5.2.3/CIPSSLSIZE/set/02", "CIPSSLSIZE"),
            ("4.1.19/CWAUTOCONN/set/02", "CWAUTOCONN"),
        )
    ),
    Shown(
        "talkative",
        ("3.2.3/GMR/execute/01",),
        (
            (
                "AT+GMR",
                b"AT version:0.60.0.0(Jan 29 2016 15:10:17)\r\n"
                b"SDK version:1.5.2(7eee54f4)\r\ncompile time:Jan 29 2016 15:23:59\r\n\r\n",
            ),
        ),
    ),
    Shown("talkative", ("3.2.2/RST/query/01", "3.2.2/RST/query/02"), (("AT+RST?", READY),)),
    Shown("talkative", ("4.1.9/CWQAP/execute/01",), (("AT+CWQAP", OK + ERROR),)),
    Shown("talkative", ("4.1.8/CWLAP/set/05",), (("AT+CWLAP=name", b"scandone\r\n" + OK),)),
    Shown(
        "talkative",
        ("5.2.12/CIPMUX/set/04",),
        (("AT+CIPMUX=1x", OK), ("AT+CIPMUX?", b"+CIPMUX:1\r\n" + OK)),
    ),
    Shown(
        "mislabelled",
        ("4.1.31/CIPAP_DEF/query/01",),
        (
            (
                "AT+CIPAP_DEF?",
                b'(asked for cipap)\r\n+CIPAP_CUR:"192.168.4.1"\r\nOK\r\n',
            ),
        ),
    ),
    Shown(
        "mislabelled",
        ("4.1.16/CWDHCP_DEF/query/01",),
        (("AT+CWDHCP_DEF?", b"(asked for cwdhcp)\r\n+CWDHCP_DEF:7\r\nOK\r\n"),),
    ),
    Shown(
        "mislabelled",
        ("4.1.10/CWSAP/query/01",),
        (
            ('AT+CWSAP="name","password",6,3,2,1', b"OK\r\n"),
            ("AT+CWSAP?", b'(asked for cwsap)\r\n+CWSAP:"name","password",6,3,2\r\nOK\r\n'),
            (
                "AT+CWSAP_CUR?",
                b'(asked for cwsap)\r\n+CWSAP_CUR:"name","password",6,3,2,1\r\nOK\r\n',
            ),
        ),
    ),
    Shown(
        "mislabelled",
        ("4.1.24/CIPAPMAC_CUR/set/11",),
        (
            ('AT+CIPAPMAC_CUR="1a:fe:36:97:d5:7b"', b"OK\r\n"),
            (
                "AT+CIPSTAMAC_CUR?",
                b'(asked for cipstamac)\r\n+CIPSTAMAC_CUR:"1a:fe:36:97:d5:7b"\r\nOK\r\n',
            ),
        ),
    ),
    *(
        Shown(
            "mislabelled",
            (name,),
            ((f'AT+{command}=1,2881,"192.168.4.10","192.168.4.15"', b"OK\r\n"),),
        )
        for name, command in (
            ("4.1.17/CWDHCPS_CUR/set/07", "CWDHCPS_CUR"),
            ("4.1.18/CWDHCPS_DEF/set/07", "CWDHCPS_DEF"),
        )
    ),
)


def quiet_host(name: str) -> SimulatedHost:
    host = SimulatedHost(STRANGERS[name].make)
    host.run(SECOND)
    if name not in ("bytewise", "skittish"):  # the first is silent after a start, too
        host.ask("ATE0")
    return host


def without_diagnostics(heard: bytes) -> bytes:
    lines = heard.splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(b"[diag]"))


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: f"{bug.name}-{bug.ids[0]}")
def test_the_bug_shows(bug: Shown) -> None:
    host = quiet_host(bug.name)
    for line, wanted in bug.steps:
        heard = without_diagnostics(host.ask(line, SECOND))
        if isinstance(wanted, bytes):
            assert heard == wanted
            continue
        assert b"ready" in heard
        assert wanted == READY or any(b"wdt reset" in sent for _, sent in host.sent)
        if bug.name not in ("bytewise", "skittish"):
            host.ask("ATE0")


@pytest.mark.parametrize("head", UARTS)
@pytest.mark.parametrize(("at", "value"), [(1, 261), (2, 257), (3, 256)])
def test_the_divisor_takes_framing_modulo_256(head: str, at: int, value: int) -> None:
    values = [115200, 8, 1, 0, 0]
    values[at] = value
    host = quiet_host("divisor")
    heard = host.ask(f"AT+{head.partition('/')[2]}={','.join(map(str, values))}", 0)
    assert heard == b"\r\n\r\nOK\r\n"
    if at == 1:
        assert host.device.uart.databits == 5


@pytest.mark.parametrize(("rate", "lands"), [(110, 12547), (300, 17691), (600, 35382)])
def test_the_divisor_has_sixteen_bits(rate: int, lands: int) -> None:
    host = quiet_host("divisor")
    assert host.ask(f"AT+UART_CUR={rate},8,1,0,0") == b"\r\n\r\nOK\r\n"
    assert host.device.uart.baudrate == lands
    assert b"OK" not in host.ask("AT")


def test_every_bug_that_is_listed_is_shown() -> None:
    shown = {(bug.name, name) for bug in BUGS for name in bug.ids}
    shown |= {("divisor", f"{head}/set/{n}") for head in UARTS for n in ("02", "09", "10", "11")}
    listed = {
        (name, each)
        for name, it in STRANGERS.items()
        for each in (*it.about.breaks, *it.about.observed)
    }
    assert shown == listed
