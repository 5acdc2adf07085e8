"""Clauses 1.1 and 2, note 1: forms that a command does not have (ruling R-05).

For every command of the edition and every form that the document does not give it: how it is
answered is observed; what it does is judged. Test and query forms only ask. What such a form does
on the air, suites/wifi/test_absent_forms_on_air.py looks at.
"""

import pytest

from conformance.commandline import set_
from suites import absent
from suites.general.effects import EFFECTS, NOTHING


@pytest.mark.parametrize(
    ("form", "effect"), list(absent.cases("BI-01", states=EFFECTS, observed=True))
)
def test_a_form_that_does_not_exist_changes_nothing(session, requirement, form, effect):
    """A form that the document does not give the command leaves the IUT alive, and as it was.

    A set or an execute form that is answered OK may do what it was taken for.
    """
    effect = effect or NOTHING
    effect.be_there(session)
    before = effect.seen(session)
    with requirement(form.does):
        exchange = form.sent(session)
        requirement.observes(form.answered, exchange.ending)

        is_idle = form.judge(session, exchange)
        session.responds()
        if before is None or not is_idle:
            return
        if (afterwards := effect.seen(session)) not in (before, None):
            raise exchange.objection(f"as before: {before}", f"afterwards: {afterwards}")


#: What a command would save, and no line tells -> where the flash has it (clause 6).
SAVED = {
    "RESTORE": ("user", "system"),
    "UART": ("user",),
    "UART_DEF": ("user",),
    "SAVETRANSLINK": ("user",),
}


@pytest.mark.parametrize("form", list(absent.cases("BI-02", SAVED, needs=["flash-read"])))
def test_a_form_that_does_not_exist_saves_nothing(session, form):
    """A form that the document does not give the command leaves the flash as it was.

    A set or an execute form that is answered OK may do what it was taken for.
    """
    require_kept(session, form, *SAVED[form.name])


@pytest.mark.parametrize(
    "form",
    list(absent.cases("BI-03", ["CWAUTOCONN"], needs=["flash-read"], hazards=["destructive"])),
)
@pytest.mark.parametrize("value", [1, 0])
def test_whether_it_joins_at_power_on_is_kept(session, form, value):
    """A form that AT+CWAUTOCONN does not have leaves what was saved as it was, 0 or 1."""
    session.afterwards(lambda: session.prepare(set_("CWAUTOCONN", 1)))
    session.prepare(set_("CWAUTOCONN", value))

    require_kept(session, form, "system")


def require_kept(session, form, *areas):
    """Require the areas of the flash to be as they were before the form, unless it may act."""
    before = session.read_flash(*areas)
    exchange = form.sent(session)
    if form.judge(session, exchange) and session.read_flash(*areas) != before:
        raise exchange.objection("the flash as it was before", "it has been written")
