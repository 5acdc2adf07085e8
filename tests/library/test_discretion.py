"""What the owner of a board has saved is written down nowhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.commandline import query, set_
from conformance.discretion import DiscreetRecorder, veiled, veiled_flash
from tests.library.scripted_session import Notes, session

SAVED = b'+CWSAP_DEF:"my net","secret12",1,3,4,0\r\n'
VEILED = b'+CWSAP_DEF:"******","********",1,3,4,0\r\n'


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (SAVED, VEILED),
        (b"+CWSAP_DEF:net,12345678,1,3,4,0", b"+CWSAP_DEF:***,********,1,3,4,0"),
        (b'AT+CWSAP_DEF="my net","secret12",1,3,4,0\r\n', b"AT+CWSAP_DEF=" + VEILED[11:]),
        (b'+X:"a=b:c","",1,0', b'+X:"*****","",1,0'),
        (b"\r\nOK\r\n", b"\r\nOK\r\n"),
        (b"AT+CWSAP=?\r\n", b"AT+CWSAP=?\r\n"),
        (b"+X:\r\nOK\r\n", b"+X:\r\nOK\r\n"),
    ],
)
def test_strings_become_asterisks_and_numbers_at_the_end_stay(data, shown):
    assert veiled(data) == shown


def heard(notes, wanted="<"):
    """Every byte that was written down in one direction."""
    return b"".join(data for direction, data, _ in notes.traffic if direction == wanted)


TEXTS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters='*",'))


@given(TEXTS, TEXTS.filter(lambda text: not text.isdigit()))
def test_what_is_veiled_keeps_its_length_and_is_veiled_the_same_again(name, password):
    data = b'+X:"%b","%b",1,3,4,0\r\n' % (name.encode(), password.encode())

    assert len(veiled(data)) == len(data)
    assert veiled(veiled(data)) == veiled(data)
    assert set(veiled(data)[3:-11]) <= set(b'*",')


def test_a_line_that_comes_in_pieces_is_veiled_as_a_whole():
    notes = Notes()
    discreet = DiscreetRecorder(notes)
    for at, byte in enumerate(SAVED):
        discreet.received(bytes([byte]), at)
    discreet.close()

    assert heard(notes) == VEILED


def test_what_is_confided_is_told_to_the_purpose_and_to_nobody_else():
    at, _ = session([SAVED[:20], SAVED[20:] + b"\r\nOK\r\n"])
    at.recorder = notes = Notes()
    exchange = at.confide(query("CWSAP_DEF"))

    assert exchange.information == (SAVED.strip(),)
    assert "secret" not in "\n".join(at.trace())
    assert b"secret" not in heard(notes)
    assert at.recorder is notes
    assert at.last.information == (VEILED.strip(),)


def test_what_is_given_back_is_sent_whole_and_written_down_veiled():
    at, port = session([b"\r\nOK\r\n"])
    at.recorder = notes = Notes()
    line = set_("CWSAP_DEF", "my net", "secret12", 1, 3)
    at.confide(line)

    assert port.written == [line.encoded]
    assert b"secret" not in heard(notes, ">")
    assert "secret" not in "\n".join(at.trace())


# The flash


def test_a_password_in_a_flash_is_not_written_down():
    assert b"secret" not in veiled_flash(b"my secret password".ljust(64, b"\xff"))


#: Areas are sectors, and sectors whole blocks.
CONTENTS = st.binary(max_size=8).map(lambda some: some.ljust(32, b"\xff"))


@given(CONTENTS, CONTENTS)
def test_veiled_flashes_are_equal_when_they_are_and_different_when_they_are_not(one, other):
    assert len(veiled_flash(one)) == len(one)
    assert (veiled_flash(one) == veiled_flash(other)) is (one == other)


def test_equal_blocks_in_two_places_do_not_show():
    veil = veiled_flash(b"same 16 bytes...same 16 bytes...")

    assert veil[:16] != veil[16:]


def test_what_was_never_written_stays_as_it_is():
    assert veiled_flash(b"\xff" * 40) == b"\xff" * 40
