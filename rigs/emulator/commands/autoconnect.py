"""AT+CWAUTOCONN (clause 4.1.19; field guide 4): whether a boot joins the saved access point.

Law: one saved switch; joining is not done here.  Only real firmware tells it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..asking import numbers
from ..asking.numbers import Field
from ..command import ERROR, OK, Answer, Call, Command, Final, Form
from ..parameters import ParameterRules

if TYPE_CHECKING:
    from ..firmware import Firmware

SLUG = "cwautoconn"
SWITCH = Field("", 1, range(2), (0, 1), (2,))
_RULES = ParameterRules(unsigned=True)


def _query(firmware: Firmware, _call: Call) -> Answer:
    on = firmware.store.read().auto_connect
    return Answer(Final.OK, b"+CWAUTOCONN:%d" % on + firmware.personality.dhcp.end)


def _set(firmware: Firmware, call: Call) -> Answer:
    try:
        (on,) = numbers.read(firmware, SLUG, call.arguments, (SWITCH,), _RULES)
    except numbers.Refused as refused:
        if refused.complete and firmware.faults.active(f"{SLUG}.refused-takes-effect"):
            return replace(ERROR, effect=lambda: _toggle(firmware))
        raise
    if firmware.faults.active(f"{SLUG}.not-saved"):
        return OK
    wanted = bool(on) is not firmware.faults.active(f"{SLUG}.inverted")
    again = firmware.faults.active(f"{SLUG}.rewrites-same")
    return Answer(
        Final.OK,
        effect=lambda: firmware.store.write(even_if_equal=again, auto_connect=wanted),
    )


def _toggle(firmware: Firmware) -> None:
    firmware.store.write(auto_connect=not firmware.store.read().auto_connect)


COMMANDS = (
    Command("+CWAUTOCONN", {Form.QUERY: _query, Form.SET: _set}, extra=frozenset((Form.QUERY,))),
)
