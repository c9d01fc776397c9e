"""What a UDF's name stands for: a function, a callable object, or a class whose instances are
called.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from inspect import Parameter
from typing import Any, Final

from reactor_udf._errors import FunctionRaised, UsageError
from reactor_udf._hints import evaluated
from reactor_udf._udf import Declaration, declaration

METHODS: Final = ("eval", "__call__")
"""What of a class may be called, the first if it is a table function's."""


class Callee:
    """What is called, with the signature and the hints that count.

    Of a class, an instance is made for each prepared UDF, and of one with ``eval`` for each
    evaluation or group: constants are for ``__init__``. Of anything else, constants are keyword
    arguments. What a ``partial`` has bound is no parameter any more. ``parameters`` are what is
    left for a call, ``hints`` their evaluated annotations and that of ``return``; ``constructor``
    has the parameters of a class's ``__init__``, None for what is no class.
    """

    def __init__(self, spec: str, found: Any) -> None:
        self.spec = spec
        self._found = found
        made = _inner(found)
        self.is_class = inspect.isclass(made)
        self.method = self._method_of(made) if self.is_class else "__call__"
        called = _method(made, self.method) if self.is_class else found
        signature = self._signature(called)
        self.parameters: Mapping[str, Parameter] = signature.parameters
        self.constructor = self._signature(found).parameters if self.is_class else None
        self.asynchronous = _is_asynchronous(called)
        annotations = {p.name: p.annotation for p in signature.parameters.values()}
        annotations["return"] = signature.return_annotation
        self.hints: Mapping[str, Any] = {
            name: evaluated(annotation, _function(called))
            for name, annotation in annotations.items()
            if annotation is not Parameter.empty
        }
        self.declared = declared_by(found)

    @property
    def name(self) -> str:
        """The last part of its name, as results are called."""
        return self.spec.rpartition(":")[2].rpartition(".")[2]

    def bind(self, constants: Mapping[str, Any]) -> Any:
        """Return what has the method that is called: a function, or a new instance of the class."""
        if not self.is_class:
            return partial(self._found, **constants) if constants else self._found
        try:
            return self.new(constants)
        except BaseException as error:
            raise FunctionRaised(error, self.spec) from None

    def new(self, constants: Mapping[str, Any]) -> Any:
        """Return an instance of the class; its ``__init__`` may raise anything."""
        return self._found(**constants)

    def _method_of(self, found: type) -> str:
        for method in METHODS:
            # type.__call__ is what calls the class itself.
            if any(method in vars(base) for base in found.__mro__):
                return method
        raise UsageError(
            f"{self.spec} is a class without a method that could be called: define __call__, or "
            f"eval for a table function",
            self.spec,
        )

    def _signature(self, target: Callable[..., Any]) -> inspect.Signature:
        try:
            signature = inspect.signature(target)
        except (TypeError, ValueError) as error:
            raise UsageError(
                f"{self.spec} has no readable signature, so write a function with type hints that "
                f"calls it: {error}",
                self.spec,
            ) from None
        bound = _bound(target)
        left = [p for p in signature.parameters.values() if p.name not in bound]
        return signature.replace(parameters=left)


def _inner(found: Any) -> Any:
    while isinstance(found, partial):
        found = found.func
    return found


def _bound(found: Any) -> set[str]:
    bound: set[str] = set()
    while isinstance(found, partial):
        bound.update(found.keywords)
        found = found.func
    return bound


def _method(found: type, name: str) -> Callable[..., Any]:
    """Return a method as an instance would have it, without making one."""
    method = inspect.getattr_static(found, name)
    bind = getattr(type(method), "__get__", None)
    return method if bind is None else bind(method, object(), found)  # type: ignore[no-any-return]


def _function(called: Any) -> Any:
    """Return the function behind it, whose module its annotations are of."""
    called = inspect.unwrap(_inner(called))
    return called if inspect.isroutine(called) else inspect.unwrap(type(called).__call__)


def _is_asynchronous(called: Any) -> bool:
    called = _inner(called)
    return inspect.iscoroutinefunction(called) or inspect.iscoroutinefunction(type(called).__call__)


def declared_by(found: Any) -> Declaration:
    """Return what the outermost ``@udf`` was told: on a partial, on what it is of, on a method."""
    candidates = [found]
    while isinstance(candidates[-1], partial):
        candidates.append(candidates[-1].func)
    owner = candidates[-1] if inspect.isclass(candidates[-1]) else type(candidates[-1])
    candidates += [getattr(owner, method, None) for method in METHODS]
    told = [one for one in map(declaration, candidates) if one.decorated]
    return told[0] if told else Declaration()
