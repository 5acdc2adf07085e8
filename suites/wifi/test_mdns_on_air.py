"""Clause 4.1.37 on the network: AT+MDNS, as a host of that network asks and hears (ruling R-130).

The station has joined the lab's access point and has an address; mDNS is disabled afterwards.
"""

import pytest

from conformance.catalogue import load_edition
from conformance.commandline import Verbatim, set_
from conformance.grammar import OK
from conformance.verdict import Inconclusive, NonConformity
from suites.inuse import again
from suites.malformed import outside, with_one, wrong_shapes
from suites.wifi import leasing, mode, onair
from suites.wifi.address import told_ip

MDNS = load_edition().commands["MDNS"]
EXAMPLE = MDNS.example
VALUES = {
    "example": EXAMPLE,
    "other": (1, "board-12", "www2", 65535),
    "short": (1, "a", "b", 1),
    "long": (1, "a-board-with-a-long-name", "a-server-with-another", 12345),
}

#: How often is asked for what may be slow to answer, and for what must not answer at all.
LOOKS = 5
#: How long an answer may take, in seconds: half a second to gather others (RFC 6762, 6), and a
#: record that was just sent is not sent again within a second.
ANSWER_S = 0.6
#: Types of services by which somebody finds one; `{}` is the server's name.
SERVICES = ("_{}._tcp.local", "_{}._udp.local", "_services._dns-sd._udp.local")


#: Longer than any record is valid that a host is told (RFC 6762, 10), in seconds.
UNASKED_S = 4800


def mdns(code, number, needs=(), waits_s=0):
    """The marker of a purpose of this file."""
    return pytest.mark.purpose(
        f"TP/WIFI/MDNS/{code}",
        verifies=[f"4.1.37/MDNS/set/{number}"],
        needs=needs,
        waits_s=waits_s,
    )


def valued(*names):
    """The purpose is about each of these values."""
    return pytest.mark.parametrize("values", [VALUES[n] for n in names], ids=names)


@pytest.fixture
def online(session):
    """An IUT whose station has joined and has an address; `home` is where."""
    session.afterwards(lambda: session.observe(set_("MDNS", 0)))
    session.prepare(set_("CWMODE_CUR", mode.STATION), set_("CWDHCP_CUR", 1, 1))
    return session, onair.at_home(session)


def disabled(session, values):
    """Whether mDNS is disabled in one of the ways in which a reader may take it (ruling R-68)."""
    lines = set_("MDNS", 0, *values[1:]), set_("MDNS", 0)
    return any(session.send(line).final == OK for line in lines)


def heard(session, home, names, kind):
    """What the IUT tells while a host asks for `names`; only what it does not take back.

    A record with no time to live says that there is no such thing any more.
    """
    with session.lab.capture("station") as seeing:
        for name in names:
            session.lab.mdns(home, name, kind)
        session.pause(ANSWER_S)
    return [record for record in seeing.seen.told_by_mdns() if record.ttl_s]


def own_address(session, home, host):
    """The addresses that the IUT tells for the name of `host`, when it is asked often enough."""
    name = f"{host}.local"
    for _ in range(LOOKS):
        records = heard(session, home, [name], "A")
        found = [r.data for r in records if (r.name.lower(), r.kind) == (name.lower(), "A")]
        if found:
            return set(found)
    return set()


def servers(session, home, server):
    """The records of places of `server` that the IUT tells, when it is asked often enough.

    First for types of services, then for what it told of those.
    """
    names, kind = [each.format(server) for each in SERVICES], "PTR"
    places = []
    for _ in range(LOOKS):
        records = heard(session, home, names, kind)
        places = [r for r in records if r.kind == "SRV" and is_of(server, r.name)]
        if places:
            return places
        pointed = [r.data for r in records if r.kind == "PTR" and is_of(server, r.data)]
        if pointed:
            kind = "SRV" if kind == "PTR" else "PTR"
            names = list(dict.fromkeys(pointed)) + names[:2]
    return places


def is_of(server, name):
    """Whether a label of `name` is the server's name, with or without the line before it."""
    return server.lower() in {label.removeprefix("_").lower() for label in name.split(".")}


@mdns("AIR-BV-05", "05")
@valued("example", "other", "short")
def test_enabling_is_answered_ok(online, values):
    """With an address AT+MDNS=1 with two names and a port is answered OK."""
    session, _ = online

    session.send(set_("MDNS", *values)).succeeds()


@mdns("AIR-BV-05-OFF", "05")
@valued("example", "other")
def test_disabling_is_answered_ok(online, values):
    """With an address AT+MDNS=0 is answered OK after AT+MDNS=1, with the other values or alone."""
    session, _ = online
    session.prepare(set_("MDNS", *values))

    if not disabled(session, values):
        raise NonConformity("AT+MDNS=0, alone or not, is answered OK", session.last.describe())


@mdns("AIR-BV-06-HOST", "06")
@pytest.mark.parametrize("network", ["calm", "busy"])
@valued("example", "other", "long")
def test_the_host_name_is_answered(online, values, network):
    """A host that asks for the host name is told the station's address, and no other."""
    session, home = online
    if network == "busy":
        session.lab.noise(home)
    session.prepare(set_("MDNS", *values))

    require_answered(session, home, values)


def require_answered(session, home, values):
    """Require the host name of `values` to lead to the station, and nowhere else."""
    address = told_ip(session, "CIPSTA_CUR")
    told = own_address(session, home, values[1])
    if told != {address}:
        raise NonConformity(
            f"{values[1]}.local has the address {address}", f"told: {', '.join(told) or 'nothing'}"
        )


@mdns("AIR-BV-06-LATER", "06", waits_s=UNASKED_S)
def test_the_names_are_answered_when_what_was_told_is_valid_no_more(online):
    """The host name is answered when nobody has asked for longer than any record is valid."""
    session, home = online
    session.prepare(set_("MDNS", *VALUES["example"]))
    session.pause(UNASKED_S)

    require_answered(session, home, VALUES["example"])


@mdns("AIR-BV-06-MODE-3", "06")
def test_the_names_are_answered_beside_a_softap(online):
    """In mode 3, too, the host name leads to the station, if mDNS can be enabled there."""
    session, _ = online
    home = onair.at_home(session, mode.BOTH)
    session.prepare(set_("MDNS", *VALUES["example"]))

    require_answered(session, home, VALUES["example"])


@mdns("AIR-BV-06-ON-OFF-ON", "06")
def test_the_names_are_answered_after_they_were_disabled(online):
    """Enabled, disabled and enabled again, the host name is answered as the first time."""
    session, home = online
    session.prepare(set_("MDNS", *VALUES["example"]))
    if not disabled(session, VALUES["example"]):
        raise Inconclusive("mDNS cannot be disabled")
    session.prepare(set_("MDNS", *VALUES["example"]))

    require_answered(session, home, VALUES["example"])


@mdns("AIR-BV-06-AGAIN", "06")
@pytest.mark.parametrize("what", ["host", "server"])
def test_other_names_take_the_place_of_the_first(online, what):
    """Names that are set while others are enabled are answered; at once, or after a 0 (R-130)."""
    session, home = online
    first, last = VALUES["example"], VALUES["other"]
    session.prepare(set_("MDNS", *first))
    if session.send(set_("MDNS", *last)).final != OK:
        if not disabled(session, first):
            raise Inconclusive("mDNS cannot be disabled")
        session.prepare(set_("MDNS", *last))

    if what == "host":
        require_answered(session, home, last)
    else:
        require_announced(session, home, last)


@mdns("AIR-BV-06-SERVER", "06")
@valued("example", "other", "long")
def test_the_server_name_is_announced_with_its_port(online, values):
    """A host that looks for the server name is told the port that was set."""
    session, home = online
    session.prepare(set_("MDNS", *values))

    require_announced(session, home, values)


def require_announced(session, home, values):
    """Require the server name of `values` to be told with its port."""
    places = servers(session, home, values[2])
    ports = {place.data.split()[0] for place in places}

    if ports != {str(values[3])}:
        raise NonConformity(
            f"a record of {values[2]!r} with the port {values[3]}",
            f"ports told: {', '.join(ports) or 'none'}",
        )


def settle(session, home):
    """Have the station come back with a static address."""
    session.prepare(leasing.settle("CIPSTA_CUR", home))
    onair.be_joined(session, home)
    return home


def move(session, _):
    """Have the station join another network."""
    elsewhere = session.lab.access_point(b"elsewhere", b"0123456789")
    onair.be_online(session, elsewhere)
    return elsewhere


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(settle, marks=mdns("AIR-BV-06-SETTLED", "06"), id="static"),
        pytest.param(move, marks=mdns("AIR-BV-06-MOVED", "06", ["access-points"]), id="moved"),
    ],
)
def test_the_host_name_leads_to_the_address_in_force(online, change):
    """With another address than before, the host name is answered with that one, if at all.

    If it is not answered, it is when it has been set again (ruling R-130).
    """
    session, home = online
    values = VALUES["example"]
    session.prepare(set_("MDNS", *values))
    before = told_ip(session, "CIPSTA_CUR")
    onair.leave(session)
    there = change(session, home)
    if told_ip(session, "CIPSTA_CUR") == before:
        raise Inconclusive(f"the station has the address {before} again")

    if not own_address(session, there, values[1]):
        disabled(session, values)
        session.prepare(set_("MDNS", *values))
    require_answered(session, there, values)


@mdns("AIR-BI-07", "07")
@valued("example", "other")
def test_after_disabling_nothing_is_answered(online, values):
    """Who asks for the host name or the server name, as before, is told nothing any more."""
    session, home = online
    session.prepare(set_("MDNS", *values))
    if not own_address(session, home, values[1]):
        raise Inconclusive("the host name is not answered while it is to be")
    places = [place.name for place in servers(session, home, values[2])]
    if not disabled(session, values):
        raise Inconclusive("mDNS cannot be disabled")
    session.settle()

    for _ in range(LOOKS):
        for names, kind in (
            ([f"{values[1]}.local"], "A"),
            ([each.format(values[2]) for each in SERVICES], "PTR"),
            (places, "SRV"),
        ):
            if names and (records := heard(session, home, names, kind)):
                raise NonConformity("no answer", f"answered: {[r.name for r in records]}")


# What is refused, where the same line with other values is not


@pytest.fixture
def willing(online):
    """An IUT that answers AT+MDNS=1 with OK, so that it refuses for the value alone."""
    session, _ = online
    session.prepare(set_("MDNS", *VALUES["example"]))
    return online


@mdns("AIR-BI-08", "03")
@pytest.mark.parametrize("value", list(outside(MDNS.parameters[0])))
def test_another_first_parameter_is_refused(willing, value):
    """With an address, where 1 is answered OK, a first parameter that is neither 0 nor 1 is not."""
    session, _ = willing

    session.send(with_one(MDNS, 0, value)).is_refused()


@mdns("AIR-BI-09", "04")
@pytest.mark.parametrize("line", [pytest.param(line, id=name) for name, line in wrong_shapes(MDNS)])
def test_a_wrong_shape_is_refused(willing, line):
    """With an address, where the right line is answered OK, one of a wrong shape is refused."""
    session, _ = willing

    session.send(line).is_refused()


#: Lines that are refused, and the rules that say so; each could be taken for other names, or for 0.
REFUSED = {
    "2": ("set/03", set_("MDNS", 2, *VALUES["other"][1:])),
    "256": ("set/03", set_("MDNS", 256, *VALUES["other"][1:])),
    "one-more": ("set/04", set_("MDNS", *VALUES["other"], 0)),
    "no-port": ("set/04", set_("MDNS", *VALUES["other"][:3])),
    "letter": ("set/04", set_("MDNS", *VALUES["other"][:3], Verbatim(b"x"))),
}


@mdns("AIR-BI-10", "09")
@pytest.mark.parametrize(("rule", "line"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_refused_names_nothing(online, rule, line):
    """After an AT+MDNS that is refused nobody answers for its host name."""
    session, home = online
    session.observe(set_("MDNS", 0))
    session.refuse(session.send(line), rule)

    told = own_address(session, home, VALUES["other"][1])
    assert not told, f"no address for {VALUES['other'][1]}.local, not {', '.join(told)}"


@mdns("AIR-BI-11", "09")
@pytest.mark.parametrize(("rule", "line"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_refused_leaves_the_names(willing, rule, line):
    """While names are enabled they are answered after an AT+MDNS that is refused."""
    session, home = willing
    session.refuse(session.send(line), rule)

    require_answered(session, home, VALUES["example"])
    require_announced(session, home, VALUES["example"])


# The same of an IUT in use

globals().update(
    again(
        test_enabling_is_answered_ok,
        test_disabling_is_answered_ok,
        test_the_server_name_is_announced_with_its_port,
        test_after_disabling_nothing_is_answered,
    )
)
