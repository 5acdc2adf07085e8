"""The lab around a real board: the bench's own access point, or one that the lab makes by itself.

Law of this package: it answers the same questions as the virtual lab, as far as a bench can, and
says of the others why it cannot. It lives in the host's own network, touches no interface there
but those that the PIXIT names, and undoes what it did to them.
"""
