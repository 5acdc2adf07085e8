"""What the purposes of clause 4 begin with."""

import pytest

from suites.wifi.address import keep_range
from suites.wifi.dhcp import be_both
from suites.wifi.serving import DEF, Server


@pytest.fixture
def asked(session):
    """An IUT with station and softAP that saves nothing, left as it was found."""
    return be_both(session, "CIPSTAMAC_CUR", "CIPAPMAC_CUR", "CIPAP_CUR", "CWDHCP_CUR")


@pytest.fixture
def server(session, command):
    """An IUT whose DHCP server runs; afterwards its range is as it was found."""
    server = Server(session, command)
    session.afterwards(session.restart)
    server.start()
    if command == DEF:
        keep_range(session, command)
    return server
