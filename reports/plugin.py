"""The pytest hooks that record a run: options, and who becomes the recorder.

Law of this file: without a rig nothing happens. The recorder is registered always, and found as
`config.pluginmanager.get_plugin("conformance-recorder")`, but until somebody calls its `begin`
it creates nothing and prints nothing.

pytest-html decides in `pytest_configure` whether it writes a page, long before anybody knows
that a run begins. So `pytest.html` is asked for ahead of it, if a conformance run is expected: a
rig plugin is there (there is an option `--rig` with a value), the arguments, or `testpaths`, lead
into or contain the folder `suites`, and pytest is not just asked to tell something. The rig plugin
finds the same answer in `recorder.expected`.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from conformance.installed import suites_of
from reports.cases import CaseTable
from reports.html import TEMPLATES
from reports.recorder import NAME, Recorder

#: pytest-html's page, beside ours.
PAGE = "pytest.html"

#: Options with which pytest tells something and runs nothing.
_TELLING = (
    "help",
    "version",
    "collectonly",
    "showfixtures",
    "show_fixtures_per_test",
    "markers",
    "cacheshow",
    "purposes",  # the rig plugin's: write down what was collected
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say where reports go."""
    parser.getgroup("conformance").addoption(
        "--report-dir",
        metavar="DIR",
        default=None,
        help="write the compliance report here (default: reports/runs/<UTC time>/); "
        "a folder that holds the report of an earlier run is refused",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the recorder; ahead of others, so that they find it."""
    recorder = Recorder(config, expected=looks_like_a_conformance_run(config))
    config.pluginmanager.register(recorder, NAME)
    config.pluginmanager.register(CaseTable(recorder), "conformance-cases")
    if recorder.expected:
        _ask_for_page(config, recorder)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, None, None]:
    """Ctrl-C at the end is no traceback: what there is stays, and the last line says what to do.

    Innermost of the wrappers, so that the terminal still tells what the run came to.
    """
    recorder = session.config.pluginmanager.get_plugin(NAME)
    try:
        yield
    except KeyboardInterrupt:
        if recorder is None or not recorder.begun:
            raise
        recorder.cut_short(session)
    return None


def looks_like_a_conformance_run(config: pytest.Config) -> bool:
    """Whether a run of `suites` against a rig is about to begin in this process."""
    if hasattr(config, "workerinput") or config.getoption("rig", None) is None:
        return False
    if any(config.getoption(option, None) for option in _TELLING):
        return False
    suites = suites_of(config.rootpath)
    here = config.invocation_params.dir
    paths = [Path(here, str(argument).split("::")[0]).resolve() for argument in config.args]
    return any(path.is_relative_to(suites) or suites.is_relative_to(path) for path in paths)


def _ask_for_page(config: pytest.Config, recorder: Recorder) -> None:
    # No `htmlpath`: pytest-html is not here. A value: the user wants the page elsewhere.
    if getattr(config.option, "htmlpath", "") is None:
        config.option.htmlpath = str(recorder.folder() / PAGE)
        config.option.self_contained_html = True
        # Its grey on white is hard to read.
        config.option.css = [*config.option.css, str(TEMPLATES / "cases.css")]
