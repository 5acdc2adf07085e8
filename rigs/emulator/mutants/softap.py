"""The mutants of AT+CWSAP under its three names (clauses 4.1.10 to 4.1.12).

Law: rows, and what they need.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from operator import attrgetter
from typing import Any

from ..commands.softap import (
    BASE,
    CHANNEL,
    CONNECTIONS,
    ECN,
    HIDDEN,
    LONG_PASSWORD,
    NO_SOFTAP,
    PARAMETERS,
    PASSWORD,
    SHORT_PASSWORD,
    SSID,
)
from ..line.parameters import Parameters
from ..settings.settings import SoftAp
from . import numbers, texts
from .memory import memory
from .mutant import Mutant, Mutation, Operator, Seam, mutant
from .numbers import Range
from .operators import (
    also,
    given,
    given_kept,
    kept,
    made,
    overlooked,
    part_kept,
    refused,
    truncated,
    unquoted,
)
from .refusing import does, late
from .scopes import (
    ScopedRows,
    no_prefix,
    not_saved_with_guests,
    rows,
    scoped,
    survives,
)
from .sides import LEFT_IN_THE_AIR, leave_in_the_air
from .texts import Wording
from .typed import parts

STRINGS = (
    Wording(SSID, 0, attrgetter("ssid"), default=b"ESP8266"),
    Wording(PASSWORD, 1, attrgetter("password"), default=b"12345678", beside=(LONG_PASSWORD,)),
)
NUMBERS = (
    Range(CHANNEL, 2, "channel", attrgetter("channel"), 1, (1, 6, 13), (0, 14)),
    Range(ECN, 3, "ecn", attrgetter("ecn"), 0, (0, 2, 3, 4), (1, 5)),
    Range(CONNECTIONS, 4, "max", attrgetter("max_connections"), 4, (1, 4), (0, 5)),
    Range(HIDDEN, 5, "hidden", attrgetter("hidden"), 0, (0, 1), (2,)),
)
REQUIRED = [each.written for each in (*STRINGS, *NUMBERS[:2])]
"""What must not be left out, as a careless parser assumes it."""

FIELDS = {
    "ssid": "ssid",
    "password": "password",
    "channel": "channel",
    "ecn": "ecn",
    "max": "max_connections",
    "hidden": "hidden",
}
"""The fields as ids spell them -> attributes of SoftAp."""


def _factory(chip: Any) -> SoftAp:
    factory: SoftAp = chip.personality.factory.softap
    return factory


def _values_only(why: tuple[str, ...]) -> bool:
    """Whether a value is refused, and not a text that no memory could hold."""
    return not any(reason.endswith(" bytes") for reason in why)


def _in_force(chip: Any) -> SoftAp:
    now: SoftAp = chip.current.softap
    return now


def _saved(chip: Any) -> SoftAp:
    kept_now: SoftAp = chip.store.read().softap
    return kept_now


def _astray(chip: Any, softap: SoftAp) -> None:
    leave_in_the_air(chip, softap=softap)


# What was left out is seen where parameters are read, and matters where they are used.


def _count(chip: Any, parameters: Parameters) -> Parameters:
    memory(chip)["typed"] = len(parts(parameters.source))
    return parameters


_COUNTED = given("counted", _count)


def _left_out(name: str, place: int, other: Any) -> Operator:
    def change(chip: Any, softap: SoftAp) -> SoftAp:
        missing = memory(chip).get("typed", 0) <= place
        return replace(softap, **{name: other(chip)}) if missing else softap

    return given(f"{name} left out", change)


def _as_left_out(names: ScopedRows, attribute: str, place: int, other: Any) -> tuple[Mutation, ...]:
    reads = _left_out(attribute, place, other)
    counted = names.set("parse", _COUNTED)
    return (counted, names.set("change", reads), names.set("lasts_ns", reads))


def _ascii(_chip: object, softap: SoftAp) -> SoftAp:
    return replace(softap, password=bytes(byte for byte in softap.password if byte < 0x80))


def _fields(names: ScopedRows) -> Iterator[Mutant]:
    for word, attribute in FIELDS.items():
        yield names.row(
            f"{word}-not-applied",
            f"= answers OK, but <{word}> stays as it was",
            names.set("change", given_kept(_in_force, attribute)),
        )
        yield names.row(
            f"{word}-not-shown",
            f"? shows the factory's <{word}> whatever is set",
            names.query("show", kept(_factory, attribute)),
        )
        if names.scope.saves:
            yield names.row(
                f"{word}-not-saved",
                f"= takes effect, but <{word}> is not saved",
                names.set("save", part_kept("softap", _saved, attribute)),
            )


def _softap(names: ScopedRows) -> Iterator[Mutant]:
    row = names.row
    yield row(
        "password-7-accepted",
        "= takes a password of fewer than 8 bytes for a secured softAP",
        names.set("decide", overlooked(SHORT_PASSWORD)),
    )
    yield row(
        "password-8-bit-cut",
        "= answers OK, but drops bytes above 127 from the password",
        *(names.set(step, given("8 bits cut", _ascii)) for step in ("change", "lasts_ns")),
    )
    yield row(
        "max-default-0",
        "= allows no station if <max conn> is left out",
        *_as_left_out(names, "max_connections", 4, lambda _chip: 0),
    )
    yield row(
        "hidden-default-kept",
        "= leaves <ssid hidden> as it was if it is left out",
        *_as_left_out(names, "hidden", 5, lambda chip: chip.current.softap.hidden),
    )
    yield row(
        "open-needs-password",
        "= refuses an open softAP without a password",
        names.set(
            "decide", refused("no password", lambda softap: not (softap.ecn or softap.password))
        ),
    )
    yield row(
        "set-in-station-mode", "= works in station mode",
        names.set("available", overlooked(NO_SOFTAP)),
    )  # fmt: skip
    yield row(
        "query-in-station-mode", "? works in station mode",
        names.query("available", overlooked(NO_SOFTAP)),
    )  # fmt: skip
    yield row(
        "query-unquoted",
        "? prints SSID and password without quotes",
        names.query("fields", unquoted(first=2)),
    )
    yield row(
        "query-four-fields",
        "? leaves out <max conn> and <ssid hidden>",
        names.query("fields", truncated(4)),
    )
    yield no_prefix(names, "? prints the values without a prefix")


def _refused_on_air() -> Mutant:
    return mutant(
        "softap.refused-on-air",
        "AT+CWSAP= that answers ERROR changes what is in the air",
        *LEFT_IN_THE_AIR,
        *(names.set("refuse", does(_astray, late=_values_only)) for names in rows(BASE)),
    )


def _accepts(names: ScopedRows) -> Iterator[Mutant]:
    yield from _softap(names)
    yield from numbers.of_all(names.name, NUMBERS, len(PARAMETERS))
    yield numbers.missing(names.name, REQUIRED)
    for string in STRINGS:
        yield from texts.of_each(names.name, string)


def _mutants() -> Iterator[Mutant]:
    for names in rows(BASE):
        yield from scoped(names, survives("softap"))
        yield from _fields(names)
        accepts = tuple(_accepts(names))
        yield from accepts
        yield names.row(
            "refused-takes-effect",
            "= answers ERROR to a value it refuses, yet all of it applies",
            late(names.name, (*accepts, numbers.unlimited(names.name, NUMBERS))),
        )


_ADMITS = Seam(("network", "air", "admits"))
_ADMITTED = "softap when a station joined"


def _remember(chip: Any, _knock: object) -> None:
    memory(chip)[_ADMITTED] = chip.current.softap


def _as_remembered(chip: Any, softap: SoftAp) -> SoftAp:
    remembered: SoftAp = memory(chip).get(_ADMITTED, softap)
    return remembered


def _stale_with_guests(names: ScopedRows) -> Mutant:
    return names.row(
        "query-stale-with-guests",
        "? goes on to tell what was set when a station joined",
        Mutation(_ADMITS, also("remembered", _remember)),
        names.query("show", made("as remembered", _as_remembered)),
    )


MUTANTS: tuple[Mutant, ...] = tuple(_mutants())
WITH_GUESTS = tuple(
    each
    for names in rows(BASE)
    for each in (*not_saved_with_guests(names), _stale_with_guests(names))
)
ON_AIR = (_refused_on_air(),)
