"""Clause 3.2.2: AT+RST (ruling R-04)."""

import pytest

from suites.inuse import again


@pytest.mark.purpose("TP/BASIC/RST/BV-01", verifies=["3.2.2/RST/execute/01"])
def test_rst_is_answered_ok(session):
    """AT+RST is answered OK."""
    session.send_restart().succeeds()


@pytest.mark.purpose("TP/BASIC/RST/BV-02", verifies=["3.2.2/RST/execute/02"])
def test_rst_restarts_the_module(session):
    """After AT+RST the IUT shows that it starts: boot text or `ready`."""
    session.send_restart().shows_restart()


@pytest.mark.purpose("TP/BASIC/RST/BV-03", verifies=["3.2.2/RST/execute/03"])
def test_the_module_takes_commands_after_rst(session):
    """When the restart after AT+RST is over, AT is answered OK."""
    session.send_restart()

    session.responds()


@pytest.mark.purpose("TP/BASIC/RST/BV-04", verifies=["3.2.2/RST/execute/03"])
def test_the_module_restarts_again_and_again(session):
    """After two restarts in a row, AT is answered OK."""
    session.restart()
    session.send_restart()

    session.responds()


# The same of an IUT in use

globals().update(
    again(
        test_rst_restarts_the_module,
    )
)
