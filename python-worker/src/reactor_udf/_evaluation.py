"""Runs one evaluation: input units through the chain of stages to output units, and its end (P13 to
P17).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator

import pyarrow as pa

from reactor_udf._aftermath import Aftermath
from reactor_udf._arrow_messages import Decoder
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


class Evaluation:
    """One evaluation of a prepared chain, made before its SETUP is here, and run once."""

    def __init__(
        self,
        connection: Connection,
        chain: Chain,
        interrupts: Interrupts,
        logs: Logs,
        aftermath: Aftermath,
    ) -> None:
        self.chain = chain
        self._interrupts = interrupts
        self._aftermath = aftermath
        self._exchange = exchange = Exchange(
            connection,
            logs.queue,
            inputs=len(chain.new_decoders),
            row_aligned=chain.row_aligned,
            row_wise=chain.report.row_wise,
            hold_last=chain.batchwise,
        )
        decoders = [new_decoder() for new_decoder in chain.new_decoders]
        right = _Right(exchange, decoders[1]) if len(decoders) > 1 else None
        self._source = _Input(exchange, decoders[0], right, shows_empty=chain.shows_empty)
        self._merged = MergedInput(self._source, exchange) if chain.report.row_wise else None
        self._tasks = Tasks(exchange, interrupts)
        self._unwinding = Unwinding(self._tasks)
        self._encode = chain.new_encoder().encode

    def run(self, setup: Setup) -> bool:
        """Evaluate until ``ENDED`` is sent; return whether the worker may take another evaluation.

        Raises ``ProtocolError`` and ``ConnectionLost``; user code is closed in any case.
        """
        self._exchange.begin(setup)
        self._interrupts.begin(setup.evaluation)
        last: Frame | None = None
        try:
            self._run(setup.evaluation)
            last = Complete(setup.evaluation)
        except EvaluationCancelled:
            pass
        except (UdfError, MemoryError) as failure:
            batch = getattr(failure, "batch", None)
            handed = self._source.handed if batch is None else batch
            if self._merged is not None:
                handed -= self._merged.left
            last = self._aftermath.explain(setup.evaluation, failure, handed)
        finally:
            retiring = self._aftermath.end()
        if self._interrupts.interrupted:
            last = None
        self._exchange.finish(last, Ended(setup.evaluation, retiring))
        if not retiring:
            self._aftermath.clean_up()
        return not retiring

    def _run(self, evaluation: int) -> None:
        unwinding = self._unwinding
        try:
            while not self._answer(evaluation):
                self._exchange.hold_nothing()
        finally:
            self._tasks.close()
            if unwinding.cause is not None:
                # Whatever came out of user code, this is what it was unwound for.
                raise unwinding.cause

    def _answer(self, evaluation: int) -> bool:
        """Answer the input; return False where it failed for several batches that came as one,
        which are given again one by one.
        """
        chain, exchange, merged = self.chain, self._exchange, self._merged
        encode, unwinding = self._encode, self._unwinding
        iterators: list[Generator[Columns, None, None]] = []
        upstream: Iterator[Columns] = self._source if merged is None else merged
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
