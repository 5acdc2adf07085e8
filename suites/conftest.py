"""What purposes of any clause can begin with."""

import pytest

from suites import inuse


@pytest.fixture
def in_use(session):
    """An IUT in use, behind what the purpose's own fixtures did."""
    inuse.be_in_use(session)


@pytest.fixture
def joined(session):
    """A station that has joined, behind what the purpose's own fixtures did."""
    inuse.be_joined(session)


@pytest.fixture
def visited(session):
    """A softAP with a guest, behind what the purpose's own fixtures did."""
    inuse.be_visited(session)
