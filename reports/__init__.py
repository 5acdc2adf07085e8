"""What happened: from the journal of a run to results.json, index.html and junit.xml.

Law of this package: it imports `conformance`, never `rigs` or `suites`. The journal is the truth;
results.json is made from the journal alone, and every page from results.json alone, so that a
run that was killed, or one of last year, can be reported like any other.
"""
