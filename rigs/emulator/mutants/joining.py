"""The mutants of joining and leaving, under whichever name (clauses 4.1.4 to 4.1.6, 4.1.9).

Law: rows, and what they need.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..commands.join import BASE, NO_STATION, QUIT, SUCCESS, Outcome
from ..commands.scope import CURRENT
from ..commands.wifimode import BASE as MODE
from ..line.command import OK, Answer, Final
from ..settings.accesspoint import AccessPoint
from ..wifi.air import Beacon, Refusal
from ..wifi.station import CONNECTED, GOT_IP
from . import station
from .conditions import JOINED
from .memory import memory
from .mutant import ALWAYS, Condition, Mutant, Mutation, Operator, mutant
from .operators import (
    Change,
    also,
    also_after,
    constant,
    dropped,
    given,
    made,
    overlooked,
    wrapped,
)
from .rows import Rows
from .scopes import ScopedRows, rows
from .sides import STATION_SIDE, stays

Joined = Beacon | None

_FAILS = "it fails"


def _fails(names: ScopedRows, where: Callable[[Any, AccessPoint], bool]) -> tuple[Mutation, ...]:
    """Nobody is asked, and it ends as if it had failed."""

    def decide(healthy: Any, chip: Any, wish: AccessPoint) -> tuple[str, ...]:
        why = tuple(healthy(chip, wish))
        return why or ((_FAILS,) if where(chip, wish) else ())

    def refuse(healthy: Any, chip: Any, form: Any, wish: AccessPoint, why: Any) -> Answer:
        if why != (_FAILS,):
            return healthy(chip, form, wish, why)  # type: ignore[no-any-return]
        outcome = Outcome(chip.station.refusal or Refusal.TIMEOUT)
        return Answer(form.final(chip, outcome), form.report(chip, outcome))

    return (
        names.set("decide", wrapped(_FAILS, decide)),
        names.set("refuse", wrapped(_FAILS, refuse)),
    )


def _meant(wish: AccessPoint, beacon: Beacon) -> bool:
    return wish.ssid == beacon.ssid and wish.bssid in (None, beacon.bssid)


def _of_joined(name: str, change: Callable[[Beacon], Beacon]) -> Operator:
    """The query shows another access point, if there is any."""
    return made(name, lambda _chip, joined: joined and change(joined))


# Rows of AT+CWJAP


def _every(
    word: str, says: str, *mutations: Callable[[ScopedRows], tuple[Mutation, ...]]
) -> Mutant:
    """A row for all three names; `says` begins with what is typed behind AT+CWJAP."""
    return mutant(
        f"join.{word}",
        f"AT{BASE}{says}",
        *(each for names in rows(BASE) for one in mutations for each in one(names)),
    )


def _set(
    step: str, operator: Operator, when: Condition = ALWAYS
) -> Callable[[ScopedRows], tuple[Mutation, ...]]:
    return lambda names: (names.set(step, operator, when),)


def _shows(operator: Operator) -> Callable[[ScopedRows], tuple[Mutation, ...]]:
    return lambda names: (names.query("show", operator),)


def _failing_where(
    where: Callable[[Any, AccessPoint], bool],
) -> Callable[[ScopedRows], tuple[Mutation, ...]]:
    return lambda names: _fails(names, where)


def _joins(word: str, says: str, change: Change) -> Mutant:
    """Another wish is what the radio hears."""
    return _every(word, f"= {says}", _set("start", given(word, change)))


def _told(word: str, says: str, operator: Operator) -> Mutant:
    return _every(f"query-{word}", f"? tells {says}", _shows(operator))


OK_IN_SOFTAP_MODE = _every(
    "ok-in-softap-mode", "= in mode 2 answers OK and joins nobody", _set("turn_away", constant(OK))
)

# What only a network shows


def _pretend(healthy: Any, chip: Any, outcome: Outcome) -> bytes:
    if outcome != SUCCESS:
        for line in (CONNECTED, GOT_IP):
            chip.tell(line)
        return b""
    said: bytes = healthy(chip, outcome)
    return said


def _denied(_chip: object, outcome: Outcome | None) -> Outcome | None:
    return Outcome(Refusal.TIMEOUT) if outcome == SUCCESS else outcome


def _another(chip: Any, wish: AccessPoint) -> AccessPoint:
    others = (beacon for beacon in chip.station.scan() if not _meant(wish, beacon))
    other = next(others, None)
    return replace(wish, ssid=other.ssid, bssid=other.bssid) if other else wish


def _has_it(chip: Any, wish: AccessPoint) -> bool:
    there = chip.station.access_point
    return there is not None and _meant(wish, there)


def _has_lost(chip: Any, _wish: AccessPoint) -> bool:
    return station.has_lost(chip.station)


def _remember_joined(chip: Any, outcome: Outcome | None) -> Outcome | None:
    if outcome == SUCCESS:
        memory(chip)["access point"] = chip.station.access_point
    return outcome


def _last_joined(chip: Any, joined: Joined) -> Joined:
    last: Joined = joined or memory(chip).get("access point")
    memory(chip)["access point"] = last
    return last


def _save_joined(chip: Any, outcome: Outcome) -> None:
    if outcome == SUCCESS:
        chip.store.write(access_point=chip.station.wish)


def _cut(length: int) -> Change:
    return lambda _chip, wish: replace(wish, password=wish.password[:length])


ON_A_NETWORK: tuple[Mutant, ...] = (
    _every(
        "pretends",
        "= tells success when the access point refuses the station",
        _set("report", wrapped("pretends", _pretend)),
        _set("final", constant(Final.OK)),
    ),
    _every(
        "denies",
        "= ends with FAIL though the station has joined",
        _set("look", made("denied", _denied)),
    ),
    _joins("elsewhere", "joins another access point if there is one", _another),
    _every(
        "keeps-old",
        "= of a station that has joined stays there and says OK",
        _set("start", dropped, JOINED),
    ),
    _every(
        "again-refused",
        "= fails where the station has the access point already",
        _failing_where(_has_it),
    ),
    mutant(
        "join.refused-after-loss",
        f"AT{BASE}= fails once an access point was lost",
        station.LOSSES_COUNTED,
        *(each for names in rows(BASE) for each in _fails(names, _has_lost)),
    ),
    _every(
        "open-refused",
        "= fails without a password",
        _failing_where(lambda _chip, wish: not wish.password),
    ),
    mutant(
        "join.made-in-softap-mode",
        f"AT{BASE}= joins in softAP mode, too",
        Mutation(STATION_SIDE, stays(1)),
        *(names.set("available", overlooked(NO_STATION)) for names in rows(BASE)),
    ),
    _joins(
        "ssid-lower-case",
        "looks for the SSID in lower case",
        lambda _chip, wish: replace(wish, ssid=wish.ssid.lower()),
    ),
    _joins("password-cut", "uses the first 31 bytes of a longer password", _cut(31)),
    _joins("password-64-cut", "uses the first 63 bytes of a longer password", _cut(63)),
    _told(
        "other-ssid",
        "the SSID that was wished, cut off by a byte",
        _of_joined("cut", lambda joined: replace(joined, ssid=joined.ssid[:-1])),
    ),
    _told(
        "other-bssid",
        "the BSSID in reverse",
        _of_joined("reversed", lambda joined: replace(joined, bssid=joined.bssid[::-1])),
    ),
    _told(
        "other-channel",
        "a channel that is 1 larger",
        _of_joined("+ 1", lambda joined: replace(joined, channel=joined.channel + 1)),
    ),
    _told(
        "other-rssi",
        "the signal without its sign",
        _of_joined("no sign", lambda joined: replace(joined, rssi=abs(joined.rssi))),
    ),
    _every(
        "query-after-leave",
        "? names the access point that was left or lost",
        _set("look", made("remembered", _remember_joined)),
        _shows(made("the last", _last_joined)),
    ),
    mutant(
        "join.current-saved",
        f"AT{CURRENT.name(BASE)}= saves the access point once it has joined",
        Rows(CURRENT.name(BASE)).set("report", also("saved", _save_joined)),
    ),
)

# What is well at first

_JOINS_OF_A_RUN = 2


def _count(chip: Any, _wish: AccessPoint) -> None:
    memory(chip)["joins"] = memory(chip).get("joins", 0) + 1


def _third(chip: Any, _wish: AccessPoint) -> bool:
    return bool(memory(chip).get("joins", 0) >= _JOINS_OF_A_RUN)


def _weakest(chip: Any, joined: Joined) -> Joined:
    if joined is None:
        return None
    namesakes = (each for each in chip.station.scan() if each.ssid == joined.ssid)
    weakest = min(namesakes, key=lambda each: each.rssi, default=joined)
    return replace(joined, bssid=weakest.bssid)


def _bssid_once(chip: Any, wish: AccessPoint) -> AccessPoint:
    _count(chip, wish)
    return replace(wish, bssid=None) if memory(chip)["joins"] > 1 else wish


def _passwords(chip: Any) -> dict[bytes, bytes]:
    known: dict[bytes, bytes] = memory(chip).setdefault("passwords", {})
    return known


def _remember_password(chip: Any, outcome: Outcome | None) -> Outcome | None:
    wish = chip.station.wish
    if outcome == SUCCESS and wish:
        _passwords(chip)[wish.ssid] = wish.password
    return outcome


def _remembered_password(chip: Any, wish: AccessPoint) -> AccessPoint:
    return replace(wish, password=_passwords(chip).get(wish.ssid, wish.password))


SELDOM: tuple[Mutant, ...] = (
    mutant(
        "join.third-refused",
        f"the third AT{BASE}= of a run fails, whatever it names",
        *(names.set("start", also("counted", _count)) for names in rows(BASE)),
        *(each for names in rows(BASE) for each in _fails(names, _third)),
    ),
    _told(
        "weakest-bssid",
        "the BSSID of the weakest access point of this SSID",
        made("the weakest", _weakest),
    ),
    _joins("bssid-once", "minds the BSSID of the first join of a run alone", _bssid_once),
    _every(
        "password-remembered",
        "= joins with the password that joined this SSID before, whatever it is told",
        _set("look", made("remembered", _remember_password)),
        _set("start", given("remembered", _remembered_password)),
    ),
)

# AT+CWQAP

_QUIT = Rows(QUIT)


def _return(leave: Any, chip: Any) -> None:
    wish = chip.station.wish
    leave(chip)
    if wish:
        chip.station.join(wish)


def _once(leave: Any, chip: Any) -> None:
    quits = memory(chip)["quits"] = memory(chip).get("quits", 0) + chip.station.joined
    if quits <= 1:
        leave(chip)


def _quits(word: str, says: str, operator: Operator) -> Mutant:
    return _QUIT.row(word, says, _QUIT.execute("then", operator))


def _untold(leave: Any, chip: Any, *rest: Any) -> None:
    """What is said while it leaves nobody hears."""
    station, tell = chip.station, chip.station._tell_line
    station._tell_line = lambda _line: None
    leave(chip, *rest)
    station._tell_line = tell


FORGETS = _quits(
    "forgets-saved",
    " also forgets the saved access point",
    also_after("forgets", lambda chip, _nothing: chip.store.write(access_point=None)),
)
QUITS_ON_A_NETWORK: tuple[Mutant, ...] = (
    _quits("untold", " leaves without a word of it", wrapped("untold", _untold)),
    mutant(
        "wifi.mode-untold",
        "AT+CWMODE= to softAP mode ends a join without a word of it",
        *(names.set("follow", wrapped("untold", _untold)) for names in rows(MODE)),
    ),
    mutant(
        "wifi.other-join-untold",
        "AT+CWJAP= leaves what is joined without a word of it",
        *(names.set("start", wrapped("untold", _untold)) for names in rows(BASE)),
    ),
    _quits("stays", " answers OK, and the station stays", dropped),
    _quits(
        "returns",
        " answers OK, and the station joins again at once",
        wrapped("returns", _return),
    ),
)
QUITS_ONCE = mutant(
    "cwqap.once",
    f"the second AT{QUIT} of a run answers OK, and the station stays",
    _QUIT.execute("then", wrapped("once", _once)),
)
