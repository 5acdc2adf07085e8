"""AT+CIPMUX, AT+CIPMODE, AT+CIPSTO, AT+CIPDINFO, AT+CIPSSLSIZE (clauses 5.2.3, 5.2.12, 5.2.14,
5.2.16, 5.2.19; field guide 5).

Law: numbers in RAM and the locks between them; the server's side of the locks is asked of the
state.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..asking import numbers
from ..asking.numbers import Field
from ..command import OK, Answer, Call, Command, Final, Form, Handler
from ..link import SSL, UDP
from ..tcpip import CONNECTED, TcpIp
from .refusals import Complaint, explained

if TYPE_CHECKING:
    from ..firmware import Firmware

ON_OFF = (0, 1)


@dataclass(frozen=True)
class Setting:
    """One command.

    `attribute`: of TcpIp.  `locked`: looks at the state before the parameter is read; `refuses`:
    at both.  Both complain.  `printed`: the value as the query shows it; `end` closes that line.
    """

    name: str
    attribute: str
    field: Field
    locked: Callable[[Firmware], Answer | None] = lambda _firmware: None
    refuses: Callable[[Firmware, int], None] = lambda _firmware, _value: None
    printed: Callable[[int], bytes] = lambda value: b"%d" % value
    end: bytes = b"\r\n"
    changed: Callable[[TcpIp], None] = lambda _tcpip: None

    @property
    def slug(self) -> str:
        """The command as fault ids spell it."""
        return self.name[1:].lower()

    def value(self, firmware: Firmware) -> int:
        """What is set."""
        return int(getattr(firmware.tcpip, self.attribute))

    def apply(self, firmware: Firmware, value: int) -> None:
        """Set it, as what it is: a switch or a number."""
        kind = type(getattr(firmware.tcpip, self.attribute))
        setattr(firmware.tcpip, self.attribute, kind(value))
        if value:
            firmware.tcpip.been_on.add(self.attribute)
        if firmware.faults.listed_and_active(f"{self.slug}.writes-flash"):
            firmware.store.write(even_if_equal=True, uart=firmware.store.read().uart)
        self.changed(firmware.tcpip)


def _query(setting: Setting, firmware: Firmware) -> Answer:
    slug, active = setting.slug, firmware.faults.listed_and_active
    value = setting.field.default if active(f"{slug}.query-always-default") else None
    shown = setting.value(firmware) if value is None else value
    if active(f"{slug}.query-wrong"):
        shown = 1 - shown if setting.field.legal == ON_OFF else shown + 1
    prefix = setting.name.encode("ascii") + b":"
    if active(f"{slug}.query-other-prefix"):
        prefix = prefix[:-1] + b"STATE:"
    if active(f"{slug}.query-no-prefix"):
        prefix = b""
    text = b"" if active(f"{slug}.query-no-value") else setting.printed(shown)
    lost = active(f"{slug}.lost-when-read")
    return Answer(
        Final.OK,
        prefix + text + setting.end,
        afterwards=(lambda: setting.apply(firmware, setting.field.default)) if lost else None,
    )


def _set(setting: Setting, firmware: Firmware, call: Call) -> Answer:
    slug, active = setting.slug, firmware.faults.listed_and_active
    locked = setting.locked(firmware)
    if locked:
        return locked
    try:
        (value,) = numbers.read(firmware, slug, call.arguments, (setting.field,))
    except numbers.Refused as refusal:
        if active(f"{slug}.refused-resets"):
            default = setting.field.default
            return Answer(Final.ERROR, effect=lambda: setting.apply(firmware, default))
        if not refusal.read or not active(f"{slug}.refused-takes-effect"):
            raise
        wrong = refusal.read[0]
        return Answer(Final.ERROR, effect=lambda: setting.apply(firmware, wrong))
    setting.refuses(firmware, value)
    if active(f"{slug}.{value}-not-applied"):
        return OK
    return Answer(Final.OK, effect=lambda: setting.apply(firmware, value))


# The locks.


def _builded(firmware: Firmware) -> Answer:
    """What is said of a link that is open when none should be (errata 114)."""
    rules = firmware.personality.tcpip
    return Answer(Final.ERROR if rules.builded_error else None, rules.builded + b"\r\n")


def _mux_locked(firmware: Firmware) -> Answer | None:
    """Links lock it, whatever the parameter is (clause 5.2.12, note 2)."""
    tcpip = firmware.tcpip
    by_link = firmware.personality.tcpip.mux_locked_by_any_link
    linked = bool(tcpip.links) if by_link else tcpip.status == CONNECTED
    linked = linked or (tcpip.was_linked and firmware.faults.active("cipmux.lock-stays"))
    if not linked or firmware.faults.active("cipmux.with-link-accepted"):
        return None
    return _builded(firmware)


def _mux_refuses(firmware: Firmware, value: int) -> None:
    tcpip, active = firmware.tcpip, firmware.faults.active
    if value and "transparent" in tcpip.been_on and active("cipmux.mode-lock-stays"):
        raise Complaint
    if value and tcpip.transparent and not active("cipmux.in-passthrough-mode-accepted"):
        raise Complaint(b"IPMODE must be 0")
    if not value and tcpip.server and not active("cipmux.with-server-accepted"):
        raise Complaint(b"CIPSERVER must be 0")
    if not value and tcpip.links and not active("cipmux.with-link-accepted"):
        raise Complaint(b"Connection exists")


def _mode_locked(firmware: Firmware) -> Answer | None:
    tcpip, rules = firmware.tcpip, firmware.personality.tcpip
    if rules.mode_locked_by_link and tcpip.links:
        return _builded(firmware)
    if rules.mode_off_locked and _mode_needs_single(firmware):
        raise Complaint(b"CIPMUX and CIPSERVER must be 0")
    return None


def _mode_needs_single(firmware: Firmware) -> bool:
    tcpip = firmware.tcpip
    open_for_it = firmware.faults.active("cipmode.with-mux-accepted")
    return bool(tcpip.multiple or tcpip.server) and not open_for_it


def _mode_refuses(firmware: Firmware, value: int) -> None:
    """One TCP link, or a UDP link whose peer does not change (clause 5.2.14)."""
    if not value:
        return
    if _mode_needs_single(firmware):
        raise Complaint(b"CIPMUX and CIPSERVER must be 0")
    if "multiple" in firmware.tcpip.been_on and firmware.faults.active("cipmode.mux-lock-stays"):
        raise Complaint
    link = firmware.tcpip.links.get(0)
    if link and firmware.faults.active("cipmode.link-unsaid"):
        raise Complaint
    if link is None or firmware.faults.active("cipmode.udp-mode-unchecked"):
        return
    if link.kind == SSL or (link.kind == UDP and link.udp_mode) or link.segments.waiting:
        raise Complaint


def _timeout_refuses(firmware: Firmware, _value: int) -> None:
    if firmware.personality.tcpip.timeout_needs_server and not firmware.tcpip.server:
        raise Complaint


def _size_refuses(firmware: Firmware, _value: int) -> None:
    tcpip, again = firmware.tcpip, firmware.faults.active("cipsslsize.again-refused")
    if again and "ssl_size" in tcpip.been_on:
        raise Complaint
    if firmware.tcpip.ssl_link:
        raise Complaint(b"must close ssl link")


MUX = Setting(
    "+CIPMUX",
    "multiple",
    Field("", 0, ON_OFF, ON_OFF, (-1, 2)),
    locked=_mux_locked,
    refuses=_mux_refuses,
)
MODE = Setting(
    "+CIPMODE",
    "transparent",
    Field("", 0, ON_OFF, ON_OFF, (-1, 2)),
    locked=_mode_locked,
    refuses=_mode_refuses,
)
TIMEOUT = Setting(
    "+CIPSTO",
    "server_timeout_s",
    Field("", 180, range(7201), (0, 1, 7200), (-1, 7201), (16, 32)),
    refuses=_timeout_refuses,
    changed=TcpIp.watch_clients,
)
SENDER = Setting(
    "+CIPDINFO",
    "shows_sender",
    Field("", 0, ON_OFF, ON_OFF, (-1, 2)),
    printed=lambda value: b"TRUE" if value else b"FALSE",
    end=b"",
)
SSL_BUFFER = Setting(
    "+CIPSSLSIZE",
    "ssl_size",
    Field("", 2048, range(2048, 4097), (2048, 4096), (0, 2047, 4097), (16, 32)),
    refuses=_size_refuses,
)
SETTINGS = (MUX, MODE, TIMEOUT, SENDER, SSL_BUFFER)
QUERIED = (MUX, MODE, TIMEOUT)
"""Those whose query form the document lists."""

SURVIVORS = {f"{each.slug}.survives-rst": each.attribute for each in QUERIED}
SURVIVORS["cipserver.survives-rst"] = "server"
"""Fault -> what it carries over a restart by software."""


def _command(setting: Setting) -> Command:
    handlers: dict[Form, Handler] = {
        Form.QUERY: lambda firmware, _call: _query(setting, firmware),
        Form.SET: explained(lambda firmware, call: _set(setting, firmware, call)),
    }
    extra = frozenset() if setting in QUERIED else frozenset({Form.QUERY})
    return Command(setting.name, handlers, extra=extra)


COMMANDS = tuple(_command(each) for each in SETTINGS)
