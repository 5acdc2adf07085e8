"""Clients of the IUT's TCP server: second stations in its softAP.

Law of this file: what a client says of its connection is the client's word; what a purpose only
stands on makes it inconclusive if it cannot be had.
"""

from __future__ import annotations

from conformance.commandline import set_
from conformance.lab import Peer
from conformance.session import Session
from conformance.verdict import Inconclusive
from suites.tcpip.net import take_back
from suites.wifi import guests, mode
from suites.wifi.address import told_ip
from suites.wifi.dhcp import SOFTAP, enable_both

PORT = 1001


def be_server(session: Session) -> Session:
    """The IUT with a TCP server in its softAP, where stations get an address."""
    session.afterwards(lambda: take_back(session))
    enable_both(session)
    session.prepare(set_("CWDHCP_CUR", SOFTAP, 1))
    guests.put_up(session, wifi_mode=mode.SOFTAP)
    session.prepare(set_("CIPMUX", 1), set_("CIPSERVER", 1, PORT))
    return session


def client(session: Session) -> Peer:
    """A TCP client that has connected to the IUT's server."""
    station, _ = guests.lodger(session)
    peer = station.peer("tcp", told_ip(session, "CIPAP_CUR"), PORT)
    if not peer.connected(within_s=session.timing.join_s):
        raise Inconclusive("a client could not connect to the IUT's server")
    return peer
