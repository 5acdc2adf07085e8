"""The mutants of AT+SAVETRANSLINK (clause 5.2.15).

Law: rows, and what they need.  What becomes of a saved link at boot stands elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from ..commands.stages import SettingForm
from ..commands.translink import (
    KEEP_ALIVE,
    LOCAL_PORT,
    MODE,
    NAME,
    NO_ADDRESS,
    NO_TYPE,
    PORT,
    Wish,
    is_known,
)
from ..ip.link import TCP, UDP
from ..line.command import Answer, Form
from ..line.parameters import Parameters
from ..settings.savedlink import SavedLink
from ..settings.settings import Changes
from . import numbers
from .conditions import JOINED
from .keeping import COPIES, SAVED_AGAIN, Lifetime, copied
from .mutant import Condition, Mutant, Operator
from .numbers import Range
from .operators import given, ignored, overlooked, refused, wrapped
from .refusing import refused_does
from .rows import Rows
from .typed import mended, reread, rewritten

_SAVE = Rows(NAME)
_KIND_AT, _OPTION_AT = 3, 4
_BEGUN = Condition("after a boot with a link", lambda chip: chip.current.link is not None)
_NOT_BEGUN = Condition("after a boot without one", lambda chip: chip.current.link is None)


def _of(name: str) -> Callable[[Wish], Any]:
    return lambda wish: wish.target and getattr(wish.target, name)


def _with_udp(_chip: object, typed: Sequence[bytes]) -> int | None:
    return _OPTION_AT if b'"UDP"' in typed else None


def _without_udp(_chip: object, typed: Sequence[bytes]) -> int | None:
    return None if b'"UDP"' in typed else _OPTION_AT


def _count(_chip: object, typed: Sequence[bytes]) -> int:
    return 1 if typed[0] == b"0" else _OPTION_AT + 1


_DEFAULTS = (b"1", b'"192.168.4.2"', b"1002")
_NUMBERS = (
    Range(MODE, 0, "mode", lambda wish: wish.mode, 1, (0, 1), (-1, 2)),
    Range(PORT, 2, "port", _of("port"), 1002, (1, 65535), (0, 65536), (16, 32)),
    Range(
        KEEP_ALIVE,
        _without_udp,
        "keepalive",
        _of("keep_alive"),
        0,
        (0, 1, 7200),
        (-1, 7201),
        (16, 32),
    ),
    Range(
        LOCAL_PORT,
        _with_udp,
        "localport",
        _of("local_port"),
        2002,
        (1, 65535),
        (0, 65536),
        (16, 32),
    ),
)


# What is read.


def _missing_assumed(typed: list[bytes]) -> list[bytes]:
    return [*typed, *_DEFAULTS[len(typed) :]] if typed[0] == b"1" else typed


def _udp_assumed(typed: list[bytes]) -> list[bytes]:
    return [*typed, b'"UDP"'] if len(typed) == _KIND_AT else typed


def _read_as_1(parse: Any, chip: Any, parameters: Parameters) -> Wish:
    """With mode 0, too, a link has to be there; it is not used."""
    off = not reread(parameters, parameters.source).number()
    on = reread(parameters, b"1" + parameters.source.lstrip(b"-0123456789"))
    wish: Wish = parse(chip, on if off else parameters)
    return replace(wish, mode=0) if off else wish


# What is taken.


def _unknown_is_tcp(chip: Any, wish: Wish) -> Wish:
    target = wish.target
    if target is None or target.kind is None or is_known(chip, target.kind):
        return wish
    return replace(wish, target=replace(target, kind=TCP))


def _addresses_refused(decide: Any, chip: Any, wish: Wish) -> tuple[str, ...]:
    reasons = tuple(decide(chip, wish))
    literal = chip.personality.tcpip.literal
    is_address = wish.target is not None and literal(wish.target.host) is not None
    return ("an address", *reasons) if is_address else reasons


# What is done.


def _unless_saved(save: Any, chip: Any, changes: Changes) -> None:
    if not (changes["link"] and chip.store.read().link):
        save(chip, changes)


class _Entering(SettingForm[Wish]):
    def accepted(self, chip: Any, wanted: Wish) -> Answer:
        """See SetForm."""
        done = super().accepted(chip, wanted)
        return replace(done, afterwards=chip.pass_through) if wanted.mode else done


def _save_another(chip: Any) -> None:
    chip.store.write(link=SavedLink(b"192.168.4.9", 1002, UDP))


def _is(kind: bytes) -> Callable[[Wish], bool]:
    return lambda wish: bool(_of("kind")(wish) == kind)


MUTANTS: tuple[Mutant, ...] = (
    _SAVE.row(
        "second-ignored",
        "=1 leaves a link that is saved",
        _SAVE.set("save", wrapped("unless one is saved", _unless_saved)),
    ),
    _SAVE.row(
        "not-cancelled",
        "=0 answers OK, but the link stays saved",
        _SAVE.set("save", ignored(Changes(link=None))),
    ),
    _SAVE.row(
        "stays-begun",
        "=0 cancels no link that began at boot",
        _SAVE.set("save", ignored(Changes(link=None)), _BEGUN),
    ),
    _SAVE.row(
        "stays-unless-begun",
        "=0 cancels a link after a boot with it only",
        _SAVE.set("save", ignored(Changes(link=None)), _NOT_BEGUN),
    ),
    _SAVE.row(
        "off-needs-more",
        "=0 is refused without a link",
        _SAVE.set("parse", wrapped("read as 1", _read_as_1)),
    ),
    _SAVE.row(
        "ip-refused",
        "= refuses every address",
        _SAVE.set("decide", wrapped("refused an address", _addresses_refused)),
    ),
    _SAVE.row(
        "bad-ip-accepted",
        "= takes anything for an address",
        _SAVE.set("decide", overlooked(NO_ADDRESS)),
    ),
    _SAVE.row(
        "default-udp",
        "= without a type saves UDP",
        _SAVE.set("parse", rewritten("UDP assumed", _udp_assumed)),
    ),
    _SAVE.row(
        "type-lower-case-accepted",
        "= takes types in lower case",
        _SAVE.set("parse", mended("upper case", {_KIND_AT: bytes.upper})),
    ),
    _SAVE.row(
        "type-unknown-accepted",
        "= takes unknown types for TCP",
        _SAVE.set("decide", overlooked(NO_TYPE)),
        _SAVE.set("change", given("unknown is TCP", _unknown_is_tcp)),
    ),
    *(
        _SAVE.row(
            f"type-{kind.decode('ascii').lower()}-refused",
            f"= refuses {kind.decode('ascii')}",
            _SAVE.set("decide", refused(f"type {kind!r}", _is(kind))),
        )
        for kind in (TCP, UDP)
    ),
    _SAVE.row(
        "rewrites-same",
        "= writes the flash if nothing changes",
        _SAVE.set("save", SAVED_AGAIN),
    ),
    _SAVE.row(
        "lost-over-rst",
        "= saves for until the next boot only",
        _SAVE.set("save", copied(Lifetime.UNTIL_BOOT)),
        COPIES,
    ),
    _SAVE.row(
        "lost-over-power-cycle",
        "= does not survive a power loss",
        _SAVE.set("save", copied(Lifetime.UNTIL_POWER_LOSS)),
        COPIES,
    ),
    *numbers.of_all(NAME, _NUMBERS, _count),
    _SAVE.row(
        "missing-accepted",
        "= assumes defaults for missing parameters",
        _SAVE.set("parse", rewritten("missing assumed", _missing_assumed)),
    ),
    _SAVE.row(
        "enters-at-once",
        "=1 passes through before the next boot",
        _SAVE.whole(Form.SET, Operator("enters at once", lambda form: _Entering(**vars(form)))),
    ),
    _SAVE.row(
        "refused-takes-effect",
        "= saves a link that it refuses",
        _SAVE.whole(Form.SET, refused_does("saves another", _save_another)),
    ),
)
SELDOM: tuple[Mutant, ...] = (
    _SAVE.row(
        "off-refused-while-joined",
        "=0 is refused while the station has joined an access point",
        _SAVE.set("decide", refused("off", lambda wish: not wish.mode), JOINED),
    ),
)
