"""Clauses 4.1.4 to 4.1.6: AT+CWJAP, AT+CWJAP_CUR, AT+CWJAP_DEF, with access points of the lab.

What the IUT answers is one witness, the lab's log of the associations the other. Rulings R-32,
R-36, R-38, R-40 to R-42, R-100 and R-102 to R-104; which error code comes is observed.
"""

import pytest

from conformance.commandline import execute, query, set_
from conformance.grammar import FAIL
from conformance.verdict import Inconclusive
from suites import malformed
from suites.inuse import again
from suites.malformed import SPECIAL, text
from suites.wifi import mode, nearly, onair
from suites.wifi.joining import Attempt, shapes_of
from suites.wifi.triples import COMMANDS, alone, cases

CUR, DEF = "CWJAP_CUR", "CWJAP_DEF"
ALL = ("CWJAP", CUR, DEF)

#: Test values; no network has these names.
NAME, OTHER_NAME = b"conformance 4d1f", b"conformance 7c20"
PASSWORD = b"0123456789"
#: What no access point of the lab has.
NO_BSSID = "02:4d:1f:7c:20:99"

#: How access points are secured that take a password of their own.
SECURED = ["wpa", "wpa2", "wpa-wpa2"]
#: Passwords by what is special about them (ruling R-102).
PASSWORDS = {
    "8-bytes": text(8).encode(),
    "63-bytes": text(63).encode(),
    "64-digits": b"0123456789abcdef" * 4,
    "none": b"",
}
#: What has to be escaped, and what has not.
ESCAPED, PLAIN = (
    {name: special.encode() for name, special in specials.items()}
    for specials in (malformed.ESCAPED, malformed.PLAIN)
)
#: Lines of a wrong shape, made of an access point that is there.
SHAPES = {
    "one-more": lambda ap: (ap.ssid, ap.password, ap.bssid, "surplus"),
    "only-one": lambda ap: (ap.ssid,),
}


def commands(code, names, requirement, **more):
    """The parameters of purposes that have a command and nothing else."""
    return pytest.mark.parametrize("command", list(alone(code, names, requirement, **more)))


def each(code, names, requirement, values, what, **more):
    """The parameters of purposes that have a command and one of `values`, as `what`."""
    return pytest.mark.parametrize(
        ("command", what), list(cases(code, names, requirement, values, **more))
    )


@pytest.fixture
def station(session):
    """An IUT in station mode, which has joined nothing; restarted afterwards."""
    return onair.off_air(session)


def joins(session, command, access_point, *more):
    """Require the join to be answered OK and to be in the lab's log."""
    log = onair.AirLog(session)
    onair.join(session, command, access_point, *more).succeeds()
    log.require(access_point)
    return log


# A join that succeeds


@pytest.mark.parametrize("wifi_mode", mode.WITH_STATION)
@commands("AIR-BV-01", ALL, "set/01")
def test_a_join_is_answered_ok_and_made(session, command, wifi_mode):
    """With name and password of an access point a join is answered OK, and the lab sees it."""
    onair.off_air(session, wifi_mode)

    joins(session, command, session.lab.home())


@each("AIR-BV-02", ALL, "set/01", SECURED, "security", needs=["access-points"])
def test_each_security_is_joined(station, command, security):
    """A join is answered OK, and the lab sees it, with WPA, with WPA2 and with both."""
    joins(station, command, station.lab.access_point(NAME, PASSWORD, security=security))


@commands("AIR-BV-03", ALL, "set/01")
def test_the_same_access_point_is_joined_once_more(station, command):
    """A join of the access point that the station has already is answered OK; it has it then."""
    home = station.lab.home()
    onair.join(station, command, home).succeeds()
    log = onair.AirLog(station)

    onair.join(station, command, home).succeeds()
    assert station.lab.members(home) or log.wait(home), "the station has the access point"


@commands("AIR-BV-04", ALL, "set/01")
def test_a_join_succeeds_after_one_that_failed(station, command):
    """After a join with a wrong password the one with the right one is answered OK and made."""
    home = station.lab.home()
    wrong = nearly.password(home, "last-byte")
    station.send(set_(command, home.ssid, wrong), answer_s=station.timing.join_s)

    joins(station, command, home)


@commands("AIR-BV-24", ALL, "set/01", needs=["access-points"])
def test_joins_succeed_time_after_time(station, command):
    """Six joins of two access points in turn, left each time, are answered OK and made."""
    both = [station.lab.home(), station.lab.access_point(NAME, PASSWORD)]
    for access_point in both * 3:
        joins(station, command, access_point)
        onair.leave(station)


@commands("AIR-BV-05", ALL, "set/01", needs=["access-points"])
def test_an_access_point_that_came_back_is_joined(station, command):
    """When an access point vanished and is there again, a join is answered OK and made."""
    access_point = station.lab.access_point(NAME, PASSWORD)
    onair.join(station, command, access_point).succeeds()
    log = onair.AirLog(station)
    if not onair.tells_of_loss(station, lambda: station.lab.switch_off(access_point)):
        raise Inconclusive("the station did not tell that its access point is gone")
    station.lab.switch_on(access_point)

    onair.join(station, command, access_point).succeeds()
    log.require(access_point)


@each("AIR-BV-06", ALL, "set/17", PASSWORDS, "password")
def test_a_password_of_each_length_joins(station, command, password):
    """Passwords of 8 and 63 bytes, 64 digits, and none for an open access point: each joins."""
    joins(station, command, station.lab.access_point(NAME, password))


@pytest.mark.parametrize("place", ["name", "password", "both"])
@each("AIR-BV-07", ALL, "set/11", ESCAPED, "special")
def test_escaped_characters_join(station, command, special, place):
    """The access point that has special characters in name or password is joined."""
    name = NAME if place == "password" else special + b" 4d1f" + special
    password = PASSWORD if place == "name" else special + PASSWORD + special

    joins(station, command, station.lab.access_point(name, password))


@pytest.mark.parametrize("place", ["name", "password"])
@each("AIR-BV-27", ALL, "set/01", PLAIN, "special", needs=["access-points"])
def test_characters_that_are_not_escaped_join(station, command, special, place):
    """The access point that has characters of the grammar in name or password is joined."""
    name = special + b" 4d1f" + special if place == "name" else NAME
    password = special + PASSWORD + special if place == "password" else PASSWORD

    joins(station, command, station.lab.access_point(name, password))


@each("AIR-BV-08", ALL, "set/12", {"the-weak-one": 0, "the-strong-one": 1}, "chosen")
def test_the_address_chooses_among_equal_names(station, command, chosen):
    """Of two access points of one name that one is joined whose MAC address is given."""
    both = [
        station.lab.access_point(NAME, PASSWORD, rssi=rssi, channel=channel)
        for rssi, channel in ((-80, 1), (-40, 11))
    ]

    log = joins(station, command, both[chosen], both[chosen].bssid)
    log.require_no_join(both[1 - chosen])


@commands("AIR-BV-17", ALL, "set/12")
def test_each_join_goes_where_its_address_says(station, command):
    """Of two access points of one name each of three joins has the one whose address it gives."""
    weak, strong = [
        station.lab.access_point(NAME, PASSWORD, rssi=rssi, channel=channel)
        for rssi, channel in ((-80, 1), (-40, 11))
    ]
    for wanted, other in ((strong, weak), (weak, strong), (strong, weak)):
        log = joins(station, command, wanted, wanted.bssid)
        log.require_no_join(other)
        onair.leave(station)


@each("AIR-BV-18", ALL, "set/01", {"before": b" 4d1f", "behind": b"4d1f "}, "name")
def test_a_blank_belongs_to_the_name(station, command, name):
    """A name that begins or ends with a blank is joined, and not the one without it."""
    without = station.lab.access_point(name.strip(), PASSWORD, channel=1)
    access_point = station.lab.access_point(name, PASSWORD, channel=11)

    log = joins(station, command, access_point)
    log.require_no_join(without)


@each("AIR-BV-23", ALL, "set/01", {"1-byte": b"x", "32-bytes": text(32).encode()}, "name")
def test_a_name_of_each_length_is_joined(station, command, name):
    """An access point with a name of 1 byte, and of 32, is joined, and not one with a part of it.

    The rest of the name is no name of 31 bytes and one more (ruling R-35).
    """
    part = station.lab.access_point(name[:-1] or b"y", PASSWORD, channel=1)
    access_point = station.lab.access_point(name, PASSWORD, channel=11)

    log = joins(station, command, access_point)
    log.require_no_join(part)


@commands("AIR-BV-09", ALL, "set/19")
def test_another_access_point_takes_the_place_of_the_first(station, command):
    """A join while the station has another access point is answered truly (ruling R-104)."""
    first = station.lab.access_point(NAME, PASSWORD, channel=1)
    second = station.lab.access_point(OTHER_NAME, PASSWORD, channel=11)
    onair.be_joined(station, first, command)
    onair.names(station.send(query(command)), first)  # in the way if it is not so
    log = onair.AirLog(station)

    attempt = Attempt(onair.join(station, command, second))
    if attempt.exchange.final == FAIL:
        attempt.was_tried()
        return
    attempt.exchange.succeeds()
    log.require(second)
    log.require(first, onair.LEFT)
    onair.names(station.send(query(command)).decides(), second)


# A join that fails


@each("AIR-BI-01", ALL, "set/16", list(nearly.PASSWORDS), "wrong")
def test_a_wrong_password_fails(station, command, wrong):
    """With a password that is not the access point's a join fails, and nothing is joined."""
    home = station.lab.home()
    log = onair.AirLog(station)
    line = set_(command, home.ssid, nearly.password(home, wrong))

    Attempt(station.send(line, answer_s=station.timing.join_s)).was_tried()
    log.require_no_join(home)


@commands("AIR-OB-01", ALL, "set/03", needs=["network"])
def test_the_code_for_a_wrong_password(station, command, requirement):
    """Which error code is told where the password is not the access point's."""
    home = station.lab.home()
    line = set_(command, home.ssid, nearly.password(home, "last-byte"))
    code = Attempt(station.send(line, answer_s=station.timing.join_s)).code

    requirement.observes(f"{COMMANDS[command].clause}/{command}/set/03", f"wrong password: {code}")


@commands("AIR-BI-07", ALL, "set/16")
def test_a_wrong_password_fails_after_the_right_one(station, command):
    """Where the station has been with the right password, a join with a wrong one fails."""
    home = station.lab.home()
    wrong = nearly.password(home, "last-byte")
    onair.be_joined(station, home, command)
    before = onair.AirLog(station)
    onair.leave(station)
    if before.wait(home, onair.LEFT) is None:
        raise Inconclusive(f"the station did not leave: {before.describe()}")
    log = onair.AirLog(station)
    line = set_(command, home.ssid, wrong)

    Attempt(station.send(line, answer_s=station.timing.join_s)).was_tried()
    log.wait(home, within_s=station.timing.absent_s)  # it is not made later either
    log.require_no_join(home)


@each("AIR-BI-02", ALL, "set/02", list(nearly.NAMES), "how", needs=["network"])
def test_a_name_that_is_only_like_it_fails(station, command, how):
    """With a name that is like that of an access point a join fails, and nothing is joined."""
    home = station.lab.home()
    log = onair.AirLog(station)
    line = set_(command, nearly.name(home, how), home.password)

    Attempt(station.send(line, answer_s=station.timing.join_s)).was_tried()
    log.require_no_join(home)


@each("AIR-BI-03", ALL, "set/18", ["nobody's", "another-name's"], "whose")
def test_an_address_that_no_such_access_point_has_fails(station, command, whose):
    """With a MAC address that no access point of that name has, nothing is joined."""
    named = station.lab.access_point(NAME, PASSWORD)
    other = station.lab.access_point(OTHER_NAME, PASSWORD)
    log = onair.AirLog(station)
    bssid = other.bssid if whose == "another-name's" else NO_BSSID

    Attempt(onair.join(station, command, named, bssid)).was_tried()
    log.require_no_join(named)
    log.require_no_join(other)


@each("AIR-BI-10", ALL, "set/05", ["none", "64-digits"], "own", needs=["access-points"])
def test_a_password_that_is_too_long_joins_nothing(station, command, own):
    """A password that goes on behind 64 bytes joins neither an open access point nor another."""
    named = station.lab.access_point(NAME, PASSWORDS[own])
    log = onair.AirLog(station)
    line = set_(command, named.ssid, named.password + text(65 - len(named.password)).encode())

    Attempt(station.send(line, answer_s=station.timing.join_s)).was_refused()
    log.wait(named, within_s=station.timing.absent_s)  # it is not made later either
    log.require_no_join(named)


#: Strings that are no MAC address; the first is what an access point's own begins with.
NO_ADDRESSES = {
    "short": lambda ap: ap.bssid[:-3],
    "long": lambda ap: f"{ap.bssid}:01",
    "word": lambda _: "abc",
    "tail": lambda ap: f"{ap.bssid}x",
    "blank-before": lambda ap: f" {ap.bssid}",
    "blank-behind": lambda ap: f"{ap.bssid} ",
    "dashes": lambda ap: ap.bssid.replace(":", "-"),
    "no-colons": lambda ap: ap.bssid.replace(":", ""),
    "no-digit": lambda ap: f"{ap.bssid[:-1]}g",
}


@each("AIR-BI-09", ALL, "set/07", NO_ADDRESSES, "bssid", needs=["access-points"])
def test_what_is_no_address_joins_nothing(station, command, bssid):
    """With a string that is no MAC address the access point that is named is not joined."""
    named = station.lab.access_point(NAME, PASSWORD)
    log = onair.AirLog(station)

    Attempt(onair.join(station, command, named, bssid(named))).was_refused()
    log.wait(named, within_s=station.timing.absent_s)  # it is not made later either
    log.require_no_join(named)


@commands("AIR-BI-04", ALL, "set/09", needs=["network"])
def test_a_softap_joins_nothing(session, command, refused):
    """In softAP mode a join of an access point that is there is refused, and not made."""
    mode.enter(session, mode.SOFTAP)
    home = session.lab.home()
    log = onair.AirLog(session)

    refused(onair.join(session, command, home))
    log.wait(home, within_s=session.timing.absent_s)  # it is not made later either
    log.require_no_join(home)


@each("AIR-BI-05", ALL, "set/20", {"one-more": SHAPES["one-more"]}, "values")
def test_a_refused_line_joins_nothing(station, command, values):
    """A line of a wrong shape is refused, and the access point that it names is not joined."""
    home = station.lab.home()
    log = onair.AirLog(station)
    line = set_(command, *values(home))

    station.refuse(station.send(line, answer_s=station.timing.join_s), "set/08")
    log.wait(home, within_s=station.timing.absent_s)  # it is not made later either
    log.require_no_join(home)


@commands("AIR-BI-08", ALL, "set/20", needs=["access-points"])
def test_a_refused_name_alone_joins_nothing(station, command):
    """The name of an open access point, and nothing else, is refused, and it is not joined."""
    access_point = station.lab.access_point(NAME)
    log = onair.AirLog(station)

    station.refuse(station.send(set_(command, access_point.ssid), answer_s=station.timing.join_s))
    log.wait(access_point, within_s=station.timing.absent_s)  # it is not made later either
    log.require_no_join(access_point)


@pytest.mark.parametrize(
    ("command", "wrong"),
    [
        case
        for name in ALL
        for case in cases(
            "AIR-BI-11", [name], "set/08", shapes_of(COMMANDS[name]), needs=["access-points"]
        )
    ],
)
def test_a_wrong_shape_is_refused_beside_its_access_point(station, command, wrong):
    """A line of a wrong shape is refused where the right one would join: nothing is joined."""
    name, password, bssid = COMMANDS[command].example
    named = station.lab.access_point(name.encode(), password.encode(), bssid=bssid)
    log = onair.AirLog(station)

    Attempt(station.send(wrong, answer_s=station.timing.join_s)).was_not_tried()
    log.require_no_join(named)


@each("AIR-BI-12", ALL, "set/16", list(nearly.PASSWORDS), "wrong", needs=["access-points"])
def test_a_wrong_password_fails_while_joined(station, command, wrong):
    """A station that has one access point does not join another one with a wrong password."""
    other = station.lab.access_point(NAME, PASSWORD + b"ab")
    onair.be_joined(station, station.lab.home(), command)
    log = onair.AirLog(station)
    line = set_(command, other.ssid, nearly.password(other, wrong))

    Attempt(station.send(line, answer_s=station.timing.join_s)).was_tried()
    log.require_no_join(other)


@each("AIR-BI-13", ALL, "set/02", list(nearly.NAMES), "how", needs=["access-points"])
def test_a_name_that_is_only_like_it_fails_while_joined(station, command, how):
    """A station that has one access point does not join another one by a wrong name."""
    other = station.lab.access_point(NAME, PASSWORD)
    onair.be_joined(station, station.lab.home(), command)
    log = onair.AirLog(station)
    line = set_(command, nearly.name(other, how), other.password)

    Attempt(station.send(line, answer_s=station.timing.join_s)).was_tried()
    log.require_no_join(other)


@each("AIR-BI-14", ALL, "set/18", ["nobody's", "its-own"], "whose")
def test_an_address_that_no_such_access_point_has_fails_while_joined(station, command, whose):
    """A station that has one access point does not join another one by a wrong address."""
    home, other = station.lab.home(), station.lab.access_point(NAME, PASSWORD)
    onair.be_joined(station, home, command)
    log = onair.AirLog(station)
    bssid = home.bssid if whose == "its-own" else NO_BSSID

    Attempt(onair.join(station, command, other, bssid)).was_tried()
    log.require_no_join(other)


@each("AIR-BI-06", ALL, "set/20", SHAPES, "values")
def test_a_refused_line_leaves_nothing(station, command, values):
    """A line of a wrong shape leaves the station joined to the access point that it has."""
    home = station.lab.home()
    onair.be_joined(station, home)
    onair.names(station.send(query(CUR)), home)  # in the way if it is not so
    line = set_(command, *values(home))
    station.refuse(station.send(line, answer_s=station.timing.join_s), "set/08")

    onair.names(station.send(query(CUR)).decides(), home)
    assert station.lab.members(home), "the station is still joined"


# The query


@pytest.mark.parametrize("wifi_mode", mode.WITH_STATION)
@commands("AIR-BV-10", ALL, "query/01")
def test_the_query_tells_the_access_point(session, command, wifi_mode):
    """While the station is joined the query tells name, address, channel and a strength."""
    onair.off_air(session, wifi_mode)
    home = session.lab.home()
    onair.be_joined(session, home, command)

    onair.names(session.send(query(command)), home)


@each("AIR-BV-11", ALL, "query/01", [1, 6, 11], "channel", needs=["access-points"])
def test_the_query_tells_each_channel(station, command, channel):
    """The query tells the channel of the access point, and its name, special or not."""
    name = SPECIAL["quote"].encode() + b" " + SPECIAL["backslash"].encode()
    access_point = station.lab.access_point(name, PASSWORD, channel=channel)
    onair.be_joined(station, access_point, command)

    onair.names(station.send(query(command)), access_point)


@commands("AIR-BV-25", ALL, "query/01", needs=["access-points"])
def test_the_query_tells_which_of_one_name_was_joined(station, command):
    """Of access points of one name the query tells the one that the lab's log has as joined."""
    several = [
        station.lab.access_point(NAME, PASSWORD, rssi=rssi, channel=channel)
        for rssi, channel in ((-80, 1), (-40, 11), (-60, 6))
    ]
    log = onair.AirLog(station)
    onair.be_joined(station, several[0], command)
    joined = [each for each in several if log.joins(each)]
    if len(joined) != 1:
        raise Inconclusive(f"not one of them was joined: {log.describe()}")

    onair.names(station.send(query(command)), joined[0])


@commands("AIR-BV-16", ALL, "query/01", needs=["access-points"])
def test_the_query_tells_which_is_stronger(station, command):
    """The query tells a greater strength for the access point that is heard better (R-101)."""
    told = []
    for name, rssi in ((NAME, -85), (OTHER_NAME, -40)):
        access_point = station.lab.access_point(name, PASSWORD, rssi=rssi)
        if access_point.rssi != rssi:
            raise Inconclusive("the lab cannot make one access point heard better than another")
        onair.leave(station)
        onair.be_joined(station, access_point, command)
        told.append(onair.names(station.send(query(command)), access_point))

    assert told[0] < told[1], "the stronger access point has the greater number"


@pytest.mark.parametrize("how", ["AT+CWQAP", "vanished"])
@commands("AIR-BV-12", ["CWJAP", CUR], "query/02", harmless=True, needs=["access-points"])
def test_the_query_names_nothing_that_was_lost(station, command, how):
    """When the station has left its access point, or lost it, the query names none."""
    access_point = station.lab.access_point(NAME, PASSWORD)
    onair.be_joined(station, access_point)
    log = onair.AirLog(station)
    if how == "vanished":
        gone = onair.tells_of_loss(station, lambda: station.lab.switch_off(access_point))
    else:
        station.prepare(execute("CWQAP"))
        gone = log.wait(access_point, onair.LEFT) is not None
    if not gone:
        raise Inconclusive("it did not show that the station is without its access point")

    onair.names_no_access_point(station.send(query(command)))


# The same of an IUT in use

globals().update(
    again(
        test_each_security_is_joined,
        test_the_address_chooses_among_equal_names,
        test_a_wrong_password_fails,
        test_a_name_that_is_only_like_it_fails,
        test_an_address_that_no_such_access_point_has_fails,
        test_escaped_characters_join,
        test_the_query_tells_each_channel,
        test_another_access_point_takes_the_place_of_the_first,
        test_a_refused_line_joins_nothing,
    )
)
