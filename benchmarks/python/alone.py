"""Python alone as a contender: ``python alone.py --mode function|ipc``, with scenarios on stdin.

``function`` calls the function on batches in memory. ``ipc`` also decodes each batch from an
Arrow IPC message and encodes the result as one, as any process that is sent batches has to.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

import functions
from child import Measurement, Scenario, serve
from inputs import batches

_Evaluate = Callable[[list[pa.Array]], list[pa.Array]]


class Alone:
    """Runs scenarios, and keeps the input of the last one."""

    def __init__(self, ipc: bool) -> None:
        self._ipc = ipc
        self._scenario: Scenario | None = None

    def run(self, scenario: Scenario) -> Measurement:
        """Time one run over every batch, each result read once."""
        if scenario != self._scenario:
            self._batches = batches(scenario)
            self._messages = [batch.serialize() for batch in self._batches] if self._ipc else []
            self._scenario = scenario
        evaluate = functions.evaluator(scenario.function, scenario.form)
        start = time.perf_counter()
        checksum = self._through_messages(evaluate) if self._ipc else self._in_memory(evaluate)
        return Measurement(time.perf_counter() - start, checksum, scenario.rows)

    def _in_memory(self, evaluate: _Evaluate) -> int:
        return sum(_total(evaluate(batch.columns)) for batch in self._batches)

    def _through_messages(self, evaluate: _Evaluate) -> int:
        schema = self._batches[0].schema
        checksum = 0
        for message in self._messages:
            results = evaluate(pa.ipc.read_record_batch(message, schema).columns)
            checksum += _total(results)
            names = [str(index) for index in range(len(results))]
            pa.record_batch(results, names).serialize()
        return checksum


def _total(results: list[pa.Array]) -> int:
    return sum(pc.sum(_numbers(result)).as_py() or 0 for result in results)


def _numbers(result: pa.Array) -> pa.Array:
    return pc.binary_length(result) if pa.types.is_string(result.type) else result


def main() -> None:
    """Serve scenarios in the mode that the command line names."""
    parser = argparse.ArgumentParser(description="Python alone as a contender of the benchmarks.")
    parser.add_argument("--mode", choices=["function", "ipc"], required=True)
    mode = parser.parse_args().mode
    serve({"pyarrow": pa.__version__, "pandas": pd.__version__}, Alone(mode == "ipc").run)


if __name__ == "__main__":
    main()
