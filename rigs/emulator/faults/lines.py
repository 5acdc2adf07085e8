"""The fault of lines that are refused again and again.

Law: ids and sentences; the place that asks is `firmware.py`.
"""

from __future__ import annotations

from .active import Fault

FAULTS: tuple[Fault, ...] = (
    Fault("line.many-bad-hang", "eight refused lines in a row hang the parser until the next boot"),
)
