"""Clause 4.1.7: AT+CWLAPOPT, and what AT+CWLAP lists after it (rulings R-43, R-44 and R-101)."""

import pytest

from conformance.commandline import execute, set_
from conformance.verdict import Inconclusive, NonConformity
from suites.inuse import again
from suites.malformed import outside, with_one, wrong_shapes
from suites.wifi import mode, scan
from suites.wifi.triples import COMMANDS

LAPOPT = COMMANDS["CWLAPOPT"]
SORT, MASK = LAPOPT.parameters

#: None, all, and each of the seven bits alone.
MASKS = [0, MASK.maximum, *(1 << bit for bit in range(7))]


def purpose(code, number):
    """The marker of a purpose of this file."""
    return pytest.mark.purpose(
        f"TP/WIFI/CWLAPOPT/{code}", verifies=[f"4.1.7/CWLAPOPT/set/{number}"]
    )


@pytest.fixture
def station(session):
    """An IUT in station mode, restarted afterwards."""
    mode.enter(session, mode.STATION)
    return session


@purpose("BV-01", "01")
@pytest.mark.parametrize("sort", SORT.values)
@pytest.mark.parametrize("mask", MASKS)
def test_documented_values_are_answered_ok(station, sort, mask):
    """0 or 1 and a mask of documented bits are answered OK."""
    station.send(set_("CWLAPOPT", sort, mask)).succeeds()


@purpose("BI-01", "02")
@pytest.mark.parametrize("value", list(outside(SORT)))
def test_another_first_value_is_refused(station, value):
    """Another first value than 0 and 1 is refused."""
    station.send(with_one(LAPOPT, 0, value)).is_refused()


@purpose("BI-02", "03")
@pytest.mark.parametrize(
    "wrong", [pytest.param(line, id=name) for name, line in wrong_shapes(LAPOPT)]
)
def test_a_wrong_shape_is_refused(station, wrong):
    """Another number of parameters than two, or one that is no number, is refused."""
    station.send(wrong).is_refused()


# What AT+CWLAP lists then

#: Access points in an order that is neither that of their strengths, nor becomes it by name or
#: channel: name, channel, signal strength.
SCRAMBLED = [
    (b"4d1f a", 11, -60),
    (b"4d1f b", 1, -85),
    (b"4d1f c", 6, -40),
    (b"4d1f d", 9, -100),  # of more digits than the others, and no text's first or last
    (b"4d1f e", 3, -75),
]
PASSWORD = b"0123456789"

#: The bits of the two numbers that look alike: frequency offset and calibration.
OFFSETS = (5, 6)


@pytest.fixture
def listing(station):
    """An IUT in station mode, which shows everything in any order afterwards."""
    station.afterwards(lambda: station.prepare(set_("CWLAPOPT", 0, scan.ALL)))
    return station


@purpose("AIR-BV-01", "04")
def test_the_list_is_ordered_by_strength(listing):
    """After 1 as the first value the strengths in the list rise, or fall, from first to last."""
    made = [
        listing.lab.access_point(name, PASSWORD, channel=channel, rssi=rssi)
        for name, channel, rssi in SCRAMBLED
    ]
    listing.prepare(set_("CWLAPOPT", 1, scan.ALL))
    exchange = scan.require_listed(listing, execute("CWLAP"), made)

    told = [entry.rssi for entry in scan.entries(exchange)]
    if len(set(told)) < 2:
        raise Inconclusive("all are told as equally strong, so that no order shows")
    if told not in (sorted(told), sorted(told, reverse=True)):
        raise NonConformity("entries in the order of <rssi>", exchange.describe())


#: Signal strengths that no bench takes for each other, not in their order.
FAR_APART = (-65, -90, -40)


@purpose("AIR-BV-04", "04")
@pytest.mark.parametrize("mask", [scan.ALL, 1 << scan.FIELDS.index("mac")], ids=["all", "mac"])
@pytest.mark.parametrize("which", ["everything", "name"])
def test_each_list_is_ordered_whatever_it_shows(listing, which, mask):
    """A list of those of a name is ordered, too, and one that does not show the strengths.

    Each of two lists is, because a setting is for the command and not for one list.
    """
    made = [
        listing.lab.access_point(b"4d1f", PASSWORD, channel=channel, rssi=rssi)
        for channel, rssi in zip((1, 6, 11), FAR_APART, strict=True)
    ]
    if tuple(each.rssi for each in made) != FAR_APART:
        raise Inconclusive("the lab cannot make one access point heard better than another")
    right = [each.bssid.lower() for each in sorted(made, key=lambda each: each.rssi)]
    line = execute("CWLAP") if which == "everything" else set_("CWLAP", b"4d1f")
    listing.prepare(set_("CWLAPOPT", 1, mask))

    for _ in range(2):
        exchange, macs = listed_in_order(listing, line, right)
        if len(macs) < 2:
            raise Inconclusive(f"the list lacks who would show its order: {exchange.describe()}")
        there = [each for each in right if each in macs]  # the others were missed
        if macs not in (there, there[::-1]):
            raise NonConformity(f"in the order of <rssi>: {right}, or the other way round",
                                exchange.describe())  # fmt: skip


def listed_in_order(session, line, wanted):
    """The answer to `line`, and in its order those of `wanted` that it has; all, as a rule."""
    for _ in range(scan.SCANS):
        exchange = scan.scan(session, line)
        fields = [field for entry in scan.split(exchange.succeeds()) for field in entry.fields]
        told = [field.strip(b'"').decode("latin-1").lower() for field in fields]
        macs = [field for field in told if field in wanted]
        if len(macs) == len(wanted):
            break
    return exchange, macs


@purpose("AIR-BV-05", "06")
def test_the_mask_is_for_each_list(listing):
    """After a mask each list shows its fields alone, not only the first one."""
    home = listing.lab.home()
    extra = scan.extra_fields(listing, home)
    mask = 1 << scan.FIELDS.index("ssid")
    listing.prepare(set_("CWLAPOPT", 0, mask))

    for _ in range(3):
        scan.require_mask(listing, home, mask, extra)


@purpose("AIR-BV-06", "01")
@pytest.mark.parametrize("sort", SORT.values)
def test_no_list_is_told_before_it_is_asked_for(listing, sort):
    """With an access point in reach AT+CWLAPOPT is answered OK, and tells no list itself."""
    home = listing.lab.home()
    scan.require_listed(listing, execute("CWLAP"), [home])
    exchange = scan.scan(listing, set_("CWLAPOPT", sort, scan.ALL)).succeeds()

    if any(b"CWLAP:" in line for line in exchange.information):
        raise exchange.objection("OK and no list")


@pytest.mark.parametrize(
    "bit",
    [
        pytest.param(bit, marks=purpose("AIR-BV-07", f"{5 + bit:02}"), id=name.replace(" ", "-"))
        for bit, name in enumerate(scan.FIELDS)
    ],
)
def test_a_bit_shows_its_field_in_a_list_of_all(listing, bit):
    """In the list of AT+CWLAP alone, too, a mask shows the fields whose bits it has."""
    extra = scan.extra_fields(listing, listing.lab.home())
    for mask in (1 << bit, scan.ALL - (1 << bit)):
        listing.prepare(set_("CWLAPOPT", 0, mask))
        scan.require_mask_of_all(listing, mask, extra)


@pytest.mark.parametrize(
    "field",
    [
        pytest.param(field, marks=purpose("AIR-BV-08", f"{5 + scan.FIELDS.index(field):02}"))
        for field in ("ssid", "mac")
    ],
)
def test_without_a_bit_nothing_shows(listing, field):
    """With the mask 0 AT+CWLAP is answered OK, and shows neither name nor MAC address."""
    home = listing.lab.home()
    scan.require_listed(listing, execute("CWLAP"), [home])
    listing.prepare(set_("CWLAPOPT", 0, 0))
    exchange = scan.scan(listing, execute("CWLAP")).succeeds()

    hidden = {"ssid": home.ssid.lower(), "mac": home.bssid.lower().encode()}[field]
    if any(hidden in line.lower() for line in exchange.information):
        raise NonConformity(f"no <{field}>", exchange.describe())


@pytest.mark.parametrize("sort", SORT.values)
@pytest.mark.parametrize(
    "bit",
    [
        pytest.param(bit, marks=purpose("AIR-BV-02", f"{5 + bit:02}"), id=name.replace(" ", "-"))
        for bit, name in enumerate(scan.FIELDS)
    ],
)
def test_a_bit_shows_its_field(listing, bit, sort):
    """A mask with one bit shows that field alone; a mask without it shows all the others."""
    home = listing.lab.home()
    extra = scan.extra_fields(listing, home)
    for mask in (1 << bit, scan.ALL - (1 << bit)):
        listing.prepare(set_("CWLAPOPT", sort, mask))
        scan.require_mask(listing, home, mask, extra)


@pytest.mark.parametrize(
    "bit", [pytest.param(bit, marks=purpose("AIR-BV-03", f"{5 + bit:02}")) for bit in OFFSETS]
)
def test_offset_and_calibration_are_not_exchanged(listing, bit):
    """Of the last two bits each shows its own number, not that of the other.

    Both are looked at, because a number that is measured anew may happen to be like the other.
    """
    home = listing.lab.home()
    listing.prepare(set_("CWLAPOPT", 0, scan.ALL))
    whole = scan.entry_of(listing, set_("CWLAP", home.ssid), home)
    offset, calibration = (whole.fields[each] for each in OFFSETS)
    alone = []
    for each in OFFSETS:
        listing.prepare(set_("CWLAPOPT", 0, 1 << each))
        alone.append(scan.the_one(listing, home)[1].fields[0])

    if offset != calibration and alone == [calibration, offset]:
        raise NonConformity(
            f"<{scan.FIELDS[bit]}> alone with bit {bit}",
            f"bits 5 and 6 show {alone}; offset and calibration are {offset} and {calibration}",
        )


@purpose("AIR-BI-01", "12")
@pytest.mark.parametrize("mask", [2, 9, scan.ALL])
@pytest.mark.parametrize(
    ("refused", "rule"),
    [((2, 4), "set/02"), ((0,), "set/03"), ((0, 4, 0), "set/03")],
    ids=["2-4", "0", "0-4-0"],
)
def test_what_is_refused_has_no_effect(listing, mask, refused, rule):
    """After a set that is refused AT+CWLAP shows the fields that it showed before."""
    home = listing.lab.home()
    extra = scan.extra_fields(listing, home)
    listing.prepare(set_("CWLAPOPT", 0, mask))
    listing.refuse(listing.send(set_("CWLAPOPT", *refused)), rule)

    scan.require_mask(listing, home, mask, extra)


# The same of an IUT in use

globals().update(
    again(
        test_documented_values_are_answered_ok,
        test_another_first_value_is_refused,
        test_a_wrong_shape_is_refused,
        test_the_list_is_ordered_by_strength,
        test_a_bit_shows_its_field,
    )
)
