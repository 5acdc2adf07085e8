"""Lines: from the bytes of the UART to a call and its parameters, and from words to bytes.

Law: what a line looks like (clause 2); no command is known here, but the reset that breaks through.

    receiver    bytes in: to whom they go, the echo, the busy answers
    reader      bytes -> lines
    echo        what is repeated of them
    grammar     a line -> a call: name, form, tail
    parameters  what stands behind `=`, one after the other
    command     what a command is; a call of it; the answer
    voice       the answer -> bytes
"""
