"""All variants there are, in the order in which `--list-variants` prints them.

Law: ids, sentences, and the place of the document that leaves it open; what they do stands in the
other files of this package.
"""

from __future__ import annotations

from . import addresses, network, printed, station, tcpip
from .active import Variant, Variants

_FRAME = "clause 2 says nothing of line ends and blank lines around answers"
_BLANK = (
    Variant("blank.none-after-info", "no blank line between information and OK", _FRAME, "after"),
    Variant("blank.two-after-info", "two blank lines between information and OK", _FRAME, "after"),
    Variant("blank.none-before-final", "no blank line before any final code", _FRAME, "final"),
    Variant("blank.two-before-final", "two blank lines before every final code", _FRAME, "final"),
    Variant("blank.before-info", "a blank line before information", _FRAME),
)

_SPEAKS_BEFORE = "the document does not say that nothing but ERROR is said (field guide 7)"
DIAGNOSTICS = {
    "diagnostic.para-error": b"para error",
    "diagnostic.miss-param": b"Miss param",
    "diagnostic.entry-error": b"ENTRY ERROR",
    "diagnostic.flag-error": b"flag error",
    "diagnostic.too-long": b"too long",
}
"""Variant -> the line that comes before every ERROR."""

_DIAGNOSTIC = tuple(
    Variant(id_, f"the line `{line.decode()}` before every ERROR", _SPEAKS_BEFORE, "diagnostic")
    for id_, line in DIAGNOSTICS.items()
)

_ECHOED = "clause 3.2.5: commands are echoed; how their line end is, it does not say"
_ECHO = (
    Variant("echo.crlf", "the echo of a line ends with CR LF, as it was sent", _ECHOED, "echo"),
    Variant("echo.cr-only", "the echo of a line ends with CR alone", _ECHOED, "echo"),
    Variant("echo.bare", "the echo of a line has no line end of its own", _ECHOED, "echo"),
    Variant(
        "echo.whole-line",
        "the echo comes when the line is complete, not byte by byte",
        "clause 3.2.5: commands are echoed; when, it does not say",
    ),
)

_ANY_TIME = "clause 1.2, notes: these lines come when the state changes, that is at any time"
_URC = (
    Variant("urc.in-echo", "a true WIFI line inside the echo of every other line", _ANY_TIME),
    Variant(
        "urc.before-answer", "a true WIFI line between echo and answer, every other time", _ANY_TIME
    ),
    Variant(
        "urc.before-final", "a true WIFI line before the final code, every other time", _ANY_TIME
    ),
    Variant(
        "urc.after-final",
        "a true WIFI line right after the final code, every other time",
        _ANY_TIME,
    ),
    Variant("urc.after-ready", "the WIFI line that is true shortly after ready", _ANY_TIME),
    Variant(
        "urc.mode-change", "WIFI DISCONNECT before the OK of a CWMODE that changes it", _ANY_TIME
    ),
    Variant(
        "urc.document-spelling",
        "WIFI lines are spelled WiFi",
        "clause 1.2, notes, spells them so; firmware does not (errata 1)",
    ),
)

_RESTART = "clause 3.2.2 names the OK alone; what comes around the restart, it does not say"
_BOOT = (
    Variant("rst.ok-before-ready", "the OK of AT+RST comes after the boot text", _RESTART),
    Variant("rst.wifi-disconnect", "WIFI DISCONNECT between OK and the boot text", _RESTART),
    Variant("rst.link-closed", "0,CLOSED between OK and the boot text", _RESTART),
    Variant("boot.no-text", "nothing is said before ready", _RESTART),
    Variant("boot.text-at-115200", "ROM text at 115200 baud always (a 40 MHz crystal)", _RESTART),
    Variant("boot.vendor", "the vendor's name in a line before ready", _RESTART),
    Variant("boot.invalid", "a line `invalid` before ready (field guide 2, Boot)", _RESTART),
    Variant("boot.slow", "a boot takes one second longer", _RESTART),
)

_VERSIONS = "clause 3.2.3: three pieces of information, whose wording it leaves open"
_GMR = (
    Variant("gmr.bare-values", "AT+GMR prints the values without labels", _VERSIONS, "gmr"),
    Variant("gmr.other-labels", "AT+GMR prints other labels", _VERSIONS, "gmr"),
    Variant("gmr.other-ids", "AT+GMR tells other versions and another time", _VERSIONS),
    Variant("gmr.vendor-line", "AT+GMR has the vendor's name before the compile time", _VERSIONS),
    Variant("gmr.bin-version", "AT+GMR has a fourth line, Bin version", _VERSIONS),
)

_STATION = "clause 3.2.10: only in station mode; query, set or both, it does not say (errata 26)"
_READINGS = (
    Variant("sleep.spaces", "+SLEEP : 2 with spaces", "clause 3.2.10 prints it so (errata 25)"),
    Variant(
        "sleep.set-beside-softap",
        "AT+SLEEP= works in mode 3, too",
        "clause 3.2.10: whether a station beside a softAP is the station mode, it does not say",
        "sleep",
    ),
    Variant(
        "sleep.set-station-only", "AT+SLEEP= outside station mode is an ERROR", _STATION, "sleep"
    ),
    Variant("sleep.query-station-only", "AT+SLEEP? outside station mode is an ERROR", _STATION),
    Variant("rfvdd.spaces", "+RFVDD: 3300 with a space", "clause 2: typography, no rule of spaces"),
    Variant(
        "rfvdd.range-line",
        "a line with the range before the ERROR of AT+RFVDD=",
        "clause 3.2.12 does not say what a refusal looks like (errata 28)",
    ),
    Variant(
        "cwmode.range-listed",
        "AT+CWMODE=? prints (1,2,3) instead of (1-3)",
        "clause 4.1.1: `value scope`, in no particular notation (errata 29)",
    ),
    Variant(
        "line.nonsense-before-at",
        "what comes before AT in a line is skipped",
        "clause 2, note 5, tells how commands begin and end, not what comes before",
    ),
    Variant(
        "param.spaces-accepted",
        "spaces after the comma between two parameters are skipped",
        "clause 6 and the examples of clause 4 write such spaces (errata 30)",
    ),
)

_SILENT_ON_BUSY = "the document has no answer to a line that comes too early (errata 8)"
_BUSY = (
    Variant("busy.sending", "busy s... instead of busy p...", _SILENT_ON_BUSY, "busy"),
    Variant("busy.now", "busy now ... instead of busy p...", _SILENT_ON_BUSY, "busy"),
    Variant("busy.no-blank", "no blank line before busy p...", _SILENT_ON_BUSY, "busy"),
)

_NO_TIMES = "the document gives no times for answers"
_PACE = (
    Variant("pace.slow", "every command begins 50 to 200 ms late", _NO_TIMES),
    Variant("pace.slow-final", "every final code comes 50 to 200 ms late", _NO_TIMES),
    Variant("pace.slow-radio", "scanning and joining take a quarter longer", _NO_TIMES),
    Variant("pace.dribble", "bytes come one by one, with gaps between them", _NO_TIMES),
    Variant(
        "flash.after-ok",
        "the flash is written 20 ms after the OK, not before it",
        "clause 6: what is written; whether before or after the OK, it does not say",
    ),
)

_FACTORY_OPEN = "clauses 3.2.6 and 4.1 name no factory value of it"
_FACTORY = (
    Variant("factory.station", "the factory's Wi-Fi mode is 1", _FACTORY_OPEN, "factory"),
    Variant("factory.both", "the factory's Wi-Fi mode is 3", _FACTORY_OPEN, "factory"),
    Variant("factory.other-softap", "another SSID and channel from the factory", _FACTORY_OPEN),
)

CATALOGUE: tuple[Variant, ...] = (
    *_BLANK,
    *_DIAGNOSTIC,
    *_ECHO,
    *_URC,
    *_BOOT,
    *_GMR,
    *_READINGS,
    *_BUSY,
    *addresses.VARIANTS,
    *station.VARIANTS,
    *tcpip.VARIANTS,
    *network.VARIANTS,
    *printed.VARIANTS,
    *_PACE,
    *_FACTORY,
)


def no_variants() -> Variants:
    """As the personality is: all variants known, none active."""
    return Variants(CATALOGUE, {"printed": printed.PRINTED})
