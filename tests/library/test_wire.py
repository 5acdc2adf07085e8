"""Questions to a capture: DHCP transactions, echoes, TCP connections, who has an address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.wire import capture_of

IUT, LAB = "18:fe:34:00:00:01", "02:00:00:00:00:02"
STATION, PEER = "192.168.4.2", "192.168.4.1"


def captured(**lists):
    """A capture of these rows; each has a frame of its own, numbered from 1 through all lists.

    A row comes from the IUT if it says so: `iut=True`.
    """
    frames, told = [], {}
    for kind, rows in lists.items():
        told[kind] = []
        for row in rows:
            number, iut = len(frames) + 1, row.pop("iut", True)
            frames.append({
                "at": 1000 * number, "side": "station", "source": IUT if iut else LAB,
                "destination": LAB if iut else IUT, "ethertype": 0x0800, "length": 60,
                "from_iut": iut, "number": number,
            })  # fmt: skip
            told[kind].append({"frame": number, **row})
    return capture_of({"began_at": 0, "ended_at": 10**6, "drops": 0, "frames": frames, **told})


def dhcp(kind, transaction=1, mac=IUT, **fields):
    fixed = {"client_ip": "", "your_ip": ""}
    return {"kind": kind, "transaction": transaction, "client_mac": mac, **fixed, **fields}


def echo(kind, sequence, iut=True):
    ends = (STATION, PEER) if iut else (PEER, STATION)
    return {
        "kind": kind, "source": ends[0], "destination": ends[1], "identifier": 3,
        "sequence": sequence, "data": "", "iut": iut,
    }  # fmt: skip


def tcp(flags, sequence, data=b"", iut=True, port=4096):
    ends = (STATION, port, PEER, 80) if iut else (PEER, 80, STATION, port)
    names = ("source", "source_port", "destination", "destination_port")
    return {
        **dict(zip(names, ends, strict=True)), "flags": flags, "sequence": sequence % (1 << 32),
        "acknowledgement": 0, "window": 0, "data": data.hex(), "iut": iut,
    }  # fmt: skip


# DHCP


def test_messages_are_grouped_by_client_and_transaction():
    seen = captured(
        dhcp=[
            dhcp("discover"),
            dhcp("discover", mac=LAB),
            dhcp("offer", your_ip=STATION, iut=False),
            dhcp("request"),
            dhcp("ack", your_ip=STATION, iut=False),
            dhcp("request", 2),
        ]
    )
    first, second = seen.transactions(IUT)

    assert first.kinds == ("discover", "offer", "request", "ack")
    assert first.given is not None
    assert first.given.your_ip == STATION
    assert first.of("offer")[0].your_ip == STATION
    assert (second.number, second.kinds, second.given) == (2, ("request",), None)
    assert len(seen.transactions()) == 3


def test_what_is_said_again_is_one_kind():
    kinds = ("discover", "discover", "offer", "offer", "discover")
    (transaction,) = captured(dhcp=[dhcp(kind) for kind in kinds]).transactions()

    assert transaction.kinds == ("discover", "offer", "discover")
    assert len(transaction.of("discover")) == 3


# ARP


def test_who_answered_for_an_address():
    def arp(operation, mac, address):
        return {
            "operation": operation, "sender_mac": mac, "sender_ip": address,
            "target_mac": LAB, "target_ip": PEER,
        }  # fmt: skip

    seen = captured(arps=[arp(1, IUT, STATION), arp(2, LAB, PEER), arp(2, IUT, PEER)])

    assert seen.owners(STATION) == frozenset()
    assert seen.owners(PEER) == {LAB, IUT}


# Echoes


def test_an_echo_has_the_first_reply_that_came_after_it():
    seen = captured(
        echoes=[
            echo("reply", 2, iut=False),
            echo("request", 1),
            echo("request", 2),
            echo("reply", 1, iut=False),
            echo("request", 9, iut=False),
        ]
    )
    first, second = seen.pings(STATION, PEER)

    assert first.reply is not None
    assert first.took_ns == 2000
    assert (second.reply, second.took_ns) == (None, None)
    assert len(seen.pings()) == 3
    assert seen.pings(destination="10.0.0.1") == ()


# TCP


def test_a_connection_from_its_beginning_to_its_end():
    seen = captured(
        segments=[
            tcp("S", 100),
            tcp("SA", 500, iut=False),
            tcp("A", 101),
            tcp("PA", 101, b"GET /"),
            tcp("PA", 501, b"200 OK", iut=False),
            tcp("FA", 507, iut=False),
            tcp("FA", 106),
        ]
    )
    (conversation,) = seen.conversations()

    assert conversation.client == (STATION, 4096)
    assert conversation.server == (PEER, 80)
    assert conversation.accepted
    assert not conversation.refused
    assert conversation.sent(conversation.client) == b"GET /"
    assert conversation.sent(conversation.server) == b"200 OK"
    assert conversation.ended_by == (PEER, 80)


def test_a_connection_that_is_refused_and_one_that_nobody_answers():
    refused, unheard = captured(
        segments=[tcp("S", 1), tcp("RA", 0, iut=False), tcp("S", 1, port=5000)]
    ).conversations()

    assert refused.refused
    assert refused.ended_by == (PEER, 80)
    assert not unheard.refused
    assert not unheard.accepted
    assert unheard.ended_by is None


def test_ends_that_are_used_again_make_another_connection_and_a_repeated_syn_does_not():
    seen = captured(
        segments=[tcp("S", 1), tcp("S", 1), tcp("R", 2), tcp("S", 77), tcp("PA", 78, b"x")]
    )
    first, second = seen.conversations()

    assert len(first.segments) == 3
    assert second.sent((STATION, 4096)) == b"x"


def test_a_connection_whose_syn_was_not_seen():
    answered, running = captured(
        segments=[tcp("SA", 1, iut=False), tcp("PA", 9, b"hello", port=5000)]
    ).conversations()

    assert answered.client == (STATION, 4096)
    assert running.client == (STATION, 5000)
    assert running.sent((STATION, 5000)) == b"hello"


def test_what_was_sent_ends_at_a_gap():
    (conversation,) = captured(
        segments=[tcp("S", 0), tcp("PA", 1, b"abc"), tcp("PA", 9, b"late")]
    ).conversations()

    assert conversation.sent((STATION, 4096)) == b"abc"


@given(
    st.binary(min_size=1, max_size=40),
    st.sampled_from([0, (1 << 32) - 7]),
    st.lists(st.tuples(st.integers(0, 39), st.integers(1, 12)), max_size=8),
    st.randoms(use_true_random=False),
)
def test_what_was_sent_is_put_together_in_whatever_order_it_came(data, start, again, random):
    pieces = [(at, data[at : at + 5]) for at in range(0, len(data), 5)]
    pieces += [(at, data[at : at + size]) for at, size in again if at < len(data)]
    random.shuffle(pieces)
    rows = [tcp("S", start), *(tcp("PA", start + 1 + at, piece) for at, piece in pieces)]
    (conversation,) = captured(segments=rows).conversations()

    assert conversation.sent((STATION, 4096)) == data


# Names


def test_records_that_the_iut_told():
    def message(is_answer, iut, *records):
        rows = [dict(zip(("name", "kind", "data", "ttl_s"), r, strict=True)) for r in records]
        return {
            "source": STATION, "is_answer": is_answer, "questions": [], "records": rows, "iut": iut,
        }  # fmt: skip

    address = ("ESP.local", "A", STATION, 120)
    seen = captured(
        mdns=[
            message(True, True, address, ("x.local", "TXT", "a=1\nb", 9)),
            message(False, True, ("known.local", "A", STATION, 120)),
            message(True, False, ("other.local", "A", PEER, 120)),
        ]
    )

    assert [r.name for r in seen.told_by_mdns()] == ["ESP.local", "x.local"]
    assert [r.data for r in seen.told_by_mdns("esp.LOCAL", "A")] == [STATION]
    assert seen.told_by_mdns("esp.local", "SRV") == ()


# What no lab tells


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"began_at": 0, "ended_at": 1, "drops": 0, "frames": [{"number": 1}]},
        {"began_at": 0, "ended_at": 1, "drops": 0, "frames": [], "arps": [{"frame": 1}]},
        {"began_at": 0, "ended_at": 1, "drops": 0, "frames": None},
    ],
)
def test_what_is_no_capture_is_refused(told):
    with pytest.raises(ValueError, match="not what a capture shows"):
        capture_of(told)
