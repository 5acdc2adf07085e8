"""Pages that are made from data are what the data makes of them: `python tests/check_pages.py`."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from conformance.__main__ import rulings_page  # noqa: E402
from conformance.catalogue import load_edition  # noqa: E402


def main() -> int:
    if (ROOT / "docs" / "rulings.md").read_text(encoding="utf-8") == rulings_page(load_edition()):
        return 0
    print("docs/rulings.md is out of date: python -m conformance rulings --markdown > it")
    return 1


if __name__ == "__main__":
    sys.exit(main())
