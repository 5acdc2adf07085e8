"""AT+UART, AT+UART_CUR, AT+UART_DEF (clauses 3.2.7 to 3.2.9; field guide 3).

Law: how the UART is set and nothing else.  OK leaves in the old format; then the UART drains,
switches, and what is to be saved is written.  Flow control has no wires to the chip here: it is
kept and does nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..asking import numbers
from ..asking.numbers import Field
from ..asking.scope import SCOPES, Scope
from ..command import Answer, Call, Command, Final, Form
from ..timers import MILLISECOND
from ..uart import UartFormat

if TYPE_CHECKING:
    from ..firmware import Firmware

BASE = "+UART"

DATABITS, STOPBITS, PARITIES, FLOWS = range(5, 9), range(1, 4), range(3), range(4)

FIELDS = (
    Field("baud", 115200, range(110, 4608001), (110, 9600, 4608000), (109, 4608001), (32,)),
    Field("databits", 8, DATABITS, tuple(DATABITS), (4, 9)),
    Field("stopbits", 1, STOPBITS, tuple(STOPBITS), (0, 4)),
    Field("parity", 0, PARITIES, tuple(PARITIES), (-1, 3)),
    Field("flow", 0, FLOWS, tuple(FLOWS), (-1, 4)),
)
"""The parameters in their order; their names are those of UartFormat."""

_REVERTS_AFTER = 50 * MILLISECOND


def _command(scope: Scope) -> Command:
    return Command(scope.name(BASE), {Form.SET: lambda firmware, call: _set(scope, firmware, call)})


def _set(scope: Scope, firmware: Firmware, call: Call) -> Answer:
    slug, active = scope.slug(BASE), firmware.faults.active
    bauds = replace(FIELDS[0], legal=firmware.personality.basic.bauds)
    try:
        values = numbers.read(firmware, slug, call.arguments, (bauds, *FIELDS[1:]))
    except numbers.Refused as refusal:
        if not active(f"{slug}.refused-takes-effect"):
            raise
        wanted = _registers(firmware.current.uart, refusal.read)
        return Answer(Final.ERROR, afterwards=lambda: _apply(scope, firmware, wanted))
    wanted = _registers(firmware.current.uart, values)
    wanted = _without(wanted, firmware.current.uart, firmware, f"{slug}.%s-not-applied")
    if active(f"{slug}.ok-at-new-setting"):
        return Answer(Final.OK, effect=lambda: _apply(scope, firmware, wanted))
    return Answer(Final.OK, afterwards=lambda: _apply(scope, firmware, wanted))


def _registers(before: UartFormat, values: tuple[int, ...]) -> UartFormat:
    """What the chip makes of values, of which faults may let too few or illegal ones through."""
    named = {field.name: value for field, value in zip(FIELDS, values, strict=False)}
    form = replace(before, **named)
    return UartFormat(
        baud=form.baud,
        databits=DATABITS[(form.databits - DATABITS[0]) % len(DATABITS)],
        stopbits=STOPBITS[(form.stopbits - STOPBITS[0]) % len(STOPBITS)],
        parity=form.parity % len(PARITIES),
        flow=form.flow % len(FLOWS),
    )


def _without(wanted: UartFormat, before: UartFormat, firmware: Firmware, fault: str) -> UartFormat:
    """The same format, but as before in the fields whose fault is active."""
    names = [each.name for each in FIELDS if firmware.faults.active(fault % each.name)]
    return replace(wanted, **{name: getattr(before, name) for name in names})


def _apply(scope: Scope, firmware: Firmware, form: UartFormat) -> None:
    slug, active = scope.slug(BASE), firmware.faults.active
    saved = firmware.store.read().uart
    scope.write(firmware, BASE, uart=form)
    if scope.saves:
        kept = _without(form, saved, firmware, f"{slug}.%s-not-saved")
        if kept != form:
            firmware.store.write(uart=kept)
        if active(f"{slug}.rewrites-same"):
            firmware.store.write(even_if_equal=True, uart=kept)
    firmware.switch_uart(firmware.current.uart)
    if active(f"{slug}.reverts"):
        firmware.later(_REVERTS_AFTER, lambda: firmware.switch_uart(firmware.uart_at_boot))


COMMANDS = tuple(_command(scope) for scope in SCOPES)
