"""What the tests of the lab share: the checkout can be imported."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Tests are not installed, and importlib mode leaves sys.path alone.
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))
