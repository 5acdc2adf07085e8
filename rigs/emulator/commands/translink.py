"""AT+SAVETRANSLINK (clause 5.2.15; errata 119; field guide 5).

Law: what is saved; that it is opened at boot and passes through, `firmware` and `passthrough` know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..asking import numbers
from ..asking.numbers import Field
from ..asking.saving import save
from ..command import OK, Answer, BadParameter, Call, Command, Final, Form
from ..link import SSL, TCP, UDP
from ..mutants.keeping import Lifetime
from ..parameters import COMMA, Parameters
from ..savedlink import SavedLink
from .linkopen import KEEP_ALIVE, PORTS
from .refusals import Complaint, explained

if TYPE_CHECKING:
    from ..firmware import Firmware

SLUG = "savetranslink"
HOST_MAX, TYPE_MAX = 63, 8

MODE = Field("mode", 1, (0, 1), (0, 1), (-1, 2), (8, 32))
PORT = Field("port", 1002, PORTS, (1, 65535), (0, 65536), (16, 32))
KEEP = Field("keepalive", 0, KEEP_ALIVE.legal, (0, 1, 7200), (-1, 7201), (16, 32))
LOCAL_PORT = Field("localport", 2002, PORTS, (1, 65535), (0, 65536), (16, 32))
FIELDS = (MODE, PORT, KEEP, LOCAL_PORT)

_PORT_AT, _OPTION_AT = 2, 4


def _set(firmware: Firmware, call: Call) -> Answer:
    active = firmware.faults.active
    parameters = firmware.parameters(_mended(firmware, call.arguments))
    try:
        link = _wanted(firmware, parameters)
    except BadParameter:
        if not active("savetranslink.refused-takes-effect"):
            raise
        wrong = SavedLink(b"192.168.4.9", PORT.default, UDP)
        return Answer(Final.ERROR, effect=lambda: _save(firmware, wrong))
    if link is None:
        begun = firmware.current.link is not None
        if active("savetranslink.not-cancelled") or (begun and active("savetranslink.stays-begun")):
            return OK
        return Answer(Final.OK, effect=lambda: _save(firmware, None))
    if firmware.store.read().link and active("savetranslink.second-ignored"):
        return OK
    at_once = active("savetranslink.enters-at-once")
    return Answer(
        Final.OK,
        effect=lambda: _save(firmware, link),
        afterwards=firmware.pass_through if at_once else None,
    )


def _wanted(firmware: Firmware, parameters: Parameters) -> SavedLink | None:
    """What is to be saved; None for mode 0."""
    if _number(firmware, parameters, MODE):
        return _link(firmware, parameters)
    if firmware.faults.active("savetranslink.off-needs-more"):
        _link(firmware, parameters)  # it has to be there, and is not looked at
    else:
        parameters.end()
    return None


def _link(firmware: Firmware, parameters: Parameters) -> SavedLink:
    host = parameters.text(HOST_MAX)
    if not _host_taken(firmware, host):
        raise Complaint
    port = _number(firmware, parameters, PORT)
    kind = _kind(firmware, parameters)
    option = 0
    if not parameters.exhausted:
        option = _number(firmware, parameters, LOCAL_PORT if kind == UDP else KEEP)
    parameters.end()
    if kind == UDP:
        return SavedLink(host, port, kind, local_port=option)
    return SavedLink(host, port, kind, keep_alive=option)


def _host_taken(firmware: Firmware, host: bytes) -> bool:
    """Addresses, and where names are saved, those too; nothing checks whether they exist."""
    rules = firmware.personality.tcpip
    if rules.literal(host) is not None:
        return not firmware.faults.active("savetranslink.ip-refused")
    if firmware.faults.active("savetranslink.bad-ip-accepted"):
        return True
    return bool(host) and rules.saves_names


def _kind(firmware: Firmware, parameters: Parameters) -> bytes:
    """TCP if nothing is said; where empty numbers count as 0, an empty type counts as none."""
    active = firmware.faults.active
    if parameters.exhausted:
        return UDP if active("savetranslink.default-udp") else TCP
    if firmware.personality.parameters.empty_is_zero and parameters.skip_last_empty():
        return TCP
    kind = parameters.text(TYPE_MAX)
    if active("savetranslink.type-lower-case-accepted"):
        kind = kind.upper()
    if kind in (TCP, UDP) and active(f"savetranslink.type-{kind.decode('ascii').lower()}-refused"):
        raise Complaint
    if kind in (TCP, UDP) or (kind == SSL and firmware.personality.tcpip.saves_names):
        return kind
    if not active("savetranslink.type-unknown-accepted"):
        raise Complaint
    return TCP


def _number(firmware: Firmware, parameters: Parameters, field: Field) -> int:
    value = parameters.number()
    if not numbers.taken(firmware.faults, SLUG, field, value):
        raise Complaint
    return value


def _mended(firmware: Firmware, text: bytes) -> bytes:
    active = firmware.faults.active
    option = LOCAL_PORT if b'"UDP"' in text else KEEP
    fields = {0: MODE, _PORT_AT: PORT, _OPTION_AT: option}
    parts = numbers.mended(firmware, SLUG, text, fields).split(COMMA)
    if active("savetranslink.surplus-accepted"):
        parts = parts[: 1 if parts[0] == b"0" else _OPTION_AT + 1]
    if active("savetranslink.missing-accepted") and parts[0] == b"1":
        parts += [b'"192.168.4.2"', b"%d" % PORT.default][len(parts) - 1 :]
    return COMMA.join(parts)


def _save(firmware: Firmware, link: SavedLink | None) -> None:
    active = firmware.faults.active
    lifetime = None
    if active("savetranslink.lost-over-power-cycle"):
        lifetime = Lifetime.UNTIL_POWER_LOSS
    elif active("savetranslink.lost-over-rst"):
        lifetime = Lifetime.UNTIL_BOOT
    save(firmware, lifetime, active("savetranslink.rewrites-same"), {"link": link})


COMMANDS = (Command("+SAVETRANSLINK", {Form.SET: explained(_set)}),)
