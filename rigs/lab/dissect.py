"""What frames mean: rows of JSON, one list for each kind of thing that can be seen.

Law of this file: frames are hostile. A frame that makes no sense keeps its row among the frames
and gives no other; none is worth an exception, and none costs more than its own length. scapy
reads each header by itself, from as many bytes as the header has; what follows is cut out here,
where lengths are checked. Checksums are not: a peer that refuses what was sent shows that better.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .dhcpmessage import dhcp_row
from .fragments import Fragments
from .namemessage import name_row
from .streams import Streams

Row = dict[str, Any]
#: Name of a list, and one more row of it.
Found = Iterable[tuple[str, Row]]

_ARP, _IPV4 = 0x0806, 0x0800
_ETHERNET = 14

#: Letter of a flag -> its bit, in the order in which they are written.
_FLAGS: Mapping[str, int] = {"S": 2, "F": 1, "R": 4, "P": 8, "A": 16, "U": 32}

#: Names of the lists, beside `frames`.
KINDS = ("arps", "echoes", "dhcp", "mdns", "dns", "datagrams", "segments", "tls")


@dataclass(frozen=True, slots=True)
class Seen:
    """One frame of a capture. `at`: the lab's monotonic time; `number`: from 1."""

    number: int
    at: int
    data: bytes
    length: int
    from_iut: bool


class Dissector:
    """Takes the frames of one side in the order in which they were seen."""

    def __init__(self, side: str) -> None:
        self._side = side
        self._told: dict[str, list[Row]] = {"frames": [], **{kind: [] for kind in KINDS}}
        self._fragments, self._streams = Fragments(), Streams()

    def add(self, frame: Seen) -> None:
        """One more frame."""
        row = _frame_row(frame, self._side)
        self._told["frames"].append(row)
        try:
            for kind, found in self._found(frame, row["ethertype"]):
                found = {"frame": frame.number, **found}
                self._told[kind].append(found)
                if kind == "segments":
                    self._streams.add(found)
        except Exception:  # scapy raises what it likes
            return

    def _found(self, frame: Seen, ethertype: int) -> Found:
        if ethertype == _ARP:
            yield "arps", _arp_row(frame)
        elif ethertype == _IPV4 and (packet := _packet(frame, self._fragments)):
            yield from _CARRIED.get(packet.protocol, _nothing)(packet)

    def told(self) -> dict[str, list[Row]]:
        """All lists, each in the order in which its rows were seen."""
        return {**self._told, "tls": self._streams.records()}


def _frame_row(frame: Seen, side: str) -> Row:
    head = frame.data[:_ETHERNET].ljust(_ETHERNET, b"\x00")
    return {
        "number": frame.number,
        "at": frame.at,
        "side": side,
        "source": head[6:12].hex(":"),
        "destination": head[0:6].hex(":"),
        "ethertype": int.from_bytes(head[12:14]),
        "length": frame.length,
        "from_iut": frame.from_iut,
    }


def _arp_row(frame: Seen) -> Row:
    from scapy.layers.l2 import ARP

    packet = frame.data[_ETHERNET : _ETHERNET + 28]
    arp = ARP(packet)
    if len(packet) < 28 or (arp.hwtype, arp.ptype, arp.hwlen, arp.plen) != (1, _IPV4, 6, 4):
        raise ValueError("not ARP for IPv4 on Ethernet")
    return {
        "operation": arp.op,
        "sender_mac": arp.hwsrc,
        "sender_ip": arp.psrc,
        "target_mac": arp.hwdst,
        "target_ip": arp.pdst,
    }


@dataclass(frozen=True, slots=True)
class _Packet:
    """An IPv4 packet, whole."""

    source: str
    destination: str
    protocol: int
    data: bytes


def _packet(frame: Seen, fragments: Fragments) -> _Packet | None:
    """The packet that is whole with this frame; None if there is more of it to come."""
    from scapy.layers.inet import IP

    raw = frame.data[_ETHERNET:]
    header = (raw[0] & 0x0F) * 4
    if raw[0] >> 4 != 4 or not 20 <= header <= len(raw):
        raise ValueError("not a header of IPv4")
    ip = IP(raw[:header])
    if not header <= ip.len <= len(raw):
        raise ValueError("cut off, or longer than its frame")
    data: bytes | None = raw[header : ip.len]
    if ip.frag or ip.flags.MF:
        key = (ip.src, ip.dst, ip.proto, ip.id)
        data = fragments.add(key, ip.frag * 8, raw[header : ip.len], bool(ip.flags.MF))
    return None if data is None else _Packet(ip.src, ip.dst, ip.proto, data)


def _nothing(packet: _Packet) -> Found:
    return ()


def _icmp(packet: _Packet) -> Found:
    from scapy.layers.inet import ICMP

    if len(packet.data) < 8 or packet.data[0] not in (0, 8) or packet.data[1]:
        return
    icmp = ICMP(packet.data[:8])
    yield (
        "echoes",
        {
            "kind": "request" if icmp.type == 8 else "reply",
            "source": packet.source,
            "destination": packet.destination,
            "identifier": icmp.id,
            "sequence": icmp.seq,
            "data": packet.data[8:].hex(),
        },
    )


def _udp(packet: _Packet) -> Found:
    from scapy.layers.inet import UDP

    udp = UDP(packet.data[:8])
    if len(packet.data) < 8 or not 8 <= udp.len <= len(packet.data):
        return
    data = packet.data[8 : udp.len]
    yield "datagrams", _ends(packet, udp.sport, udp.dport) | {"data": data.hex()}
    ports = {udp.sport, udp.dport}
    ends = {"source": packet.source, "destination": packet.destination}
    if ports & {67, 68}:
        yield from _if_any("dhcp", dhcp_row, data, {})
    elif 5353 in ports:
        yield from _if_any("mdns", name_row, data, {"source": packet.source})
    elif 53 in ports:
        yield from _if_any("dns", name_row, data, ends)


def _if_any(kind: str, row: Callable[[bytes], Row], data: bytes, ends: Row) -> Found:
    """The row of a message, if it is one; the datagram that carried it stands either way."""
    try:
        yield kind, {**ends, **row(data)}
    except Exception:  # scapy raises what it likes
        return


def _tcp(packet: _Packet) -> Found:
    from scapy.layers.inet import TCP

    header = (packet.data[12] >> 4) * 4
    if not 20 <= header <= len(packet.data):
        return
    tcp = TCP(packet.data[:20])
    yield (
        "segments",
        _ends(packet, tcp.sport, tcp.dport)
        | {
            "flags": "".join(letter for letter, bit in _FLAGS.items() if int(tcp.flags) & bit),
            "sequence": tcp.seq,
            "acknowledgement": tcp.ack,
            "window": tcp.window,
            "data": packet.data[header:].hex(),
        },
    )


def _ends(packet: _Packet, source_port: int, destination_port: int) -> Row:
    return {
        "source": packet.source,
        "source_port": source_port,
        "destination": packet.destination,
        "destination_port": destination_port,
    }


#: Protocol number of IPv4 -> what is made of such a packet.
_CARRIED: Mapping[int, Callable[[_Packet], Found]] = {1: _icmp, 6: _tcp, 17: _udp}


def prepare() -> None:
    """Import what dissecting takes, which costs a fraction of a second, once."""
    import logging

    # It tells of every malformed name, and of a host without routes; frames are hostile.
    logging.getLogger("scapy").setLevel(logging.CRITICAL)
    import scapy.layers.dhcp
    import scapy.layers.dns
    import scapy.layers.inet
    import scapy.layers.l2  # noqa: F401
