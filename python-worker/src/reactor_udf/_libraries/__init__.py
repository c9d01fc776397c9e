"""The libraries whose objects functions take and give: one module each, imported when a function's
hints name it.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from functools import cache

from reactor_udf._libraries._library import Columns, FrameLibrary, Library, concatenated, taken
from reactor_udf._udf import Declaration

__all__ = ["Columns", "FrameLibrary", "Library", "concatenated", "libraries", "library", "taken"]


@cache
def libraries() -> frozenset[str]:
    """Return the names of all libraries."""
    modules = (name for _, name, _ in pkgutil.iter_modules(__path__))
    return frozenset(name for name in modules if not name.startswith("_"))


def import_libraries() -> None:
    """Import the modules of libraries that are imported already, and what those import at first
    use: processes forked from this one need not.
    """
    importlib.import_module("reactor_udf._libraries.python")
    for name in libraries() & {"arrow", *sys.modules}:
        importlib.import_module(f"reactor_udf._libraries.{name}")
    if "pandas" in sys.modules:
        importlib.import_module("pyarrow.pandas_compat")
        importlib.import_module("pyarrow.vendored.version")


def library(name: str, declared: Declaration) -> Library:
    """Return the library called ``name``, as the function's declaration wants it."""
    found: type[Library] = importlib.import_module(f"reactor_udf._libraries.{name}").LIBRARY
    return found(declared)
