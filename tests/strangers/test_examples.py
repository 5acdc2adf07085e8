"""Every stranger on the document's examples that it claims, and on what it does not have."""

from __future__ import annotations

import pytest

from tests.strangers.device import MS, SECOND, Uart
from tests.strangers.host import SimulatedHost
from tests.strangers.roster import STRANGERS, Stranger

EACH = pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS)
#: Longer than any answer that needs no air.
PATIENCE = SECOND

#: Line, command, form; clauses 3 to 5.
EXAMPLES = (
    ("AT", "AT", "execute"),
    ("AT+RFPOWER=50", "RFPOWER", "set"),
    ("AT+SLEEP?", "SLEEP", "query"),
    ("AT+SLEEP=0", "SLEEP", "set"),
    ("AT+RFVDD?", "RFVDD", "query"),
    ("AT+RFVDD=3000", "RFVDD", "set"),
    ("AT+RFVDD", "RFVDD", "execute"),
    ("AT+UART_CUR=115200,8,1,0,3", "UART_CUR", "set"),
    ("AT+UART_DEF=115200,8,1,0,3", "UART_DEF", "set"),
    ("AT+UART=115200,8,1,0,3", "UART", "set"),
    ("AT+CWMODE=?", "CWMODE", "test"),
    ("AT+CWMODE=3", "CWMODE", "set"),
    ("AT+CWMODE?", "CWMODE", "query"),
    ("AT+CWMODE_DEF=3", "CWMODE_DEF", "set"),
    ("AT+CWMODE_DEF?", "CWMODE_DEF", "query"),
    ("AT+CWMODE_CUR=3", "CWMODE_CUR", "set"),
    ("AT+CWMODE_CUR?", "CWMODE_CUR", "query"),
    ("AT+CWMODE_CUR=?", "CWMODE_CUR", "test"),
    ('AT+CWSAP="ESP756290","21030826",1,4', "CWSAP", "set"),
    ('AT+CWSAP_CUR="ESP8266","1234567890",5,3', "CWSAP_CUR", "set"),
    ('AT+CWSAP_DEF="ESP8266","12345678",5,3', "CWSAP_DEF", "set"),
    ("AT+CWSAP_DEF?", "CWSAP_DEF", "query"),
    ("AT+CWLIF", "CWLIF", "execute"),
    ("AT+CWDHCP=1,1", "CWDHCP", "set"),
    ("AT+CWDHCP?", "CWDHCP", "query"),
    ("AT+CWDHCP_DEF=1,1", "CWDHCP_DEF", "set"),
    ("AT+CWDHCP_CUR=0,1", "CWDHCP_CUR", "set"),
    ("AT+CWDHCP_CUR?", "CWDHCP_CUR", "query"),
    ('AT+CWDHCPS_CUR=1,3,"192.168.4.10","192.168.4.15"', "CWDHCPS_CUR", "set"),
    ('AT+CWDHCPS_DEF=1,3,"192.168.4.10","192.168.4.15"', "CWDHCPS_DEF", "set"),
    ("AT+CWDHCPS_CUR=0", "CWDHCPS_CUR", "set"),
    ("AT+CWAUTOCONN=1", "CWAUTOCONN", "set"),
    ('AT+CIPSTAMAC_DEF="18:fe:35:98:d3:7b"', "CIPSTAMAC_DEF", "set"),
    ("AT+CIPSTAMAC_DEF?", "CIPSTAMAC_DEF", "query"),
    ('AT+CIPAPMAC="1a:fe:36:97:d5:7b"', "CIPAPMAC", "set"),
    ("AT+CIPAPMAC?", "CIPAPMAC", "query"),
    ('AT+CIPSTA="192.168.6.100","192.168.6.1","255.255.255.0"', "CIPSTA", "set"),
    ('AT+CIPSTA_DEF="192.168.6.100"', "CIPSTA_DEF", "set"),
    ("AT+CIPSTA_DEF?", "CIPSTA_DEF", "query"),
    ('AT+CIPAP="192.168.5.1","192.168.5.1","255.255.255.0"', "CIPAP", "set"),
    ('AT+CIPAP_DEF="192.168.5.1"', "CIPAP_DEF", "set"),
    ('AT+CIPAP_CUR="192.168.5.1"', "CIPAP_CUR", "set"),
    ("AT+CIFSR", "CIFSR", "execute"),
    ("AT+CIPSSLSIZE=4096", "CIPSSLSIZE", "set"),
    ("AT+CIPMUX=1", "CIPMUX", "set"),
    ("AT+CIPMUX?", "CIPMUX", "query"),
    ("AT+CIPSERVER=1,1001", "CIPSERVER", "set"),
    ("AT+CIPSTO=10", "CIPSTO", "set"),
    ("AT+CIPSTO?", "CIPSTO", "query"),
    ("AT+CIPMODE?", "CIPMODE", "query"),
    ("AT+CIPDINFO=1", "CIPDINFO", "set"),
)


def started(stranger: Stranger) -> SimulatedHost:
    host = SimulatedHost(stranger.make)
    assert b"ready" in host.run(PATIENCE)
    return host


def result(heard: bytes) -> str:
    lines = [line.strip() for line in heard.decode("latin-1").splitlines()]
    codes = [line for line in lines if line in ("OK", "ERROR", "FAIL")]
    return codes[-1] if codes else ""


@EACH
def test_it_starts_and_answers_at(stranger: Stranger) -> None:
    host = started(stranger)
    assert abs(host.device.uart.baudrate - Uart().baudrate) < 100
    assert result(host.ask("AT", PATIENCE)) == "OK"


@EACH
def test_it_takes_the_examples_that_it_claims(stranger: Stranger) -> None:
    host = started(stranger)
    has = stranger.about.has
    for line, command, form in EXAMPLES:
        if form in has.get(command, "").split():
            assert result(host.ask(line, PATIENCE)) == "OK", line


@EACH
def test_it_refuses_the_examples_that_it_does_not_claim(stranger: Stranger) -> None:
    host = started(stranger)
    for line, command, _ in EXAMPLES:
        if command not in stranger.about.has:
            assert result(host.ask(line, PATIENCE)) == "ERROR", line


@EACH
@pytest.mark.parametrize("line", ["AT+NOSUCHCOMMAND", "AT+NOSUCHCOMMAND?", "AT=?", "AT?", "AT=1"])
def test_it_refuses_what_does_not_exist(stranger: Stranger, line: str) -> None:
    assert result(started(stranger).ask(line, PATIENCE)) == "ERROR"


@EACH
@pytest.mark.parametrize("data", [b"AT\n", b"AT\r", b"at\r\n", b"AT+gmr\r\n"])
def test_only_capitals_and_cr_lf_make_a_command(stranger: Stranger, data: bytes) -> None:
    host = started(stranger)
    host.write(data)
    assert result(host.run(PATIENCE)) in ("", "ERROR")
    host.ask("", PATIENCE)
    assert result(host.ask("AT", PATIENCE)) == "OK"


@EACH
@pytest.mark.parametrize("line", [" ", '"', ",,,", "=", "?", "\\", "+++", "\0", "\xff\xfe", "OK"])
def test_nonsense_does_not_end_the_dialogue(stranger: Stranger, line: str) -> None:
    host = started(stranger)
    assert result(host.ask(line, PATIENCE)) != "OK" or line == "OK"
    assert result(host.ask("AT", PATIENCE)) == "OK"


@EACH
def test_a_long_line_is_no_short_command(stranger: Stranger) -> None:
    host = started(stranger)
    for length in (65, 128, 256, 512, 4096):
        host.ask("AT" + "x" * length, 3 * PATIENCE)
        assert result(host.ask("AT", PATIENCE)) == "OK"
        assert result(host.ask("AT+GMR".ljust(length, "x"), 3 * PATIENCE)) != "OK"


@EACH
def test_a_reset_forgets_what_was_begun(stranger: Stranger) -> None:
    host = started(stranger)
    host.write(b"AT+NOTHING=")
    host.reset()
    assert b"ready" in host.run(PATIENCE)
    assert result(host.ask("AT", PATIENCE)) == "OK"


@EACH
def test_restart_comes_and_commands_are_taken_again(stranger: Stranger) -> None:
    host = started(stranger)
    heard = host.ask("AT+RST", PATIENCE)
    assert b"OK" in heard
    restarts = "3.2.2/RST/execute/02" not in stranger.about.breaks
    assert (b"ready" in heard) == restarts
    assert result(host.ask("AT", PATIENCE)) == "OK"


@EACH
def test_the_echo_is_as_it_was_asked(stranger: Stranger) -> None:
    if "ATE" not in stranger.about.has:
        host = started(stranger)
        assert result(host.ask("ATE1", PATIENCE)) == "ERROR"
        assert b"AT+" not in host.ask("AT+SLEEP?", PATIENCE)
        return
    host = started(stranger)
    assert result(host.ask("ATE0", PATIENCE)) == "OK"
    assert b"AT" not in host.ask("AT", PATIENCE)
    assert result(host.ask("ATE1", PATIENCE)) == "OK"
    assert b"AT" in host.ask("AT", PATIENCE)
    assert result(host.ask("ATE9x", PATIENCE)) == "ERROR"


#: What is saved, and what is set for now, of settings that have three commands.
TRIPLES = {
    "CWMODE": ("1", "2"),
    "CIPSTAMAC": ('"18:fe:35:98:d3:7a"', '"18:fe:35:98:d3:7e"'),
    "CIPAPMAC": ('"1a:fe:35:98:d3:7a"', '"1a:fe:35:98:d3:7e"'),
    "CWDHCP": ("2,0", "2,1"),
    "CIPAP": ('"192.168.5.1"', '"192.168.6.1"'),
}


def sound(stranger: Stranger, stem: str) -> bool:
    """Whether it has all three, and none of them is wrong (`test_bugs.py` has those)."""
    about = stranger.about
    trio = [f"{stem}{end}" for end in ("", "_CUR", "_DEF")]
    wrong = [
        each
        for each in (*about.breaks, *about.inconclusive)
        if any(f"/{name}/" in each for name in trio) and not each.endswith("/set/03")
    ]
    return all(name in about.has for name in trio) and not wrong


SOUND = [(name, stem) for name in STRANGERS for stem in TRIPLES if sound(STRANGERS[name], stem)]


@pytest.mark.parametrize(("name", "stem"), SOUND)
def test_a_restart_keeps_what_is_saved_and_loses_what_is_not(name: str, stem: str) -> None:
    host = started(STRANGERS[name])
    saved, current = TRIPLES[stem]
    assert result(host.ask("AT+CWMODE=3" if stem != "CWMODE" else "AT", PATIENCE)) == "OK"
    assert result(host.ask(f"AT+{stem}_DEF={saved}", PATIENCE)) == "OK"
    told = told_value(host.ask(f"AT+{stem}_DEF?", PATIENCE))
    assert result(host.ask(f"AT+{stem}_CUR={current}", PATIENCE)) == "OK"
    assert told_value(host.ask(f"AT+{stem}_DEF?", PATIENCE)) == told
    assert told_value(host.ask(f"AT+{stem}_CUR?", PATIENCE)) != told
    assert b"ready" in host.ask("AT+RST", PATIENCE)
    assert told_value(host.ask(f"AT+{stem}_CUR?", PATIENCE)) == told


def told_value(heard: bytes) -> bytes:
    line = [each for each in heard.splitlines() if each.startswith(b"+")][-1]
    return line.partition(b":")[2].strip(b'"').lower()


def test_nothing_is_sent_by_a_device_that_nobody_asked_but_by_the_talkative() -> None:
    for name, stranger in STRANGERS.items():
        heard = started(stranger).run(5 * SECOND)
        assert bool(heard) == (name == "talkative"), name


def test_deep_sleep_is_as_long_as_was_told() -> None:
    for stranger in STRANGERS.values():
        if "GSLP" not in stranger.about.has:
            continue
        host = started(stranger)
        assert b"900\r\n" in host.ask("AT+GSLP=900", 360 * MS)
        assert host.ask("AT", 300 * MS) == b""
        assert b"ready" in host.run(SECOND)
        assert result(host.ask("AT", PATIENCE)) == "OK"
