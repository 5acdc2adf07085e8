"""The mutants of AT+CIPSERVER (clause 5.2.13).

Law: rows, and what they need.  What survives a restart is not told here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any

from ..commands.tcpserver import DEFAULT_PORT, MODE, NAME, NOT_MULTIPLE, PORT, Serving
from ..line.command import Form, Handler
from . import numbers
from .mutant import Condition, Mutant, Operator
from .numbers import Range
from .operators import constant, overlooked, refused, wrapped
from .refusing import late, out_of_range, refused_does, takes_effect, unread
from .rows import Rows

_SERVER = Rows(NAME)
_NUMBERS = (
    Range(MODE, 0, "mode", attrgetter("mode"), 1, (0, 1), (-1, 2)),
    Range(PORT, 1, "port", attrgetter("port"), DEFAULT_PORT, (1, 65535), (0, 65536), (16, 32)),
)
SERVES = Condition("with a server", lambda chip: bool(chip.tcpip.server))
SERVES_NOT = Condition("without a server", lambda chip: not chip.tcpip.server)


def _in_mode(mode: int) -> Callable[[Serving], bool]:
    return lambda wanted: wanted.mode == mode


def _without_port(wanted: Serving) -> bool:
    return wanted == Serving(1)


def _not_switched(mode: int) -> Operator:
    """Nothing is done about a server where this mode is wanted."""

    def act(healthy: Any, chip: Any, wanted: Serving) -> None:
        if wanted.mode != mode:
            healthy(chip, wanted)

    return wrapped(f"{mode} ignored", act)


def _usual(_chip: object, _wanted: Serving) -> Serving:
    return Serving(1)


def _unless_it_serves(operator: Operator) -> Operator:
    """Of a whole form; nothing is to be started where there is a server."""

    def mutate(form: Handler) -> Handler:
        wrong = operator.mutates(form)
        return lambda chip, call: (wrong if SERVES_NOT.holds(chip) else form)(chip, call)

    return Operator(operator.name, mutate)


def _number_wrong(why: tuple[str, ...]) -> bool:
    return any(out_of_range(number)(why) for number in (MODE, PORT))


def _stop(chip: Any) -> None:
    chip.tcpip.stop_serving()


def _accepted() -> Iterator[Mutant]:
    yield _SERVER.row(
        "single-accepted",
        "= works with CIPMUX=0",
        _SERVER.set("available", overlooked(NOT_MULTIPLE)),
    )
    # Where surplus parameters are ignored, the port is one of them.
    yield from numbers.of_all(NAME, _NUMBERS, parameters=1)


def _refused(accepted: tuple[Mutant, ...]) -> Iterator[Mutant]:
    yield _SERVER.row(
        "refused-takes-effect",
        "= answers ERROR and yet starts a server",
        _SERVER.set("refuse", takes_effect(_usual, late=_number_wrong), SERVES_NOT),
        late(
            NAME,
            (*accepted, numbers.unlimited(NAME, _NUMBERS)),
            _unless_it_serves(unread(lambda _text: b"1")),
        ),
    )
    yield _SERVER.row(
        "refused-deletes",
        "= answers ERROR and yet deletes a server",
        _SERVER.whole(Form.SET, refused_does("deletes the server", _stop)),
    )
    yield _SERVER.row(
        "again-refused",
        "= is refused if it changes nothing",
        _SERVER.set("decide", refused("a server", attrgetter("mode")), SERVES),
        _SERVER.set("decide", refused("no server", _in_mode(0)), SERVES_NOT),
    )
    yield _SERVER.row(
        "port-required",
        "=1 is refused without a port",
        _SERVER.set("decide", refused("no port", _without_port)),
    )


def _mutants() -> Iterator[Mutant]:
    accepted = tuple(_accepted())
    yield from _refused(accepted)
    yield _SERVER.row(
        "0-not-applied",
        "=0 answers OK, but the server stays",
        _SERVER.set("effect", _not_switched(0)),
        _SERVER.set("news", constant(())),
    )
    yield _SERVER.row(
        "1-not-applied",
        "=1 answers OK, but there is no server",
        _SERVER.set("effect", _not_switched(1)),
    )
    yield from accepted


MUTANTS: tuple[Mutant, ...] = tuple(_mutants())
