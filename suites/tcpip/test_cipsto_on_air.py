"""Clause 5.2.16 on the network: whom AT+CIPSTO disconnects, and when (ruling R-133).

The client is a second station's in the softAP; whether it is still connected, it says itself.
"""

from __future__ import annotations

import pytest

from conformance.commandline import set_
from conformance.verdict import NonConformity
from suites.tcpip.clients import client
from suites.tcpip.setting import told

#: The greatest time (clause 5.2.16, row Parameters).
LONGEST_S = 7200
#: How far a time-out may be off: a fraction of it, and seconds (R-133).
OFF, OFF_S = 0.1, 2.0


def cipsto(code, number, waits_s):
    """The marker of a purpose of this file, which waits for so many seconds at least."""
    return pytest.mark.purpose(
        f"TP/TCPIP/CIPSTO/{code}",
        verifies=[f"5.2.16/CIPSTO/set/{number}"],
        waits_s=waits_s,
    )


def each(code, number, waits, *times):
    """A `pytest.param` for each time; `waits` says how many seconds it takes."""
    return [
        pytest.param(time, marks=cipsto(code, number, waits(time)), id=str(time)) for time in times
    ]


def earliest(time):
    """How many seconds a silent client stays for certain."""
    return max(0.0, time * (1 - OFF) - OFF_S)


def latest(time):
    """After how many seconds a silent client is disconnected for certain."""
    return time * (1 + OFF) + OFF_S


def in_turns(time):
    """How long it takes if a client sends three times, and then no more."""
    return 1.5 * time + latest(time)


def require_kept(peer, time, seconds):
    """Require the client to be connected still."""
    if not peer.connected(within_s=0):
        raise NonConformity(
            f"with AT+CIPSTO={time} a client silent for {seconds:g} s is connected",
            "it is disconnected",
        )


def require_cut(session, peer, time):
    """Require the client, silent from now on, to stay for its time and then to be disconnected."""
    session.pause(earliest(time))
    require_kept(peer, time, earliest(time))
    session.pause(latest(time) - earliest(time))
    if peer.connected(within_s=0):
        raise NonConformity(
            f"with AT+CIPSTO={time} a client silent for {latest(time):g} s is disconnected",
            "it is connected",
        )


@pytest.mark.parametrize("time", each("AIR-BV-01", "07", latest, 10, 60, 300, 3600, LONGEST_S))
def test_a_silent_client_is_disconnected_when_its_time_is_over(server, time):
    """A client that is silent is disconnected when the time is over, and not before."""
    server.prepare(set_("CIPSTO", time))

    require_cut(server, client(server), time)


@cipsto("AIR-BV-02", "07", LONGEST_S)
def test_the_time_after_a_restart_is_in_force(server):
    """The time that the query tells when nothing was set is when a silent client is disconnected.

    If that is 0, a client is still connected after the longest time.
    """
    time = told(server, "CIPSTO")
    peer = client(server)
    if time:
        require_cut(server, peer, time)
    else:
        server.pause(latest(LONGEST_S))
        require_kept(peer, time, latest(LONGEST_S))


@pytest.mark.parametrize("time", each("AIR-BV-03", "07", in_turns, 10, 900))
def test_a_client_that_sends_has_its_time_anew(server, time):
    """A client that sends something every half of the time stays, and is silent only then."""
    server.prepare(set_("CIPSTO", time))
    peer = client(server)
    for _ in range(3):
        server.pause(time / 2)
        require_kept(peer, time, time / 2)
        peer.send(b"here")

    require_cut(server, peer, time)


@pytest.mark.parametrize("time", each("AIR-BV-04", "07", latest, 10, 900))
def test_each_client_has_a_time_of_its_own(server, time):
    """A client that is silent is disconnected while another one, that sends, stays."""
    server.prepare(set_("CIPSTO", time))
    silent, busy = client(server), client(server)
    for _ in range(3):
        server.pause(latest(time) / 3)
        busy.send(b"here")

    require_kept(busy, time, latest(time) / 3)
    if silent.connected(within_s=0):
        raise NonConformity("the silent client is disconnected", "both are connected")


#: As long as can be waited on any bench; longer than any time; more seconds than 16 bits count.
SILENCES_S = 15, LONGEST_S + 800, 66_000


@pytest.mark.parametrize("seconds", each("AIR-BV-05", "08", float, *SILENCES_S))
def test_with_zero_a_silent_client_stays(server, seconds):
    """With AT+CIPSTO=0 a client stays, however long it is silent."""
    server.prepare(set_("CIPSTO", 0))
    peer = client(server)
    server.pause(seconds)

    require_kept(peer, 0, seconds)


@pytest.mark.parametrize("seconds", each("AIR-BV-06", "08", float, *SILENCES_S))
def test_zero_takes_back_a_time(server, seconds):
    """When a time was set and then 0, a client stays, however long it is silent."""
    server.prepare(set_("CIPSTO", 10), set_("CIPSTO", 0))
    peer = client(server)
    server.pause(seconds)

    require_kept(peer, 0, seconds)
