"""An emulated ESP8266 that speaks AT on a serial endpoint; run it as `python -m rigs.emulator`.

Law: this package is a witness of its own.  It is written from the AT instruction set v1.5 ("the
document"), the field guide and recordings of real firmware; it imports the standard library and
itself (and pyserial in `serial.rfc2217_endpoint` alone), and shares no table, string or reading
with anything that judges it.

From the outside in, and each folder imports only what stands below it:

    process         options, the control socket, and what is switched on of:
    variants        how a firmware may be told to differ and still conform
    mutants         what it may be made to get wrong, from outside (docs/emulator.md)
    board           power, pins, reset; the wire to the endpoint
    personalities   which firmware it is: data and functions
    firmware        one run from boot to boot; a call -> who answers it
    loader          the ROM's download mode, for esptool
    commands        what the chip does, stage by stage, a file for each thing
    net             the networks, and what the chip does there by itself
    chip            what a command may ask of the chip
    ip              links, and the bytes that belong to them; interfaces
    wifi            the station, and the air
    flash           the flash chip; the settings that are saved in it
    line            bytes in -> lines -> calls; words -> bytes out
    settings        what a board can be set to
    serial          where the line comes out; the UART; a wrong rate is garbage
    loop, timers, timing, resetcause, error
                    what all share
"""
