"""PySpark as a contender: ``python spark.py --mode sync|pipelined``, with scenarios on stdin.

The pipelined mode is that of SPARK-56642, ``spark.python.udf.pipelined.enabled``. The input is
cached in one partition before the clock starts. The action is a write to the ``noop`` sink, as in
Spark's own benchmarks: it evaluates every row and keeps none, and costs less than an aggregation.
What the results add up to is computed outside the clock, once for each scenario.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

import pandas as pd
import pyarrow as pa
from pyspark import __version__ as pyspark_version
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 as everyone calls it

import functions
from child import Measurement, Scenario, serve
from inputs import WIDE_COLUMNS, columns_read

_INTEGERS = ["id AS x"]
_INPUTS = {
    "strings": ["IF(id % 10 = 0, NULL, 'row ' || id) AS s"],
    "wide": [f"id + {column} AS c{column}" for column in range(WIDE_COLUMNS)],
}


class Spark:
    """A session, and the query of the scenario that it ran last."""

    def __init__(self, pipelined: bool) -> None:
        os.environ["PYSPARK_PYTHON"] = sys.executable
        os.environ["PYTHONPATH"] = str(Path(__file__).parent)
        self._session = (
            # A task may be tried again: Spark closes workers that were idle for a minute, and meets
            # at times one that it just took.
            SparkSession.builder.master("local[1,3]")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.sql.adaptive.enabled", "false")
            .config("spark.sql.inMemoryColumnarStorage.compressed", "false")
            .config("spark.python.udf.pipelined.enabled", str(pipelined).lower())
            .getOrCreate()
        )
        self._scenario: Scenario | None = None

    def run(self, scenario: Scenario) -> Measurement:
        """Time one run; the first of a scenario prepares its input and checks its results."""
        if scenario != self._scenario:
            self._prepare(scenario)
        start = time.perf_counter()
        self._results.write.format("noop").mode("overwrite").save()
        return Measurement(time.perf_counter() - start, self._checksum, scenario.rows)

    def _prepare(self, scenario: Scenario) -> None:
        self._scenario = None
        self._session.catalog.clearCache()
        self._session.conf.set(
            "spark.sql.execution.arrow.maxRecordsPerBatch", str(scenario.batch_rows)
        )
        rows = self._session.range(scenario.rows, numPartitions=1)
        cached = rows.selectExpr(*_INPUTS.get(scenario.function, _INTEGERS)).cache()
        cached.count()
        self._results = _results(cached, scenario)
        total, count = self._results.agg(_total(self._results), F.count(F.lit(1))).collect()[0]
        if count != scenario.rows:
            raise ValueError(f"{count} rows came of {scenario.rows}")
        self._checksum = total
        self._scenario = scenario


def _results(cached: DataFrame, scenario: Scenario) -> DataFrame:
    make = F.pandas_udf if scenario.form == "pandas" else F.arrow_udf
    returns = "string" if scenario.function == "strings" else "bigint"
    columns = columns_read(scenario.function)
    names = functions.WORKLOADS[scenario.function]
    udfs = [make(getattr(functions, f"{name}_{scenario.form}"), returns) for name in names]
    return cached.select(*(f(*columns).alias(name) for f, name in zip(udfs, names, strict=True)))


def _total(results: DataFrame) -> Column:
    if results.dtypes[0][1] == "string":
        return F.sum(F.octet_length(results.columns[0]))
    return F.sum(sum((F.col(name) for name in results.columns[1:]), F.col(results.columns[0])))


def main() -> None:
    """Serve scenarios in the mode that the command line names."""
    parser = argparse.ArgumentParser(description="PySpark as a contender of the benchmarks.")
    parser.add_argument("--mode", choices=["sync", "pipelined"], required=True)
    mode = parser.parse_args().mode
    versions = {"pyspark": pyspark_version, "pyarrow": pa.__version__, "pandas": pd.__version__}
    serve(versions, Spark(mode == "pipelined").run)


if __name__ == "__main__":
    main()
