"""Both ends of the UDP links that the purposes of clause 5 open though nobody listens.

Law of this file: addresses and ports; who opens a link with them knows when.
"""

#: An address of the softAP's own net, where nobody needs to be, and the ports of both sides.
PEER, REMOTE_PORT, LOCAL_PORT = "192.168.4.2", 1001, 2001
