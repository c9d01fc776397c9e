"""The iterator that an iterator function is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Lock
from typing import Any, Final

from reactor_udf._errors import EvaluationCancelled
from reactor_udf._interrupts import Interrupts
from reactor_udf._kinds._stage import Unwinding
from reactor_udf._libraries import Columns

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
        self._one_at_a_time = Lock()
        self._ended = False

    def __next__(self) -> Any:
        self._interrupts.in_user_code = False
        try:
            with self._one_at_a_time:
                return self._pull()
        finally:
            self._interrupts.in_user_code = True

    def end(self) -> None:
        """Give nothing any more; a pull of a thread that the function left behind is waited for,
        since we want to read on.
        """
        with self._one_at_a_time:
            self._ended = True

    def _pull(self) -> Any:
        if self._ended:
            raise StopIteration
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
