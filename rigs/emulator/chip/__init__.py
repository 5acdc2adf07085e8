"""The chip: what a command may ask of it, and of the firmware that it is part of.

Law: Protocols, and data in which firmwares differ; nothing here acts.

    chip        what a command may ask and do
    rules       where firmwares differ
    boottext    what a boot prints
"""
