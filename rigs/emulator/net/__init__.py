"""The networks: what carries packets and beacons, and what the chip does there by itself.

Law: no command is known here.  What is in force is one value, which everybody follows.

    inforce     what is in force on the two interfaces
    none, host, lab
                the networks that there are: none, the host's loopback, a lab's
    sockets, kernel, neighbours, ports, ether
                what they stand on
    labair, jsonlines
                the air that a lab makes
    services    DHCP on both sides, and mDNS
    dhcpclient, clientrules; dhcpserver, serverrules; mdns, mdnsrules; airrules
                each: a machine, and what it decides
    networkrules, networked
                all that is decided, and the chip that it is asked of
    bootp, names, mdnsrecords
                what stands in packets
"""
