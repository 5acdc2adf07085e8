"""What a stored run was asked under: its PIXIT, PICS, profile, selection and leave.

Law of this file: what the run wrote down holds again, and what it did not is assumed aloud. It
reads the journal alone; a journal that cannot be read is for the rig to refuse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conformance.document import Edition
from conformance.network import SECRET
from conformance.record import EndRecord, PurposeRecord, Record, RigRecord, RunRecord, load
from conformance.statement import Pics, Pixit, Profile, stored_pixit, stored_profile
from conformance.verdict import Verdict

JOURNAL = "journal.jsonl"

#: pytest's options with which a run asked for a part of the suites, and how each is written.
SELECTING: Mapping[str, str] = {
    "req": "--req",
    "keyword": "-k",
    "markexpr": "-m",
    "deselect": "--deselect",
    "ignore": "--ignore",
    "ignore_glob": "--ignore-glob",
}

#: Options that select by what pytest remembers of earlier runs, which nobody else can know.
REMEMBERING: Mapping[str, str] = {"lf": "--lf", "stepwise": "--sw"}

#: Where a rig was no board, told by the beginning of its text, for runs that did not write it down.
_NO_BOARDS = ("emulator", "replay:")


def journal_of(run: Path) -> Sequence[Record]:
    """The records of the run in folder `run`; raises `OSError` or `ValueError`.

    A last line that was cut short, because its writer was killed, is left out.
    """
    lines = (run / JOURNAL).read_text(encoding="utf-8").splitlines()
    return [load(line) for line in lines if line.endswith("}")]


@dataclass(frozen=True, slots=True)
class StoredRun:
    """What a stored run wrote down of itself."""

    run: RunRecord
    #: What was found when its rig was opened; None: it never was.
    rig: RigRecord | None = None
    #: The purposes that it ended, and whether it came to its end.
    ended: frozenset[str] = frozenset()
    is_over: bool = True
    #: What had to be assumed, a sentence each.
    assumed: tuple[str, ...] = ()
    pixit: Pixit = field(default_factory=Pixit)
    #: The requirements of the purposes that were not applicable.
    not_applicable: frozenset[str] = frozenset()

    @property
    def allowed(self) -> frozenset[str]:
        """The hazards that the engineer allowed."""
        return frozenset(self._listed("allow"))

    @property
    def selection(self) -> Mapping[str, Any]:
        """What was asked for: a key of `SELECTING` and its value."""
        return {key: value for key in SELECTING if (value := self.run.selection.get(key))}

    @property
    def paths(self) -> Sequence[str]:
        """The files, folders and node ids that were asked for, seen from pytest's root."""
        return self._listed("paths")

    def only(self) -> frozenset[str] | None:
        """The purposes to which it was narrowed in a way that no option repeats; None: none."""
        remembering = any(self.run.selection.get(option) for option in REMEMBERING)
        return self.ended if remembering or not self.is_over else None

    def pics(self, edition: Edition) -> Pics:
        """What was claimed; where it was not written down, as far as the verdicts tell."""
        not_claimed = self.run.not_claimed
        if not_claimed is None:
            known = (edition.requirements.get(name) for name in self.not_applicable)
            not_claimed = tuple((each.command, each.form) for each in known if each is not None)
        return Pics(self.run.pics, frozenset(not_claimed))

    def profile(self, edition: Edition) -> Profile | None:
        """The profile that it was judged with; None: it knew none. Raises `StatementError`."""
        if self.rig is None:
            return None
        registered = self.rig.registered
        if registered is None:
            registered = tuple(
                {"requirement": name, "instead": instead, "source": "a stored run"}
                for name, instead in self.rig.deviations.items()
            )
        return stored_profile(self.rig.profile, registered, edition)

    def _listed(self, key: str) -> Sequence[str]:
        value = self.run.selection.get(key, ())
        return [str(each) for each in value] if isinstance(value, list | tuple) else []


def stored_run(folder: Path) -> StoredRun | None:
    """What the run in `folder` wrote down; None if it is none that could be played back."""
    try:
        records = journal_of(folder)
    except (OSError, ValueError):
        return None
    runs = [record for record in records if isinstance(record, RunRecord)]
    rigs = [record for record in records if isinstance(record, RigRecord) and record.opened]
    ends = [record for record in records if isinstance(record, EndRecord)]
    purposes = [record for record in records if isinstance(record, PurposeRecord)]
    if not runs:
        return None
    pixit, lacking = stored_pixit(runs[0].pixit)
    return StoredRun(
        run=runs[0],
        rig=rigs[0] if rigs else None,
        ended=frozenset(each.id for each in purposes),
        is_over=bool(ends) and not ends[0].interrupted,
        assumed=tuple(_assumed(runs[0], rigs[0] if rigs else None, pixit, lacking)),
        pixit=pixit,
        not_applicable=frozenset(
            name
            for each in purposes
            if each.verdict is Verdict.NOT_APPLICABLE
            for name in each.pairs
        ),
    )


def was_board(rig: RigRecord) -> bool:
    """Whether hazards needed leave at the stored `rig`; guessed if that was not written down."""
    return rig.is_board if rig.is_board is not None else not rig.rig.startswith(_NO_BOARDS)


def _assumed(
    run: RunRecord, rig: RigRecord | None, pixit: Pixit, lacking: Sequence[str]
) -> list[str]:
    """What is taken for granted because the run did not write it down."""
    sentences = []
    if lacking:
        sentences.append(f"it does not tell {', '.join(lacking)}; taken: the defaults")
    if run.not_claimed is None and run.pics != Pics().source:
        sentences.append(
            f"it does not tell what {run.pics} claims; taken: everything but what was not "
            "applicable"
        )
    if "markexpr" not in run.selection:
        sentences.append("it does not tell -m, --deselect, --ignore and --lf; taken: none")
    if rig is not None and rig.is_board is None and was_board(rig):
        sentences.append("it does not tell whether its rig was a board; taken: yes")
    if pixit.network.password == SECRET:
        sentences.append(
            "it does not tell the password of its network; taken: asterisks, which is what the "
            "stored lab tells of it and what the stored run sent"
        )
    return sentences
