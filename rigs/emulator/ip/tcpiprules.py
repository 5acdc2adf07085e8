"""Where firmwares differ in the commands of clause 5.

Law: the shape; what holds for which firmware stands in `personalities/tcpip.py`.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from .inet import Literal


@dataclass(frozen=True)
class TcpIpRules:
    """Answers, then locks, then data.

    `complains`: a diagnostic, a line before ERROR, says why (field guide 7).  `already`, `builded`:
    what is said of a link that there is already, and whether ERROR follows each (errata 82, 114).
    `connect_line`: CONNECT before the OK of CIPSTART.  `closed_line`: CLOSED before that of
    CIPCLOSE.
    `no_change`: before the OK of a CIPSERVER that changes nothing.  `ping_timeout`: before ERROR.
    `update_prefix`: in front of the steps of CIUPDATE (errata 125).  `unquoted`: CIPSTATUS prints
    its strings bare.

    `literal`: what is an address and no name.  `remote_ports`: what CIPSTART takes.
    `status_is_of_station`: CIPSTATUS tells 5 whatever there is, as long as the station has no IP.
    `mux_locked_by_any_link`: CIPMUX is locked by a link (otherwise by status 3 alone).
    `mode_locked_by_link`: so is CIPMODE (errata 115).  `mode_off_locked`: CIPMODE=0, too, is
    refused with CIPMUX=1.  `timeout_needs_server`: CIPSTO= is.  `server_off_takes_port`:
    CIPSERVER=0 may carry one.  `five_spares_server`: CIPCLOSE=5 does nothing while a server runs.
    `negative_ids`: of links are not refused (observed 25).  `free_link_tells_zeros`:
    CIPBUFSTATUS answers without a link (errata 105), and CIPCHECKSEQ looks at numbers alone.
    `saves_names`: SAVETRANSLINK takes host names and SSL; `saves_nowhere`: and addresses that
    nobody has, 0.0.0.0 and 255.255.255.255.  `pings_everybody`: PING takes the latter for an
    address; elsewhere it is a name.

    `prompt_ok`: OK comes before the prompt.  `prompt`: for data; `passthrough_prompt`: for
    transparent transmission; `saved_prompt`: the same, of a saved link at boot.
    `recv_line`: `Recv n bytes`.  `send_fail`: what is said of data that could not be sent.
    `lenient_length`: lengths of 0 and below are taken (observed 17).
    `any_send_cancels`: a lone +++ cancels CIPSEND as well (observed 18).
    `gap_ends_escape`: a backslash and a 0 in separate bursts do not end CIPSENDEX (observed 20).
    `send_changes_peer`: an address given to CIPSEND stays (observed 19).  `packet`: most bytes of
    a packet while passing through.  `ipd_break`: what comes before +IPD.
    """

    complains: bool
    already: bytes
    already_error: bool
    builded: bytes
    builded_error: bool
    connect_line: bool
    closed_line: bool
    no_change: bytes
    ping_timeout: bytes
    update_prefix: bytes
    unquoted: bool
    literal: Literal
    remote_ports: Container[int]
    status_is_of_station: bool
    mux_locked_by_any_link: bool
    mode_locked_by_link: bool
    mode_off_locked: bool
    timeout_needs_server: bool
    server_off_takes_port: bool
    five_spares_server: bool
    negative_ids: bool
    free_link_tells_zeros: bool
    saves_names: bool
    saves_nowhere: bool
    pings_everybody: bool
    prompt_ok: bool
    prompt: bytes
    passthrough_prompt: bytes
    saved_prompt: bytes
    recv_line: bool
    send_fail: bytes
    lenient_length: bool
    any_send_cancels: bool
    gap_ends_escape: bool
    send_changes_peer: bool
    packet: int
    ipd_break: bytes
