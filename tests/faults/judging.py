"""Whether each fault was noticed, each purpose can fail, and nothing else broke.

Law of this file: the definitions of `docs/design.md`, and nothing that runs. A fault is noticed
when a requirement that it breaks fails and at least one other purpose of the same command passes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from conformance.document import TestPurpose, starts_with_segments
from tests.faults.runs import Outcome
from tests.faults.shown import command_of

#: What the run without a fault is called.
HEALTHY = "healthy"

#: How a problem ends that is of a purpose.
_NEVER = ": no fault makes it fail"
#: Where one says what a fault breaks.
_WHERE = "give it a line in tests/faults/entries/, or its kind a row in tests/faults/kinds.toml"
#: How the row ends that says of a command outside the list of clause 6 that it saves nothing.
_WRITES_NOTHING = "/set/89"
#: Verdicts that surprise nobody.
FINE = {"pass", "observed", "none", "not run", "not applicable"}


@dataclass(frozen=True, slots=True)
class Entry:
    """What is said of a fault: a row of its own in `entries/`, or its kind (`described.py`)."""

    id: str
    kind: str
    breaks: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    blanket: bool = False
    #: The ruling that accepts it, or what it waits for.
    because: str = ""
    #: Of a reading: the prefixes of the requirements that it can touch; empty: of all.
    touches: tuple[str, ...] = ()

    def allows(self, requirement: str) -> bool:
        """Whether it may fail: it is named, or says of the same command what the flash keeps."""
        if any(fnmatchcase(requirement, each) for each in (*self.breaks, *self.also)):
            return True
        clause, command, *_ = requirement.split("/")
        of_flash = clause == "6" or requirement.endswith(_WRITES_NOTHING)
        if not of_flash or command == "-":  # what belongs to no command is no command's kin
            return False
        broken = (each.split("/") for each in self.breaks)  # of clause 6 every row is named
        return any(each[0] != "6" and each[1] == command for each in broken)

    def excuses(self, requirement: str) -> bool:
        """Whether it may stay undecided in a run against everything.

        Not where a reading that a ruling accepts touches: who is conforming has to pass there.
        """
        if self.kind != "accepted":
            return True
        touched = self.touches or EVERY_LINE
        return not any(starts_with_segments(requirement, each) for each in touched)

    def whole(self, verified: Iterable[str]) -> list[str]:
        """The requirements (of a reading: prefixes) of which every purpose is run."""
        if self.kind == "accepted":
            return list(self.touches or EVERY_LINE)
        named = set() if self.blanket else {name for name in verified if name in self.also} - _LONG
        return sorted(named | set(self.breaks))

    def beside(self, verified: Iterable[str]) -> list[str]:
        """The requirements of which one purpose is run: to see that the command lives, and no more
        breaks than the entry says.

        The rules that belong to no command touch every line; there the unknown ones stand for all.
        What rests on a command that is silent altogether takes long to fail and shows nothing new.
        """
        if self.kind == "accepted":
            return [] if self.touches else _one_of_each_form(verified)
        commands = {command_of(name) for name in self.breaks} - {"2/-"}
        kin = {name for name in verified if command_of(name) in commands} - _LONG
        if self.blanket:  # other forms of the command show that it is not all silent
            kin = {name for name in kin if name.split("/")[2] not in _forms_of(self.breaks)}
        return sorted((kin | ({CONTRAST} if not commands else set())) - set(self.whole(verified)))

    def foreseen(self, verified: Iterable[str]) -> list[str]:
        """The requirements that may fail."""
        return [] if self.kind == "accepted" else sorted(filter(self.allows, verified))

    def contrast(self) -> list[str]:
        """The commands of which a purpose has to pass."""
        return [] if self.blanket else sorted(set(map(command_of, self.breaks)))

    @property
    def family(self) -> str:
        """The command that it breaks, of several the first: faults of it fail the same purposes."""
        return command_of(min(self.breaks)) if self.breaks else ""


#: What a reading that touches no command in particular touches: the rules of every line.
EVERY_LINE = ("2",)


def _one_of_each_form(verified: Iterable[str]) -> list[str]:
    """The first verified requirement of each form of each command."""
    return sorted(
        {name.rpartition("/")[0]: name for name in sorted(verified, reverse=True)}.values()
    )


def _forms_of(requirements: Iterable[str]) -> set[str]:
    return {name.split("/")[2] for name in requirements}


_NOT_06 = tuple(f"{number:02}" for number in range(1, 20) if number != 6)

_CWMODES = ("4.1.1/CWMODE/set", "4.1.2/CWMODE_CUR/set", "4.1.3/CWMODE_DEF/set")
_CWJAPS = ("4.1.4/CWJAP/set", "4.1.5/CWJAP_CUR/set", "4.1.6/CWJAP_DEF/set")
_CWSAPS = ("4.1.10/CWSAP/set", "4.1.11/CWSAP_CUR/set", "4.1.12/CWSAP_DEF/set")

_SENDS = ("5.2.4/CIPSEND/set", "5.2.5/CIPSENDEX/set")
_NOT_01_08_16 = tuple(f"{number:02}" for number in range(2, 23) if number not in (8, 16))
_BUFFERS = (
    "5.2.6/CIPSENDBUF/set",
    "5.2.7/CIPBUFSTATUS/set",
    "5.2.8/CIPCHECKSEQ/set",
    "5.2.9/CIPBUFRESET/set",
)

_CWDHCPS = ("4.1.14/CWDHCP/set", "4.1.15/CWDHCP_CUR/set", "4.1.16/CWDHCP_DEF/set")
_RANGES = ("4.1.17/CWDHCPS_CUR/set", "4.1.18/CWDHCPS_DEF/set")
_SIDES = ("STA", "STA", "STA", "AP", "AP", "AP")
_ENDS = ("", "_CUR", "_DEF") * 2
_MACS = tuple(
    f"4.1.{n}/CIP{s}MAC{e}/set" for n, s, e in zip(range(20, 26), _SIDES, _ENDS, strict=True)
)
_IPS = tuple(f"4.1.{n}/CIP{s}{e}/set" for n, s, e in zip(range(26, 32), _SIDES, _ENDS, strict=True))

#: Kin that is left out unless it is named: many values or rates, a restart or seconds of sleep for
#: each. What is left is enough to see that the command lives. `--full` runs it all.
_LONG = frozenset(
    f"{command}/{numbered}"
    for command, numbers in {
        "3.2.4/GSLP/set": ("03", "04", "05"),
        "3.2.7/UART/set": _NOT_06,
        "3.2.8/UART_CUR/set": _NOT_06,
        "3.2.9/UART_DEF/set": _NOT_06,
        "3.2.10/SLEEP/set": ("02", "03", "04", "05"),
        "3.2.11/RFPOWER/set": ("02", "03"),
        "3.2.12/RFVDD/set": ("02", "03"),
        "5.2.15/SAVETRANSLINK/set": ("01", "04", "05", *(f"{n}" for n in range(13, 23))),
        **dict.fromkeys(_CWMODES, ("02", "03", "04", "05", "08", "09", "10", "12", "13", "14")),
        **dict.fromkeys(_CWJAPS, ("04", "05", "07", "08", "10", "13", "15")),
        **dict.fromkeys(_CWSAPS, tuple(f"{number:02}" for number in range(4, 34))),
        **dict.fromkeys(_CWDHCPS, tuple(f"{number:02}" for number in range(2, 17))),
        **dict.fromkeys(_RANGES, tuple(f"{number:02}" for number in range(1, 22) if number != 4)),
        **dict.fromkeys(_MACS, tuple(f"{number:02}" for number in range(2, 12))),
        **dict.fromkeys(_IPS, tuple(f"{number:02}" for number in range(3, 20))),
        **dict.fromkeys((each.replace("/set", "/query") for each in _IPS), ("02",)),
        "4.1.7/CWLAPOPT/set": ("01", "02", "03"),
        "4.1.8/CWLAP/set": ("05",),
        "5.2.1/CIPSTATUS/execute": ("03", "05", "06", "07", "08", "09", "10", "11"),
        "5.2.2/CIPSTART/set": ("02", "03", *(f"{number:02}" for number in range(9, 35))),
        "5.2.3/CIPSSLSIZE/set": ("02", "03"),
        **dict.fromkeys(_SENDS, _NOT_01_08_16),
        "5.2.4/CIPSEND/execute": ("02", "03", "06"),
        **dict.fromkeys(_BUFFERS, ("03", "05")),
        "5.2.10/CIPCLOSE/set": tuple(f"{number:02}" for number in (2, 3, 5, 7, 8, 9, 10, 11)),
    }.items()
    for numbered in numbers
)

#: Purposes that are quick, many, and pass under most faults of clause 2.
CONTRAST = "2/-/general/14"


def problems(
    outcomes: Mapping[str, Outcome],
    entries: Mapping[str, Entry],
    purposes: Sequence[TestPurpose],
    full: bool = False,
) -> list[str]:
    """Everything that breaks the build, a sentence each.

    With `full` every purpose was run under every fault: those that stand on what it breaks then
    decide nothing, and say so.
    """
    found = _problems_of_health(outcomes[""])
    observed = {name for name, each in outcomes[""].requirements.items() if each == "observed"}
    for fault, outcome in sorted(outcomes.items()):
        entry = entries.get(fault)
        if fault and entry is None:
            found += undescribed([fault])
        elif fault and entry is not None:
            found += _problems_of_fault(fault, entry, outcome, purposes, full, observed)
    found += _purposes_that_never_fail(outcomes, purposes)
    return found + _requirements_without_fault(outcomes, entries, purposes)


def undescribed(faults: Iterable[str]) -> list[str]:
    """A sentence for each fault of which nothing says what it breaks; it is not run."""
    return [f"{fault}: nothing says what it breaks: {_WHERE}" for fault in faults]


def _problems_of_health(healthy: Outcome) -> list[str]:
    if not healthy.purposes:
        return [f"{HEALTHY}: the run decided nothing: {healthy.complaint}"]
    return [
        f"{HEALTHY}: {purpose} is {verdict}: {healthy.sentences.get(purpose, '')}"
        for purpose, verdict in healthy.purposes.items()
        if verdict not in ("pass", "observed")
    ]


def _problems_of_fault(
    fault: str,
    entry: Entry,
    outcome: Outcome,
    purposes: Sequence[TestPurpose],
    full: bool,
    observed: Collection[str],
) -> list[str]:
    """`observed`: what is never judged; it may stay unobserved under a fault."""
    if not outcome.purposes:
        return [f"{fault}: the run decided nothing: {outcome.complaint}"]
    found = [
        f"{fault}: {name} is {verdict}, which its entry does not foresee"
        for name, verdict in outcome.requirements.items()
        if verdict not in FINE and not entry.allows(name)
        if not (verdict == "inconclusive" and (name in observed or (full and entry.excuses(name))))
    ]
    for name in entry.breaks:
        if outcome.requirements.get(name) != "fail":
            was = outcome.requirements.get(name, "unknown")
            found.append(f"{fault}: not noticed: {name} is {was}")
        elif not entry.blanket and not _sibling_passes(name, outcome, purposes):
            found.append(f"{fault}: no other purpose of the command of {name} passes")
    return found


def problems_of_variants(outcomes: Mapping[str, Outcome]) -> list[str]:
    """Every purpose that a conforming variant does not pass."""
    found = [f"{name}: {each.complaint}" for name, each in outcomes.items() if not each.purposes]
    return found + [
        f"{name}: {purpose} is {verdict}, though the variant conforms: "
        f"{outcome.sentences.get(purpose, '')}"
        for name, outcome in outcomes.items()
        for purpose, verdict in outcome.purposes.items()
        if verdict not in FINE
    ]


def _sibling_passes(name: str, outcome: Outcome, purposes: Sequence[TestPurpose]) -> bool:
    """Whether a purpose of the same command, for another requirement or value, passes."""
    command = command_of(name)
    siblings = [p.id for p in purposes if any(r.startswith(f"{command}/") for r in p.verifies)]
    return any(outcome.purposes.get(sibling) == "pass" for sibling in siblings)


def _purposes_that_never_fail(
    outcomes: Mapping[str, Outcome], purposes: Sequence[TestPurpose]
) -> list[str]:
    return [
        f"{purpose.id}{_NEVER}"
        for purpose in purposes
        if outcomes[""].purposes.get(purpose.id) != "observed"
        and not any(o.purposes.get(purpose.id) == "fail" for f, o in outcomes.items() if f)
    ]


def _requirements_without_fault(
    outcomes: Mapping[str, Outcome], entries: Mapping[str, Entry], purposes: Sequence[TestPurpose]
) -> list[str]:
    """Requirements that no fault of their own breaks; a blanket fault counts for its first one.

    What is observed cannot be broken.
    """
    broken: set[str] = set()
    for fault in filter(None, outcomes):
        entry = entries.get(fault)
        if entry is not None and entry.kind == "fault":
            broken |= set(entry.breaks[:1] if entry.blanket else entry.breaks)
    verified = {name for purpose in purposes for name in purpose.verifies}
    healthy = outcomes[""].requirements
    judged = {name for name in verified if healthy.get(name) != "observed"}
    return [f"{name}: no fault of its own" for name in sorted(judged - broken)]
