"""Finds a function's kind: what ``@udf`` says, or else that whose shape its hints have."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reactor_udf._callee import Callee
from reactor_udf._errors import UsageError
from reactor_udf._hints import Unresolved, forms_of
from reactor_udf._kinds import Kind, kinds
from reactor_udf._libraries import libraries
from reactor_udf._shape import Shape, Unclear, data_hints, shape_of

_KINDS = kinds()


@dataclass(frozen=True)
class Given:
    """What a UDF is given beside its columns, which its kind has to go with."""

    constants: Mapping[str, Any]
    grouped: bool = False
    collected: bool = False
    framed: bool = False
    inputs: int = 1


def recognize(callee: Callee, stated: str | None, given: Given) -> tuple[Kind, str]:
    """Return the kind, and the library; ``stated`` is the kind that the JVM says it has."""
    candidates, library = possible_kinds(callee, stated)
    if stated is not None:
        agreed = [kind for kind in candidates if stated in (kind.name, kind.family)]
        if not agreed and _is_over_pandas(callee, stated):
            agreed, library = [_KINDS[stated]], "pandas"
        if not agreed:
            says = " or ".join(repr(f"{kind.name}_{library}") for kind in candidates)
            who = "@udf(kind=...)" if callee.declared.kind is not None else "its type hints"
            raise UsageError(
                f"{callee.spec} is stated as {stated!r} in Java, but {who} in Python "
                f"say{'s' if callee.declared.kind else ''} {says}",
                callee.spec,
            )
        candidates = agreed
    # Of an aggregate's two kinds, what is said to be wrong is wrong with the one that was meant.
    candidates = sorted(candidates, key=lambda kind: kind.framed != given.framed)
    unfit = [
        kind.unfit(
            grouped=given.grouped,
            collected=given.collected,
            framed=given.framed,
            inputs=given.inputs,
        )
        for kind in candidates
    ]
    if None in unfit:
        return candidates[unfit.index(None)], library
    raise UsageError(
        f"{callee.spec} is of kind '{candidates[0].name}_{library}', which {unfit[0]}", callee.spec
    )


def possible_kinds(callee: Callee, stated: str | None = None) -> tuple[Sequence[Kind], str]:
    """Return the kinds that a function can be of, one at least, and its library."""
    if callee.declared.kind is not None:
        return _declared(callee, callee.declared.kind)
    # Without hints, somebody has to say that it is a UDF.
    meant = callee.hints or callee.declared.decorated or callee.method == "eval"
    shape = shape_of(callee) if meant or stated else Unclear("it has none")
    if isinstance(shape, Unclear):
        raise UsageError(_unrecognized(callee, shape.reason, stated), callee.spec)
    found = [kind for kind in _KINDS.values() if kind.fits(shape)]
    if not found or not (meant or any(stated in (kind.name, kind.family) for kind in found)):
        reason = "no kind is called so" if meant else "it has none"
        raise UsageError(_unrecognized(callee, reason, stated), callee.spec)
    return found, shape.library


def _is_over_pandas(callee: Callee, stated: str) -> bool:
    """Whether a function says nothing of its kind, and can be what the JVM says, over pandas."""
    kind = _KINDS.get(stated)
    return (
        kind is not None
        and not callee.hints
        and callee.declared.kind is None
        and kind.forms <= forms_of("pandas")
        and (kind.method, kind.asynchronous) == (callee.method, callee.asynchronous)
    )


def _declared(callee: Callee, name: str) -> tuple[Sequence[Kind], str]:
    kind_name, _, library = name.rpartition("_")
    kind = _KINDS.get(kind_name)
    if kind is None or library not in libraries() or not kind.forms <= forms_of(library):
        raise UsageError(
            f"@udf(kind={name!r}) of {callee.spec} is no kind: it is one of "
            f"{', '.join(_KINDS)}, and a library, as in 'grouped_map_pandas'",
            callee.spec,
        )
    shape = shape_of(callee)
    agrees = (kind.method, kind.asynchronous) == (callee.method, callee.asynchronous)
    if data_hints(callee) and isinstance(shape, Shape):
        agrees = kind.fits(shape) and shape.library == library
    if not agrees:
        raise UsageError(
            f"{callee.spec} is a {name!r} as @udf(kind=...) says, but its code says otherwise: "
            f"{_spelled(callee)}",
            callee.spec,
        )
    return [kind], library


def _unrecognized(callee: Callee, reason: str, stated: str | None) -> str:
    kinds_asked = [
        kind
        for kind in _KINDS.values()
        if kind.method == callee.method and stated in (None, kind.name, kind.family)
    ]
    if not kinds_asked:
        return (
            f"{callee.spec} is stated as {stated!r} in Java, which no "
            f"{'class with ' + callee.method if callee.is_class else 'function'} is: "
            f"the kinds are {', '.join(_KINDS)}"
        )
    wanted = "".join(f"\n  {kind.name}: {kind.hints}" for kind in kinds_asked)
    unresolved = [
        f"{name}: {hint}" for name, hint in callee.hints.items() if isinstance(hint, Unresolved)
    ]
    said = (
        f"the type hints of {callee.spec} can't be evaluated: {'; '.join(unresolved)}"
        if unresolved
        else f"the type hints of {callee.spec} do not say which kind of UDF it is, as {reason}: "
        f"{_spelled(callee)}"
    )
    return f"{said}; these hints would do:{wanted}"


def _spelled(callee: Callee) -> str:
    spelled = ", ".join(f"{name}: {_spell(callee.hints, name)}" for name in callee.parameters)
    way = "async " if callee.asynchronous else ""
    name = callee.method if callee.is_class else ""
    return f"{way}{name}({spelled}) -> {_spell(callee.hints, 'return')}"


def _spell(hints: Mapping[str, Any], name: str) -> str:
    if name not in hints:
        return "no hint"
    hint = hints[name]
    return hint.text if isinstance(hint, Unresolved) else inspect.formatannotation(hint)
