"""What of the Reactor Context user code sees (P12), and for how long."""

from __future__ import annotations

from importlib import import_module

import pyarrow as pa
import pytest
from jvm import UDFS, Jvm, stage

from reactor_udf import context
from reactor_udf._frames import Cancel, Credit, Ended, Error, Payload, Prepared, Setup

X = pa.schema([("x", pa.int64())])
BATCH = pa.record_batch([[1]], schema=X)


def evaluate(jvm: Jvm, prepared: Prepared, tenant: str | None = None) -> list[str]:
    jvm.set_up(prepared, context={} if tenant is None else {"tenant": tenant})
    jvm.send_batches(BATCH)
    jvm.complete()
    values: list[str] = jvm.expect_batch(prepared)[0].to_pylist()
    while not isinstance(jvm.receive(), Ended):
        pass
    return values


@pytest.mark.parametrize("function", ["tenant", "tenant_to_the_end"])
def test_is_visible_in_its_evaluation_alone(jvm: Jvm, function: str) -> None:
    prepared = jvm.prepare(X, stage(f"context_udfs:{function}"))
    assert evaluate(jvm, prepared, "ü") == ["ü"]
    assert evaluate(jvm, prepared) == ["nobody"]
    assert context.get() == {}


def test_is_empty_while_modules_are_imported(jvm: Jvm, monkeypatch: pytest.MonkeyPatch) -> None:
    jvm.prepare(X, stage("context_udfs:tenant"))
    monkeypatch.syspath_prepend(UDFS)
    assert import_module("context_udfs").at_import == {}


def test_what_user_code_makes_of_it_ends_with_the_evaluation(jvm: Jvm) -> None:
    prepared = jvm.prepare(X, stage("context_udfs:change"), stage("context_udfs:tenant", on=["x"]))
    assert evaluate(jvm, prepared, "alice") == ["mallory"]
    assert evaluate(jvm, jvm.prepare(X, stage("context_udfs:tenant"))) == ["nobody"]


def test_is_visible_while_a_function_is_closed(jvm: Jvm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(UDFS)
    seen: list[str] = import_module("context_udfs").seen
    seen.clear()
    evaluation = jvm.set_up(
        jvm.prepare(X, stage("context_udfs:tenant_to_the_end")), context={"tenant": "alice"}
    )
    jvm.send_batches(BATCH)
    jvm.expect(Payload)
    jvm.send(Cancel(evaluation))
    jvm.expect(Ended)
    assert seen == ["alice"]


@pytest.mark.parametrize("value", [None, 7, {}])
def test_holds_strings_only(jvm: Jvm, value: object) -> None:
    prepared = jvm.prepare(X, stage("context_udfs:tenant"))
    window = Credit(4, 1 << 20)
    jvm.send(Setup(1, prepared.id, window, window, context={"tenant": value}))  # type: ignore[dict-item]
    error = jvm.expect(Error)
    assert (error.kind, "'tenant'" in error.message) == ("protocol", True)
    jvm.expect_closed()
