"""Makes ERROR frames of failures (P19), without our own frames in their tracebacks."""

from __future__ import annotations

import importlib
import os
import traceback
from typing import Final

from reactor_udf._errors import FunctionRaised, ProtocolError, UdfError
from reactor_udf._frames import Error

_PACKAGE: Final = os.path.dirname(os.path.abspath(__file__)) + os.sep
_IMPORT_MACHINERY: Final = ("<frozen importlib", importlib.__file__)
_MAX_CHARACTERS: Final = 256 << 10


def to_error(evaluation: int, failure: UdfError | ProtocolError, batch: int | None = None) -> Error:
    """Return the frame; ``batch`` is the index of the input batch last handed to user code."""
    if isinstance(failure, ProtocolError):
        return Error(evaluation, "protocol", str(failure))
    if not isinstance(failure, FunctionRaised):
        message = _cut(failure.message)
        return Error(evaluation, "usage", message, function=failure.function, batch=batch)
    error = failure.error
    frame = Error(
        evaluation,
        "python",
        _cut(_message(error)),
        type=_type_name(type(error)),
        traceback=_cut(_format(error)),
        function=failure.function,
        batch=-1 if batch is None else batch,
    )
    # The frames hold the function's locals, and with them batches.
    traceback.clear_frames(error.__traceback__)
    error.__traceback__ = None
    return frame


def _type_name(kind: type[BaseException]) -> str:
    module = kind.__module__
    return kind.__qualname__ if module == "builtins" else f"{module}.{kind.__qualname__}"


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return f"<{type(error).__qualname__} whose message can't be shown>"


def _format(error: BaseException) -> str:
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


def _cut(text: str) -> str:
    """Keep both ends of a text that would not fit a frame."""
    if len(text) <= _MAX_CHARACTERS:
        return text
    half = _MAX_CHARACTERS // 2
    return f"{text[:half]}\n… {len(text) - 2 * half} characters left out …\n{text[-half:]}"
