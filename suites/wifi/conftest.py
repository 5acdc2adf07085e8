"""What the purposes of clause 4 begin with."""

import pytest

from suites.wifi.dhcp import be_both


@pytest.fixture
def asked(session):
    """An IUT with station and softAP that saves nothing, left as it was found."""
    return be_both(session, "CIPSTAMAC_CUR", "CIPAPMAC_CUR", "CIPAP_CUR", "CWDHCP_CUR")
