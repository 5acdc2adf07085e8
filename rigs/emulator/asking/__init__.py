"""Parameters and scopes of the commands that still ask for faults themselves.

Law: nothing new comes here.  A command that is converted takes `commands/numbers.py`, `texts.py`
and `scope.py` instead; the last one takes this folder with it.
"""
