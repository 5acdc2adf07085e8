"""How an IUT is brought back that runs in a process: a process that ended is started anew first.

Law of this file: it knows neither what is started nor how an IUT is found; a rig does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from conformance.testbed import LineSettings, PortError

#: How long a process may take to die that has closed its line, in seconds.
DYING_S = 2.0


def recover(
    respawned: Callable[[float], bool],
    climb: Callable[[Sequence[LineSettings]], None],
    suspects: Sequence[LineSettings],
) -> None:
    """Climb the ladder, behind a start of the process if that has ended.

    `respawned` starts it if it ends within so many seconds, and says whether it did. Raises what
    `climb` raises.
    """
    if respawned(0.0):
        suspects = ()
    try:
        climb(suspects)
    except PortError:
        # A process that is dying closes its line first.
        if not respawned(DYING_S):
            raise
        climb(())
