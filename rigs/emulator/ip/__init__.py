"""The IP stack of one run of the firmware: addresses, links, and the bytes that belong to them.

Law: what the chip does with a network; which network there is, it does not know.

    device, diverting
                what it asks of the chip
    network     what it asks of a network
    interfaces  which MAC and which IP address each interface has
    addressrules, tcpiprules
                where firmwares differ
    tcpip       links, the server, modes (clause 5.2)
    link        one link, and what waits in its send buffer
    dataphase   the bytes that a send command has asked for
    passthrough UART and link as one wire
    inet        what is an address, and what a name
    mdnsname    what the station tells of itself
    beaconing   packets for WeChat
"""
