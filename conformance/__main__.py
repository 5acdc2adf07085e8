"""`python -m conformance`: what the document asks, and which purposes check it.

Law of this file: it reads and prints. The purposes are asked of pytest in a process of its own,
because the library imports the standard library alone and the suites import the library.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from conformance import installed
from conformance.catalogue import EditionError, load_edition
from conformance.coverage import Coverage
from conformance.document import Edition, Ruling, TestPurpose, starts_with_segments
from conformance.evidence import Evidence, EvidenceError, decisions, failing, kills, sent
from conformance.statement import StatementError, blank_pics, load_shipped_profiles

#: Where a run and the kill matrix are stored, if nothing else was said.
_RESULTS = Path("reports", "latest", "results.json")
_KILLS = Path("reports", "runs", "kill-matrix", "matrix.json")

#: The command whose options are pytest's.
_RUN = "run"


class CannotTell(Exception):
    """The question cannot be answered; the message says why and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 0, or 1 for a gap in the coverage, or 2 if it cannot tell."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == [_RUN]:
        return _run(given[1:])
    options = _parser().parse_args(given)
    answer: Callable[[Edition, argparse.Namespace], int] = options.answer
    try:
        return answer(load_edition(), options)
    except (CannotTell, EditionError, EvidenceError, StatementError) as error:
        print(f"python -m conformance: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output went away; that is its right
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m conformance",
        description="What the ESP8266 AT Instruction Set v1.5 asks, and what checks it.",
    )
    parser.set_defaults(json=False)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    says = "run the suites; what stands behind it is pytest's, such as --rig and --req"
    commands.add_parser(_RUN, help=says, description=says, add_help=False)
    for name, answer, says in (
        ("list", _list, "the requirements, or those under a prefix, with their purposes"),
        ("explain", _explain, "one requirement, test purpose or ruling, in full"),
        ("coverage", _coverage, "what has no purpose, and what has no requirement (exit 1 if any)"),
        ("pics", _pics, "a blank PICS in TOML, to be changed and given to pytest --pics"),
        ("rulings", _rulings, "how we read what is unclear in the document"),
    ):
        command = commands.add_parser(name, help=says, description=says)
        command.set_defaults(answer=answer)
        if name == "list":
            command.add_argument("prefix", nargs="?", default="", help="for example 3.2.5 or 2/-")
        if name == "explain":
            command.add_argument("id", help="for example 3.2.5/ATE/set/03, TP/BASIC/AT/BV-01, R-05")
            command.add_argument(
                "--results", metavar="FILE", default="",
                help=f"results.json of a run: what a purpose sent (default: {_RESULTS}, if there)",
            )  # fmt: skip
            command.add_argument(
                "--kills", metavar="FILE", default="",
                help=f"matrix.json: which faults fail a purpose (default: {_KILLS}, if there)",
            )  # fmt: skip
        if name == "coverage":
            command.add_argument(
                "--results", metavar="FILE", default="",
                help="results.json of a run: tell what was exercised and never decided",
            )  # fmt: skip
            command.add_argument(
                "--kills", metavar="FILE", default="",
                help="matrix.json of the kill matrix: a requirement counts as verified only if "
                "its check was reached and noticed a fault of it",
            )  # fmt: skip
        if name != "pics":
            command.add_argument("--json", action="store_true", help="as JSON")
        if name == "rulings":
            command.add_argument("--markdown", action="store_true", help="as docs/rulings.md")
    return parser


def _run(arguments: Sequence[str]) -> int:
    """Run the suites with pytest's options; how pytest ends."""
    command = installed.pytest_command(arguments, Path.cwd())
    return subprocess.run(command, env=installed.environment(), check=False).returncode


def _list(edition: Edition, options: argparse.Namespace) -> int:
    coverage = Coverage(edition, collected_purposes())
    chosen = [r for r in edition.requirements.values() if _under(r.id, options.prefix)]
    if not chosen:
        raise CannotTell(f"no requirement under {options.prefix!r}; `list` shows them all")
    rows = [{**asdict(r), "purposes": list(coverage.purposes_of(r.id))} for r in chosen]
    if options.json:
        print(json.dumps(rows, indent=1))
        return 0
    for row in rows:
        count = len(row["purposes"])
        checked = f"{count} purposes" if count else "no automatic test"
        print(f"{row['id']:<26} {row['level']:<10} {checked:<18} {row['statement']}")
    return 0


def _under(identifier: str, prefix: str) -> bool:
    return not prefix or starts_with_segments(identifier, prefix)


def _explain(edition: Edition, options: argparse.Namespace) -> int:
    wanted = options.id
    if wanted in edition.requirements:
        return _explain_requirement(edition, wanted, options.json)
    if wanted in edition.rulings:
        _print(asdict(edition.rulings[wanted]), options.json)
        return 0
    found = [p for p in collected_purposes() if p.id == wanted or p.id.split("[")[0] == wanted]
    if not found:
        raise CannotTell(f"nothing is called {wanted!r}; `list` shows the requirements")
    for purpose in found:
        shown = asdict(purpose) | {"where": where(purpose.nodeid)}
        _print(shown | _stored(purpose.id, options), options.json)
    return 0


def where(nodeid: str) -> str:
    """File and line of the test function of a purpose; the file alone if it is not found there.

    The function of one that is asked again in another circumstance begins that one's name.
    """
    path, _, name = nodeid.partition("::")
    name = name.partition("[")[0]
    lines = (installed.HOME / path).read_text(encoding="utf-8").splitlines()
    names = [
        (each[4:].partition("(")[0], n) for n, each in enumerate(lines, 1) if each[:4] == "def "
    ]
    line = max((each for each in names if name.startswith(each[0])), default=("", 0))[1]
    return f"{path}:{line}" if line else path


def _stored(purpose: str, options: argparse.Namespace) -> dict[str, Any]:
    """What a stored run and a stored kill matrix show of a purpose, or how one gets them."""
    results, matrix = Path(options.results or _RESULTS), Path(options.kills or _KILLS)
    shown: dict[str, Any] = {}
    if options.results or results.exists():
        lines = sent(results, purpose) or ("nothing: it was not run",)
        shown["sent"] = [*lines, f"(in {results})"]
    else:
        shown["sent"] = f"no run is stored in {results}; pytest makes one"
    if options.kills or matrix.exists():
        shown["fails_under"] = [*(failing(matrix, purpose) or ("no fault",)), f"(in {matrix})"]
    else:
        asks = f"python -m tests.faults --purpose {purpose!r} tries"
        shown["fails_under"] = f"no kill matrix is stored; {asks}"
    return shown


def _explain_requirement(edition: Edition, name: str, as_json: bool) -> int:
    requirement = edition.requirements[name]
    clause = edition.clauses[requirement.clause]
    shown = asdict(requirement) | {
        "clause": f"{clause.number} {clause.title}",
        "purposes": _purposes_of(edition, name, as_json),
    }
    if requirement.ruling:
        ruling = edition.rulings[requirement.ruling]
        shown["ruling"] = f"{ruling.id} {ruling.title}"
        shown["accepted"] = list(ruling.accepted)
    _print(shown, as_json)
    return 0


def _purposes_of(edition: Edition, name: str, ids_alone: bool) -> list[str]:
    """The purposes that verify a requirement; each with its file and line, or their ids alone."""
    purposes = collected_purposes()
    ids = Coverage(edition, purposes).purposes_of(name)
    places = {each.id: where(each.nodeid) for each in purposes if each.id in ids}
    return list(ids) if ids_alone else [f"{each}  {places[each]}" for each in ids]


def _print(fields: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(fields, indent=1))
        return
    for key, value in fields.items():
        if value in ("", (), [], 0):
            continue
        lines = value if isinstance(value, (list, tuple)) else [value]
        print(f"{key.replace('_', ' ')}: {lines[0]}")
        for line in lines[1:]:
            print(f"{'':{len(key)}}  {line}")


def _coverage(edition: Edition, options: argparse.Namespace) -> int:
    load_shipped_profiles(edition)
    coverage = Coverage(edition, collected_purposes())
    evidence = Evidence(
        coverage.verified - coverage.observed,
        decisions(Path(options.results)) if options.results else None,
        kills(Path(options.kills), edition) if options.kills else None,
    )
    if options.json:
        print(json.dumps(coverage.as_dict() | evidence.as_dict(), indent=1))
    else:
        *lines, last = coverage.told()
        print("\n".join([*lines, *evidence.told(), last]))
    return 1 if coverage.gaps else 0


def _pics(edition: Edition, options: argparse.Namespace) -> int:
    print(blank_pics(edition), end="")
    return 0


def _rulings(edition: Edition, options: argparse.Namespace) -> int:
    if options.json:
        print(json.dumps([asdict(ruling) for ruling in edition.rulings.values()], indent=1))
    elif options.markdown:
        print(rulings_page(edition), end="")
    else:
        for ruling in edition.rulings.values():
            print(f"{ruling.id}  {ruling.title} (clause {', '.join(ruling.clauses)})")
    return 0


def rulings_page(edition: Edition) -> str:
    """docs/rulings.md, which is made from the edition and from nothing else."""
    head = [
        "# Rulings",
        "",
        "How we read the places where the document is silent, garbled or contradicts itself.",
        "This page is made from the edition, `conformance/editions/v1_5/*.toml`, by "
        "`python -m conformance rulings --markdown`; change it there.",
    ]
    body = [
        line for ruling in edition.rulings.values() for line in _ruling_section(edition, ruling)
    ]
    return "\n".join([*head, *body]) + "\n"


def _ruling_section(edition: Edition, ruling: Ruling) -> list[str]:
    resting = [r.id for r in edition.requirements.values() if r.ruling == ruling.id]
    return [
        "",
        f"## {ruling.id} {ruling.title}",
        "",
        f"Clauses: {', '.join(ruling.clauses)}.",
        "",
        f"Question: {ruling.question}",
        "",
        "Accepted:",
        "",
        *(f"- {reading}" for reading in ruling.accepted),
        "",
        f"Why: {ruling.why}",
        "",
        "Requirements that rest on it: "
        + (", ".join(f"`{name}`" for name in resting) or "none; it governs how answers are read")
        + ".",
    ]


def collected_purposes() -> list[TestPurpose]:
    """The purposes of the suites, as pytest collects them; opens no rig."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "purposes.json")
        suites = installed.HOME / "suites"
        asked = ["-q", "-p", "no:cacheprovider", f"--purposes={file}", str(suites)]
        finished = subprocess.run(
            installed.pytest_command(asked, installed.HOME), cwd=installed.HOME,
            env=installed.environment(), capture_output=True, text=True, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        if not file.exists():
            last = (finished.stdout + finished.stderr).strip().splitlines()[-1:]
            raise CannotTell(f"pytest cannot collect the suites: {''.join(last)}")
        rows = json.loads(file.read_text(encoding="utf-8"))
    return [_purpose(row) for row in rows]


def _purpose(row: dict[str, Any]) -> TestPurpose:
    fields: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in row.items()
    }
    return TestPurpose(**fields)


if __name__ == "__main__":
    sys.exit(main())
