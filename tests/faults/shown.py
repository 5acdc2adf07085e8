"""What a fault has shown so far: a purpose that would show nothing new of it need not run.

Law of this file: a purpose is left out if all that it verifies may fail under the fault and has
failed, and an earlier fault has failed the purpose itself. So every fault is noticed, every purpose
is failed and nothing unforeseen is missed, as if all had run.
"""

from __future__ import annotations

from collections.abc import Collection

from conformance.document import TestPurpose, is_refusal_code
from conformance.record import PurposeRecord
from conformance.verdict import Verdict


class Shown:
    """What the purposes of one job came to."""

    def __init__(
        self, foreseen: Collection[str], contrast: Collection[str], failed_before: set[str]
    ) -> None:
        """`foreseen`: the requirements that may fail. `contrast`: the commands, with their clause,
        of which a purpose has to pass. `failed_before`: the purposes that an earlier job has
        failed; those of this one are added.
        """
        self._foreseen = frozenset(foreseen)
        self._contrast = set(contrast)
        self._failed_before = failed_before
        self._failed: set[str] = set()

    def all_of(self, purpose: TestPurpose) -> bool:
        """Whether `purpose` would show nothing new; the code of a refusal fails nobody."""
        judged = {name for name in purpose.verifies if not is_refusal_code(name)}
        return purpose.id in self._failed_before and self._foreseen & self._failed >= judged

    def still_wants(self, purpose: TestPurpose) -> bool:
        """Whether `purpose` is of a command that nobody has seen alive yet."""
        return any(command_of(name) in self._contrast for name in purpose.verifies)

    def add(self, record: PurposeRecord) -> None:
        """One more purpose has ended."""
        if record.verdict is Verdict.FAIL:
            self._failed_before.add(record.id)
        elif record.verdict is Verdict.PASS:
            self._contrast -= {command_of(name) for name in record.pairs}
        self._failed |= {
            name for name, judgement in record.pairs.items() if judgement.verdict is Verdict.FAIL
        }


def command_of(requirement: str) -> str:
    """Clause and command of a requirement's id."""
    return "/".join(requirement.split("/")[:2])
