"""Mutants: firmwares that are wrong in one place, written from outside of the firmware.

Law: the firmware knows nothing of this folder.  A mutant is data: a sentence, and for each seam
that it touches an operator and a condition (docs/emulator.md).

    mutant      seams, operators, mutants, and how a firmware becomes one
    operators   what can become of a function, whatever it is
    conditions  when
    memory      what a mutant remembers of one run of the firmware
    catalogue   all mutants there are
    active      which of them are switched on
    the others  rows, a file for each command or family
"""
