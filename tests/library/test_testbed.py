"""What a rig offers: plain values, and errors that say of what kind the failure is."""

import pytest

from conformance.testbed import (
    CAPABILITIES,
    Controls,
    LineSettings,
    PortError,
    SettingRefused,
    TestbedError,
    Timing,
    after,
)


def test_a_refused_setting_is_an_error_of_the_port_and_not_every_error_of_the_port_is_one():
    assert issubclass(SettingRefused, PortError)
    assert issubclass(PortError, TestbedError)
    assert not issubclass(PortError, SettingRefused)


def test_a_rig_has_no_hand_on_the_board_unless_it_says_so():
    assert (Controls().reset, Controls().power, Controls().flash) == (None, None, None)


@pytest.mark.parametrize("name", ["reset", "power", "flash"])
def test_a_rig_may_have_one_hand_and_not_the_others(name):
    hand = object()
    controls = Controls(**{name: hand})

    others = {"reset", "power", "flash"} - {name}
    assert getattr(controls, name) is hand
    assert [getattr(controls, other) for other in others] == [None, None]


def test_controls_cannot_be_changed():
    with pytest.raises(AttributeError):
        Controls().reset = object()


def test_each_control_is_a_capability_by_the_name_that_the_session_gives_it():
    assert {"reset", "power", "flash-read"} <= CAPABILITIES.keys()


def test_each_capability_says_in_words_what_it_means():
    for name, meaning in CAPABILITIES.items():
        assert name.isascii()
        assert name == name.lower()
        assert " " in meaning
        assert not meaning.endswith(".")


@pytest.mark.parametrize(
    "settings",
    [
        LineSettings(),
        LineSettings(110),
        LineSettings(4_608_000),
        LineSettings(9600, 5, 1.5, "O"),
        LineSettings(9600, 6, 2, "E"),
    ],
    ids=str,
)
def test_documented_settings_have_no_problem(settings):
    assert settings.problem() == ""


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        (LineSettings(109), "baudrate is 110 to 4608000, not 109"),
        (LineSettings(4_608_001), "baudrate is 110 to 4608000, not 4608001"),
        (LineSettings(databits=9), "databits is one of (5, 6, 7, 8), not 9"),
        (LineSettings(stopbits=3), "stopbits is one of (1, 1.5, 2), not 3"),
        (LineSettings(parity="M"), "parity is one of ('N', 'O', 'E'), not 'M'"),
    ],
)
def test_a_setting_that_no_such_line_has_is_named_with_what_it_may_be(settings, problem):
    assert settings.problem() == problem


@pytest.mark.parametrize(
    ("settings", "shown"),
    [
        (LineSettings(), "115200 8N1"),
        (LineSettings(9600, 7, 1.5, "E"), "9600 7E1.5"),
        (LineSettings(110, 5, 2.0, "O"), "110 5O2"),
    ],
)
def test_settings_are_shown_as_an_engineer_writes_them(settings, shown):
    assert str(settings) == shown


def test_a_tolerance_of_sleep_leaves_something_to_judge():
    assert 0 < Timing().sleep_tolerance < 1


@pytest.mark.parametrize(("seconds", "later"), [(0, 0), (0.3, 300_000_000), (10, 10_000_000_000)])
def test_after_is_that_much_later(seconds, later):
    assert after(7, seconds) == 7 + later
