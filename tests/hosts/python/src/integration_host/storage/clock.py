"""The storage's own clock, from which the ages of cells come.

Within one boot of the machine the boot clock decides, which nobody can step.
Across a boot only the wall clock is left. An age that comes out negative counts
as very old: whoever finds a claim must never think it younger than it is.
"""

import time
from dataclasses import dataclass
from pathlib import Path

VERY_OLD = 50 * 365 * 24 * 60 * 60 * 1000


@dataclass(frozen=True)
class Stamp:
    """A moment by both clocks, in milliseconds. `boot` is empty when unknown."""

    boot: str
    since_boot: int
    wall: int

    def age(self, now: "Stamp") -> int:
        """Milliseconds from this moment until `now`."""
        if self.boot and self.boot == now.boot:
            age = now.since_boot - self.since_boot
        else:
            age = now.wall - self.wall
        return age if age >= 0 else VERY_OLD


class Clock:
    """The machine's clocks."""

    def __init__(self) -> None:
        try:
            self._boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        except OSError:
            self._boot = ""

    def now(self) -> Stamp:
        # Unlike the monotonic clock it counts time asleep; only Linux has it,
        # and only Linux tells one boot from another.
        since_boot = time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000 if self._boot else 0
        return Stamp(self._boot, since_boot, time.time_ns() // 1_000_000)
