"""How pytest runs the suites where there is no checkout, but an installed package.

Law of this file: it says where things are, and what a command line is; it runs nothing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

#: Where this package and its siblings are: a checkout, or a folder of installed packages.
HOME = Path(__file__).resolve().parent.parent
#: The plugins that `conftest.py` names in a checkout.
_PLUGINS = "reports.plugin,rigs.plugin"
#: pytest's settings, as `pyproject.toml` of a checkout has them.
_SETTINGS = Path(__file__).resolve().parent / "pytest.ini"


def is_checkout() -> bool:
    """Whether pytest finds its settings and our plugins by itself here."""
    return (HOME / "conftest.py").exists()


def suites_of(root: Path) -> Path:
    """Where the suites of a run are whose root is `root`."""
    own = (root / "suites").resolve()
    return own if own.is_dir() else HOME / "suites"


def pytest_command(arguments: Sequence[str], here: Path) -> list[str]:
    """The command line that runs the suites, or what `arguments` choose of them.

    `here`: where the report goes, and where paths among `arguments` begin.
    """
    command = [sys.executable, "-m", "pytest"]
    if not is_checkout():
        command += ["-c", str(_SETTINGS), f"--rootdir={here}", "-o", f"testpaths={HOME / 'suites'}"]
    return [*command, *arguments]


def environment(variables: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment of that command; workers inherit it."""
    return dict(variables) if is_checkout() else {**variables, "PYTEST_PLUGINS": _PLUGINS}
