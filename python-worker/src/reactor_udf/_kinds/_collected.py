"""Brings the rows of a group together, for streams in which they do not come so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from reactor_udf._errors import UsageError
from reactor_udf._kinds._groups import codes_of, comparable, place
from reactor_udf._kinds._stage import Binding
from reactor_udf._libraries import Columns, concatenated, taken


def clustered(source: Iterator[Columns], binding: Binding) -> Iterator[Columns]:
    """Return the rows of ``source`` with those of a group behind one another, groups in the order
    of their first rows. Unless the binding says to collect, they are that already.
    """
    if binding.collect is None or not binding.keys:
        return source
    return _collected(source, binding.keys, binding.collect, binding.user.spec, _order)


def ascending(
    source: Iterator[Columns], keys: Sequence[int], binding: Binding
) -> Iterator[Columns]:
    """Return the rows of ``source`` sorted by the columns at ``keys``. Unless the binding says to
    collect, they are that already.
    """
    if binding.collect is None or not keys:
        return source
    return _collected(source, keys, binding.collect, binding.user.spec, _ascending)


def _collected(
    source: Iterator[Columns],
    keys: Sequence[int],
    limit: int,
    spec: str,
    order_of: Callable[[list[pa.Array]], pa.Array],
) -> Iterator[Columns]:
    """Collect, and give the rows in batches about as large as they came in: so are the results.
    What was collected is there twice while it is put in order.
    """
    batches: list[Columns] = []
    held: set[int] = set()
    size = 0
    for rows, columns in source:
        if not rows:
            continue
        for buffer in (buffer for column in columns for buffer in _buffers(column)):
            size += 0 if buffer.address in held else buffer.size
            held.add(buffer.address)
        if size > limit:
            raise UsageError(
                f"{spec} collects the stream to group it, which has more than the {limit} bytes "
                f"that collect(...) allows: raise it, or sort the stream by the key",
                spec,
            )
        batches.append((rows, columns))
    if not batches:
        return
    count = len(batches)
    rows, columns = concatenated(batches)
    batches.clear()
    order = order_of([comparable(columns[position]) for position in keys])
    step = -(-rows // count)
    for start in range(0, rows, step):
        piece = order.slice(start, step)
        yield len(piece), [taken(column, piece) for column in columns]


def _buffers(column: pa.Array) -> Iterator[pa.Buffer]:
    """Return the memory that a column holds, all of it: a slice holds what it is a slice of."""
    yield from (buffer for buffer in column.buffers() if buffer is not None)
    if types.is_dictionary(column.type):
        yield from _buffers(column.dictionary)


def _order(keys: list[pa.Array]) -> pa.Array:
    """Return the order in which equal keys are together, by first appearance."""
    codes = codes_of(keys[0])
    for key in keys[1:]:
        codes = codes_of(pc.add(pc.multiply(codes, len(codes)), codes_of(key)))
    # A stable sort.
    return pc.sort_indices(codes)


def _ascending(keys: list[pa.Array]) -> pa.Array:
    """Return the stable order in which keys ascend, by what tells groups apart."""
    ranks = {}
    for index, key in enumerate(keys):
        encoded = key.dictionary_encode(null_encoding="encode")
        places = [place(value) for value in encoded.dictionary]
        ascending = sorted(range(len(places)), key=places.__getitem__)
        rank = pc.sort_indices(pa.array(ascending, pa.int64()))
        ranks[str(index)] = rank.take(encoded.indices)
    table = pa.table(ranks)
    return pc.sort_indices(table, sort_keys=[(name, "ascending") for name in ranks])
