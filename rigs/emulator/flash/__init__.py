"""The flash chip and what lies in it (document, clauses 1.2 and 6).

Law: bytes, sectors and addresses; nothing here knows a command, and no setting but in `store`,
`areas` and `values`.

    flash       the physics: sectors, erasing, programming, counts
    cells       where the bytes are: in memory or in a file
    flashmap    sizes and addresses
    contents    what a programmer writes into a new chip
    store       the settings that are saved, as the firmware reads and writes them
    record      one value in an area, safe against a power failure at any moment
    areas       settings <-> the user and the system parameter area
    values      one setting <-> its bytes
"""

from .flash import BLANK, SECTOR, Flash
from .flashmap import Area, FlashMap

__all__ = ["BLANK", "SECTOR", "Area", "Flash", "FlashMap"]
