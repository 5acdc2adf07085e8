"""Frames as scapy makes them, for tests: one good one of everything that can be seen."""

from __future__ import annotations

import logging

logging.getLogger("scapy").setLevel(logging.CRITICAL)

from scapy.layers.dhcp import BOOTP, DHCP  # noqa: E402
from scapy.layers.dns import DNS, DNSQR, DNSRR, DNSRRSRV  # noqa: E402
from scapy.layers.inet import ICMP, IP, TCP, UDP, fragment  # noqa: E402, F401
from scapy.layers.l2 import ARP, Ether  # noqa: E402
from scapy.packet import Raw  # noqa: E402

IUT_MAC, LAB_MAC = "18:fe:34:00:00:01", "02:00:00:00:00:02"
IUT, LAB = "192.168.4.2", "192.168.4.1"


def sent(payload, source=IUT_MAC, destination=LAB_MAC):
    """The bytes of a frame."""
    return bytes(Ether(src=source, dst=destination) / payload)


def from_iut(payload):
    return sent(IP(src=IUT, dst=LAB, id=7) / payload)


def from_lab(payload):
    return sent(IP(src=LAB, dst=IUT, id=8) / payload, LAB_MAC, IUT_MAC)


ARP_REQUEST = sent(
    ARP(op=1, hwsrc=IUT_MAC, psrc=IUT, hwdst="00:00:00:00:00:00", pdst=LAB),
    destination="ff:ff:ff:ff:ff:ff",
)
ARP_REPLY = sent(ARP(op=2, hwsrc=LAB_MAC, psrc=LAB, hwdst=IUT_MAC, pdst=IUT), LAB_MAC, IUT_MAC)
ECHO = from_iut(ICMP(type=8, id=5, seq=6) / b"abc")
ECHO_REPLY = from_lab(ICMP(type=0, id=5, seq=6) / b"abc")
DATAGRAM = from_iut(UDP(sport=4000, dport=5000) / b"hello")


def dhcp(kind, *options, source=IUT_MAC, ports=(68, 67), **fields):
    """A DHCP message; options as scapy writes them."""
    bootp = BOOTP(op=1, xid=0x1234, chaddr=bytes.fromhex(IUT_MAC.replace(":", "")), **fields)
    message = UDP(sport=ports[0], dport=ports[1]) / bootp
    message /= DHCP(options=[("message-type", kind), *options, "end"])
    packet = IP(src="0.0.0.0", dst="255.255.255.255") / message
    return sent(packet, source, "ff:ff:ff:ff:ff:ff")


DISCOVER = dhcp("discover", ("hostname", b"ESP_000001"), ("requested_addr", "192.168.4.9"))
OFFER = dhcp(
    "offer", ("server_id", LAB), ("lease_time", 7200), ("subnet_mask", "255.255.255.0"),
    ("router", LAB), ("name_server", LAB, "8.8.8.8"),
    source=LAB_MAC, ports=(67, 68), yiaddr=IUT,
)  # fmt: skip

NAME = "iot._http._tcp.local."
MDNS_QUESTION = sent(
    IP(src=LAB, dst="224.0.0.251", ttl=255)
    / UDP(sport=5353, dport=5353)
    / DNS(qr=0, rd=0, qd=[DNSQR(qname="_http._tcp.local.", qtype="PTR")])
)
MDNS_ANSWER = sent(
    IP(src=IUT, dst="224.0.0.251", ttl=255)
    / UDP(sport=5353, dport=5353)
    / DNS(
        qr=1, aa=1, rd=0, qd=[],
        an=[DNSRR(rrname="_http._tcp.local.", type="PTR", ttl=4500, rdata=NAME)],
        ar=[
            DNSRRSRV(rrname=NAME, ttl=120, port=8080, target="esp.local."),
            DNSRR(rrname=NAME, type="TXT", ttl=120, rdata=[b"a=1", b"b=2"]),
            DNSRR(rrname="esp.local.", type="A", ttl=120, rdata=IUT),
        ],
    )
)  # fmt: skip
DNS_ANSWER = from_lab(
    UDP(sport=53, dport=4097)
    / DNS(
        id=9, qr=1, qd=[DNSQR(qname="example.com.")],
        an=[DNSRR(rrname="example.com.", type="A", ttl=60, rdata="10.0.0.1")],
    )
)  # fmt: skip


def segment(flags, seq, data=b"", *, ack=0, iut=True, port=4096, peer=4433):
    """A TCP segment between the IUT's `port` and the lab's `peer`."""
    ports = {"sport": port, "dport": peer} if iut else {"sport": peer, "dport": port}
    tcp = TCP(**ports, flags=flags, seq=seq % (1 << 32), ack=ack, window=2920) / Raw(data)
    return from_iut(tcp) if iut else from_lab(tcp)


def record(kind, body, version=b"\x03\x03"):
    """A TLS record."""
    return bytes([kind]) + version + len(body).to_bytes(2) + body


def handshake(kind, size=40):
    """A handshake message of TLS."""
    return bytes([kind]) + size.to_bytes(3) + b"." * size


SEGMENT = segment("PA", 100, b"GET /", ack=5)

#: Name -> a good frame.
GOOD = {
    "arp request": ARP_REQUEST, "arp reply": ARP_REPLY, "echo": ECHO, "echo reply": ECHO_REPLY,
    "datagram": DATAGRAM, "discover": DISCOVER, "offer": OFFER, "mdns question": MDNS_QUESTION,
    "mdns answer": MDNS_ANSWER, "dns answer": DNS_ANSWER, "segment": SEGMENT,
    "client-hello": segment("PA", 101, record(22, handshake(1))),
}  # fmt: skip
