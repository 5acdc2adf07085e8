"""One run on one rig: opening it, leading each purpose through it, writing down its verdict.

Law of this file: it is the only place that holds the open rig. A purpose's verdict is made once,
at the end of its call or of the set-up that it did not survive.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from conformance.blame import NO_RESTART, Obstacle, attributed, obstacle
from conformance.commandline import execute
from conformance.document import Edition, Level, TestPurpose
from conformance.exchange import Exchange
from conformance.marker import Marker
from conformance.record import PROPERTY, PurposeRecord, Review, RigRecord, dump
from conformance.session import Session
from conformance.standins import StandIns
from conformance.statement import Pixit, Profile, profile_for
from conformance.testbed import (
    NANOSECONDS,
    Attended,
    Clocked,
    NotRecovered,
    PortError,
    Powered,
    Recorder,
    Returning,
    Rig,
    Talkative,
    TestbedError,
)
from conformance.transcript import NullRecorder
from conformance.veil import Veil, VeiledRecorder
from conformance.verdict import Inconclusive, Judgement, NonConformity, Reason, Verdict
from rigs import linecheck, review
from rigs.identity import Identification, asked
from rigs.judging import Checks, Postamble, decisive, judge, with_profile
from rigs.linecheck import Yardstick
from rigs.open import RigChoice
from rigs.outcome import Told, said_of
from rigs.purposes import PURPOSE, Conditions
from rigs.recovery import sign_of_life
from rigs.replay import OPENING, REVIEW
from rigs.restarts import Restarts, unasked
from rigs.signals import postponed
from rigs.symptoms import answers
from rigs.telling import TellingRecorder

SESSION = pytest.StashKey[Session]()
CHECKS = pytest.StashKey[Checks]()
EVIDENCE = pytest.StashKey["Evidence"]()
VERDICT = pytest.StashKey["Told"]()

#: The folder of captures in that of the report.
_CAPTURES = "captures"
#: The folder in which it is written down how the rig's clock went.
_CLOCK = "clock"

#: After so many purposes in a row that ended with a rig that could not be brought back, stop.
_GIVE_UP = 2

#: After so many in a row without one answer, whose IUT only a start brought back, stop.
_NEVER_ANSWERS = 4


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where the bytes of a purpose go, and when it began, by the rig's clock and in real time."""

    recorder: Recorder
    path: str
    started_ns: int = 0
    began_ns: int = field(default_factory=time.monotonic_ns)


@dataclass
class Run:
    """One run in one process."""

    choice: RigChoice
    edition: Edition
    conditions: Conditions
    pixit: Pixit
    #: None: chosen by what `AT+GMR` says.
    profile: Profile | None
    suites: Path
    worker: str
    #: Whether the maker's claims are held against harmless probes before the run.
    reviews: bool = True
    recorder: Any = None
    rig: Rig | None = None
    #: Says a line to whoever watches.
    tell: Callable[[str], None] = lambda line: None
    found: RigRecord = field(init=False)
    _veil: Veil = field(init=False)
    _postamble: Postamble = field(init=False)
    _identification: Identification = field(init=False)
    #: What the IUT can be asked to prove that it had its say.
    _markers: Sequence[Marker] | None = None
    _lost: int = 0
    _unanswered: int = 0
    #: What the board's owner had saved when it was first read, by name; told nobody.
    _owners: dict[str, object] = field(default_factory=dict)
    #: The purpose that was concluded last, which may have done what is only found afterwards.
    _previous: TestPurpose | None = None
    _told: bool = False

    def __post_init__(self) -> None:
        self._veil = Veil(self.pixit.secrets)

    # The rig

    def open(self) -> None:
        """Open the rig and find out what is there; `found` says how that went."""
        name = self.choice.text
        try:
            self.rig = self.choice.open(self.pixit)
            self._look_around(self.rig)
        except (TestbedError, Inconclusive) as error:
            self.close()
            self.rig = None
            self.found = RigRecord(self.worker, name, False, problem=str(error))

    def _look_around(self, rig: Rig) -> None:
        """Wake the IUT, see whether it echoes, and ask who it is."""
        self._begin(rig, OPENING)
        recorder, path = self._transcript(f"{OPENING}-{self.worker}")
        with contextlib.closing(recorder):
            rig.recover(self._telling(rig, recorder))
            if rig.settings != self.pixit.line:
                self.tell(f"the IUT answers at {rig.settings}, the PIXIT has {self.pixit.line}")
            session = Session(rig.port, self.pixit.timing, recorder, line=rig.settings)
            alive = sign_of_life(session)
            if alive is None:
                raise NotRecovered(f"the IUT at {rig.name} answered once and then no more")
            identity = tuple(_text(line) for line in session.observe(execute("GMR")).information)
            yardstick = self._yardstick(rig, session, alive)
            self._identification = self._identified(rig, session)
        self._markers = yardstick.markers
        self._postamble = Postamble(rig, self.pixit.timing, yardstick, self._identification)
        if self.profile is None:
            self.profile = profile_for(identity, self.edition)
        self.profile = self.profile.of(identity)
        self.found = RigRecord(
            worker=self.worker,
            rig=rig.name,
            opened=True,
            identity=identity[:8],
            capabilities=tuple(sorted(rig.capabilities)),
            missing=dict(rig.missing()),
            transcript=path,
            profile=self.profile.name,
            deviations={d.requirement: d.instead for d in self.profile.deviations.values()},
            registered=tuple(asdict(each) for each in self.profile.deviations.values()),
            is_board=rig.is_board,
            review=self._review(rig) if self.reviews else None,
            real_time=rig.is_real_time,
        )

    def _identified(self, rig: Rig, session: Session) -> Identification:
        """The board that is there, where another one could come in its place."""
        known, not_claimed = None, self.conditions.pics.not_claimed
        if isinstance(rig, Returning):
            with contextlib.suppress(Inconclusive):  # a stored run in which nobody asked
                known = asked(session, not_claimed)
        return Identification(rig, known, not_claimed)

    def _review(self, rig: Rig) -> Review | None:
        """How the claims go with the answers to harmless probes; the IUT is alive afterwards."""
        try:
            self._begin(rig, REVIEW)
        except Inconclusive:  # a stored run without one
            return None
        recorder, path = self._transcript(f"{REVIEW}-{self.worker}")
        with contextlib.closing(recorder):
            session = Session(rig.port, self.pixit.timing, recorder, markers=self._markers)
            conditions = self.conditions
            try:
                found = review.taken(session, rig.port, conditions.edition, conditions.pics)
                if sign_of_life(session) is None:
                    rig.recover(self._telling(rig, recorder))
            except Inconclusive as error:  # a stored run of an edition with other commands
                return Review(note=str(error), transcript=path)
        return replace(found, transcript=path)

    def _yardstick(self, rig: Rig, session: Session, alive: Exchange) -> Yardstick:
        """How the IUT answers the probes of the line check; it is alive afterwards."""
        try:
            yardstick = linecheck.taken(session, alive)
            if sign_of_life(session) is None:
                rig.recover(self._telling(rig, session.recorder))
        except Inconclusive:  # a stored run of before there were such probes
            return Yardstick(alive)
        with contextlib.suppress(Inconclusive):  # or of before there were markers
            yardstick = linecheck.with_markers(session, yardstick)
            yardstick = linecheck.with_debt(session, yardstick)
        return yardstick

    def skip(self) -> None:
        """A purpose is left out: those before it and after it are not in a row."""
        self._unanswered = 0

    def _telling(self, rig: Rig, recorder: Recorder) -> Recorder:
        """`recorder`, and what is heard of an IUT that is looked for is told at once."""
        return TellingRecorder(recorder, f"the line to {rig.name}", self.tell)

    def forget(self) -> None:
        """Begin anew: the IUT is another one now, and so is what its owner has saved."""
        self._lost = self._unanswered = 0
        self._owners.clear()
        self._previous = None

    def close(self) -> None:
        """Close the rig; what goes wrong then concerns no verdict."""
        rig, self.rig = self.rig, None
        if rig is None:
            return
        with postponed():
            with contextlib.suppress(TestbedError):
                if self.recorder is not None:
                    self.recorder.add_wear(rig.wear())
                rig.close()
            self._keep_words(rig)
            if isinstance(rig, Powered) and (left := rig.power_left()):
                self.tell(left)

    def _keep_words(self, rig: Rig) -> None:
        """What the device said beside its line, in a file of the report."""
        said = rig.words() if isinstance(rig, Talkative) else ""
        if said and self.recorder is not None:
            file = self.recorder.folder() / f"device-{self.worker}.txt"
            with contextlib.suppress(OSError):
                file.write_text(self._veil.over_text(said), encoding="utf-8", errors="replace")

    def _begin(self, rig: Rig, name: str, transcript: str = "") -> None:
        """Tell the rig that what bears this name begins; its captures are named as its transcript.

        Without a transcript nobody keeps captures either.
        """
        if isinstance(rig, Attended):
            folder = self.recorder.folder() / _CAPTURES if transcript else None
            rig.keep_captures(folder, Path(transcript).stem)
        rig.begin(name)

    def _transcript(self, name: str) -> tuple[Any, str]:
        if self.recorder is None:
            return NullRecorder(), ""
        writer, path = self.recorder.transcript(name)
        return (VeiledRecorder(writer, self._veil) if self._veil.has_secrets else writer), path

    # A purpose

    def _observed(self, purpose: TestPurpose) -> frozenset[str]:
        """Those of its requirements that are never judged."""
        known = self.conditions.edition.requirements
        return frozenset(name for name in purpose.verifies if known[name].level is Level.OBSERVED)

    def begin(self, item: pytest.Item) -> None:
        """The purpose of `item` begins: its checks, its evidence, its session."""
        purpose = item.stash[PURPOSE]
        item.stash[CHECKS] = Checks(purpose, observed=self._observed(purpose))
        if not self._told:
            self._told = True
            item.user_properties.append((PROPERTY, dump(self.found)))
        objection = self._objection(purpose)
        if objection is not None:
            item.stash[EVIDENCE] = Evidence(NullRecorder(), "")
            self._write_down(item, objection, [])
            pytest.skip(objection.sentence)
        assert self.rig is not None
        recorder, path = self._transcript(purpose.id)
        item.stash[EVIDENCE] = Evidence(recorder, path, self.rig.port.now())
        item.stash[SESSION] = Session(
            self.rig.port,
            self.pixit.timing,
            recorder,
            self.rig.controls,
            self.rig.settings,
            found=self._postamble.found,
            stand_ins=self._stand_ins(self.rig, purpose),
            owners=self._owners,
            markers=self._markers,
            owing=self._postamble.owes,
        )

    def _stand_ins(self, rig: Rig, purpose: TestPurpose) -> StandIns:
        conditions = self.conditions
        may_save = not rig.is_board or "destructive" in conditions.allowed
        under_test = frozenset(name.split("/")[1] for name in purpose.verifies)
        return StandIns(conditions.edition, conditions.pics, may_save, under_test)

    def _objection(self, purpose: TestPurpose) -> Judgement | None:
        if self.rig is None:
            return Judgement(Verdict.ERROR, Reason.RIG_NOT_OPEN, self.found.problem)
        return self.conditions.objection(purpose, self.rig)

    @contextlib.contextmanager
    def judged(self, item: pytest.Item, *, final: bool) -> Iterator[None]:
        """Judge what happens inside; a set-up that goes well (`final` false) is not judged yet."""
        checks, session = item.stash[CHECKS], item.stash[SESSION]
        try:
            if not final:
                assert self.rig is not None
                self._begin(self.rig, checks.purpose.id, item.stash[EVIDENCE].path)
                self._find_again(session)
            yield
        except (KeyboardInterrupt, pytest.exit.Exception):
            raise
        except _StillLost as error:
            judgement = self._write_down(item, judge(error.why, self.suites), [], session)
            self._count_losses(item, judgement)
            pytest.fail(judgement.sentence, pytrace=False)
        except BaseException as error:
            blamed = self._blamed(error, checks.purpose, in_body=final)
            if isinstance(blamed, Inconclusive):
                blamed = self._postamble.by_line(blamed, session)
            if isinstance(blamed, Inconclusive) and blamed.met:
                try:
                    checks.obstacles.append(obstacle(blamed.met, "preamble", self.edition))
                except LookupError as broken:
                    blamed = broken
            judgement = self._conclude(item, judge(blamed, self.suites), session)
            if judgement.reason is Reason.HARNESS_BROKE or item.config.getoption("usepdb"):
                raise
            # The report shows the verdict instead of a traceback, which takes pytest long to make.
            pytest.fail(judgement.sentence, pytrace=False)
        if final:
            judgement = self._conclude(item, checks.completed(), session)
            if judgement.verdict is not Verdict.PASS:
                pytest.fail(judgement.sentence, pytrace=False)

    def _find_again(self, session: Session) -> None:
        """No purpose begins on an IUT that the one before lost."""
        if not self._lost:
            return
        try:
            self._postamble.find_again(session)
        except (PortError, NotRecovered) as error:
            raise _StillLost(error) from error

    def _blamed(
        self, error: BaseException, purpose: TestPurpose, *, in_body: bool
    ) -> BaseException:
        """`error`, or what it is where it is not the stimulus under test that did it."""
        tried = self.edition.named(purpose.verifies)
        if isinstance(error, (NonConformity, Inconclusive)):
            not_claimed = self.conditions.pics.not_claimed
            return attributed(error, tried, in_body=in_body, not_claimed=not_claimed)
        if not in_body and isinstance(error, AssertionError):  # a fixture of the suites
            judgement = judge(error, self.suites)
            if judgement.verdict is Verdict.FAIL:
                met = NonConformity(judgement.expected, judgement.actual)
                return attributed(met, tried, in_body=False)
        return error

    def _conclude(self, item: pytest.Item, judgement: Judgement, session: Session) -> Judgement:
        """The final verdict, after the postamble; written down."""
        trace = session.trace()
        if judgement.reason is Reason.PORT_FAILED:
            session.recorder.acted("failed", judgement.sentence, 0)
        checks = item.stash[CHECKS]
        tried = self.edition.named(checks.purpose.verifies)
        judgement = self._postamble.after(judgement, session, tried)
        checks.obstacles += [obstacle(each, "preamble") for each in session.passed_over]
        checks.obstacles += [*self._from_before(session), *self._postamble.obstacles]
        told_afterwards = (Reason.DEAD_AFTERWARDS, Reason.UNASKED_RESULT, Reason.FLOOD)
        if judgement.reason in told_afterwards or self._postamble.obstacles:
            trace = session.trace()
        self._previous = checks.purpose
        self._count_losses(item, judgement)
        self._count_unanswered(item, judgement, session)
        return self._write_down(item, judgement, trace, session)

    def _from_before(self, session: Session) -> list[Obstacle]:
        """What nobody asked for, found when the purpose began: of the one before it."""
        previous = self._previous
        if (late := session.late_restart) is not None:
            expected, reason = "no restart unless asked for", Reason.UNASKED_RESTART
        elif (late := session.late_result) is not None and previous is not None:
            expected, reason = "one final result code for each line", Reason.UNASKED_RESULT
        else:
            return []
        if previous is not None:
            expected = f"{expected}, after {previous.id}"
        met = NonConformity(expected, late.describe_before(), reason)
        spoken_against = previous.verifies if previous else (NO_RESTART,)
        return [replace(obstacle(met, "before"), requirements=spoken_against)]

    def _count_losses(self, item: pytest.Item, judgement: Judgement) -> None:
        if self._identification.other:
            item.session.shouldfail = self._identification.other
            return
        self._lost = self._lost + 1 if self._postamble.is_lost else 0
        if self._lost >= _GIVE_UP:
            # shouldfail, not shouldstop: to pytest the latter is a user who interrupts.
            item.session.shouldfail = f"the rig is lost: {judgement.sentence}"

    def _count_unanswered(self, item: pytest.Item, judgement: Judgement, session: Session) -> None:
        """An IUT that answers nothing but the first question after a start is not worth a run."""
        exchanges = session.exchanges
        mute = bool(exchanges) and not any(answers(each) for each in exchanges)
        self._unanswered = self._unanswered + 1 if mute and self._postamble.was_started else 0
        if self._unanswered >= _NEVER_ANSWERS:
            item.session.shouldfail = (
                f"the IUT never answers: {self._unanswered} purposes in a row had no result code, "
                f"and after each it had to be started again; "
                f"the last found: {judgement.actual or judgement.sentence}; "
                "look at the transcripts, and try AT by hand"
            )

    def _write_down(
        self,
        item: pytest.Item,
        judgement: Judgement,
        trace: list[str],
        session: Session | None = None,
    ) -> Judgement:
        evidence, checks = item.stash[EVIDENCE], item.stash[CHECKS]
        pairs = with_profile(checks.pairs(judgement), self.profile or Profile(), checks.obstacles)
        pairs = {name: self._veil.over_judgement(each) for name, each in pairs.items()}
        trace = [self._veil.over_text(line) for line in trace]
        judgement = decisive(pairs)
        purpose = checks.purpose
        restarts = unasked(session.exchanges) if session else Restarts()
        record = PurposeRecord(
            id=purpose.id,
            nodeid=purpose.nodeid,
            statement=purpose.statement,
            verdict=judgement.verdict,
            reason=judgement.reason,
            sentence=judgement.sentence,
            expected=judgement.expected,
            actual=judgement.actual,
            pairs=pairs,
            rulings=self._rulings(purpose),
            trace=tuple(trace),
            transcript=evidence.path,
            captures=self._captures(session, evidence.path) if session else (),
            seen=tuple(session.seen()) if session else (),
            obstacles=tuple(self._veiled(each) for each in checks.obstacles),
            started_ns=evidence.started_ns,
            duration_s=round((time.monotonic_ns() - evidence.began_ns) / NANOSECONDS, 6),
            worker=self.worker,
            unasked_restarts=restarts.total,
            idle_restarts=restarts.idle,
        )
        item.user_properties.append((PROPERTY, dump(record)))
        item.stash[VERDICT] = Told(
            judgement, said_of(purpose, self.edition, pairs, trace), self._veil
        )
        if isinstance(evidence.recorder, contextlib.AbstractContextManager):
            evidence.recorder.__exit__(None, None, None)
        self._write_time(evidence.path)
        return judgement

    def _write_time(self, transcript: str) -> None:
        """Write down how the rig's clock went, if that is not as real time does."""
        if not transcript or not isinstance(self.rig, Clocked):
            return
        if passed := self.rig.time_passed():
            folder = self.recorder.folder() / _CLOCK
            folder.mkdir(exist_ok=True)
            row = {"transcript": transcript, **passed}
            with (folder / f"{self.worker}.jsonl").open("a", encoding="ascii") as stream:
                stream.write(json.dumps(row, separators=(",", ":")) + "\n")

    def _captures(self, session: Session, transcript: str) -> tuple[str, ...]:
        """The capture files, those among them that are no evidence, but show why not."""
        files: list[str] = []
        if self.recorder is not None and transcript and session.has_asked_lab:
            folder = self.recorder.folder()
            names = (folder / _CAPTURES).glob(f"{Path(transcript).stem}.*.pcapng")
            files = sorted(str(path.relative_to(folder)) for path in names)
        return tuple(dict.fromkeys([*session.captures, *files]))

    def _veiled(self, each: Obstacle) -> Obstacle:
        veil = self._veil.over_text
        return replace(each, expected=veil(each.expected), actual=veil(each.actual))

    def _rulings(self, purpose: TestPurpose) -> tuple[str, ...]:
        names = {self.edition.requirements[name].ruling for name in purpose.verifies}
        return tuple(sorted(names - {""}))


class _StillLost(Exception):
    """The IUT that a purpose lost could not be brought back for the next one."""

    def __init__(self, why: TestbedError) -> None:
        sentence = f"not begun, because a purpose before lost the IUT: {why}"
        super().__init__(sentence)
        #: An error of the same kind that says so.
        self.why = type(why)(sentence)


def _text(line: bytes) -> str:
    """A line of `AT+GMR` for people, bounded."""
    return line[:120].decode("ascii", "backslashreplace")
