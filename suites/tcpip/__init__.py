"""Clause 5: the TCP/IP commands."""
