"""`python -m tests.recordings`: play recordings of real firmware on a rig; how far it agrees.

Law of this file: the command line and the order of things.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from conformance.statement import Pixit, StatementError, load_pixit
from conformance.testbed import TestbedError
from rigs.open import RigChoice, RigTextError, read_choice
from tests.recordings.agreement import LEVELS, as_json, page
from tests.recordings.recording import DATA, load
from tests.recordings.replaying import chosen, replay

#: The emulator whose line is like the recorder's: bytes go through whatever the rate, and slow
#: things take their time.
DEFAULT_RIG = "emulator:firmware=nonos-1.3,endpoint=tcp,timing=real"

#: So many emulators at a time. Their clocks skip the waits, and to start one with its lab costs
#: more than to play a hundred groups; where time is real, more are sooner done.
RIGS = 2


def main(arguments: list[str] | None = None) -> int:
    """0 if groups were played, 2 if what was asked for cannot be done."""
    options = _parser().parse_args(arguments)
    begin = time.monotonic()
    try:
        choice = read_choice(options.rig, Path.cwd())
        pixit = load_pixit(Path(options.pixit)) if options.pixit else Pixit()
        _check_hazard(choice, options.allow, pixit)
    except (RigTextError, StatementError, TestbedError) as error:
        print(error, file=sys.stderr)
        return 2
    groups = chosen(load(Path(options.data)), options.only)
    rigs = 1 if choice.only_one else options.rigs
    agreement = replay(groups, lambda: choice.open(pixit), rigs, options.limit)
    if options.json:
        told = json.dumps(as_json(agreement, options.rig), indent=1)
        Path(options.json).write_text(told + "\n", encoding="utf-8")
    print(page(agreement, options.show, options.level))
    print(f"{len(groups)} groups on {options.rig} ({time.monotonic() - begin:.0f} s)")
    return 0 if agreement.played else 2


def _check_hazard(choice: RigChoice, allowed: str, pixit: Pixit) -> None:
    """A board starts each group with AT+RESTORE, which it must be asked for."""
    if not choice.only_one or choice.text.startswith("emulator") or "destructive" in allowed:
        return
    raise RigTextError(
        f"--rig={choice.text}: each group begins with AT+RESTORE, which erases the settings of a "
        "board; say --allow=destructive if that may be"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.recordings", description=__doc__)
    parser.add_argument("--rig", default=DEFAULT_RIG, help=f"as for pytest; default {DEFAULT_RIG}")
    parser.add_argument("--pixit", default="", metavar="FILE", help="what the bench tells")
    parser.add_argument(
        "--only", action="append", default=[], metavar="PREFIX",
        help="only groups whose names begin so; may be given several times",
    )  # fmt: skip
    parser.add_argument("--allow", default="", help="destructive: a board may be restored")
    parser.add_argument("--json", default="", metavar="FILE", help="the agreement for programs")
    parser.add_argument("--show", type=int, default=10, metavar="N", help="so many differences")
    parser.add_argument(
        "--level", choices=tuple(LEVELS), default="bytes", help="differences at this level"
    )
    parser.add_argument("--rigs", type=int, default=RIGS, help="so many emulators at a time")
    parser.add_argument(
        "--limit", type=float, default=None, metavar="SECONDS",
        help="no step is waited for longer than this, whatever was recorded",
    )  # fmt: skip
    parser.add_argument("--data", default=str(DATA), metavar="FILE", help="other recordings")
    return parser


if __name__ == "__main__":
    sys.exit(main())
