"""`python -m rigs.lab.afar`: see `process.py`."""

import sys

from .process import main

sys.exit(main(sys.argv[1:]))
