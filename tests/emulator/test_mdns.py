"""The mDNS responder on a real cable."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from typing import Any

import pytest
from scapy.layers.dns import DNS, DNSQR, DNSRRSRV
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether
from segment import STATION, Cable, on_a_cable

from rigs.emulator.net.mdns import Responder
from rigs.emulator.net.mdnsrecords import Service
from rigs.emulator.timing import FAST

ADDRESS = IPv4Address("192.168.50.100")
SERVICE = Service(b"espressif", b"iot", 8080)
KIND, INSTANCE, HOST = "_iot._tcp.local.", "espressif._iot._tcp.local.", "espressif.local."


def _responder(cable: Cable, service: Service = SERVICE) -> Responder:
    cable.settle(str(ADDRESS))
    responder = Responder(cable, STATION, FAST)
    responder.offer(service.records(ADDRESS))
    return responder


def _ask(cable: Cable, name: str, kind: str, port: int = 5353, **more: Any) -> Any:
    """The answer of `sta`, if it has one."""
    cable.quiet(0.1)
    cable.seen.clear()
    head = Ether(src="02:00:00:00:00:09", dst="01:00:5e:00:00:fb")
    head = head / IP(src="192.168.50.7", dst="224.0.0.251", ttl=255) / UDP(sport=port, dport=5353)
    cable.send(head / DNS(id=77, rd=0, qd=[DNSQR(qname=name, qtype=kind, **more)]))
    cable.until(lambda: _answers(cable), 0.2)
    answers = _answers(cable)
    return answers[0] if answers else None


def _answers(cable: Cable) -> list[Any]:
    return [each for each in cable.of(DNS) if each[DNS].qr]


def _told(frame: Any) -> dict[tuple[str, str], Any]:
    """(name, kind) -> what the answer says."""
    told = {}
    for each in [*(frame[DNS].an or []), *(frame[DNS].ar or [])]:
        kind = each.sprintf("%type%")
        if kind == "SRV":
            told[each.rrname.decode(), kind] = each.port, each.target.decode()
        elif kind == "PTR":
            told[each.rrname.decode(), kind] = each.rdata.decode()
        else:
            told[each.rrname.decode(), kind] = each.rdata
    return told


WHOLE = {
    (KIND, "PTR"): INSTANCE,
    (INSTANCE, "SRV"): (8080, HOST),
    (HOST, "A"): str(ADDRESS),
}


def _announced(cable: Cable) -> list[dict[tuple[str, str], Any]]:
    return [_told(each) for each in _answers(cable)]


def _without_text(told: dict[tuple[str, str], Any]) -> dict[tuple[str, str], Any]:
    return {key: value for key, value in told.items() if key[1] != "TXT"}


@on_a_cable
def test_names_are_announced(cable: Cable) -> None:
    _responder(cable)
    assert cable.until(lambda: len(_answers(cable)) == 2)
    for each in _answers(cable):
        assert _without_text(_told(each)) == WHOLE
        assert each.src == cable.mac.hex(":")
        assert each.dst == "01:00:5e:00:00:fb"
        assert (each[IP].src, each[IP].dst, each[IP].ttl) == (str(ADDRESS), "224.0.0.251", 255)
        assert (each[UDP].sport, each[UDP].dport) == (5353, 5353)
    cable.quiet(0.2)
    assert len(_answers(cable)) == 2


@on_a_cable
def test_questions_are_answered(cable: Cable) -> None:
    _responder(cable)
    for name, kind in ((HOST, "A"), (KIND, "PTR"), (INSTANCE, "SRV"), (INSTANCE, "TXT")):
        answer = _ask(cable, name.upper(), kind)
        assert answer[IP].dst == "224.0.0.251"
        assert answer[DNS].an[0].rrname.decode() == name
        assert answer[DNS].an[0].sprintf("%type%") == kind
        assert _without_text(_told(answer)) == WHOLE
    assert _told(_ask(cable, HOST, "ALL"))[HOST, "A"] == str(ADDRESS)
    for name, kind in (("other.local.", "A"), (HOST, "AAAA"), ("_http._tcp.local.", "PTR")):
        assert _ask(cable, name, kind) is None


@on_a_cable
def test_several_questions_have_one_answer(cable: Cable) -> None:
    _responder(cable)
    cable.quiet(0.1)
    cable.seen.clear()
    head = Ether(src="02:00:00:00:00:09", dst="01:00:5e:00:00:fb")
    head = head / IP(src="192.168.50.7", dst="224.0.0.251") / UDP(sport=5353, dport=5353)
    questions = [
        DNSQR(qname=HOST, qtype="A", unicastresponse=1), DNSQR(qname=KIND, qtype="PTR"),
        DNSQR(qname=HOST, qtype="A"), DNSQR(qname="other.local.", qtype="A"),
    ]  # fmt: skip
    cable.send(head / DNS(id=7, rd=0, qd=questions))
    cable.quiet(0.15)
    (answer,) = _answers(cable)
    assert answer[IP].dst == "224.0.0.251"
    assert {each.sprintf("%type%") for each in answer[DNS].an} == {"A", "PTR"}
    assert len(answer[DNS].an) == 2
    assert _without_text(_told(answer)) == WHOLE


@on_a_cable
def test_a_simple_resolver_gets_its_own_answer(cable: Cable) -> None:
    _responder(cable)
    cable.neighbour("192.168.50.7", "02:00:00:00:00:09")
    answer = _ask(cable, HOST, "A", port=40000)
    assert (answer[IP].dst, answer[UDP].dport, answer[DNS].id) == ("192.168.50.7", 40000, 77)
    assert answer[DNS].qd[0].qname.decode() == HOST
    assert answer[DNS].an[0].ttl <= 10
    assert not answer[DNS].an[0].cacheflush
    answer = _ask(cable, HOST, "A", unicastresponse=1)
    assert (answer[IP].dst, answer[UDP].dport) == ("192.168.50.7", 5353)


@on_a_cable
def test_what_is_withdrawn_says_goodbye_and_is_gone(cable: Cable) -> None:
    responder = _responder(cable)
    cable.quiet(0.1)
    cable.seen.clear()
    responder.offer(())
    assert cable.until(lambda: _answers(cable))
    (goodbye,) = _answers(cable)
    assert all(each.ttl == 0 for each in goodbye[DNS].an)
    assert _without_text(_told(goodbye)) == WHOLE
    assert _ask(cable, HOST, "A") is None


@on_a_cable
def test_another_name_replaces_the_first(cable: Cable) -> None:
    responder = _responder(cable)
    responder.offer(replace(SERVICE, port=81).records(ADDRESS))
    assert _ask(cable, INSTANCE, "SRV")[DNS].an[0].port == 81
    responder.offer(Service(b"Chip", b"lamp", 1).records(ADDRESS))
    assert _ask(cable, INSTANCE, "SRV") is None
    assert _ask(cable, "chip._lamp._tcp.local.", "SRV")[DNS].an[0].port == 1


@pytest.mark.parametrize(("port", "told"), [(65536 + 80, 80), (-1, 65535)])
def test_a_port_that_is_none_is_cut_to_16_bits(port: int, told: int) -> None:
    (record,) = (e for e in replace(SERVICE, port=port).records(ADDRESS) if e.kind == "SRV")
    assert DNSRRSRV(bytes(record.built())).port == told


@on_a_cable
def test_a_reset_says_nothing(cable: Cable) -> None:
    responder = _responder(cable)
    cable.quiet(0.1)
    cable.seen.clear()
    responder.drop()
    cable.quiet(0.1)
    assert _answers(cable) == []
    assert _ask(cable, HOST, "A") is None


@on_a_cable
def test_what_cannot_be_withdrawn_ends_without_a_goodbye(cable: Cable) -> None:
    responder = _responder(cable)
    cable.quiet(0.1)
    cable.seen.clear()
    responder.offer((), withdraws=False)
    cable.quiet(0.1)
    assert _answers(cable) == []
    assert _ask(cable, HOST, "A") is None


@on_a_cable
def test_garbage_is_not_answered(cable: Cable) -> None:
    _responder(cable)
    cable.quiet(0.1)
    cable.seen.clear()
    head = Ether(src="02:00:00:00:00:09", dst="01:00:5e:00:00:fb")
    head = head / IP(src="192.168.50.7", dst="224.0.0.251") / UDP(sport=5353, dport=5353)
    for payload in (b"", b"\0", b"\xff" * 40, bytes(5) + b"\x09" + bytes(6) + b"\xc0\x0c"):
        cable.send(head / payload)
    cable.quiet(0.1)
    assert _answers(cable) == []
    assert _ask(cable, HOST, "A") is not None
