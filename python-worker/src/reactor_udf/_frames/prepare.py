"""PREPARE: what the JVM wants evaluated (P9)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from reactor_udf._errors import ProtocolError
from reactor_udf._frames._frame import frame_bytes
from reactor_udf._frames._header import Header
from reactor_udf._frames._json import decode_json, elements, encode_json, member, optional


@dataclass(frozen=True)
class StageRequest:
    """One UDF of a PREPARE; None means: as the function itself says."""

    function: str
    kind: str | None = None
    on: tuple[str, ...] | None = None
    constants: dict[str, Any] = field(default_factory=dict)
    name: str | None = None
    returns: str | dict[str, Any] | None = None

    def to_members(self) -> dict[str, Any]:
        """Return the JSON members."""
        return {
            "function": self.function,
            "kind": self.kind,
            "on": None if self.on is None else list(self.on),
            "with": self.constants,
            "as": self.name,
            "returns": self.returns,
        }

    @classmethod
    def of_members(cls, members: dict[str, Any]) -> StageRequest:
        """Read the JSON members."""
        returns = members.get("returns")
        if not isinstance(returns, (str, dict, type(None))):
            raise ProtocolError(f"a stage's 'returns' is a type or a schema, not {returns!r}")
        return cls(
            member(members, "function", str),
            optional(members, "kind", str),
            None if members.get("on") is None else elements(members, "on", str),
            optional(members, "with", dict) or {},
            optional(members, "as", str),
            returns,
        )


@dataclass(frozen=True)
class Prepare:
    """UDFs to prepare for one input schema, under an id that the JVM chose."""

    CODE: ClassVar[int] = 3
    id: int
    modules: tuple[str, ...]
    stages: tuple[StageRequest, ...]
    schema: bytes

    def encode(self) -> tuple[bytes]:
        """Return the frame."""
        members = {
            "id": self.id,
            "modules": list(self.modules),
            "stages": [stage.to_members() for stage in self.stages],
        }
        return frame_bytes(self.CODE, metadata=encode_json(members), body=self.schema)

    @classmethod
    def decode(cls, header: Header, content: memoryview) -> Prepare:
        """Read the frame."""
        members = decode_json(content[: header.metadata_length])
        return cls(
            member(members, "id", int),
            elements(members, "modules", str),
            tuple(StageRequest.of_members(stage) for stage in elements(members, "stages", dict)),
            bytes(content[header.metadata_length :]),
        )
