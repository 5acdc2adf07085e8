"""The serial line: where it comes out, and what becomes of its bytes.

Law: bytes and their formats; no line of text is known here.

    endpoint    what a line looks like from inside, whatever it comes out of
    pty_endpoint, tcp_endpoint, rfc2217_endpoint
                what it comes out of
    tcp_listener, open_watch
                what they stand on: one client at a time; who opens a file
    uart        bits on the wire: what is heard at another format is garbage
    outlet      the way out of the UART
"""
