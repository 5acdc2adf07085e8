"""The clock of an emulator's rig: time stands still while its parties compute, and skips idleness.

Law of this package: docs/clock.md. It knows time, processes and the kernel, and nothing of AT, so
that harness, emulator and lab may share it without sharing a reading of the document.
"""
