"""What a board can be set to: frozen values.

Law: values and how they are written; what is done with them is for others.

    settings    all of them
    accesspoint whom the station is to join
    addresses   addresses, and who hands them out
    savedlink   the link that is opened at boot
"""
