"""The passthrough mode: whether an IUT is in it, and the way out (ruling R-89).

Law of this file: it leads out of the mode and judges nothing. Nobody may count on what an IUT says
in it, so it is told by the silence after a command.
"""

from conformance.commandline import execute
from conformance.grammar import OK
from conformance.session import Session

#: Clause 5.2.14: how long to wait after +++ before the next command, in seconds.
AFTER_PLUS_S = 1.0


def is_in(session: Session) -> bool:
    """Whether AT is taken for data: no OK comes."""
    return session.observe(execute("AT")).final != OK


def lead_out(session: Session) -> None:
    """+++ alone after a silence, and the second that the document asks for.

    An IUT that was not in passthrough mode has three signs of a line then, which is closed.
    """
    session.settle()
    session.give_part(b"+++", silence_s=AFTER_PLUS_S)
    session.close_line()


def lead_out_if_in(session: Session) -> None:
    """For whoever has to leave the IUT as it was found."""
    if is_in(session):
        lead_out(session)
