"""The two parameter areas of the flash, read when the IUT has nothing more to write (R-99).

Law of this file: it reads and compares, and knows no command. Reading restarts the IUT.
"""

from dataclasses import dataclass

from conformance.session import Session

#: Of the area that a command saves into, the other one.
OTHER = {"user": "system", "system": "user"}


@dataclass(frozen=True, slots=True)
class Areas:
    """What both parameter areas held at one moment."""

    user: bytes
    system: bytes

    def differing(self, other: "Areas") -> list[str]:
        """The names of the areas that are not the same in `other`."""
        return [name for name in OTHER if getattr(self, name) != getattr(other, name)]


def read(session: Session) -> Areas:
    """Both areas."""
    return Areas(*session.read_flash("user", "system"))
