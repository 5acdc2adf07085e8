"""The lab around a real board, as the bench's PIXIT names it.

Law of this file: without a table `[network]` there is no lab, and nothing is started. A lab that
does not start leaves the board's line as it is: its purposes are not run, and the report says why.
A lab that died is started anew when the next purpose begins.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from conformance.network import Network
from conformance.testbed import LAB_CAPABILITIES, LabError
from rigs.labs import LabProcess, NoNamespaces


class BenchLab:
    """A `testbed.Lab` around a board; `missing` says what it lacks, and why."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._captures: tuple[str, str] = ("", "")
        self._process: LabProcess | None = None
        self.missing: Mapping[str, str] = dict.fromkeys(
            LAB_CAPABILITIES, "the PIXIT has no table [network]"
        )
        if network.is_there:
            self._start()

    @property
    def is_there(self) -> bool:
        return self._process is not None

    def _start(self) -> None:
        try:
            self._process = LabProcess((), bench=dataclasses.asdict(self._network))
            self.missing = self._process.missing
        except (LabError, NoNamespaces) as error:
            why = f"the bench's lab did not start: {error}"
            self.missing = dict.fromkeys(LAB_CAPABILITIES, why)

    def keep_captures(self, folder: Path | None, prefix: str) -> None:
        self._captures = (str(folder.absolute()) if folder else "", prefix)

    def begin(self, purpose: str) -> None:
        if self._process is None:
            return
        if self._process.problem:
            self._process.close()
            self._process = LabProcess((), bench=dataclasses.asdict(self._network))
        folder, prefix = self._captures
        self._process.ask("begin", {"purpose": purpose, "captures": folder, "prefix": prefix})

    def ask(self, question: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """See `testbed.Lab`."""
        if self._process is None:
            raise LabError("this bench has no lab")
        return self._process.ask(question, arguments)

    def problem(self) -> str:
        """Why it can be trusted no more; empty if it can, or there is none."""
        return self._process.problem if self._process is not None else ""

    def close(self) -> None:
        if self._process is not None:
            self._process.close()
