"""No bytes end a stranger's dialogue with a traceback: a device never raises."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strangers.device import MS, SECOND
from tests.strangers.host import SimulatedHost
from tests.strangers.roster import STRANGERS, Stranger

EACH = pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS)

COMMANDS = sorted({command for each in STRANGERS.values() for command in each.about.has})
VALUES = st.sampled_from(
    (
        *("0", "1", "3", "-1", "110", "115200", "4294967301", "9" * 30, "", "1x", "\xb2", "\u0663"),
        *('"a"', '"', '""', '"a\\', '"\\"","', '"192.168.5.1"', '"18:fe:35:98:d3:7b"', '"1.2.3"'),
    )
)
LINES = st.builds(
    lambda command, sign, values, end: f"AT+{command}{sign}{','.join(values)}{end}",
    st.sampled_from(COMMANDS),
    st.sampled_from(["", "?", "=?", "="]),
    st.lists(VALUES, max_size=7),
    st.sampled_from(["\r\n", "\n", "\r", "\r\n\r\n", " \r\n"]),
)
DATA = st.lists(
    LINES.map(lambda text: text.encode("utf-8")) | st.binary(max_size=40), min_size=1, max_size=12
)


@EACH
@settings(max_examples=60)
@given(pieces=DATA, pauses=st.lists(st.sampled_from([0, MS, 400 * MS]), min_size=12, max_size=12))
def test_no_bytes_make_it_raise(stranger: Stranger, pieces: list[bytes], pauses: list[int]) -> None:
    host = SimulatedHost(stranger.make)
    host.run(SECOND)
    for piece, pause in zip(pieces, pauses, strict=False):
        host.write(piece)
        host.run(pause)
    host.run(5 * SECOND)


@EACH
@pytest.mark.parametrize("sign", ["", "-"])
def test_no_number_is_too_long(stranger: Stranger, sign: str) -> None:
    host = SimulatedHost(stranger.make)
    host.run(SECOND)
    for command in stranger.about.has:
        if "set" in stranger.about.has[command] and command != "ATE":
            host.ask(f"AT+{command}={sign}{'9' * 5000}", 3 * SECOND)
            host.ask(f"AT+{command}=1,{sign}{'9' * 5000}", 3 * SECOND)
    host.reset()
    host.run(SECOND)
    assert b"OK" in host.ask("AT", SECOND)


@EACH
def test_a_line_may_come_byte_by_byte(stranger: Stranger) -> None:
    host = SimulatedHost(stranger.make)
    host.run(SECOND)
    for byte in b"AT\r\n":
        host.write(bytes((byte,)))
        host.run(MS)
    assert b"OK" in host.run(SECOND) or b"OK" in b"".join(data for _, data in host.sent)
