"""The door: `python -m rigs.emulator`.  Nothing lives here but the call."""

import sys

from rigs.emulator.process.cli import main

sys.exit(main(sys.argv[1:]))
