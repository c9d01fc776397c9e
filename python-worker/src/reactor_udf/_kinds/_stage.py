"""A stage: one UDF of a chain. Stages are nested iterators; each pulls from the one before it
(P11).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Iterator
from dataclasses import dataclass

import pyarrow as pa

from reactor_udf._errors import EvaluationCancelled
from reactor_udf._user_code import UserCode

Columns = tuple[int, list[pa.Array]]
"""A batch between stages: its row count, and its columns."""


@dataclass(frozen=True)
class Binding:
    """A function in its place: where its columns stand among those that it sees, and what it
    promised.

    ``user`` takes the columns by position. ``result`` is one field for a row-aligned stage, and the
    fields of the batches for a map stage. ``tuples``: an iterator function takes tuples of columns.
    """

    user: UserCode
    positions: tuple[int, ...]
    fields: tuple[pa.Field, ...]
    result: tuple[pa.Field, ...]
    tuples: bool


class Unwinding:
    """Why an evaluation ends before its time.

    The first cause holds, whatever user code makes of the ``EvaluationCancelled`` that it sees.
    """

    def __init__(self) -> None:
        self.cause: Exception | None = None
        self.raised = False

    def check(self) -> None:
        """Raise again what was raised through user code once."""
        if self.raised:
            raise EvaluationCancelled

    def start(self, cause: Exception | None) -> EvaluationCancelled:
        """Note the cause, None for a cancel, and return what to raise through user code."""
        if not self.raised:
            self.raised = True
            self.cause = cause
        return EvaluationCancelled()


class Stage(ABC):
    """One prepared UDF; it has no state of an evaluation."""

    def __init__(self, binding: Binding) -> None:
        self._user = binding.user
        self._positions = binding.positions
        self._fields = binding.fields
        self._result_fields = binding.result
        self._tuples = binding.tuples

    @abstractmethod
    def run(
        self, source: Iterator[Columns], unwinding: Unwinding
    ) -> Generator[Columns, None, None]:
        """Evaluate over ``source``; closing the generator closes the user's iterator."""
