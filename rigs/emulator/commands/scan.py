"""AT+CWLAP and AT+CWLAPOPT (clauses 4.1.7, 4.1.8; field guide 4).

Law: what can be heard, as a list: which of it, in which order, with which fields.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..addresses import mac_text
from ..air import Beacon
from ..asking.numbers import Field
from ..asking.shapes import Shape, Shaped, Text
from ..command import ERROR, OK, Answer, BadParameter, Call, Command, Final, Form
from ..scanoptions import ALL_FIELDS, ScanOptions
from .join import mac
from .wifimode import SOFTAP

if TYPE_CHECKING:
    from ..firmware import Firmware

LIST, OPTIONS = "cwlap", "cwlapopt"

SSID = Text("ssid", 32, default=b"ESP8266")
MAC = Text("mac", 17, default=b"18:fe:34:00:00:01", bounded=False, free=False)
CHANNEL = Field("ch", 0, range(14), known=(1, 13), foreign=(-1,))
SHAPES: tuple[Shape, ...] = (SSID, MAC, CHANNEL)

SORT = Field("sort", 0, (0, 1), known=(0, 1), foreign=(-1, 2))
MASK = Field("mask", 127, range(ALL_FIELDS + 1), known=(0, 1, 127), foreign=(-1,))
OPTION_SHAPES: tuple[Shape, ...] = (SORT, MASK)

_RSSI_BIT = 2
_FEW = 8  # access points, for a fault

_HEX = re.compile(rb",0x([0-9A-Fa-f]{1,8})$")
_MASK_READ = re.compile(rb"-?[0-9]+,([0-9]{1,9})")
"""A mask, whatever stands before and behind it."""


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


def _all(firmware: Firmware, _call: Call) -> Answer:
    return _scan(firmware, "execute", Filter)


def _some(firmware: Firmware, call: Call) -> Answer:
    return _scan(firmware, "set", lambda: _filter(firmware, call))


def _scan(firmware: Firmware, form: str, wanted: Callable[[], Filter]) -> Answer:
    anywhere = firmware.personality.station.scans_in_softap_mode
    mistaken = firmware.faults.active(f"{LIST}.{form}-in-softap-mode")
    if firmware.current.mode == SOFTAP and not (anywhere or mistaken):
        return ERROR
    which = wanted()

    def wait(done: Callable[[Answer], None]) -> None:
        firmware.later(
            firmware.radio_ns(firmware.timing.scan), lambda: done(_listed(firmware, which))
        )

    return Answer(None, pending=wait, broken_off=firmware.personality.station.scan_broken_off)


def _filter(firmware: Firmware, call: Call) -> Filter:
    bare = firmware.personality.station.bare_strings
    parameters = Shaped(firmware, LIST, call, SHAPES, required=1)
    if bare and parameters.exhausted:
        return Filter()
    ssid = parameters.text(SSID, bare)
    bssid = b"" if parameters.exhausted else parameters.text(MAC, bare)
    channel = 0 if parameters.exhausted else parameters.legal_number(CHANNEL)
    parameters.end()
    return Filter(ssid, _bssid(firmware, bssid), channel)


def _bssid(firmware: Firmware, text: bytes) -> bytes | None:
    try:
        return mac(text) if text else None
    except BadParameter:
        if firmware.faults.active(f"{LIST}.mac-malformed-accepted"):
            return None
        raise


def _listed(firmware: Firmware, which: Filter) -> Answer:
    active, options = firmware.faults.active, firmware.scan_options
    which = _overlooked(firmware, which)
    heard = [each for each in _heard(firmware) if _lets(firmware, which, each)]
    if active(f"{LIST}.one-missing"):
        heard = heard[:-1]
    if active(f"{LIST}.first-only"):
        heard = heard[:1]
    if active(f"{LIST}.eight-at-most"):
        heard = heard[:_FEW]
    if not heard:
        return _nothing(firmware)
    if options.by_strength and not _disordered(firmware, which):
        strength = _spelled if active(f"{LIST}.sorts-text") else _strength
        heard.sort(key=strength, reverse=not active(f"{LIST}.weakest-first"))
    firmware.astray.lists += 1
    worn = firmware.astray.lists > 1 and active(f"{OPTIONS}.once")
    mask = ALL_FIELDS if worn or active(f"{OPTIONS}.mask-not-applied") else options.mask
    return Answer(Final.OK, b"".join(_line(firmware, each, mask) for each in heard))


def _disordered(firmware: Firmware, which: Filter) -> bool:
    """Whether the active faults leave the list in no order."""
    active, shown = firmware.faults.active, firmware.scan_options.mask >> _RSSI_BIT & 1
    return (
        active(f"{OPTIONS}.sort-not-applied")
        or (which != Filter() and active(f"{OPTIONS}.sort-not-of-set"))
        or (not shown and active(f"{OPTIONS}.sort-needs-rssi"))
    )


def _strength(beacon: Beacon) -> int:
    return beacon.rssi


def _spelled(beacon: Beacon) -> str:
    """What a fault sorts by."""
    return str(beacon.rssi)


def _lets(firmware: Firmware, which: Filter, beacon: Beacon) -> bool:
    near = abs(which.channel - beacon.channel) == 1
    if near and firmware.faults.active(f"{LIST}.channel-near"):
        which = replace(which, channel=0)
    return which.lets(beacon)


def _heard(firmware: Firmware) -> list[Beacon]:
    heard, joined = firmware.station.scan(), firmware.station.access_point
    if joined and firmware.faults.active(f"{LIST}.own-channel-only"):
        heard = [each for each in heard if each.channel == joined.channel]
    if firmware.faults.active(f"{LIST}.first-heard"):
        first = firmware.astray.beacons
        heard = [first.setdefault(each.bssid, each) for each in heard]
    if firmware.faults.active(f"{LIST}.gone-listed"):
        known = firmware.astray.beacons
        known.update((each.bssid, each) for each in heard)
        heard = [*known.values()]
    return heard


def _overlooked(firmware: Firmware, which: Filter) -> Filter:
    """Whom the active faults look for."""
    active = firmware.faults.active
    if active(f"{LIST}.filter-ignored"):
        return Filter()
    if active(f"{LIST}.ssid-ignored"):
        which = replace(which, ssid=b"")
    if active(f"{LIST}.mac-ignored"):
        which = replace(which, bssid=None)
    if active(f"{LIST}.channel-ignored"):
        which = replace(which, channel=0)
    return which


def _misheard(firmware: Firmware, beacon: Beacon) -> Beacon:
    """An access point, as the active faults have it."""
    active = firmware.faults.active
    if active(f"{LIST}.other-ecn"):
        beacon = replace(beacon, ecn=beacon.ecn + 1)
    if active(f"{LIST}.other-channel"):
        beacon = replace(beacon, channel=beacon.channel + 1)
    if active(f"{LIST}.other-mac"):
        beacon = replace(beacon, bssid=beacon.bssid[::-1])
    if active(f"{LIST}.other-ssid"):
        beacon = replace(beacon, ssid=beacon.ssid[:-1])
    if active(f"{LIST}.other-rssi"):
        beacon = replace(beacon, rssi=abs(beacon.rssi))
    return beacon


def _nothing(firmware: Firmware) -> Answer:
    """The list is empty."""
    for word, final in EMPTY_FINALS.items():
        if firmware.faults.active(f"{LIST}.{word}"):
            return Answer(final)
    if firmware.faults.active(f"{LIST}.empty-line"):
        return Answer(Final.OK, b"+CWLAP:()\r\n")
    return OK


EMPTY_FINALS = {"empty-silent": None, "empty-error": Final.ERROR, "empty-fail": Final.FAIL}
"""Faults of how a scan that heard nobody ends."""


def _line(firmware: Firmware, beacon: Beacon, mask: int) -> bytes:
    beacon = _misheard(firmware, beacon)
    quoted = b"%s" if firmware.faults.active(f"{LIST}.unquoted") else b'"%s"'
    fields: Sequence[bytes] = (
        b"%d" % beacon.ecn,
        quoted % beacon.ssid,
        b"%d" % beacon.rssi,
        quoted % mac_text(beacon.bssid),
        b"%d" % beacon.channel,
        b"%d" % beacon.frequency_offset,
        b"%d" % beacon.calibration,
    )
    if firmware.faults.active(f"{LIST}.six-fields"):
        fields = fields[:-1]
    prefix = b"" if firmware.faults.active(f"{LIST}.no-prefix") else b"+CWLAP:"
    return b"%s(%s)\r\n" % (prefix, b",".join(_shown(fields, mask)))


def _shown(fields: Sequence[bytes], mask: int) -> list[bytes]:
    return [field for bit, field in enumerate(fields) if mask >> bit & 1]


def _options(firmware: Firmware, call: Call) -> Answer:
    rules = firmware.personality.station
    if rules.free_mask:
        call = replace(call, tail=_HEX.sub(lambda found: b",%d" % int(found[1], 16), call.tail))
    parameters = Shaped(firmware, OPTIONS, call, OPTION_SHAPES)
    sort = parameters.number()
    try:
        parameters.check(SORT, sort)
    except BadParameter:
        return _refused(firmware, b"flag error\r\n")
    if not parameters.continues:
        return ERROR
    try:
        mask = parameters.number() if rules.free_mask else parameters.legal_number(MASK)
        parameters.end()
    except BadParameter:
        return _refused(firmware, b"get mask error\r\n")
    if firmware.faults.active(f"{OPTIONS}.mask-shifted"):
        mask >>= 1
    if firmware.faults.active(f"{OPTIONS}.last-bits-swapped"):
        mask = mask & 0b11111 | (mask & 0b0100000) << 1 | (mask & 0b1000000) >> 1
    if firmware.faults.active(f"{OPTIONS}.mask-inverted"):
        mask ^= ALL_FIELDS
    sorts = bool(sort) or firmware.faults.active(f"{OPTIONS}.sorts-always")
    options = ScanOptions(by_strength=sorts, mask=mask)
    return replace(OK, effect=lambda: _set_options(firmware, options))


def _set_options_of(firmware: Firmware, call: Call) -> Answer:
    """The answer, with what a faulty firmware keeps of a line that it has refused."""
    answer, mask = _options(firmware, call), _MASK_READ.match(call.arguments)
    if (
        answer.final is not Final.ERROR
        or mask is None
        or not firmware.faults.active(f"{OPTIONS}.refused-takes-effect")
    ):
        return answer
    kept = ScanOptions(mask=int(mask[1]) & ALL_FIELDS)
    return replace(answer, effect=lambda: _set_options(firmware, kept))


def _refused(firmware: Firmware, why: bytes) -> Answer:
    return replace(ERROR, information=why if firmware.personality.station.explains else b"")


def _set_options(firmware: Firmware, options: ScanOptions) -> None:
    firmware.scan_options = options
    firmware.astray.lists = 0


COMMANDS = (
    Command("+CWLAP", {Form.SET: _some, Form.EXECUTE: _all}),
    Command("+CWLAPOPT", {Form.SET: _set_options_of}),
)
