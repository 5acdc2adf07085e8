"""How long slow things take, as a setting.

Law: durations only, in nanoseconds; field guide 8 and the recordings say what a board needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .timers import MILLISECOND


@dataclass(frozen=True)
class Timing:
    """Durations in ns.  The three boot moments count from the start of the boot.

    `scan`: listening on all channels.  `join_first`, `join_poll`: how long after AT+CWJAP= its
    result is looked at first, and how long from look to look.  `tcp_timeout`, `dns_timeout`,
    `ping_timeout`: how long an answer is waited for.  `reconnect`: how soon a lost link that
    passes through is opened again.  `dhcp_retry`: how long the first DHCP message waits for its
    answer, the next ones twice as long each; `dhcp_backoff`: how long no address is asked for after
    one that somebody else has (RFC 2131, 3.1.5); `arp_wait`: how long an address that was leased is
    looked for elsewhere; `mdns_again`: how soon names are announced once more.
    """

    name: str
    command: int
    softap_change: int
    scan: int
    join_first: int
    join_poll: int
    tcp_timeout: int
    dns_timeout: int
    ping_timeout: int
    reconnect: int
    restart: int
    boot_rom: int
    boot_sdk: int
    boot_ready: int
    line_gap: int = 20 * MILLISECOND
    dhcp_retry: int = 2000 * MILLISECOND
    dhcp_backoff: int = 250 * MILLISECOND
    arp_wait: int = 10 * MILLISECOND
    mdns_again: int = 50 * MILLISECOND


# What others have to do is not hurried: on a busy machine they need their time.
FAST = Timing(
    name="fast",
    command=0,
    softap_change=0,
    scan=21 * MILLISECOND,
    join_first=30 * MILLISECOND,
    join_poll=300 * MILLISECOND,
    tcp_timeout=1000 * MILLISECOND,
    dns_timeout=900 * MILLISECOND,
    ping_timeout=3000 * MILLISECOND,
    reconnect=50 * MILLISECOND,
    restart=1 * MILLISECOND,
    boot_rom=1 * MILLISECOND,
    boot_sdk=2 * MILLISECOND,
    boot_ready=4 * MILLISECOND,
)
REAL = Timing(
    name="real",
    command=1 * MILLISECOND,
    softap_change=300 * MILLISECOND,
    scan=2120 * MILLISECOND,
    join_first=3000 * MILLISECOND,
    join_poll=2000 * MILLISECOND,
    tcp_timeout=3400 * MILLISECOND,
    dns_timeout=6900 * MILLISECOND,
    ping_timeout=1000 * MILLISECOND,
    reconnect=100 * MILLISECOND,
    restart=15 * MILLISECOND,
    boot_rom=20 * MILLISECOND,
    boot_sdk=250 * MILLISECOND,
    boot_ready=400 * MILLISECOND,
    dhcp_backoff=10_000 * MILLISECOND,
    arp_wait=500 * MILLISECOND,
    mdns_again=1000 * MILLISECOND,
)


TIMINGS: Mapping[str, Timing] = {each.name: each for each in (FAST, REAL)}
