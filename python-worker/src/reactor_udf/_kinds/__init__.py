"""The kinds of UDF: one module each, which says what it reads, how it calls, and what it writes."""

from __future__ import annotations

import importlib

from reactor_udf._kinds._stage import Binding, Columns, Stage, Unwinding

__all__ = ["Binding", "Columns", "Stage", "Unwinding", "stage_type"]


def stage_type(kind: str) -> type[Stage]:
    """Return the stage of ``kind``; its module is imported now, because not every environment has
    pandas.
    """
    stage: type[Stage] = importlib.import_module(f"reactor_udf._kinds.{kind}").STAGE
    return stage
