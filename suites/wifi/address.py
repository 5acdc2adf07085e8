"""MAC and IP addresses as the IUT tells them, and the way back for those that a purpose saves.

Law of this file: a purpose that changes what is saved says so with `keep_mac`, `keep_ip` or
`keep_range`, and has it given back. What was never saved cannot be taken back; then the address
in force is saved, which comes to the same after each start.
"""

from __future__ import annotations

from collections.abc import Sequence

from conformance.commandline import query, set_
from conformance.exchange import Exchange
from conformance.session import Session
from conformance.verdict import Inconclusive, NonConformity
from suites.found import give_back, saved
from suites.head import head
from suites.wifi import mode
from suites.wifi.dhcp import SOFTAP, enable_both, keep_dhcp
from suites.wifi.siblings import stem
from suites.wifi.triples import savers
from suites.witness import require_believable, require_documented

_MAC = rb"(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}"
_IP = rb"\d{1,3}(?:\.\d{1,3}){3}"
_ZEROS = "0.0.0.0"
#: Both interfaces have their addresses then.
BOTH = set_("CWMODE_CUR", mode.BOTH)

#: Strings that are IP addresses under no reading (ruling R-64).
NO_IP_ADDRESS = {
    "word": "somewhere",
    "over-255": "192.168.5.256",
    "over-255-first": "300.168.5.1",
    "wraps": "192.168.5.257",
    "wraps-first": "448.168.5.1",
    "five-numbers": "192.168.5.1.1",
    "letters": "192.168.a.b",
    "empty": "",
}


def _told_as(name: bytes, pattern: bytes) -> bytes:
    """`pattern` as the group `name`, between quotation marks or without both."""
    return rb'(?P<quote_%b>")?(?P<%b>%b)(?(quote_%b)")' % (name, name, pattern, name)


def require_same(expected: object, actual: object) -> None:
    """Require what is told to be what was set."""
    if actual != expected:
        raise NonConformity(str(expected), str(actual))


# MAC addresses (ruling R-57)


def mac_in(exchange: Exchange) -> str:
    """The MAC address in the answer to a query, in small letters."""
    name = exchange.line.name
    pattern = head(name) + _told_as(b"mac", _MAC)
    return exchange.tells(pattern, f"a line +{name}:<mac>")["mac"].decode().lower()


def told_mac(session: Session, name: str) -> str:
    """The MAC address that the query of `name` tells."""
    exchange = session.ask(query(name))
    mac = mac_in(exchange)
    if not name.endswith("_DEF"):  # of what is saved the document does not say it
        is_own = not is_group(mac)
        require_documented(session, exchange, is_own, "an even first byte", "query/03")
    return mac


def is_group(mac: str) -> bool:
    """Whether bit 0 of the first byte is 1, so that it is no interface's."""
    return bool(int(mac[:2], 16) & 1)


def keep_mac(session: Session, name: str) -> None:
    """Have the saved MAC address of `name`'s interface given back afterwards."""
    home = stem(name)
    found = saved(session, home, told_mac, BOTH)
    wanted = found
    if is_group(wanted) or not wanted.strip("0:"):
        wanted = told_mac(session, f"{home}_CUR")

    def back() -> None:
        enable_both(session)
        ways = [[set_(each, wanted)] for each in savers(name)]
        give_back(session, lambda: told_mac(session, f"{home}_DEF") == found, *ways)

    session.afterwards(back)


def require_mac(session: Session, name: str, mac: str) -> None:
    """Require the query of `name` to tell `mac`."""
    actual = told_mac(session, name)
    if actual != mac:
        again = set_(name, mac)
        require_believable(session, lambda: told_mac(session, name) == mac, again)
    require_same(mac, actual)


# IP addresses (ruling R-62)


def ip_in(exchange: Exchange) -> str:
    """The IP address in the answer to a query."""
    return _ip_in(exchange, rb"(?:(?!gateway|netmask)[a-z]+ ?: ?)?")


def _ip_in(exchange: Exchange, label: bytes) -> str:
    name = exchange.line.name
    names = ("CIPSTA", name) if name == "CIPSTA_DEF" else (name,)
    pattern = head(*names) + rb"(?i:%b)%b" % (label, _told_as(b"ip", _IP))
    return exchange.tells(pattern, f"a line +{name}:<IP>")["ip"].decode()


def told_ip(session: Session, name: str) -> str:
    """The IP address that the query of `name` tells."""
    exchange = session.ask(query(name))
    return ip_in(exchange)


def stand_on_ip(session: Session, name: str, address: str) -> None:
    """Stand on `address`, which was set: it has to be told before it can be missed."""
    actual = told_ip(session, name)
    if actual != address:
        raise Inconclusive(f"AT+{name}? tells {actual}, not {address}, which was set")


def require_ip(session: Session, name: str, values: Sequence[str]) -> None:
    """Require the query of `name` to tell the first of `values`, which its set takes."""
    actual = told_ip(session, name)
    if actual != values[0]:
        again = set_(name, *values)
        require_believable(session, lambda: told_ip(session, name) == values[0], again)
    require_same(values[0], actual)


def told_all(session: Session, name: str) -> list[str]:
    """Address, gateway and netmask, as far as the query of `name` tells them."""
    exchange = session.ask(query(name))
    told = [ip_in(exchange)]
    try:
        rest = [_ip_in(exchange, label) for label in (rb"gateway ?: ?", rb"netmask ?: ?")]
    except NonConformity:  # more than the address is not promised
        return told
    return told + rest


def keep_ip(session: Session, name: str) -> None:
    """Have the saved IP address of `name`'s interface, and the saved DHCP, given back afterwards.

    A station's address that was never saved is out of force again when its DHCP is enabled.
    """
    home = stem(name)
    keep_dhcp(session, name)
    if home == "CIPAP":
        found = saved(session, home, told_all, BOTH)
    else:  # without a network nothing but its own query tells it
        found = session.owners(f"{home}_DEF", lambda: told_all(session, f"{home}_DEF"))
    wanted = found
    if wanted[0] == _ZEROS and home == "CIPAP":
        wanted = told_all(session, f"{home}_CUR")
    if wanted[0] == _ZEROS:
        return

    def back() -> None:
        enable_both(session)
        ways = [[set_(each, *wanted)] for each in savers(name)]
        give_back(session, lambda: told_all(session, f"{home}_DEF") == found, *ways)

    session.afterwards(back)  # before DHCP is given back, which a static address disables


# The range of the DHCP server (ruling R-53)

Range = tuple[int, str, str]


def range_in(exchange: Exchange) -> Range:
    """Lease time, start and end address in the answer to a query."""
    name = exchange.line.name
    spelled = head(name.replace("CWDHCPS", "CWDHCP[Ss]"), signs=b":=")
    ends = (_told_as(end, _IP) for end in (b"start", b"end"))
    pattern = spelled + rb"(\d+), ?%b, ?%b" % tuple(ends)
    match = exchange.tells(pattern, f"a line +{name}:<lease time>,<start IP>,<end IP>")
    return int(match[1]), match["start"].decode(), match["end"].decode()


def told_range(session: Session, name: str) -> Range:
    """What the query of `name` tells."""
    exchange = session.ask(query(name))
    return range_in(exchange)


def hosts(session: Session, first: int, last: int) -> tuple[str, str]:
    """Two addresses in the softAP's network, whose own one is not between them."""
    network, _, own = told_ip(session, "CIPAP_CUR").rpartition(".")
    shift = 100 if first <= int(own) <= last else 0
    return f"{network}.{first + shift}", f"{network}.{last + shift}"


def neighbour(address: str, step: int = 1) -> str:
    """Another host of its network of 256 addresses, high up, where servers seldom give any."""
    network, _, own = address.rpartition(".")
    return f"{network}.{240 + (int(own) + step) % 10}"


def keep_range(session: Session, _: str) -> None:
    """Have the saved range given back afterwards, or the default one if none was saved."""
    found = saved(session, "CWDHCPS", told_range, BOTH, set_("CWDHCP_CUR", SOFTAP, 1))
    lease, start, end = found
    values: tuple[int | str, ...] = (1, lease, start, end)
    if lease == 0 or _ZEROS in (start, end):
        values = (0,)

    def back() -> None:
        enable_both(session)
        lines = (set_("CWDHCP_CUR", SOFTAP, 1), set_("CWDHCPS_DEF", *values))
        give_back(session, lambda: told_range(session, "CWDHCPS_DEF") == found, lines)

    session.afterwards(back)
