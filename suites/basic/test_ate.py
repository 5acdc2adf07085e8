"""Clause 3.2.5: ATE (rulings R-12 and R-14)."""

import pytest

from conformance.commandline import Verbatim, execute, raw, set_
from conformance.verdict import Inconclusive
from suites.inuse import again

OTHER = [
    b"2",
    b"3",
    b"4",
    b"5",
    b"6",
    b"7",
    b"8",
    b"9",
    b"10",
    b"11",
    b"20",
    b"255",
    b"256",
    b"-1",
    b"x",
]


@pytest.mark.purpose("TP/BASIC/ATE/BV-01", verifies=["3.2.5/ATE/set/01"])
def test_ate0_is_answered_ok(session):
    """ATE0 is answered OK."""
    session.send(set_("ATE", 0)).succeeds()


@pytest.mark.purpose("TP/BASIC/ATE/BV-02", verifies=["3.2.5/ATE/set/02"])
def test_ate1_is_answered_ok(session):
    """ATE1 is answered OK."""
    session.send(set_("ATE", 1)).succeeds()


@pytest.mark.purpose("TP/BASIC/ATE/BV-03", verifies=["3.2.5/ATE/set/03"])
@pytest.mark.parametrize(
    "line", [execute("AT"), execute("GMR"), raw(b"AT+XYZZY")], ids=["AT", "GMR", "unknown"]
)
def test_ate0_switches_the_echo_off(session, line):
    """After ATE0 no command line comes back, known or unknown."""
    session.prepare(set_("ATE", 1), set_("ATE", 0))

    session.send(line).decides().is_not_echoed()


@pytest.mark.purpose("TP/BASIC/ATE/BV-04", verifies=["3.2.5/ATE/set/04"])
@pytest.mark.parametrize(
    "line",
    [
        execute("AT"),
        execute("GMR"),
        raw(b"AT+XYZZY"),
        raw(b'AT+XyZzY="a, b",-1\\'),
        raw(b"AT+" + b"X" * 60),
        raw('AT+XYZZY="\u00e9\u4e2d"'.encode()),
    ],
    ids=["AT", "GMR", "unknown", "mixed", "long", "8-bit"],
)
def test_ate1_switches_the_echo_on(session, line):
    """After ATE1 every command line comes back unchanged, known or unknown, short or long."""
    session.prepare(set_("ATE", 0), set_("ATE", 1))

    session.send(line).decides().is_echoed()


@pytest.mark.purpose("TP/BASIC/ATE/BV-05", verifies=["3.2.5/ATE/set/03"])
def test_ate0_twice_leaves_the_echo_off(session):
    """After ATE0 twice in a row, AT does not come back."""
    session.prepare(set_("ATE", 0), set_("ATE", 0))

    session.send(execute("AT")).decides().is_not_echoed()


@pytest.mark.purpose("TP/BASIC/ATE/BV-06", verifies=["3.2.5/ATE/set/03"])
@pytest.mark.parametrize("line", [raw(b"AT+XYZZY"), execute("GMR")], ids=["unknown", "GMR"])
def test_another_line_leaves_the_echo_off(session, line):
    """After ATE0 and another line, refused or executed, AT does not come back."""
    session.prepare(set_("ATE", 1), set_("ATE", 0))
    session.provoke(line)

    session.send(execute("AT")).decides().is_not_echoed()


def stand_on_echo(session, *, there):
    """What ATE set is in force: only then it can be changed by what is refused."""
    exchange = session.observe(execute("AT"))
    if bool(exchange.echo) is not there:
        raise Inconclusive(f"ATE did not set the echo in the first place: {exchange.describe()}")


@pytest.mark.purpose("TP/BASIC/ATE/BI-02", verifies=["3.2.5/ATE/set/06"])
@pytest.mark.parametrize("value", [b"2", b"-1", b"x"], ids=bytes.decode)
def test_a_refused_ate_leaves_the_echo_on(session, value):
    """After ATE1 and an ATE with a wrong parameter, AT comes back."""
    session.prepare(set_("ATE", 1))
    stand_on_echo(session, there=True)
    session.refuse(session.provoke(set_("ATE", Verbatim(value))), "set/05")

    session.send(execute("AT")).decides().is_echoed()


@pytest.mark.purpose("TP/BASIC/ATE/BI-03", verifies=["3.2.5/ATE/set/06"])
@pytest.mark.parametrize("value", [b"2", b"-1", b"x"], ids=bytes.decode)
def test_a_refused_ate_leaves_the_echo_off(session, value):
    """After ATE0 and an ATE with a wrong parameter, AT does not come back."""
    session.prepare(set_("ATE", 0))
    stand_on_echo(session, there=False)
    session.refuse(session.provoke(set_("ATE", Verbatim(value))), "set/05")

    session.send(execute("AT")).decides().is_not_echoed()


@pytest.mark.purpose("TP/BASIC/ATE/BI-01", verifies=["3.2.5/ATE/set/05"])
@pytest.mark.parametrize("value", OTHER, ids=bytes.decode)
def test_ate_with_another_parameter_is_refused(session, value):
    """ATE with a parameter other than 0 and 1 is answered ERROR."""
    exchange = session.send(set_("ATE", Verbatim(value)))

    exchange.is_refused()


# The same of an IUT in use

globals().update(
    again(
        test_ate0_switches_the_echo_off,
        test_ate1_switches_the_echo_on,
        test_ate_with_another_parameter_is_refused,
        test_ate0_is_answered_ok,
        test_ate1_is_answered_ok,
    )
)
