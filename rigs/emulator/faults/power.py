"""The faults of AT+GSLP, AT+RESTORE, AT+SLEEP, AT+RFPOWER and AT+RFVDD.

Law: ids and sentences; the places that ask are the files of these commands, `numbers.py` and
`board.py`.
"""

from __future__ import annotations

from ..commands import deepsleep, factory, rfpower, sleepmode
from .active import Fault
from .numeric import families

_GSLP = (
    Fault("gslp.never-wakes", "AT+GSLP= sleeps until a reset"),
    Fault("gslp.wakes-at-half", "AT+GSLP= wakes after half the time"),
    Fault("gslp.wakes-at-double", "AT+GSLP= wakes after twice the time"),
    Fault("gslp.seconds", "AT+GSLP= takes its parameter for seconds"),
    Fault("gslp.answers-asleep", "AT+GSLP= lets the firmware go on until the reset at the end"),
    Fault("gslp.wakes-without-restart", "AT+GSLP= is deaf for the time and then goes on as before"),
    Fault("gslp.time-not-printed", "AT+GSLP= does not print the time (nonos firmware neither)"),
    Fault("gslp.time-wrong", "AT+GSLP= prints a time that is 1 too large"),
    Fault("gslp.time-after-ok", "AT+GSLP= prints the time after OK"),
    Fault("gslp.refused-sleeps", "AT+GSLP= answers ERROR to what it refuses, but sleeps"),
    *families("gslp", "AT+GSLP=", (deepsleep.TIME,)),
)
LONG_SLEEP: tuple[Fault, ...] = (
    Fault("gslp.half-hour-at-most", "AT+GSLP= wakes after half an hour if it is to sleep longer"),
    Fault("gslp.minutes-drift", "AT+GSLP= of over a minute wakes after 1.2 times the time"),
    Fault("gslp.long-never-wakes", "AT+GSLP= of over a minute sleeps until a reset"),
    Fault("gslp.answers-in-long-sleep", "AT+GSLP= of over a minute answers until the time is over"),
)
"""What short sleeps do not show."""

_RESTORE = (
    Fault("restore.no-restart", "AT+RESTORE resets the saved settings, but does not restart"),
    Fault("restore.no-return", "AT+RESTORE restarts, but the firmware hangs after the boot text"),
    Fault("restore.ok-after-boot", "AT+RESTORE says its OK only after the restart"),
    Fault("restore.restarts-only", "AT+RESTORE restarts, but resets no setting"),
    *(
        Fault(factory.fault_id(part), f"AT+RESTORE keeps what is saved: {part}")
        for part in factory.PARTS
    ),
    Fault("restore.undone-by-restart", "AT+RESTORE resets a copy that the next restart loses"),
    Fault("restore.undone-by-power-loss", "AT+RESTORE resets a copy that a loss of power loses"),
)
_SLEEP = (
    *(
        Fault(f"sleep.{mode}-not-applied", f"AT+SLEEP={mode} answers OK and changes nothing")
        for mode in sleepmode.MODES
    ),
    Fault("sleep.default-0", "the sleep mode is 0 after every boot"),
    Fault("sleep.default-1", "the sleep mode is 1 after every boot"),
    Fault("sleep.survives-rst", "AT+SLEEP= sets a mode that survives AT+RST"),
    Fault("sleep.lost-when-read", "AT+SLEEP? shows the mode once, then it is 2 again"),
    Fault("sleep.query-always-2", "AT+SLEEP? shows 2 whatever is set"),
    Fault("sleep.query-off-by-one", "AT+SLEEP? shows one more than what is set"),
    Fault("sleep.query-other-prefix", "AT+SLEEP? prints +SLEEPMODE: in front"),
    Fault("sleep.query-no-prefix", "AT+SLEEP? prints the bare number"),
    Fault("sleep.query-no-digit", "AT+SLEEP? prints its prefix without a number"),
    Fault("sleep.query-in-station-mode-only", "AT+SLEEP? is refused in the other Wi-Fi modes"),
    Fault("sleep.set-in-any-mode", "AT+SLEEP= is taken in every Wi-Fi mode (nonos does so)"),
    Fault("sleep.refused-takes-effect", "AT+SLEEP= answers ERROR to a wrong mode, but sets it"),
    *families("sleep", "AT+SLEEP=", (sleepmode.MODE,)),
)
_RFPOWER = tuple(families("rfpower", "AT+RFPOWER=", (rfpower.POWER,)))
_RFVDD = (
    Fault("rfvdd.query-other-prefix", "AT+RFVDD? prints +VDD33: in front"),
    Fault("rfvdd.query-no-prefix", "AT+RFVDD? prints the bare number"),
    Fault("rfvdd.query-no-digits", "AT+RFVDD? prints its prefix without a number"),
    Fault("rfvdd.query-zero", "AT+RFVDD? shows 0"),
    Fault("rfvdd.query-volts", "AT+RFVDD? shows volts with decimals"),
    *families("rfvdd", "AT+RFVDD=", (rfpower.VOLTAGE,)),
)

FAULTS: tuple[Fault, ...] = (*_GSLP, *LONG_SLEEP, *_RESTORE, *_SLEEP, *_RFPOWER, *_RFVDD)
