"""`python -m tests.strangers.judge [NAME...]`: the suites on strangers, held against their lists.

Law of this file: it starts pytest as an engineer would, with the stranger's own PICS, and compares
what came of it with what stands beside the device. Exactly what it breaks fails; inconclusive is
what its lists say may be so; nothing is an error.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from conformance.catalogue import load_edition
from conformance.document import Edition
from conformance.verdict import Verdict
from tests.strangers.device import About
from tests.strangers.roster import STRANGERS, open_ids, pics_of

ROOT = Path(__file__).resolve().parent.parent.parent

#: How the bench of every stranger is wired.
PIXIT = """\
[board]
reset = "rts"
wake_wire = true
"""

#: What pytest may exit with.
_RAN = (0, 1, 10)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if every stranger came out as its lists say, 1 if not, 2 if a run came to nothing."""
    options = _parser().parse_args(arguments)
    folder = Path(options.out)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    edition, wrong = load_edition(), 0
    for name in options.names or sorted(STRANGERS):
        about = STRANGERS[name].about
        code = _run(about, edition, folder / name, options.delay, options.more)
        if code not in _RAN:
            print(f"{name}: pytest ended with {code}; see {folder / name}.txt", file=sys.stderr)
            return 2
        found = differences(about, edition, requirements(folder / name / "results.json"))
        wrong += len(found)
        print(f"{name}: {len(found)} not as its lists say", flush=True)
        for line in found:
            print(f"  {line}", flush=True)
    return 1 if wrong else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.strangers.judge",
        description=__doc__,
        epilog="What stands behind -- is given to pytest, for example `-- --req=3.2`.",
    )
    parser.add_argument("--names", nargs="+", choices=sorted(STRANGERS), metavar="NAME",
                        help="these strangers alone")  # fmt: skip
    parser.add_argument("--delay", default="", metavar="MS|MS-MS",
                        help="everything that they send arrives so much later")  # fmt: skip
    parser.add_argument(
        "--out", default=str(ROOT / "reports" / "runs" / "strangers"),
        help="where the reports go; replaced if it exists",
    )  # fmt: skip
    parser.add_argument("more", nargs="*", metavar="-- OPTION", help="for pytest")
    return parser


def _run(about: About, edition: Edition, place: Path, delay: str, more: Sequence[str]) -> int:
    """Run the suites on a stranger; what pytest printed stands beside the report."""
    pics, pixit = Path(f"{place}.pics.toml"), Path(f"{place}.pixit.toml")
    pics.write_text(pics_of(about, edition), encoding="utf-8")
    pixit.write_text(PIXIT, encoding="utf-8")
    device = f"{sys.executable} -m tests.strangers {about.name} --flash {{folder}}/flash.json"
    if delay:
        device += f" --delay {delay}"
    with Path(f"{place}.txt").open("w") as printed:
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", f"--rig=exec[clock=skips]:{device}",
             f"--pics={pics}", f"--pixit={pixit}", "--profile=none", "--no-review",
             f"--report-dir={place}", *more],
            cwd=ROOT, env=os.environ, stdin=subprocess.DEVNULL, stdout=printed,
            stderr=subprocess.STDOUT, check=False,
        ).returncode  # fmt: skip


def requirements(results: Path) -> Mapping[str, str]:
    """Requirement id -> its verdict, of those that the run decided or could not decide."""
    rows = json.loads(results.read_text(encoding="utf-8"))["requirements"]
    return {row["id"]: row["verdict"] for row in rows if row["verdict"]}


def differences(about: About, edition: Edition, verdicts: Mapping[str, str]) -> list[str]:
    """What is not as the lists say, a line each."""
    may_be_open = set(open_ids(about, edition)) | set(about.inconclusive)
    lines = []
    for name, verdict in verdicts.items():
        if verdict == Verdict.FAIL and name not in about.breaks:
            lines.append(f"{name} fails, and is not broken")
        elif verdict == Verdict.PASS and name in about.breaks:
            lines.append(f"{name} passes, and is broken: {about.breaks[name]}")
        elif verdict == Verdict.INCONCLUSIVE and name in about.breaks:
            lines.append(f"{name} is inconclusive, and is broken: {about.breaks[name]}")
        elif verdict == Verdict.INCONCLUSIVE and name not in may_be_open:
            lines.append(f"{name} is inconclusive, and nothing is in the way")
        elif verdict == Verdict.PASS and name in about.inconclusive:
            lines.append(f"{name} passes, though {about.inconclusive[name]}")
        elif verdict == Verdict.ERROR:
            lines.append(f"{name} is an error")
    return lines


if __name__ == "__main__":
    sys.exit(main())
