"""Clauses 4.1.26 to 4.1.28 on the network: address, gateway and netmask of the station at work.

What the station sends to a host that it pings shows all three: the address it comes from, whether
it looks for the host itself, as for one in its own network, and to whose MAC address it sends if
not. Whether the ping succeeds is not judged here (ruling R-129).
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

import pytest

from conformance.commandline import set_
from conformance.verdict import Inconclusive, Lacking, NonConformity
from suites.wifi import leasing, onair
from suites.wifi.address import keep_ip, told_mac
from suites.wifi.dhcp import lent
from suites.wifi.siblings import cases, keyed, siblings

STATIONS = siblings("CIPSTA")
#: A host of no network that a lab has.
OUTSIDE = "10.11.12.13"
#: How long a ping may take to fail, in seconds (ruling R-94).
PING_S = 15.0
#: A ping may be given up before anybody has told the MAC address that it waits for.
PINGS = 2


@dataclass(frozen=True)
class Way:
    """How a station is set, and how it is to reach a host."""

    #: How many bits longer or shorter its netmask is than that of the access point's network.
    longer: int
    #: Whether its gateway is another host of the network than the access point.
    other_gateway: bool
    #: Whether it is to look for the host itself.
    direct: bool


WAYS = {
    # A network is left through the gateway, whoever that is.
    "gateway": Way(0, False, False),
    "other-gateway": Way(0, True, False),
    # Half the network: the other half is outside.
    "half": Way(1, False, False),
    # All 65,536 addresses around the network: those of the next network are inside.
    "wide": Way(-8, False, True),
}


@pytest.fixture
def ip(session, command):
    """An IUT with station and softAP; afterwards addresses and DHCP are as they were found."""
    return lent(session, command, keep_ip)


def network_of(access_point, longer=0):
    """The network of `access_point`'s address, its netmask so many bits longer."""
    network = IPv4Network(f"{access_point.address}/{access_point.netmask}", strict=False)
    return IPv4Network(f"{access_point.address}/{network.prefixlen + longer}", strict=False)


def own_address(access_point):
    """An address in the access point's half of its network that nobody has and nobody leases."""
    first, last = IPv4Address(access_point.first), IPv4Address(access_point.last)
    hosts = [h for h in network_of(access_point, 1).hosts() if not first <= h <= last]
    free = [str(host) for host in hosts if str(host) != access_point.address]
    if not free:
        raise Lacking(f"{access_point.name} leases all of its network: no address is left")
    return free[-1]


def target(session, access_point, way):
    """The host that the station is to reach."""
    here = network_of(access_point)
    if way.direct:
        return str(here.broadcast_address + 9)  # beyond the network, within the wide one
    if way.longer:
        return str(here.broadcast_address - 5)  # in the other half
    return session.lab.host(access_point, OUTSIDE)


def gateway(session, access_point, way):
    """Address and MAC address of the gateway."""
    if not way.other_gateway:
        return access_point.address, access_point.mac
    address = session.lab.host(access_point)
    mac = session.lab.arp(access_point, address)
    if not mac:
        raise Inconclusive(f"the lab's own host at {address} does not answer")
    return address, mac


@pytest.mark.parametrize(("command", "way"), list(cases("set/17", STATIONS, keyed(WAYS))))
def test_a_station_uses_address_gateway_and_netmask(ip, command, way):
    """A ping comes from the address, and goes where gateway and netmask lead."""
    home = ip.lab.home()

    require_reaches(ip, command, home, way, target(ip, home, way))


@pytest.mark.parametrize(
    ("command", "ways"),
    list(cases("set/17", STATIONS, keyed({"each": ("gateway", "other-gateway")}), about="again")),
)
def test_a_station_uses_each_gateway_that_was_set(ip, command, ways):
    """With one gateway set after the other, a ping goes to the last one each time."""
    home = ip.lab.home()
    host = ip.lab.host(home, OUTSIDE)
    for way in ways:
        onair.leave(ip)
        require_reaches(ip, command, home, WAYS[way], host)


def require_reaches(ip, command, home, way, host):
    """Set the station as `way` says and join; require what it sends to `host` to go so."""
    address = own_address(home)
    router, router_mac = gateway(ip, home, way)
    ip.prepare(set_(command, address, router, str(network_of(home, way.longer).netmask)))
    leasing.start_anew(ip, command)
    leasing.enter(ip, home)
    if not leasing.answers(ip, home, address, told_mac(ip, "CIPSTAMAC_CUR")):
        raise Inconclusive(f"the station does not use the address {address}")
    with ip.lab.capture("station") as seeing:
        ip.send(set_("PING", home.address), answer_s=PING_S)
        for _ in range(PINGS):
            ip.send(set_("PING", host), answer_s=PING_S)
    if not any(echo.destination == home.address for echo in seeing.seen.of_iut(seeing.seen.echoes)):
        raise Inconclusive("a ping sends no echo, not even to the access point")

    if way.direct:
        require_looks_for(host, address, seeing.seen)
    else:
        require_through(router_mac, host, address, seeing.seen)


def require_looks_for(host, address, seen):
    """Require the station to ask for `host` itself, as whoever has `address`."""
    asked = [arp for arp in seen.of_iut(seen.arps) if arp.operation == 1]
    if not any((arp.target_ip, arp.sender_ip) == (host, address) for arp in asked):
        looked = sorted({arp.target_ip for arp in asked})
        raise NonConformity(
            f"{address} asks who has {host}", f"it asks who has {looked}; {passed(seen, host)}"
        )


def require_through(router_mac, host, address, seen):
    """Require what is for `host` to come from `address` and to go to the gateway."""
    asked = [arp.target_ip for arp in seen.of_iut(seen.arps) if arp.operation == 1]
    echoes = [echo for echo in seen.of_iut(seen.echoes) if echo.destination == host]
    strange = [e for e in echoes if (e.frame.destination, e.source) != (router_mac, address)]
    if not echoes or strange:
        raise NonConformity(
            f"what is for {host} comes from {address} and goes to {router_mac}",
            f"{passed(seen, host)}; it asks who has {sorted(set(asked))}",
        )


def passed(seen, host):
    """How the station's echoes to `host` went, in words."""
    ways = {f"{e.source} to {e.frame.destination}" for e in seen.of_iut(seen.echoes)
            if e.destination == host}  # fmt: skip
    return f"its echoes to {host} went from {', '.join(sorted(ways))}" if ways else "no echo went"
