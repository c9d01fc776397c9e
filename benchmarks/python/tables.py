"""The tables of a run, as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from results import Key, Results, Series
from targets import (
    COLUMNS,
    FLIGHT,
    OTHER_TARGETS,
    PEER_TARGETS,
    Outcome,
    Target,
    outcome,
    round_ratios,
)

OURS = (
    "reactor-udf",
    "reactor-udf-blocking",
    "reactor-udf-row-wise",
    "reactor-udf-parallel-2",
    "reactor-udf-parallel-4",
)
PEERS = ("flight-tcp", "flight-unix", "nio", "jep", "spark-sync", "spark-pipelined")
BOUNDS = ("python-alone", "python-ipc")
FORMS = ("arrow", "pandas")

#: The scenarios of SPARK-56642's benchmark.
REFERENCE = ("light_100k", "light_1m", "light_5m", "cpu_1m", "sleep", "three_100k", "three_1m")

_NOT_MEASURED = "not measured"


def machine_table(machine: dict[str, Any]) -> str:
    """Return what the numbers were measured on, and what was left out there."""
    rows = [[name, str(value)] for name, value in machine.items() if not isinstance(value, dict)]
    rows += [[f"left out: {name}", str(why)] for name, why in machine.get("left_out", {}).items()]
    return table(["", ""], rows)


def targets_table(results: Results) -> str:
    """Return the targets with what was measured, and how many are met."""
    against = list(dict.fromkeys(target.row for target in PEER_TARGETS))
    rows = [[row, *(_cell(results, row, column) for column in COLUMNS)] for row in against]
    others = [[target.row, _measured(target, results)] for target in OTHER_TARGETS]
    return "\n\n".join(
        [table(["against", *COLUMNS], rows), table(["", "measured"], others), tally(results)]
    )


def tally(results: Results) -> str:
    """Return how many targets are met, and how many are missed by more than half."""
    targets = (*PEER_TARGETS, *OTHER_TARGETS)
    measured = [one for one in (outcome(target, results) for target in targets) if one]
    met = sum(one.verdict == "met" for one in measured)
    missed = sum(one.verdict == "missed" for one in measured)
    text = f"{met} of {len(measured)} met"
    if measured:
        text += f" ({met / len(measured):.0%})"
    text += f"; {missed} worse than 1.5 times the target."
    if len(measured) < len(targets):
        text += f" {len(targets) - len(measured)} not measured in this run."
    return text


def _cell(results: Results, row: str, column: str) -> str:
    return "<br>".join(
        _measured(target, results)
        for target in PEER_TARGETS
        if (target.row, target.column) == (row, column)
    )


def _measured(target: Target, results: Results) -> str:
    label = f"{target.label}: " if target.label else ""
    found = outcome(target, results)
    if found is None:
        return f"{label}{_NOT_MEASURED} ({_bound(target)})"
    unit = " times as fast" if target.faster else " of its time"
    spread = f"{ratio(found.least)} to {ratio(found.greatest)}"
    return f"{label}**{ratio(found.ratio)}**{unit} ({spread}); {_bound(target)}: {_mark(found)}"


def _bound(target: Target) -> str:
    return f"target {'≥' if target.faster else '≤'} {target.bound:g}"


def _mark(found: Outcome) -> str:
    return {"met": "met", "within 1.5": "within 1.5 times", "missed": "**missed**"}[found.verdict]


def reference_table(results: Results) -> str:
    """Return time, and peak memory of the JVM and of Python, in the reference's scenarios."""
    contenders = ("reactor-udf", "spark-sync", "spark-pipelined", *FLIGHT, *BOUNDS)
    rows = [
        [scenario, form, *(_time_and_memory(results, scenario, form, one) for one in contenders)]
        for scenario in REFERENCE
        for form in FORMS
        if any(results.of(scenario, form, one) for one in contenders)
    ]
    return table(["scenario", "function", *contenders], rows)


def _time_and_memory(results: Results, scenario: str, form: str, contender: str) -> str:
    series = results.of(scenario, form, contender)
    if series is None:
        return ""
    memory = results.memory.get(Key(scenario, form, contender))
    sizes = f"<br>{memory.jvm >> 20} + {memory.python >> 20} MiB" if memory else ""
    return time(series.median) + sizes


def scenarios_table(results: Results) -> str:
    """Return the median of every contender in every stream."""
    keys = [key for key in results.series if not _is_single(results, key)]
    return _medians(results, keys, lambda series: time(series.median))


def calls_table(results: Results) -> str:
    """Return median and 99th percentile of single batches."""
    keys = [key for key in results.series if _is_single(results, key)]
    return _medians(results, keys, lambda series: f"{time(series.median)}, {time(series.p99)}")


def _is_single(results: Results, key: Key) -> bool:
    return any(len(seconds) > 1 for seconds in results.series[key].rounds.values())


def _medians(results: Results, keys: Iterable[Key], show: Callable[[Series], str]) -> str:
    keys = list(keys)
    contenders = [c for c in (*OURS, *PEERS, *BOUNDS) if any(key.contender == c for key in keys)]
    rows = []
    for scenario, form in dict.fromkeys((key.scenario, key.form) for key in keys):
        measured = [results.of(scenario, form, contender) for contender in contenders]
        rows.append([scenario, form, *(show(one) if one else "" for one in measured)])
    return table(["scenario", "function", *contenders], rows)


def better_table(results: Results) -> str:
    """Return where a peer takes less time than the library as it comes."""
    rows = []
    for (scenario, form), peer in dict.fromkeys(
        ((key.scenario, key.form), peer) for key in results.series for peer in PEERS
    ):
        ours, theirs = results.of(scenario, form, "reactor-udf"), results.of(scenario, form, peer)
        if ours and theirs and theirs.median < ours.median:
            ratios = [1 / one for one in round_ratios(ours, theirs)]
            spread = f" ({ratio(min(ratios))} to {ratio(max(ratios))})" if ratios else ""
            share = f"{ratio(theirs.median / ours.median)}{spread}"
            rows.append([scenario, form, peer, share])
    if not rows:
        return "In this run none."
    return table(["scenario", "function", "peer", "its time against ours"], rows)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def time(seconds: float) -> str:
    """Return a duration with three digits, in seconds, milliseconds or microseconds."""
    for limit, factor, unit in ((1.0, 1, "s"), (1e-3, 1e3, "ms"), (0, 1e6, "µs")):
        if seconds >= limit:
            return f"{_digits(seconds * factor)} {unit}"
    raise ValueError(f"{seconds} s is no duration")


def ratio(value: float) -> str:
    """Return a ratio with three digits at most."""
    return _digits(value)


def _digits(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
