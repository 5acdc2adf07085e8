"""An IUT in use: its station has joined an access point, a second station has joined its softAP.

The document makes no difference between such an IUT and one that nobody uses, but where a clause
names one. So purposes that were written without a network are asked once more here.

Law of this file: what is asked again, and how it is judged, is the purpose's; here stands only what
is so meanwhile. It comes behind the purpose's own fixtures, which may choose another mode.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from conformance.session import Session
from suites.wifi import guests, mode, onair

Purpose = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Circumstance:
    """What is so while a purpose is asked again."""

    #: In the purpose's sentence, and in its id.
    says: str
    code: str
    #: What a rig has to offer for it.
    needs: tuple[str, ...]


#: What an IUT in use needs.
NEEDS = ("network", "second-station")

#: By the names of their fixtures.
CIRCUMSTANCES = {
    "in_use": Circumstance("in mode 3, joined, and with a guest", "IN-USE", NEEDS),
    "joined": Circumstance("in mode 1, joined", "JOINED", ("network",)),
    "visited": Circumstance("in mode 2, with a guest", "VISITED", ("second-station",)),
}


def be_joined(session: Session, wifi_mode: int = mode.STATION) -> None:
    """The station has joined the lab's access point."""
    mode.enter(session, wifi_mode)
    onair.be_joined(session, session.lab.home())


def be_visited(session: Session, wifi_mode: int = mode.SOFTAP) -> None:
    """A second station has joined the softAP."""
    mode.enter(session, wifi_mode)
    guests.put_up(session, wifi_mode=wifi_mode)
    guests.guest(session)


def be_in_use(session: Session) -> None:
    """Mode 3 with a guest on the softAP, and the station has joined the lab's access point."""
    be_joined(session, mode.BOTH)
    be_visited(session, mode.BOTH)


def again(*tests: Purpose, keys: Sequence[str] = (), where: str = "in_use") -> dict[str, Purpose]:
    """The purposes `tests` in another circumstance, by the names of their functions.

    One case for each requirement that they verify, or those with one of `keys` in their names.
    """
    return {f"{test.__name__}_{where}": _again(test, keys, where) for test in tests}


def _again(test: Purpose, keys: Sequence[str], where: str) -> Purpose:
    inner = inspect.signature(test)

    @functools.wraps(test)
    def purpose(**arguments: Any) -> None:
        del arguments[where]
        test(**arguments)

    last = inspect.Parameter(where, inspect.Parameter.KEYWORD_ONLY)  # behind the others
    others = (each.replace(kind=last.kind) for each in inner.parameters.values())
    purpose.__signature__ = inner.replace(parameters=[*others, last])  # type: ignore[attr-defined]
    purpose.__doc__ = f"{inspect.getdoc(test)} So it is {CIRCUMSTANCES[where].says}."
    purpose.pytestmark = [
        _asked_again(mark, keys, CIRCUMSTANCES[where]) for mark in test.pytestmark
    ]  # type: ignore[attr-defined]
    return purpose


def _asked_again(mark: pytest.Mark, keys: Sequence[str], where: Circumstance) -> pytest.Mark:
    if mark.name == "purpose":
        return _renamed(mark, where).mark
    if mark.name == "parametrize":
        return _parametrized(keys, where, *mark.args, **mark.kwargs)
    return mark


def _parametrized(
    keys: Sequence[str], where: Circumstance, names: Any, cases: Iterable[Any], ids: Any = None
) -> pytest.Mark:
    """The cases that are asked again; of values that have no requirement of their own, the first.

    Names that stand apart from the values go with them.
    """
    cases = list(cases)
    named = list(ids) if ids is not None and not callable(ids) else None
    places = list(_places(cases, keys))
    asked = [_case(cases[place], where) for place in places]
    names_of_them = [named[place] for place in places] if named else ids
    return pytest.mark.parametrize(names, asked, ids=names_of_them).mark


def _places(cases: Sequence[Any], keys: Sequence[str]) -> Iterator[int]:
    seen: set[tuple[str, ...]] = set()
    for place, case in enumerate(cases):
        marks = getattr(case, "marks", ())
        verified = tuple(name for mark in marks for name in mark.kwargs.get("verifies", ()))
        if any(key in str(case.id) for key in keys) if keys else verified not in seen:
            seen.add(verified)
            yield place


def _case(case: Any, where: Circumstance) -> Any:
    if not (marks := getattr(case, "marks", ())):
        return case
    return pytest.param(*case.values, marks=[_renamed(mark, where) for mark in marks], id=case.id)


def _renamed(mark: Any, where: Circumstance) -> pytest.MarkDecorator:
    """The marker of a purpose, as that of another one which needs a network."""
    needs = (*mark.kwargs.get("needs", ()), *where.needs)
    return pytest.mark.purpose(f"{mark.args[0]}-{where.code}", **{**mark.kwargs, "needs": needs})
