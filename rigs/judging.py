"""From what happened while a purpose ran to its verdict.

Law of this file: every way in which a purpose can end has exactly one verdict, found in one table.
After a fail the line is checked before anyone believes it; after anything the IUT is left as it
was found, or brought back.
"""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType

from conformance.blame import Obstacle, attributed, obstacle
from conformance.commandline import execute, set_
from conformance.dialogue import Until
from conformance.document import Requirement, TestPurpose, is_refusal_code
from conformance.exchange import Exchange
from conformance.session import Session
from conformance.statement import DRASTIC, Deviation, Profile
from conformance.testbed import (
    Attended,
    LabError,
    LineSettings,
    NotRecovered,
    PortError,
    Recorder,
    Rig,
    SettingRefused,
    Timing,
)
from conformance.verdict import Inconclusive, Judgement, NonConformity, Reason, Verdict, worst
from rigs.identity import Identification, OtherBoard
from rigs.linecheck import Yardstick, damage, line_problem

AS_REQUIRED = Judgement(Verdict.PASS, Reason.AS_REQUIRED, "the IUT did what is required")


@dataclass(slots=True)
class Checks:
    """The fixture `requirement`: names the check of a purpose that verifies several requirements.

    `with requirement("3.2.5/ATE/set/03"): ...` decides that requirement and no other.
    `requirement.observes(name, value)` writes down one that is observed, which nothing decides.
    """

    purpose: TestPurpose
    decided: dict[str, Judgement] = field(default_factory=dict)
    #: The requirement whose check is being made.
    current: str = ""
    #: What the IUT did wrong outside of the stimulus under test.
    obstacles: list[Obstacle] = field(default_factory=list)
    #: Those of its requirements that are observed, and never judged.
    observed: frozenset[str] = frozenset()

    @contextlib.contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        if name not in self.purpose.verifies:
            raise LookupError(f"{self.purpose.id} does not verify {name}")
        if name in self.observed:
            raise LookupError(f"{name} is observed, not judged: use requirement.observes()")
        self.current = name
        yield
        self.current = ""
        self.decided[name] = AS_REQUIRED

    def refused(self, exchange: Exchange) -> Exchange:
        """Require that `exchange` was refused; the fixture `refused`.

        With ERROR if the document lists it for the form; else with any code, which is written down.
        """
        codes = [name for name in self.observed if is_refusal_code(name)]
        for name in codes:
            self.observes(name, exchange.ending)
        return exchange.is_not_accepted() if codes else exchange.is_refused()

    def observes(self, name: str, value: str) -> None:
        """Write down what the IUT did where the document is silent; that is never judged."""
        if name not in self.purpose.verifies:
            raise LookupError(f"{self.purpose.id} does not verify {name}")
        if name not in self.observed:
            raise LookupError(f"{name} is judged, not observed: its level says so")
        self.decided[name] = Judgement(
            Verdict.OBSERVED, Reason.AS_OBSERVED, f"observed: {value}", actual=value
        )

    def pairs(self, overall: Judgement) -> dict[str, Judgement]:
        """The judgement of each requirement when the purpose as a whole came to `overall`."""
        left = Judgement(
            Verdict.INCONCLUSIVE,
            Reason.CHECK_NOT_REACHED,
            "the purpose ended before its check was reached",
        )
        unseen = left if overall.verdict is Verdict.FAIL else overall
        pairs = {name: self.decided.get(name, unseen) for name in self.observed}
        judged = [name for name in self.purpose.verifies if name not in self.observed]
        return pairs | self._judged(judged, overall, left)

    def _judged(
        self, names: Sequence[str], overall: Judgement, left: Judgement
    ) -> dict[str, Judgement]:
        """The judgements of `names`; `left` is that of one whose check was not reached."""
        if len(names) == 1:
            return dict.fromkeys(names, overall)
        if overall.verdict is Verdict.NOT_RUN:  # then nothing that it left was
            left = overall
        pairs = {name: self.decided.get(name, left) for name in names}
        if self.current:
            return {**pairs, self.current: overall}
        if overall.verdict is Verdict.PASS:
            return pairs
        # It went wrong outside every check: what was not decided yet bears it, or else all.
        open_ones = set(names) - self.decided.keys() or names
        return {**pairs, **dict.fromkeys(open_ones, overall)}

    def completed(self) -> Judgement:
        """The judgement of a purpose that ran to its end."""
        judged = set(self.purpose.verifies) - self.observed
        named = judged if len(judged) > 1 else set()  # one alone needs no name
        if unreached := (named | self.observed) - self.decided.keys():
            names = ", ".join(sorted(unreached))
            return Judgement(
                Verdict.ERROR,
                Reason.HARNESS_BROKE,
                f"the purpose ended without a check that bears the name of {names}",
            )
        return AS_REQUIRED


def judge(error: BaseException, suites: Path) -> Judgement:
    """The judgement of a purpose that was ended by `error`."""
    if isinstance(error, NonConformity):
        sentence = f"expected {error.expected}, but found {error.actual}"
        return Judgement(Verdict.FAIL, error.reason, sentence, error.expected, error.actual)
    if isinstance(error, AssertionError) and _raised_in(error.__traceback__, suites):
        claim = str(error).strip() or "an assertion of the purpose"
        return Judgement(Verdict.FAIL, Reason.DIFFERS, f"not so: {claim}", claim, "the opposite")
    if isinstance(error, Inconclusive):
        if error.reason is Reason.CAPABILITY_MISSING:
            return Judgement(Verdict.NOT_RUN, error.reason, f"the rig lacks it: {error}")
        if error.reason is Reason.NOT_CLAIMED:
            return Judgement(Verdict.NOT_RUN, error.reason, str(error))
        return Judgement(Verdict.INCONCLUSIVE, error.reason, str(error))
    if isinstance(error, SettingRefused):
        return Judgement(Verdict.INCONCLUSIVE, Reason.LINE_CANNOT, str(error))
    if isinstance(error, PortError):
        return Judgement(Verdict.ERROR, Reason.PORT_FAILED, str(error))
    if isinstance(error, LabError):
        return Judgement(Verdict.ERROR, Reason.LAB_FAILED, str(error))
    if isinstance(error, NotRecovered):
        return Judgement(Verdict.ERROR, Reason.NOT_RECOVERED, str(error))
    what = "".join(traceback.format_exception_only(error)).strip()
    return Judgement(Verdict.ERROR, Reason.HARNESS_BROKE, f"the harness broke: {what}")


def _raised_in(trace: TracebackType | None, folder: Path) -> bool:
    """Whether the innermost frame of `trace` is code under `folder`."""
    if trace is None:
        return False
    while trace.tb_next:
        trace = trace.tb_next
    return Path(trace.tb_frame.f_code.co_filename).resolve().is_relative_to(folder)


@dataclass(frozen=True, slots=True)
class _Undone:
    """How an undo went."""

    #: Whether some of it was refused by an IUT that answered.
    answered: bool


class Postamble:
    """What follows a purpose: undo, a sign of life, the line check, recovery."""

    def __init__(
        self,
        rig: Rig,
        timing: Timing,
        yardstick: Yardstick,
        identification: Identification | None = None,
    ) -> None:
        self._rig = rig
        self._timing = timing
        self._yardstick = yardstick
        self._identification = identification or Identification(rig)
        #: The sign of life that the IUT gave when it was found.
        self.found = yardstick.found
        #: Whether another result may come behind it, when the next purpose has begun.
        self.owes = yardstick.owes
        #: Whether the latest purpose left an IUT that could not be brought back, and whether
        #: only a start brought it back.
        self.is_lost = self.was_started = False
        #: What was met after the latest purpose, and turned no verdict.
        self.obstacles: list[Obstacle] = []

    def after(
        self, judgement: Judgement, session: Session, requirements: Iterable[Requirement]
    ) -> Judgement:
        """The final judgement; the IUT is then as it was found, or recovered, and the lab is well.

        `requirements` are those of the purpose, by whose stimulus what comes last is judged.
        Raises nothing: what goes wrong here becomes part of the judgement, and what could not be
        undone stands in `obstacles`.
        """
        self.is_lost = self.was_started = False
        self.obstacles = []
        sent = [each.line.text for each in session.exchanges]  # of many, the latest
        names = [each.command.encode("ascii") for each in requirements]
        self._identification.heard_of((*names, *sent), session.recorder)
        judgement = self._after(judgement, session, requirements)
        self.obstacles += [obstacle(each, "undo") for each in session.surplus]
        if not self.is_lost:
            with contextlib.suppress(PortError):  # whoever takes the line next says so
                self._identification.learn(self._fresh(session))
        if not (problem := self._lab_problem()):
            return judgement
        try:
            self._recover(session)
        except (PortError, NotRecovered) as error:
            return judge(error, Path())
        return self._marred(judgement, problem)

    def _recover(self, session: Session, suspects: Sequence[LineSettings] = ()) -> None:
        """Bring the IUT back; raises `PortError` or `NotRecovered` if it is lost."""
        watch = _Watch(session.recorder)
        try:
            self._rig.recover(watch, suspects)
            self._identification.require_the_same(self._fresh(session))
        except (PortError, NotRecovered):
            self.is_lost = True
            raise
        finally:
            self.was_started |= watch.saw_start

    def by_line(self, blamed: Inconclusive, session: Session) -> Inconclusive:
        """`blamed`, or what it is if the line did it: then it speaks against no command."""
        if blamed.met is None:
            return blamed
        problem = damage(session.exchanges, blamed.met.actual, self._yardstick)
        if not problem:
            return blamed
        why = f"the line is unhealthy ({problem}); before: {blamed}"
        return Inconclusive(why, Reason.LINE_UNHEALTHY)

    def find_again(self, session: Session) -> None:
        """Bring back an IUT that the purpose before lost; raises as `recover` does."""
        self._recover(session)
        self.is_lost = False

    def _after(
        self, judgement: Judgement, session: Session, requirements: Iterable[Requirement]
    ) -> Judgement:
        try:
            if judgement.verdict is Verdict.PASS:
                judgement = self._concluded(judgement, session, requirements)
            if judgement.verdict is Verdict.PASS:
                try:
                    return self._after_pass(judgement, session)
                except LabError as error:  # what had to be undone there
                    judgement = judge(error, Path())
            return self._after_trouble(self._marred(judgement, self._lab_problem()), session)
        except (PortError, NotRecovered) as error:
            session.recorder.acted("failed", str(error), 0)
            if not self.is_lost:  # the line broke; perhaps it can be had again
                try:
                    self._recover(session)
                except OtherBoard as other:
                    return judge(other, Path())
                except (PortError, NotRecovered):
                    pass
            return judge(error, Path())
        except Inconclusive as error:  # a stored run that ends here, or has something else
            return judge(error, Path()) if judgement.verdict is Verdict.PASS else judgement
        except Exception as error:  # a purpose's own undo can break in any way
            return judge(error, Path())

    def _concluded(
        self, judgement: Judgement, session: Session, requirements: Iterable[Requirement]
    ) -> Judgement:
        """`judgement`, or what becomes of it by what the IUT says after the last stimulus."""
        try:
            session.conclude()
        except NonConformity as error:
            blamed = attributed(error, requirements, in_body=True)
        except Inconclusive as error:
            if error.met is None:  # a stored run that ends here
                raise
            blamed = error
        else:
            return judgement
        if isinstance(blamed, Inconclusive) and blamed.met:
            self.obstacles.append(obstacle(blamed.met, "preamble"))
        return judge(blamed, Path())

    def _after_pass(self, judgement: Judgement, session: Session) -> Judgement:
        left = self._undone(session)
        try:
            self._leave_as_found(session)
            self._identification.require_the_same(self._fresh(session))
        except OtherBoard:
            self.is_lost = True
            raise
        except NonConformity as error:
            if left.answered:  # so it lived when the undo began, and that turns no verdict
                self.obstacles.append(obstacle(error, "undo"))
                return self._after_trouble(judgement, session)
            dead = Judgement(
                Verdict.FAIL,
                Reason.DEAD_AFTERWARDS,
                f"afterwards, expected {error.expected}, but found {error.actual}",
                f"{error.expected} afterwards",
                error.actual,
            )
            return self._after_trouble(dead, session)
        return judgement

    def _undone(self, session: Session) -> _Undone:
        """Undo what the purpose did; what is refused or not answered is an obstacle, no verdict.

        An IUT that is not as it was found is started anew, as far as the rig can.
        """
        before = session.last
        errors = session.undo()
        met = [each.met for each in errors if isinstance(each, Inconclusive) and each.met]
        met += [each for each in errors if isinstance(each, NonConformity)]
        self.obstacles += [obstacle(each, "undo") for each in met]
        for error in errors:
            if not isinstance(error, (NonConformity, Inconclusive, SettingRefused)):
                raise error
        last = session.last
        answered = last is not None and last is not before and not last.silent
        if errors and answered:
            self._start_anew(session)
        return _Undone(bool(errors) and answered)

    def _start_anew(self, session: Session) -> None:
        """Have what is not saved gone: by the rig's own hand, or by AT+RST without one."""
        if session.can_reset:
            session.reset_board()
        else:
            session.observe(execute("RST"), Until.RESTART)

    def _after_trouble(self, judgement: Judgement, session: Session) -> Judgement:
        session.suspicious = True
        problem = ""
        if judgement.verdict is Verdict.FAIL:
            problem = damage(session.exchanges, judgement.actual, self._yardstick)
        home = self._rig.settings
        suspects = tuple(reversed(session.tried))
        self._recover(session, suspects)
        if judgement.verdict is Verdict.FAIL and not problem:
            problem = line_problem(self._fresh(session), self._yardstick, self._rig.settings)
        with contextlib.suppress(LabError):
            self._undone(session)
        if suspects or self._rig.settings != home:
            # Back to where it was, if it can be had there; else to where it can.
            self._recover(session, (home, *suspects))
        with contextlib.suppress(NonConformity, Inconclusive):
            self._leave_as_found(self._fresh(session))
        if problem:
            return replace(
                judgement,
                verdict=Verdict.INCONCLUSIVE,
                reason=Reason.LINE_UNHEALTHY,
                sentence=f"the line is unhealthy ({problem}); before: {judgement.sentence}",
            )
        return judgement

    def _lab_problem(self) -> str:
        return self._rig.lab_problem() if isinstance(self._rig, Attended) else ""

    def _marred(self, judgement: Judgement, problem: str) -> Judgement:
        """A pass or a fail is not believed if the lab, which may have caused it, is not well."""
        if not problem or judgement.verdict not in (Verdict.PASS, Verdict.FAIL):
            return judgement
        return replace(
            judgement,
            verdict=Verdict.ERROR,
            reason=Reason.LAB_FAILED,
            sentence=f"{problem}; before: {judgement.sentence}",
        )

    def _fresh(self, session: Session) -> Session:
        """A session with nothing pending, which writes to the same transcript."""
        return Session(
            self._rig.port,
            self._timing,
            session.recorder,
            line=self._rig.settings,
            markers=self._yardstick.markers,
            owing=True,  # whoever looked for the IUT did not wait for every answer
        )

    def _leave_as_found(self, session: Session) -> None:
        """Ask for the sign of life again, set the echo as it was. Raises `NonConformity`."""
        if session.tried:
            session.configure(self._rig.settings)
        alive = session.send(self.found.line).is_like(self.found)
        if bool(alive.echo) != bool(self.found.echo):
            session.send(set_("ATE", int(bool(self.found.echo))))


class _Watch:
    """A `testbed.Recorder` that sees whether a rig had to start its board."""

    def __init__(self, recorder: Recorder) -> None:
        self.sent, self.received = recorder.sent, recorder.received
        self._recorder = recorder
        self.saw_start = False

    def acted(self, action: str, detail: str, at: int) -> None:
        self._recorder.acted(action, detail, at)
        self.saw_start |= action in ("reset", "power-on")


def with_profile(
    pairs: dict[str, Judgement], profile: Profile, obstacles: Sequence[Obstacle] = ()
) -> dict[str, Judgement]:
    """`pairs` with every fail that `profile` predicts made a deviation.

    So is what could not be decided because a line was not refused, if `profile` predicts that, and
    `obstacles` tell which requirement says that it is.
    """
    return {
        name: _predicted(name, judgement, profile, obstacles) for name, judgement in pairs.items()
    }


def _predicted(
    name: str, judgement: Judgement, profile: Profile, obstacles: Sequence[Obstacle]
) -> Judgement:
    found = None
    if judgement.verdict is Verdict.FAIL:
        found = _covering([name], judgement.reason, profile)
    elif judgement.reason is Reason.NOT_REFUSED and obstacles:
        found = _covering(obstacles[0].requirements, obstacles[0].reason, profile)
    if found is None:
        return judgement
    where = profile.name if found.requirement == name else f"{profile.name}, {found.requirement}"
    return replace(
        judgement,
        verdict=Verdict.DEVIATION,
        reason=Reason.PREDICTED,
        sentence=f"{judgement.sentence}; registered for {where}: {found.instead} ({found.source})",
    )


def _covering(names: Iterable[str], reason: Reason, profile: Profile) -> Deviation | None:
    """The first deviation that is registered for one of `names` and covers `reason`."""
    registered = (profile.deviations[name] for name in names if name in profile.deviations)
    drastic = reason.value in DRASTIC
    return next((each for each in registered if not drastic or reason.value in each.covers), None)


def decisive(pairs: dict[str, Judgement]) -> Judgement:
    """The judgement of the purpose: its worst pair."""
    verdict = worst(judgement.verdict for judgement in pairs.values())
    return next(judgement for judgement in pairs.values() if judgement.verdict is verdict)
