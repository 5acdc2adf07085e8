"""The firmware: one run of it, from boot to boot.

Law: whatever a reset clears lives here and dies with the run.

    personality what a firmware is: its rules, and its functions
    boot        from a reset to `ready`, stage by stage
    firmware    the run: its RAM, and the order of its work
    dispatch    from a call to who answers it
"""
