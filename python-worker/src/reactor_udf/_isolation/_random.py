"""Random numbers: a seed that one evaluation sets decides nothing in the next."""

from __future__ import annotations

import os
import random
import sys


def reseed() -> None:
    """Seed the generators that all code shares from the operating system."""
    random.seed()
    if "numpy.random" in sys.modules:
        # An integer is what its generator takes forty times faster than nothing.
        sys.modules["numpy.random"].seed(int.from_bytes(os.urandom(4), "little"))
