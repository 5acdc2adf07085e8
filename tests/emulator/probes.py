"""Conversations that bring out the faults of the commands with a saved or a sleeping side.

Law: data only; a probe is a tuple of steps, each a line for the board or one of the marks.
"""

from __future__ import annotations

from collections.abc import Sequence

RESET, CYCLE, GAP = b"<reset>", b"<power cycle>", b"<gap>"
SOON = b"<soon>"
"""In front of a line: only 10 ms pass after it, not all the time that it needs."""

BOOT = b"<reset for a second>"
"""A reset after which only a second passes: what passes through may try for ever."""

Probe = tuple[bytes, ...]

ECHO_OFF, AT, RST = b"ATE0\r\n", b"AT\r\n", b"AT+RST\r\n"
STATION = b"AT+CWMODE_CUR=1\r\n"
ODD = (b'"%b"', b"+%b", b"0x%b", b" %b", b"%b ", b"%b.5", b"%bz", b"-%b")
"""Ways of writing a number that are none."""

_FORMAT = (b"57600", b"7", b"2", b"1", b"1")
_UART_VALUES = (
    (b"109", b"110", b"9600", b"4608000", b"4608001", b"4295024896"),
    (b"4", b"5", b"6", b"7", b"8", b"9", b"263", b"4294967303"),
    (b"0", b"1", b"2", b"3", b"4", b"259", b"4294967299"),
    (b"-1", b"0", b"1", b"2", b"3", b"257", b"4294967297"),
    (b"-1", b"0", b"1", b"2", b"3", b"4", b"258", b"4294967298"),
)
_NO_NUMBERS = (b"", b"abc")


def basic(name: str) -> tuple[Probe, ...]:
    """The probes of one command of clause 3, by its slug; none for those without a parameter."""
    if name.startswith("uart"):
        return _uart(b"AT+" + name.upper().encode() + b"=")
    return _OTHERS.get(name, ())


def _line(command: bytes, parameters: Sequence[bytes]) -> bytes:
    return command + b",".join(parameters) + b"\r\n"


def _uart(command: bytes) -> tuple[Probe, ...]:
    good = _line(command, _FORMAT)
    lines = [good, _line(command, _FORMAT[:4]), _line(command, (*_FORMAT, b"0"))]
    for at, values in enumerate(_UART_VALUES):
        odd = [each % _FORMAT[at] for each in ODD]
        for value in (*values, *odd, *_NO_NUMBERS):
            lines.append(_line(command, (*_FORMAT[:at], value, *_FORMAT[at + 1 :])))
    return (
        *((ECHO_OFF, line, AT) for line in lines),
        *((ECHO_OFF, good, boot, AT, CYCLE, AT) for boot in (RST, RESET, CYCLE)),
        (ECHO_OFF, good, good, good),
        (ECHO_OFF, _line(command, (b"9600", b"8", b"1", b"0", b"0")), good, RESET, AT),
    )


def _numbers(command: bytes, values: Sequence[bytes], good: bytes, *after: bytes) -> list[Probe]:
    """The command with each value, an odd spelling of the good one, and none; then `after`."""
    odd = [each % good for each in ODD]
    surplus = (good + b",1", good + b",")
    return [
        (ECHO_OFF, STATION, command + each + b"\r\n", *after)
        for each in (*values, *odd, *surplus, *_NO_NUMBERS)
    ]


_SLEEPS = (b"-1", b"0", b"1", b"2", b"3", b"258", b"4294967297")
_ASK = b"AT+SLEEP?\r\n"
_OTHERS: dict[str, tuple[Probe, ...]] = {
    "gslp": (
        *_numbers(
            b"AT+GSLP=",
            (b"-1", b"0", b"1", b"100", b"100000", b"65636", b"4294967396", b"10000000000"),
            b"40",
            AT,
        ),
        (ECHO_OFF, SOON + b"AT+GSLP=100\r\n", SOON + AT, GAP, AT),
        (ECHO_OFF, SOON + b"AT+GSLP=100\r\n", SOON + AT, RESET, AT),
    ),
    "restore": (
        (
            b"AT+CWMODE_DEF=3\r\n",
            b'AT+CWSAP_DEF="net","12345678",6,3\r\n',
            b"AT+UART_DEF=9600,8,1,0,0\r\n",
            b"AT+RESTORE\r\n",
            AT,
            b"AT+CWMODE?\r\n",
            b"AT+CWSAP?\r\n",
            CYCLE,
            b"AT+CWMODE?\r\n",
        ),
        (b"AT+CWMODE_DEF=3\r\n", b"AT+RESTORE\r\n", RST, b"AT+CWMODE?\r\n"),
        (b"AT+RESTORE?\r\n", AT),
        (b"AT+RESTORE=1\r\n", AT),
    ),
    "sleep": (
        *_numbers(b"AT+SLEEP=", _SLEEPS, b"1", _ASK, _ASK),
        *((ECHO_OFF, STATION, b"AT+SLEEP=1\r\n", boot, ECHO_OFF, _ASK) for boot in (RST, RESET)),
        *((ECHO_OFF, STATION, b"AT+SLEEP=1\r\n", line, _ASK) for line in (b"AT+SLEEP=2\r\n", AT)),
        (ECHO_OFF, STATION, _ASK),
        (ECHO_OFF, _ASK, b"AT+SLEEP=1\r\n", _ASK),
        (ECHO_OFF, b"AT+CWMODE_CUR=3\r\n", b"AT+SLEEP=1\r\n", _ASK),
    ),
    "rfpower": tuple(
        _numbers(
            b"AT+RFPOWER=",
            (b"-1", b"0", b"50", b"82", b"83", b"256", b"4294967297"),
            b"50",
        )
    ),
    "rfvdd": tuple(
        _numbers(
            b"AT+RFVDD=",
            (b"1899", b"1900", b"2500", b"3300", b"3301", b"68036", b"4294969796", b"0x9C4"),
            b"2500",
            b"AT+RFVDD\r\n",
            b"AT+RFVDD?\r\n",
        )
    ),
}
