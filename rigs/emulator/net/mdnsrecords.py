"""A host and a service, and the records that they are (RFC 6762, RFC 6763).

Law: values, and what scapy has for them; it is imported when the first record is built.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Any

TTL_HOST, TTL_OTHER = 120, 4500
"""For how many seconds a record is valid (RFC 6762, 10)."""

_LABEL_MAX = 63
_PORT_MAX = 0xFFFF  # a record has 16 bits for it


@dataclass(frozen=True)
class Service:
    """What AT+MDNS was told."""

    host: bytes
    server: bytes
    port: int

    @property
    def host_name(self) -> bytes:
        """Where the host is found."""
        return self.host[:_LABEL_MAX] + b".local"

    @property
    def kind(self) -> bytes:
        """Where services of this kind are found."""
        return b"_" + self.server[: _LABEL_MAX - 1] + b"._tcp.local"

    @property
    def instance(self) -> bytes:
        """Where this one is found."""
        return self.host[:_LABEL_MAX] + b"." + self.kind

    def records(self, address: IPv4Address) -> tuple[Record, ...]:
        """All that it is."""
        return (
            Record(self.kind, "PTR", TTL_OTHER, self.instance),
            Record(self.instance, "SRV", TTL_HOST, (self.port & _PORT_MAX, self.host_name)),
            Record(self.instance, "TXT", TTL_OTHER, [b""]),
            Record(self.host_name, "A", TTL_HOST, str(address)),
        )


@dataclass(frozen=True)
class Record:
    """One record; `data` as its kind has it."""

    name: bytes
    kind: str
    ttl: int
    data: Any

    def built(self, ttl: int | None = None, flushes: bool = True) -> Any:
        """As scapy has it; `ttl` 0 withdraws it.  `flushes`: whether it is all that there is."""
        from scapy.layers.dns import DNSRR, DNSRRSRV

        head: dict[str, Any] = {
            "rrname": self.name,
            # PTRs of several hosts stand side by side.
            "cacheflush": flushes and self.kind != "PTR",
            "ttl": self.ttl if ttl is None else ttl,
        }
        if self.kind == "SRV":
            port, target = self.data
            return DNSRRSRV(port=port, target=target, **head)
        return DNSRR(type=self.kind, rdata=self.data, **head)
