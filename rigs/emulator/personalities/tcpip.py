"""The TCP/IP side of the personalities: forms and rules of clause 5.

Law: as in `document.py` and `nonos_1_3.py`: what the text says, read sensibly; what was recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..ip.inet import aton, quad
from ..ip.tcpiprules import TcpIpRules

DOCUMENT_FORMS: Mapping[str, str] = {
    "+CIPSTATUS": "E",
    "+CIPSTART": "S",
    "+CIPSSLSIZE": "S",
    "+CIPSEND": "SE",
    "+CIPSENDEX": "S",
    "+CIPSENDBUF": "S",
    "+CIPBUFSTATUS": "SE",
    "+CIPCHECKSEQ": "S",
    "+CIPBUFRESET": "SE",
    "+CIPCLOSE": "SE",
    "+CIPMUX": "QS",
    "+CIPSERVER": "S",
    "+CIPMODE": "QS",
    "+SAVETRANSLINK": "S",
    "+CIPSTO": "QS",
    "+PING": "S",
    "+CIUPDATE": "E",
    "+CIPDINFO": "S",
}
NONOS_1_3_FORMS: Mapping[str, str] = {
    **DOCUMENT_FORMS,
    "+CIPSTATUS": "TE",
    "+CIPSSLSIZE": "QS",
    "+CIPSEND": "TSE",
    "+CIPSENDEX": "TS",
    "+CIPCLOSE": "TSE",
    "+CIPDINFO": "QS",
    "+CIPDOMAIN": "S",
    "+CIPCHECKQUEUE": "S",
    "+IPR": "S",
}

DOCUMENT = TcpIpRules(
    complains=False,
    already=b"ALREADY CONNECT",
    already_error=True,
    builded=b"Link is builded",
    builded_error=True,
    connect_line=True,
    closed_line=True,
    no_change=b"no change\r\n",
    ping_timeout=b"",
    update_prefix=b"+CIUPDATE:",
    unquoted=False,
    literal=quad,
    remote_ports=range(1, 65536),
    status_is_of_station=False,
    mux_locked_by_any_link=True,
    mode_locked_by_link=False,
    mode_off_locked=False,
    timeout_needs_server=False,
    server_off_takes_port=True,
    five_spares_server=True,
    negative_ids=False,
    free_link_tells_zeros=False,
    saves_names=False,
    saves_nowhere=True,
    pings_everybody=True,
    prompt_ok=True,
    prompt=b"> ",
    passthrough_prompt=b"\r\n>",
    saved_prompt=b"\r\n>",
    recv_line=True,
    send_fail=b"SEND FAIL\r\n",
    lenient_length=False,
    any_send_cancels=False,
    gap_ends_escape=False,
    send_changes_peer=False,
    packet=2048,
    ipd_break=b"\r\n",
)
NONOS_1_3 = replace(
    DOCUMENT,
    complains=True,
    already=b"ALREADY CONNECTED",
    builded=b"link is builded",
    ping_timeout=b"+timeout\r\n",
    update_prefix=b"+CIPUPDATE:",
    literal=aton,
    remote_ports=range(65536),
    status_is_of_station=True,
    mux_locked_by_any_link=False,
    mode_off_locked=True,
    timeout_needs_server=True,
    server_off_takes_port=False,
    five_spares_server=False,
    negative_ids=True,
    free_link_tells_zeros=True,
    saves_names=True,
    saves_nowhere=False,
    pings_everybody=False,
    lenient_length=True,
    any_send_cancels=True,
    gap_ends_escape=True,
    send_changes_peer=True,
    packet=2920,
)
