"""An emulator that is kept from job to job: starting one takes longer than most faults do.

Law of this file: what the next job gets is as good as new. The flash is a factory's, the chip has
started with the job's faults and variants, and the line is as the bench has it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from conformance.statement import Pixit
from conformance.testbed import PortError, Rig
from rigs.emulated import EmulatorOptions, EmulatorRig


class KeptEmulator(EmulatorRig):
    """An emulator that lives on when its rig is closed."""

    def begin_anew(self, options: EmulatorOptions) -> None:
        """Make it the emulator of `options`, which differ in faults and variants only."""
        self._options = options
        if self._running.emulator_ended():
            self._respawn()
            return
        self._control.ask("fault", set=list(options.faults))
        self._control.ask("variant", set=list(options.variants))
        self.reflash()

    def close(self) -> None:
        """The next job's."""

    def end(self) -> None:
        """End the emulator for good."""
        super().close()


@dataclass(frozen=True, slots=True)
class Reused:
    """A choice of rig, as `--rig` makes one, for the emulator that is there already."""

    options: EmulatorOptions
    only_one: bool = False

    @property
    def text(self) -> str:
        told = [f"fault={each}" for each in self.options.faults]
        told += [f"variant={each}" for each in self.options.variants]
        return ":".join(("emulator", ",".join(told))) if told else "emulator"

    def open(self, pixit: Pixit) -> Rig:
        """The emulator that this process keeps for such a bench; a new one if there is none."""
        plain = replace(self.options, faults=(), variants=())
        if plain not in _KEPT:
            _KEPT[plain] = KeptEmulator(self.text, plain, pixit)
        kept = _KEPT[plain]
        try:
            kept.begin_anew(self.options)
        except PortError:  # what the last job did to it, it did not survive
            kept.end()
            kept = _KEPT[plain] = KeptEmulator(self.text, self.options, pixit)
        kept.name = self.text
        return kept


#: The emulators of this process, by what they are.
_KEPT: dict[EmulatorOptions, KeptEmulator] = {}
