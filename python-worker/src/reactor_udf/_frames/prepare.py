"""PREPARE: what the JVM wants evaluated (P9)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, NamedTuple

from reactor_udf._errors import ProtocolError
from reactor_udf._frames._frame import frame_bytes
from reactor_udf._frames._header import Header
from reactor_udf._frames._json import (
    decode_json,
    elements,
    encode_json,
    member,
    optional,
    text,
    texts,
)

_ROW_ERRORS: Final = ("fail", "null", "report")


class RowsBetween(NamedTuple):
    """A row frame: both ends, which belong to it, relative to a row; None is the group's border."""

    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class StageRequest:
    """One UDF of a PREPARE; None means: as the function itself says."""

    function: str
    kind: str | None = None
    on: tuple[str, ...] | None = None
    constants: dict[str, Any] = field(default_factory=dict)
    name: str | None = None
    returns: str | dict[str, Any] | None = None
    source: str | None = None
    group_by: tuple[str, ...] | None = None
    collect: int | None = None
    rows: RowsBetween | None = None
    beside: bool = False
    lateral: bool = False
    concurrency: int | None = None
    group_right_by: tuple[str, ...] | None = None

    def to_members(self) -> dict[str, Any]:
        """Return the JSON members."""
        members: dict[str, Any] = {
            "function": self.function,
            "kind": self.kind,
            "on": None if self.on is None else list(self.on),
            "with": self.constants,
            "as": self.name,
            "returns": self.returns,
        }
        beside: dict[str, Any] = {
            "source": self.source,
            "groupBy": None if self.group_by is None else list(self.group_by),
            "collect": self.collect,
            "rows": None if self.rows is None else self.rows._asdict(),
            "beside": self.beside or None,
            "lateral": self.lateral or None,
            "concurrency": self.concurrency,
            "groupRightBy": None if self.group_right_by is None else list(self.group_right_by),
        }
        return members | {name: value for name, value in beside.items() if value is not None}

    @classmethod
    def of_members(cls, members: dict[str, Any]) -> StageRequest:
        """Read the JSON members."""
        returns = members.get("returns")
        if not isinstance(returns, (str, dict, type(None))):
            raise ProtocolError(f"a stage's 'returns' is a type or a schema, not {returns!r}")
        return cls(
            text(members, "function"),
            optional(members, "kind", str),
            None if members.get("on") is None else texts(members, "on"),
            optional(members, "with", dict) or {},
            None if members.get("as") is None else text(members, "as"),
            returns,
            None if members.get("source") is None else text(members, "source"),
            None if members.get("groupBy") is None else texts(members, "groupBy"),
            optional(members, "collect", int),
            _rows(members),
            optional(members, "beside", bool) or False,
            optional(members, "lateral", bool) or False,
            optional(members, "concurrency", int),
            None if members.get("groupRightBy") is None else texts(members, "groupRightBy"),
        )


def _rows(members: dict[str, Any]) -> RowsBetween | None:
    rows = optional(members, "rows", dict)
    if rows is None:
        return None
    return RowsBetween(optional(rows, "start", int), optional(rows, "end", int))


@dataclass(frozen=True)
class Prepare:
    """UDFs to prepare for one input schema, under an id that the JVM chose.

    ``schema`` is the schema message of the input, or those of both inputs, one behind the other.
    ``row_errors`` is what a row that makes a function raise becomes: ``fail``, ``null`` or
    ``report``.
    """

    CODE: ClassVar[int] = 3
    id: int
    modules: tuple[str, ...]
    stages: tuple[StageRequest, ...]
    schema: bytes
    row_errors: str = "fail"

    def encode(self) -> tuple[bytes]:
        """Return the frame."""
        members = {
            "id": self.id,
            "modules": list(self.modules),
            "rowErrors": self.row_errors,
            "stages": [stage.to_members() for stage in self.stages],
        }
        return frame_bytes(self.CODE, metadata=encode_json(members), body=self.schema)

    @classmethod
    def decode(cls, header: Header, content: memoryview) -> Prepare:
        """Read the frame."""
        members = decode_json(content[: header.metadata_length])
        row_errors = optional(members, "rowErrors", str) or "fail"
        if row_errors not in _ROW_ERRORS:
            raise ProtocolError(f"the 'rowErrors' of a PREPARE are {row_errors!r}")
        return cls(
            member(members, "id", int),
            texts(members, "modules"),
            tuple(StageRequest.of_members(stage) for stage in elements(members, "stages", dict)),
            bytes(content[header.metadata_length :]),
            row_errors,
        )
