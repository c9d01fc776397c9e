"""How many threads native libraries use: told by the environment, which they read when they are
loaded, and, to those that a forked worker finds loaded, by a call.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from contextlib import suppress

VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "POLARS_MAX_THREADS",
    "RAYON_NUM_THREADS",
)

_LIBRARIES = ("libgomp", "libomp", "libiomp", "openblas", "libmkl_rt")

# The OpenMP runtimes of GCC, LLVM and Intel share a name; OpenBLAS has one per way of building it.
_SETTERS = (
    "omp_set_num_threads",
    "openblas_set_num_threads",
    "openblas_set_num_threads64_",
    "scipy_openblas_set_num_threads",
    "scipy_openblas_set_num_threads64_",
    "MKL_Set_Num_Threads",
)

Setter = Callable[[int], object]


def environment(threads: int) -> dict[str, str]:
    """Return the variables that hold libraries to so many threads."""
    return dict.fromkeys(VARIABLES, str(threads))


def loaded_setters() -> list[Setter]:
    """Find, and do not call, what sets the number of threads in libraries loaded by now."""
    setters: list[Setter] = []
    for path in _loaded_libraries():
        with suppress(OSError):
            library = ctypes.CDLL(path, mode=os.RTLD_NOLOAD | os.RTLD_NOW)
            setters += [getattr(library, name) for name in _SETTERS if hasattr(library, name)]
    return setters


def _loaded_libraries() -> list[str]:
    with open("/proc/self/maps") as maps:
        paths = {line.rstrip("\n").partition("/")[2] for line in maps}
    return sorted(
        f"/{path}" for path in paths if any(part in os.path.basename(path) for part in _LIBRARIES)
    )
