"""The library: what the document says, how an exchange is framed and judged.

Law of this package: it imports the standard library alone, opens nothing and knows no rig.
Bytes come in through `testbed.Port`; verdicts and records go out.
"""

__version__ = "0.1.0"
