"""A stage: one UDF of a chain. Stages are nested iterators; each pulls from the one before it
(P11).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import Any, Final

import pyarrow as pa

from reactor_udf._errors import EvaluationCancelled
from reactor_udf._frames import RowsBetween
from reactor_udf._kinds._structs import struct_reader, struct_writer
from reactor_udf._libraries import Columns, FrameLibrary, Library
from reactor_udf._tasks import Tasks
from reactor_udf._user_code import UserCode

CONCURRENCY: Final = 8
"""How many calls are awaited at once if nothing is said."""


@dataclass(frozen=True)
class Right:
    """The columns of the second input, all of which a function of two gets, and the positions of
    those to group by.
    """

    fields: tuple[pa.Field, ...]
    keys: tuple[int, ...]


@dataclass(frozen=True)
class Binding:
    """A function in its place: where its columns stand among those that it sees, and what it
    promised.

    ``user`` takes the columns by position; with ``takes_key`` the group's key comes first.
    ``result`` is one field for a row-aligned or aggregate stage, and the fields of the batches for
    others. ``tuples``: an iterator function takes tuples of columns. ``keys`` are the positions of
    the columns to group by, None without groups; ``collect`` is how many bytes may be collected to
    bring rows of a group together, None if they come together. ``right`` is the second input of a
    function that has one. ``lateral``: the columns that there are stay beside the results.
    ``concurrency`` is how many calls of an asynchronous function are awaited at once.
    ``structs`` says of each column whether it is one of structs that is shown as a data frame,
    ``struct_result`` whether the result is.
    """

    user: UserCode
    library: Library
    positions: tuple[int, ...]
    fields: tuple[pa.Field, ...]
    result: tuple[pa.Field, ...]
    tuples: bool = False
    takes_key: bool = False
    keys: tuple[int, ...] | None = None
    key_fields: tuple[pa.Field, ...] = ()
    collect: int | None = None
    frame: RowsBetween | None = None
    right: Right | None = None
    lateral: bool = False
    concurrency: int = CONCURRENCY
    structs: tuple[bool, ...] = ()
    struct_result: bool = False

    @property
    def frames(self) -> FrameLibrary:
        """The library, of a function that takes or gives batches or tables."""
        assert isinstance(self.library, FrameLibrary)
        return self.library

    def column_readers(self) -> list[Callable[[pa.Array], Any]]:
        """Return what shows each column to the function."""
        structs = self.structs or (False,) * len(self.fields)
        return [
            struct_reader(self.frames, field, self.user.spec)
            if is_struct
            else self.library.column_reader(field)
            for field, is_struct in zip(self.fields, structs, strict=True)
        ]

    def column_writer(self) -> Callable[[Any], pa.Array]:
        """Return what takes the column that the function gives."""
        (field,), spec = self.result, self.user.spec
        if self.struct_result:
            return struct_writer(self.frames, field, spec)
        return self.library.column_writer(field, spec)

    def key_arguments(self, key: Sequence[pa.Scalar]) -> list[Any]:
        """Return what the function is given in front: its group's key, if it takes one."""
        return [self.library.key(key)] if self.takes_key else []

    @cached_property
    def read(self) -> Callable[[list[pa.Array]], list[pa.Array]]:
        """Returns those of the columns before it that the function reads."""
        positions = self.positions
        start, stop = positions[0], positions[-1] + 1
        if positions == tuple(range(start, stop)):
            return itemgetter(slice(start, stop))
        return lambda columns: [columns[position] for position in positions]


class Source(Iterator[Columns]):
    """What the first stage of a chain reads: the input, and the ``right`` one, if there are two."""

    def __init__(self, right: Iterator[Columns] | None) -> None:
        self.right = right


class Unwinding:
    """Why an evaluation ends before its time, and the ``tasks`` of it that end then.

    The first cause holds, whatever user code makes of the ``EvaluationCancelled`` that it sees.
    """

    def __init__(self, tasks: Tasks) -> None:
        self.tasks = tasks
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
        self._binding = binding
        self._user = binding.user

    @abstractmethod
    def run(
        self, source: Iterator[Columns], unwinding: Unwinding
    ) -> Generator[Columns, None, None]:
        """Evaluate over ``source``; closing the generator closes the user's iterator."""
