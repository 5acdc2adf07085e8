"""What the emulator cites beside the document can be opened: `docs/firmware/` has it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = ROOT / "docs" / "firmware"

#: How a source is cited -> its page, and how an entry of it begins there.
CITED = {
    "field guide": ("field-guide.md", r"^## {}\."),
    "errata": ("errata.md", r"^\| {} \|"),
    "observed": ("observed-1.3.md", r"^{}\. "),
}
NUMBERS = r"(\d+)(?:(?:, | and | to )(\d+))*"
CITATIONS = {
    "field guide": re.compile(rf"field guide {NUMBERS}"),
    "errata": re.compile(rf"errata {NUMBERS}"),
    "observed": re.compile(rf"observed (?:1\.3, item )?{NUMBERS}(?!\.\d)"),
}


def citations() -> Iterator[tuple[str, str, str]]:
    """Source, number, and the file that cites it."""
    for file in sorted((ROOT / "rigs").rglob("*.py")):
        text = " ".join(file.read_text(encoding="utf-8").split())
        for source, pattern in CITATIONS.items():
            for found in pattern.finditer(text):
                for number in re.findall(r"\d+", found[0].replace("1.3", "")):
                    yield source, number, str(file.relative_to(ROOT))


@pytest.mark.parametrize("source", CITED)
def test_what_is_cited_stands_in_docs(source: str) -> None:
    page, entry = CITED[source]
    text = (SOURCES / page).read_text(encoding="utf-8")
    cited = {(number, file) for name, number, file in citations() if name == source}
    missing = [each for each in cited if not re.search(entry.format(each[0]), text, re.MULTILINE)]
    assert cited
    assert missing == []
