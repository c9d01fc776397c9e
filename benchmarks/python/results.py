"""What a run of the benchmarks wrote: the machine, then one line for each measurement."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Series:
    """The seconds of a contender in a scenario, by round; several in a round are single calls."""

    rounds: dict[int, list[float]] = field(default_factory=dict)

    def add(self, number: int, seconds: Sequence[float]) -> None:
        """Add what was measured in a round."""
        self.rounds.setdefault(number, []).extend(seconds)

    @property
    def median(self) -> float:
        """The median over all rounds."""
        return statistics.median(self._all())

    @property
    def p99(self) -> float:
        """What 99 of 100 calls of all rounds took at most."""
        return percentile(self._all(), 99)

    def of_round(self, number: int, statistic: str) -> float:
        """Return a round's ``"median"`` or ``"p99"``."""
        seconds = self.rounds[number]
        return statistics.median(seconds) if statistic == "median" else percentile(seconds, 99)

    def _all(self) -> list[float]:
        return [second for seconds in self.rounds.values() for second in seconds]


@dataclass(frozen=True)
class Memory:
    """The largest resident memory of both sides, in bytes; without a JVM its side is 0."""

    jvm: int
    python: int


@dataclass(frozen=True)
class Key:
    """What was measured: a scenario, a form (``"pandas"`` or ``"arrow"``) and a contender."""

    scenario: str
    form: str
    contender: str


@dataclass
class Results:
    """All of a run."""

    machine: dict[str, Any]
    series: dict[Key, Series]
    memory: dict[Key, Memory]

    def of(self, scenario: str, form: str, contender: str) -> Series | None:
        """Return what was measured, or None."""
        return self.series.get(Key(scenario, form, contender))

    def fastest(self, scenario: str, form: str, contenders: Iterable[str]) -> Series | None:
        """Return the series with the smallest median, or None if there is none."""
        measured = [self.of(scenario, form, contender) for contender in contenders]
        return min((one for one in measured if one), key=lambda one: one.median, default=None)


def read_results(lines: Iterable[str]) -> Results:
    """Read the lines of a results file; the form is Arrow where none is given."""
    results = Results({}, {}, {})
    for line in filter(str.strip, lines):
        row = json.loads(line)
        if "machine" in row:
            results.machine = row["machine"]
            continue
        key = Key(row["scenario"], row.get("form", "arrow"), row["contender"])
        if "jvm_peak_bytes" in row or "python_peak_bytes" in row:
            memory = Memory(row.get("jvm_peak_bytes") or 0, row.get("python_peak_bytes") or 0)
            results.memory[key] = memory
        else:
            seconds = row["seconds_each"] if "seconds_each" in row else [row["seconds"]]
            results.series.setdefault(key, Series()).add(row["round"], seconds)
    return results


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the smallest value that so many percent of the values do not exceed."""
    return sorted(values)[math.ceil(len(values) * percent / 100) - 1]
