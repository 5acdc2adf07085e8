"""The lab's name servers, query by query."""

from __future__ import annotations

import pytest
from scapy.layers.dns import DNS, DNSQR

from rigs.lab.names import MOST_NAMES, Names


@pytest.fixture
def names() -> Names:
    names = Names()
    names.tell("peer.test", "192.168.51.1")
    return names


def asked(names: Names, name: str, kind: str = "A", **more: int) -> DNS:
    answer = names.answer(bytes(DNS(id=77, rd=1, qd=DNSQR(qname=name, qtype=kind), **more)))
    assert answer is not None
    told = DNS(answer)
    assert (told.id, told.qr, told.rd) == (77, 1, 1)
    return told


@pytest.mark.parametrize("name", ["peer.test", "PEER.test", "peer.test."])
def test_a_name_has_its_address(names: Names, name: str) -> None:
    told = asked(names, name)
    assert told.rcode == 0
    assert [answer.rdata for answer in told.an] == ["192.168.51.1"]


def test_it_has_no_other_record(names: Names) -> None:
    told = asked(names, "peer.test", "AAAA")
    assert (told.rcode, list(told.an)) == (0, [])


def test_what_nobody_told_does_not_exist(names: Names) -> None:
    assert asked(names, "other.test").rcode == 3
    names.forget()
    assert asked(names, "peer.test").rcode == 3


def test_what_it_does_not_do_it_says(names: Names) -> None:
    assert asked(names, "peer.test", opcode=2).rcode == 4


@pytest.mark.parametrize("data", [b"", b"abc", b"\xff" * 60, bytes(DNS(qr=1, qd=DNSQR()))])
def test_what_is_no_query_gets_no_answer(names: Names, data: bytes) -> None:
    assert names.answer(data) is None


def test_names_are_bounded(names: Names) -> None:
    for number in range(MOST_NAMES - 1):
        names.tell(f"n{number}", "10.0.0.1")
    with pytest.raises(ValueError, match="and no more"):
        names.tell("one.more", "10.0.0.1")
    names.tell("peer.test", "10.0.0.2")
