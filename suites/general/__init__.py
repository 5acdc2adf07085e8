"""Clause 2: the rules that hold for every command."""
