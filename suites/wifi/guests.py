"""The IUT's softAP in the air, and the second stations that are its guests.

Law of this file: what a purpose only stands on makes it inconclusive if it cannot be had. Whether
a guest is in, the guest says and the air's log has to say, too. Guests leave before the IUT is
given back.
"""

from __future__ import annotations

from collections.abc import Callable

from conformance.commandline import set_
from conformance.lab import Beacon, Lease, Station
from conformance.session import Session
from conformance.verdict import Inconclusive, NonConformity
from conformance.wire import Capture, Dhcp
from suites.wifi import mode
from suites.wifi.patience import looks
from suites.wifi.siblings import suffix
from suites.wifi.softap import SoftAp

#: The softAP of purposes that are about something else, on the channel of the lab's home network.
HOST = SoftAp("conformance guests", "0123456789", 6, 3, 4, 0)
#: Its name in the air's log.
SOFTAP = "softap"


# The softAP


def start_anew(session: Session, command: str, wifi_mode: int = mode.SOFTAP) -> None:
    """Have what `command` saved in force: with _DEF it may be so at the next start (R-31)."""
    if suffix(command) == "_DEF":
        session.restart()
        session.prepare(set_("CWMODE_CUR", wifi_mode))


def put_up(
    session: Session,
    softap: SoftAp = HOST,
    command: str = "CWSAP_CUR",
    wifi_mode: int = mode.SOFTAP,
    judged: bool = False,
) -> SoftAp:
    """Have the softAP in the air as `command` sets it; `judged`: it has to be answered OK."""
    session.prepare(set_("CWMODE_CUR", wifi_mode))
    exchange = session.send(softap.line(command))
    if judged:
        exchange.succeeds()
    session.agree(exchange)
    start_anew(session, command, wifi_mode)
    return softap


def key(softap: SoftAp) -> bytes:
    """The password that a station needs."""
    return softap.pwd.encode() if softap.ecn else b""


# Guests


def stranger(session: Session) -> Station:
    """A second station, which has joined nothing and leaves what it will have joined."""
    station = session.lab.station()
    session.afterwards(station.leave)
    return station


def joins(session: Session, station: Station, softap: SoftAp, password: bytes | None = None) -> str:
    """Have `station` join: the empty text if it has, else why not."""
    password = key(softap) if password is None else password
    return station.join(softap.ssid.encode(), password, within_s=session.timing.join_s)


def guest(session: Session, softap: SoftAp = HOST) -> Station:
    """A second station that has joined, for a purpose that stands on it."""
    station = stranger(session)
    come_in(session, station, softap)
    return station


def come_in(session: Session, station: Station, softap: SoftAp = HOST) -> None:
    """Have `station` join, for a purpose that stands on it; a bench has one that comes again."""
    refused = joins(session, station, softap)
    if refused:
        raise Inconclusive(f"a second station could not join the softAP: {refused}")


def lodger(session: Session, softap: SoftAp = HOST) -> tuple[Station, Lease]:
    """A second station that has joined and has an address from the softAP."""
    station = guest(session, softap)
    return station, lodge(session, station)


def lodge(session: Session, station: Station) -> Lease:
    """The address that `station`, which has joined, is given by the softAP."""
    lease = station.lease(within_s=session.timing.join_s)
    if lease is None:
        raise Inconclusive("a second station got no address from the softAP")
    return lease


def require_joins(session: Session, station: Station, softap: SoftAp) -> None:
    """Require `station` to get in, by its own word and by the air's log."""
    refused = joins(session, station, softap)
    if refused:
        raise NonConformity(f"a station joins {softap}", f"it is refused: {refused}")
    require_stays(session, station)


def require_stays(session: Session, station: Station) -> None:
    """Require the air's log to have `station` in, so far."""
    if not is_in(session, station):
        raise NonConformity("the station is in the softAP", _log_of(session, station))


def require_refused(
    session: Session, station: Station, softap: SoftAp, password: bytes | None = None
) -> None:
    """Require `station` not to get in, by its own word and by the air's log."""
    refused = joins(session, station, softap, password)
    if not refused or is_in(session, station):
        shown = key(softap) if password is None else password
        raise NonConformity(
            f"no station joins {softap} with the password {shown!r}",
            f"{refused or 'it has joined'}; {_log_of(session, station)}",
        )


def is_in(session: Session, station: Station) -> bool:
    """Whether the last that the air's log has of `station` is that it joined the softAP."""
    log = session.lab.associations(station=station.mac)
    return bool(log) and (log[-1].what, log[-1].access_point) == ("joined", SOFTAP)


def is_out(session: Session, station: Station, within_s: float) -> bool:
    """Whether the air's log has it that `station`, which had joined, has left, now or soon."""
    before = len(session.lab.associations(station=station.mac))
    if not is_in(session, station):
        return True
    session.lab.associations(count=before + 1, within_s=within_s, station=station.mac)
    return not is_in(session, station)


def _log_of(session: Session, station: Station) -> str:
    log = session.lab.associations(station=station.mac)
    lines = [f"{each.what} {each.access_point} {each.why}".strip() for each in log]
    return f"the lab's log of {station.mac}: {', '.join(lines) or 'nothing'}"


# What is heard

Wanted = Callable[[Beacon], bool]


def named(softap: SoftAp) -> Wanted:
    """Beacons with the softAP's name."""
    return lambda beacon: beacon.ssid == softap.ssid.encode()


def heard(session: Session, station: Station, wanted: Wanted) -> Beacon | None:
    """The first beacon that is wanted, within the time for a scan: some get lost, some are late."""
    for _ in looks(session, session.timing.scan_s):
        if found := list(filter(wanted, station.scan())):
            return found[0]
    return None


def gone(session: Session, station: Station, unwanted: Wanted) -> bool:
    """Whether no beacon is as it is not wanted, now or within the time for a scan (R-120)."""
    seconds = session.timing.scan_s
    return any(not any(map(unwanted, station.scan())) for _ in looks(session, seconds))


def require_heard(session: Session, station: Station, softap: SoftAp) -> Beacon:
    """Require a station to hear the softAP's name."""
    beacon = heard(session, station, named(softap))
    if beacon is None:
        raise NonConformity(f"a beacon with the name {softap.ssid!r}", _heard_by(station))
    return beacon


def require_unheard(session: Session, station: Station, unwanted: Wanted, what: str) -> None:
    """Require a station to hear no beacon that is `unwanted`."""
    if not gone(session, station, unwanted):
        raise NonConformity(f"no beacon {what}", _heard_by(station))


def _heard_by(station: Station) -> str:
    told = [f"{b.ssid!r} {b.bssid} channel {b.channel} {b.security}" for b in station.scan()]
    return f"the station hears {', '.join(told) or 'nothing'}"


# What the softAP's DHCP server says


def answers(seen: Capture, *kinds: str) -> tuple[Dhcp, ...]:
    """The messages of these kinds that the IUT sent: offer and ack, if none are said."""
    return tuple(m for m in seen.of_iut(seen.dhcp) if m.kind in (kinds or ("offer", "ack")))


def require_asked(seen: Capture, station: Station) -> None:
    """A capture in which `station` asked for no address says nothing of who gives one."""
    asking = ("discover", "request")  # who has a wish may get it without the first
    if not any(m.kind in asking and m.client_mac == station.mac for m in seen.dhcp):
        raise Inconclusive(f"the second station {station.mac} was not seen to ask for an address")
