"""The station's address at an access point of the lab: asked for by DHCP, or its own.

Law of this file: what the station does is seen in the capture and in the lab's own answers, not in
what the IUT tells. Whether a join ends with OK without an address is free (ruling R-125), so that
the air's log says whether the station is in.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

from conformance.commandline import CommandLine, execute, set_
from conformance.lab import AccessPoint
from conformance.session import Session
from conformance.verdict import Inconclusive, Lacking, NonConformity
from conformance.wire import Capture, Dhcp
from suites.wifi import mode, onair
from suites.wifi.address import told_mac
from suites.wifi.patience import looks
from suites.wifi.siblings import suffix

#: How often somebody is asked for an address that may be taken late; each may take a second.
ASKED = 10
#: What a client begins with.
ASKING = ("discover", "request")


def static(access_point: AccessPoint, step: int = 0) -> str:
    """An address of its network that it does not lease and does not have, from the last on.

    Those are nobody's (docs/bench.md); a bench that leases them all has none.
    """
    network = IPv4Network(f"{access_point.address}/{access_point.netmask}", strict=False)
    first, last = IPv4Address(access_point.first), IPv4Address(access_point.last)
    free = [
        host
        for host in network.hosts()
        if not first <= host <= last and str(host) != access_point.address
    ]
    if len(free) <= step:
        raise Lacking(f"{access_point.name} leases all of {network}: no address is left over")
    return str(free[-1 - step])


def settle(command: str, access_point: AccessPoint, step: int = 0) -> CommandLine:
    """`command` of AT+CIPSTA with such an address."""
    address = static(access_point, step)
    return set_(command, address, access_point.address, access_point.netmask)


def start_anew(session: Session, command: str) -> None:
    """Have what `command` saved in force: with _DEF it may be so at the next start (R-31)."""
    if suffix(command) == "_DEF":
        session.restart()
        session.prepare(set_("CWMODE_CUR", mode.BOTH))


def enter(session: Session, access_point: AccessPoint) -> None:
    """Have the station join, as the air's log sees it; a purpose stands on it."""
    session.send(execute("CWQAP"))  # an access point that was saved may be joined already
    log = onair.AirLog(session)
    onair.join(session, "CWJAP_CUR", access_point)
    if log.wait(access_point) is None:
        raise Inconclusive(f"the station did not join the access point: {log.describe()}")


def asked(seen: Capture) -> tuple[Dhcp, ...]:
    """What the IUT sent to get an address."""
    return tuple(m for m in seen.of_iut(seen.dhcp) if m.kind in ASKING)


def leased(session: Session, access_point: AccessPoint, mac: str) -> str:
    """The address that the lab gave to `mac`, within the time for a join; empty if it gave none.

    That the station has joined says nothing of that: DHCP comes after it, and may take its time.
    """
    for _ in looks(session, session.timing.join_s):
        given = [e.address for e in session.lab.leases(access_point) if e.mac == mac]
        if given:
            return given[-1]
    return ""


def answers(session: Session, access_point: AccessPoint, address: str, mac: str) -> bool:
    """Whether `mac` answers for `address`, soon: an interface takes a moment to take it."""
    return any(session.lab.arp(access_point, address) == mac for _ in range(ASKED))


def require_answers(session: Session, access_point: AccessPoint, address: str, mac: str) -> None:
    """Require the station to have `address`, as ARP tells."""
    if not answers(session, access_point, address, mac):
        heard = session.lab.arp(access_point, address)
        raise NonConformity(f"{mac} answers for {address}", f"answered by {heard or 'nobody'}")


def require_unanswered(session: Session, access_point: AccessPoint, address: str) -> None:
    """Require nobody to have `address`."""
    if heard := session.lab.arp(access_point, address):
        raise NonConformity(f"nobody answers for {address}", f"answered by {heard}")


def stand_on_static(session: Session, command: str, access_point: AccessPoint) -> None:
    """Have the station use a static address that `command` sets; a purpose stands on it."""
    session.prepare(settle(command, access_point))
    start_anew(session, command)
    enter(session, access_point)
    address = static(access_point)
    if not answers(session, access_point, address, told_mac(session, "CIPSTAMAC_CUR")):
        raise Inconclusive(f"the station does not use the static address {address}")


def look(session: Session) -> None:
    """Let the time go by in which what must not come would come."""
    session.pause(session.timing.absent_s)


def require_leased_alone(session: Session, access_point: AccessPoint) -> str:
    """Join; require the station to ask for an address, and to have that and no static one."""
    mac = told_mac(session, "CIPSTAMAC_CUR")
    with session.lab.capture("station") as seeing:
        enter(session, access_point)
        address = leased(session, access_point, mac)
        # A lease may be from before this join: the station asks again before it has the address.
        if address:
            answers(session, access_point, address, mac)
    sent = [message.kind for message in asked(seeing.seen)]
    if not sent or not address:
        raise NonConformity(
            "the station asks for an address and gets one", f"it sent {sent} and got {address!r}"
        )
    require_answers(session, access_point, address, mac)
    require_unanswered(session, access_point, static(access_point))
    return address
