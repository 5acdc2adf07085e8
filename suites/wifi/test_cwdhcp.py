"""Clauses 4.1.14 to 4.1.16: AT+CWDHCP, AT+CWDHCP_CUR, AT+CWDHCP_DEF (R-51, R-52, R-66, R-125)."""

import pytest

from conformance.commandline import query, set_
from conformance.verdict import NonConformity
from suites.inuse import again
from suites.malformed import outside, with_one, wrong_shapes
from suites.wifi import guests, leasing
from suites.wifi import mode as wifi_mode
from suites.wifi.address import keep_ip, require_same, stand_on_ip, told_all, told_ip, told_mac
from suites.wifi.beside import told_beside, which
from suites.wifi.dhcp import (
    BOTH,
    SOFTAP,
    STATION,
    bits_in,
    enable_both,
    keep_dhcp,
    lent,
    require_bit,
    require_bits,
    set_bits,
    told_bits,
)
from suites.wifi.mode import BOTH as WITH_BOTH
from suites.wifi.siblings import COMMANDS, cases, current, each, keyed, saving, siblings, suffix
from suites.wifi.triples import saves

ALL = siblings("CWDHCP")
#: Every state of the two interfaces, as the query tells it.
STATES = (0b00, 0b01, 0b10, 0b11)
#: Those that are not the usual default, so that it shows if they are lost.
UNUSUAL = STATES[:3]

#: The Wi-Fi mode that has an interface alone.
ALONE = {SOFTAP: wifi_mode.SOFTAP, STATION: wifi_mode.STATION}

#: A static address for each interface, the documents' own examples.
STATIC = {SOFTAP: ("CIPAP", "192.168.5.1"), STATION: ("CIPSTA", "192.168.6.100")}


@pytest.fixture
def dhcp(session, command):
    """An IUT with station and softAP; afterwards DHCP is as it was found."""
    return lent(session, command, keep_dhcp, "CIPAP_CUR", "CWDHCP_CUR")


@pytest.mark.parametrize(("command", "bits"), list(cases("query/01", ALL, each(*STATES))))
def test_the_query_tells_two_bits(asked, command, bits):
    """Whatever was set for now, the query tells a number from 0 to 3 and ends with OK."""
    set_bits(asked, "CWDHCP_CUR", bits)
    exchange = asked.send(query(command))

    bits_in(exchange.succeeds())


@pytest.mark.parametrize(("command", "bits"), list(cases("query/02", ALL, each(*STATES))))
def test_each_interface_has_its_bit(dhcp, command, bits):
    """Bit 0 tells the softAP's DHCP, bit 1 the station's, as mode 0 and mode 1 set them."""
    set_bits(dhcp, command, bits)

    require_bits(dhcp, command, bits)


@pytest.mark.parametrize(("command", "_"), list(cases("query/02", ALL, each("each"), about="each")))
def test_every_state_is_told(dhcp, command, _):
    """The query tells every state of both interfaces when it was set, one after the other."""
    for bits in (*STATES, STATES[0]):
        set_bits(dhcp, command, bits)
        require_bits(dhcp, command, bits)


@pytest.mark.parametrize(
    ("command", "values"),
    list(cases("set/01", ALL, each(*((mode, en) for mode in (0, 1, 2) for en in (0, 1))))),
)
def test_documented_values_are_answered_ok(dhcp, command, values):
    """Each mode with 0 and with 1 is answered OK."""
    dhcp.send(set_(command, *values)).succeeds()


#: State before, mode, value: every change of one interface, with the other one off and on.
ONE_CHANGED = {
    mode: each(*((bits, mode, 1 - (bits >> mode & 1)) for bits in STATES))
    for mode in (SOFTAP, STATION)
}
BOTH_CHANGED = each(*((bits, BOTH, en) for bits in STATES for en in (0, 1)))


def after(bits, mode, en):
    """The state that comes of `bits` when `en` is set in `mode`."""
    mask = 0b11 if mode == BOTH else 1 << mode
    return bits & ~mask | (mask if en else 0)


@pytest.mark.parametrize(
    ("command", "change"),
    [
        *cases("set/02", ALL, ONE_CHANGED[SOFTAP]),
        *cases("set/03", ALL, ONE_CHANGED[STATION]),
        *cases("set/04", ALL, BOTH_CHANGED),
    ],
)
def test_a_mode_sets_what_it_stands_for(dhcp, command, change):
    """A set changes the interfaces that its mode stands for, and no other one."""
    before, mode, en = change
    set_bits(dhcp, command, before)
    dhcp.prepare(set_(command, mode, en))

    require_bits(dhcp, command, after(before, mode, en))


@pytest.mark.parametrize(
    ("command", "side", "value"),
    [
        pytest.param(*case.values[:1], side, case.values[1], marks=case.marks, id=case.id)
        for requirement, side in (("set/02", SOFTAP), ("set/03", STATION))
        for case in cases(requirement, ALL, each(0, 1), about="alone")
    ],
)
def test_an_interface_alone_can_be_set(dhcp, command, side, value):
    """In the mode that has this interface alone its DHCP is enabled and disabled, too."""
    dhcp.prepare(set_(command, side, 1 - value), set_("CWMODE_CUR", ALONE[side]))

    dhcp.send(set_(command, side, value)).succeeds()
    require_bit(dhcp, command, side, value)


def outside_of(index):
    """Values outside what the document lists for parameter number `index`."""
    return lambda name: [(value, value) for value in outside(COMMANDS[name].parameters[index])]


@pytest.mark.parametrize(
    ("command", "index", "value"),
    [
        pytest.param(*case.values[:1], index, case.values[1], marks=case.marks, id=case.id)
        for index, requirement in enumerate(["set/05", "set/06"])
        for case in cases(requirement, ALL, outside_of(index), code="BI")
    ],
)
def test_another_value_is_refused(dhcp, command, index, value, refused):
    """A mode or a second parameter that is not documented is refused."""
    refused(dhcp.send(with_one(COMMANDS[command], index, value)))


@pytest.mark.parametrize(
    ("command", "line"),
    list(cases("set/07", ALL, lambda name: wrong_shapes(COMMANDS[name]), code="BI")),
)
def test_a_wrong_shape_is_refused(dhcp, command, line, refused):
    """Too few or too many parameters, or one that is empty or no number, are refused."""
    refused(dhcp.send(line))


#: State before, a set that is refused and would change it, and the rule that says so.
REFUSED = {
    "on-mode-3": (0b11, (3, 1), "set/05"),
    "on-mode-minus": (0b11, (-1, 1), "set/05"),
    "on-softap-2": (0b11, (SOFTAP, 2), "set/06"),
    "on-station-2": (0b11, (STATION, 2), "set/06"),
    "on-both-minus": (0b11, (BOTH, -1), "set/06"),
    "on-surplus": (0b11, (BOTH, 0, 0), "set/07"),
    "off-mode-3": (0b00, (3, 0), "set/05"),
    "off-mode-minus": (0b00, (-1, 0), "set/05"),
    "off-surplus": (0b00, (BOTH, 1, 1), "set/07"),
    "off-missing": (0b00, (BOTH,), "set/07"),
}


@pytest.mark.parametrize(("command", "case"), list(cases("set/08", ALL, keyed(REFUSED), code="BI")))
def test_what_is_refused_changes_nothing(dhcp, command, case):
    """After a set that is refused, the query tells the bits from before."""
    before, values, rule = case
    set_bits(dhcp, command, before)
    found = told_bits(dhcp, command)
    dhcp.refuse(dhcp.provoke(set_(command, *values)), rule)

    require_bits(dhcp, command, found)


@pytest.mark.parametrize(("command", "bits"), list(cases("set/09", saving(ALL), each(*UNUSUAL))))
def test_what_is_saved_is_in_force_after_a_restart(dhcp, command, bits):
    """After AT+RST AT+CWDHCP_CUR? tells what was saved."""
    set_bits(dhcp, command, bits)
    dhcp.restart()
    enable_both(dhcp)

    require_bits(dhcp, "CWDHCP_CUR", bits)


@pytest.mark.parametrize(
    ("command", "bits"),
    list(cases("set/09", saving(ALL), each(0b00, 0b01), about="joined", needs=["network"])),
)
def test_what_was_set_while_joined_is_in_force_after_a_restart(dhcp, command, bits):
    """After AT+RST AT+CWDHCP_CUR? tells what was saved while the station was joined."""
    set_bits(dhcp, command, 0b11)
    leasing.enter(dhcp, dhcp.lab.home())
    set_bits(dhcp, command, bits)
    dhcp.restart()
    enable_both(dhcp)

    require_bits(dhcp, "CWDHCP_CUR", bits)


@pytest.mark.parametrize(
    ("command", "interface"), list(cases("set/09", current(ALL), each(SOFTAP, STATION)))
)
def test_what_is_current_is_gone_after_a_restart(dhcp, command, interface):
    """After AT+RST the query tells the bits from before AT+CWDHCP_CUR."""
    before = told_bits(dhcp, command)
    dhcp.prepare(set_(command, interface, 1 - (before >> interface & 1)))
    dhcp.restart()
    enable_both(dhcp)

    require_bits(dhcp, command, before)


@pytest.mark.parametrize(
    ("command", "interface"), list(cases("set/91", current(ALL), each(SOFTAP, STATION)))
)
def test_which_bits_are_told_beside_current_ones(dhcp, command, interface, requirement):
    """After AT+CWDHCP_CUR the query of AT+CWDHCP_DEF tells what is saved, or what is in force."""
    saved = told_bits(dhcp, "CWDHCP_DEF")
    dhcp.prepare(set_(command, interface, 1 - (saved >> interface & 1)))

    one = which(saved, saved ^ 1 << interface, told_bits(dhcp, "CWDHCP_DEF"))
    requirement.observes(told_beside(command), one)


@pytest.mark.parametrize(
    ("command", "interface"), list(cases("set/10", saving(ALL), each(SOFTAP, STATION)))
)
def test_what_is_saved_is_in_the_user_parameter_area(dhcp, command, interface):
    """A new setting changes what the user parameter area of the flash holds."""
    saved = told_bits(dhcp, "CWDHCP_DEF")
    (before,) = dhcp.read_flash("user")
    enable_both(dhcp)
    dhcp.prepare(set_(command, interface, 1 - (saved >> interface & 1)))

    (afterwards,) = dhcp.read_flash("user")
    assert afterwards != before, "the user parameter area differs after a new setting"


@pytest.mark.parametrize(
    ("command", "interface"), list(cases("set/10", current(ALL), each(SOFTAP, STATION)))
)
def test_what_is_current_is_not_in_the_flash(dhcp, command, interface):
    """AT+CWDHCP_CUR changes nothing in the user and system parameter areas of the flash."""
    before = dhcp.read_flash("user", "system")
    enable_both(dhcp)
    bits = told_bits(dhcp, command)
    dhcp.prepare(set_(command, interface, 1 - (bits >> interface & 1)))

    assert dhcp.read_flash("user", "system") == before, "both parameter areas are as before"


@pytest.mark.parametrize(("command", "bits"), list(cases("set/11", saving(ALL), each(*UNUSUAL))))
def test_what_is_saved_survives_the_loss_of_power(dhcp, command, bits):
    """When it was without power AT+CWDHCP_CUR? tells what was saved."""
    set_bits(dhcp, command, bits)
    dhcp.power_cycle()
    enable_both(dhcp)

    require_bits(dhcp, "CWDHCP_CUR", bits)


@pytest.mark.parametrize(
    ("command", "interface"), list(cases("set/12", saving(ALL), each(SOFTAP, STATION)))
)
def test_dhcp_can_be_enabled_after_a_static_address(dhcp, command, interface):
    """After a static address was set, mode and 1 enable the interface's DHCP again."""
    home, address = STATIC[interface]
    keep_ip(dhcp, home)
    dhcp.prepare(set_(home + suffix(command), address), set_(command, interface, 1))

    require_bit(dhcp, command, interface, 1)


@pytest.mark.parametrize(
    ("command", "interface"), list(cases("set/12", current(ALL), each(SOFTAP, STATION)))
)
def test_whether_dhcp_follows_a_static_address_for_now(dhcp, command, interface, requirement):
    """After a static address was set, mode and 1 enable the interface's DHCP again, or do not."""
    home, address = STATIC[interface]
    dhcp.prepare(set_(home + suffix(command), address))
    exchange = dhcp.send(set_(command, interface, 1))
    enabled = told_bits(dhcp, command) >> interface & 1

    what = "enabled" if enabled else f"not enabled, answered {exchange.ending}"
    requirement.observes(f"4.1.15/{command}/set/12", what)


@pytest.mark.parametrize(("command", "en"), list(cases("set/17", ALL, each(0, 1), about="softap")))
def test_the_stations_dhcp_leaves_the_softaps_address(dhcp, command, en):
    """The softAP has a static address; it has it still when the station's DHCP was set."""
    home, address = f"CIPAP{suffix(command)}", STATIC[SOFTAP][1]
    if saves(command):
        keep_ip(dhcp, home)
    dhcp.prepare(set_(command, STATION, 1 - en), set_(home, address))
    stand_on_ip(dhcp, home, address)
    dhcp.prepare(set_(command, STATION, en))

    require_same(address, told_ip(dhcp, home))
    if saves(command):
        dhcp.restart()
        enable_both(dhcp)
        require_same(address, told_ip(dhcp, "CIPAP_CUR"))


@pytest.mark.parametrize(
    ("command", "en"), list(cases("set/17", ALL, each(0, 1), about="station", needs=["network"]))
)
def test_the_softaps_dhcp_leaves_the_stations_address(dhcp, command, en):
    """The station has a static address; it has it still when the softAP's DHCP was set."""
    static, home = f"CIPSTA{suffix(command)}", dhcp.lab.home()
    if saves(command):
        keep_ip(dhcp, static)
    dhcp.prepare(set_(command, SOFTAP, 1 - en))
    leasing.stand_on_static(dhcp, static, home)
    dhcp.prepare(set_(command, SOFTAP, en))
    leasing.start_anew(dhcp, command)
    leasing.enter(dhcp, home)

    mac = told_mac(dhcp, "CIPSTAMAC_CUR")
    leasing.require_answers(dhcp, home, leasing.static(home), mac)


@pytest.mark.parametrize(("command", "bits"), list(cases("set/15", ["CWDHCP"], each(*UNUSUAL))))
def test_what_is_set_is_in_force_at_once(dhcp, command, bits):
    """AT+CWDHCP_CUR? tells what AT+CWDHCP set, without a restart."""
    set_bits(dhcp, command, bits)

    require_bits(dhcp, "CWDHCP_CUR", bits)


@pytest.mark.parametrize(
    ("command", "value"), list(cases("set/15", ["CWDHCP"], each(0, 1), about="saved"))
)
@pytest.mark.parametrize("side", [SOFTAP, STATION], ids=["softap", "station"])
def test_what_is_saved_already_is_in_force_at_once(dhcp, command, value, side):
    """What AT+CWDHCP sets is saved already, but not current; AT+CWDHCP_CUR? tells it then."""
    line = set_(command, side, value)
    dhcp.prepare(line, set_("CWDHCP_CUR", side, 1 - value), line)

    require_bit(dhcp, "CWDHCP_CUR", side, value)


# On the network

#: Mode and value: each interface alone, and both.
SWITCHED = {
    interface: each(*((mode, en) for mode in (interface, BOTH) for en in (0, 1)))
    for interface in (SOFTAP, STATION)
}


def switch(session, command, interface, mode, en):
    """Set `mode` to `en` when the interface's DHCP was the other way, and have it in force."""
    session.prepare(set_(command, interface, 1 - en), set_(command, mode, en))
    leasing.start_anew(session, command)


@pytest.mark.parametrize(("command", "change"), list(cases("set/14", ALL, SWITCHED[SOFTAP])))
def test_the_softap_gives_addresses_or_none(dhcp, command, change):
    """A station that asks gets an address, or nobody answers it, as the softAP's DHCP was set."""
    _, en = change
    switch(dhcp, command, SOFTAP, *change)
    require_served(dhcp, en)


def require_served(dhcp, en):
    """Require a station that asks the softAP to get an address, or nobody to answer it."""
    guests.put_up(dhcp, wifi_mode=WITH_BOTH)
    station = guests.guest(dhcp)
    with dhcp.lab.capture("softap") as seeing:
        lease = station.lease(within_s=dhcp.timing.join_s if en else dhcp.timing.absent_s)
    guests.require_asked(seeing.seen, station)

    sent = [message.kind for message in guests.answers(seeing.seen)]
    as_wanted = lease and "ack" in sent if en else not (lease or sent)
    if not as_wanted:
        wanted = "an offer, an acknowledgement and a lease" if en else "no answer"
        raise NonConformity(wanted, f"the softAP sent {sent}; the station has {lease}")


#: What the softAP was given before its DHCP is enabled: address, gateway and netmask, or nothing.
NETWORKS = {
    "as-found": (),
    "own-gateway": ("192.168.5.1", "192.168.5.1", "255.255.255.0"),
    "another-gateway": ("192.168.5.1", "192.168.5.77", "255.255.255.0"),
}


@pytest.mark.parametrize(("command", "network"), list(cases("set/18", ALL, keyed(NETWORKS))))
def test_netmask_and_router_of_a_lease_are_the_softaps(dhcp, command, network):
    """Netmask and router that the softAP tells a guest are its own, or the gateway that was set."""
    static = f"CIPAP{suffix(command)}"
    if network:
        if saves(command):
            keep_ip(dhcp, static)
        dhcp.prepare(set_(static, *network))
    dhcp.prepare(set_(command, SOFTAP, 1))
    guests.start_anew(dhcp, command, WITH_BOTH)
    guests.put_up(dhcp, wifi_mode=WITH_BOTH)
    own, *told = told_all(dhcp, "CIPAP_CUR")
    gateway, netmask = told or (own, "255.255.255.0")
    station = guests.guest(dhcp)
    with dhcp.lab.capture("softap") as seeing:
        lease = guests.lodge(dhcp, station)

    answers = [*guests.answers(seeing.seen), lease]
    netmasks, routers = {each.netmask for each in answers}, {each.router for each in answers}
    require_among(netmasks, "netmask", netmask)
    require_among(routers, "router", own, gateway, *network[1:2])


def require_among(told, what, *right):
    """Require what is told, if anything is, to be one of `right`."""
    if wrong := told - {"", *right}:
        raise NonConformity(
            f"no {what}, or {' or '.join(dict.fromkeys(right))}", f"{sorted(wrong)}"
        )


@pytest.mark.parametrize(("command", "change"), list(cases("set/16", ALL, SWITCHED[STATION])))
def test_the_station_asks_for_an_address_or_not(dhcp, command, change):
    """When it joins, the station asks for an address, or it does not, as its DHCP was set."""
    _, en = change
    switch(dhcp, command, STATION, *change)
    require_asks(dhcp, en)


def require_asks(dhcp, en):
    """Require the station to ask for an address when it joins, or not to."""
    home = dhcp.lab.home()
    mac = told_mac(dhcp, "CIPSTAMAC_CUR")
    with dhcp.lab.capture("station") as seeing:
        leasing.enter(dhcp, home)
        lease = leasing.leased(dhcp, home, mac) if en else leasing.look(dhcp)
        if lease:  # it may be from before this join: the station asks before it has the address
            leasing.answers(dhcp, home, lease, mac)

    sent = [message.kind for message in leasing.asked(seeing.seen)]
    as_wanted = sent and lease if en else not sent
    if not as_wanted:
        wanted = "a request and a lease" if en else "no request"
        raise NonConformity(wanted, f"the station sent {sent}; the access point gave {lease}")


def set_apart(session, command, interface, en):
    """Set the interface's DHCP to `en`, and then the other one's to the opposite."""
    switch(session, command, interface, interface, en)
    session.prepare(set_(command, 1 - interface, 1 - en))
    leasing.start_anew(session, command)


@pytest.mark.parametrize(("command", "en"), list(cases("set/14", ALL, each(0, 1), about="apart")))
def test_the_softaps_dhcp_is_not_the_stations(dhcp, command, en):
    """The softAP's DHCP is as it was set, though the station's was set the other way then."""
    set_apart(dhcp, command, SOFTAP, en)

    require_served(dhcp, en)


@pytest.mark.parametrize(("command", "en"), list(cases("set/16", ALL, each(0, 1), about="apart")))
def test_the_stations_dhcp_is_not_the_softaps(dhcp, command, en):
    """The station's DHCP is as it was set, though the softAP's was set the other way then."""
    set_apart(dhcp, command, STATION, en)

    require_asks(dhcp, en)


@pytest.mark.parametrize(("command", "mode"), list(cases("set/13", ALL, each(STATION, BOTH))))
def test_a_static_address_is_not_in_use_with_dhcp(dhcp, command, mode):
    """After a static address DHCP is enabled: the station asks, and has what it is given alone."""
    home = dhcp.lab.home()
    static = "CIPSTA" + suffix(command)
    if suffix(command) != "_CUR":
        keep_ip(dhcp, static)
    dhcp.prepare(leasing.settle(static, home), set_(command, mode, 1))
    if suffix(command) == "_CUR" and not told_bits(dhcp, command) >> STATION & 1:
        return  # the static address stays: that is observed by set/12
    leasing.start_anew(dhcp, command)

    leasing.require_leased_alone(dhcp, home)


# The same of an IUT in use

globals().update(
    again(
        test_every_state_is_told,
        test_each_interface_has_its_bit,
        test_a_mode_sets_what_it_stands_for,
        test_another_value_is_refused,
        test_a_wrong_shape_is_refused,
        test_what_is_saved_is_in_force_after_a_restart,
        test_the_query_tells_two_bits,
        test_documented_values_are_answered_ok,
        test_what_is_refused_changes_nothing,
    )
)
