"""The lab: the network side of an emulated board, in a process and in namespaces of its own.

Law of this package: it imports nothing of ours but itself, and is met through its channel. It has
one thread and one loop; what it makes lives in unnamed namespaces and ends with the process.
"""
