"""Every fault shows, and shows only where it should.

The probes are short conversations, each with a board of its own.  A fault shows if any probe goes
differently from health; a fault of one command must leave alone every probe without that command.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

import pytest
from address_probes import RESTORED, addresses
from emulator_bench import OK, Bench
from link_probes import links
from probes import BOOT, CYCLE, GAP, RESET, SOON, Probe, basic
from probes_station import station
from town import Town

from rigs.emulator.commands import DEFINITIONS
from rigs.emulator.mutants import clients, idleness, responder
from rigs.emulator.mutants.active import UnknownFault, no_faults
from rigs.emulator.mutants.basic import LONG_SLEEP
from rigs.emulator.mutants.catalogue import (
    AFTER_MINUTES,
    IN_FORCE,
    MUTANTS,
    ON_A_NETWORK,
    PAIRED,
    SELDOM,
)
from rigs.emulator.mutants.naming import form_id, listed
from rigs.emulator.mutants.naming import slug as slug_of
from rigs.emulator.serial.uart import UartFormat

SLUGS = {slug_of(each.name): f"AT{each.name}".encode() for each in DEFINITIONS}
IDS = [each.id for each in MUTANTS]
NETWORK = {each.id for each in (*ON_A_NETWORK, *IN_FORCE, *PAIRED, *SELDOM)}
"""Those that show on a network alone: test_network_faults.py, test_services.py, test_seldom.py."""

LONG = {
    each.id
    for each in (
        *idleness.MUTANTS,
        *AFTER_MINUTES,
        *LONG_SLEEP,
        *clients.SILENT,
        *responder.IDLE,
    )
}
"""Those that show after minutes alone: test_long_faults.py, and the kill matrix."""

HEALTHY_IN_NONOS = re.compile(
    r"long\.rest-executed|cipstart\.port-0-accepted|savetranslink\.bad-ip-accepted|cipbufstatus\.unlinked-ok"
    r"|cipsend(ex)?\.(length-0-accepted|plus-cancels)"
    r"|name\.lower-case-prefix|line\.leading-space-accepted"
    r"|(?!gslp).*wraps-32"
    r"|cwdhcp(_cur|_def)?\.static-stays|cwdhcps_...\.set-without-dhcp"
    r"|cwdhcps_def\.query-in-station-mode|cip(sta|ap)(_cur|_def)?\.(three|two|class-[ab])-accepted"
    r"|uart.*\.baud-(109|4608001)-accepted"
    r"|gslp\.time-(not-printed|wrong|after-ok)|sleep\.(set-(in-any-mode|beside-softap)|softap-refuses-yet-sets)"
    r"|cwstartsmart\.locks-joins-only"
    r"|cipstart\.(keepalive|udpmode)-empty-accepted|cipclose\.minus-1-accepted"
    r"|wps\.set-in-mode-3-refused"
    r"|cwsap.*\.ecn-empty-accepted|cwlapopt\.sort-empty-accepted"
    r"|cwlapopt\.mask-(minus-1-accepted|wraps-8)"
)
"""Faults that real firmware has: in personality nonos-1.3 they change nothing."""


SPREADS = re.compile(
    r"cip(mux|mode)\.(default-1|survives-rst)"
    r"|cipsend\.(passthrough-echoes|exit-ignored|exit-clears-mode|four-plus-leave)"
)
"""Faults of a state on which other commands depend, too."""

EXTRA = {
    form_id(each, form, word)
    for each in DEFINITIONS
    for form in each.handlers.keys() - listed(each)
    for word in ("ok", "executes", "acts", "restarts")
}
"""Faults of forms that the document does not list, and real firmware has."""


def _lines(*lines: bytes) -> tuple[Probe, ...]:
    return tuple((b"ATE0\r\n", line + b"\r\n") for line in lines)


FORMS = tuple(
    probe
    for name in SLUGS.values()
    for probe in _lines(name, name + b"?", name + b"=?", name + b"=", name + b"=1")
)
_LINK = (b"AT+CWMODE_CUR=2", b'AT+CIPSTART="UDP","192.168.4.2",1001,2001,0')
_SERVER = (b"AT+CIPMUX=1", b"AT+CIPSERVER=1", b"AT+CIPSTO=7200")
#: A command -> what makes a state in which it shows that it acts, and what shows it.
_STATES = {
    **{
        b"AT+CWDHCP" + end: ((b"AT+CWMODE_CUR=3", b"AT+CWDHCP%b=1,0" % end), b"AT+CWDHCP%b?" % end)
        for end in (b"", b"_CUR", b"_DEF")
    },
    b"AT+CIPSTA_CUR": ((b"AT+CWMODE_CUR=3", b"AT+CWDHCP_CUR=1,1"), b"AT+CWDHCP_CUR?"),
    b"AT+CIPMUX": ((b"AT+CIPMUX=1",), b"AT+CIPMUX?"),
    b"AT+CIPMODE": ((b"AT+CIPMODE=1",), b"AT+CIPMODE?"),
    b"AT+CIPSTO": (_SERVER, b"AT+CIPSTO?"),
    b"AT+CIPSERVER": (_SERVER[:1], b"AT+CIPMUX=0"),
    b"AT+CIPSTART": (_LINK[:1], b"AT+CIPSTATUS"),
    **dict.fromkeys((b"AT+CIPCLOSE", b"AT+CIPSEND", b"AT+CIPSENDEX"), (_LINK, b"AT+CIPSTATUS")),
}
ACTED = tuple(
    tuple(each + b"\r\n" for each in (b"ATE0", *state, name + form, look))
    for name in SLUGS.values()
    for state, look in (
        ((b"AT+CWMODE_CUR=1",), name + b"?"),
        ((b"AT+CWMODE_CUR=3",), name + b"?"),
        *([_STATES[name]] if name in _STATES else []),
    )
    for form in (b"", b"?", b"=?")
)
"""What a form did that does not exist, as far as a query tells it."""

GENERAL: tuple[Probe, ...] = (
    (b"AT\r\n", b"AT+NOSUCH\r\n"),
    (b"AT+NOSUCH\xe9\r\n", b"AT\r\n"),
    (b"AT+" + b"X" * 40 + b"\r\n",),
    (b"AT+GMR\r\n", b"ATE0\r\n", b"AT+GMR\r\n", b"AT+NOSUCH\r\n", b"AT\r\n", RESET, b"AT\r\n"),
    *_lines(*(b"ATE%d" % n for n in range(11)), b"ATE-1", b"ATEx", b"ATE=0"),
    (b"ATE1\r\n", b"AT\r\n"),
    (b"ATE7\r\n", b"AT\r\n"),
    (b"ATE0\r\n", b"AT\r\n", b"ATE1\r\n", b"AT\r\n"),
    *_lines(b"AT+gmr", b"at+GMR", b"At+GMR", b"AT+GMRX", b"AT+GM", b"ATGMR", b"AT+GMR1"),
    *_lines(b"AT++GMR", b"AT+XGMR"),
    (b"ATE0\r\n", b"AT+CIPMUX1\r\n", b"AT+CIPMUX?\r\n"),
    *_lines(b" AT", b"AT +GMR", b"AT+GMR ", b"AT+GMR;x", b"AT+CWMODE? "),
    (b"AT+GMR\n",),
    (b"AT+GMR\r", b"AT\r\n"),
    (b"AT+GMR/r/n", b"\r\n"),
    (rb"AT+GMR\r\n", b"\r\n"),
    (b"AT+GMR", b"\r\n"),
    (b"AT", GAP, b"AT\r\n"),
    (b"\r\n", b"AT\r\n"),
    *((line + b"\r\n", b"AT\r\n") for line in (b"hello", b"AT+NOSUCH=,,,,,,,,", b"AT??")),
    (b"AT+NOSUCH=" + b"9" * 33 + b"\r\n", b"AT\r\n"),
    (b"A" * 64 + b"\r\n", b"AT\r\n"),
    (b"AT+NOSUCH\r\n",) * 9,
    (b"AT\r\n",) * 11,
    (b"AT" + b"x" * 300 + b"\r\n", b"AT\r\n"),
    (b"AT" + b"x" * 198 + b"AT+GMR\r\n",),
    (b"AT+G\0MR\r\n", b"AT\r\n"),
    (b'AT+CWSAP="x\r\n', b"AT\r\n"),
    (b"ATE0\r\n", b"AT\r\nAT\r\n"),
    (b"ATE0\r\n", b"AT\r\nAT+RST\r\n", b"AT\r\n"),
    (b"ATE0\r\n", b"AT+RST\r\n", b"AT\r\n"),
    (RESET, b"AT\r\n"),
    (b"AT\r\n", CYCLE, b"AT\r\n"),
)


def _softap(*parameters: bytes) -> bytes:
    return b"=" + b",".join(parameters) + b"\r\n"


def _wifi(name: bytes) -> tuple[Probe, ...]:
    """Probes of one of the three names of CWMODE and CWSAP, without the other two if possible."""
    mode, softap = b"AT+CWMODE" + name, b"AT+CWSAP" + name
    good = _softap(b'"net"', b'"12345678"', b"6", b"3", b"2", b"1")
    short = _softap(b'"net"', b'"12345678\xc3\xa4"', b"6", b"3")
    saps = [
        good,
        _softap(b'"a\\"b"', b'"12,345678"', b"1", b"2", b"1", b"0"),
        _softap(b'"net"', b'""', b"13", b"0"),
        _softap(b'"net"', b'"12345678"', b"6", b"4", b"4", b"1"),
        *(_softap(b'"net"', b'"12345678"', channel, b"3") for channel in (b"0", b"14")),
        *(_softap(b'"net"', b'"12345678"', b"6", ecn) for ecn in (b"1", b"5")),
        *(_softap(b'"net"', b'"12345678"', b"6", b"3", most) for most in (b"0", b"5")),
        _softap(b'"net"', b'"12345678"', b"6", b"3", b"4", b"2"),
        _softap(b'"%s"' % (b"s" * 33), b'"12345678"', b"6", b"3"),
        _softap(b'"net"', b'"1234567"', b"6", b"3"),
        _softap(b'"net"', b'"%s"' % (b"p" * 65), b"6", b"0"),
        _softap(b"net", b'"12345678"', b"6", b"3"),
        _softap(b'"net"', b'"12345678"', b'"6"', b"3"),
        _softap(b'"net"', b'"12345678"', b"6", b"3", b"4", b"0", b"9"),
    ]
    values = [b"=%d\r\n" % value for value in range(5)]
    query = b"?\r\n"
    other = b"_DEF" if name == b"_CUR" else b"_CUR"
    return (
        *((mode + value, mode + query) for value in values),
        *((softap + value, softap + query) for value in saps),
        (softap + good, softap + short, softap + query),
        *((each, ask, boot, ask) for each, ask in ((mode + b"=3\r\n", mode + query), (softap + good, softap + query)) for boot in (b"AT+RST\r\n", RESET, CYCLE)),  # noqa: E501
        (mode + b"=3\r\n", b"AT+CWMODE%s?\r\n" % other, b"AT+CWMODE_DEF?\r\n"),
        (softap + good, b"AT+CWSAP%s?\r\n" % other, b"AT+CWSAP_DEF?\r\n"),
        (b"AT+CWMODE%s=3\r\n" % other, mode + query),
        (b"AT+CWSAP%s" % other + good, softap + query),
        (b"AT+CWMODE_CUR=1\r\n", softap + query, softap + good),
    )  # fmt: skip


PROBES = (
    *GENERAL,
    *FORMS,
    *ACTED,
    *(p for name in (b"", b"_CUR", b"_DEF") for p in _wifi(name)),
    *(probe for slug in SLUGS for probe in basic(slug)),
    *(probe for slug in SLUGS for probe in links(slug)),
    *(probe for slug in SLUGS for probe in station(slug)),
    *(probe for slug in SLUGS for probe in addresses(slug)),
    *RESTORED,
)


@dataclass(frozen=True)
class Heard:
    """What can be noticed of one step: the bytes, how they were sent, how long all of it took."""

    said: bytes
    formats: tuple[UartFormat, ...]
    at_ns: int
    flash_programs: int


def _run(firmware: str, probe: Probe, faults: tuple[str, ...] = ()) -> list[Heard]:
    bench = Bench(firmware, faults, air=Town())
    bench.board.power_on()
    heard = [_heard(bench, bench.settle())]
    for step in probe:
        heard.append(_heard(bench, _step(bench, step)))
    return heard


def _step(bench: Bench, step: bytes) -> bytes:
    if step == RESET:
        bench.board.reset()
    elif step == BOOT:
        bench.board.reset()
        return bench.settle_for(1_000_000_000)
    elif step == CYCLE:
        bench.board.power_cycle()
    elif step.startswith(SOON):
        bench.board.receive(step.removeprefix(SOON))
        return bench.settle_for(10_000_000)
    elif step != GAP:
        return bench.say(step)
    return bench.settle()


def _heard(bench: Bench, said: bytes) -> Heard:
    formats = tuple(dict.fromkeys(bench.formats))
    bench.formats.clear()
    return Heard(said, formats, bench.now_ns, bench.board.flash.programs)


@functools.cache
def _healthy(firmware: str) -> tuple[list[Heard], ...]:
    return tuple(_run(firmware, probe) for probe in PROBES)


@functools.cache
def _names(probe: Probe) -> set[str]:
    """The slugs of the commands whose names stand in a probe."""
    text = b" ".join(probe).replace(b"\0", b"")
    return {
        slug
        for slug, name in SLUGS.items()
        if re.search(re.escape(name) + rb"(?![A-Z_])", text) or (slug == "ate" and b"ATE" in text)
    }


def _own_command(fault: str) -> str | None:
    slug = fault.partition(".")[0]
    return slug if slug in SLUGS else None


def test_ids_are_unique_and_every_fault_has_a_sentence() -> None:
    assert len(set(IDS)) == len(IDS)
    for each in MUTANTS:
        assert re.fullmatch(r"[a-z_-]+\.[a-z0-9-]+", each.id)
        assert len(each.says) > 15
        assert "\n" not in each.says


ONLY_IN_FLASH = {"flash.user-elsewhere", "flash.system-elsewhere"}
"""What no line and no count of writes shows; test_store.py looks into the flash."""

_SHOWN: dict[str, Probe] = {}
"""The probe that has shown a fault, so far."""


@pytest.mark.parametrize("firmware", ["document", "nonos-1.3"])
@pytest.mark.parametrize("fault", [each for each in IDS if each not in NETWORK | LONG])
@pytest.mark.faults
def test_the_fault_shows_and_only_where_it_should(firmware: str, fault: str) -> None:
    own = _own_command(fault)
    relevant = [
        (probe, healthy)
        for probe, healthy in zip(PROBES, _healthy(firmware), strict=True)
        if own is None or own in _names(probe)
    ]
    # What has shown it in the other personality is likely to do so here.
    relevant.sort(key=lambda each: each[0] is not _SHOWN.get(fault))
    shown = next(
        (probe for probe, healthy in relevant if _run(firmware, probe, (fault,)) != healthy), None
    )
    if shown is not None:
        _SHOWN[fault] = shown
    real = fault in EXTRA or HEALTHY_IN_NONOS.fullmatch(fault) is not None
    unseen = fault in ONLY_IN_FLASH or (firmware == "nonos-1.3" and real)
    assert (shown is None) is unseen


def leaves_the_others_alone(probe: Probe) -> bool:
    """Whether it notices no fault of commands that it does not name; all of those at once."""
    faults = tuple(
        each
        for each in IDS
        if _own_command(each) not in (None, *_names(probe)) and not SPREADS.fullmatch(each)
    )
    return _run("document", probe, faults) == _run("document", probe)


#: A firmware with thousands of faults takes a tenth of a second to make, one for each set of names.
BY_DAY = PROBES[::250]


@pytest.mark.parametrize("probe", BY_DAY)
def test_faults_of_a_command_leave_the_others_alone(probe: Probe) -> None:
    assert leaves_the_others_alone(probe)


@pytest.mark.faults
def test_faults_of_a_command_leave_the_others_alone_in_every_probe() -> None:
    assert [probe for probe in PROBES if not leaves_the_others_alone(probe)] == []


HANGING = [each for each in IDS if "hang" in each]


@pytest.mark.parametrize("fault", HANGING)
def test_a_hung_parser_comes_back_with_a_reset(fault: str) -> None:
    bench = Bench(faults=[fault]).booted()
    for line in (b"\r\n", b"\0\xff\r\n", b'AT+CWSAP="x\r\n', b"AT" + b"x" * 300 + b"\r\n"):
        bench.say(line)
    for line in (b"hello\r\n", b"A" * 64 + b"\r\n", b"AT+NOSUCH=,,,,,,,,\r\n", b"AT??\r\n"):
        bench.say(line)
    bench.say(b"AT+NOSUCH=" + b"9" * 33 + b"\r\n")
    for _ in range(9):
        bench.say(b"AT+NOSUCH\r\n")
    assert bench.say(b"AT\r\n") == b""
    bench.board.reset()
    bench.settle()
    assert bench.say(b"AT\r\n") == b"AT\r\r\n" + OK


def test_asking_for_a_fault_that_is_not_listed_is_an_error() -> None:
    with pytest.raises(UnknownFault):
        no_faults().set(["no.such"])
