"""The station on the air: joined to an access point of the lab, and what IUT and lab say of it.

Law of this file: what a purpose only stands on makes it inconclusive if it cannot be had. The lab's
log is read from a mark on, because a station that has an access point saved may join it by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from conformance.commandline import CommandLine, execute, set_
from conformance.exchange import Exchange, Outcome
from conformance.lab import AccessPoint, Association
from conformance.session import Session
from conformance.testbed import NANOSECONDS
from conformance.transcript import readable
from conformance.verdict import Inconclusive, Lacking, NonConformity, Reason
from suites.head import head
from suites.malformed import text
from suites.wifi import mode
from suites.wifi.dhcp import STATION
from suites.wifi.siblings import stem
from suites.wifi.softap import spellings

#: What the station tells unasked (clause 1.2, notes), in any letter case (ruling R-13).
CONNECTED = rb"(?i)wifi connected"
GOT_IP = rb"(?i)wifi got ip"
DISCONNECT = rb"(?i)wifi disconnect"

_BSSID = rb'(?P<quote>")?(?P<bssid>[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5})(?(quote)")'

#: What the log says of an association.
JOINED, REFUSED, LEFT = "joined", "refused", "left"


#: How an access point may be secured that a station is to join -> a password for it.
PASSWORDS = {"open": b""} | dict.fromkeys(("wpa", "wpa2", "wpa-wpa2"), b"0123456789")
#: Names and passwords that are as long as they may be; 64 digits are the key itself (R-102).
LONG = {
    "name-32-bytes": (text(32).encode(), b"0123456789"),
    "password-63-bytes": (b"conformance 4d1f", text(63).encode()),
    "password-64-digits": (b"conformance 4d1f", b"0123456789abcdef" * 4),
}


# The IUT before and after


def off_air(session: Session, wifi_mode: int = mode.STATION) -> Session:
    """The IUT in a mode with the station, which has joined nothing; restarted afterwards."""
    mode.enter(session, wifi_mode)
    leave(session)
    return session


def starts_as_station(session: Session, wifi_mode: int = mode.STATION) -> Session:
    """The IUT off the air, and with the station enabled and willing to join at each start.

    Afterwards the saved mode is given back; that it joins at power on stays, as by default (R-48).
    """
    mode.borrow(session, "CWMODE_DEF")
    session.prepare(set_("CWMODE_DEF", wifi_mode), set_("CWAUTOCONN", 1))
    return off_air(session, wifi_mode)


def leave(session: Session) -> None:
    """Have the station leave what it has joined, and give up what it is joining."""
    session.prepare(execute("CWQAP"))


def line(command: str, access_point: AccessPoint, *more: str) -> CommandLine:
    """`command` with name and password of `access_point`; `more` stands behind them."""
    return set_(command, access_point.ssid, access_point.password, *more)


def join(session: Session, command: str, access_point: AccessPoint, *more: str) -> Exchange:
    """Try to join, with the bench's patience for it; whether it succeeded is not judged here."""
    return session.send(line(command, access_point, *more), answer_s=session.timing.join_s)


def be_joined(session: Session, access_point: AccessPoint, command: str = "CWJAP_CUR") -> Exchange:
    """Have the station join `access_point`: what a purpose stands on and does not judge."""
    exchange = join(session, command, access_point)
    session.agree(exchange)
    return exchange


def be_online(session: Session, access_point: AccessPoint, command: str = "CWJAP_CUR") -> None:
    """Have the station join `access_point` and get an address there."""
    session.observe(set_("CWDHCP_CUR", STATION, 1))  # its owner may have saved that it asks not
    exchange = be_joined(session, access_point, command)
    if not has_told(session, exchange, GOT_IP):
        raise Inconclusive("the station did not tell that it got an address")


def at_home(session: Session, wifi_mode: int = mode.STATION) -> AccessPoint:
    """The lab's own access point, with the station joined to it and an address from it."""
    off_air(session, wifi_mode)
    home = session.lab.home()
    be_online(session, home)
    return home


# What the IUT tells unasked


def has_told(session: Session, exchange: Exchange, message: bytes) -> bool:
    """Whether `message` came in `exchange`, or comes within the bench's time for a join.

    Before the final result code, behind it or later: the document puts them in no order.
    """
    if any(_is(message, text) for text in exchange.urcs):
        return True
    waited = session.await_line(message, session.timing.join_s)
    return waited.outcome is Outcome.COMPLETE


def tells_of_loss(session: Session, lose: Callable[[], object]) -> bool:
    """Whether WIFI DISCONNECT comes when `lose` takes the access point away, and not before it.

    One that still comes of an earlier AT+CWQAP (ruling R-46) is not taken for it.
    """
    session.hear_out()
    lose()
    return session.await_line(DISCONNECT, session.timing.join_s).outcome is Outcome.COMPLETE


def require_told(session: Session, exchange: Exchange, message: bytes, what: str) -> None:
    """Require `message` in `exchange` or after it."""
    if not has_told(session, exchange, message):
        raise NonConformity(what, f"{exchange.describe()}; later: {_last(session)}")


def require_line(session: Session, message: bytes, what: str) -> None:
    """Require `message` to come within the bench's time for a join."""
    waited = session.await_line(message, session.timing.join_s)
    if waited.outcome is not Outcome.COMPLETE:
        raise NonConformity(what, waited.describe())


def require_not_told(session: Session, exchange: Exchange, message: bytes, what: str) -> None:
    """Require that `message` stands not in `exchange`, nor comes within the time for that."""
    told = any(_is(message, text) for text in exchange.urcs)
    if told or session.await_line(message, session.timing.absent_s).outcome is Outcome.COMPLETE:
        raise NonConformity(what, f"{exchange.describe()}; later: {_last(session)}")


def _is(message: bytes, text: bytes) -> bool:
    return re.fullmatch(message, text) is not None


def _last(session: Session) -> str:
    return session.last.describe() if session.last else "nothing"


def names_no_access_point(exchange: Exchange) -> None:
    """Require the query to end with OK or a refusal and to tell no access point (ruling R-40).

    Whose name stands before it, the command's or a sibling's, makes no difference.
    """
    named = re.compile(rb"\+ ?%b" % stem(exchange.line.name).encode())
    exchange.is_answered()
    if any(map(named.match, exchange.information)):
        raise NonConformity("no line with an access point", exchange.describe())


def names(exchange: Exchange, access_point: AccessPoint) -> int:
    """Require the query to tell `access_point` and a signal strength (R-36); the latter."""
    name = exchange.line.name
    told = exchange.succeeds().tells(
        head(name, bare_text=True) + rb"(.+?) ?, ?" + _BSSID + rb" ?, ?(\d+) ?, ?(-?\d+)(?: ?,.*)?",
        f"a line +{name}:<ssid>,<bssid>,<channel>,<rssi>",
    )
    ssid, _quote, bssid, channel, rssi = told.groups()
    if (
        ssid not in spellings(access_point.ssid.decode())
        or bssid.decode().lower() != access_point.bssid.lower()
        or int(channel) != access_point.channel
    ):
        raise NonConformity(f"the access point {shown(access_point)}", exchange.describe())
    return int(rssi)


def shown(access_point: AccessPoint) -> str:
    """An access point in a few words."""
    ssid, bssid, channel = access_point.ssid, access_point.bssid, access_point.channel
    return f"{readable(ssid)} {bssid} on channel {channel}"


# What the lab says


class AirLog:
    """The lab's log of the associations from now on."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._mark = len(session.lab.associations())

    def lines(self) -> tuple[Association, ...]:
        """What has been written so far."""
        return self._session.lab.associations()[self._mark :]

    def joins(self, access_point: AccessPoint) -> list[Association]:
        """How often a station has joined `access_point` so far."""
        return [each for each in self.lines() if _of(access_point, JOINED)(each)]

    def wait(
        self, access_point: AccessPoint, what: str = JOINED, within_s: float | None = None
    ) -> Association | None:
        """The first line that says `what` of `access_point`; None if none comes in time.

        Without a time it is that for a join. A line of another kind takes of it what passed since
        the first such line, by the log's own clock: a station that is refused over and over again
        ends the waiting, too.
        """
        seconds = self._session.timing.join_s if within_s is None else within_s
        wanted, seen = _of(access_point, what), self.lines()
        known, left_s = len(seen), seconds
        while not (found := [each for each in seen if wanted(each)]) and left_s > 0:
            count = self._mark + len(seen) + 1
            told = self._session.lab.associations(count=count, within_s=left_s)
            if len(told) < count:
                break
            seen = told[self._mark :]
            left_s = seconds - (seen[-1].at - seen[known].at) / NANOSECONDS
        return found[0] if found else None

    def require(self, access_point: AccessPoint, what: str = JOINED) -> Association:
        """Require the log to say `what` of `access_point`, now or soon."""
        association = self.wait(access_point, what)
        if association is None:
            raise NonConformity(
                f"a station that has {what} {access_point.bssid}", self.describe(), Reason.DIFFERS
            )
        return association

    def require_no_join(self, access_point: AccessPoint) -> None:
        """Require that so far nobody has joined `access_point`."""
        if self.joins(access_point):
            raise NonConformity(f"nobody has joined {access_point.bssid}", self.describe())

    def describe(self) -> str:
        """The log in one line."""
        lines = [f"{each.what} {each.bssid or '-'} {each.why}".strip() for each in self.lines()]
        return f"the lab's log: {', '.join(lines) or 'nothing'}"


def _of(access_point: AccessPoint, what: str) -> Callable[[Association], bool]:
    return lambda each: (each.what, each.access_point) == (what, access_point.name)


# The start that joins (ruling R-103)


def power_on(session: Session) -> None:
    """Have the power come on; a bench without a switch takes AT+RST, after which no join is due."""
    if session.can_cycle_power:
        session.power_cycle()
    else:
        session.restart()


def require_again(session: Session, access_point: AccessPoint) -> AirLog:
    """Require `access_point` to be joined when the power comes on; the log from then on."""
    log = AirLog(session)
    power_on(session)

    if not session.can_cycle_power and log.wait(access_point) is None:
        raise Lacking("nothing is joined after AT+RST (R-103), and nobody can switch the power")
    log.require(access_point)
    return log
