"""Finds the function that a stage names, importing user code."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import os
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, Final

from reactor_udf._errors import FunctionRaised, UsageError

_files: Final[dict[str, ModuleType]] = {}


def add_module_directories(directories: Sequence[str]) -> None:
    """Put ``directories`` at the front of the module search path, in their order."""
    for directory in reversed(directories):
        if directory not in sys.path:
            sys.path.insert(0, directory)
    importlib.invalidate_caches()


def load_function(spec: str) -> Callable[..., Any]:
    """Return the function that ``"module:function"`` or ``"/path/file.py:function"`` names.

    A module is imported once in a worker's life. What is not there is a ``UsageError``; what the
    module's own code raises while it is imported is a ``FunctionRaised``.
    """
    place, colon, name = spec.rpartition(":")
    if not colon or not place or not name:
        raise UsageError(
            f"{spec!r} does not name a function: "
            f"write 'module:function' or '/path/file.py:function'",
            spec,
        )
    module = _file(place, spec) if place.endswith(".py") else _module(place, spec)
    function = getattr(module, name, None)
    if function is None:
        raise UsageError(f"there is no function {name!r} in {place}; {_functions_of(module)}", spec)
    if not callable(function) or inspect.isclass(function):
        raise UsageError(f"{name!r} in {place} is not a function but {function!r}", spec)
    return function  # type: ignore[no-any-return]


def _module(name: str, spec: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and (name == error.name or name.startswith(f"{error.name}.")):
            raise UsageError(
                f"there is no module {error.name!r} on the path {sys.path}; "
                f"give its directory to the runtime's modules",
                spec,
            ) from None
        raise FunctionRaised(error, spec) from None
    except BaseException as error:
        raise FunctionRaised(error, spec) from None


def _file(path: str, spec: str) -> ModuleType:
    path = os.path.realpath(path)
    if path in _files:
        return _files[path]
    if not os.path.isfile(path):
        raise UsageError(f"there is no file {path}", spec)
    add_module_directories([os.path.dirname(path)])
    name = _free_name(os.path.splitext(os.path.basename(path))[0])
    location = importlib.util.spec_from_file_location(name, path)
    if location is None or location.loader is None:
        raise UsageError(f"{path} can't be loaded as a Python file", spec)
    module = importlib.util.module_from_spec(location)
    # Classes of the module look it up by its name while its code runs.
    sys.modules[name] = module
    try:
        location.loader.exec_module(module)
    except BaseException as error:
        del sys.modules[name]
        raise FunctionRaised(error, spec) from None
    _files[path] = module
    return module


def _free_name(stem: str) -> str:
    name, number = stem, 2
    while name in sys.modules:
        name, number = f"{stem}_{number}", number + 1
    return name


def _functions_of(module: ModuleType) -> str:
    names = [
        name
        for name, member in vars(module).items()
        if inspect.isfunction(member)
        and member.__module__ == module.__name__
        and not name.startswith("_")
    ]
    return f"it has {', '.join(sorted(names))}" if names else "it has no functions"
