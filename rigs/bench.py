"""The lab around a real board, as the bench's PIXIT names it.

Law of this file: without a table `[network]` there is no lab, and nothing is started. It is on this
host, or where the PIXIT says. A lab that does not start leaves the board's line as it is: its
purposes are not run, and the report says why. A lab that died is started anew when the next purpose
begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from conformance.network import Network
from conformance.testbed import LAB_CAPABILITIES, LabError
from conformance.verdict import Inconclusive
from rigs.distantlab import DistantLab
from rigs.labs import LabProcess
from rigs.labtalk import LabTalk, NoNamespaces

#: How long a lab that is in use is asked again, in seconds: at first another harness may have ended
#: just now; later it is ours, whose end the lab has not seen yet.
_BUSY_S, _BUSY_AGAIN_S = 3.0, 30.0


class BenchLab:
    """A `testbed.Lab` around a board; `missing` says what it lacks, and why."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._captures: tuple[Path | None, str] = (None, "")
        self._lab: LabTalk | None = None
        self.missing: Mapping[str, str] = dict.fromkeys(
            LAB_CAPABILITIES, "the PIXIT has no table [network]"
        )
        if network.is_there:
            self._start()

    @property
    def is_there(self) -> bool:
        return self._lab is not None

    def _start(self) -> None:
        try:
            self._lab = self._met()
            self.missing = self._lab.missing
        except (LabError, NoNamespaces) as error:
            why = f"the bench's lab did not start: {error}"
            self.missing = dict.fromkeys(LAB_CAPABILITIES, why)

    def keep_captures(self, folder: Path | None, prefix: str) -> None:
        self._captures = (folder.absolute() if folder else None, prefix)

    def begin(self, purpose: str) -> None:
        if self._lab is None:
            return
        if self._lab.problem:
            self._lab.close()
            self._lab = self._met(_BUSY_AGAIN_S)
        try:
            self._lab.begin(purpose, *self._captures)
        except LabError as error:  # it may have kept something of the purpose before
            self._lab.distrust(str(error))
            raise

    def _met(self, busy_s: float = _BUSY_S) -> LabTalk:
        network = self._network
        if network.door is not None:
            return DistantLab(network.door, network.told(), busy_s)
        return LabProcess((), bench=network.told())

    def ask(self, question: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """See `testbed.Lab`."""
        if self._lab is None:
            raise LabError("this bench has no lab")
        return self._lab.ask(question, arguments)

    def problem(self) -> str:
        """Why it can be trusted no more; empty if it can, or there is none.

        It is asked, because one that hangs looks like one that is well.
        """
        if self._lab is None:
            return ""
        try:
            self._lab.ask("well", {})
        except Inconclusive as error:  # of the access point; the lab itself answers
            return str(error)
        except LabError as error:
            self._lab.distrust(str(error))
        return self._lab.problem

    def close(self) -> None:
        if self._lab is not None:
            self._lab.close()
