"""A program on a host whose monotonic clock is elsewhere: `othertime.py SECONDS PROGRAM...`.

Law of this file: it is the kernel's time namespace that makes it so, and nothing of ours knows.
"""

import ctypes
import os
import sys
from pathlib import Path

_NEWTIME = 0x80

libc = ctypes.CDLL(None, use_errno=True)
if libc.unshare(_NEWTIME):
    sys.exit(f"no time namespace: {os.strerror(ctypes.get_errno())}")
# Who is not root in there may not, so that it needs a user namespace around it.
Path("/proc/self/timens_offsets").write_text(f"monotonic {int(sys.argv[1])} 0\n")
os.execvp(sys.argv[2], sys.argv[2:])
