"""Events are frozen values, and of equal fields only those of one kind are equal."""

import pytest

from conformance.events import Echo, Event, FinalResult, MarkerEcho


def test_only_events_of_one_kind_with_equal_fields_are_equal():
    event = Echo(b"AT\r\r\n", 5)

    assert event == Echo(b"AT\r\r\n", 5, b"")
    others = (FinalResult(*event), MarkerEcho(*event), tuple(event), Echo(b"AT\r\r\n", 6))
    assert not any(event == other or other == event for other in others)
    assert all(event != other and other != event for other in others)


def test_kinds_with_equal_fields_are_told_apart_in_a_set():
    assert len({Echo(b"OK", 1), FinalResult(b"OK", 1), Echo(b"OK", 1)}) == 2


@pytest.mark.parametrize("name", ["raw", "at", "begun", "text", "other"])
def test_an_event_is_frozen(name):
    with pytest.raises(AttributeError):
        setattr(Event(b"OK", 1), name, b"")


def test_the_text_has_no_line_end_and_what_an_echo_interrupted():
    assert FinalResult(b"K\r\n", 1, b"O").text == b"OK"
