"""Clause 2 and ruling R-09: life after bytes that are no command."""

import pytest

from conformance.commandline import execute, raw

NONSENSE = {
    "empty": raw(b""),
    "three-empty": raw(b"\r\n\r\n"),
    "no-prefix": raw(b"hello"),
    "spaces": raw(b"     "),
    "quote": raw(b'AT+XYZZY="'),
    "quotes": raw(b'"""""""'),
    "commas": raw(b"AT+XYZZY=,,,,,,,,"),
    "equals": raw(b"AT+GMR====="),
    "question": raw(b"AT??????"),
    "escape": raw(b'AT+XYZZY="\\'),
    "plus": raw(b"+++"),
    "control": raw(bytes(range(1, 10)) + b"\x0b\x0c" + bytes(range(14, 32))),
    "nul": raw(b"AT\x00+\x00GMR\x00"),
    "nul-first": raw(b"\x00\x00\x00"),
    "8-bit": raw(bytes(range(0x80, 0x100))),
    "utf-8": raw("AT+XYZZY=\u00e9\u4e2d".encode()),
    "an-answer": raw(b"OK"),
    "number": raw(b"AT+XYZZY=" + b"9" * 60),
}


@pytest.mark.purpose("TP/GENERAL/NONSENSE/BI-01", verifies=["2/-/general/11"])
@pytest.mark.parametrize("line", list(NONSENSE.values()), ids=list(NONSENSE))
def test_a_line_that_is_no_command_does_not_end_the_dialogue(session, line):
    """After a line of nonsense, whatever its answer, AT is answered OK."""
    session.provoke(line)

    session.responds()


@pytest.mark.purpose("TP/GENERAL/NONSENSE/BI-02", verifies=["2/-/general/11"])
def test_many_lines_of_nonsense_do_not_end_the_dialogue(session):
    """After sixty-four lines of nonsense, one by one, AT is answered OK."""
    session.repeat(raw(b"AT+XYZZY"), 64)

    session.responds()


@pytest.mark.purpose("TP/GENERAL/NONSENSE/BI-03", verifies=["2/-/general/11"])
@pytest.mark.parametrize("size", [64, 126, 127, 128, 129, 255, 256, 257, 1024, 4096])
def test_a_long_line_does_not_end_the_dialogue(session, size):
    """After a line of any length, AT is answered OK."""
    session.provoke(raw(b"A" * size))

    session.responds()


#: Where a line buffer may end: powers of two, and hundreds; so far beside it, because the end of
#: the line, or the AT in front, may count or not.
BUFFERS = sorted({*(1 << bits for bits in range(6, 13)), *range(100, 4300, 100)})
BESIDE = range(-3, 4)


@pytest.mark.purpose("TP/GENERAL/OVERLONG/BI-01", verifies=["2/-/general/12"])
@pytest.mark.parametrize("size", [65, 128, 200, 256, 512, 1000, 2048, 4096])
@pytest.mark.parametrize("name", ["AT", "GMR"])
def test_a_part_of_a_line_that_is_too_long_is_not_executed(session, name, size):
    """A long line that begins like a command is neither executed nor answered OK."""
    exchange = session.provoke(raw(execute(name).text + b"X" * size))

    exchange.is_not_executed(rb"\d\.\d")


@pytest.mark.purpose("TP/GENERAL/OVERLONG/BI-02", verifies=["2/-/general/12"])
@pytest.mark.parametrize("size", BUFFERS)
def test_the_end_of_a_line_that_is_too_long_is_not_executed(session, size):
    """A line that has a command behind about so many bytes is neither executed nor answered OK."""
    for length in (size + beside for beside in BESIDE):
        line = (b"AT+" + b"X" * size)[:length] + execute("GMR").text
        exchange = session.provoke(raw(line))

        exchange.is_not_executed(rb"\d\.\d")
