"""A veil over the bench's secrets, in every form in which they are written down."""

import json
import re

import pytest

from conformance.network import Network
from conformance.statement import Pixit
from conformance.veil import Veil, VeiledRecorder
from conformance.verdict import Judgement, Reason, Verdict

SECRET = 'open"se,same\\1'


def escaped(text):
    """As in a string of an AT command."""
    return re.sub(r'([",\\])', r"\\\1", text)


class Kept:
    """A Recorder that keeps what it gets."""

    def __init__(self):
        self.rows = []
        self.closed = False

    def sent(self, data, at):
        self.rows.append((">", data, at))

    def received(self, data, at):
        self.rows.append(("<", data, at))

    def acted(self, action, detail, at):
        self.rows.append((action, detail, at))

    def close(self):
        self.closed = True


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        'open\\"se\\,same\\\\1',
        SECRET.encode().hex(),
        SECRET.encode().hex().upper(),
        json.dumps(SECRET)[1:-1],
        repr(SECRET.encode())[2:-1],
    ],
)
def test_a_secret_is_hidden_in_every_form_as_if_it_were_asterisks(form):
    told = Veil([SECRET]).over_text(f"before {form} after")
    stars = "*" * len(SECRET)
    assert told in (f"before {stars} after", f"before {stars.encode().hex()} after")


def test_a_last_byte_that_is_wrong_stays_wrong():
    veil = Veil(["sesame98"])
    assert veil.over(b"sesame98 sesame99 sesame9x") == b"******** *******+ ********"
    assert veil.over_text(b"sesame99".hex()) == b"*******+".hex()


@pytest.mark.parametrize(
    "near",
    ['open"se,same\\0', 'OPEN"SE,SAME\\1', SECRET + "0", (SECRET + "0")[1:], SECRET[:-1] + '"'],
)
def test_what_a_purpose_makes_of_a_secret_is_hidden_too(near):
    veil = Veil([SECRET])
    for form in (near, json.dumps(near), near.encode().hex(), escaped(near)):
        told = veil.over_text(form).lower()
        assert "same" not in told
        assert b"same".hex() not in told


def test_what_is_no_secret_stays_as_it_is():
    assert Veil([SECRET]).over(b'AT+CWJAP="open","sesame"\r\n') == b'AT+CWJAP="open","sesame"\r\n'
    assert Veil().over(b"anything") == b"anything"
    assert not Veil([""]).has_secrets


def test_a_secret_in_hexadecimal_is_still_hexadecimal():
    told = Veil(["sesame99"]).over_text(json.dumps({"password": b"sesame99".hex()}))
    assert bytes.fromhex(json.loads(told)["password"]) == b"********"


def test_a_secret_in_two_pieces_is_hidden_and_no_byte_is_lost():
    kept = Kept()
    recorder = VeiledRecorder(kept, Veil(["sesame99"]))
    for at, piece in enumerate((b"echo: ses", b"ame", b"99 and se", b"ason")):
        recorder.received(piece, at)
    recorder.sent(b"sesame99", 9)
    recorder.received(b"tail s", 10)
    recorder.acted("lab", '{"password": "sesame99"}', 11)
    recorder.received(b"ses", 12)
    recorder.close()
    assert b"".join(data for way, data, _ in kept.rows if way == "<") == (
        b"echo: ******** and seasontail sses"
    )
    assert (">", b"********", 9) in kept.rows
    assert ("lab", '{"password": "********"}', 11) in kept.rows
    assert kept.closed


def test_order_stays_when_a_piece_is_held_back():
    kept = Kept()
    recorder = VeiledRecorder(kept, Veil(["sesame99"]))
    recorder.received(b"a s", 1)
    recorder.sent(b"x", 2)
    assert [(way, data) for way, data, _ in kept.rows] == [("<", b"a "), ("<", b"s"), (">", b"x")]


def test_a_judgement_is_told_without_the_secret():
    judgement = Judgement(Verdict.FAIL, Reason.DIFFERS, "joined sesame99", "sesame99", "other")
    told = Veil(["sesame99"]).over_judgement(judgement)
    assert (told.sentence, told.expected, told.actual) == ("joined ********", "********", "other")


def test_the_secrets_of_a_pixit_are_its_passwords():
    assert Pixit().secrets == ()
    assert Pixit(network=Network(ssid="x", password="sesame99")).secrets == ("sesame99",)
