"""Clause 3: the basic commands."""
