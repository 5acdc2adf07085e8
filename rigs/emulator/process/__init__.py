"""The process: a board, its serial line and its control socket, in one loop.

Law: whatever is switched from outside is switched here; the device below knows nothing of it.

    cli         options in, one line out, an exit status
    server      wiring: who is connected to whom
    control     the control socket: power, reset, pins, flash, faults, variants
    switching   a board that may be made wrong, or another that conforms
"""
