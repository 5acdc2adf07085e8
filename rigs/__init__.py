"""Where the IUT is: boards, emulators and stored runs, all seen through `conformance.testbed`.

Law of this package: it opens things, keeps them open and brings them back; it judges nothing but
the health of its own line.
"""
