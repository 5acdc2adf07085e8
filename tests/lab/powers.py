"""Processes with fewer powers than ours: an ordinary user's, and one that may make no namespace.

Law of this file: what is here runs between fork and exec. It needs no powers itself, so that the
tests are the same for root and for an ordinary user.
"""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

_NEWUSER = 0x10000000
_PR_CAPBSET_DROP = 24
#: CAP_NET_ADMIN, CAP_NET_RAW and CAP_SYS_ADMIN: what one needs to make a network namespace.
_NETWORK_POWERS = (12, 13, 21)


def as_an_ordinary_user() -> None:
    """Whoever is root has no say over networks and namespaces any more; others never had."""
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() == 0:
        for power in _NETWORK_POWERS:
            if libc.prctl(_PR_CAPBSET_DROP, power, 0, 0, 0):
                raise OSError(ctypes.get_errno(), "cannot give up a capability")


def without_namespaces() -> None:
    """The kernel gives no more namespaces, whoever asks."""
    libc = ctypes.CDLL(None, use_errno=True)
    uid, gid = os.getuid(), os.getgid()
    if libc.unshare(_NEWUSER):
        raise OSError(ctypes.get_errno(), "no user namespace to be poor in")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    for kind in ("net", "user"):
        Path(f"/proc/sys/user/max_{kind}_namespaces").write_text("0")


#: How the tests name them.
POWERS = {"as we are": None, "as an ordinary user": as_an_ordinary_user}
