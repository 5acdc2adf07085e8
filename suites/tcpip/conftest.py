"""What the purposes of clause 5 begin with."""

import pytest

from suites.tcpip.clients import be_server
from suites.tcpip.net import be_access_point


@pytest.fixture
def single(session):
    """An IUT in softAP mode with CIPMUX=0, left as it was found."""
    return be_access_point(session, 0)


@pytest.fixture
def multi(session):
    """An IUT in softAP mode with CIPMUX=1, left as it was found."""
    return be_access_point(session, 1)


@pytest.fixture
def server(session):
    """An IUT with a TCP server in its softAP, and a second station that has an address there."""
    return be_server(session)
