"""What is checked when a UDF is prepared, before data moves (P7 to P11)."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from jvm import UDFS, Jvm, output_schema, stage, worker

from reactor_udf._frames import Error

X = pa.schema([("x", pa.int64())])
XYZ = pa.schema([("x", pa.int64()), ("y", pa.int64()), ("z", pa.string())])
STRINGS = pa.schema([("s", pa.string())])


@pytest.mark.parametrize(
    ("function", "kind"),
    [
        ("pandas_udfs:same_int", "scalar_pandas"),
        ("pandas_udfs:scaled", "scalar_iterator_pandas"),
        ("pandas_udfs:ratio", "scalar_iterator_pandas"),
        ("arrow_udfs:plus_one", "scalar_arrow"),
        ("arrow_udfs:running", "scalar_iterator_arrow"),
        ("arrow_udfs:count_rows", "map_arrow"),
        ("pandas_udfs:positive", "map_pandas"),
    ],
)
def test_kinds(jvm: Jvm, function: str, kind: str) -> None:
    on = {"pandas_udfs:ratio": ["x", "y"], "pandas_udfs:positive": ["x", "z"]}.get(function, ["x"])
    stated = kind.rpartition("_")[0]
    (report,) = jvm.prepare(XYZ, stage(function, on=on, kind=stated)).stages
    assert (report.function, report.kind) == (function, kind)
    assert report.name == function.partition(":")[2]


@pytest.mark.parametrize(
    ("function", "members", "messages"),
    [
        ("arrow_udfs:add", {"on": ["x", "w"]}, ["column 'w'", "arrow_udfs:add", "x, y, z"]),
        ("arrow_udfs:same_float", {}, ["column 'f'", "x, y, z"]),
        ("arrow_udfs:add", {"on": ["x"]}, ["takes 2 columns, but is given 1"]),
        ("arrow_udfs:add", {"on": ["x", "y", "z"]}, ["takes 2 columns, but is given 3"]),
        ("arrow_udfs:plus_one", {"on": []}, ["is given no column"]),
        ("arrow_udfs:running", {}, ["say which ones by on(...)", "x, y, z"]),
        ("arrow_udfs:running", {"on": ["x", "y"]}, ["takes 1 columns, but is given 2"]),
        ("bad_hints:pair", {"on": ["x"]}, ["takes 2 columns, but is given 1"]),
        ("arrow_udfs:sum_all", {}, ["any number of columns", "on(...)"]),
        (
            "arrow_udfs:add",
            {"constants": {"divisor": 2}},
            ["constant 'divisor' is unknown", "(x, y, factor)"],
        ),
        ("arrow_udfs:add", {"constants": {"x": 2}}, ["'x' takes a column"]),
        ("bad_hints:constant", {}, ["parameter 'limit'", "with('limit', ...)"]),
        ("arrow_udfs:plus_one", {"name": "z"}, ["called 'z'", "as(...)"]),
        ("arrow_udfs:plus_one", {"kind": "map"}, ["'map' in Java", "'scalar_arrow'"]),
        ("arrow_udfs:plus_one", {"kind": "scalar_iterator"}, ["'scalar_iterator' in Java"]),
        (
            "arrow_udfs:plus_one",
            {"returns": "string"},
            ["int64 as @udf(returns=...)", "string as .returns(...)"],
        ),
        (
            "arrow_udfs:swap",
            {"returns": "a: int64, b: string"},
            ["b: string, a: int64 as @udf", "a: int64, b: string as .returns"],
        ),
        ("bad_hints:no_result", {}, ["@udf(returns=pa.float64())", ".returns(...)"]),
        ("bad_hints:no_result", {"returns": "int46"}, ["'int46' is not an Arrow type"]),
        ("bad_hints:no_result", {"returns": "a: int64, b: int64"}, ["not an Arrow type"]),
        ("bad_hints:misspelled", {}, ["@udf(returns=...)", "'int46' is not an Arrow type"]),
        ("bad_hints:map_of_a_type", {}, ["takes a schema", "pa.schema("]),
        ("bad_hints:none", {}, ["(x: no hint, y: no hint) -> no hint", "these hints would do"]),
        ("bad_hints:mixed", {}, ["these hints would do"]),
        ("bad_hints:two_iterators", {}, ["these hints would do"]),
        ("bad_hints:chunks", {}, ["these hints would do"]),
        ("bad_hints:unknown_name", {}, ["x: Decimal (NameError", "these hints would do"]),
        ("bad_hints:NUMBER", {}, ["'NUMBER' in bad_hints is not a function"]),
        ("bad_hints:Decimal", {}, ["there is no function 'Decimal'", "it has chunks, constant"]),
        ("no_such_module:f", {}, ["there is no module 'no_such_module'"]),
        ("/no/such/file.py:f", {}, ["there is no file /no/such/file.py"]),
        ("plus_one", {}, ["'plus_one' does not name a function"]),
    ],
)
def test_usage_errors(
    jvm: Jvm, function: str, members: dict[str, Any], messages: list[str]
) -> None:
    refusal = jvm.refused(XYZ, stage(function, **members))
    for message in messages:
        assert message in refusal
    jvm.prepare(X, stage("arrow_udfs:plus_one"))


def test_several_columns_of_the_name(jvm: Jvm) -> None:
    schema = pa.schema([("x", pa.int64()), ("x", pa.int64())])
    assert "several of that name" in jvm.refused(schema, stage("arrow_udfs:plus_one"))


def test_results_of_two_stages_of_one_name(jvm: Jvm) -> None:
    twice = stage("arrow_udfs:plus_one", on=["x"])
    assert "called 'plus_one'" in jvm.refused(X, twice, twice)


def test_constant_whose_hint_cant_be_evaluated_is_no_obstacle(jvm: Jvm) -> None:
    jvm.prepare(X, stage("bad_hints:constant_of_unknown_type"))


def test_no_stages(jvm: Jvm) -> None:
    assert "no UDF" in jvm.refused(X)


def test_function_of_a_file(jvm: Jvm) -> None:
    path = f"{UDFS}/arrow_udfs.py"
    (report,) = jvm.prepare(X, stage(f"{path}:plus_one")).stages
    assert report.name == "plus_one"
    assert "it has add," in jvm.refused(X, stage(f"{path}:plus_two"))


def test_file_imports_its_neighbours_and_is_loaded_once(tmp_path: Path) -> None:
    (tmp_path / "neighbour_of_main.py").write_text("TYPE = 'int64'\n")
    main = tmp_path / "main_of_test.py"
    main.write_text(
        "from neighbour_of_main import TYPE\n"
        "import pyarrow as pa\n"
        "from reactor_udf import udf\n"
        "print('loaded')\n"
        "@udf(returns=TYPE)\n"
        "def f(x: pa.Array) -> pa.Array:\n"
        "    return x\n"
    )
    # Not the fixture: pytest puts its own sys.stdout in place between set-up and test.
    with worker() as jvm:
        jvm.greet()
        for _ in range(2):
            jvm.prepare(X, stage(f"{main}:f"))
    assert [log.message for log in jvm.logs] == ["loaded"]
    assert jvm.logs[0].evaluation == 0


@pytest.mark.parametrize(
    ("code", "kind", "text"),
    [
        ("def broken(x:\n", "SyntaxError", "def broken(x:"),
        ("import no_such_package\n", "ModuleNotFoundError", "import no_such_package"),
        ("def check():\n    1 / 0\ncheck()\n", "ZeroDivisionError", "line 2, in check"),
        ("raise SystemExit(3)\n", "SystemExit", "raise SystemExit(3)"),
    ],
)
@pytest.mark.parametrize("by_file", [True, False])
def test_module_that_cant_be_imported(
    jvm: Jvm, tmp_path: Path, code: str, kind: str, text: str, by_file: bool
) -> None:
    name = f"broken_{kind}"
    (tmp_path / f"{name}.py").write_text(code)
    spec = f"{tmp_path}/{name}.py:f" if by_file else f"{name}:f"
    answer = jvm.try_prepare(X, stage(spec), modules=[str(tmp_path)])
    assert isinstance(answer, Error)
    assert (answer.kind, answer.type, answer.function) == ("python", kind, spec)
    assert answer.traceback is not None
    assert text in answer.traceback
    assert "reactor_udf/_" not in answer.traceback
    assert "importlib" not in answer.traceback
    jvm.prepare(X, stage("arrow_udfs:plus_one"))


def test_result_schema_from_java(jvm: Jvm) -> None:
    field = pa.field("ignored", pa.int64(), nullable=False)
    message = pa.schema([field]).serialize().to_pybytes()
    returns = {"schema": base64.b64encode(message).decode()}
    prepared = jvm.prepare(X, stage("bad_hints:no_result", returns=returns, name="out"))
    assert output_schema(prepared) == pa.schema([field.with_name("out")])


@pytest.mark.parametrize(
    "kind",
    [
        pa.struct([("a", pa.int64()), ("b", pa.int8()), ("a", pa.string())]),
        pa.list_(pa.dense_union([pa.field("a", pa.int64()), pa.field("a", pa.string())])),
    ],
)
def test_result_that_names_a_field_twice(jvm: Jvm, kind: pa.DataType) -> None:
    message = pa.schema([("r", kind)]).serialize().to_pybytes()
    returns = {"schema": base64.b64encode(message).decode()}
    refusal = jvm.refused(X, stage("bad_hints:no_result", returns=returns))
    assert f"returns {kind}, which names a field twice" in refusal
