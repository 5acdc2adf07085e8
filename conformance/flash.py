"""Where a flash keeps parameters: the areas of the document's Appendix.

Law of this file: addresses and nothing else; who reads them is the rig's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: Clause 6: the size of either parameter area.
AREA = 16 * 1024

#: Clause 6: flash map -> where its user parameter area ends.
USER_AREA_END: Mapping[str, int] = {"512+512": 0x80000, "1024+1024": 0x100000}


@dataclass(frozen=True, slots=True)
class FlashLayout:
    """Where a flash keeps parameters (clauses 1.2 and 6); `ValueError` if none does so."""

    #: Bytes in all, 1 MB or more.
    size: int
    #: A key of `USER_AREA_END`.
    map: str = "512+512"

    def __post_init__(self) -> None:
        if self.map not in USER_AREA_END:
            known = " and ".join(USER_AREA_END)
            raise ValueError(f"there is no flash map {self.map!r}; known: {known}")
        least = USER_AREA_END[self.map] + AREA
        if type(self.size) is not int or self.size < least:
            raise ValueError(
                f"a flash with map {self.map} has {least} bytes or more, not {self.size}"
            )

    @property
    def user_area(self) -> range:
        end = USER_AREA_END[self.map]
        return range(end - AREA, end)

    @property
    def system_area(self) -> range:
        """The last 16 KB of the flash."""
        return range(self.size - AREA, self.size)
