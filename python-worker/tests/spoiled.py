"""Hypothesis strategies for streams of frames in which some bytes are not what they should be."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import strategies as st

GOLDEN = Path(__file__).parents[2] / "src" / "test" / "resources" / "frames"
FRAMES = tuple(
    bytes.fromhex((GOLDEN / f"{entry['name']}.hex").read_text())
    for entry in json.loads((GOLDEN / "frames.json").read_text("utf-8"))
)

_INTERESTING = st.sampled_from(
    [b"\0", b"\xff", b"\x7f", b"\x80", b"{", b"}", b"[" * 2000, b"\0" * 24]
)


@st.composite
def spoiled(draw: st.DrawFn, data: bytes) -> bytes:
    """``data`` with a piece of it overwritten, removed or inserted, a few times."""
    result = bytearray(data)
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(result)))
        length = draw(st.integers(0, 8))
        new = draw(st.one_of(st.binary(max_size=8), _INTERESTING))
        how = draw(st.sampled_from(("overwrite", "remove", "insert")))
        if how == "overwrite":
            result[start : start + len(new)] = new
        elif how == "remove":
            del result[start : start + length]
        else:
            result[start:start] = new
    return bytes(result)


def any_frame() -> st.SearchStrategy[bytes]:
    """A golden frame, spoiled or not, or any bytes."""
    return st.one_of(st.sampled_from(FRAMES).flatmap(spoiled), st.binary(max_size=200))
