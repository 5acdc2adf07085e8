"""What the tests of the lab share: the checkout, and what lies beside them, can be imported."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
# Tests are not installed, and importlib mode leaves sys.path alone.
for each in (str(HERE), str(HERE.parents[1])):
    if each not in sys.path:
        sys.path.insert(0, each)
