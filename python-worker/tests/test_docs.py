from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from groups import outcome
from jvm import Jvm, stage

from reactor_udf._frames import RowsBetween

DOCS = Path(__file__).parents[2] / "docs"


PICTURE = re.compile(r"```text\n(.+?)(?:, rows (-?\d+) to (-?\d+))?\n(.*?\|.*?)```", re.DOTALL)


def pictures() -> list[Any]:
    """The pictures of the kinds page: functions and a row frame, and the lines of two tables."""
    return PICTURE.findall((DOCS / "kinds.md").read_text(encoding="utf-8"))


def table(lines: list[str], side: int) -> list[list[str]]:
    """The words of one of the two tables, with the names of its columns."""
    rows = [line.split("|")[side].split() for line in lines]
    return [row for row in rows if row]


def run(name: str) -> dict[str, Any]:
    """Run the Python snippets of a page, one after another."""
    page = (DOCS / name).read_text(encoding="utf-8")
    snippets = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert snippets
    names: dict[str, Any] = {}
    for code in snippets:
        exec(code, names)
    return names


def test_functions_of_the_kinds_page_run() -> None:
    page = run("kinds.md")
    assert page["speed"](pd.Series([100.0]), pd.Series([30.0])).tolist() == [200.0]
    assert page["route"](pa.array(["JFK"]), pa.array(["LAX"])).to_pylist() == ["JFK-LAX"]
    so_far = page["late_so_far"](iter([pd.Series([20, 5]), pd.Series([30])]))
    assert [batch.tolist() for batch in so_far] == [[1, 1], [2]]
    flights = pd.DataFrame({"carrier": ["AA", "AA", "UA"], "dep_delay": [20, 5, 30]})
    (late,) = page["late"](iter([flights]))
    assert late.to_dict("list") == {"carrier": ["AA", "UA"], "late": [1, 1]}


@pytest.mark.parametrize("picture", pictures(), ids=lambda picture: picture[0])
def test_groups_of_the_kinds_page_are_as_in_the_picture(jvm: Jvm, picture: Any) -> None:
    functions, start, end, text = picture
    source = "\n".join(
        re.findall(r"```python\n(.*?)```", (DOCS / "kinds.md").read_text(), re.DOTALL)
    )
    shown = text.splitlines()
    names, *given = table(shown, 0)
    schema = pa.schema([("carrier", pa.string()), ("delay", pa.int64())])
    assert names == schema.names
    batch = pa.record_batch([[k for k, _ in given], [int(x) for _, x in given]], schema=schema)
    stages = [
        stage(
            f"flights:{name}",
            source=source,
            group_by=["carrier"],
            rows=RowsBetween(int(start), int(end)) if start else None,
            beside=index > 0,
            **{} if name in ("above_mean", "late_of") else {"on": ["delay"]},
        )
        for index, name in enumerate(functions.split(", "))
    ]
    results, error = outcome(jvm, [batch], *stages)
    assert error is None
    rows = [[str(value) for value in row] for row in results]
    if start:
        rows = [[*before, *row] for before, row in zip(given, rows, strict=True)]
    assert rows == table(shown, 1)[1:]


def test_the_kinds_page_has_pictures() -> None:
    assert len(pictures()) == 5


def test_function_of_two_inputs_of_the_kinds_page_runs() -> None:
    flights = pd.DataFrame({"hour": [5, 6, 6]})
    weather = pd.DataFrame({"hour": [5, 6], "wind": [3.0, 11.0]})
    found = run("kinds.md")["windy"](("JFK", 1), flights, weather)
    assert found.to_numpy().tolist() == [["JFK", 1, 3, 2]]


def test_function_of_rows_of_the_kinds_page_runs() -> None:
    verdict = run("kinds.md")["verdict"]
    assert verdict("AA", 20.0) == "AA is late"
    assert verdict("UA", None) == "UA did not fly"


def test_table_function_of_the_kinds_page_runs() -> None:
    legs = run("kinds.md")["Legs"](longest=300)
    assert list(legs.eval(700.0)) == [(1, 300), (2, 300), (3, 100.0)]
    assert list(legs.terminate()) == [(3, None)]


def test_asynchronous_functions_of_the_kinds_page_run() -> None:
    page = run("kinds.md")
    assert asyncio.run(page["gate"](pd.Series(["AA"]))).tolist() == ["TA"]
    assert asyncio.run(page["weather"]("LAX")) == "sunny in LAX"


def test_function_of_the_row_errors_page_runs() -> None:
    page = run("row-errors.md")
    assert page["dollars"](pd.Series(["$1.50"])).tolist() == [1.5]
