"""The pages that lead people through the project: what they name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs" / "how-to").glob("*.md")),
    *sorted((ROOT / "docs" / "firmware").glob("*.md")),
]
GUIDES = [page for page in PAGES if page.name in ("CONTRIBUTING.md", "architecture.md")]
GUIDES += [page for page in PAGES if page.parent.name == "how-to"]
#: What a guide makes up, to have an example.
MADE_UP = {"hello.py", "hello.toml", "test_hello.py"}

LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")
FILE = re.compile(r"[\w/.*-]+\.(?:py|toml|ini|md)\b")


def by_name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=by_name)
def test_each_link_of_a_page_leads_somewhere(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", GUIDES, ids=by_name)
def test_each_file_that_a_guide_names_exists(page: Path) -> None:
    named = set(FILE.findall(page.read_text(encoding="utf-8")))
    missing = [each for each in named if Path(each).name not in MADE_UP and not _is_there(each)]
    assert missing == []


def _is_there(name: str) -> bool:
    folders = (ROOT, *(ROOT / each for each in ("conformance", "suites", "rigs", "rigs/emulator")))
    here = any(list(folder.glob(f"**/{name}")) for folder in folders[1:])
    return here or bool(list(ROOT.glob(name))) or bool(list((ROOT / "docs").glob(f"**/{name}")))
