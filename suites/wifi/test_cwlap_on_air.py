"""Clause 4.1.8: AT+CWLAP and what is on the air (R-36, R-42 to R-45, R-101 and R-109)."""

import pytest

from conformance.commandline import execute, set_
from conformance.verdict import Inconclusive, Lacking, NonConformity
from suites.inuse import again
from suites.malformed import PLAIN, SPECIAL, text
from suites.wifi import mode, onair, scan

#: Test values; no network has these names.
NAME, OTHER_NAME, LONGER_NAME = b"conformance 4d1f", b"conformance 7c20", b"conformance 4d1f x"
PASSWORD, WEP_KEY = b"0123456789", b"abcde"

PASSWORDS = {"open": b"", "wep": WEP_KEY} | dict.fromkeys(["wpa", "wpa2", "wpa-wpa2"], PASSWORD)
#: Signal strengths that no bench takes for each other, in dBm.
WEAK, STRONG = -85, -40

EVERYTHING = execute("CWLAP")

#: The highest channel that is one everywhere (ruling R-45).
HIGHEST = 11


def purpose(code, number, form="execute", needs=()):
    """The marker of a purpose of this file."""
    return pytest.mark.purpose(
        f"TP/WIFI/CWLAP/{code}", verifies=[f"4.1.8/CWLAP/{form}/{number}"], needs=needs
    )


@pytest.fixture
def station(session):
    """An IUT in station mode that shows all fields of a list; restarted afterwards."""
    onair.off_air(session)
    session.prepare(set_("CWLAPOPT", 0, scan.ALL))
    return session


@pytest.fixture
def four(station):
    """Two access points of one name, one of another, and one whose name begins like the first."""
    lab = station.lab
    return [
        lab.access_point(NAME, PASSWORD, channel=1),
        lab.access_point(NAME, PASSWORD, channel=11),
        lab.access_point(OTHER_NAME, PASSWORD, channel=6),
        lab.access_point(LONGER_NAME, PASSWORD, channel=6),
    ]


def all_of(session):
    """The answer to AT+CWLAP."""
    return scan.scan(session, EVERYTHING)


# A list of all


@purpose("AIR-BV-01", "02")
@pytest.mark.parametrize("wifi_mode", mode.WITH_STATION)
def test_the_access_point_in_reach_is_listed(station, wifi_mode):
    """AT+CWLAP lists the lab's own access point, in modes 1 and 3."""
    station.prepare(set_("CWMODE_CUR", wifi_mode))
    home = station.lab.home()

    scan.require_listed(station, EVERYTHING, [home])


@purpose("AIR-BV-02", "02", needs=["access-points"])
def test_every_access_point_in_reach_is_listed(station, four):
    """AT+CWLAP lists every access point of the lab, those of one name, too."""
    scan.require_listed(station, EVERYTHING, four)


@purpose("AIR-BV-14", "02", needs=["access-points"])
@pytest.mark.parametrize("wifi_mode", mode.WITH_STATION)
def test_every_access_point_is_listed_while_joined(station, four, wifi_mode):
    """A station that has joined lists those on other channels, too."""
    station.prepare(set_("CWMODE_CUR", wifi_mode))
    onair.be_joined(station, four[2])

    scan.require_listed(station, EVERYTHING, four)


@purpose("AIR-BV-15", "02", needs=["access-points"])
@pytest.mark.parametrize("count", [10, 20])
def test_many_access_points_are_listed(station, count):
    """AT+CWLAP lists ten access points, and twenty."""
    many = [
        station.lab.access_point(b"4d1f %d" % each, PASSWORD, channel=each % HIGHEST + 1)
        for each in range(count)
    ]

    scan.require_listed(station, EVERYTHING, many)


@purpose("AIR-BV-03", "02", needs=["access-points"])
def test_the_list_follows_what_is_there(station, four):
    """An access point that vanished is no longer in the list, until it is there again."""
    scan.require_listed(station, EVERYTHING, four)
    station.lab.switch_off(four[2])
    exchange = all_of(station)
    if four[2].bssid.lower() in scan.macs(exchange):
        raise NonConformity(f"no entry for {four[2].bssid}, which is gone", exchange.describe())
    station.lab.switch_on(four[2])

    scan.require_listed(station, EVERYTHING, four)


@purpose("AIR-BV-04", "01", needs=["network"])
@pytest.mark.parametrize("wifi_mode", mode.WITH_STATION)
def test_a_list_is_made_while_joined(session, wifi_mode):
    """AT+CWLAP is answered OK while the station is joined, too."""
    onair.at_home(session, wifi_mode)

    all_of(session).succeeds()


@purpose("AIR-BV-05", "03")
def test_an_entry_has_every_field(station):
    """Each entry has the seven fields, in the order of the document."""
    home = station.lab.home()

    scan.entry_of(station, EVERYTHING, home)


@purpose("AIR-BV-06", "04")
def test_the_encryption_is_told(station):
    """The encryption that the list tells is that of the lab's own access point."""
    home = station.lab.home()

    scan.require_field(station, EVERYTHING, home, "ecn")


@purpose("AIR-BV-07", "04", needs=["access-points"])
@pytest.mark.parametrize("security", PASSWORDS)
def test_each_encryption_is_told(station, security):
    """Each encryption has the number that the document gives it."""
    access_point = station.lab.access_point(NAME, PASSWORDS[security], security=security)

    scan.require_field(station, EVERYTHING, access_point, "ecn")


@purpose("AIR-BV-08", "05")
def test_name_address_and_channel_are_told(station):
    """Name, MAC address and channel in the list are those of the lab's own access point."""
    home = station.lab.home()

    scan.require_field(station, EVERYTHING, home, "ssid", "mac", "ch")


@purpose("AIR-BV-09", "05", needs=["access-points"])
@pytest.mark.parametrize("channel", [1, 6, 11])
def test_each_channel_is_told(station, channel):
    """Each channel is told, with the MAC address that was chosen for the access point."""
    bssid = f"02:4d:1f:7c:20:{channel:02x}"
    access_point = station.lab.access_point(NAME, PASSWORD, channel=channel, bssid=bssid)

    scan.require_field(station, EVERYTHING, access_point, "ssid", "mac", "ch")


@purpose("AIR-BV-18", "05", needs=["access-points"])
@pytest.mark.parametrize("other", ["channel", "name"])
def test_each_list_tells_what_is_there_now(station, other):
    """Where there was an access point of the same MAC address before, it is told what is now."""
    bssid = "02:4d:1f:7c:20:0b"
    before = station.lab.access_point(NAME, PASSWORD, channel=1, bssid=bssid)
    scan.require_field(station, EVERYTHING, before, "ssid", "mac", "ch")
    station.lab.switch_off(before)
    name, channel = (OTHER_NAME, 1) if other == "name" else (NAME, 11)
    now = station.lab.access_point(name, PASSWORD, channel=channel, bssid=bssid)

    scan.require_field(station, EVERYTHING, now, "ssid", "mac", "ch")


@purpose("AIR-BV-10", "05", needs=["access-points"])
@pytest.mark.parametrize("special", SPECIAL)
def test_special_names_are_told(station, special):
    """A name with special characters is told, with escapes or without them."""
    access_point = station.lab.access_point(SPECIAL[special].encode() + b" 4d1f", PASSWORD)

    scan.require_field(station, EVERYTHING, access_point, "ssid")


@purpose("AIR-BV-16", "05", needs=["access-points"])
@pytest.mark.parametrize("name", [b"x", text(32).encode()], ids=["1-byte", "32-bytes"])
def test_a_name_of_each_length_is_told(station, name):
    """A name of 1 byte, and of 32, is told as a whole."""
    scan.require_field(station, EVERYTHING, station.lab.access_point(name, PASSWORD), "ssid")


@purpose("AIR-BV-11", "06")
def test_the_stronger_one_is_told_as_stronger(station):
    """Of two access points the one that is heard better has the greater number."""
    strong, weak = (
        station.lab.access_point(name, PASSWORD, rssi=rssi)
        for name, rssi in ((OTHER_NAME, STRONG), (NAME, WEAK))
    )
    if (strong.rssi, weak.rssi) != (STRONG, WEAK):
        raise Inconclusive("the lab cannot make one access point heard better than another")
    lists = list(scan.lists(station, EVERYTHING, [strong, weak]))

    told = {entry.mac: entry.rssi for each in lists for entry in scan.entries(each)}
    louder, quieter = (told.get(each.bssid.lower()) for each in (strong, weak))
    if louder is None or quieter is None or not louder > quieter:
        shown = "; ".join(each.describe() for each in lists)
        raise NonConformity(f"{strong.bssid} stronger than {weak.bssid}", shown)


# A list of some


def chosen(*values):
    """AT+CWLAP with parameters."""
    return set_("CWLAP", *values)


@purpose("AIR-BV-12", "04", "set")
def test_those_of_a_name_are_listed(station, four):
    """AT+CWLAP with a name lists the access points of that name, all of them and no other."""
    scan.require_only(station, chosen(NAME), four[:2])


@purpose("AIR-BV-17", "04", "set")
@pytest.mark.parametrize("name", [b"x", text(32).encode()], ids=["1-byte", "32-bytes"])
def test_those_of_a_name_of_each_length_are_listed(station, name):
    """AT+CWLAP with a name of 1 byte, or of 32, lists those of that name and no other."""
    lab = station.lab
    lab.access_point(name[:-1] or b"y", PASSWORD)

    scan.require_only(station, chosen(name), [lab.access_point(name, PASSWORD)])


@purpose("AIR-BV-22", "04", "set")
@pytest.mark.parametrize("special", PLAIN)
def test_those_of_a_special_name_are_listed(station, special):
    """AT+CWLAP with a name that has characters of the grammar lists those of that name alone."""
    name = PLAIN[special].encode() + b" 4d1f"
    station.lab.access_point(b"4d1f", PASSWORD)

    scan.require_only(station, chosen(name), [station.lab.access_point(name, PASSWORD)])


@purpose("AIR-BV-13", "04", "set")
@pytest.mark.parametrize("index", range(4))
def test_one_of_a_name_is_listed(station, four, index):
    """AT+CWLAP with name, MAC address and channel lists that access point and no other."""
    one = four[index]

    scan.require_only(station, chosen(one.ssid, one.bssid, one.channel), [one])


@purpose("AIR-BI-01", "04", "set")
@pytest.mark.parametrize("index", [0, 1])  # the lowest channel and the highest
@pytest.mark.parametrize("wrong", ["name", "address", "channel"])
def test_one_that_is_not_so_is_not_listed(station, four, wrong, index):
    """With another name, MAC address or channel than its own an access point is not listed."""
    one, other = four[index], four[2]
    values = {
        "name": (other.ssid, one.bssid, one.channel),
        "address": (one.ssid, other.bssid, one.channel),
        "channel": (one.ssid, one.bssid, other.channel),
    }

    scan.require_only(station, chosen(*values[wrong]), [])


@purpose("AIR-BI-03", "04", "set")
@pytest.mark.parametrize("index", [0, 1, 2])
@pytest.mark.parametrize("step", [-1, 1])
def test_one_on_the_next_channel_is_not_listed(station, four, index, step):
    """With the channel beside its own an access point is not listed, though it is heard there."""
    one = four[index]
    channel = one.channel + step
    if not 1 <= channel <= HIGHEST:
        channel = one.channel - step

    scan.require_only(station, chosen(one.ssid, one.bssid, channel), [])


@purpose("AIR-BI-02", "03", "set", needs=["network"])
def test_a_name_that_nobody_has_finds_nobody(station):
    """With a name that is only like that of the access point in reach none is listed."""
    home = station.lab.home()

    alike = {home.ssid[:-1], home.ssid.swapcase()} - {home.ssid, b""}
    if not alike:
        raise Lacking(f"no other name is like that of the bench's network, {home.ssid!r}")

    for name in sorted(alike):
        scan.require_only(station, chosen(name), [])


# The same of an IUT in use

globals().update(
    again(
        test_every_access_point_in_reach_is_listed,
        test_an_entry_has_every_field,
        test_the_encryption_is_told,
        test_name_address_and_channel_are_told,
        test_those_of_a_name_are_listed,
        test_one_of_a_name_is_listed,
        test_one_that_is_not_so_is_not_listed,
        test_the_stronger_one_is_told_as_stronger,
    )
)
