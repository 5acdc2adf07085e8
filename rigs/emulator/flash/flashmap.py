"""Where things lie in the flash (document, clauses 1.2 and 6).

Law: sizes and addresses in bytes, and no contents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..error import EmulatorError

KILOBYTE, MEGABYTE = 1 << 10, 1 << 20
AREA_SIZE = 16 * KILOBYTE
"""Both parameter areas are of this size (clause 6)."""

SIZES: Mapping[str, int] = {"1M": MEGABYTE, "2M": 2 * MEGABYTE, "4M": 4 * MEGABYTE}
MAPS: Mapping[str, int] = {"512+512": 512 * KILOBYTE, "1024+1024": MEGABYTE}
"""Names -> the size of either half."""

SIZE_DEFAULT, MAP_DEFAULT = "4M", "512+512"


@dataclass(frozen=True)
class Area:
    """The bytes from `start` up to and without `end`."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """Its size in bytes."""
        return self.end - self.start


@dataclass(frozen=True)
class FlashMap:
    """A layout: `name` is one of MAPS, `size` that of the whole chip in bytes, one of SIZES.

    Raises EmulatorError for a size or name that does not exist, or a map that does not fit.
    """

    name: str = MAP_DEFAULT
    size: int = SIZES[SIZE_DEFAULT]

    def __post_init__(self) -> None:
        if self.size not in SIZES.values():
            raise EmulatorError(
                f"a flash of {self.size} bytes does not exist; it has 1, 2 or 4 MB, "
                "that is 1048576, 2097152 or 4194304 bytes"
            )
        if self.name not in MAPS:
            raise EmulatorError(f"no such flash map: {self.name}; take one of {', '.join(MAPS)}")
        if 2 * MAPS[self.name] > self.size:
            raise EmulatorError(
                f"the flash map {self.name} needs 2 MB or more; give --flash-size 2M or 4M"
            )

    @property
    def boot(self) -> int:
        """Address of the second-stage loader (boot.bin)."""
        return 0x00000

    @property
    def application(self) -> int:
        """Address of the AT firmware (user1)."""
        return 0x01000

    @property
    def user_area(self) -> Area:
        """The user parameter area: the last 16 KB of the first half."""
        half = MAPS[self.name]
        return Area(half - AREA_SIZE, half)

    @property
    def system_area(self) -> Area:
        """The system parameter area: the last 16 KB of the flash."""
        return Area(self.size - AREA_SIZE, self.size)

    @property
    def rf_defaults(self) -> int:
        """Address of esp_init_data_default: the first sector of the system parameter area."""
        return self.system_area.start

    @property
    def rf_calibration(self) -> int:
        """Address of the sector in which the SDK keeps its RF calibration: before the former."""
        return self.system_area.start - 4 * KILOBYTE
