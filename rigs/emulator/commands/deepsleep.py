"""AT+GSLP (clause 3.2.4; field guide 3): deep sleep, from which only a reset leads back.

Law: for how long and with what answer; the sleep itself is the board's.  Negative times are
refused.  Zero is taken for what it says: `document` wakes at once, while the timer of real chips
does not run at 0 and sleeps until a reset.  `document` takes any time that fits into 31 bits;
real firmware multiplies by 1000 in 32 bits and wakes too early from longer ones (errata 17).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..asking import numbers
from ..asking.numbers import Field
from ..command import Answer, Call, Command, Final, Form
from ..framing import final_code
from ..timers import MICROSECOND

if TYPE_CHECKING:
    from ..firmware import Firmware

SLUG = "gslp"
MINUTE_MS, HALF_HOUR_MS = 60_000, 1_800_000
"""What is a long sleep for some faults, and the longest for one."""
TIME = Field("", 100, range(2**31), (1, 100, 100000), (-1,), (16, 32))


def _sleep(firmware: Firmware, call: Call) -> Answer:
    active = firmware.faults.active
    try:
        (time,) = numbers.read(firmware, SLUG, call.arguments, (TIME,))
    except numbers.Refused as refusal:
        if not refusal.read or not active("gslp.refused-sleeps"):
            raise
        refused = refusal.read[0]
        return Answer(Final.ERROR, afterwards=lambda: _fall_asleep(firmware, refused))
    information = _printed(firmware, time)
    if active("gslp.time-after-ok"):
        late = final_code(Final.OK, firmware.faults) + information
        return Answer(None, late, afterwards=lambda: _fall_asleep(firmware, time))
    return Answer(Final.OK, information, afterwards=lambda: _fall_asleep(firmware, time))


def _printed(firmware: Firmware, time: int) -> bytes:
    active = firmware.faults.active
    if not firmware.personality.basic.prints_sleep_time or active("gslp.time-not-printed"):
        return b""
    return b"%d\r\n" % (time + 1 if active("gslp.time-wrong") else time)


def _fall_asleep(firmware: Firmware, time: int) -> None:
    """`time` is below zero only if a fault let it through, and then counts without its sign."""
    active = firmware.faults.active
    slept = firmware.personality.basic.slept_us(_mistaken(firmware, abs(time)))
    duration = None if slept is None or active("gslp.never-wakes") else slept * MICROSECOND
    minutes = time > MINUTE_MS
    if active("gslp.answers-asleep") or (minutes and active("gslp.answers-in-long-sleep")):
        firmware.sleep_awake(duration)
    elif minutes and active("gslp.long-never-wakes"):
        firmware.sleep(None)
    elif active("gslp.wakes-without-restart"):
        firmware.doze(duration)
    else:
        firmware.sleep(duration)


def _mistaken(firmware: Firmware, time: int) -> int:
    if firmware.faults.active("gslp.wakes-at-half"):
        return time // 2
    if firmware.faults.active("gslp.wakes-at-double"):
        return time * 2
    if firmware.faults.active("gslp.half-hour-at-most"):
        return min(time, HALF_HOUR_MS)
    if time > MINUTE_MS and firmware.faults.active("gslp.minutes-drift"):
        return time * 6 // 5
    return time * 1000 if firmware.faults.active("gslp.seconds") else time


COMMANDS = (Command("+GSLP", {Form.SET: _sleep}),)
