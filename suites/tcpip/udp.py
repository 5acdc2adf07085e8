"""UDP links of an IUT that is a softAP: they can be opened though nobody listens.

Law of this file: a purpose that stands on a link gets it from here, or is inconclusive. Links are
gone after the restart with which such a purpose ends.
"""

from conformance.commandline import CommandLine, execute, set_
from conformance.session import Session

#: An address of the softAP's own net, where nobody is, and the ports of both sides.
PEER, REMOTE_PORT, LOCAL_PORT = "192.168.4.2", 1001, 2001


def opened(udp_mode: int = 0, link: int | None = None) -> CommandLine:
    """The line that opens a link with this UDP mode; with an id where there may be several."""
    ids = () if link is None else (link,)
    return set_("CIPSTART", *ids, "UDP", PEER, REMOTE_PORT, LOCAL_PORT + (link or 0), udp_mode)


def closed(link: int | None = None) -> CommandLine:
    """The line that closes the link."""
    return execute("CIPCLOSE") if link is None else set_("CIPCLOSE", link)


def as_softap(session: Session) -> Session:
    """`session` with an IUT that is a softAP, and is restarted when the purpose is over."""
    session.afterwards(session.restart)
    session.prepare(set_("CWMODE_CUR", 2))
    return session
