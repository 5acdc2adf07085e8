"""Command lines: what is built is what was asked for, byte by byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance import commandline
from conformance.commandline import CommandLine, Verbatim, execute, query, quoted, raw, set_


@pytest.mark.parametrize(
    ("line", "encoded", "form"),
    [
        (execute("AT"), b"AT\r\n", "execute"),
        (execute("GMR"), b"AT+GMR\r\n", "execute"),
        (execute("ATE"), b"ATE\r\n", "execute"),
        (query("AT"), b"AT?\r\n", "query"),
        (query("CWMODE_CUR"), b"AT+CWMODE_CUR?\r\n", "query"),
        (query("ATE"), b"ATE?\r\n", "query"),
        (commandline.test("AT"), b"AT=?\r\n", "test"),
        (commandline.test("CWMODE"), b"AT+CWMODE=?\r\n", "test"),
        (commandline.test("ATE"), b"ATE=?\r\n", "test"),
        (set_("CWMODE", 3), b"AT+CWMODE=3\r\n", "set"),
        (set_("AT", 1), b"AT=1\r\n", "set"),
        (set_("ATE", 0), b"ATE0\r\n", "set"),
        (set_("RST"), b"AT+RST=\r\n", "set"),
        (set_("CWSAP", "ssid", b"pass", 5, 3), b'AT+CWSAP="ssid","pass",5,3\r\n', "set"),
        (set_("X", -1, Verbatim(b"bare"), ""), b'AT+X=-1,bare,""\r\n', "set"),
        (set_("X", Verbatim(b"")), b"AT+X=\r\n", "set"),
    ],
)
def test_a_command_line_is_written_as_the_document_writes_it(line, encoded, form):
    assert line.encoded == encoded
    assert line.form == form


def test_a_command_line_knows_its_command():
    assert [line.name for line in (execute("AT"), query("GMR"), set_("ATE", 1))] == [
        "AT",
        "GMR",
        "ATE",
    ]


def test_raw_bytes_are_sent_as_they_are_and_belong_to_no_command():
    line = raw(bytes(range(256)), end=b"")

    assert line.encoded == bytes(range(256))
    assert (line.name, line.form) == ("-", "general")


def test_raw_bytes_end_with_cr_lf_unless_told_otherwise():
    assert raw(b"at").encoded == b"at\r\n"


@pytest.mark.parametrize("end", [b"\n", b"\r", b"", b"/r/n"])
def test_another_line_end_changes_the_end_and_nothing_else(end):
    line = set_("ATE", 1)

    other = line.ended_by(end)

    assert other.encoded == b"ATE1" + end
    assert (other.text, other.name, other.form) == (line.text, line.name, line.form)
    assert line.encoded == b"ATE1\r\n"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (b"", b'""'),
        (b"plain", b'"plain"'),
        (b'a"b', b'"a\\"b"'),
        (b"a,b", b'"a\\,b"'),
        (b"a\\b", b'"a\\\\b"'),
        (b"\r\n\x00\xff", b'"\r\n\x00\xff"'),
    ],
)
def test_a_string_is_quoted_and_what_must_be_escaped_is(text, written):
    assert quoted(text) == written


def unquoted(written):
    """The string that a careful reader of the document takes from between the quotes."""
    assert written[:1] == written[-1:] == b'"'
    inner, text = iter(written[1:-1]), bytearray()
    for byte in inner:
        assert byte not in b'",'
        text.append(next(inner) if byte == ord("\\") else byte)
    return bytes(text)


@given(st.binary(max_size=60))
def test_any_string_can_be_read_back_from_its_quotes(text):
    assert unquoted(quoted(text)) == text


def test_text_is_written_as_utf_8():
    assert set_("X", "café").text == b'AT+X="caf\xc3\xa9"'


def test_a_name_that_no_command_can_have_is_refused():
    with pytest.raises(UnicodeEncodeError):
        execute("CAFÉ")


def test_a_command_line_cannot_be_changed():
    with pytest.raises(AttributeError):
        CommandLine(b"AT").text = b"ATE0"


def test_pytest_does_not_take_the_builder_of_test_forms_for_a_test():
    assert commandline.test.__test__ is False
