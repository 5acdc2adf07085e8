"""The characters of the AT dialogue: what ends a line, what ends an exchange, what comes unasked.

Law of this file: constants and patterns only, each with its clause or ruling. Whoever wants to
know what a byte string *means* asks the dialogue; here stands only what it looks like.
"""

from __future__ import annotations

import re

#: Clause 2, note 5: a command line is closed by CR LF (the text prints "/r/n"; ruling R-01).
LINE_END = b"\r\n"

#: Clause 2, note 3: strings stand in double quotation marks.
QUOTE = b'"'
#: Clause 4.1.4: these are escaped inside a string; the text prints the sign as a slash.
ESCAPE = b"\\"
ESCAPED = b'",\\'

#: Final result codes that say yes and that say no (the Response rows; ERROR in clause 3.2.5,
#: FAIL in clause 4.1.4).
OK = b"OK"
ERROR = b"ERROR"
FAIL = b"FAIL"
#: What ends the sending of data (clause 5.2.4).
SEND_OK = b"SEND OK"
SENT = frozenset({SEND_OK, b"SEND FAIL", b"SEND Canceled"})

#: Clause 5.2.6 knows "busy"; firmware says `busy p...`, `busy s...`, older `busy now ...`.
BUSY = re.compile(rb"busy(?: .*)?")

#: The application is up. The document does not have it, every firmware does (ruling R-04).
READY = b"ready"
#: The same where no line end stands between it and what the chip printed at another rate.
READY_BEHIND_NOISE = re.compile(rb".*[^\t\x20-\x7e]ready", re.DOTALL)
#: The chip's own words while it starts; garbage of another rate may stand before them.
BOOT = re.compile(rb"ets [A-Z][a-z]{2} +\d+ \d{4}|rst cause:|boot mode:\(|2nd boot version")

#: Lines that arrive unasked: station status (clause 1.2, notes), links (clauses 5.2.2 and 5.2.14,
#: which prints a space behind the link ID, where firmware has a comma).
URC = re.compile(
    rb"WIFI (?:CONNECTED|GOT IP|DISCONNECT)|DHCP TIMEOUT"
    rb"|(?:\d[, ])?(?:CONNECT|CLOSED|CONNECT FAIL)",
    re.IGNORECASE,
)

#: What every data frame's head begins with.
DATA_MARK = b"+IPD,"
#: Clause 5.2.20: `+IPD,[id,]length[,ip,port]:` and then exactly `length` bytes.
DATA_HEADER = re.compile(
    rb'\+IPD,(?:(?P<link>\d),)?(?P<length>\d{1,5})(?:,"?[0-9.]{7,15}"?,\d{1,5})?:'
)

#: Clause 5.2.4: the IUT asks for the data.
PROMPT = b">"

#: Bytes that no line of text has: what a wrong rate or a starting chip makes.
CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

#: The longest line kept whole. The longest documented one is far below; firmware holds 128 bytes.
MAX_LINE = 4096
