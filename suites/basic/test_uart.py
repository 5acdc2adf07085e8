"""Clauses 3.2.7 to 3.2.9: AT+UART, AT+UART_CUR, AT+UART_DEF, tried on the line that they set.

What a command of these saves is a write to the flash, so those purposes are `destructive`. The
setting is taken back before it is judged. What could leave the IUT where no command reaches it is
`stranding`, and what could save such a setting `stranding-for-good`.
"""

from dataclasses import replace

import pytest

from conformance.catalogue import load_edition
from conformance.commandline import execute, set_
from conformance.verdict import Inconclusive
from suites.basic.line import (
    BAUDRATE,
    DATABITS,
    Line,
    could_strand,
    require_ok,
    taken_for,
    uart,
)
from suites.inuse import again
from suites.malformed import outside, with_one, wrong_shapes

COMMANDS = load_edition().commands
ALL = ("UART", "UART_CUR", "UART_DEF")
SAVING = ("UART", "UART_DEF")
AT = execute("AT")

#: The ends of the range, and what people use between them.
RATES = [110, 300, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 74880, 230400, 460800, 921600]
RATES += [1_000_000, 2_000_000, 4_608_000]
FEW_RATES = [110, 9600, 4_608_000]

#: A rate that differs from the usual one and that every port has.
OTHER_RATE = 57600

#: Rates of which the answer alone is judged.
ASKED_RATES = [110, 9600, OTHER_RATE, 115200, 4_608_000]

#: Every other value of the framing that a command can be sent with.
FRAMINGS = [{"databits": 7}, {"stopbits": 1.5}, {"stopbits": 2}, {"parity": "O"}, {"parity": "E"}]


def hazards(command, strands):
    """What a purpose with `command` can do to a board; `strands`: to whom it goes wrong, too."""
    if command in SAVING:
        return ["destructive", "stranding-for-good"] if strands else ["destructive"]
    return ["stranding"] if strands else []


def cases(number, values, commands=ALL, code="BV", needs=(), strands=lambda value: False):
    """A `pytest.param` for each command and each of `values(command)`; verifies `set/number`."""
    for name in commands:
        for key, value in values(name):
            mark = pytest.mark.purpose(
                f"TP/BASIC/UART/{code}-{number}",
                verifies=[f"{COMMANDS[name].clause}/{name}/set/{number}"],
                hazards=hazards(name, strands(value)),
                needs=needs,
            )
            yield pytest.param(name, value, marks=mark, id=f"{name}-{key}")


def rates(command):
    """The rates that `command` is tried with."""
    chosen = RATES if command == "UART_CUR" else FEW_RATES
    return [(rate, {"baudrate": rate}) for rate in chosen]


def framings(*settings):
    """`cases` for settings of the framing, for every command."""
    return lambda _: [("-".join(str(v) for v in each.values()), each) for each in settings]


@pytest.fixture
def line(session, home, command):
    """The line, which `command` may change and which is given back as it was."""
    return Line(session, command, home)


@pytest.mark.parametrize(
    ("command", "change"),
    [
        *cases("01", lambda _: [(rate, {"baudrate": rate}) for rate in ASKED_RATES]),
        *cases("01", framings(*FRAMINGS), needs=["uart-framing"]),
    ],
)
def test_documented_values_are_answered_ok(line, command, change):
    """Each documented value of rate, data bits, stop bits and parity is answered OK."""
    require_ok(line.answered(replace(line.home, **change)))


@pytest.mark.parametrize(
    ("command", "databits"),
    list(cases("01", lambda _: [(f"{n}-bits", n) for n in (5, 6)], ["UART_CUR"], needs=["reset"])),
)
def test_few_data_bits_are_answered_ok(line, command, databits):
    """Five and six data bits are answered OK, or so that no text could be read (R-18)."""
    exchange = line.answered(replace(line.home, databits=databits))

    if not exchange.garbled:
        exchange.succeeds()


@pytest.mark.parametrize(("command", "change"), list(cases("02", rates)))
def test_the_rate_is_in_force(line, session, command, change):
    """With the host at the rate that was set, AT is answered OK."""
    session.responds(line.answer_at(replace(line.home, **change)))


@pytest.mark.parametrize(("command", "rate"), list(cases("02", lambda _: [("stays", OTHER_RATE)])))
def test_the_rate_stays_in_force(line, session, command, rate):
    """At the rate that was set AT is answered OK, and again after a while."""
    line.change(line.at(rate))
    session.observe(AT)
    session.settle()

    session.responds(line.answer())


@pytest.mark.parametrize(
    ("command", "change"),
    list(cases("03", framings({"databits": 7}, {"databits": 7, "parity": "E"}))),
)
def test_seven_data_bits_are_in_force(line, session, command, change):
    """With the host at seven data bits, too, AT is answered OK."""
    session.responds(line.answer_at(replace(line.home, **change)))


@pytest.mark.parametrize(
    ("command", "databits"),
    list(cases("03", lambda _: [(f"{n}-bits", n) for n in (5, 6)], ["UART_CUR"], needs=["reset"])),
)
def test_few_data_bits_are_in_force(line, session, command, databits):
    """With five or six data bits set, AT that is sent with eight is not answered OK."""
    line.told(replace(line.home, databits=databits))
    exchange = session.observe(AT)
    line.back()

    exchange.decides().is_not_executed()


#: A line in which every byte, CR and LF, too, has five bits; it is no command.
NARROW = b"\x01\x02\x15\x0b\x13\r\n"


@pytest.mark.parametrize(
    ("command", "databits"),
    list(
        cases(
            "03",
            lambda _: [(f"{n}-bits-alike", n) for n in (5, 6)],
            ["UART_CUR"],
            needs=["reset"],
        )
    ),
)
def test_few_data_bits_are_what_was_set(line, session, command, databits):
    """With the host at five or six data bits, too, what answers a line of such bytes has lines."""
    told = session.give_part(NARROW, session.timing.answer_s).raw
    if b"\r\n" not in told:
        raise Inconclusive("the line is not answered with eight data bits either")
    narrow = replace(line.home, databits=databits)
    line.told(narrow)
    line.follow(narrow)
    exchange = session.give_part(NARROW, session.timing.answer_s)
    line.back()

    if b"\r\n" not in exchange.raw:
        raise exchange.objection("a line that ends with CR LF, as with eight data bits")


@pytest.mark.parametrize(
    ("command", "change"),
    list(cases("04", framings({"stopbits": 1.5}, {"stopbits": 2}))),
)
def test_the_stop_bits_are_in_force(line, session, command, change):
    """With the host at the stop bits that were set, AT is answered OK.

    On a board that shows that the line works with them, not how many the IUT sends (set/19).
    """
    session.responds(line.answer_at(replace(line.home, **change)))


@pytest.mark.parametrize(
    ("command", "change"),
    list(
        cases(
            "05",
            framings(
                {"parity": "O"},
                {"parity": "E"},
                {"parity": "O", "databits": 7},
                {"parity": "E", "stopbits": 2},
            ),
        )
    ),
)
def test_the_parity_is_in_force(line, session, command, change):
    """With the host at the parity that was set, AT is answered OK."""
    session.responds(line.answer_at(replace(line.home, **change)))


@pytest.mark.parametrize(
    ("command", "flow_control"),
    [
        *cases("06", lambda _: [(f"flow-{code}", code) for code in (0, 1)]),
        *cases("07", lambda _: [(f"flow-{code}", code) for code in (2, 3)]),
    ],
)
def test_flow_control_is_accepted(line, session, command, flow_control):
    """The code for flow control is answered OK, and AT after it, too."""
    line.suspect(line.home)
    told = session.send(uart(command, line.home, flow_control))
    answer = line.answer()

    told.succeeds()
    session.responds(answer)


def outside_of(index):
    """`cases` for values outside what the document lists for parameter number `index`."""
    return lambda name: [(value, value) for value in outside(COMMANDS[name].parameters[index])]


def stranding(index):
    """Whether a value of parameter number `index` could strand a board."""
    return lambda value: could_strand(index, value)


@pytest.mark.parametrize(
    ("command", "index", "value"),
    [
        pytest.param(*case.values[:1], index, case.values[1], marks=case.marks, id=case.id)
        for index, number in enumerate(["08", "09", "10", "11", "12"])
        for case in cases(number, outside_of(index), code="BI", strands=stranding(index))
    ],
)
def test_a_value_outside_is_refused(line, session, command, index, value, refused):
    """A value outside the documented range or list, in an otherwise valid line, is refused."""
    line.suspect(taken_for(line.home, index, value))  # in as many bits as firmware has for it
    exchange = session.send(with_one(COMMANDS[command], index, value))
    line.back()

    refused(exchange)


def leaves_out(line):
    """Whether a line of a wrong shape has no number where the rate and the data bits stand."""
    fields = line.text.partition(b"=")[2].split(b",")
    return len(fields) <= DATABITS or not all(each[:1].isdigit() for each in fields[: DATABITS + 1])


@pytest.mark.parametrize(
    ("command", "wrong"),
    list(cases("13", lambda n: wrong_shapes(COMMANDS[n]), code="BI", strands=leaves_out)),
)
def test_a_wrong_shape_is_refused(session, command, wrong, refused):
    """Too few or too many parameters, or one that is empty or no number, are refused."""
    refused(session.send(wrong))


#: What a set has in these places that could be taken.
VALID = (OTHER_RATE, 8, 1, 0, 0, 0)

#: Sets that are refused for their last parameters, or for their shape, with another rate in front.
REFUSED = {
    "databits": (OTHER_RATE, 9, 1, 0, 0),
    "stopbits": (OTHER_RATE, 8, 4, 0, 0),
    "parity": (OTHER_RATE, 8, 1, 3, 0),
    "flow": (OTHER_RATE, 8, 1, 0, 4),
    "missing": (OTHER_RATE, 8, 1, 0),
    "surplus": (OTHER_RATE, 8, 1, 0, 0, 0),
    "no-rate": (0, 8, 1, 0, 0),
    "high": (10_000_000, 8, 1, 0, 0),
}


def rule_against(values):
    """The requirement that says that `values` are refused: of the one that is wrong, or of all."""
    if len(values) != len(VALID) - 1:
        return "set/13"
    wrong = next(at for at, value in enumerate(values) if value != VALID[at])
    return f"set/{8 + wrong:02}"


def strands(values):
    """Whether firmware that takes `values` may be out of reach."""
    return any(
        could_strand(index, value) for index, value in enumerate(values) if value != VALID[index]
    )


@pytest.mark.parametrize(
    ("command", "values"), list(cases("14", lambda _: REFUSED.items(), code="BI", strands=strands))
)
def test_what_is_refused_changes_nothing(line, session, command, values):
    """After a set that is refused, AT is answered OK at the same setting, also after AT+RST."""
    line.suspect(line.at(values[BAUDRATE]))  # where it is if it was not refused after all
    told = session.provoke(set_(command, *values))
    answers = [session.probe()]
    if answers[0].final is not None:
        session.restart()
        answers.append(session.probe())
    line.back()

    session.refuse(told, rule_against(values))
    for answer in answers:
        session.responds(answer)


@pytest.mark.parametrize(
    ("command", "rate"), list(cases("15", lambda _: [(r, r) for r in (9600, OTHER_RATE)], SAVING))
)
def test_a_saved_rate_is_there_after_a_restart(line, session, command, rate):
    """After AT+RST the IUT starts at the rate that was saved."""
    line.change(line.at(rate))
    session.restart()

    session.responds(line.answer())


@pytest.mark.parametrize(
    ("command", "rate"),
    list(cases("15", lambda _: [(r, r) for r in (9600, OTHER_RATE)], ["UART_CUR"])),
)
def test_a_current_rate_is_gone_after_a_restart(line, session, command, rate):
    """After AT+RST the IUT starts at the rate from before AT+UART_CUR."""
    line.change(line.at(rate))
    exchange = line.restart_into(line.home)
    line.back()

    session.responds(exchange)


@pytest.mark.purpose(
    "TP/BASIC/UART/BV-15-both", verifies=["3.2.8/UART_CUR/set/15"], hazards=["destructive"]
)
@pytest.mark.parametrize("command", ["UART_DEF"])
def test_a_current_rate_gives_way_to_a_saved_one(line, session, command):
    """With one rate saved and another one current, the IUT starts at the saved one."""
    saved, current = line.at(9600), line.at(OTHER_RATE)
    line.change(saved)
    line.suspect(current)
    told = session.send(uart("UART_CUR", current))
    if not told.garbled:
        session.agree(told)
    line.follow(current)
    exchange = line.restart_into(saved)
    line.back()

    session.responds(exchange)


@pytest.mark.parametrize(
    ("command", "rate"), list(cases("16", lambda _: [(OTHER_RATE, OTHER_RATE)], SAVING))
)
def test_a_saved_rate_is_in_the_user_parameter_area(line, session, command, rate):
    """A new rate that is saved changes what the user parameter area of the flash holds."""
    (before,) = session.read_flash("user")
    line.change(line.at(rate))

    (afterwards,) = session.read_flash("user")
    line.back()
    assert afterwards != before, "the user parameter area differs after a new rate was saved"


@pytest.mark.parametrize(
    ("command", "rate"), list(cases("16", lambda _: [(OTHER_RATE, OTHER_RATE)], ["UART_CUR"]))
)
def test_a_current_rate_is_not_in_the_flash(line, session, command, rate):
    """AT+UART_CUR changes nothing in the user and system parameter areas of the flash."""
    before = session.read_flash("user", "system")
    line.told(line.at(rate))
    afterwards = session.read_flash("user", "system")
    line.back()

    assert afterwards == before, "both parameter areas are as before"


@pytest.mark.parametrize(
    ("command", "rate"), list(cases("17", lambda _: [(OTHER_RATE, OTHER_RATE)], SAVING))
)
def test_a_saved_rate_survives_the_loss_of_power(line, session, command, rate):
    """When it was without power the IUT starts at the rate that was saved."""
    line.change(line.at(rate))
    session.power_cycle()

    session.responds(line.answer())


@pytest.mark.parametrize(
    ("command", "rate"), list(cases("17", lambda _: [(OTHER_RATE, OTHER_RATE)], ["UART_CUR"]))
)
def test_a_current_rate_is_gone_without_power(line, session, command, rate):
    """When it was without power the IUT starts at the rate from before AT+UART_CUR."""
    line.told(line.at(rate))
    session.power_cycle()

    session.responds(line.answer())


@pytest.mark.parametrize(
    ("command", "change"),
    list(
        cases(
            "18",
            framings({"databits": 7, "parity": "E"}, {"parity": "O"}, {"stopbits": 2}),
            SAVING,
        )
    ),
)
def test_a_saved_framing_is_there_after_a_restart(line, session, command, change):
    """After AT+RST the IUT starts with the data bits, stop bits and parity that were saved."""
    line.change(replace(line.home, **change))
    session.restart()

    session.responds(line.answer())


# The same of an IUT in use

globals().update(
    again(
        test_documented_values_are_answered_ok,
        test_the_parity_is_in_force,
        test_the_stop_bits_are_in_force,
        test_flow_control_is_accepted,
        test_the_rate_is_in_force,
        test_a_value_outside_is_refused,
        test_a_wrong_shape_is_refused,
        test_a_saved_rate_is_there_after_a_restart,
    )
)
