"""The board: power, pins and reset, and the line that leads to its UART.

Law: what outlives a restart is here; what runs in between is a firmware, or the ROM's loader.

    board       power, reset, boot, deep sleep
    pins        EN and GPIO0, and who pulls them
    wire        what crosses between the UART and its endpoint
"""
