"""The one error that ends the emulator.

Law: whoever raises it writes the line that the user reads.
"""


class EmulatorError(Exception):
    """Something that the user has to hear: what happened, why, what to do; one line."""
