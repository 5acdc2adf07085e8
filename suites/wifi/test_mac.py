"""Clauses 4.1.20 to 4.1.25: AT+CIPSTAMAC, AT+CIPAPMAC and their siblings (rulings R-57 to R-59).

Station and softAP are both enabled throughout, so that either has its MAC address.
"""

import pytest

from conformance.commandline import query, set_
from conformance.verdict import NonConformity
from suites.malformed import wrong_shapes
from suites.wifi.address import (
    is_group,
    keep_mac,
    mac_in,
    require_mac,
    require_same,
    told_mac,
)
from suites.wifi.beside import require_either, told_beside
from suites.wifi.dhcp import enable_both, lent
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

ALL = siblings("CIPSTAMAC") + siblings("CIPAPMAC")
#: Those whose address is the interface's own before anything was saved (ruling R-31).
IN_FORCE = tuple(name for name in ALL if not name.endswith("_DEF"))
DEFAULTS = tuple(name for name in ALL if name.endswith("_DEF"))
OTHER = {"CIPSTAMAC": "CIPAPMAC", "CIPAPMAC": "CIPSTAMAC"}

#: The documents' two examples, and two more; the first byte of each is even.
VALID = ["18:fe:35:98:d3:7b", "1a:fe:36:97:d5:7b", "02:12:34:56:78:9a", "fe:dc:ba:98:76:54"]
A, B = VALID[2:]

#: The document's invalid example, that of its garbled clauses with bit 0 set, and two more.
GROUPS = ["15:fe:36:97:d5:7b", "19:fe:35:98:d3:7b", "01:12:34:56:78:9a", "ff:ff:ff:ff:ff:ff"]

#: Strings that are no MAC address (ruling R-59).
NO_MAC = {
    "five-bytes": "18:fe:35:98:d3",
    "seven-bytes": "18:fe:35:98:d3:7b:00",
    "short-byte": "8:fe:35:98:d3:7b",
    "long-byte": "018:fe:35:98:d3:7b",
    "wide-byte": "118:fe:35:98:d3:7b",
    "dashes": "18-fe-35-98-d3-7b",
    "no-colons": "18fe3598d37b",
    "no-digit-first": "g8:fe:35:98:d3:7b",
    "no-digit-last": "18:fe:35:98:d3:7g",
    "letter-behind": "18:fe:35:98:d3:7bx",
    "word": "address",
    "empty": "",
}


def other(name):
    """The command of the other interface with the same end."""
    return OTHER[stem(name)] + suffix(name)


@pytest.fixture
def mac(session, command):
    """An IUT with station and softAP; afterwards its MAC addresses are as they were found."""
    return lent(session, command, keep_mac, *IN_FORCE[1::2])


@pytest.mark.parametrize(("command", "_"), list(cases("query/01", ALL, each("asked"))))
def test_the_query_tells_a_mac_address(asked, command, _):
    """The query tells a MAC address after the command's name and ends with OK."""
    exchange = asked.send(query(command))

    mac_in(exchange.succeeds())


@pytest.mark.parametrize(("command", "_"), list(cases("query/02", IN_FORCE, each("asked"))))
def test_the_interfaces_have_different_addresses(asked, command, _):
    """After a start the MAC address is not that of the other interface."""
    asked.restart()
    enable_both(asked)
    theirs = told_mac(asked, other(command))

    if told_mac(asked, command) == theirs:
        raise NonConformity(f"another MAC address than that of +{other(command)}", theirs)


@pytest.mark.parametrize(("command", "_"), list(cases("query/03", IN_FORCE, each("asked"))))
def test_the_address_is_an_interfaces(asked, command, _):
    """In the MAC address that the query tells after a start, bit 0 of the first byte is 0."""
    asked.restart()
    enable_both(asked)
    told = told_mac(asked, command)

    if is_group(told):
        raise NonConformity("an even first byte", told)


@pytest.mark.parametrize(("command", "value"), list(cases("set/01", ALL, each(*VALID))))
def test_a_mac_address_is_answered_ok(mac, command, value):
    """A MAC address with an even first byte is answered OK."""
    mac.send(set_(command, value)).succeeds()


SEQUENCES = {"first": (A,), "second": (B,), "both": (A, B), "twice": (A, A), "back": (A, B, A)}


@pytest.mark.parametrize(("command", "values"), list(cases("set/02", ALL, keyed(SEQUENCES))))
def test_the_query_tells_what_was_set(mac, command, values):
    """The query tells the MAC address that was set last."""
    mac.prepare(*(set_(command, value) for value in values))

    require_same(values[-1], told_mac(mac, command))


@pytest.mark.parametrize(("command", "_"), list(cases("set/02", ALL, each("each"), about="each")))
def test_the_query_tells_each_address_that_was_set(mac, command, _):
    """The query tells every MAC address when it was set, one after the other."""
    for value in (A, B, A):
        mac.prepare(set_(command, value))
        require_same(value, told_mac(mac, command))


@pytest.mark.parametrize(("command", "value"), list(cases("set/02", ALL, each(A), about="alone")))
def test_the_query_tells_what_was_set_without_the_other(mac, command, value):
    """In the mode that has this interface alone, the query tells what was set there, too."""
    mac.prepare(set_(command, B), its_own_mode(command))

    mac.send(set_(command, value)).succeeds()
    require_same(value, told_mac(mac, command))


@pytest.mark.parametrize(
    ("command", "value"),
    list(cases("set/02", DEFAULTS, each(A), about="beside", also=told_beside)),
)
def test_what_the_query_tells_beside_what_is_in_force(mac, command, value, requirement):
    """After AT+..._CUR has set another MAC address the query tells the saved one, or that one."""
    mac.prepare(set_(command, value), set_(f"{stem(command)}_CUR", B))

    one = require_either(value, B, told_mac(mac, command))
    requirement.observes(told_beside(command), one)


@pytest.mark.parametrize(("command", "value"), list(cases("set/03", ALL, each(*GROUPS), code="BI")))
def test_an_odd_first_byte_is_refused(mac, command, value, refused):
    """A MAC address in which bit 0 of the first byte is 1 is refused."""
    refused(mac.send(set_(command, value)))


@pytest.mark.parametrize(
    ("command", "line"),
    list(cases("set/04", ALL, lambda name: wrong_shapes(COMMANDS[name]), code="BI")),
)
def test_a_wrong_shape_is_refused(mac, command, line, refused):
    """Nothing, too much or no quoted string after the equals sign is refused."""
    refused(mac.send(line))


@pytest.mark.parametrize(("command", "value"), list(cases("set/05", ALL, keyed(NO_MAC), code="BI")))
def test_what_is_no_mac_address_is_refused(mac, command, value, refused):
    """A string that is no MAC address is refused."""
    refused(mac.send(set_(command, value)))


#: Sets that are refused, each for another reason, and the rules that say so.
REFUSED = {
    "odd": ("set/03", ("13:12:34:56:78:9b",)),
    "odd-last": ("set/03", ("fd:12:34:56:78:9b",)),
    "short": ("set/05", ("06:12:34:56:78",)),
    "long": ("set/05", ("06:12:34:56:78:9b:9c",)),
    "no-digit": ("set/05", ("06:12:34:56:78:9g",)),
    "surplus": ("set/04", ("06:12:34:56:78:9b", 0)),
}


@pytest.mark.parametrize(("command", "case"), list(cases("set/06", ALL, keyed(REFUSED), code="BI")))
def test_what_is_refused_changes_nothing(mac, command, case):
    """After a set that is refused, the query tells the MAC address from before."""
    rule, values = case
    mac.prepare(set_(command, A))
    found = told_mac(mac, command)
    mac.refuse(mac.provoke(set_(command, *values)), rule)

    require_same(found, told_mac(mac, command))


@pytest.mark.parametrize(("command", "value"), list(cases("set/07", saving(ALL), each(A, B))))
def test_what_is_saved_is_in_force_after_a_restart(mac, command, value):
    """After AT+RST the query of _CUR tells the MAC address that was saved."""
    mac.prepare(set_(command, value))
    mac.restart()
    enable_both(mac)

    require_mac(mac, f"{stem(command)}_CUR", value)


@pytest.mark.parametrize(
    ("command", "value"), list(cases("set/07", saving(ALL), each(A), about="alone"))
)
def test_what_is_saved_without_the_other_is_in_force_after_a_restart(mac, command, value):
    """Saved in the mode that has this interface alone, it is told by _CUR after AT+RST."""
    mac.prepare(its_own_mode(command), set_(command, value))
    mac.restart()
    enable_both(mac)

    require_mac(mac, f"{stem(command)}_CUR", value)


@pytest.mark.parametrize(("command", "value"), list(cases("set/07", current(ALL), each(A, B))))
def test_what_is_current_is_gone_after_a_restart(mac, command, value):
    """After AT+RST the query tells the MAC address from before."""
    before = told_mac(mac, command)
    mac.prepare(set_(command, value))
    mac.restart()
    enable_both(mac)

    require_same(before, told_mac(mac, command))


@pytest.mark.parametrize(("command", "value"), list(cases("set/08", saving(ALL), each(A))))
def test_what_is_saved_is_in_the_user_parameter_area(mac, command, value):
    """A new MAC address changes what the user parameter area of the flash holds."""
    (before,) = mac.read_flash("user")
    enable_both(mac)
    mac.prepare(set_(command, value))

    (afterwards,) = mac.read_flash("user")
    assert afterwards != before, "the user parameter area differs after a new MAC address"


@pytest.mark.parametrize(("command", "value"), list(cases("set/08", current(ALL), each(A))))
def test_what_is_current_is_not_in_the_flash(mac, command, value):
    """The user and system parameter areas of the flash are as before."""
    before = mac.read_flash("user", "system")
    enable_both(mac)
    mac.prepare(set_(command, value))

    assert mac.read_flash("user", "system") == before, "both parameter areas are as before"


@pytest.mark.parametrize(("command", "value"), list(cases("set/09", saving(ALL), each(A, B))))
def test_what_is_saved_survives_the_loss_of_power(mac, command, value):
    """When it was without power the query of _CUR tells the MAC address that was saved."""
    mac.prepare(set_(command, value))
    mac.power_cycle()
    enable_both(mac)

    require_mac(mac, f"{stem(command)}_CUR", value)


@pytest.mark.parametrize(
    ("command", "value"), list(cases("set/10", ["CIPSTAMAC", "CIPAPMAC"], each(A, B)))
)
def test_what_is_set_is_in_force_at_once(mac, command, value):
    """The query of _CUR tells the MAC address that was set, without a restart."""
    mac.prepare(set_(command, value))

    require_mac(mac, f"{stem(command)}_CUR", value)


@pytest.mark.parametrize(
    ("command", "value"), list(cases("set/10", ["CIPSTAMAC", "CIPAPMAC"], each(A), about="saved"))
)
def test_what_is_saved_already_is_in_force_at_once(mac, command, value):
    """The address is saved already, but not current; the query of _CUR tells it when it is set."""
    mac.prepare(set_(command, value), set_(f"{command}_CUR", B), set_(command, value))

    require_mac(mac, f"{command}_CUR", value)


@pytest.mark.parametrize(("command", "value"), list(cases("set/11", ALL, each(A, B))))
def test_the_other_interface_keeps_its_address(mac, command, value):
    """The query of the other interface's command tells the MAC address from before."""
    before = told_mac(mac, other(command))
    mac.prepare(set_(command, value))

    require_mac(mac, other(command), before)


@pytest.mark.parametrize(("command", "value"), list(cases("set/11", ALL, each(A), about="set")))
def test_the_other_interface_keeps_what_was_set(mac, command, value):
    """The other interface has a MAC address that was set for now; it is told afterwards, too."""
    theirs = f"{OTHER[stem(command)]}_CUR"
    mac.prepare(set_(theirs, B), set_(command, value))

    require_mac(mac, theirs, B)
