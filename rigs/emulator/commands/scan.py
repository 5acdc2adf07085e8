"""AT+CWLAP and AT+CWLAPOPT (clauses 4.1.7, 4.1.8; field guide 4).

Law: what can be heard, as a list: which of it, in which order, with which fields.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ..chip.chip import Chip
from ..ip.interfaces import has_station
from ..line.command import ERROR, Answer, BadParameter, Command, Final, Form
from ..line.parameters import Parameters, TooLong
from ..settings.addresses import mac_text
from ..wifi.air import Beacon
from ..wifi.scanoptions import ALL_FIELDS, ScanOptions
from .later import LaterListForm
from .mac import mac_of
from .numbers import Number
from .stages import Fields, RamForm, Reasons, SetForm
from .texts import Text

LIST, OPTIONS = "+CWLAP", "+CWLAPOPT"

# AT+CWLAP

SSID = Text("ssid", longest=32)
MAC = Text("mac", longest=17)
CHANNEL = Number("ch", range(14))
"""0 is any channel."""

NO_STATION = "no station in this mode"

Beacons = tuple[Beacon, ...]


@dataclass(frozen=True)
class Filter:
    """Whom to look for; None and 0 are anybody."""

    ssid: bytes = b""
    bssid: bytes | None = None
    channel: int = 0

    def lets(self, beacon: Beacon) -> bool:
        """Whether this is one of those."""
        return (
            (not self.ssid or self.ssid == beacon.ssid)
            and (self.bssid is None or self.bssid == beacon.bssid)
            and self.channel in (0, beacon.channel)
        )


def _available(chip: Chip) -> Reasons:
    if not has_station(chip.current) and not chip.personality.station.scans_in_softap_mode:
        yield NO_STATION


def _everybody(_chip: Chip, _parameters: Parameters) -> Filter:
    return Filter()


def _parsed(chip: Chip, parameters: Parameters) -> Filter:
    """The MAC and the channel may be left out; in some firmware all of it."""
    bare = chip.personality.station.bare_strings
    if bare and parameters.exhausted:
        return Filter()
    ssid = parameters.text(bare=bare)
    bssid = b"" if parameters.exhausted else parameters.text(bare=bare)
    channel = parameters.optional_number(0)
    parameters.end()
    return Filter(ssid, mac_of(bssid) if bssid else None, channel)


def _refusals(_chip: Chip, which: Filter) -> Reasons:
    yield from SSID.reasons(which.ssid)
    yield from CHANNEL.reasons(which.channel)


def _listens_ns(chip: Chip, _poll: int) -> int:
    """On all channels, one after the other."""
    return chip.timing.scan


def _broken_off(chip: Chip) -> Final | None:
    return chip.personality.station.scan_broken_off


def _heard(chip: Chip) -> Beacons:
    return tuple(chip.station.scan())


def _chosen(_chip: Chip, which: Filter, heard: Beacons) -> Beacons:
    return tuple(beacon for beacon in heard if which.lets(beacon))


def _ordered(chip: Chip, listed: Beacons) -> Beacons:
    """The strongest first, if AT+CWLAPOPT= has asked for it."""
    if not chip.scan_options.by_strength:
        return listed
    return tuple(sorted(listed, key=lambda beacon: beacon.rssi, reverse=True))


def _printed(_chip: Chip, beacon: Beacon) -> Fields:
    return (
        b"%d" % beacon.ecn,
        b'"%b"' % beacon.ssid,
        b"%d" % beacon.rssi,
        b'"%b"' % mac_text(beacon.bssid),
        b"%d" % beacon.channel,
        b"%d" % beacon.frequency_offset,
        b"%d" % beacon.calibration,
    )


def _shown(chip: Chip, fields: Fields) -> Fields:
    """Those of which the mask of AT+CWLAPOPT= has the bit."""
    mask = chip.scan_options.mask
    return tuple(field for bit, field in enumerate(fields) if mask >> bit & 1)


def _label(_chip: Chip) -> bytes:
    return b"+CWLAP:"


def _in_parentheses(_chip: Chip, label: bytes, fields: Fields) -> bytes:
    return b"%b(%b)\r\n" % (label, b",".join(fields))


def _list(parse: Callable[[Chip, Parameters], Filter]) -> LaterListForm[Filter, Beacon]:
    return LaterListForm(
        available=_available,
        parse=parse,
        decide=_refusals,
        wait_ns=_listens_ns,
        broken_off=_broken_off,
        find=_heard,
        choose=_chosen,
        order=_ordered,
        fields=_printed,
        shown=_shown,
        label=_label,
        line=_in_parentheses,
    )


# AT+CWLAPOPT

SORT = Number("sort", (0, 1))
MASK = Number("mask", range(ALL_FIELDS + 1))

LONG_SORT = "a sort of too many characters"
NO_MASK, UNREADABLE_MASK, TAIL = "no mask", "a mask that cannot be read", "something behind it"


@dataclass(frozen=True)
class Options:
    """What is wanted.  `sort`, `mask`: a number, or why there is none."""

    sort: int | str
    mask: int | str


def _options_parsed(chip: Chip, parameters: Parameters) -> Options:
    sort = _sort(parameters)
    if not parameters.continues:
        return Options(sort, NO_MASK)
    try:
        mask = parameters.number(hexadecimal=chip.personality.station.free_mask)
    except BadParameter:
        return Options(sort, UNREADABLE_MASK)
    return Options(sort, mask if parameters.exhausted else TAIL)


def _sort(parameters: Parameters) -> int | str:
    try:
        return parameters.number()
    except TooLong:
        return LONG_SORT


def _options_refusals(chip: Chip, options: Options) -> Reasons:
    if isinstance(options.sort, str):
        yield options.sort
    else:
        yield from SORT.reasons(options.sort)
    if isinstance(options.mask, str):
        yield options.mask
    elif not chip.personality.station.free_mask:
        yield from MASK.reasons(options.mask)


def _explained(
    chip: Chip, _form: SetForm[Options], options: Options, why: tuple[str, ...]
) -> Answer:
    """Some firmware says which parameter it is, unless there is but one."""
    if not chip.personality.station.explains:
        return ERROR
    if NO_MASK in why:
        return ERROR
    if why[0] not in (UNREADABLE_MASK, TAIL):
        return replace(ERROR, information=b"flag error\r\n")
    return ERROR if TAIL in why else replace(ERROR, information=b"get mask error\r\n")


def _set(chip: Chip, options: Options) -> None:
    assert isinstance(options.sort, int)
    assert isinstance(options.mask, int)
    chip.scan_options = ScanOptions(by_strength=bool(options.sort), mask=options.mask)


COMMANDS = (
    Command(LIST, {Form.SET: _list(_parsed), Form.EXECUTE: _list(_everybody)}),
    Command(
        OPTIONS,
        {
            Form.SET: RamForm(
                parse=_options_parsed,
                decide=_options_refusals,
                refuse=_explained,
                effect=_set,
            )
        },
    ),
)
