"""Finds the function that a stage names, importing user code."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import os
import re
import sys
from collections.abc import Sequence
from importlib.abc import ExecutionLoader
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Final

from reactor_udf._callee import Callee
from reactor_udf._errors import FunctionRaised, ProtocolError, UsageError

_files: Final[dict[str, ModuleType]] = {}
_texts: Final[dict[tuple[str, str], ModuleType]] = {}


class TextLoader(ExecutionLoader):
    """Loads a module of a text that is in no file; tracebacks show its lines."""

    def __init__(self, text: str, place: str) -> None:
        self._text = text
        self._place = place

    def get_source(self, fullname: str) -> str:
        """Return the text."""
        return self._text

    def get_filename(self, fullname: str) -> str:
        """Return where it is from, as it stands in tracebacks."""
        return self._place


def add_module_directories(directories: Sequence[str]) -> None:
    """Put ``directories`` at the front of the module search path, in their order.

    No import would work behind one that can't be a directory.
    """
    if any("\0" in directory for directory in directories):
        raise ProtocolError(f"no directory can have such a name: {list(directories)}")
    for directory in reversed(directories):
        if directory not in sys.path:
            sys.path.insert(0, directory)
        # A file may be newer than what is known of its directory; to ask about all the others costs
        # a forked process a page each.
        finder = sys.path_importer_cache.get(directory)
        if finder is not None and hasattr(finder, "invalidate_caches"):
            finder.invalidate_caches()


def load_callee(spec: str, source: str | None = None) -> Callee:
    """Return what ``"module:function"`` or ``"/path/file.py:function"`` names; ``source`` is the
    text of the module, if it is not to be looked for.

    A module is imported once in a worker's life, and so is a text. What is not there is a
    ``UsageError``; what the module's own code raises while it is imported is a ``FunctionRaised``.
    """
    place, _, name = spec.rpartition(":")
    if source is not None and place and name:
        return Callee(spec, _member(_text(place, source, spec), name, place, spec))
    if not place or not name or "\0" in place or (place.startswith(".") and place[-3:] != ".py"):
        raise UsageError(
            f"{spec!r} does not name a function: "
            f"write 'module:function' or '/path/file.py:function'",
            spec,
        )
    return Callee(spec, _member(load_module(place, spec), name, place, spec))


def load_module(place: str, spec: str) -> ModuleType:
    """Return the module of a name, or of a path that ends with ``.py``; for ``spec``, as errors
    tell.
    """
    return _file(place, spec) if place.endswith(".py") else _module(place, spec)


def _member(module: ModuleType, name: str, place: str, spec: str) -> Any:
    found: Any = module
    for part in name.split("."):
        owner = found
        found = getattr(owner, part, None)
    if found is None:
        raise UsageError(f"there is no function {name!r} in {place}; {_functions_of(module)}", spec)
    if not callable(found):
        raise UsageError(f"{name!r} in {place} is not a function but {found!r}", spec)
    if inspect.isclass(owner) and inspect.isfunction(inspect.getattr_static(owner, part, None)):
        raise UsageError(
            f"{name!r} in {place} is a method, which needs an instance: name the class, whose "
            f"__call__ is called, or an object's method",
            spec,
        )
    return found


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
    location = importlib.util.spec_from_file_location(_free_name(path), path)
    if location is None:
        raise UsageError(f"{path} can't be loaded as a Python file", spec)
    _files[path] = _executed(location, spec)
    return _files[path]


def _text(place: str, source: str, spec: str) -> ModuleType:
    if (place, source) not in _texts:
        location = ModuleSpec(_free_name(place), TextLoader(source, place), origin=place)
        _texts[place, source] = _executed(location, spec)
    return _texts[place, source]


def _executed(location: ModuleSpec, spec: str) -> ModuleType:
    assert location.loader is not None
    module = importlib.util.module_from_spec(location)
    # Classes of the module look it up by its name while its code runs.
    sys.modules[location.name] = module
    try:
        location.loader.exec_module(module)
    except BaseException as error:
        del sys.modules[location.name]
        raise FunctionRaised(error, spec) from None
    return module


def _free_name(place: str) -> str:
    # Without a dot: there is no package that it would be in.
    stem = re.split("[/:.]", place.removesuffix(".py"))[-1]
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
