"""Modules that PREPARE brings as text (P9)."""

from __future__ import annotations

import pyarrow as pa
import pytest
from jvm import Jvm, stage, worker

from reactor_udf._frames import Error

X = pa.schema([("x", pa.int64())])
BATCH = pa.record_batch([pa.array([1, 2])], schema=X)
SCORE = """
import pickle
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from reactor_udf import udf

print("loaded")

@dataclass
class Weight:
    factor: "int"

WEIGHT = pickle.loads(pickle.dumps(Weight({factor})))

@udf(returns="int64")
def score(x: pa.Array) -> pa.Array:
    return pc.multiply(x, WEIGHT.factor)

@udf(returns="int64")
def fail(x: pa.Array) -> pa.Array:
    raise ValueError(x[0])  # the line that fails
"""


def text(factor: int) -> str:
    return SCORE.replace("{factor}", str(factor))


@pytest.mark.parametrize("place", ["scores", "acme.scores", "classpath:udfs/scores.py", "json"])
def test_functions_of_a_text(jvm: Jvm, place: str) -> None:
    scored = stage(f"{place}:score", source=text(3))
    assert jvm.run(X, [BATCH], scored)[0].column(0).to_pylist() == [3, 6]


def test_a_text_is_executed_once_and_another_one_of_the_name_too() -> None:
    with worker() as jvm:
        jvm.greet()
        for factor, result in ((5, 10), (6, 12), (5, 10)):
            scored = stage("twice:score", source=text(factor))
            assert jvm.run(X, [BATCH], scored)[0].column(0)[1].as_py() == result
        jvm.prepare(X, stage("twice:fail", source=text(5)))
    assert [log.message for log in jvm.logs] == ["loaded", "loaded"]


def test_tracebacks_show_the_lines_of_a_text(jvm: Jvm) -> None:
    prepared = jvm.prepare(X, stage("classpath:udfs/scores.py:fail", source=text(7)))
    _, end = jvm.run_to_end(prepared, [BATCH])
    assert isinstance(end, Error)
    assert end.function == "classpath:udfs/scores.py:fail"
    assert end.traceback is not None
    assert 'File "classpath:udfs/scores.py", line 23, in fail' in end.traceback
    assert "raise ValueError(x[0])  # the line that fails" in end.traceback


@pytest.mark.parametrize(
    ("source", "kind", "line"),
    [("def f(:", "SyntaxError", "def f(:"), ("\n1 / 0", "ZeroDivisionError", "line 2, in <mod")],
)
def test_a_text_that_cant_be_executed(jvm: Jvm, source: str, kind: str, line: str) -> None:
    for _ in range(2):
        answer = jvm.try_prepare(X, stage("broken:f", source=source))
        assert isinstance(answer, Error)
        assert (answer.kind, answer.type, answer.function) == ("python", kind, "broken:f")
        assert answer.traceback is not None
        assert line in answer.traceback
        assert "importlib" not in answer.traceback


def test_what_a_text_does_not_have(jvm: Jvm) -> None:
    said = jvm.refused(X, stage("classpath:udfs/scores.py:f", source=text(8)))
    assert "no function 'f' in classpath:udfs/scores.py; it has fail, score" in said
    assert "does not name a function" in jvm.refused(X, stage("scores", source=text(8)))


COUNTED = """
import pyarrow as pa
import pyarrow.compute as pc
from reactor_udf import udf

class Scaled:
    def __init__(self, factor: int) -> None:
        print("made", factor)
        self.factor = 1 / factor and factor

    @udf(returns="int64")
    def __call__(self, x: pa.Array) -> pa.Array:
        return pc.multiply(x, self.factor)
"""


def test_an_instance_is_made_for_each_prepared_udf() -> None:
    with worker() as jvm:
        jvm.greet()
        prepared = jvm.prepare(X, stage("c:Scaled", source=COUNTED, constants={"factor": 2}))
        for _ in range(2):
            (output,), _ = jvm.run_to_end(prepared, [BATCH])
            assert output.column(0).to_pylist() == [2, 4]
            assert output.schema.names == ["Scaled"]
        jvm.prepare(X, stage("c:Scaled", source=COUNTED, constants={"factor": 3}))
        jvm.refused(X, stage("c:Scaled", source=COUNTED, constants={"factor": 4}, returns="string"))
    assert [log.message for log in jvm.logs] == ["made 2", "made 3"]


def test_what_a_constructor_raises_is_told_when_preparing(jvm: Jvm) -> None:
    scaled = stage("c:Scaled", source=COUNTED, constants={"factor": 0})
    answer = jvm.try_prepare(X, scaled)
    assert isinstance(answer, Error)
    assert (answer.kind, answer.type) == ("python", "ZeroDivisionError")
    assert answer.traceback is not None
    assert "line 9, in __init__" in answer.traceback


def test_a_result_is_called_like_the_last_part_of_a_name(jvm: Jvm) -> None:
    code = COUNTED + "\nclass Holder:\n    twice = Scaled(2)\n"
    (report,) = jvm.prepare(X, stage("holder:Holder.twice", source=code)).stages
    assert report.name == "twice"


def test_optional_columns_are_read_where_they_are_there(jvm: Jvm) -> None:
    code = (
        "import pyarrow as pa\nfrom reactor_udf import udf\n"
        "@udf(returns='int64')\n"
        "def last(x: pa.Array, y: pa.Array = None, z: pa.Array = None) -> pa.Array:\n"
        "    return z or y or x\n"
    )
    one = stage("optional:last", source=code)
    for names, reads in (("x", (0,)), ("y x", (1, 0)), ("x w", (0,)), ("x y z", (0, 1, 2))):
        schema = pa.schema([(name, pa.int64()) for name in names.split()])
        assert jvm.prepare(schema, one).reads == tuple(sorted(reads))
    gap = pa.schema([("x", pa.int64()), ("z", pa.int64())])
    assert "reads the column 'y', which is not there" in jvm.refused(gap, one)
