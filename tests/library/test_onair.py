"""What the purposes on the air share: how long they wait, and what they take for what."""

from types import SimpleNamespace

import pytest

from conformance.commandline import query
from conformance.lab import AccessPoint, Association
from conformance.testbed import NANOSECONDS, Timing
from conformance.verdict import Lacking, NonConformity
from suites.wifi import nearly, onair, patience
from tests.library.made_exchange import exchange
from tests.library.scripted_session import session

HOME = AccessPoint(
    "ap1", b"net-1", "02:00:00:00:00:01", 6, "wpa2", b"12345678", -50, False, "10.0.0.1",
    "255.255.255.0", "10.0.0.100", "10.0.0.199", "02:00:00:00:00:02",
)  # fmt: skip


def line(at_s, what, name="ap1"):
    return Association(int(at_s * NANOSECONDS), what, "02:00:00:00:00:03", name, HOME.bssid)


class Air:
    """A lab whose log grows by a line a question, as long as there are lines."""

    def __init__(self, *lines):
        self.lines = lines
        self.asked = []

    def associations(self, count=0, within_s=0.0, station=""):
        self.asked.append(within_s)
        return self.lines[:count]


def log_of(*lines, join_s=20.0):
    air = Air(*lines)
    return onair.AirLog(SimpleNamespace(lab=air, timing=Timing(join_s=join_s))), air


def test_a_line_is_waited_for_behind_lines_of_another_kind():
    log, _ = log_of(line(1, "refused"), line(2, "joined", "ap2"), line(3, "joined"))
    assert log.wait(HOME) == line(3, "joined")


def test_a_log_that_grows_no_more_ends_the_waiting():
    log, _ = log_of(line(1, "refused"))
    assert log.wait(HOME) is None


def test_a_station_that_is_refused_for_ever_ends_the_waiting_too():
    log, air = log_of(*(line(each, "refused") for each in range(1_000)), join_s=10.0)
    assert log.wait(HOME) is None
    waits = [each for each in air.asked if each]
    assert len(waits) == 11
    assert waits[:3] == [10.0, 10.0, 9.0]


def test_a_line_that_comes_as_the_time_ends_counts():
    log, _ = log_of(line(1, "refused"), line(30, "joined"), join_s=10.0)
    assert log.wait(HOME) == line(30, "joined")


@pytest.mark.parametrize("how", nearly.NAMES)
@pytest.mark.parametrize("ssid", [b"net-1", b"123", b"x", b"7", b"n" * 32])
def test_a_name_that_is_like_it_is_another_one_or_none_is_made(how, ssid):
    there = _with(ssid=ssid)
    try:
        made = nearly.name(there, how)
    except Lacking:
        assert ssid != b"net-1"
        return
    assert made != ssid
    assert 1 <= len(made) <= 32


@pytest.mark.parametrize("how", nearly.PASSWORDS)
@pytest.mark.parametrize("right", [b"", b"12345678", b"abcdefgh", b"0Ab9" * 16, b"a" * 63])
def test_a_wrong_password_is_another_key_or_none_is_made(how, right):
    try:
        made = nearly.password(_with(password=right), how)
    except Lacking:
        assert right != b"abcdefgh"
        return
    assert right
    assert made != right
    assert len(made) < 64 or made.lower() != right.lower()


def _with(**values):
    return AccessPoint(**{name: getattr(HOME, name) for name in HOME.__slots__} | values)


def test_an_access_point_is_not_told_under_the_name_of_a_sibling_either():
    answer = b'+CWJAP:"net-1","02:00:00:00:00:01",6,-50\r\n\r\nOK\r\n'
    with pytest.raises(NonConformity, match="no line with an access point"):
        onair.names_no_access_point(exchange(answer, query("CWJAP_CUR")))
    onair.names_no_access_point(exchange(b"No AP\r\n\r\nOK\r\n", query("CWJAP_CUR")))


def test_looks_take_the_time_that_they_are_given_and_end():
    spoken, port = session()
    begun = port.now()
    assert len(list(patience.looks(spoken, 10 * spoken.timing.quiet_s))) == 10
    assert port.now() - begun >= 9 * spoken.timing.quiet_s * NANOSECONDS
    assert list(patience.looks(spoken, 0.0)) == [0]
