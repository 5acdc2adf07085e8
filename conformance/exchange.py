"""An Exchange: one command line and everything the IUT said until it was over.

Law of this file: an exchange is frozen. Its questions either give a value or raise
`NonConformity` with what was expected and what was there; framing was liberal, judging is strict.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from conformance.commandline import CommandLine
from conformance.events import (
    BootText,
    Busy,
    Echo,
    Event,
    FinalResult,
    Information,
    Prompt,
    Ready,
    Unclassified,
    Urc,
)
from conformance.grammar import CONTROL, ERROR, OK, SEND_OK
from conformance.testbed import NANOSECONDS
from conformance.transcript import readable
from conformance.verdict import NonConformity, Reason


class Outcome(enum.Enum):
    """How the observation of an exchange ended."""

    #: Everything that was owed came, or the silence that was waited for.
    COMPLETE = "complete"
    #: The deadline passed.
    OVERDUE = "overdue"
    #: The IUT said more than an exchange may hold.
    FLOOD = "flood"


#: Codes that say that something was done.
_CLAIMS = frozenset({OK, SEND_OK})

#: Forms whose row Response prints no OK, and what it prints instead (rulings R-37, R-53, R-71).
_WITHOUT_OK = {
    (b"CWSAP", "query"): re.compile(rb"\+ ?CWSAP(?:_CUR|_DEF)? ?:", re.IGNORECASE),
    (b"CWDHCPS", "query"): re.compile(rb"\+ ?CWDHCPS(?:_CUR|_DEF)? ?[:=]", re.IGNORECASE),
    (b"CIPSTATUS", "execute"): re.compile(rb"STATUS ?:", re.IGNORECASE),
}

#: By another name, because Python takes longer to look a member up than to compare it.
_FLOOD = Outcome.FLOOD


#: How what an exchange did begins, where nothing is done to the IUT.
WAITS = "wait "


@dataclass(frozen=True, slots=True)
class Proof:
    """That the IUT had its say: a marker that was sent afterwards, and what belongs to it."""

    line: CommandLine
    sent_at: int
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One command line and its answer. Times are nanoseconds of the port's clock."""

    line: CommandLine
    events: tuple[Event, ...]
    sent_at: int
    ended_at: int
    outcome: Outcome
    #: What came after the previous exchange and before this one.
    before: tuple[Event, ...] = ()
    #: Whether the command was one that restarts the IUT.
    restart_asked: bool = False
    #: What the rig did instead of sending a line, for example "reset".
    did: str = ""
    #: The marker that ended a wait for silence, if one was needed.
    proof: Proof | None = None
    #: Whether what is required of it decides the requirement under test, whatever its command.
    decisive: bool = False
    #: Whether it was only asked what is set: a requirement of its own says how that is answered.
    is_question: bool = False

    @property
    def only_waits(self) -> bool:
        """Whether nothing was sent or done: then nobody asked for what came."""
        return self.did.startswith(WAITS)

    # What was said

    @property
    def results(self) -> tuple[FinalResult, ...]:
        """All final result codes; one line owes one."""
        return tuple([event for event in self.events if isinstance(event, FinalResult)])

    @property
    def final(self) -> bytes | None:
        """The final result code, or None if none came; OK of an answer that is printed without."""
        for event in reversed(self.events):
            if isinstance(event, FinalResult):
                return event.text
        return OK if self.is_whole_without_ok else None

    @property
    def is_whole_without_ok(self) -> bool:
        """Whether it is all that the row Response prints of a form for which that has no OK."""
        wanted = _WITHOUT_OK.get((_stem(self.line.name), self.line.form))
        return bool(wanted and not self.results and any(map(wanted.match, self.information)))

    @property
    def ending(self) -> str:
        """How it ended, in words, for what is observed and not judged."""
        return "no final result code" if self.final is None else readable(self.final)

    @property
    def information(self) -> tuple[bytes, ...]:
        """The lines of the answer, without their line ends.

        An IUT that echoes answers behind the echo; what it told before answers nothing.
        """
        return tuple(each.text for each in self._behind_echo if isinstance(each, Information))

    @property
    def _behind_echo(self) -> tuple[Event, ...]:
        """The events from the first of the echo on, if any answer is there; else all."""
        at = next((at for at, each in enumerate(self.events) if isinstance(each, Echo)), 0)
        rest = self.events[at:]
        said = any(isinstance(each, (Information, FinalResult)) for each in rest)
        return rest if said else self.events

    @property
    def own_lines(self) -> tuple[bytes, ...]:
        """The lines under the name of the command or a sibling; all of them if none is.

        Firmware may print others beside them; spaces and the case of letters are typography (R-03).
        """
        head = re.compile(rb"\+ ?%b(?:_CUR|_DEF)? ?[:=]" % _stem(self.line.name), re.IGNORECASE)
        return tuple(filter(head.match, self.information)) or self.information

    @property
    def echo(self) -> bytes:
        """What of the command line was sent back, without line ends."""
        return b"".join([event.text for event in self.events if isinstance(event, Echo)])

    @property
    def urcs(self) -> tuple[bytes, ...]:
        return tuple(event.text for event in self.events if isinstance(event, Urc))

    @property
    def raw(self) -> bytes:
        """Everything the IUT said in this exchange."""
        return b"".join(event.raw for event in self.events)

    @property
    def legible(self) -> bool:
        """Whether any of the answer is text, as opposed to the garbage of a wrong rate."""
        said = (FinalResult, Information, Busy)
        texts = [event.text for event in self.events if isinstance(event, (*said, Unclassified))]
        return any(text and text.isascii() and text.decode().isprintable() for text in texts)

    @property
    def garbled(self) -> bool:
        """Whether it has no result, and something came that is no text: perhaps at another rate."""
        said = b"".join(event.raw for event in self.events if not isinstance(event, (Echo, Urc)))
        is_text = said.isascii() and not CONTROL.search(said)
        return self.final is None and bool(said.strip()) and not is_text

    @property
    def silent(self) -> bool:
        """Whether the IUT answered nothing; an echo or a URC is no answer."""
        said = (FinalResult, Information, Busy, Prompt, Ready, BootText, Unclassified)
        return not any(isinstance(event, said) for event in self.events)

    @property
    def declined(self) -> bool:
        """Whether it was answered, and the answer neither claims success nor asks for data.

        A silence is none: nobody can tell it from a dead IUT.
        """
        finals = [event.text for event in self.results]
        claims = not _CLAIMS.isdisjoint((*finals, self.final)) or self.prompted
        return self.legible and not claims and len(finals) < 2 and self.outcome is not _FLOOD

    @property
    def prompted(self) -> bool:
        """Whether the IUT asked for data."""
        return any(isinstance(event, Prompt) for event in self.events)

    @property
    def restarted(self) -> bool:
        """Whether the IUT showed a restart: its boot text or `ready` (ruling R-04)."""
        return _show_restart(self.events)

    @property
    def restarted_before(self) -> bool:
        """Whether a restart showed between the exchange before and this one."""
        return _show_restart(self.before)

    @property
    def restarted_within_unasked(self) -> bool:
        """Whether a restart showed in the answer, though the line asks for none."""
        return not self.restart_asked and self.restarted

    @property
    def restarted_unasked(self) -> bool:
        return self.restarted_before or self.restarted_within_unasked

    @property
    def restart_at(self) -> int | None:
        """When the first sign of a restart came, in nanoseconds of the port's clock."""
        signs = (event.at for event in (*self.before, *self.events) if shows_restart(event))
        return next(signs, None)

    @property
    def woke_at(self) -> int | None:
        """When a chip that was to start printed its first line, legible or not."""
        signs = (event.at for event in self.events if isinstance(event, (BootText, Ready)))
        return next(signs, None)

    # What a purpose may require

    def decides(self) -> Exchange:
        """The same exchange, for a purpose that judges its own command by the answer to another.

        Without it, what another command does wrong is in the way and fails nothing.
        """
        return replace(self, decisive=True)

    def objection(
        self, expected: str, actual: str = "", reason: Reason = Reason.DIFFERS
    ) -> NonConformity:
        """What to raise if this answer is not as its own command owes it."""
        about = None if self.decisive else self.line
        found = actual or self.describe()
        return NonConformity(expected, found, reason, about, of_question=self.is_question)

    def ends_with(self, *codes: bytes) -> Exchange:
        """Require the exchange to end with one of `codes`, and with one only."""
        finals = [event.text for event in self.results]
        if self.is_whole_without_ok:
            finals = [OK]
        if len(finals) != 1 or finals[0] not in codes or self.outcome is _FLOOD:
            expected = f"the final result code {_either(codes)}"
            raise self.objection(expected, reason=self._reason())
        return self

    def succeeds(self) -> Exchange:
        """Require OK."""
        return self.ends_with(OK)

    def is_refused(self) -> Exchange:
        """Require ERROR, where the document lists it; diagnostic lines may stand before it."""
        return self.ends_with(ERROR)

    def is_not_accepted(self) -> Exchange:
        """Require any refusal, where the document lists no code for it (ruling R-19)."""
        if not self.declined:
            raise self.objection("a refusal: an answer other than OK", reason=self._reason())
        return self

    def is_answered(self) -> Exchange:
        """Require OK or any refusal, where the document leaves open which of them is due."""
        return self if self.declined else self.succeeds()

    def asks_for_data(self) -> Exchange:
        """Require the prompt for data; OK may stand before it (ruling R-78)."""
        refused = self.final not in (None, OK)
        if refused or not self.prompted:
            raise self.objection("the prompt `>`", reason=self._reason())
        return self

    def gives_no_result(self) -> Exchange:
        """Require that no final result code came: what was asked for is not done yet."""
        if self.final is not None:
            raise self.objection("no final result code yet")
        return self

    def is_sent(self) -> Exchange:
        """Require word that the data was sent."""
        return self.ends_with(SEND_OK)

    def is_like(self, other: Exchange) -> Exchange:
        """Require the final result code that `other` had; any legible answer if it had none."""
        if other.final is not None:
            return self.ends_with(other.final)
        if not self.legible:
            raise self.objection("a legible answer", reason=self._reason())
        return self

    def is_not_executed(self, sign: bytes = b"") -> Exchange:
        """Require that the answer claims no success and shows no `sign`, if there is one."""
        claims = OK in (event.text for event in self.results)
        if claims or (sign and any(re.search(sign, line) for line in self.information)):
            raise self.objection("no execution of that line")
        return self

    def is_echoed(self) -> Exchange:
        """Require the whole command line to have been sent back, unchanged."""
        wanted = self.line.text
        if self.echo != wanted:
            raise self.objection(f"the echo {_shown(wanted)}", self._describe_echo())
        return self

    def is_not_echoed(self) -> Exchange:
        """Require that nothing of the command line was sent back."""
        if self.echo:
            raise self.objection("no echo", self._describe_echo())
        return self

    def says_nothing_else(self) -> Exchange:
        """Require that no information response stands beside the final result code."""
        if self.information:
            raise self.objection("the final result code alone")
        return self

    def has_line(self, index: int, pattern: bytes, what: str) -> Exchange:
        """Require information line `index` (from 0) to exist and to contain `pattern`."""
        lines = self.information
        if len(lines) <= index or not re.search(pattern, lines[index]):
            raise self.objection(f"{what} in line {index + 1} of the answer")
        return self

    def tells(self, pattern: bytes, what: str) -> re.Match[bytes]:
        """Require one information line, and no second, to match `pattern` as a whole; the match."""
        matches = [match for line in self.information if (match := re.fullmatch(pattern, line))]
        if len(matches) == 1:
            return matches[0]
        raise self.objection(f"{what}, once" if matches else what, reason=self._reason())

    def has_line_from(self, index: int, pattern: bytes, what: str) -> Exchange:
        """Require some information line, from line `index` (from 0) on, to contain `pattern`."""
        if not any(re.search(pattern, line) for line in self.information[index:]):
            raise self.objection(f"{what} from line {index + 1} of the answer on")
        return self

    def shows_restart(self) -> Exchange:
        """Require the IUT to have shown that it started again."""
        if not self.restarted:
            raise self.objection("a restart: boot text or `ready`", reason=self._reason())
        return self

    # What a report may show

    def describe(self) -> str:
        """The answer in one line, bounded."""
        if self.outcome is Outcome.FLOOD:
            return f"more than {len(self.raw)} bytes, beginning {_shown(self.raw[:60])}"
        waited = (self.ended_at - self.sent_at) / NANOSECONDS
        said = [_named(event) for event in self.events if _is_worth_saying(event)]
        if not said:
            return f"no answer within {waited:.2f} s"
        if len(said) > 8:  # the last one is what ended it
            said = [*said[:6], f"{len(said) - 7} more", said[-1]]
        shown = ", ".join(said)
        overdue = self.outcome is Outcome.OVERDUE
        return f"{shown}, then nothing until {waited:.2f} s" if overdue else shown

    def describe_before(self) -> str:
        """What had come before the line was sent, in one line, bounded."""
        return ", ".join(_named(each) for each in self.before if _is_worth_saying(each))[:400]

    def trace(self, origin: int) -> list[str]:
        """The exchange in packetdrill's manner: seconds since `origin`, direction, content."""
        lines = [_traced(event, "<", origin) for event in self.before]
        stimulus = f"! {self.did}" if self.did else f"> {readable(self.line.encoded)}"
        sent = f"{_since(self.sent_at, origin)} {stimulus}"
        lines += [sent, *(_traced(event, "<", origin) for event in self.events)]
        if self.proof is not None:
            marker = readable(self.proof.line.encoded)
            lines.append(f"{_since(self.proof.sent_at, origin)} > {marker}  [marker]")
            lines += [_traced(event, "<", origin) for event in self.proof.events]
        return lines

    def describe_surplus(self, unasked: FinalResult) -> str:
        """That the result `unasked` came, though this exchange had its result."""
        first = self.results[0]
        waited_ms = (unasked.at - first.at) * 1000 // NANOSECONDS
        return f"a second result {_shown(unasked.text)} {waited_ms} ms after {_shown(first.text)}"

    def _describe_echo(self) -> str:
        return f"echo {_shown(self.echo)}" if self.echo else f"no echo; {self.describe()}"

    def _reason(self) -> Reason:
        if self.outcome is Outcome.FLOOD:
            return Reason.FLOOD
        return Reason.SILENCE if self.silent else Reason.DIFFERS


def _stem(name: str) -> bytes:
    """What the names of a triple have in common."""
    return re.escape(name.removesuffix("_CUR").removesuffix("_DEF").encode())


def _show_restart(events: Sequence[Event]) -> bool:
    is_usual = _OF_A_START.isdisjoint(map(type, events))
    return not is_usual and any(map(shows_restart, events))


def shows_restart(event: Event) -> bool:
    """Whether `event` is a sign of a restart: a boot text with its cause, or `ready`."""
    kind = type(event)
    return kind is Ready or (kind is BootText and b"rst cause" in event.raw)


_OF_A_START = frozenset({BootText, Ready})


def _is_worth_saying(event: Event) -> bool:
    kinds = (FinalResult, Information, Busy, Prompt, Urc, Ready, BootText, Unclassified)
    return isinstance(event, kinds)


_KINDS = {
    FinalResult: "",
    Information: "line ",
    Prompt: "prompt ",
    Urc: "URC ",
    Unclassified: "unclassified ",
}


def _named(event: Event) -> str:
    return _KINDS.get(type(event), "") + _shown(event.text)


def _shown(data: bytes) -> str:
    return f"`{readable(data, 80)}`"


def _either(codes: Iterable[bytes]) -> str:
    return " or ".join(code.decode("ascii") for code in codes)


def _since(moment: int, origin: int) -> str:
    return f"{(moment - origin) / NANOSECONDS:+.3f}"


def _traced(event: Event, direction: str, origin: int) -> str:
    name = "" if isinstance(event, (FinalResult, Information)) else f"  [{_label(event)}]"
    return f"{_since(event.at, origin)} {direction} {readable(event.raw)}{name}"


def _label(event: Event) -> str:
    return type(event).__name__.lower()
