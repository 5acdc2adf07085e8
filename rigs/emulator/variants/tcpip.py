"""Variants of clause 5: what the document leaves open about links and data.

Law: ids, sentences, places, and what each makes of the rules; nothing else knows them.
"""

from __future__ import annotations

from ..ip.tcpiprules import TcpIpRules
from .active import Variant, Variants
from .ruled import Changes, changed

_REFUSALS = "the document does not say that nothing but ERROR is said (field guide 7)"
_ALREADY = "clause 5.2.2: `returns ALREADY CONNECT`, not whether ERROR follows (errata 82)"
_BUILDED = "clause 5.2.12: `returns Link is builded`, not how ERROR goes with it (errata 114)"
_MODE = "clause 5.2.14 locks it by links in one place and not in the other (errata 115)"
_PROMPT = "clause 5.2.4: wrap return >; what comes around it, it does not say (errata 92)"

VARIANTS: tuple[Variant, ...] = (
    Variant("tcpip.complaints", "refusals of clause 5 say why, in a line", _REFUSALS),
    Variant("cipstart.connected", "ALREADY CONNECTED instead of CONNECT", _ALREADY),
    Variant("cipstart.already-alone", "no ERROR after ALREADY CONNECT", _ALREADY),
    Variant(
        "cipstart.no-connect-line",
        "no line CONNECT before the OK of AT+CIPSTART",
        "clause 5.2.2 names OK or ERROR alone (errata 83)",
    ),
    Variant(
        "cipclose.no-closed-line",
        "no line CLOSED when a link is closed or cannot be opened",
        "clause 5.2.10 names OK or ERROR alone (errata 110)",
    ),
    Variant("cipmux.builded-small", "link is builded, with a small l", _BUILDED),
    Variant("cipmux.builded-alone", "no ERROR after Link is builded", _BUILDED),
    Variant("cipmode.locked-by-link", "AT+CIPMODE= with a link open: Link is builded", _MODE),
    Variant("cipmode.off-locked", "AT+CIPMODE=0, too, is refused with CIPMUX=1", _MODE),
    Variant(
        "cipserver.no-change-unsaid",
        "no line before the OK of an AT+CIPSERVER= that changes nothing",
        "clause 5.2.13 names OK alone (errata 117)",
    ),
    Variant(
        "cipserver.off-without-port",
        "AT+CIPSERVER=0 is refused with a port",
        "clause 5.2.13 does not say whether a port may stand there (errata 117)",
    ),
    Variant(
        "cipsto.needs-server",
        "AT+CIPSTO= is refused without a server",
        "clause 5.2.16 shows it after CIPSERVER and says no more (errata 123)",
    ),
    Variant("send.prompt-without-ok", "no OK before the prompt", _PROMPT, "prompt"),
    Variant("send.prompt-bare", "no space after the prompt", _PROMPT, "prompt"),
    Variant("send.prompt-in-own-line", "a line end before the prompt", _PROMPT, "prompt"),
    Variant(
        "send.no-recv-line",
        "no line Recv n bytes",
        "clause 5.2.4 does not have it (errata 93)",
    ),
    Variant(
        "send.error-for-fail",
        "ERROR instead of SEND FAIL",
        "clause 5.2.4: ERROR if the link breaks; firmware says SEND FAIL (errata 94)",
    ),
    Variant(
        "cipstatus.unquoted",
        "AT+CIPSTATUS prints type and address without quotes",
        "clause 5.2.1 prints the line without them (errata 79)",
    ),
    Variant(
        "ping.timeout-line",
        "a line +timeout before the ERROR of AT+PING=",
        "clause 5.2.17 does not say what a failure looks like (errata 124)",
    ),
    Variant(
        "ciupdate.other-prefix",
        "+CIPUPDATE: in front of the steps",
        "clause 5.2.18 prints +CIUPDATE:, firmware does not (errata 125)",
    ),
    Variant(
        "ipd.no-break",
        "no line end before +IPD",
        "clause 5.2.20 says nothing of line ends (errata 127)",
    ),
    Variant(
        "boot.no-passthrough-prompt",
        "no prompt when a link passes through",
        "clause 5.2.15 does not say what is said at boot (field guide 2, Boot)",
    ),
)

_RULES: Changes = {
    "tcpip.complaints": {"complains": True},
    "cipstart.connected": {"already": b"ALREADY CONNECTED"},
    "cipstart.already-alone": {"already_error": False},
    "cipstart.no-connect-line": {"connect_line": False},
    "cipclose.no-closed-line": {"closed_line": False},
    "cipmux.builded-small": {"builded": b"link is builded"},
    "cipmux.builded-alone": {"builded_error": False},
    "cipmode.locked-by-link": {"mode_locked_by_link": True},
    "cipmode.off-locked": {"mode_off_locked": True},
    "cipserver.no-change-unsaid": {"no_change": b""},
    "cipserver.off-without-port": {"server_off_takes_port": False},
    "cipsto.needs-server": {"timeout_needs_server": True},
    "send.prompt-without-ok": {"prompt_ok": False},
    "send.prompt-bare": {"prompt": b">"},
    "send.prompt-in-own-line": {"prompt": b"\r\n> "},
    "send.no-recv-line": {"recv_line": False},
    "send.error-for-fail": {"send_fail": b"\r\nERROR\r\n"},
    "cipstatus.unquoted": {"unquoted": True},
    "ping.timeout-line": {"ping_timeout": b"+timeout\r\n"},
    "ciupdate.other-prefix": {"update_prefix": b"+CIPUPDATE:"},
    "ipd.no-break": {"ipd_break": b""},
    "boot.no-passthrough-prompt": {"saved_prompt": b""},
}


def ruled(rules: TcpIpRules, variants: Variants) -> TcpIpRules:
    """The rules, as the active variants have them."""
    return changed(rules, _RULES, variants)
