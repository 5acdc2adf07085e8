"""What the chip prints before `ready` (field guide 2, Boot).

Law: text and the rate it is printed at; when it is printed is for the board.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..resetcause import ResetCause
from ..serial.uart import ROM_RATE


@dataclass(frozen=True)
class BootText:
    """The parts of the boot text, in the order of printing.

    `rom` has one `%d` for the number after `rst cause:`; `causes` gives those numbers, and
    `cause_notes` a line that some of them add.  `sdk` is printed at `sdk_rate` baud, or at the
    firmware's own rate if that is None.  `rom_rate`: what the ROM speaks after power-on or a reset
    by pin, in baud.
    """

    rom: bytes
    causes: dict[ResetCause, int]
    cause_notes: dict[int, bytes]
    loader: bytes
    sdk: bytes
    sdk_rate: int | None
    ready: bytes = b"\r\nready\r\n"
    rom_rate: int = ROM_RATE

    def rom_in_download_mode(self, cause: ResetCause) -> bytes:
        """What is printed after a reset with GPIO0 low: the ROM then waits for a download."""
        return self.rom.replace(b"boot mode:(3,", b"boot mode:(1,") % self.causes[cause]

    def rom_without_image(self, cause: ResetCause) -> bytes:
        """What is printed where there is no firmware in the flash; nothing follows."""
        return self.rom % self.causes[cause] + b"flash read err, 1000\r\nets_main.c 153 \r\n"

    def rom_and_loader(self, cause: ResetCause) -> bytes:
        """What is printed first after a reset."""
        number = self.causes[cause]
        return self.rom % number + self.cause_notes.get(number, b"") + self.loader
