"""Clause 6: what is saved in which part of the flash, and when."""
