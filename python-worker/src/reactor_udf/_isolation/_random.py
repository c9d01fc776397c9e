"""Random numbers: a seed that one evaluation sets decides nothing in the next."""

from __future__ import annotations

import os
import random
import sys
from typing import Any, Final

_NUMPY_SEEDS: Final = 0xFFFFFFFF


class Generators:
    """Those that all code shares, with a seed of the operating system's.

    Each has a twin, which takes no microseconds to ask: as long as both give the same, nobody has
    used the one or seeded it.
    """

    def __init__(self) -> None:
        self._python = random.Random()
        self._numpy: Any = None

    def restore(self) -> None:
        """Seed those that were used."""
        if random.random() != self._python.random():
            seed = _seed()
            random.seed(seed)
            self._python.seed(seed)
        numpy = sys.modules.get("numpy.random")
        if numpy is None:
            return
        if self._numpy is None or numpy.random_sample() != self._numpy.random_sample():
            seed = _seed() & _NUMPY_SEEDS
            numpy.seed(seed)
            self._numpy = numpy.RandomState(seed)


def _seed() -> int:
    # Both take an integer faster than nothing, the one twice, the other forty times.
    return int.from_bytes(os.urandom(32), "little")
