"""An emulated ESP8266 that speaks AT on a serial endpoint; run it as `python -m rigs.emulator`.

Law: this package is a witness of its own.  It is written from the AT instruction set v1.5 ("the
document"), the field guide and recordings of real firmware; it imports the standard library and
itself (and pyserial in `rfc2217_endpoint` alone), and shares no table, string or reading with
anything that judges it.

Map, from the outside in:

    cli, server, loop           the process: options, wiring, the one selectors loop
    pty_endpoint, tcp_endpoint, rfc2217_endpoint
                                where the serial line comes out
    wire, pins                  what crosses the line; EN and GPIO0 and who pulls them
    control                     the Unix socket: power, reset, faults
    switching                   a board that may be made wrong, or another that conforms
    uart                        bits on the wire; a wrong rate is garbage
    board, boot, boottext       power, reset; the stages of a boot; what outlives a restart
    flash, store                the flash chip; the settings that are saved in it
    loader                      the ROM's download mode, for esptool
    firmware                    one run from boot to boot
    air, station                what its radio can reach, and what has become of its wish to join
    receiver, reader, echo      bytes in -> lines
    voice, outlet               words -> bytes out
    grammar, dispatch           lines -> calls -> who answers them
    commands, stages, chip      what the chip does, stage by stage; what a command may ask of it
    tcpip, link, net            links, and the network behind them: none, or the host's loopback
    dataphase, passthrough      bytes that belong to a link and are no commands
    personalities               which firmware it is: data and functions
    mutants                     what it may be made to get wrong, from outside (docs/emulator.md)
    variants                    how it may be told to differ and still conform
"""
