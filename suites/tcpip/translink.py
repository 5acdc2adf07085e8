"""A saved passthrough link: how it is saved, how the IUT starts with it, how it is got rid of.

Law of this file: an IUT that was told to start in passthrough mode is led out of it and told not to
any more, whatever became of the purpose. Otherwise no command would reach it after a restart.
"""

from conformance.commandline import CommandLine, Value, set_
from conformance.exchange import Exchange
from conformance.grammar import OK
from conformance.session import Session
from conformance.verdict import Inconclusive
from suites.tcpip.passthrough import is_in, lead_out_if_in
from suites.wifi import mode

NAME = "SAVETRANSLINK"

#: An address of the softAP's own net, where nobody is, and a port there.
PEER, PORT = "192.168.4.2", 1002


def saved(*values: Value) -> CommandLine:
    """The line that saves a passthrough link."""
    return set_(NAME, 1, *values)


def cancel(session: Session) -> Exchange:
    """AT+SAVETRANSLINK=0, alone or with a link, whichever is answered OK first (R-91)."""
    alone = session.observe(set_(NAME, 0))
    return alone if alone.final == OK else session.observe(set_(NAME, 0, PEER, PORT))


def save_local_port(session: Session, port: int, remote_port: int = PORT) -> Exchange:
    """A UDP link with a local port, behind the type or behind a keep-alive of 0 (R-91)."""
    behind_type = session.observe(saved(PEER, remote_port, "UDP", port))
    if behind_type.final == OK:
        return behind_type
    return session.observe(saved(PEER, remote_port, "UDP", 0, port))


def afterwards_none(session: Session) -> Session:
    """`session` with an IUT that is told afterwards to start as usual, and does so."""
    session.afterwards(session.restart)
    session.afterwards(lambda: session.agree(cancel(session)))
    session.afterwards(lambda: lead_out_if_in(session))
    return session


def softap_at_start(session: Session) -> None:
    """See to it that the IUT is a softAP when it starts; afterwards it starts as it did before."""
    mode.borrow(session, "CWMODE_DEF")
    if mode.told(session, "CWMODE_DEF") not in mode.WITH_SOFTAP:
        session.prepare(set_("CWMODE_DEF", mode.SOFTAP))


def start_in_passthrough(session: Session) -> None:
    """Power off and on; an IUT that takes commands then makes the purpose inconclusive."""
    session.power_cycle()
    if not is_in(session):
        raise Inconclusive("AT is answered OK, so the IUT did not start in passthrough mode")
