"""Wi-Fi: the station, and the air around it.

Law: joining and leaving, and what is told of it unasked; frames and addresses are for others.

    air         what can be heard, joined and let in: a Protocol, and an air that is empty
    station     the wish to join, and what has become of it
    scanoptions how a scan is told
"""
