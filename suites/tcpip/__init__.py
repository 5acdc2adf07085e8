"""Clause 5: the TCP/IP commands, as far as they show without a peer."""
