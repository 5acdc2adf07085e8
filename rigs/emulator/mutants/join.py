"""The mutants of AT+CWJAP under each of its three names (clauses 4.1.4 to 4.1.6).

Law: rows, and what they need.  What is wrong under all three names stands in `joining.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from operator import attrgetter
from typing import Any

from ..commands.join import BASE, NO_STATION, PASSWORD, SSID, SUCCESS, Outcome
from ..commands.texts import Text
from ..firmware.dispatch import obeyed
from ..line.command import Answer, Final, Form, Handler
from ..settings.accesspoint import AccessPoint
from . import numbers, texts
from .conditions import BOTH, HAS_STATION
from .memory import memory
from .mutant import ALWAYS, Condition, Mutant, Mutation, Operator, form, stage
from .operators import (
    constant,
    dropped,
    fixed,
    given,
    overlooked,
    refused,
    truncated,
    unquoted,
    wrapped,
)
from .refusing import late, refused_does
from .scopes import (
    ScopedRows,
    not_saved_while_joined,
    other_name,
    rows,
    stored,
    survives,
)
from .texts import Wording
from .typed import rewritten

BSSID = Text("bssid", longest=17)
"""The chip takes it as a MAC or not at all."""

STRINGS = (
    Wording(SSID, 0, attrgetter("ssid"), default=b"none"),
    Wording(PASSWORD, 1, attrgetter("password"), default=b"12345678"),
    Wording(BSSID, 2, attrgetter("bssid"), default=b"18:fe:34:00:00:01", bounded=False, free=False),
)
REQUIRED = [string.written for string in STRINGS[:2]]


# Operators


def _of_wish(name: str, change: Callable[[AccessPoint], AccessPoint]) -> Operator:
    """It is given another wish."""
    return given(name, lambda _chip, wish: change(wish))


def _saved_as(name: str, change: Callable[[AccessPoint], AccessPoint]) -> Operator:
    """Another access point is saved than is joined."""

    def save(_chip: object, changes: Any) -> Any:
        return {**changes, "access_point": change(changes["access_point"])}

    return given(name, save)


def _failing(name: str, change: Callable[[bytes], bytes]) -> Operator:
    """What is said of a failure."""

    def report(healthy: Any, chip: Any, outcome: Outcome) -> bytes:
        said: bytes = healthy(chip, outcome)
        return said if outcome == SUCCESS else change(said)

    return wrapped(name, report)


def _ends(final: Final | None) -> Operator:
    """The final code of a failure."""

    def end(healthy: Any, chip: Any, outcome: Outcome) -> Final | None:
        code: Final | None = healthy(chip, outcome) if outcome == SUCCESS else final
        return code

    return wrapped(f"{final.value.decode('ascii') if final else 'nothing'} for FAIL", end)


def _code_after(handler: Handler) -> Handler:
    def after(chip: Any, whole: Answer) -> Answer:
        if whole.final is not Final.FAIL:
            return whole
        line = whole.information.removesuffix(b"\r\n")
        return replace(whole, information=b"", afterwards=lambda: chip.tell(line))

    return lambda chip, call: handler(chip, call).then(lambda whole: after(chip, whole))


# Under each name: what is saved

_SAVED_OTHERWISE = {
    "not-current": "= saves the access point, but joins it only at the next boot",
    "not-saved": "= joins the access point, but does not save it",
}
"""Sentences that are other ones than those of any setting."""

_PASSWORD_KEPT = 32


def _escaped(text: bytes) -> bytes:
    return re.sub(rb'([\\",])', rb"\\\1", text)


def _saved(names: ScopedRows) -> Iterator[Mutant]:
    survive = "= makes the board join this one after AT+RST, too"
    for each in stored(names, "the access point", survive, survives("access_point")):
        word = each.id.partition(".")[2]
        if word == "not-current":
            yield _not_current(names)
        elif word in _SAVED_OTHERWISE:
            yield names.row(word, _SAVED_OTHERWISE[word], *each.mutations)
        else:
            yield each
    if not names.scope.saves:
        return
    saves_refused = Mutation(
        form(names.name, Form.SET), refused_does("saves", _save_refused), HAS_STATION
    )
    yield names.row(
        "refused-saves",
        "= answers ERROR to what it cannot read, yet saves an access point",
        saves_refused,
    )


def _not_current(names: ScopedRows) -> Mutant:
    """It is OK at once, and nobody is joined."""
    return names.row(
        "not-current",
        _SAVED_OTHERWISE["not-current"],
        names.set("apply", dropped),
        names.set("start", dropped),
        names.set("wait_ns", constant(0)),
        names.set("look", constant(SUCCESS)),
    )


_REFUSED = (AccessPoint(b"refused", b"refused?"), AccessPoint(b"refused too", b"refused?"))


def _save_refused(chip: Any) -> None:
    """Another one than is saved already, or nothing would change."""
    saved = chip.store.read().access_point
    refused = next(each for each in _REFUSED if each != saved)
    chip.current = replace(chip.current, access_point=refused)
    chip.store.write(access_point=refused)


def _saved_if_failed(handler: Handler) -> Handler:
    def ended(chip: Any, whole: Answer) -> Answer:
        if whole.final is Final.FAIL:
            _save_refused(chip)
        return whole

    return lambda chip, call: obeyed(handler, chip, call).then(lambda whole: ended(chip, whole))


def _saved_seldom(names: ScopedRows) -> Iterator[Mutant]:
    yield from not_saved_while_joined(names)
    if not names.scope.saves:
        yield names.row(
            "saved-if-failed",
            "= that ends with FAIL saves an access point",
            names.whole(Form.SET, Operator("saved if failed", _saved_if_failed)),
        )
        return
    for word, says, operator, when in (
        ("not-saved-in-mode-3", "does not save it in mode 3", dropped, BOTH),
        (
            "bssid-not-saved",
            "saves SSID and password alone",
            _saved_as("BSSID dropped", lambda wish: replace(wish, bssid=None)),
            ALWAYS,
        ),
        (
            "saved-escaped",
            "saves special characters with a backslash before them",
            _saved_as(
                "escaped",
                lambda wish: replace(
                    wish, ssid=_escaped(wish.ssid), password=_escaped(wish.password)
                ),
            ),
            ALWAYS,
        ),
        (
            "password-saved-cut",
            "saves 32 bytes of it at most",
            _saved_as(
                "password cut", lambda wish: replace(wish, password=wish.password[:_PASSWORD_KEPT])
            ),
            ALWAYS,
        ),
    ):
        yield names.row(word, f"= {_JOINS[word]}, but {says}", names.set("save", operator, when))


_JOINS = {
    "not-saved-in-mode-3": "joins the access point",
    "bssid-not-saved": "joins by the BSSID",
    "saved-escaped": "joins",
    "password-saved-cut": "joins with the password",
}

# Under each name: what is taken, and how it ends

FOREIGN_CODES = (0, 5)
_QUOTED = re.compile(rb'"(?:\\.|[^"\\])*"', re.DOTALL)
_MAC = re.compile(rb'"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}"')
_MAC_INSIDE = re.compile(rb'"\s*([0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5})[^"\\]*"')
_BSSID_PLACE = 2


def _malformed_dropped(typed: list[bytes]) -> list[bytes]:
    bssid = typed[_BSSID_PLACE:]
    malformed = bssid and _QUOTED.fullmatch(bssid[0]) and not _MAC.fullmatch(bssid[0])
    return typed[:_BSSID_PLACE] + bssid[1:] if malformed else typed


def _rest_dropped(typed: list[bytes]) -> list[bytes]:
    bssid = typed[_BSSID_PLACE:]
    read = _MAC_INSIDE.fullmatch(bssid[0]) if bssid else None
    return [*typed[:_BSSID_PLACE], b'"%b"' % read[1], *bssid[1:]] if read else typed


def _accepts(names: ScopedRows) -> Iterator[Mutant]:
    yield names.row(
        "set-in-softap-mode",
        "= is taken in softAP mode",
        names.set("available", overlooked(NO_STATION)),
    )
    yield names.row(
        "bssid-refused",
        "= refuses a BSSID",
        names.set("decide", refused("a BSSID", lambda wish: wish.bssid is not None)),
    )
    yield names.row(
        "bssid-ignored",
        "= joins any access point of that name, whatever the BSSID",
        names.set("parse", fixed(bssid=None)),
    )
    yield names.row(
        "bssid-malformed-accepted",
        "= takes any string for a BSSID",
        names.set("parse", rewritten("malformed dropped", _malformed_dropped)),
    )
    yield names.row(
        "bssid-rest-ignored",
        "= ignores blanks before a BSSID, and whatever stands behind it",
        names.set("parse", rewritten("rest dropped", _rest_dropped)),
    )
    yield numbers.surplus(names.name, len(STRINGS))
    yield numbers.missing(names.name, REQUIRED)
    for string in STRINGS:
        yield from texts.of_each(names.name, string)


def _ending(names: ScopedRows) -> Iterator[Mutant]:
    row = names.row

    def reports(operator: Operator) -> Mutation:
        return names.set("report", operator)

    yield row(
        "fail-without-code",
        "= ends with FAIL without the line that says why",
        reports(_failing("nothing", lambda _line: b"")),
    )
    yield row(
        "fail-no-digit",
        "= says +CWJAP: without a code before FAIL",
        reports(_failing("no digit", lambda line: re.sub(rb"[0-9]+", b"", line))),
    )
    yield row(
        "fail-no-prefix",
        "= says the bare code before FAIL",
        reports(_failing("no prefix", lambda line: line.rpartition(b":")[2])),
    )
    yield row(
        "fail-code-after",
        "= says why only after FAIL",
        names.whole(Form.SET, Operator("code after FAIL", _code_after)),
    )
    for word, says, final in (
        ("fail-as-error", "ends with ERROR where FAIL is due", Final.ERROR),
        ("fail-as-ok", "ends with OK although it has joined nobody", Final.OK),
        ("fail-missing", "says why it failed, but the final FAIL is missing", None),
    ):
        yield row(word, f"= {says}", names.set("final", _ends(final)))
    for code in FOREIGN_CODES:
        yield row(
            f"fail-code-{code}",
            f"= says that it failed because of {code}, which means nothing",
            reports(_failing(f"{code}", lambda _line, code=code: b"+CWJAP:%d\r\n" % code)),  # type: ignore[misc]
        )


def _autoconn_off(chip: Any) -> bool:
    return not chip.store.read().auto_connect


def _noting(start: Any, chip: Any, *rest: Any) -> None:
    memory(chip)["was joined"] = chip.station.joined
    start(chip, *rest)


def _was_joined(chip: Any) -> bool:
    return bool(memory(chip).get("was joined"))


WAS_JOINED = Condition("had joined before", _was_joined)


def _while_joined(names: ScopedRows) -> Iterator[Mutant]:
    """What is refused is tried by a station that has an access point."""
    yield names.row(
        "needs-autoconn",
        "= is refused while AT+CWAUTOCONN is 0",
        names.set("available", refused("no auto connect", _autoconn_off)),
    )
    yield names.row(
        "fail-as-ok-while-joined",
        "= says No AP and OK if it fails while the station has joined another one",
        names.set("start", wrapped("noting", _noting)),
        Mutation(
            stage(names.name, Form.SET, "report"),
            _failing("No AP", lambda _line: b"No AP\r\n"),
            WAS_JOINED,
        ),
        Mutation(stage(names.name, Form.SET, "final"), _ends(Final.OK), WAS_JOINED),
    )


def _query(names: ScopedRows) -> Iterator[Mutant]:
    yield other_name(names)
    yield names.row(
        "query-unquoted",
        "? prints SSID and BSSID without quotes",
        names.query("fields", unquoted(first=2)),
    )
    yield names.row(
        "query-three-fields", "? leaves out <rssi>", names.query("fields", truncated(3))
    )


def _named(names: ScopedRows) -> Iterator[Mutant]:
    accepts = tuple(_accepts(names))
    yield from accepts
    yield names.row(
        "refused-joins",
        "= answers ERROR where it has to, yet joins what it could read",
        late(names.name, accepts),
    )
    yield from _saved(names)
    yield from _ending(names)
    yield from _query(names)
    yield names.row(
        "refused-takes-effect",
        "= answers ERROR where it has to, yet leaves what is joined",
        names.whole(Form.SET, refused_does("leaves", lambda chip: chip.station.leave())),
    )


MUTANTS: tuple[Mutant, ...] = tuple(each for names in rows(BASE) for each in _named(names))
SELDOM = tuple(
    each for names in rows(BASE) for each in (*_saved_seldom(names), *_while_joined(names))
)
