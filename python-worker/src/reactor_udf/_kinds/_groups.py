"""Splits a stream into groups: runs of rows with equal keys, across the borders of batches.

Groups are read lazily, by one thread: what a function leaves of a group is read past when the next
one is asked for. Nulls are equal to each other, and so are NaNs, and zeros of either sign. In
order, NaNs are behind all numbers and nulls behind all values; text goes by code points.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import reduce
from hashlib import blake2b
from itertools import groupby, pairwise
from typing import Any, Final, Generic, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from reactor_udf._errors import FunctionRaised, UsageError
from reactor_udf._libraries import Columns

REMEMBERED_KEYS: Final = 100_000
"""How many keys are remembered, the latest, to notice one that comes back."""

_NAN: Final = (1, None)
_NULL: Final = (2, None)


@dataclass(frozen=True, order=True)
class Key:
    """The values of a group's key; equal, or less, if its ``identity`` is."""

    scalars: tuple[pa.Scalar, ...] = field(compare=False)
    identity: tuple[Any, ...]


_Rows = TypeVar("_Rows", Iterator[Columns], list[Columns])


@dataclass(frozen=True)
class Group(Generic[_Rows]):
    """The rows of one key, in parts that are each of one batch.

    ``may_go_on``: the first part ends its batch, so that to read on may be to wait for another one.
    """

    key: tuple[pa.Scalar, ...]
    parts: _Rows
    may_go_on: bool = False


@dataclass(frozen=True)
class _Run:
    """Rows of one key within a batch; equal to the others of its group."""

    key: Key
    part: Columns = field(compare=False)
    ends_batch: bool = field(compare=False)


class _Seen:
    """Notices a key that comes back; keys of any length take the same room."""

    def __init__(self, spec: str) -> None:
        self._spec = spec
        self._keys: dict[bytes, None] = {}

    def note(self, key: Key) -> None:
        told = repr(key.identity).encode(errors="surrogatepass")
        digest = blake2b(told, digest_size=16).digest()
        if digest in self._keys:
            raise UsageError(
                f"{self._spec} is grouped by a stream in which a key comes back after rows of "
                f"others: sort the stream by the key, or collect it by collect(...)",
                self._spec,
            )
        self._keys[digest] = None
        if len(self._keys) > REMEMBERED_KEYS:
            del self._keys[next(iter(self._keys))]


def lazy_groups(
    source: Iterator[Columns], keys: Sequence[int], spec: str
) -> Iterator[Group[Iterator[Columns]]]:
    """Return the groups by the columns at ``keys``, whose parts are read when they are asked for,
    before the next group is; by no keys, all rows are one group.

    A key that comes back after rows of others is a ``UsageError``, if it is among the latest
    ``REMEMBERED_KEYS``.
    """
    seen = _Seen(spec)
    runs = (run for batch in source for run in _runs(batch, keys))
    for first, parts in groupby(runs):
        seen.note(first.key)
        yield Group(first.key.scalars, (run.part for run in parts), first.ends_batch)


def whole_groups(
    source: Iterator[Columns], keys: Sequence[int], spec: str
) -> Iterator[list[Group[list[Columns]]]]:
    """Return the groups as ``lazy_groups`` does, but whole, and those that end with the same batch
    together, so that their results can be on their way before the next batch is waited for.
    """
    for ended in _whole(source, keys, _Seen(spec).note):
        yield [Group(key.scalars, parts) for key, parts in ended]


def ascending_groups(
    source: Iterator[Columns], keys: Sequence[int], spec: str, side: str
) -> Iterator[list[tuple[Key, list[Columns]]]]:
    """Return the groups as ``whole_groups`` does, of a stream whose keys have to ascend, which is
    called ``side``.
    """
    latest: list[Key] = []

    def note(key: Key) -> None:
        if latest and key < latest.pop():
            raise UsageError(
                f"{spec} reads two streams side by side, but a key of the {side} one comes after a "
                f"greater one: sort both streams ascending by the key, NaNs and then nulls last, "
                f"or collect them by collect(...)",
                spec,
            )
        latest.append(key)

    return _whole(source, keys, note)


def _whole(
    source: Iterator[Columns], keys: Sequence[int], note: Callable[[Key], None]
) -> Iterator[list[tuple[Key, list[Columns]]]]:
    current: Key | None = None
    parts: list[Columns] = []
    for batch in source:
        ended = []
        for run in _runs(batch, keys):
            if run.key != current:
                if current is not None:
                    ended.append((current, parts))
                note(run.key)
                current, parts = run.key, []
            parts.append(run.part)
        if ended:
            yield ended
    if current is not None:
        yield [(current, parts)]


@contextmanager
def held_whole(spec: str) -> Iterator[None]:
    """Say what it was that did not fit, where memory runs out while groups are held whole."""
    try:
        yield
    except MemoryError:
        error = MemoryError(
            "a group, which this function takes whole, does not fit the memory that a worker may "
            "take: take a function of an iterator, or raise memoryLimit"
        )
        raise FunctionRaised(error, spec) from None


def split(
    source: Iterator[Columns], keys: Sequence[int], spec: str
) -> Iterator[tuple[Columns, list[tuple[bool, Columns]]]]:
    """Return each batch, those of 0 rows too, with the parts of groups that it consists of, and
    whether a part begins its group; a key that comes back is an error as in ``lazy_groups``.
    """
    seen = _Seen(spec)
    current: Key | None = None
    for batch in source:
        parts = []
        for run in _runs(batch, keys):
            begins = run.key != current
            if begins:
                seen.note(run.key)
                current = run.key
            parts.append((begins, run.part))
        yield batch, parts


def can_be_key(kind: pa.DataType) -> bool:
    """Whether values of this type can be told apart here."""
    if isinstance(kind, pa.BaseExtensionType):
        return can_be_key(kind.storage_type)
    if types.is_dictionary(kind):
        return can_be_key(kind.value_type)
    return not (types.is_nested(kind) or types.is_run_end_encoded(kind))


def can_be_ordered(kind: pa.DataType) -> bool:
    """Whether values of this type have an order here."""
    if isinstance(kind, pa.BaseExtensionType):
        return can_be_ordered(kind.storage_type)
    return can_be_key(kind) and not types.is_interval(kind)


def _runs(batch: Columns, keys: Sequence[int]) -> Iterator[_Run]:
    rows, columns = batch
    by = [columns[position] for position in keys]
    compared = [comparable(column) for column in by]
    borders = [0, *_starts(compared), rows] if rows else []
    for start, end in pairwise(borders):
        key = Key(
            tuple(column[start] for column in by),
            tuple(place(column[start]) for column in compared),
        )
        whole = end - start == rows
        part = columns if whole else [column.slice(start, end - start) for column in columns]
        yield _Run(key, (end - start, part), end == rows)


def _starts(columns: Sequence[pa.Array]) -> list[int]:
    """Return where rows differ from the row before them."""
    if not columns:
        return []
    changes = [
        pc.not_equal(codes.slice(1), codes.slice(0, len(codes) - 1))
        for codes in map(codes_of, columns)
    ]
    starts: list[int] = pc.add(pc.indices_nonzero(reduce(pc.or_, changes)), 1).to_pylist()
    return starts


def codes_of(column: pa.Array) -> pa.Array:
    """Return a number for each value of a ``comparable`` column, in the order in which they appear
    first.
    """
    return column.dictionary_encode(null_encoding="encode").indices.cast(pa.int64())


def comparable(column: pa.Array) -> pa.Array:
    """Return a column that is equal where ``column`` is."""
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        return comparable(column.storage)
    if types.is_dictionary(kind):
        return comparable(column.dictionary_decode())
    if types.is_floating(kind):
        # Zeros of either sign are equal, and so are the many values that are not a number.
        values = pc.add(column.cast(pa.float64()), 0.0)
        return pc.if_else(pc.is_nan(values), math.nan, values)
    if types.is_decimal(kind) and kind.bit_width < 128:
        return column.cast(pa.decimal128(kind.precision, kind.scale))
    if types.is_temporal(kind) and not types.is_interval(kind):
        return column.view(pa.int64() if kind.bit_width == 64 else pa.int32())
    return column


def place(scalar: pa.Scalar) -> tuple[int, Any]:
    """Return what is equal where a value of a ``comparable`` column is, and in its order."""
    value = scalar.as_py()
    if value is None:
        return _NULL
    return _NAN if isinstance(value, float) and math.isnan(value) else (0, value)
