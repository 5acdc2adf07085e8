"""Right and wrong values by the document's rows, for every stranger that claims the command."""

from __future__ import annotations

import pytest

from conformance.catalogue import load_edition
from tests.strangers.device import SECOND
from tests.strangers.host import SimulatedHost
from tests.strangers.roster import STRANGERS, Stranger

EDITION = load_edition()
EACH = pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS)
SPELLINGS = {"test": "=?", "query": "?", "set": "=1", "execute": ""}
NO_NUMBERS = ("", "x", "1x", "1.5", "-", ",1", "1,", "0,0,0,0,0,0,0,0")
NO_STRINGS = ("", "abc", '"abc', 'abc"', '"a"b"', '"abc"x')
NO_ADDRESSES = ("abc", "256.168.5.1", "192.168.5.256", "1.2.3.4.5", "a.b.c.d", "")
NO_MACS = (
    "abc",
    "18:fe:35:98:d3",
    "18:fe:35:98:d3:7b:01",
    "18-fe-35-98-d3-7b",
    "18:fe:35:98:d3:7g",
)

#: Command without its ending -> clause rows: parameters that are right, and that are wrong.
RIGHT: dict[str, tuple[str, ...]] = {
    "SLEEP": ("0", "1", "2"),
    "RFPOWER": ("0", "41", "82"),
    "RFVDD": ("1900", "2600", "3300"),
    "UART": ("115200,8,1,0,0", "115200,8,1,0,3"),
    "CWMODE": ("1", "2", "3"),
    "CWSAP": (
        '"name","password",1,3',
        '"name","password",11,4,1',
        '"n","12345678",6,2,4,1',
        f'"{"n" * 32}","{"p" * 64}",6,3,4,0',
        '"open","12345678",6,0',
        '"a\\"b","c\\\\d,12345",6,3',
        '"with space","a\\,b\\,cdefg",6,3',
    ),
    "CWDHCP": ("0,0", "0,1", "1,0", "1,1", "2,0", "2,1"),
    "CWDHCPS": (
        '1,1,"192.168.4.10","192.168.4.15"',
        '1,2880,"192.168.4.20","192.168.4.25"',
        "0",
    ),
    "CWAUTOCONN": ("0", "1"),
    "CIPSTAMAC": ('"18:fe:35:98:d3:7b"', '"00:00:00:00:00:02"'),
    "CIPAPMAC": ('"1a:fe:36:97:d5:7b"',),
    "CIPSTA": ('"192.168.6.100"', '"10.0.0.7","10.0.0.1","255.0.0.0"'),
    "CIPSSLSIZE": ("2048", "3000", "4096"),
    "CIPMUX": ("1", "0"),
    "CIPMODE": ("1", "0"),
    "CIPSTO": ("0", "180", "7200"),
    "CIPDINFO": ("0", "1"),
    "CWJAP": (),
    "CIPAP": ('"192.168.4.1"', '"192.168.4.1","192.168.4.1","255.255.255.0"'),
}
WRONG: dict[str, tuple[str, ...]] = {
    "SLEEP": ("3", "-1", "258", "4294967297"),
    "RFPOWER": ("83", "-1", "338", "4294967297"),
    "RFVDD": ("1899", "3301", "-1900", "4294969296"),
    "UART": (
        *("109,8,1,0,0", "4608001,8,1,0,0", "4295082496,8,1,0,0", "115200,4,1,0,0"),
        *("115200,9,1,0,0", "115200,8,0,0,0", "115200,8,4,0,0", "115200,8,1,3,0"),
        *(
            "115200,8,1,-1,0",
            "115200,8,1,0,4",
            "115200,8,1,0,259",
            "115200,8,1,0",
            "115200,8,1,0,0,0",
        ),
        *("115200,,1,0,0", "115200,8,x,0,0", "115200;8;1;0;0"),
    ),
    "CWMODE": ("0", "4", "257", "-3", "4294967299"),
    "CWSAP": (
        *('"name","1234567",6,3', '"name","",6,3', f'"name","{"p" * 65}",6,3'),
        *('"name","password",6,1', '"name","password",6,5', '"name","password",6,3,0'),
        *('"name","password",6,3,5', '"name","password",6,3,4,2', '"name","password",6'),
        *('"name","password",6,3,4,0,0', 'name,"password",6,3', '"name",password,6,3'),
        *('"name","password","6",3', '"name","password",x,3', '"name","password",6,259'),
    ),
    "CWDHCP": ("3,0", "-1,0", "0,2", "0,-1", "0", "0,1,1", "256,0", "0,257", "x,1", "0,x"),
    "CWDHCPS": (
        *('2,3,"192.168.4.10","192.168.4.15"', '1,0,"192.168.4.10","192.168.4.15"'),
        *('1,3,"192.168.9.10","192.168.9.15"', '1,3,"192.168.4.10"', "1", "1,3"),
        *("1,3,192.168.4.10,192.168.4.15", '1,3,"abc","192.168.4.15"', "2", "-1"),
        *('1,x,"192.168.4.10","192.168.4.15"', '1,-3,"192.168.4.10","192.168.4.15"'),
    ),
    "CWAUTOCONN": ("2", "-1", "257", "4294967297"),
    "CIPSTAMAC": tuple(f'"{each}"' for each in NO_MACS),
    "CIPAPMAC": (*(f'"{each}"' for each in NO_MACS), '"15:fe:36:97:d5:7b"'),
    "CIPSTA": (
        *(f'"{each}"' for each in NO_ADDRESSES),
        *(f'"192.168.6.1","{each}","255.255.255.0"' for each in NO_ADDRESSES),
        '"192.168.6.1","192.168.6.1","255.255.255.0",1',
    ),
    "CIPSSLSIZE": ("2047", "4097", "-2048", "4294969344"),
    "CIPMUX": ("2", "-1", "257", "4294967297"),
    "CIPMODE": ("2", "-1", "257", "4294967297"),
    "CIPSTO": ("-1", "7201", "4294967296"),
    "CIPDINFO": ("2", "-1", "257"),
    "CWJAP": (
        *('"name"', '"name","password","abc"', '"name",password', "name", "", '"a","b","c","d"'),
        f'"name","{"p" * 65}"',
    ),
    "CIPAP": (
        *(f'"{each}"' for each in NO_ADDRESSES),
        *('"10.0.0.1","10.0.0.1","255.0.0.0"', '"172.16.0.1","172.16.0.1","255.255.0.0"'),
        *("192.168.5.1", '"192.168.5.1","192.168.5.1","255.255.255.0","x"'),
    ),
}
STRINGS = ("CIPSTAMAC", "CIPAPMAC", "CIPSTA", "CIPAP")
ONE_NUMBER = (
    *("SLEEP", "RFPOWER", "RFVDD", "CWMODE", "CWAUTOCONN", "CIPSSLSIZE"),
    *("CIPMUX", "CIPMODE", "CIPSTO", "CIPDINFO"),
)
#: What a stranger does with a wrong value is shown in `test_bugs.py`.
EXCEPT = {
    ("talkative", "CIPMUX"): ("1x", "1.5", "1,", "0,0,0,0,0,0,0,0"),
    ("old", "CIPSTO"): ("7201", "4294967296"),
    ("pieces", "CIPDINFO"): ("2", "257"),
    ("skittish", None): ("4294967296", "4294967297", "4294967299", "4294969344"),
}


def result(heard: bytes) -> str:
    lines = [line.strip() for line in heard.decode("latin-1").splitlines()]
    codes = [line for line in lines if line in ("OK", "ERROR", "FAIL")]
    return codes[-1] if codes else ""


def started(stranger: Stranger) -> SimulatedHost:
    """With station and softAP enabled, where there are modes."""
    host = SimulatedHost(stranger.make)
    host.run(SECOND)
    for command in ("CWMODE", "CWMODE_CUR"):
        if command in stranger.about.has:
            assert result(host.ask(f"AT+{command}=3")) == "OK"
    return host


CASES = [
    (name, stem, end)
    for name, stranger in STRANGERS.items()
    for stem in RIGHT
    for end in ("", "_CUR", "_DEF")
    if "set" in stranger.about.has.get(f"{stem}{end}", "").split()
]


@pytest.mark.parametrize(("name", "stem", "end"), CASES)
def test_right_values_are_taken(name: str, stem: str, end: str) -> None:
    host = started(STRANGERS[name])
    for value in RIGHT[stem]:
        assert result(host.ask(f"AT+{stem}{end}={value}")) == "OK", value


@pytest.mark.parametrize(("name", "stem", "end"), CASES)
def test_wrong_values_are_refused(name: str, stem: str, end: str) -> None:
    host = started(STRANGERS[name])
    wrong = WRONG[stem] + (NO_STRINGS if stem in STRINGS else ())
    wrong += NO_NUMBERS if stem in ONE_NUMBER else ()
    spared = (*EXCEPT.get((name, stem), ()), *EXCEPT.get((name, None), ()))
    for value in wrong:
        if value not in spared:
            assert result(host.ask(f"AT+{stem}{end}={value}")) in ("ERROR", "FAIL"), value


@pytest.mark.parametrize(("name", "stem", "end"), CASES)
def test_what_was_set_is_told_and_what_was_refused_is_not(name: str, stem: str, end: str) -> None:
    stranger = STRANGERS[name]
    if "query" not in stranger.about.has[f"{stem}{end}"].split() or not RIGHT[stem]:
        return
    host = started(stranger)
    for value in RIGHT[stem][:2]:
        host.ask(f"AT+{stem}{end}={value}")
        told = answer(host.ask(f"AT+{stem}{end}?"))
        if stem not in ("CWDHCP", "CWSAP", "CWDHCPS", "RFVDD"):
            first = value.split(",")[0].strip('"')
            assert first.lower() in told.lower()
        host.ask(f"AT+{stem}{end}=-1")
        assert answer(host.ask(f"AT+{stem}{end}?")) == told


def answer(heard: bytes) -> str:
    lines = heard.decode("latin-1").splitlines()
    return "\n".join(each for each in lines if ":" in each and each.startswith("+"))


@EACH
def test_forms_that_nobody_lists_or_claims_are_refused(stranger: Stranger) -> None:
    about = stranger.about
    host = started(stranger)
    for command in EDITION.commands.values():
        if command.name in ("AT", "ATE"):
            continue
        has = about.has.get(command.name, "").split()
        for form in SPELLINGS:
            name = f"{command.clause}/{command.name}/{form}/01"
            if form not in has and name not in {*about.breaks, *about.observed}:
                line = f"AT+{command.name}{SPELLINGS[form]}"
                assert result(host.ask(line, 2 * SECOND)) == "ERROR", line


@EACH
def test_softap_commands_are_refused_in_station_mode(stranger: Stranger) -> None:
    has = stranger.about.has
    modes = [command for command in ("CWMODE", "CWMODE_CUR") if command in has]
    softap = [f"CWSAP{end}" for end in ("", "_CUR", "_DEF") if f"CWSAP{end}" in has]
    for mode in modes if softap else ():
        host = started(stranger)
        host.ask(f"AT+{mode}=1")
        for command in softap:
            assert result(host.ask(f"AT+{command}?")) == "ERROR"
            assert result(host.ask(f'AT+{command}="name","password",6,3')) == "ERROR"
