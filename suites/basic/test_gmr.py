"""Clause 3.2.3: AT+GMR (ruling R-11)."""

import pytest

from conformance.commandline import execute
from suites.inuse import again

#: A version number on a line that does not say that it is the other one's.
AT_VERSION = rb"(?i)^(?!.*\bSDK\b).*\d+\.\d+"
SDK_VERSION = rb"(?i)^(?!.*\bAT\b).*\d+\.\d+"
#: A time of day, a year, or a day and month in figures.
DATE = rb"\d{1,2}:\d{2}|\b(?:19|20)\d{2}\b|\d{1,2}[./-]\d{1,2}[./-]\d{2}"


@pytest.mark.purpose("TP/BASIC/GMR/BV-01", verifies=["3.2.3/GMR/execute/01"])
def test_gmr_ends_with_ok(session):
    """AT+GMR ends with OK."""
    session.send(execute("GMR")).succeeds()


@pytest.mark.purpose("TP/BASIC/GMR/BV-02", verifies=["3.2.3/GMR/execute/02"])
def test_gmr_tells_the_version_of_the_at_commands_first(session):
    """The first line that AT+GMR answers carries a version number."""
    session.send(execute("GMR")).has_line(0, AT_VERSION, "the AT version")


@pytest.mark.purpose("TP/BASIC/GMR/BV-03", verifies=["3.2.3/GMR/execute/03"])
def test_gmr_tells_the_version_of_the_sdk_second(session):
    """The second line that AT+GMR answers carries a version number."""
    session.send(execute("GMR")).has_line(1, SDK_VERSION, "the SDK version")


@pytest.mark.purpose("TP/BASIC/GMR/BV-04", verifies=["3.2.3/GMR/execute/04"])
def test_gmr_tells_when_it_was_compiled_after_the_versions(session):
    """A line after the second that AT+GMR answers carries a date or a time of day."""
    session.send(execute("GMR")).has_line_from(2, DATE, "the time of compilation")


# The same of an IUT in use

globals().update(
    again(
        test_gmr_ends_with_ok,
        test_gmr_tells_the_version_of_the_at_commands_first,
        test_gmr_tells_the_version_of_the_sdk_second,
        test_gmr_tells_when_it_was_compiled_after_the_versions,
    )
)
