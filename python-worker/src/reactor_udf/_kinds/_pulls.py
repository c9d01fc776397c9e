"""The iterator that an iterator function is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from reactor_udf._errors import EvaluationCancelled
from reactor_udf._interrupts import Interrupts
from reactor_udf._kinds._stage import Columns, Unwinding

SKIP: Final = object()


class Pulls(Iterator[Any]):
    """Pulls batches from ``source`` and converts them, ``SKIP`` excepted, when user code asks.

    A failure below does not pass through user code as itself: it is noted, user code sees
    ``EvaluationCancelled``, and so does every further pull.
    """

    def __init__(
        self,
        source: Iterator[Columns],
        convert: Callable[[Columns], Any],
        unwinding: Unwinding,
        interrupts: Interrupts,
    ) -> None:
        self._source = source
        self._convert = convert
        self._unwinding = unwinding
        self._interrupts = interrupts

    def __next__(self) -> Any:
        self._interrupts.in_user_code = False
        try:
            return self._pull()
        finally:
            self._interrupts.in_user_code = True

    def _pull(self) -> Any:
        self._unwinding.check()
        try:
            for columns in self._source:
                value = self._convert(columns)
                if value is not SKIP:
                    return value
        except EvaluationCancelled:
            raise self._unwinding.start(None) from None
        except Exception as error:
            raise self._unwinding.start(error) from None
        raise StopIteration
