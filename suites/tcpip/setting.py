"""A setting of a TCP/IP command that its query tells as one number.

Law of this file: it asks, and reads what was told; which setting it is, the caller says.
"""

from conformance.commandline import query, set_
from conformance.exchange import Exchange
from conformance.session import Session
from conformance.verdict import NonConformity


def pattern(name: str) -> bytes:
    """What the line of the answer looks like; spaces beside the colon are typography (R-03)."""
    return rb"\+%s ?: ?(\d+)" % name.encode()


def told(session: Session, name: str) -> int:
    """The number that the query of `name` tells."""
    exchange = session.send(query(name))
    session.agree(exchange)
    return int(exchange.tells(pattern(name), f"a line +{name}:<number>")[1])


def require(session: Session, name: str, value: int) -> None:
    """Require the query of `name` to tell `value`."""
    actual = told(session, name)
    if actual != value:
        raise NonConformity(f"+{name}:{value}", f"+{name}:{actual}")


def after_restart(session: Session, name: str, value: int) -> int:
    """What the query of `name` tells after it was set to `value` and the IUT restarted."""
    session.prepare(set_(name, value))
    session.restart()
    return told(session, name)


def says_builded(exchange: Exchange) -> bool:
    """Whether the answer has the words of a command that an open link forbids (R-87)."""
    return any(line.strip().lower() == b"link is builded" for line in exchange.information)
