"""What the query of another command shows of what the command under test did.

Law of this file: a query that tells what the document does not have, or not even what its own
command sets, shows no state. It is in the way; what it was to show is neither right nor wrong.
"""

from __future__ import annotations

from collections.abc import Callable

from conformance.commandline import CommandLine, spelt
from conformance.exchange import Exchange
from conformance.session import Session
from conformance.verdict import Inconclusive, Reason


def require_documented(
    session: Session, exchange: Exchange, is_documented: bool, what: str, rule: str
) -> None:
    """Require the answer of a query to be `what` the document has, if another command is tested.

    `rule` is the requirement that says so of the query, as `query/02`. Without one the query may
    tell the truth: what it tells was taken though it was to be refused. Of a command under test the
    purpose compares whatever it tells.
    """
    if is_documented or session.tries(exchange.line.name):
        return
    met = exchange.objection(what)
    met.rule = rule
    raise met


def require_believable(session: Session, shows: Callable[[], bool], *own: CommandLine) -> None:
    """Require a query that did not tell what another command set to tell what its own sets.

    `own` are lines of the query's command that set the same; `shows` asks, and says whether it is
    told then. Where these lines are not claimed, or refused, nothing speaks against the query; nor
    where they save something, because the owner of the board may have saved something else.
    """
    name = own[0].name
    saves = not name.endswith("_CUR")
    if saves or session.tries(name) or not all(map(session.may, own)):
        return
    try:
        session.prepare(*own)
    except Inconclusive as error:
        session.pass_over(error, f"whether {spelt(name)}? can be believed is not known")
        return
    if shows() or session.last is None:
        return
    raise Inconclusive(
        f"{spelt(name)}? does not even tell what {spelt(name)} set: {session.last.describe()}",
        Reason.IN_THE_WAY,
        session.last.objection("what was set"),
    )
