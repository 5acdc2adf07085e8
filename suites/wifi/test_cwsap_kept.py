"""Clauses 4.1.10 to 4.1.12: what of the softAP's configuration is kept, and what is not.

What the board's owner has saved is confided and compared, and comes into no report.
"""

from dataclasses import replace

import pytest

from conformance.commandline import set_
from conformance.verdict import NonConformity
from suites.inuse import again
from suites.wifi import mode, softap
from suites.wifi.beside import told_beside, which
from suites.wifi.softap import SoftAp
from suites.wifi.triples import alone, cases

CUR, DEF = "CWSAP_CUR", "CWSAP_DEF"
SAVING = ("CWSAP", DEF)
SAVED = {
    "encrypted": SoftAp("saved one", "saved password", 9, 4, 2, 1),
    "open": SoftAp("saved one", ecn=0),
}
CURRENT = SoftAp("current one", "current password", 3, 2, 1, 0)
#: One for each purpose: what a faulty IUT has saved of one must not hide what it saves of the next.
ANOTHER = [replace(CURRENT, ssid=f"current {number}") for number in range(4)]


@pytest.fixture
def iut(session, command):
    """An IUT in softAP mode, whose softAP `command` may set; afterwards it is what it was."""
    softap.borrow(session, command)
    return session


def require_saved(iut, wanted):
    """Require the softAP to be `wanted` in softAP mode, which a start may have taken away."""
    iut.prepare(set_("CWMODE_CUR", mode.SOFTAP))
    told = softap.told(iut, CUR)
    if wanted.ecn == 0:
        assert told.has_ssid(wanted.ssid), f"the name {wanted.ssid} in the answer {told.shown}"
    else:
        told.require(wanted)


@pytest.mark.parametrize(("command", "wanted"), list(cases("BV-15", SAVING, "set/21", SAVED)))
def test_a_saved_softap_is_there_after_a_restart(iut, command, wanted):
    """One softAP is saved, another one is current; after AT+RST it is the saved one."""
    iut.prepare(wanted.line(command), CURRENT.line(CUR))
    iut.restart()

    require_saved(iut, wanted)


@pytest.mark.parametrize(("command", "wanted"), list(cases("BV-16", SAVING, "set/22", SAVED)))
def test_a_saved_softap_is_there_without_power(iut, command, wanted):
    """One softAP is saved, another one is current; without power it becomes the saved one."""
    iut.prepare(wanted.line(command), CURRENT.line(CUR))
    iut.power_cycle()

    require_saved(iut, wanted)


def require_same(iut, command, before):
    """Require `command`? to tell what was confided before; neither is shown."""
    iut.prepare(set_("CWMODE_CUR", mode.SOFTAP))
    if softap.confided(iut, command) != before:
        raise NonConformity(
            "the configuration that was saved before AT+CWSAP_CUR",
            "another one; what is saved is the owner's and not shown",
        )


@pytest.mark.parametrize("command", list(alone("BV-17", [CUR], "set/21")))
def test_a_current_softap_is_gone_after_a_restart(iut, command):
    """After AT+RST the softAP is the saved one, not the current one from before."""
    saved = softap.confided(iut, DEF)
    iut.prepare(ANOTHER[0].line(command))
    iut.restart()

    require_same(iut, command, saved)


@pytest.mark.parametrize("command", list(alone("BV-18", [CUR], "set/22")))
def test_a_current_softap_is_gone_without_power(iut, command):
    """When the power was off the softAP is the saved one, not the current one from before."""
    saved = softap.confided(iut, DEF)
    iut.prepare(ANOTHER[1].line(command))
    iut.power_cycle()

    require_same(iut, command, saved)


@pytest.mark.parametrize("command", list(alone("BV-19", [CUR], "set/24")))
def test_which_softap_is_told_beside_a_current_one(iut, command, requirement):
    """After AT+CWSAP_CUR the query of AT+CWSAP_DEF tells the saved softAP, or that one."""
    saved = softap.confided(iut, DEF)
    iut.prepare(ANOTHER[2].line(command))
    current = softap.confided(iut, CUR)

    one = which(saved, current, softap.confided(iut, DEF))
    requirement.observes(told_beside(command), one)


@pytest.mark.parametrize("command", list(alone("BV-20", SAVING, "set/23")))
def test_a_saved_softap_is_in_the_system_parameter_area(iut, command):
    """A new softAP that is saved changes what the system parameter area of the flash holds."""
    iut.prepare(SAVED["open"].line(command))
    (before,) = iut.read_flash("system")
    iut.prepare(set_("CWMODE_CUR", mode.SOFTAP), SAVED["encrypted"].line(command))

    (afterwards,) = iut.read_flash("system")
    assert afterwards != before, "the system parameter area differs after a new softAP was saved"


@pytest.mark.parametrize("command", list(alone("BV-21", [CUR], "set/23")))
def test_a_current_softap_is_not_in_the_flash(iut, command):
    """AT+CWSAP_CUR changes nothing in either parameter area of the flash."""
    before = iut.read_flash("user", "system")
    iut.prepare(set_("CWMODE_CUR", mode.SOFTAP), ANOTHER[3].line(command))

    assert iut.read_flash("user", "system") == before, "both parameter areas as they were"


# The same of an IUT in use

globals().update(
    again(
        test_a_saved_softap_is_there_after_a_restart,
    )
)
