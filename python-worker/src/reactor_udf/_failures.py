"""Makes ERROR frames of failures (P19), without our own frames in their tracebacks."""

from __future__ import annotations

import importlib
import os
import traceback
from collections.abc import Iterator
from typing import Final, NamedTuple

from reactor_udf._errors import FunctionRaised, ProtocolError, UdfError
from reactor_udf._frames import Error

_PACKAGE: Final = os.path.dirname(os.path.abspath(__file__)) + os.sep
_IMPORT_MACHINERY: Final = (
    "<frozen importlib",
    os.path.dirname(importlib.__file__) + os.sep,
)
_MAX_CHARACTERS: Final = 256 << 10


class Raised(NamedTuple):
    """What there is to say of an exception that user code raised."""

    type: str
    message: str
    traceback: str


def describe(error: BaseException, *, with_traceback: bool = True) -> Raised:
    """Describe ``error``, and let go of what it holds."""
    raised = Raised(_type_name(type(error)), _message(error), _format(error, with_traceback))
    # The frames hold the function's locals, and with them batches.
    traceback.clear_frames(error.__traceback__)
    error.__traceback__ = None
    return raised


def chain(error: BaseException) -> Iterator[BaseException]:
    """Give ``error`` and what it was raised from, or while handling."""
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        following = following.__cause__ or following.__context__


def to_error(evaluation: int, failure: UdfError | ProtocolError, batch: int | None = None) -> Error:
    """Return the frame; ``batch`` is the index of the input batch last handed to user code."""
    if isinstance(failure, ProtocolError):
        return Error(evaluation, "protocol", str(failure))
    if not isinstance(failure, FunctionRaised):
        message = cut(failure.message)
        return Error(evaluation, "usage", message, function=failure.function, batch=batch)
    raised = describe(failure.error)
    return Error(
        evaluation,
        "python",
        cut(raised.message),
        type=raised.type,
        traceback=cut(raised.traceback),
        function=failure.function,
        batch=-1 if batch is None else batch,
    )


def _type_name(kind: type[BaseException]) -> str:
    module = kind.__module__
    return kind.__qualname__ if module == "builtins" else f"{module}.{kind.__qualname__}"


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return f"<{type(error).__qualname__} whose message can't be shown>"


def _format(error: BaseException, wanted: bool) -> str:
    if not wanted:
        return ""
    formatted = traceback.TracebackException.from_exception(error, compact=True)
    _trim(formatted, set())
    return "".join(formatted.format())


def _trim(formatted: traceback.TracebackException, seen: set[int]) -> None:
    if id(formatted) in seen:
        return
    seen.add(id(formatted))
    formatted.stack = traceback.StackSummary.from_list(
        [
            frame
            for frame in formatted.stack
            if not frame.filename.startswith((_PACKAGE, *_IMPORT_MACHINERY))
        ]
    )
    grouped = getattr(formatted, "exceptions", None) or ()
    for cause in (formatted.__cause__, formatted.__context__, *grouped):
        if cause is not None:
            _trim(cause, seen)


def cut(text: str, characters: int = _MAX_CHARACTERS) -> str:
    """Keep both ends of a text that would not fit a frame."""
    if len(text) <= characters:
        return text
    half = characters // 2
    return f"{text[:half]}\n… {len(text) - 2 * half} characters left out …\n{text[-half:]}"
