"""Runs one evaluation: input units through the chain of stages to output units, and its end (P13 to
P17).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator

import pyarrow as pa

from reactor_udf._arrow_messages import Decoder, encoder
from reactor_udf._connection import Connection
from reactor_udf._errors import EvaluationCancelled, UdfError
from reactor_udf._exchange import Exchange
from reactor_udf._failures import to_error
from reactor_udf._frames import Complete, Ended, Frame, Setup
from reactor_udf._interrupts import Interrupts
from reactor_udf._kinds import Columns, Unwinding
from reactor_udf._logs import Logs
from reactor_udf._preparation import Chain


def evaluate(
    connection: Connection, setup: Setup, chain: Chain, interrupts: Interrupts, logs: Logs
) -> bool:
    """Evaluate until ``ENDED`` is sent; return whether the worker may take another evaluation.

    Raises ``ProtocolError`` and ``ConnectionLost``; user code is closed in any case.
    """
    exchange = Exchange(
        connection, setup, logs.queue, row_aligned=chain.row_aligned, hold_last=chain.scalar
    )
    source = _Input(exchange, chain.new_decoder(), shows_empty=chain.shows_empty)
    interrupts.begin(setup.evaluation)
    last: Frame | None = None
    try:
        _run(exchange, source, chain, setup.evaluation)
        last = Complete(setup.evaluation)
    except EvaluationCancelled:
        pass
    except UdfError as failure:
        last = to_error(setup.evaluation, failure, source.handed)
    finally:
        interrupts.end()
        logs.restore()
    retiring = interrupts.interrupted
    exchange.finish(None if retiring else last, Ended(setup.evaluation, retiring))
    return not retiring


def _run(exchange: Exchange, source: _Input, chain: Chain, evaluation: int) -> None:
    unwinding = Unwinding()
    iterators: list[Generator[Columns, None, None]] = []
    upstream: Iterator[Columns] = source
    for stage in chain.stages:
        iterators.append(stage.run(upstream, unwinding))
        upstream = iterators[-1]
    encode = encoder(chain.schema, evaluation).encode
    schema, outputs, scalar = chain.schema, chain.outputs, chain.scalar
    try:
        for _, columns in upstream:
            unwinding.check()
            batch = pa.RecordBatch.from_arrays(columns[outputs], schema=schema)
            if scalar:
                exchange.returned()
            exchange.push(encode(batch))
            # What was given is not to be kept while the next pull waits.
            del columns, batch
        unwinding.check()
    finally:
        for iterator in reversed(iterators):
            iterator.close()
        if unwinding.cause is not None:
            # Whatever came out of user code, this is what it was unwound for.
            raise unwinding.cause


class _Input(Iterator[Columns]):
    """The input's batches; ``handed`` is the index of the one last handed to user code."""

    def __init__(self, exchange: Exchange, decoder: Decoder, *, shows_empty: bool) -> None:
        self._exchange = exchange
        self._decode = decoder.decode
        self._shows_empty = shows_empty
        self.handed = -1

    def __next__(self) -> Columns:
        unit = self._exchange.pull()
        if unit is None:
            raise StopIteration
        batch = self._decode(unit)
        if batch.num_rows or self._shows_empty:
            self.handed = self._exchange.taken - 1
        return batch.num_rows, batch.columns
