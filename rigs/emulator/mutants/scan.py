"""The mutants of AT+CWLAP and AT+CWLAPOPT (clauses 4.1.7, 4.1.8).

Law: rows, and what they need.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from operator import attrgetter
from typing import Any

from ..commands.scan import (
    CHANNEL,
    LIST,
    MAC,
    MASK,
    NO_STATION,
    OPTIONS,
    SORT,
    SSID,
    Beacons,
    Filter,
    Options,
)
from ..firmware.dispatch import obeyed
from ..line.command import Answer, Call, Final, Form, Handler
from ..wifi.air import Beacon
from ..wifi.scanoptions import ALL_FIELDS, ScanOptions
from . import numbers, texts
from .conditions import JOINED
from .memory import memory
from .mutant import ALWAYS, Condition, Mutant, Mutation, Operator
from .numbers import Range
from .operators import (
    also,
    constant,
    each,
    given,
    instead,
    made,
    overlooked,
    truncated,
    wrapped,
)
from .refusing import late
from .rows import Rows
from .texts import Wording
from .typed import mended

_LIST, _OPTIONS = Rows(LIST), Rows(OPTIONS)

_RSSI_BIT = 2

SORTED = Condition("sorted by strength", lambda chip: chip.scan_options.by_strength)
SIGNAL_HIDDEN = Condition(
    "without the signal", lambda chip: not chip.scan_options.mask >> _RSSI_BIT & 1
)
LISTED_BEFORE = Condition("the second time", lambda chip: memory(chip).get("lists", 0) > 1)


def _both(step: str, operator: Operator, when: Condition = ALWAYS) -> tuple[Mutation, ...]:
    """A stage of both forms of AT+CWLAP."""
    return (_LIST.execute(step, operator, when), _LIST.set(step, operator, when))


# AT+CWLAP: whom to look for

STRINGS = (
    Wording(SSID, 0, attrgetter("ssid"), default=b"ESP8266"),
    Wording(MAC, 1, attrgetter("bssid"), default=b"18:fe:34:00:00:01", bounded=False, free=False),
)
NUMBERS = (Range(CHANNEL, 2, "ch", attrgetter("channel"), 0, (1, 13), (-1,)),)

_QUOTED = re.compile(rb'"(?:\\.|[^"\\])+"', re.DOTALL)
_MAC = re.compile(rb'"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}"')


def _no_mac_if_malformed(part: bytes) -> bytes:
    return b'""' if _QUOTED.fullmatch(part) and not _MAC.fullmatch(part) else part


def _looks_for(name: str, change: Callable[[Filter], Filter]) -> Operator:
    """It looks for others than those who are wanted."""
    return wrapped(name, lambda choose, chip, which, heard: choose(chip, change(which), heard))


def _without(**anybody: Any) -> Operator:
    return _looks_for(f"without {', '.join(anybody)}", lambda which: replace(which, **anybody))


def _near(choose: Any, chip: Any, which: Filter, heard: Beacons) -> Beacons:
    def wanted(beacon: Beacon) -> Filter:
        near = abs(which.channel - beacon.channel) == 1
        return replace(which, channel=0) if near else which

    return tuple(beacon for beacon in heard if choose(chip, wanted(beacon), (beacon,)))


_FILTERS: tuple[Mutant, ...] = (
    _LIST.row(
        "execute-in-softap-mode",
        " is taken in softAP mode",
        _LIST.execute("available", overlooked(NO_STATION)),
    ),
    _LIST.row(
        "set-in-softap-mode",
        "= is taken in softAP mode",
        _LIST.set("available", overlooked(NO_STATION)),
    ),
    _LIST.row(
        "mac-malformed-accepted",
        "= takes any string for a MAC",
        _LIST.set("parse", mended("malformed dropped", {1: _no_mac_if_malformed})),
    ),
    _LIST.row(
        "filter-ignored",
        "= lists everything that AT+CWLAP does",
        _LIST.set("choose", _looks_for("everybody", lambda _which: Filter())),
    ),
    *numbers.of_all(LIST, NUMBERS, len(STRINGS) + len(NUMBERS)),
    *(mutant for string in STRINGS for mutant in texts.of_each(LIST, string)),
)

# AT+CWLAP: how it is printed


def _where_empty(final: Final | None) -> tuple[Mutation, ...]:
    def end(healthy: Any, chip: Any, rows: Beacons) -> Final | None:
        found: Final | None = healthy(chip, rows) if rows else final
        return found

    word = final.value.decode("ascii") if final else "nothing"
    return _both("final", wrapped(f"{word} where nobody is heard", end))


def _empty_line(handler: Handler) -> Handler:
    def listed(whole: Answer) -> Answer:
        nobody = whole.final is Final.OK and not whole.information
        return replace(whole, information=b"+CWLAP:()\r\n") if nobody else whole

    return lambda chip, call: handler(chip, call).then(listed)


def _sorted(name: str, key: Callable[[Beacon], Any], reverse: bool = True) -> Operator:
    return instead(name, lambda _chip, rows: tuple(sorted(rows, key=key, reverse=reverse)))


_EMPTY_LINE = Operator("empty line", _empty_line)
_AS_FOUND = instead("as found", lambda _chip, rows: rows)
_ALL_FIELDS = instead("all fields", lambda _chip, fields: fields)
_UNQUOTED = each("unquoted", lambda field: field.removeprefix(b'"').removesuffix(b'"'))

LISTS: tuple[Mutant, ...] = (
    *_FILTERS,
    *(
        _LIST.row(
            f"empty-{word}",
            f" and AT+CWLAP= {says} if there is nothing to list",
            *_where_empty(final),
        )
        for word, says, final in (
            ("silent", "never end", None),
            ("error", "answer ERROR", Final.ERROR),
            ("fail", "answer FAIL", Final.FAIL),
        )
    ),
    _LIST.row(
        "empty-line",
        " and AT+CWLAP= list an empty entry if there is nothing",
        *(_LIST.whole(kind, _EMPTY_LINE) for kind in (Form.EXECUTE, Form.SET)),
    ),
    _LIST.row(
        "weakest-first",
        " sorts the weakest to the top",
        *_both("order", _sorted("weakest first", attrgetter("rssi"), reverse=False), SORTED),
    ),
    _LIST.row("unquoted", " prints SSID and MAC without quotes", *_both("fields", _UNQUOTED)),
    _LIST.row("no-prefix", " prints no +CWLAP: in front", *_both("label", constant(b""))),
)

# AT+CWLAP: what only a network shows


def _told(word: str, says: str, step: str, operator: Operator) -> Mutant:
    return _LIST.row(word, f" {says}", *_both(step, operator))


def _told_as(field: str, change: Callable[[Any], Any]) -> Operator:
    """A field of what was heard, printed as another value."""

    def tell(_chip: object, beacon: Beacon) -> Beacon:
        return replace(beacon, **{field: change(getattr(beacon, field))})

    return given(f"other {field}", tell)


def _plus_1(value: int) -> int:
    return value + 1


def _all_ever_heard(chip: Any, heard: Beacons) -> Beacons:
    known: dict[bytes, Beacon] = memory(chip).setdefault("beacons", {})
    known.update((beacon.bssid, beacon) for beacon in heard)
    return tuple(known.values())


ON_A_NETWORK: tuple[Mutant, ...] = (
    *(
        _LIST.row(
            f"{word}-ignored",
            f"= lists access points of any {what}",
            _LIST.set("choose", operator),
        )
        for word, what, operator in (
            ("ssid", "SSID", _without(ssid=b"")),
            ("mac", "MAC", _without(bssid=None)),
            ("channel", "channel", _without(channel=0)),
        )
    ),
    _told(
        "one-missing",
        "leaves out the last access point",
        "choose",
        made("without the last", lambda _chip, rows: rows[:-1]),
    ),
    _told(
        "gone-listed",
        "goes on to list access points that are gone",
        "find",
        made("and who is gone", _all_ever_heard),
    ),
    _told("six-fields", "leaves out <freq calibration>", "fields", truncated(6)),
    _told("first-only", "lists the first access point alone", "choose", truncated(1)),
    _told("other-ecn", "tells an <ecn> that is 1 larger", "fields", _told_as("ecn", _plus_1)),
    _told(
        "other-channel", "tells a channel that is 1 larger", "fields", _told_as("channel", _plus_1)
    ),
    _told(
        "other-mac", "tells the MAC in reverse", "fields", _told_as("bssid", lambda mac: mac[::-1])
    ),
    _told(
        "other-ssid",
        "tells the SSID without its last byte",
        "fields",
        _told_as("ssid", lambda ssid: ssid[:-1]),
    ),
    _told("other-rssi", "tells the signal without its sign", "fields", _told_as("rssi", abs)),
)

# AT+CWLAP: what is well at first

_FEW = 8


def _own_channel(chip: Any, heard: Beacons) -> Beacons:
    channel = chip.station.access_point.channel
    return tuple(beacon for beacon in heard if beacon.channel == channel)


def _first_heard(chip: Any, heard: Beacons) -> Beacons:
    first: dict[bytes, Beacon] = memory(chip).setdefault("beacons", {})
    return tuple(first.setdefault(beacon.bssid, beacon) for beacon in heard)


SELDOM: tuple[Mutant, ...] = (
    _LIST.row(
        "channel-near",
        "= lists access points of the channels beside it, too",
        _LIST.set("choose", wrapped("near", _near)),
    ),
    _LIST.row(
        "own-channel-only",
        " of a joined station lists its own channel alone",
        *_both("find", made("own channel", _own_channel), JOINED),
    ),
    _told("eight-at-most", "lists 8 access points at most", "choose", truncated(_FEW)),
    _LIST.row(
        "sorts-text",
        " sorts by the text of the signal, and not by its number",
        *_both("order", _sorted("by text", lambda beacon: str(beacon.rssi)), SORTED),
    ),
    _told(
        "first-heard",
        "tells of a BSSID what was heard of it first",
        "find",
        made("first heard", _first_heard),
    ),
)

# AT+CWLAPOPT

OPTION_NUMBERS = (
    Range(SORT, 0, "sort", attrgetter("sort"), 0, (0, 1), (-1, 2)),
    Range(MASK, 1, "mask", attrgetter("mask"), 127, (0, 1, 127), (-1,)),
)


def _sets(word: str, says: str, change: Callable[[Options], Options]) -> Mutant:
    """What is set is not what is wanted."""
    operator = given(word, lambda _chip, options: change(options))
    return _OPTIONS.row(word, f"= {says}", _OPTIONS.set("effect", operator))


def _with_mask(change: Callable[[int], int]) -> Callable[[Options], Options]:
    return lambda options: replace(options, mask=change(options.mask))  # type: ignore[arg-type]


def _last_bits_swapped(mask: int) -> int:
    return mask & 0b0011111 | (mask & 0b0100000) << 1 | (mask & 0b1000000) >> 1


OPTION_ROWS: tuple[Mutant, ...] = (
    _OPTIONS.row(
        "sort-not-applied",
        "= answers OK, but AT+CWLAP does not sort",
        *_both("order", _AS_FOUND),
    ),
    _OPTIONS.row(
        "mask-not-applied",
        "= answers OK, but AT+CWLAP prints all fields",
        *_both("shown", _ALL_FIELDS),
    ),
    *numbers.of_all(OPTIONS, OPTION_NUMBERS),
    numbers.missing(OPTIONS, [number.written for number in OPTION_NUMBERS]),
)
_EVERYTHING = instead("everything", lambda _chip, fields: fields)


def _listing(handler: Handler) -> Handler:
    def answer(chip: Any, call: Call) -> Answer:
        answered = obeyed(handler, chip, call)
        if answered.final is not Final.OK:
            return answered
        lines = (b'+CWLAP:(%d,"%b")\r\n' % (each.ecn, each.ssid) for each in chip.station.scan())
        return replace(answered, information=b"".join(lines))

    return answer


OPTIONS_ON_A_NETWORK: tuple[Mutant, ...] = (
    _sets(
        "mask-shifted",
        "takes bit 1 of the mask for bit 0, and so on",
        _with_mask(lambda mask: mask >> 1),
    ),
    _sets(
        "mask-inverted",
        "hides what the mask shows, and shows the rest",
        _with_mask(lambda mask: mask ^ ALL_FIELDS),
    ),
    _sets(
        "sorts-always",
        "makes AT+CWLAP sort whatever its first parameter",
        lambda options: replace(options, sort=1),
    ),
)


def _count(chip: Any, rows: Beacons) -> None:
    memory(chip)["lists"] = memory(chip).get("lists", 0) + bool(rows)


def _count_anew(chip: Any, _options: Options) -> None:
    memory(chip)["lists"] = 0


OPTIONS_SELDOM: tuple[Mutant, ...] = (
    _OPTIONS.row(
        "mask-of-set-alone",
        "='s mask does not hold for AT+CWLAP without parameters",
        _LIST.execute("shown", _EVERYTHING),
    ),
    _OPTIONS.row(
        "mask-0-shows-all",
        "= with the mask 0 hides nothing",
        *_both("shown", _EVERYTHING, Condition("mask 0", lambda chip: not chip.scan_options.mask)),
    ),
    _OPTIONS.row(
        "lists",
        "= tells the list itself",
        _OPTIONS.whole(Form.SET, Operator("lists", _listing)),
    ),
    _sets("last-bits-swapped", "takes bit 6 of the mask for bit 5", _with_mask(_last_bits_swapped)),
    _OPTIONS.row(
        "once",
        "='s mask holds for one AT+CWLAP",
        _OPTIONS.set("effect", also("counted anew", _count_anew)),
        *_both("order", also("counted", _count)),
        *_both("shown", _ALL_FIELDS, LISTED_BEFORE),
    ),
    _OPTIONS.row(
        "sort-not-of-set",
        "=1 does not order what AT+CWLAP= lists",
        _LIST.set("order", _AS_FOUND),
    ),
    _OPTIONS.row(
        "sort-needs-rssi",
        "=1 orders only where the signal is shown",
        *_both("order", _AS_FOUND, SIGNAL_HIDDEN),
    ),
)

# AT+CWLAPOPT= that is refused

_MASK_READ = re.compile(rb"-?[0-9]{1,9},([0-9]{1,9})")
"""A mask, whatever stands behind it."""


def _mask_kept(handler: Handler) -> Handler:
    def answer(chip: Any, call: Call) -> Answer:
        answered, read = obeyed(handler, chip, call), _MASK_READ.match(call.arguments)
        if answered.final is not Final.ERROR or read is None:
            return answered
        mask = int(read[1]) & ALL_FIELDS
        return replace(answered, effect=lambda: _set_mask(chip, mask))

    return answer


def _set_mask(chip: Any, mask: int) -> None:
    chip.scan_options = ScanOptions(mask=mask)


def _refused() -> Iterator[Mutant]:
    accepts = (*OPTION_ROWS, numbers.unlimited(OPTIONS, OPTION_NUMBERS))
    yield _OPTIONS.row(
        "refused-takes-effect",
        "= answers ERROR, yet its mask applies",
        late(OPTIONS, accepts, Operator("mask kept", _mask_kept)),
    )


MUTANTS: tuple[Mutant, ...] = (*LISTS, *OPTION_ROWS, *_refused())
