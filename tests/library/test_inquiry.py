"""Questions to the lab: written down whole, told in the trace without secrets, in their place."""

from __future__ import annotations

import json

import pytest

from conformance.inquiry import LINES, LONGEST, Inquiry
from conformance.testbed import LabError
from conformance.verdict import Inconclusive, Reason
from tests.library.made_lab import Door


class Written:
    def __init__(self):
        self.notes = []

    def acted(self, action, detail, at):
        self.notes.append((action, json.loads(detail), at))


@pytest.fixture
def written():
    return Written()


@pytest.fixture
def made(written):
    def make(*answers):
        times = iter(range(10, 10_000, 10))
        return Inquiry(Door(*answers), lambda: next(times), lambda: written)

    return make


def test_question_and_answer_are_written_down(made, written):
    inquiry = made({"mac": "02:00:5e:30:00:01"})
    told = inquiry.lab._ask("arp", on="home", address="192.168.50.2", within_s=1.0)
    assert told == {"mac": "02:00:5e:30:00:01"}
    ((action, detail, at),) = written.notes
    assert (action, at) == ("lab", 20)
    assert detail["with"]["within_s"] == 1.0
    assert inquiry.lines() == [(10, "arp on=home address=192.168.50.2: mac=02:00:5e:30:00:01")]


def test_no_password_and_no_data_in_a_line(made):
    inquiry = made({"refused": "wrong-password"})
    inquiry.lab._ask("station-join", ssid=b"a\x00b".hex(), password=b"secret".hex(), data="00")
    ((_, line),) = inquiry.lines()
    assert line == r"station-join ssid=a\\x00b: refused=wrong-password"
    assert b"secret".hex() not in line


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (Inconclusive("no room", Reason.LAB_CANNOT), "host: cannot: no room"),
        (LabError("the lab is gone"), "host: failed: the lab is gone"),
    ],
)
def test_what_fails_is_told_and_raised(made, written, error, says):
    inquiry = made(error)
    with pytest.raises(type(error)):
        inquiry.lab._ask("host")
    assert inquiry.lines()[0][1] == says
    assert len(written.notes) == 1


def test_what_the_lab_says_is_bounded_and_fit_for_a_line(made):
    inquiry = made(*[{"ssid": "no hex", "name": "\x1b[2J" + "x" * 5000}] * (LINES + 3))
    for _ in range(LINES + 3):
        inquiry.lab._ask("home")
    assert len(inquiry.lines()) == LINES
    line = inquiry.lines()[0][1]
    assert "\x1b" not in line
    assert len(line) < LONGEST + 50
    assert "ssid=?" in line


def test_a_rig_without_a_lab_says_so():
    with pytest.raises(LookupError, match="does not offer a lab"):
        _ = Inquiry(None, lambda: 0, Written).lab


@pytest.mark.parametrize("drops", [0, 3])
def test_a_capture_that_tells_of_drops_is_inconclusive_whatever_the_lab_makes_of_it(made, drops):
    lab = made({}, {"began_at": 1, "ended_at": 2, "frames": [], "drops": drops}).lab

    def record():
        with lab.capture() as seeing:
            pass
        return seeing.seen

    if not drops:
        assert record().frames == ()
        return
    with pytest.raises(Inconclusive, match="lacks 3 frames") as raised:
        record()
    assert raised.value.reason is Reason.CAPTURE_DROPPED


def test_a_capture_that_cannot_be_had_outweighs_what_went_wrong_meanwhile(made):
    lab = made({}, Inconclusive("the access point is gone", Reason.ACCESS_POINT_GONE)).lab
    with pytest.raises(Inconclusive, match="gone"), lab.capture():
        raise AssertionError("nobody answers")
