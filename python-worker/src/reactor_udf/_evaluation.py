"""Runs one evaluation: input units through the chain of stages to output units, and its end (P13 to
P17).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator

import pyarrow as pa

from reactor_udf._aftermath import Aftermath
from reactor_udf._arrow_messages import Decoder, Encoded
from reactor_udf._connection import Connection
from reactor_udf._errors import EvaluationCancelled, UdfError
from reactor_udf._exchange import Exchange
from reactor_udf._frames import Complete, Ended, Frame, Setup
from reactor_udf._interrupts import Interrupts
from reactor_udf._kinds import Source, Unwinding
from reactor_udf._kinds._row_wise import RowWise
from reactor_udf._kinds.scalar import ScalarStage
from reactor_udf._libraries import Columns
from reactor_udf._logs import Logs
from reactor_udf._merged_input import MergedInput
from reactor_udf._preparation import Chain
from reactor_udf._row_reports import RowReports
from reactor_udf._tasks import Tasks


def evaluate(
    connection: Connection,
    setup: Setup,
    chain: Chain,
    interrupts: Interrupts,
    logs: Logs,
    aftermath: Aftermath,
) -> bool:
    """Evaluate until ``ENDED`` is sent; return whether the worker may take another evaluation.

    Raises ``ProtocolError`` and ``ConnectionLost``; user code is closed in any case.
    """
    exchange = Exchange(
        connection,
        setup,
        logs.queue,
        inputs=len(chain.new_decoders),
        row_aligned=chain.row_aligned,
        row_wise=chain.report.row_wise,
        hold_last=chain.batchwise,
    )
    decoders = [new_decoder() for new_decoder in chain.new_decoders]
    right = _Right(exchange, decoders[1]) if len(decoders) > 1 else None
    source = _Input(exchange, decoders[0], right, shows_empty=chain.shows_empty)
    merged = MergedInput(source, exchange) if chain.report.row_wise else None
    aftermath.begin()
    interrupts.begin(setup.evaluation)
    last: Frame | None = None
    try:
        _run(exchange, source, merged, chain, setup.evaluation, Tasks(exchange, interrupts))
        last = Complete(setup.evaluation)
    except EvaluationCancelled:
        pass
    except (UdfError, MemoryError) as failure:
        batch = getattr(failure, "batch", None)
        handed = source.handed if batch is None else batch
        if merged is not None:
            handed -= merged.left
        last = aftermath.explain(setup.evaluation, failure, handed)
    finally:
        retiring = aftermath.end()
    if interrupts.interrupted:
        last = None
    exchange.finish(last, Ended(setup.evaluation, retiring))
    if not retiring:
        aftermath.clean_up()
    return not retiring


def _run(
    exchange: Exchange,
    source: _Input,
    merged: MergedInput | None,
    chain: Chain,
    evaluation: int,
    tasks: Tasks,
) -> None:
    unwinding = Unwinding(tasks)
    encode = chain.new_encoder().encode
    try:
        while not _answer(exchange, source, merged, chain, evaluation, encode, unwinding):
            exchange.hold_nothing()
    finally:
        tasks.close()
        if unwinding.cause is not None:
            # Whatever came out of user code, this is what it was unwound for.
            raise unwinding.cause


def _answer(
    exchange: Exchange,
    source: _Input,
    merged: MergedInput | None,
    chain: Chain,
    evaluation: int,
    encode: Callable[[pa.RecordBatch], list[Encoded]],
    unwinding: Unwinding,
) -> bool:
    """Answer the input; return False where it failed for several batches that came as one, which
    are given again one by one.
    """
    iterators: list[Generator[Columns, None, None]] = []
    upstream: Iterator[Columns] = source if merged is None else merged
    reports = RowReports() if chain.row_errors == "report" else None
    row_wise = None if chain.row_errors == "fail" else RowWise(reports)
    for stage in chain.stages:
        if row_wise is not None and isinstance(stage, ScalarStage):
            iterators.append(row_wise.run(stage, upstream))
        else:
            iterators.append(stage.run(upstream, unwinding))
        upstream = iterators[-1]
    schema, outputs, batchwise = chain.schema, chain.outputs, chain.batchwise
    try:
        for _, columns in upstream:
            unwinding.check()
            batch = pa.RecordBatch.from_arrays(columns[outputs], schema=schema)
            if batchwise:
                exchange.returned()
            exchange.push(
                encode(batch),
                () if reports is None else reports.take(evaluation),
                None if merged is None else merged.answered(evaluation),
            )
            # What was given is not to be kept while the next pull waits.
            del columns, batch
        unwinding.check()
    except (UdfError, MemoryError):
        if merged is None or not merged.divide():
            raise
        return False
    finally:
        for iterator in reversed(iterators):
            iterator.close()
    return True


class _Input(Source):
    """The input's batches; ``handed`` is the index of the one last handed to user code."""

    def __init__(
        self, exchange: Exchange, decoder: Decoder, right: _Right | None, *, shows_empty: bool
    ) -> None:
        super().__init__(right)
        self._pull = exchange.pull
        self._left = exchange.left
        self._decode = decoder.decode
        self._shows_empty = shows_empty
        self.handed = -1

    def __next__(self) -> Columns:
        unit = self._pull()
        if unit is None:
            raise StopIteration
        batch = self._decode(unit)
        rows = batch.num_rows
        if rows or self._shows_empty:
            self.handed = self._left.taken - 1
        return rows, batch.columns


class _Right(Iterator[Columns]):
    """The second input's batches."""

    def __init__(self, exchange: Exchange, decoder: Decoder) -> None:
        self._exchange = exchange
        self._decode = decoder.decode

    def __next__(self) -> Columns:
        unit = self._exchange.pull(right=True)
        if unit is None:
            raise StopIteration
        batch = self._decode(unit)
        return batch.num_rows, batch.columns
