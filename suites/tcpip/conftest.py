"""What the purposes of clause 5 begin with."""

import pytest

from suites.tcpip.net import be_access_point


@pytest.fixture
def single(session):
    """An IUT in softAP mode with CIPMUX=0, left as it was found."""
    return be_access_point(session, 0)


@pytest.fixture
def multi(session):
    """An IUT in softAP mode with CIPMUX=1, left as it was found."""
    return be_access_point(session, 1)
