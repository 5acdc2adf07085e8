"""What the control socket tells of a flash: its map, its counts and, if asked for, its bytes.

Law: reading only; whoever looks changes nothing.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from .flash import Flash

LENGTH_BOUND = 1 << 16
"""Most bytes in one snapshot."""


def snapshot(flash: Flash, request: Mapping[str, Any]) -> dict[str, Any]:
    """The reply to a request, which may have `offset` and `length`, both in bytes.

    `erased` is a list of [sector, how often], in the order of the sectors.  Raises ValueError, with
    a sentence, if the range is not one that can be told.
    """
    about: dict[str, Any] = {
        "size": flash.size,
        "map": flash.map.name,
        "user_area": [flash.map.user_area.start, flash.map.user_area.end],
        "system_area": [flash.map.system_area.start, flash.map.system_area.end],
        "sector_erases": flash.sector_erases,
        "programs": flash.programs,
        "erased": [list(each) for each in sorted(flash.erases.items())],
    }
    if "offset" in request or "length" in request:
        offset, length = request.get("offset"), request.get("length")
        data = flash.read(*_range(flash, offset, length))
        about |= {"offset": offset, "length": length}
        about["data"] = base64.b64encode(data).decode("ascii")
    return about


def _range(flash: Flash, offset: object, length: object) -> tuple[int, int]:
    if type(offset) is not int or type(length) is not int:
        raise ValueError('"offset" and "length" must both be numbers, in bytes')
    if not 0 <= length <= LENGTH_BOUND:
        raise ValueError(f'"length" must be 0 to {LENGTH_BOUND}; ask several times for more')
    if offset < 0 or offset + length > flash.size:
        raise ValueError(f'"offset" and "length" must lie inside the {flash.size} bytes of flash')
    return offset, length
