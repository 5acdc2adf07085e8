"""The mutants of AT+PING and AT+CIUPDATE (clauses 5.2.17 and 5.2.18).

Law: rows, and what they need.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..commands.reach import PING, UPDATE, Echo
from ..firmware.dispatch import obeyed
from ..ip.interfaces import station_ip
from ..line.command import OK, Answer, Call, Final, Form, Handler
from ..timers import MILLISECOND
from .conditions import in_mode
from .memory import memory
from .mutant import Mutant, Mutation, Operator, mutant, stage
from .operators import constant, given, made, wrapped
from .rows import Rows
from .typed import cut

Told = Callable[[Any], None]

_PING, _UPDATE = Rows(PING), Rows(UPDATE)


# AT+PING


def _asks(name: str, ask: Callable[[Any, Any, str, Told], None]) -> Operator:
    """Something else is done with an address that was found."""

    def asked(healthy: Any, chip: Any, ip: str | None, told: Told) -> None:
        if ip is None:
            healthy(chip, ip, told)
        else:
            ask(healthy, chip, ip, told)

    return wrapped(name, asked)


def _unsent(_healthy: Any, _chip: object, ip: str, told: Told) -> None:
    told(Echo(ip, MILLISECOND))


def _to_the_gateway(healthy: Any, chip: Any, _ip: str, told: Told) -> None:
    own = station_ip(chip.current, chip.personality.ips, chip.air)
    healthy(chip, str(own.gateway), told)


def _unheard(_healthy: Any, chip: Any, ip: str, told: Told) -> None:
    chip.later(chip.timing.ping_timeout, lambda: told(Echo(ip)))


def _remembered(healthy: Any, chip: Any, ip: str, told: Told) -> None:
    answered = memory(chip).setdefault("pinged", set())

    def noted(echo: Echo) -> None:
        if echo.time_ns is not None:
            answered.add(ip)
        told(echo)

    if ip in answered:
        told(Echo(ip, MILLISECOND))
    else:
        healthy(chip, ip, noted)


def _in_1_ms(_chip: object, echo: Echo) -> Echo:
    return echo if echo.time_ns is None else replace(echo, time_ns=MILLISECOND)


def _as_if_heard(_chip: object, echo: Echo) -> Echo:
    return replace(echo, time_ns=MILLISECOND) if echo.ip and echo.time_ns is None else echo


def _timed(_chip: object, answer: Answer) -> Answer:
    return replace(answer, information=b"+1\r\n") if answer.final is Final.ERROR else answer


def _name_ok(answer: Any, chip: Any, echo: Echo) -> Any:
    return OK if echo.ip is None else answer(chip, echo)


PINGS: tuple[Mutant, ...] = (
    _PING.row(
        "unread-ok",
        "= answers OK whatever it is given",
        _PING.whole(Form.SET, constant(OK)),
    ),
    _PING.row(
        "name-failure-ok",
        "= answers OK to a name that nobody knows",
        _PING.set("answer", wrapped("OK without an address", _name_ok)),
    ),
    _PING.row(
        "timeout-ok",
        "= answers +1 and OK if no echo comes",
        _PING.set("answer", given("as if heard", _as_if_heard)),
    ),
    _PING.row(
        "failure-timed",
        "= tells a time before the ERROR of a ping that failed",
        _PING.set("answer", made("timed", _timed)),
    ),
    _PING.row(
        "surplus-accepted",
        "= ignores surplus parameters",
        _PING.set("parse", cut(1)),
    ),
)
PINGS_ON_A_NETWORK: tuple[Mutant, ...] = (
    _PING.row(
        "unsent",
        " tells a time and OK, and sends nothing",
        _PING.set("ask", _asks("unsent", _unsent)),
    ),
    _PING.row(
        "other-host",
        " sends its echo to the gateway, whomever it is asked about",
        _PING.set("ask", _asks("to the gateway", _to_the_gateway)),
    ),
    _PING.row(
        "time-invented",
        " tells 1 ms, however long the answer took",
        _PING.set("answer", given("in 1 ms", _in_1_ms)),
    ),
)
PINGS_SELDOM: tuple[Mutant, ...] = (
    *(
        _PING.row(
            f"fails-in-mode-{mode}",
            f" hears no answer in mode {mode}",
            _PING.set("ask", _asks("unheard", _unheard), in_mode(mode)),
        )
        for mode in (2, 3)
    ),
    _PING.row(
        "remembered",
        " of a host that has answered once sends nothing, and is OK",
        _PING.set("ask", _asks("remembered", _remembered)),
    ),
)


# AT+CIUPDATE


def _all_steps(healthy: Any, chip: Any, ip: str | None, told: Told) -> None:
    if ip is None:
        for step in (b"1", b"2", b"3", b"4"):
            chip.say(chip.personality.tcpip.update_prefix + step + b"\r\n")
    healthy(chip, ip, told)


def _counted(handler: Handler) -> Handler:
    """Updates that fail leave a mark."""

    def answer(chip: Any, call: Call) -> Answer:
        def mark(whole: Answer) -> Answer:
            memory(chip)["updates"] = _updates(chip) + (whole.final is Final.ERROR)
            return whole

        return obeyed(handler, chip, call).then(mark)

    return answer


def _updates(chip: Any) -> int:
    count: int = memory(chip).get("updates", 0)
    return count


def _updated(chip: Any, identity: Any) -> Any:
    count = _updates(chip)
    return replace(identity, at_version=b"9.9.9.%d" % count) if count else identity


UPDATES: tuple[Mutant, ...] = (
    _UPDATE.row(
        "steps-told",
        " tells every step although it fails",
        _UPDATE.execute("ask", wrapped("all steps", _all_steps)),
    ),
    mutant(
        "ciupdate.other-version",
        "an AT+CIUPDATE that fails leaves another version in AT+GMR",
        _UPDATE.whole(Form.EXECUTE, Operator("counted", _counted)),
        Mutation(stage("+GMR", Form.EXECUTE, "show"), made("updated", _updated)),
    ),
)
