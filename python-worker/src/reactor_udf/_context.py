"""What the JVM tells user code about the evaluation that it runs in."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from types import MappingProxyType
from typing import Final

context: Final[ContextVar[Mapping[str, str]]] = ContextVar(
    "reactor_udf.context", default=MappingProxyType({})
)
"""Strings from the subscriber's Reactor Context, of the keys that the runtime passes on.

Empty outside an evaluation. A thread that user code starts has a context of its own.
"""
