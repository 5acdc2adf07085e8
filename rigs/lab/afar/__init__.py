"""A bench's lab on another host than the harness: its door, and the key that opens it.

Law of this package: whoever has not the key gets nothing, and one harness at a time gets the very
process that a harness on this host would start. What the two say to each other passes through
unread.
"""
