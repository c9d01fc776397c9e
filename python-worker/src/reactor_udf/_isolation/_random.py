"""Random numbers: a seed that one evaluation sets decides nothing in the next."""

from __future__ import annotations

import os
import random
import sys
from typing import Final

_NUMPY_SEEDS: Final = 0xFFFFFFFF


def reseed() -> None:
    """Seed the generators that all code shares from the operating system."""
    # Both take an integer faster than nothing, the one twice, the other forty times.
    seed = int.from_bytes(os.urandom(32), "little")
    random.seed(seed)
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed(seed & _NUMPY_SEEDS)
