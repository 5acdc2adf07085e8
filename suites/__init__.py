"""The test purposes, one file per heading of the document.

Law of this package: a test function is a test purpose. Its docstring is the claim, its body is
stimulus, blank line, judgement. No loops, no waiting, no numbers for times, no knowledge of rigs.
That the IUT still answers afterwards is part of every purpose; the harness sees to it.
"""
