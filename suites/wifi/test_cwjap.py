"""Clauses 4.1.4 to 4.1.6: AT+CWJAP, AT+CWJAP_CUR, AT+CWJAP_DEF, with no access point to join.

A join that is tried here fails, because nobody has a network of that name. The commands that save
may save it all the same, and no command tells a saved password: so theirs are `destructive`.
Rulings R-32 and R-36 to R-42.
"""

import pytest

from conformance.commandline import query, set_
from suites.inuse import again
from suites.malformed import ESCAPED, inside_length, text
from suites.wifi import mode, onair
from suites.wifi.joining import NOWHERE, PASSWORD, Attempt, join, shapes_of
from suites.wifi.triples import COMMANDS, alone, cases

CUR, DEF = "CWJAP_CUR", "CWJAP_DEF"
ALL = ("CWJAP", CUR, DEF)
SAVING = ("CWJAP", DEF)
SSID, PWD, BSSID = COMMANDS["CWJAP"].parameters

ADDRESSES = ["ca:d7:19:d8:a6:44", "00:00:00:00:00:01"]
NO_ADDRESSES = {
    "word": "abc",
    "short": "ca:d7:19:d8:a6",
    "long": "ca:d7:19:d8:a6:44:01",
    "no-digit": "ca:d7:19:d8:a6:4g",
    "no-colons": "cad719d8a644",
    "dashes": "ca-d7-19-d8-a6-44",
    "dots": "ca.d7.19.d8.a6.44",
    "one-digit": "ca:d7:19:d8:a6:4",
    "tail": "ca:d7:19:d8:a6:44x",
    "blank-before": " ca:d7:19:d8:a6:44",
    "blank-behind": "ca:d7:19:d8:a6:44 ",
}
#: Names of which one at least was never saved, whatever went before.
UNSEEN = [f"{NOWHERE} {number}" for number in range(8)]
#: What has to be escaped, and what need not be but is hard to read.


@pytest.fixture
def station(session):
    """An IUT in station mode, which has joined nothing; restarted afterwards."""
    return onair.off_air(session)


# The query


@pytest.mark.parametrize("command", list(alone("BV-01", ("CWJAP", CUR), "query/02", harmless=True)))
def test_the_query_names_no_access_point(station, command):
    """In station mode, with nothing joined, the query names no access point and ends."""
    onair.names_no_access_point(station.send(query(command)))


@pytest.mark.parametrize("command", list(alone("BV-02", [DEF], "query/02", harmless=True)))
def test_the_query_of_the_saved_one_ends(station, command):
    """In station mode, with nothing joined, AT+CWJAP_DEF? ends with OK or a refusal."""
    station.confide(query(command))  # what it may name is the owner's

    station.last.is_answered()


# A join that is tried


@pytest.mark.parametrize("wifi_mode", mode.WITH_STATION)
@pytest.mark.parametrize("command", list(alone("BV-03", ALL, "set/02")))
def test_a_join_of_nothing_fails(station, command, wifi_mode):
    """A join of an access point that is not there tells an error code and ends with FAIL."""
    station.prepare(set_("CWMODE_CUR", wifi_mode))

    join(station, command).was_tried()


@pytest.mark.parametrize(
    ("command", "password"),
    list(
        cases(
            "BV-04",
            ALL,
            "set/04",
            {f"{len(pwd)}-bytes": pwd for pwd in (text(8), *inside_length(PWD))},
        )
    ),
)
def test_a_documented_password_is_tried(station, command, password):
    """With a password of up to 64 bytes a join is tried."""
    join(station, command, NOWHERE, password).was_tried()


@pytest.mark.parametrize(("command", "bssid"), list(cases("BV-05", ALL, "set/06", ADDRESSES)))
def test_an_address_is_tried(station, command, bssid):
    """With a MAC address as the third parameter a join is tried."""
    join(station, command, NOWHERE, PASSWORD, bssid).was_tried()


@pytest.mark.parametrize("place", ["name", "password"])
@pytest.mark.parametrize(("command", "special"), list(cases("BV-06", ALL, "set/10", ESCAPED)))
def test_escaped_characters_are_tried(station, command, special, place):
    """With escaped special characters in name or password a join is tried."""
    if place == "name":
        join(station, command, special, PASSWORD).was_tried()
    else:
        join(station, command, NOWHERE, special + PASSWORD + special).was_tried()


@pytest.mark.parametrize("command", list(alone("OB-01", ALL, "set/03")))
def test_the_code_for_nobody(station, command, requirement):
    """Which error code is told where no access point has that name."""
    code = join(station, command).code

    requirement.observes(f"{COMMANDS[command].clause}/{command}/set/03", f"nobody there: {code}")


# What is refused


@pytest.mark.parametrize(
    ("command", "password"),
    list(cases("BI-01", ALL, "set/05", {f"{len(pwd)}-bytes": pwd for pwd in (text(65), text(80))})),
)
def test_a_long_password_is_refused(station, command, password, refused):
    """With a password of more than 64 bytes a join is refused."""
    refused(join(station, command, NOWHERE, password).exchange)


@pytest.mark.parametrize(("command", "bssid"), list(cases("BI-02", ALL, "set/07", NO_ADDRESSES)))
def test_what_is_no_address_is_refused(station, command, bssid, refused):
    """With a third parameter that is no MAC address a join is refused."""
    refused(join(station, command, NOWHERE, PASSWORD, bssid).exchange)


@pytest.mark.parametrize(
    ("command", "wrong"),
    [case for name in ALL for case in cases("BI-03", [name], "set/08", shapes_of(COMMANDS[name]))],
)
def test_a_wrong_shape_is_refused(station, command, wrong, refused):
    """Too few or too many parameters, or one that is no string, are refused without a join."""
    exchange = station.send(wrong, answer_s=station.timing.join_s)

    refused(exchange)
    Attempt(exchange).was_not_tried()


@pytest.mark.parametrize("command", list(alone("BI-04", ALL, "set/09")))
def test_a_join_is_refused_without_a_station(session, command, refused):
    """In softAP mode a join is refused."""
    mode.enter(session, mode.SOFTAP)

    refused(join(session, command).exchange)


# What is kept


@pytest.mark.parametrize("command", list(alone("BV-07", [CUR], "set/13")))
def test_a_current_join_is_not_in_the_flash(station, command):
    """A join by AT+CWJAP_CUR that fails changes nothing in either parameter area of the flash."""
    before = station.read_flash("user", "system")
    station.prepare(set_("CWMODE_CUR", mode.STATION))
    join(station, command).was_refused()

    assert station.read_flash("user", "system") == before, "both parameter areas as they were"


@pytest.mark.parametrize("command", list(alone("BI-05", SAVING, "set/15")))
def test_what_is_refused_is_not_saved(station, command):
    """A line that cannot be read leaves the system parameter area of the flash as it was."""
    (before,) = station.read_flash("system")
    # To save what is saved already would change nothing.
    unsaved = next((each for each in UNSEEN if each.encode() not in before), NOWHERE)
    station.prepare(set_("CWMODE_CUR", mode.STATION))
    for values in ((unsaved,), (unsaved, PASSWORD, ADDRESSES[0], 0)):
        station.refuse(join(station, command, *values).exchange, "set/08")

    (afterwards,) = station.read_flash("system")
    assert afterwards == before, "the system parameter area as it was before the refused lines"


# The same of an IUT in use

globals().update(
    again(
        test_a_long_password_is_refused,
        test_what_is_no_address_is_refused,
        test_a_wrong_shape_is_refused,
        test_an_address_is_tried,
        test_a_documented_password_is_tried,
    )
)


# The same of a softAP with a guest

globals().update(
    again(
        test_a_join_is_refused_without_a_station,
        where="visited",
    )
)
