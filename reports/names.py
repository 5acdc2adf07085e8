"""Names of files and of places in a page, made from the ids of purposes and requirements.

Law of this file: one id, one name, for ever; two ids never share one. A purpose id may hold
anything that a parameter can hold, so nothing of it is trusted.
"""

from __future__ import annotations

import hashlib
import re
from urllib.parse import quote

_LONGEST = 80
_PLAIN = re.compile(r"[!-~]+")


def safe_name(identifier: str) -> str:
    """A file name for `identifier`: its readable part and a digest that keeps it unique.

    The digest also tells apart what a file system without upper and lower case would mix up.
    """
    readable = re.sub(r"[^A-Za-z0-9_-]+", "-", identifier).strip("-")[:_LONGEST].strip("-")
    digest = hashlib.sha256(identifier.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{readable}-{digest}" if readable else digest


def anchor(identifier: str) -> str:
    """The `id` of the element that tells of `identifier`: itself, if HTML allows it."""
    return identifier if _PLAIN.fullmatch(identifier) else safe_name(identifier)


def fragment(identifier: str) -> str:
    """The link to `anchor(identifier)` inside a page."""
    return "#" + quote(anchor(identifier), safe="/-._~")


def relative_link(path: str, base: str = "") -> str:
    """`path`, relative to `base`, as a link that can only be a path, never a script or a host."""
    joined = f"{base}/{path}" if base else path
    return quote(joined.replace("\\", "/").lstrip("/"), safe="/-._~", errors="replace")
