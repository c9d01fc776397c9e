"""The kinds of UDF: one module each, which says what its functions look like, how they are called,
and what becomes of what they give. Modules whose names begin with ``_`` are shared by kinds.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from reactor_udf._kinds._kind import Grouping, Kind, Output
from reactor_udf._kinds._stage import CONCURRENCY, Binding, Right, Source, Stage, Unwinding

__all__ = [
    "CONCURRENCY",
    "Binding",
    "Grouping",
    "Kind",
    "Output",
    "Right",
    "Source",
    "Stage",
    "Unwinding",
    "kinds",
]


@cache
def kinds() -> dict[str, Kind]:
    """Return all kinds by name."""
    modules = [name for _, name, _ in pkgutil.iter_modules(__path__) if not name.startswith("_")]
    found = [importlib.import_module(f"{__name__}.{name}").KIND for name in modules]
    return {kind.name: kind for kind in found}
