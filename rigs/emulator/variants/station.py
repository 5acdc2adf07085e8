"""Variants of the station's commands: what clauses 4.1.4 to 4.1.9 and from 4.1.32 leave open.

Law: ids, sentences, places, what each makes of the rules and of the words; nothing else knows them.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ..chip.rules import StationRules
from ..line.command import Call, Form
from .active import Variant, Variants
from .ruled import Changes, changed

_UNASKED = "clause 1.2, notes: the line comes when the station is disconnected (field guide 4)"
_CODES = "clause 4.1.4: the code is for reference and not reliable (errata 39)"
_SOFTAP_MODE = "clauses 4.1.8 and 4.1.9 do not say what happens in softAP mode"
_FIELDS = "later firmware has more; that nothing follows, clause 4.1 does not say (errata 44)"

VARIANTS: tuple[Variant, ...] = (
    Variant(
        "cwjap.not-joined-silent",
        "AT+CWJAP? says OK alone while the station is not joined",
        "clause 4.1.4 has no answer for it (errata 35)",
    ),
    Variant(
        "cwjap.typed-prefix",
        "+CWJAP_CUR: or +CWJAP_DEF: before FAIL, as typed",
        "clauses 4.1.5 and 4.1.6 print +CWJAP:, their other answers the typed name (errata 34)",
    ),
    Variant("cwjap.code-1", "a join that fails has the code 1, whatever the reason", _CODES),
    Variant("cwjap.disconnect-first", "WIFI DISCONNECT before +CWJAP: and FAIL", _UNASKED),
    Variant("cwjap.disconnect-last", "WIFI DISCONNECT after FAIL", _UNASKED),
    Variant("cwjap.five-fields", "AT+CWJAP? prints a fifth field", _FIELDS),
    Variant(
        "cwlap.no-parentheses",
        "AT+CWLAP prints its fields without parentheses",
        "clause 4.1.8 prints them so, firmware does not (errata 43)",
    ),
    Variant("cwlap.eleven-fields", "AT+CWLAP prints eleven fields", _FIELDS),
    Variant("cwlap.any-mode", "AT+CWLAP works in softAP mode, too", _SOFTAP_MODE),
    Variant("cwqap.softap-error", "AT+CWQAP in softAP mode is an ERROR", _SOFTAP_MODE),
    Variant(
        "cwlapopt.free-mask",
        "AT+CWLAPOPT= takes masks with further bits",
        "clause 4.1.7 says what seven bits mean, and of others nothing",
    ),
    Variant(
        "smart.locks-radio-only",
        "while SmartConfig runs, only what takes the radio is refused",
        "clause 4.1.32: nothing can be done; whether to ask and to set is to do, it does not say",
    ),
    Variant(
        "discover.needs-address",
        "AT+CWSTARTDISCOVER= without an address is an ERROR",
        "clause 4.1.34: connect first; what happens otherwise, it does not say",
    ),
    Variant(
        "station.lines",
        "AT+WPS= says what it has done, and refusals say why, in lines of their own",
        "clause 4.1.36 names OK or ERROR, not what is said before them (errata 74)",
    ),
    Variant(
        "mdns.needs-address",
        "AT+MDNS=1 without an address is an ERROR",
        "clause 4.1.37 does not say whether it needs a network",
    ),
    Variant(
        "mdns.any-name",
        "AT+MDNS=1 takes any names",
        "clause 4.1.37 advises against some; that they are refused, it does not say",
    ),
)

_RADIO = ("+CWJAP", "+CWLAP", "+CWMODE", "+WPS")
_RULES: Changes = {
    "cwjap.disconnect-first": {"tells_failure": True},
    "cwlap.any-mode": {"scans_in_softap_mode": True},
    "cwqap.softap-error": {"quit_complaint": b""},
    "cwlapopt.free-mask": {"free_mask": True},
    "smart.locks-radio-only": {"locked_by_smartconfig": lambda name: name.startswith(_RADIO)},
    "discover.needs-address": {"discovery_needs_address": True},
    "station.lines": {"explains": True},
    "mdns.needs-address": {"mdns_needs_address": True},
    "mdns.any-name": {"mdns_any_name": True},
}
_JOINED = re.compile(rb'(\+CWJAP(?:_CUR|_DEF)?:"[^\r\n]*)\r\n')
_LISTED = re.compile(rb"\+CWLAP:\(([^\r\n]*)\)\r\n")
_REASON = re.compile(rb"\+CWJAP:[0-9]+\r\n")


def ruled(rules: StationRules, variants: Variants) -> StationRules:
    """The rules under the active variants; who has a complaint of its own keeps it."""
    complaint = rules.quit_complaint
    rules = changed(rules, _RULES, variants)
    return replace(rules, quit_complaint=complaint or rules.quit_complaint)


def reworded(call: Call, text: bytes, variants: Variants) -> bytes:
    """The information of an answer that ends with OK."""
    if call.name.startswith("+CWJAP") and call.form is Form.QUERY:
        if variants.active("cwjap.not-joined-silent"):
            text = text.replace(b"No AP\r\n", b"")
        if variants.active("cwjap.five-fields"):
            text = _JOINED.sub(rb"\1,1\r\n", text)
    if call.name == "+CWLAP":
        if variants.active("cwlap.eleven-fields"):
            text = _LISTED.sub(rb"+CWLAP:(\1,0,0,3,0)\r\n", text)
        if variants.active("cwlap.no-parentheses"):
            text = _LISTED.sub(rb"+CWLAP:\1\r\n", text)
    return text


def excused(call: Call, text: bytes, variants: Variants) -> bytes:
    """The information of an answer that ends with FAIL."""
    if variants.active("cwjap.code-1"):
        text = _REASON.sub(b"+CWJAP:1\r\n", text)
    if variants.active("cwjap.typed-prefix"):
        text = text.replace(b"+CWJAP:", call.name.encode("ascii") + b":")
    return text
