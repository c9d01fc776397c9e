"""Flame graphs of collapsed stacks: callers above callees; the wider, the more samples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

Box = tuple[str, float, float, int]

#: Narrower frames than this share of all samples are left out.
_NARROWEST = 0.003
_DEEPEST = 45
_CHARACTERS_ACROSS = 240
_COLORS = ("#f4a261", "#e9c46a", "#e76f51", "#f2b880")


@dataclass
class Frame:
    """A function, the samples taken in it and in what it called, and what it called."""

    name: str
    samples: int = 0
    callees: dict[str, Frame] = field(default_factory=dict)


def read_stacks(lines: Iterable[str]) -> Frame:
    """Add up collapsed stacks (``outer;inner 12``) under one frame, ``all``."""
    root = Frame("all")
    for line in filter(str.strip, lines):
        stack, _, count = line.rstrip().rpartition(" ")
        frame = root
        frame.samples += int(count)
        for name in stack.split(";"):
            frame = frame.callees.setdefault(name, Frame(name))
            frame.samples += int(count)
    return root


def boxes(root: Frame) -> Iterator[Box]:
    """Yield name, left edge, width and depth of each frame worth drawing; the root is 1 wide."""

    def walk(frame: Frame, left: float, depth: int) -> Iterator[Box]:
        width = frame.samples / root.samples
        if width < _NARROWEST or depth > _DEEPEST:
            return
        yield frame.name, left, width, depth
        for callee in sorted(frame.callees.values(), key=lambda one: one.name):
            yield from walk(callee, left, depth + 1)
            left += callee.samples / root.samples

    return walk(root, 0.0, 0)


def draw_flame_graph(axes: Axes, frames: Iterable[Box]) -> None:
    """Draw the boxes from the top, as wide as the axes."""
    deepest = 0
    for name, left, width, depth in frames:
        deepest = max(deepest, depth)
        color = _COLORS[sum(name.encode()) % len(_COLORS)]
        axes.add_patch(
            Rectangle((left, depth), width, 0.94, facecolor=color, edgecolor="white", linewidth=0.4)
        )
        text = fitting(short(name), int(width * _CHARACTERS_ACROSS))
        label = axes.text(left + 0.001, depth + 0.5, text, va="center", fontsize=7, clip_on=True)
        label.set_parse_math(False)  # Java's names have dollars.
    axes.set_xlim(0, 1)
    axes.set_ylim(deepest + 1, 0)
    axes.axis("off")


def short(name: str) -> str:
    """Return a frame's name without its packages or directories."""
    function, _, place = name.partition(" (")
    if place:
        return f"{function.rsplit('/', 1)[-1]} ({place.rsplit('/', 1)[-1]}"
    return name if name.startswith("[") else name.rsplit("/", 1)[-1]


def fitting(text: str, characters: int) -> str:
    """Return what fits, or nothing if that would say nothing."""
    if len(text) <= characters:
        return text
    return text[: characters - 1] + "…" if characters > 3 else ""
