"""Every variant shows, and none of them breaks what a liberal reader relies on.

The reader here knows lines and nothing of blank ones: whatever the manners, a command must end with
the same final code, and what it tells must be among its lines.
"""

from __future__ import annotations

import functools
import re
import socket
import subprocess
import sys
from collections.abc import Callable

import pytest
from emulator_bench import (
    DEADLINE_S,
    OK,
    ROOT,
    Bench,
    Emulator,
    connected,
    read_until,
    reset,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from town import Town
from village import Village

from rigs.emulator.variants import UnknownVariant, Variants, network, printed
from rigs.emulator.variants.catalogue import CATALOGUE, no_variants

Start = Callable[..., Emulator]
IDS = [each.id for each in CATALOGUE]
MILLISECOND = 1_000_000

PROBE = (
    b"AT\r\n",
    b"AT+GMR\r\n",
    b"ATE0\r\n",
    b"ATE1\r\n",
    b"AT+NOSUCH\r\n",
    b"AT+CWMODE_CUR=?\r\n",
    b"AT+CWMODE_CUR?\r\n",
    b"AT+CWSAP_CUR?\r\n",
    b'AT+CWSAP_DEF="net","12345678",6,3\r\n',
    b'AT+CWSAP_DEF="net", "12345678", 6, 3\r\n',
    b"AT+SLEEP?\r\n",
    b"AT+SLEEP=1\r\n",
    b"AT+CWMODE_DEF=1\r\n",
    b"AT+SLEEP?\r\n",
    b"AT+SLEEP=1\r\n",
    b"AT+RFVDD?\r\n",
    b"AT+RFVDD=1899\r\n",
    b"AT+UART?\r\n",
    b"AT+UART_DEF?\r\n",
    b"AT+UART_CUR=100,8,1,0,0\r\n",
    b"AT+UART_CUR=115200,8,1,0,0\r\n",
    b"nonsense AT\r\n",
    b"AT\r\nAT\r\n",
    b"AT+RST\r\n",
    b"AT+CWMODE?\r\n",
    b"AT+RESTORE\r\n",
    b"AT+CWMODE?\r\n",
    b"AT+CWSAP?\r\n",
    b"AT+GSLP=10\r\n",
    b"AT\r\n",
    b"AT+CWMODE_CUR=2\r\n",
    b"AT+CWQAP\r\n",
    b"AT+CWLAP\r\n",
    b"AT+CWMODE_CUR=1\r\n",
    b"AT+CWJAP_CUR?\r\n",
    b'AT+CWJAP_CUR="nosuch","12345678"\r\n',
    b'AT+CWSTARTDISCOVER="gh","1",10\r\n',
    b'AT+MDNS=1,"espressif","iot",8080\r\n',
    b'AT+CWJAP_CUR="cafe",""\r\n',
    b"AT+CWJAP_CUR?\r\n",
    b'AT+MDNS=1,"a.b","iot",8080\r\n',
    b"AT+CWLAPOPT=0,255\r\n",
    b"AT+CWLAP\r\n",
    b"AT+WPS=0\r\n",
    b"AT+CWSTARTSMART\r\n",
    b"AT+CWMODE?\r\n",
    b"AT+CIPMUX?\r\n",
    b"AT+CWSTOPSMART\r\n",
    b"AT+CWMODE_CUR=3\r\n",
    b"AT+SLEEP=1\r\n",
    b"AT+WPS=0\r\n",
    b"AT+CIPSTAMAC_CUR?\r\n",
    b"AT+CIPAPMAC_DEF?\r\n",
    b"AT+CIPAP_CUR?\r\n",
    b"AT+CIPAP_DEF?\r\n",
    b"AT+CIFSR\r\n",
    b"AT+CWDHCPS_CUR?\r\n",
    b"AT+CWDHCPS_DEF?\r\n",
    b'AT+CIPSTA_DEF="192.168.6.100"\r\n',
    b"AT+CIPSTA_DEF?\r\n",
    b"AT+CWQAP\r\n",
    b"AT+CIPSTA_CUR?\r\n",
    b'AT+CIPSTAMAC_CUR="1a:fe:36:97:d5:7b"\r\n',
    b'AT+CIPAPMAC_CUR="1a:fe:36:97:d5:7b"\r\n',
    b'AT+CWDHCPS_CUR=0,3,"192.168.4.10","192.168.4.15"\r\n',
    b'AT+CIPAP_CUR="10.0.0.1"\r\n',
    b'AT+CIPSTA_CUR="192.168.6.100","192.168.6.1"\r\n',
    b"AT+CWDHCP_CUR=0,0\r\n",
    b"AT+CWDHCPS_CUR=0\r\n",
    b"AT+CWMODE_CUR=1\r\n",
    b"AT+CWDHCPS_DEF?\r\n",
    b'AT+CIPAPMAC_CUR="1a:fe:36:97:d5:7c"\r\n',
    b"AT+RESTORE\r\n",
    b'AT+CIPSTART="UDP","192.168.4.7",7,2001,0\r\n',
    b'AT+CIPSTART="UDP","192.168.4.7",7,2001,0\r\n',
    b"AT+CIPMODE=1\r\n",
    b"AT+CIPMODE=0\r\n",
    b"AT+CIPSTATUS\r\n",
    b"AT+CIPSEND=3\r\n",
    b"abc",
    b"AT+CIPCLOSE\r\n",
    b'AT+CIPSTART="TCP","192.168.4.7",9\r\n',
    b"AT+CIPSEND=1\r\n",
    b"x",
    b'AT+CIPSTART="UDP","192.168.4.7",7,2001,0\r\n',
    b"AT+CIPMUX=1\r\n",
    b"AT+CIPCLOSE=0\r\n",
    b"AT+CIPCLOSE\r\n",
    b"AT+CIPMUX=1\r\n",
    b"AT+CIPMODE=0\r\n",
    b"AT+CIPSTO=60\r\n",
    b"AT+CIPSERVER=0\r\n",
    b"AT+CIPSERVER=1\r\n",
    b"AT+CIPSERVER=0,333\r\n",
    b"AT+CIPSERVER=0\r\n",
    b"AT+CIPCLOSE=3\r\n",
    b'AT+PING="192.168.4.2"\r\n',
    b"AT+CIUPDATE\r\n",
    b'AT+SAVETRANSLINK=1,"192.168.4.7",7,"UDP",2002\r\n',
    b"AT+RST\r\n",
    b"+++",
    b"AT+SAVETRANSLINK=0\r\n",
    b"AT+RST\r\n",
    b'AT+CWSAP_CUR="a\\"b","12345678",5,3\r\n',
    b"AT+CWMODE_DEF=1\r\n",
    b'AT+CWJAP_DEF="cafe",""\r\n',
    b"AT+RST\r\n",
    b"AT+CWMODE_CUR=2\r\n",
    b"AT+CWMODE_DEF?\r\n",
    b'AT+CIPSTART="UDP","192.168.4.7",7,2001,0\r\n',
    b"AT+CIPSEND=0,3\r\n",
    b"abc\r\n",
    b"AT+CIPCLOSE\r\n",
    b"AT+CIPMUX=1\r\n",
    b'AT+CIPSTART=2,"UDP","192.168.4.7",7,2001,0\r\n',
    b"AT+CIPCLOSE=2\r\n",
    b'AT+CIPSTART=2,"SSL","192.168.4.7",443\r\n',
)

PLAIN = 8
"""So many steps, the boot included, are answered alike whatever the reading."""

READINGS = {
    "sleep.set-beside-softap",
    "sleep.set-station-only",
    "sleep.query-station-only",
    "line.nonsense-before-at",
    "param.spaces-accepted",
    "factory.station",
    "factory.both",
    "addresses.any-mode",
    "mac.same-accepted",
    "ip.gateway-alone",
    "cwdhcps.saved-any-mode",
    "cwdhcps.zero-with-others",
    "cwlap.any-mode",
    "cwqap.softap-error",
    "cwlapopt.free-mask",
    "smart.locks-radio-only",
    "discover.needs-address",
    "mdns.needs-address",
    "mdns.any-name",
    "cipstart.already-alone",
    "cipmux.builded-alone",
    "cipmode.locked-by-link",
    "cipmode.off-locked",
    "cipserver.off-without-port",
    "cipsto.needs-server",
    "send.prompt-without-ok",
    "send.error-for-fail",
    "printed.no-ok",
    "printed.udp-link-id",
    "ssl.no-memory",
    "ssl.no-memory-late",
    "refusal.fail",
    "refusal.words",
    "default.tells-current",
    "cwsap.no-escapes",
    "start.power-on-joins",
    "start.power-on-passes",
    "uart.ok-behind-switch",
}
"""Variants that answer other final codes, each in steps of its own."""

OWN_MANNER = {
    "document": {"sleep.set-station-only"},
    "nonos-1.3": {
        "rfvdd.range-line",
        "line.nonsense-before-at",
        "addresses.unset-blank",
        "ip.three-lines",
        "ip.gateway-alone",
        "cifsr.labelled",
        "cwdhcps.colon",
        "cwdhcps.saved-any-mode",
        "cwjap.disconnect-first",
        "cwqap.softap-error",
        "cwlapopt.free-mask",
        "station.lines",
        "mdns.needs-address",
        "mdns.any-name",
        "tcpip.complaints",
        "cipstart.connected",
        "cipmux.builded-small",
        "cipmux.builded-alone",
        "cipmode.off-locked",
        "cipserver.off-without-port",
        "cipsto.needs-server",
        "ping.timeout-line",
        "ciupdate.other-prefix",
    },
}
"""Variants that a personality has by itself."""

Heard = tuple[bytes, int]


ON_A_WIRE = {
    each.id
    for each in network.VARIANTS
    if each.id.startswith(("dhcp.", "arp.", "mdns.", "cipsta."))
}
"""Those that only a network shows: test_services.py, test_network_faults.py."""


def _run(firmware: str, variants: tuple[str, ...]) -> list[Heard]:
    """What is said at each step, and how long it took."""
    bench = Bench(firmware, variants=variants, air=Town(), village=Village())
    bench.board.power_on()
    heard = [(bench.settle(), bench.now_ns)]
    for step in PROBE:
        began = bench.now_ns
        heard.append((bench.say(step), bench.now_ns - began))
    heard.append((repr(bench.formats).encode(), bench.board.flash.programs))
    return heard


@functools.cache
def _healthy(firmware: str) -> list[Heard]:
    return _run(firmware, ())


def _finals(said: bytes) -> list[bytes]:
    return re.findall(rb"(?<![^\r\n])(OK|ERROR|FAIL|ready)\r\n", said)


def test_ids_are_unique_and_every_variant_has_its_sentences() -> None:
    assert len(set(IDS)) == len(IDS)
    for each in CATALOGUE:
        assert re.fullmatch(r"[a-z]+\.[a-z0-9-]+", each.id)
        assert len(each.says) > 15
        assert "\n" not in each.says + each.open
        assert re.search(r"clause|document", each.open)


@pytest.mark.faults
@pytest.mark.parametrize("firmware", ["document", "nonos-1.3"])
@pytest.mark.parametrize("variant", [each for each in IDS if each not in ON_A_WIRE])
def test_the_variant_shows_and_conforms(firmware: str, variant: str) -> None:
    heard, healthy = _run(firmware, (variant,)), _healthy(firmware)
    if variant == "urc.document-spelling":  # it needs something to spell
        healthy = _run(firmware, ("urc.after-ready",))
        heard = _run(firmware, ("urc.after-ready", variant))
    if variant == "flash.after-ok":
        return  # see below
    assert (heard != healthy) is not (variant in OWN_MANNER[firmware])
    if variant not in READINGS:
        assert [sorted(_finals(each)) for each, _at in heard] == [
            sorted(_finals(each)) for each, _at in healthy
        ]


@pytest.mark.parametrize("firmware", ["document", "nonos-1.3"])
@pytest.mark.parametrize(
    "seed", [*range(15), *(pytest.param(seed, marks=pytest.mark.nightly) for seed in range(15, 60))]
)
def test_any_mixture_conforms(firmware: str, seed: int) -> None:
    mixture = no_variants().mixture(str(seed))
    _compare(firmware, mixture - READINGS, len(PROBE) + 1)
    _compare(firmware, mixture, PLAIN)


def _compare(firmware: str, mixture: frozenset[str], steps: int) -> None:
    heard, healthy = _run(firmware, tuple(mixture))[:steps], _healthy(firmware)[:steps]
    for (said, _at), (expected, _when) in zip(heard, healthy, strict=True):
        assert sorted(_finals(said)) == sorted(_finals(expected)), (sorted(mixture), said)


def test_all_at_once_still_answers(bench: Bench) -> None:
    bench.variants.set(IDS)
    bench.board.power_cycle()
    assert _finals(bench.settle()) == [b"ready"]
    assert _finals(bench.say(b"AT\r\n")) == [b"OK"]
    assert _finals(bench.say(b"AT+NOSUCH\r\n")) == [b"ERROR"]
    bench.variants.set([])
    assert bench.say(b"AT\r\n") == b"AT\r\r\n" + OK


@settings(deadline=None)
@given(st.lists(st.sampled_from(IDS), max_size=8), st.lists(st.binary(max_size=80), max_size=4))
def test_no_input_breaks_any_mixture(variants: list[str], inputs: list[bytes]) -> None:
    bench = Bench(variants=variants).booted()
    for data in (*inputs, *PROBE[:3]):
        bench.say(data)
    bench.board.power_cycle()
    bench.settle()
    assert _finals(bench.say(b"AT\r\n")) == [b"OK"]


# The set.


def test_a_mixture_depends_on_its_seed_alone_and_takes_one_of_a_group() -> None:
    mixtures = {seed: no_variants().mixture(str(seed)) for seed in range(100)}
    assert mixtures[7] == no_variants().mixture("7")
    assert len(set(mixtures.values())) > 90
    groups = {each.id: each.group for each in CATALOGUE}
    for each in mixtures.values():
        drawn = [groups[id_] for id_ in each if groups[id_]]
        assert each
        assert len(set(drawn)) == len(drawn)
    assert set(IDS) == set().union(*mixtures.values())


def test_a_random_mixture_shows_as_what_it_consists_of() -> None:
    variants = no_variants()
    variants.set(["random:7", "gmr.bin-version"])
    assert set(variants.ids) == variants.mixture("7") | {"gmr.bin-version"}


def test_everything_as_printed_is_a_mixture_with_a_name() -> None:
    variants = no_variants()
    variants.set(["printed", "pace.slow"])
    assert set(variants.ids) == printed.PRINTED | {"pace.slow"}
    groups = [variants.known[each].group for each in printed.PRINTED]
    assert len(set(filter(None, groups))) == len(list(filter(None, groups)))


def test_unknown_variants_change_nothing() -> None:
    variants = no_variants()
    variants.set(["pace.slow"])
    with pytest.raises(UnknownVariant, match=r"no\.such"):
        variants.set(["no.such", "pace.dribble"])
    assert variants.ids == ["pace.slow"]
    with pytest.raises(UnknownVariant):
        Variants(CATALOGUE).active("no.such")


# As a process.


def test_list_and_first_line() -> None:
    command = [sys.executable, "-m", "rigs.emulator"]
    begun = ["--pty", "--exit-with-stdin", "--variant", "pace.slow", "--variant", "echo.bare"]
    said = [
        subprocess.run(
            [*command, *arguments],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            check=True,
        ).stdout
        for arguments in (["--list-variants"], begun)
    ]
    assert [line.split()[0] for line in said[0].splitlines()] == IDS
    assert said[1].endswith(", variants echo.bare pace.slow\n")


def test_variants_over_the_socket_and_in_the_first_line(start: Start) -> None:
    emulator = start("--tcp", "127.0.0.1:0", "--variant", "random:7", "--variant", "pace.dribble")
    expected = sorted(no_variants().mixture("7") | {"pace.dribble"})
    assert emulator.about["variants"] == expected
    assert emulator.ask(do="status")["variants"] == expected
    known = emulator.ask(do="variants")["variants"]
    assert [each["id"] for each in known] == IDS
    assert emulator.ask(do="variant", set=["gmr.bin-version"])["variants"] == ["gmr.bin-version"]
    assert not emulator.ask(do="variant", set=["no.such"])["ok"]
    assert not emulator.ask(do="variant")["ok"]
    emulator.ask(do="variant", set=["pace.dribble"])
    with connected(socket.AF_INET, emulator.tcp_address) as line:
        reset(emulator, line)
        line.sendall(b"AT\r\n")
        assert read_until(line, OK) == b"AT\r\r\n" + OK
