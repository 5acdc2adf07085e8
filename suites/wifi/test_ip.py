"""Clauses 4.1.26 to 4.1.31: AT+CIPSTA, AT+CIPAP and their siblings (rulings R-61 to R-66).

Station and softAP are both enabled throughout; the station is connected to nothing, so that its
address shows only in what AT+CIPSTA_DEF saves and in what becomes of DHCP.
"""

import re

import pytest

from conformance.commandline import query, set_
from conformance.grammar import OK
from suites.inuse import again
from suites.malformed import wrong_shapes
from suites.wifi.address import (
    NO_IP_ADDRESS,
    ip_in,
    keep_ip,
    require_ip,
    require_same,
    stand_on_ip,
    told_all,
    told_ip,
)
from suites.wifi.beside import require_either, told_beside
from suites.wifi.dhcp import (
    SOFTAP,
    STATION,
    enable_both,
    enabled_by_default,
    lent,
    require_bit,
    told_bits,
)
from suites.wifi.siblings import (
    COMMANDS,
    cases,
    current,
    each,
    its_own_mode,
    keyed,
    saving,
    siblings,
    stem,
    suffix,
)
from suites.wifi.triples import saves

STATIONS, SOFTAPS = siblings("CIPSTA"), siblings("CIPAP")
ALL = STATIONS + SOFTAPS
#: Those whose query tells, without any network, what the command set.
TELLING = ("CIPSTA_DEF", *SOFTAPS)
DEFAULTS = (STATIONS[2], SOFTAPS[2])

NETMASK = "255.255.255.0"
#: Networks of which no reading says that they are not class C (ruling R-65).
EXAMPLES = {"CIPSTA": ("192.168.6.100", "192.168.6.1"), "CIPAP": ("192.168.5.1", "192.168.5.1")}
OTHERS = {"CIPSTA": ("192.168.77.99", "192.168.77.254"), "CIPAP": ("192.168.99.3", "192.168.99.3")}


def full(name):
    """All three parameters: the document's example and another one."""
    return [
        ("example", (*EXAMPLES[stem(name)], NETMASK)),
        ("other", (*OTHERS[stem(name)], NETMASK)),
    ]


#: The first and the last network that are class C in each reading (ruling R-65), and other ones.
NETWORKS = {
    "CIPSTA": {"first": "1.0.0.2", "last": "223.255.255.254", "private": "10.11.12.13"},
    "CIPAP": {"first": "192.0.1.2", "last": "223.255.254.254", "private": "192.168.255.254"},
}


def networks(name):
    """Addresses of networks from end to end, with gateway and netmask."""
    own = NETWORKS[stem(name)]
    gateway = {key: address.rpartition(".")[0] + ".1" for key, address in own.items()}
    return [(key, (address, gateway[key], NETMASK)) for key, address in own.items()]


def alone(name):
    """The same addresses without gateway and netmask."""
    return [(f"{key}-alone", values[:1]) for key, values in full(name)]


def both(name):
    """Sets with and without gateway and netmask."""
    return full(name) + alone(name)


def interface(name):
    """Which bit of DHCP the command's interface has."""
    return STATION if stem(name) == "CIPSTA" else SOFTAP


def dhcp(name):
    """The command for DHCP with the same end."""
    return "CWDHCP" + suffix(name)


@pytest.fixture
def ip(session, command):
    """An IUT with station and softAP; afterwards addresses and DHCP are as they were found."""
    return lent(session, command, keep_ip, "CIPAP_CUR", "CWDHCP_CUR")


#: Whether a line names an address, as a refusal does not.
ADDRESS_TOLD = re.compile(rb"\+ ?CIPSTA").match


@pytest.mark.parametrize(("command", "_"), list(cases("query/01", STATIONS[:2], each("asked"))))
def test_the_stations_query_is_answered(asked, command, _):
    """Without an AP the query tells an address and ends with OK, or is refused."""
    exchange = asked.send(query(command)).is_answered()

    if exchange.final == OK:
        ip_in(exchange)
    elif exchange.final is None and any(map(ADDRESS_TOLD, exchange.information)):
        raise exchange.objection("a final result code behind the address")


@pytest.mark.parametrize(("command", "_"), list(cases("query/01", TELLING, each("asked"))))
def test_the_query_tells_an_address(asked, command, _):
    """The query tells an IP address after the command's name and ends with OK."""
    exchange = asked.send(query(command))

    ip_in(exchange.succeeds())


@pytest.mark.parametrize(
    ("command", "values"),
    [
        *cases("set/01", ALL, full),
        *cases("set/01", ALL, networks, about="network"),
        *cases("set/02", ALL, alone),
    ],
)
def test_an_address_is_answered_ok(ip, command, values):
    """An address with gateway and netmask, and an address alone, are answered OK."""
    ip.send(set_(command, *values)).succeeds()


@pytest.mark.parametrize(("command", "values"), list(cases("set/01", ALL, full, about="alone")))
def test_an_address_is_answered_ok_without_the_other(ip, command, values):
    """In the mode that has this interface alone an address is answered OK, too."""
    ip.prepare(its_own_mode(command))

    ip.send(set_(command, *values)).succeeds()


@pytest.mark.parametrize(
    ("command", "values"),
    [*cases("set/03", TELLING, both), *cases("set/03", TELLING, networks, about="network")],
)
def test_the_query_tells_what_was_set(ip, command, values):
    """The query tells the address that was set last."""
    first = next(each for _, each in full(command) if each[0] != values[0])
    ip.prepare(set_(command, *first), set_(command, *values))

    require_same(values[0], told_ip(ip, command))


@pytest.mark.parametrize(("command", "values"), list(cases("set/21", TELLING, full)))
def test_what_is_told_beside_the_address_was_set(ip, command, values):
    """The query tells neither gateway nor netmask, or those that were set last."""
    first = next(each for _, each in full(command) if each[0] != values[0])
    ip.prepare(set_(command, *first), set_(command, *values))
    told = told_all(ip, command)[1:]

    require_same(list(values[1:]) if told else [], told)


@pytest.mark.parametrize(
    ("command", "values"), list(cases("set/03", TELLING, both, about="dhcp-off"))
)
def test_the_query_tells_what_was_set_before_dhcp_was_disabled(ip, command, values):
    """Disabling DHCP, which the address has disabled already, leaves the address."""
    ip.prepare(set_(command, *values), set_(dhcp(command), interface(command), 0))

    require_same(values[0], told_ip(ip, command))


@pytest.mark.parametrize(
    ("command", "_"), list(cases("set/03", TELLING, each("each"), about="each"))
)
def test_the_query_tells_each_address_that_was_set(ip, command, _):
    """The query tells every address when it was set, one after the other."""
    for _key, values in both(command):
        ip.prepare(set_(command, *values))
        require_same(values[0], told_ip(ip, command))


@pytest.mark.parametrize(
    ("command", "values"),
    list(cases("set/03", DEFAULTS, both, about="beside", also=told_beside)),
)
def test_what_the_query_tells_beside_what_is_in_force(ip, command, values, requirement):
    """After AT+..._CUR has set another address the query tells the saved one, or that one."""
    other = next(each for _, each in full(command) if each[0] != values[0])
    ip.prepare(set_(command, *values), set_(f"{stem(command)}_CUR", *other))

    one = require_either(values[0], other[0], told_ip(ip, command))
    requirement.observes(told_beside(command), one)


@pytest.mark.parametrize(("command", "values"), list(cases("set/04", ALL, both)))
def test_a_static_address_disables_dhcp(ip, command, values):
    """DHCP was enabled just before; after the set the query of AT+CWDHCP tells that it is not."""
    ip.prepare(set_(dhcp(command), interface(command), 1), set_(command, *values))

    require_bit(ip, dhcp(command), interface(command), 0)


@pytest.mark.parametrize(("command", "enabled"), list(cases("set/05", ALL, each(0, 1))))
def test_the_other_interface_keeps_its_dhcp(ip, command, enabled):
    """The DHCP of the other interface stays enabled, or disabled."""
    other = 1 - interface(command)
    ip.prepare(set_(dhcp(command), other, enabled), set_(command, *full(command)[0][1]))

    require_bit(ip, dhcp(command), other, enabled)


@pytest.mark.parametrize(("command", "values"), list(cases("set/20", STATIONS, both)))
def test_the_softap_keeps_its_address(ip, command, values):
    """The softAP has a static address; it has it still when the station was given one."""
    other, address = f"CIPAP{suffix(command)}", OTHERS["CIPAP"][0]
    if saves(command):
        keep_ip(ip, other)
    ip.prepare(set_(other, address))
    stand_on_ip(ip, other, address)
    ip.prepare(set_(command, *values))

    require_same(address, told_ip(ip, other))
    if saves(command):
        ip.restart()
        enable_both(ip)
        require_same(address, told_ip(ip, "CIPAP_CUR"))


@pytest.mark.parametrize(
    ("command", "text"), list(cases("set/06", ALL, keyed(NO_IP_ADDRESS), code="BI"))
)
@pytest.mark.parametrize("shape", [both, alone], ids=["full", "alone"])
def test_what_is_no_address_is_refused(ip, command, text, shape, refused):
    """A first string that is no IP address is refused, with gateway and netmask or without."""
    values = shape(command)[0][1]

    refused(ip.send(set_(command, text, *values[1:])))


@pytest.mark.parametrize(
    ("command", "text"),
    list(
        cases(
            "set/07",
            ALL,
            keyed({key: text for key, text in NO_IP_ADDRESS.items() if text}),
            code="BI",
        )
    ),
)
@pytest.mark.parametrize("which", [1, 2], ids=["gateway", "netmask"])
def test_a_gateway_or_netmask_that_is_none_is_refused(ip, command, text, which, refused):
    """A gateway or a netmask that is no IP address is refused."""
    values = list(full(command)[0][1])
    values[which] = text

    refused(ip.send(set_(command, *values)))


@pytest.mark.parametrize(
    ("command", "line"),
    list(cases("set/08", ALL, lambda name: wrong_shapes(COMMANDS[name]), code="BI")),
)
def test_a_wrong_shape_is_refused(ip, command, line, refused):
    """Nothing, too much, or a parameter that is no quoted string is refused."""
    refused(ip.send(line))


#: What is changed in a valid set, so that it is refused, and the rule that says so.
REFUSED = {
    "word": ("set/06", lambda values: ("somewhere", *values[1:])),
    "over-255": ("set/06", lambda values: ("192.168.5.256", *values[1:])),
    "gateway": ("set/07", lambda values: (values[0], "somewhere", values[2])),
    "netmask": ("set/07", lambda values: (*values[:2], "somewhere")),
    "surplus": ("set/08", lambda values: (*values, "1")),
}


@pytest.mark.parametrize(("command", "case"), list(cases("set/09", ALL, keyed(REFUSED), code="BI")))
def test_what_is_refused_leaves_dhcp(ip, command, case):
    """DHCP is enabled; after a set that is refused it still is."""
    rule, wrong = case
    ip.prepare(set_(dhcp(command), interface(command), 1))
    found = told_bits(ip, dhcp(command)) >> interface(command) & 1
    ip.refuse(ip.provoke(set_(command, *wrong(full(command)[1][1]))), rule)

    require_bit(ip, dhcp(command), interface(command), found)


@pytest.mark.parametrize(
    ("command", "case"),
    list(cases("set/09", TELLING, keyed(REFUSED), code="BI", about="address")),
)
def test_what_is_refused_leaves_the_address(ip, command, case):
    """After a set that is refused the query tells the address from before."""
    rule, wrong = case
    before, after = full(command)
    ip.prepare(set_(command, *before[1]))
    found = told_ip(ip, command)
    ip.refuse(ip.provoke(set_(command, *wrong(after[1]))), rule)

    require_same(found, told_ip(ip, command))


#: Addresses of class A and B with the netmask of their class.
NOT_CLASS_C = {
    "class-A": ("10.0.0.1", "10.0.0.1", "255.0.0.0"),
    "class-B": ("172.16.0.1", "172.16.0.1", "255.255.0.0"),
}


@pytest.mark.parametrize(
    ("command", "values"), list(cases("set/10", SOFTAPS, keyed(NOT_CLASS_C), code="BI"))
)
def test_what_is_not_class_c_is_refused(ip, command, values, refused):
    """An address of class A or B with the netmask of its class is refused."""
    refused(ip.send(set_(command, *values)))


@pytest.mark.parametrize(("command", "values"), list(cases("set/11", saving(ALL), both)))
def test_a_saved_address_disables_dhcp_after_a_restart(ip, command, values):
    """DHCP was enabled and saved; after a saved static address and AT+RST it is disabled."""
    ip.prepare(set_("CWDHCP_DEF", interface(command), 1), set_(command, *values))
    ip.restart()
    enable_both(ip)

    require_bit(ip, "CWDHCP_CUR", interface(command), 0)


@pytest.mark.parametrize(("command", "values"), list(cases("set/11", current(ALL), both)))
def test_a_current_address_leaves_dhcp_after_a_restart(ip, command, values):
    """After a static address for now and AT+RST DHCP is enabled, as it is by default."""
    enabled_by_default(ip, interface(command))
    ip.prepare(set_(command, *values))
    ip.restart()
    enable_both(ip)

    require_bit(ip, "CWDHCP_CUR", interface(command), 1)


@pytest.mark.parametrize(("command", "values"), list(cases("set/12", saving(TELLING), both)))
def test_a_saved_address_is_there_after_a_restart(ip, command, values):
    """After AT+RST the address is told: the softAP's as that in force, the station's as saved."""
    ip.prepare(set_(command, *values))
    ip.restart()
    enable_both(ip)

    require_ip(ip, _witness(command), values)


@pytest.mark.parametrize(
    ("command", "values"), list(cases("set/12", saving(TELLING), alone, about="alone"))
)
def test_a_saved_address_is_there_that_was_saved_without_the_other(ip, command, values):
    """Saved in the mode that has this interface alone, the address is told after AT+RST."""
    ip.prepare(its_own_mode(command), set_(command, *values))
    ip.restart()
    enable_both(ip)

    require_ip(ip, _witness(command), values)


@pytest.mark.parametrize(("command", "values"), list(cases("set/12", ["CIPAP_CUR"], both)))
def test_a_current_address_is_gone_after_a_restart(ip, command, values):
    """After AT+RST the query tells the softAP's address from before."""
    before = told_ip(ip, command)
    ip.prepare(set_(command, *values))
    ip.restart()
    enable_both(ip)

    require_same(before, told_ip(ip, command))


@pytest.mark.parametrize(("command", "values"), list(cases("set/13", saving(ALL), both)))
def test_a_saved_address_is_in_the_user_parameter_area(ip, command, values):
    """A new address changes what the user parameter area of the flash holds."""
    (before,) = ip.read_flash("user")
    enable_both(ip)
    ip.prepare(set_(command, *values))

    (afterwards,) = ip.read_flash("user")
    assert afterwards != before, "the user parameter area differs after a new address"


#: Addresses that no other purpose sets, so that it shows if they are written.
UNUSED = {"alone": ("192.168.211.7",), "full": ("192.168.212.9", "192.168.212.1", NETMASK)}


@pytest.mark.parametrize(("command", "values"), list(cases("set/13", current(ALL), keyed(UNUSED))))
def test_a_current_address_is_not_in_the_flash(ip, command, values):
    """The user and system parameter areas of the flash are as before."""
    before = ip.read_flash("user", "system")
    enable_both(ip)
    ip.prepare(set_(command, *values))

    assert ip.read_flash("user", "system") == before, "both parameter areas are as before"


@pytest.mark.parametrize(("command", "values"), list(cases("set/14", saving(TELLING), both)))
def test_a_saved_address_survives_the_loss_of_power(ip, command, values):
    """When it was without power the IUT has the address that was saved."""
    ip.prepare(set_(command, *values))
    ip.power_cycle()
    enable_both(ip)

    require_ip(ip, _witness(command), values)


@pytest.mark.parametrize(("command", "values"), list(cases("set/15", ["CIPAP"], both)))
def test_what_is_set_is_in_force_at_once(ip, command, values):
    """AT+CIPAP_CUR? tells the address that AT+CIPAP set, without a restart."""
    ip.prepare(set_(command, *values))

    require_ip(ip, "CIPAP_CUR", values)


@pytest.mark.parametrize(
    ("command", "values"), list(cases("set/15", ["CIPAP"], both, about="saved"))
)
def test_what_is_saved_already_is_in_force_at_once(ip, command, values):
    """The address is saved already, but not current; AT+CIPAP_CUR? tells it when it is set."""
    other = next(each for _, each in full(command) if each[0] != values[0])
    ip.prepare(set_(command, *values), set_("CIPAP_CUR", *other), set_(command, *values))

    require_ip(ip, "CIPAP_CUR", values)


@pytest.mark.parametrize(
    ("command", "dhcp_last"), list(cases("set/16", ["CIPSTA_DEF", "CIPAP_DEF"], each(0, 1)))
)
def test_the_last_configuration_decides(ip, command, dhcp_last):
    """A static address and DHCP are saved in either order; after AT+RST the last one holds."""
    enabling = set_("CWDHCP_DEF", interface(command), 1)
    static = set_(command, *full(command)[0][1])
    ip.prepare(*((static, enabling) if dhcp_last else (enabling, static)))
    ip.restart()
    enable_both(ip)

    require_bit(ip, "CWDHCP_CUR", interface(command), dhcp_last)


def _witness(name):
    """Whose query shows a saved address after a start."""
    return "CIPSTA_DEF" if stem(name) == "CIPSTA" else "CIPAP_CUR"


# The same of an IUT in use

globals().update(
    again(
        test_the_query_tells_each_address_that_was_set,
        test_an_address_is_answered_ok,
        test_the_query_tells_what_was_set,
        test_a_static_address_disables_dhcp,
        test_what_is_no_address_is_refused,
        test_a_wrong_shape_is_refused,
        test_a_saved_address_is_there_after_a_restart,
        test_the_stations_query_is_answered,
        test_the_query_tells_an_address,
        test_what_is_not_class_c_is_refused,
        test_a_gateway_or_netmask_that_is_none_is_refused,
        test_what_is_refused_leaves_the_address,
        test_a_saved_address_disables_dhcp_after_a_restart,
    )
)
