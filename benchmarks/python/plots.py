"""The plots of a run, each as PNG and as SVG; on white, so that they are read on dark pages too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from flame import boxes, draw_flame_graph, read_stacks
from results import Results
from tables import OURS, PEERS, ratio, time

_OURS_COLOR, _PEER_COLOR = "#1b7f79", "#8d99ae"
_STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "reactor-udf",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.facecolor": "white",
}


def plot_all(results: Results, stacks: Path, docs: Path) -> list[str]:
    """Write what the run has the measurements for, and return the names without suffix."""
    plots = [
        *_ratios(results, docs),
        *_latency(results, docs),
        *_memory(results, docs),
    ]
    for process in ("jvm", "worker"):
        collapsed = stacks / f"{process}.collapsed"
        if collapsed.exists() and collapsed.stat().st_size:
            plots += _flame_graph(collapsed, docs)
    return plots


def _ratios(results: Results, docs: Path) -> Iterator[str]:
    panels = {
        "light 1M, 10K rows a batch, Arrow": ("light_1m", "arrow"),
        "light 1M, 10K rows a batch, pandas": ("light_1m", "pandas"),
        "5M, 100K rows a batch, Arrow": ("light_5m_100k", "arrow"),
    }
    measured = {
        title: bars for title, key in panels.items() if len(bars := _relative(results, *key)) > 1
    }
    if not measured:
        return
    with _figure(docs, "performance-ratios", len(measured), (8, 3.2 * len(measured))) as axes:
        for panel, (title, bars) in zip(axes, measured.items(), strict=True):
            colors = [_OURS_COLOR if name in OURS else _PEER_COLOR for name in bars]
            beyond = [value - 1 for value in bars.values()]
            drawn = panel.barh(list(bars), beyond, left=1, color=colors)
            panel.bar_label(drawn, [ratio(value) for value in bars.values()], padding=4)
            panel.axvline(1, color="black", linewidth=0.8)
            panel.set(title=title, xlabel="time against reactor-udf's: less is faster")
            _logarithmic(panel)
            panel.margins(x=0.15)
            panel.invert_yaxis()
    yield "performance-ratios"


def _relative(results: Results, scenario: str, form: str) -> dict[str, float]:
    ours = results.of(scenario, form, "reactor-udf")
    if ours is None:
        return {}
    series = {name: results.of(scenario, form, name) for name in (*OURS, *PEERS)}
    return {name: one.median / ours.median for name, one in series.items() if one}


def _latency(results: Results, docs: Path) -> Iterator[str]:
    series = {name: results.of("one_row_open", "arrow", name) for name in (*OURS, *PEERS)}
    measured = {name: one for name, one in series.items() if one}
    if not measured:
        return
    with _figure(docs, "performance-latency", 1, (8, 1.2 + 0.4 * len(measured))) as (axes,):
        for row, (name, one) in enumerate(measured.items()):
            color = _OURS_COLOR if name in OURS else _PEER_COLOR
            values = [one.median * 1e6, one.p99 * 1e6]
            axes.plot(values, [row, row], color=color, linewidth=3, marker="o")
            label = f"  {time(one.median)}, p99 {time(one.p99)}"
            axes.annotate(label, (values[1], row), va="center", fontsize=9)
        axes.set(
            title="one batch of 1 row on an open evaluation: median to 99th percentile",
            xlabel="µs",
        )
        _logarithmic(axes)
        axes.set_yticks(range(len(measured)), list(measured))
        axes.margins(x=0.35, y=0.15)
        axes.invert_yaxis()
    yield "performance-latency"


def _memory(results: Results, docs: Path) -> Iterator[str]:
    millions = {"memory_1m": 1, "memory_5m": 5, "memory_50m": 50}
    measured = {
        millions[key.scenario]: memory
        for key, memory in results.memory.items()
        if key.scenario in millions and key.contender == "reactor-udf"
    }
    if len(measured) < 2:
        return
    with _figure(docs, "performance-memory", 1, (8, 3.4)) as (axes,):
        rows = sorted(measured)
        for label, color, sizes in (
            ("JVM", _OURS_COLOR, [measured[row].jvm for row in rows]),
            ("Python", "#e76f51", [measured[row].python for row in rows]),
        ):
            axes.plot(rows, [size / 2**20 for size in sizes], marker="o", color=color, label=label)
        axes.set(title="peak resident memory over the rows of a stream", ylabel="MiB")
        axes.set_xlabel("million rows")
        _logarithmic(axes)
        axes.set_xticks(rows)
        axes.set_ylim(bottom=0)
        axes.legend()
    yield "performance-memory"


def _flame_graph(collapsed: Path, docs: Path) -> Iterator[str]:
    name = f"performance-flame-{collapsed.stem}"
    root = read_stacks(collapsed.read_text().splitlines())
    frames = list(boxes(root))
    deepest = max(depth for *_, depth in frames)
    with _figure(docs, name, 1, (16, 1 + 0.22 * deepest)) as (axes,):
        draw_flame_graph(axes, frames)
        axes.set_title(f"{collapsed.stem}, light 1M: {root.samples} samples")
    yield name


def _logarithmic(axes: Axes) -> None:
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_locator(NullLocator())


@contextmanager
def _figure(docs: Path, name: str, rows: int, size: tuple[float, float]) -> Iterator[list[Axes]]:
    with plt.rc_context(_STYLE):
        figure, axes = plt.subplots(rows, figsize=size, squeeze=False)
        yield list(axes.flat)
        figure.tight_layout()
        figure.savefig(docs / f"{name}.png", dpi=120)
        figure.savefig(docs / f"{name}.svg", metadata={"Date": None})
        plt.close(figure)
