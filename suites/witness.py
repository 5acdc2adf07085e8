"""What the query of another command shows of what the command under test did.

Law of this file: a value that the document does not have shows no state. The query that tells it is
in the way; what it was to show is neither right nor wrong.
"""

from __future__ import annotations

from conformance.exchange import Exchange
from conformance.session import Session


def require_documented(
    session: Session, exchange: Exchange, is_documented: bool, what: str, rule: str = ""
) -> None:
    """Require the answer of a query to be `what` the document has, if another command is tested.

    `rule` is the requirement of the query that says so, as `query/02`; without one it is the one
    that says how the query is answered. Of a command under test the purpose compares whatever it
    tells.
    """
    if is_documented or session.tries(exchange.line.name):
        return
    met = exchange.objection(what)
    met.rule = rule
    raise met
