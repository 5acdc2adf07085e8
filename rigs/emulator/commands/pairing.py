"""Being told whom to join by somebody nearby: what SmartConfig and WPS have in common.

Law: the stages of it, and joining; who may tell, and what is said of it, is for the commands.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ..chip.chip import Chip
from ..settings.accesspoint import AccessPoint
from ..wifi.air import Speech, Told
from .stages import Reasons, SetForm, Wanted


def as_told(_chip: Chip, wish: AccessPoint) -> AccessPoint:
    """What somebody tells is what is understood."""
    return wish


def anybody(_chip: Chip, _wish: AccessPoint) -> Reasons:
    """Every access point is joined."""
    return ()


def listens_on(_chip: Chip) -> None:
    """Whoever tells something else is heard, too."""


@dataclass(frozen=True, kw_only=True)
class PairingForm(SetForm[Wanted]):
    """A form that begins, or ends, to listen.

    Effect, `switch`: given what is wanted, and what takes what is told.

    What somebody tells goes through stages of its own.  Parsed, `heard`: what was told -> whom to
    join.  Decided, `reject`: why it is not joined.  Effect, `ends`: whether that was all; `join`.
    Rendered, `lines`: what is said of it before it is joined.
    """

    switch: Callable[[Chip, Wanted, Told], None]
    heard: Callable[[Chip, AccessPoint], AccessPoint] = as_told
    reject: Callable[[Chip, AccessPoint], Reasons] = anybody
    ends: Callable[[Chip], None] = listens_on
    lines: Callable[[Chip, AccessPoint, Speech], tuple[bytes, ...]]
    join: Callable[[Chip, AccessPoint], None]

    def do(self, chip: Chip, wanted: Wanted) -> None:
        """See SetForm."""
        self.switch(chip, wanted, lambda wish, speech: self._told(chip, wish, speech))

    def _told(self, chip: Chip, told: AccessPoint, speech: Speech) -> None:
        wish = self.heard(chip, told)
        if any(self.reject(chip, wish)):
            return
        self.ends(chip)
        for line in self.lines(chip, wish, speech):
            chip.tell(line)
        self.join(chip, wish)


def join(chip: Chip, wish: AccessPoint, done: bytes = b"") -> None:
    """Join an access point, and save it as the SDK does.

    `done` is said when it has given an address.
    """
    chip.store.write(access_point=wish)
    chip.current = replace(chip.current, access_point=wish)
    chip.station.join(wish, lambda: chip.tell(done) if done else None)
