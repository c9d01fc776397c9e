"""The ratios to reach, and what was measured beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from results import Results, Series

FLIGHT = ("flight-tcp", "flight-unix")


@dataclass(frozen=True)
class Target:
    """A bound on our time against a peer's, or against a number of seconds.

    At least ``bound`` times as fast if ``faster``, else at most ``bound`` of the other's time.
    ``row`` and ``column`` are the cell of the table; ``label`` tells apart what is in one cell.
    ``share`` is the part of the peer's time that counts.
    """

    row: str
    column: str
    scenario: str
    bound: float
    peers: tuple[str, ...] = ()
    faster: bool = False
    label: str = ""
    form: str = "arrow"
    ours: str = "reactor-udf"
    statistic: str = "median"
    seconds: float | None = None
    peer_scenario: str | None = None
    share: float = 1.0


@dataclass(frozen=True)
class Outcome:
    """A target, the ratio of medians measured, and the least and greatest ratio within a round."""

    target: Target
    ratio: float
    least: float
    greatest: float

    @property
    def verdict(self) -> str:
        """``"met"``, ``"within 1.5"`` times of the target, or ``"missed"``."""
        bound = self.target.bound
        excess = bound / self.ratio if self.target.faster else self.ratio / bound
        return "met" if excess <= 1 else "within 1.5" if excess <= 1.5 else "missed"


def outcome(target: Target, results: Results) -> Outcome | None:
    """Return what was measured for a target, or None if a side of it was not."""
    ours = results.of(target.scenario, target.form, target.ours)
    if ours is None:
        return None
    if target.seconds is not None:
        ratios = [
            ours.of_round(number, target.statistic) / target.seconds for number in ours.rounds
        ]
        return _outcome(target, _value(ours, target.statistic) / target.seconds, ratios)
    peer = results.fastest(target.peer_scenario or target.scenario, target.form, target.peers)
    if peer is None:
        return None
    ratio = _value(ours, target.statistic) / _value(peer, target.statistic) / target.share
    ratios = [each / target.share for each in round_ratios(ours, peer, target.statistic)]
    return _outcome(target, ratio, ratios or [ratio])


def round_ratios(ours: Series, theirs: Series, statistic: str = "median") -> list[float]:
    """Return our time against theirs for each round that has both."""
    return [
        ours.of_round(number, statistic) / theirs.of_round(number, statistic)
        for number in sorted(ours.rounds.keys() & theirs.rounds.keys())
    ]


def _outcome(target: Target, ratio: float, ratios: Sequence[float]) -> Outcome:
    if target.faster:
        ratio, ratios = 1 / ratio, [1 / one for one in ratios]
    return Outcome(target, ratio, min(ratios), max(ratios))


def _value(series: Series, statistic: str) -> float:
    return series.median if statistic == "median" else series.p99


STREAM = "light 1M, 10K rows a batch"
LARGE = "5M, 100K rows a batch"
ONE = "one batch of 1 row, open evaluation"
COLUMNS = (STREAM, LARGE, ONE)

_SPARK = "PySpark pipelined, local[1]"
_FLIGHT = "Flight, the faster of TCP and Unix socket"
_FLIGHT_PANDAS = "Flight, pandas function"
_NIO = "hand-written NIO client"
_JEP = "Jep in process"
_PARALLEL = "reactor-udf-parallel-2"
_ROW_WISE = "reactor-udf-row-wise"

#: The table of the peers.
PEER_TARGETS = (
    Target(_SPARK, STREAM, "light_1m", 15, ("spark-pipelined",), faster=True),
    Target(_SPARK, LARGE, "light_5m_100k", 20, ("spark-pipelined",), faster=True),
    Target(_FLIGHT, STREAM, "light_1m", 1.7, FLIGHT, faster=True),
    Target(_FLIGHT, STREAM, "light_1m", 3, FLIGHT, faster=True, label="row-wise", ours=_ROW_WISE),
    Target(_FLIGHT, LARGE, "light_5m_100k", 2.8, FLIGHT, faster=True),
    Target(_FLIGHT, ONE, "one_row_open", 0.5, FLIGHT),
    Target(_FLIGHT, ONE, "one_row_open", 0.2, FLIGHT, label="p99", statistic="p99"),
    Target(_FLIGHT_PANDAS, STREAM, "light_1m", 1.4, FLIGHT, faster=True, form="pandas"),
    Target(
        _FLIGHT_PANDAS,
        STREAM,
        "light_1m",
        2,
        FLIGHT,
        faster=True,
        label="row-wise",
        form="pandas",
        ours=_ROW_WISE,
    ),
    Target(_FLIGHT_PANDAS, LARGE, "light_5m_100k", 2.8, FLIGHT, faster=True, form="pandas"),
    Target(_FLIGHT_PANDAS, ONE, "one_row_open", 1.5, FLIGHT, faster=True, form="pandas"),
    Target(_NIO, STREAM, "light_1m", 1.15, ("nio",)),
    Target(_NIO, STREAM, "light_1m", 0.6, ("nio",), label="row-wise", ours=_ROW_WISE),
    Target(_NIO, LARGE, "light_5m_100k", 1.15, ("nio",)),
    Target(_NIO, ONE, "one_row_open", 1.25, ("nio",)),
    Target(_JEP, STREAM, "light_1m", 1.7, ("jep",)),
    Target(
        _JEP,
        STREAM,
        "cpu_1m",
        1.6,
        ("jep",),
        faster=True,
        label="parallelism(2), CPU-bound",
        ours=_PARALLEL,
    ),
    Target(_JEP, LARGE, "light_5m_100k", 3, ("jep",)),
    Target(_JEP, ONE, "one_row_open", 1.6, ("jep",)),
)

#: The targets beside it.
OTHER_TARGETS = (
    Target(
        "opening an evaluation for one batch, against an open one",
        "",
        "one_row_new",
        1.5,
        ("reactor-udf",),
        peer_scenario="one_row_open",
    ),
    Target(
        "10 ms sleep per batch, against the same sleeping in Python alone",
        "",
        "sleep",
        1.03,
        ("python-alone",),
    ),
    Target(
        "the same with parallelism(4), against a quarter of that",
        "",
        "sleep",
        1.08,
        ("python-alone",),
        ours="reactor-udf-parallel-4",
        share=0.25,
    ),
    Target(
        "CPU-bound pandas, against Python alone",
        "",
        "cpu_1m",
        1.1,
        ("python-alone",),
        form="pandas",
    ),
    Target("connect to ready worker with pandas, against 20 ms", "", "connect", 1, seconds=0.020),
)
