from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pytest
from jvm import UDFS, Jvm, stage

from reactor_udf._frames import Error
from reactor_udf.describe import SCHEMA, Function, describe

FILE = str(Path(UDFS) / "described.py")
EXPECTED = [
    Function(
        "speed",
        "scalar_pandas",
        ("distance", "air_time"),
        ("unit='mph'",),
        pa.float64(),
        "Return miles an hour.",
    ),
    Function(
        "late",
        "grouped_map_pandas",
        ("key", "flights"),
        ("minutes=15",),
        pa.schema([("carrier", pa.string()), ("late", pa.list_(pa.int64()))]),
    ),
    Function(
        "undecorated", "grouped_map_iterator_arrow or map_arrow", ("x",), ("limit",), None, None
    ),
    Function("Model", "scalar_pandas", ("*xs",), ("path", "scale=1.5"), pa.float64(), "A model."),
    Function(
        "slow",
        "scalar_pandas",
        ("distance", "air_time"),
        (),
        pa.float64(),
        "Return miles an hour.",
    ),
    Function("model", "scalar_pandas", ("*xs",), (), pa.float64(), "A model."),
]
PROBLEMS = {
    "nothing_known": ("Say nothing.", "x is hinted as nothing that a function is given"),
    "misspelled": (None, "@udf(returns=...) of described:misspelled: 'float46' is not an"),
}


def check(described: list[Function]) -> None:
    known = [function for function in described if function.problem is None]
    assert known == [*EXPECTED, Function("_private", "scalar_pandas", ("x",))]
    problems = [function for function in described if function.problem is not None]
    assert [function.name for function in problems] == list(PROBLEMS)
    for function in problems:
        doc, problem = PROBLEMS[function.name]
        assert function == Function(function.name, doc=doc, problem=function.problem)
        assert function.problem is not None
        assert problem in function.problem


def test_functions_of_a_file_are_described_in_their_order() -> None:
    described = describe(FILE)
    check(described)
    assert [function.name for function in described][-3:] == [*PROBLEMS, "_private"]


def test_functions_of_a_module_and_of_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(UDFS)
    check(describe("described"))
    check(describe(sys.modules["described"]))
    assert describe(ModuleType("empty")) == []


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ImportError, match=r"there is no file .*gone\.py"):
        describe(str(tmp_path / "gone.py"))
    with pytest.raises(ImportError, match="there is no module 'gone_module'"):
        describe("gone_module")
    (tmp_path / "raises.py").write_text("1 / 0")
    with pytest.raises(ZeroDivisionError):
        describe(str(tmp_path / "raises.py"))


FILES = pa.schema([("file", pa.string())])


def test_a_worker_describes_files(jvm: Jvm) -> None:
    files = pa.record_batch([pa.array([FILE, "described"])], schema=FILES)
    outputs = jvm.run(FILES, [files], stage("reactor_udf.describe:functions", kind="map"))
    assert [output.schema for output in outputs] == [SCHEMA, SCHEMA]
    rows = outputs[0].to_pylist()
    assert [row["module"] for row in rows] == [FILE] * len(rows)
    assert rows[0] == {
        "module": FILE,
        "function": "speed",
        "kind": "scalar_pandas",
        "arguments": "distance, air_time",
        "constants": "unit='mph'",
        "result": "double",
        "doc": "Return miles an hour.",
        "problem": None,
    }
    assert rows[1]["result"] == "carrier: string, late: list<item: int64>"
    (unknown,) = (row for row in rows if row["function"] == "nothing_known")
    assert unknown.keys() == rows[0].keys()
    assert unknown["kind"] is None
    assert unknown["arguments"] is None
    assert "is hinted as nothing" in unknown["problem"]
    assert [row["function"] for row in outputs[1].to_pylist()] == [row["function"] for row in rows]


def test_a_file_that_is_not_there_is_the_users_error(jvm: Jvm) -> None:
    prepared = jvm.prepare(FILES, stage("reactor_udf.describe:functions"))
    files = pa.record_batch([pa.array(["gone_module"])], schema=FILES)
    _, end = jvm.run_to_end(prepared, [files])
    assert isinstance(end, Error)
    assert (end.kind, end.type) == ("python", "ImportError")
