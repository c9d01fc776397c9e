"""PREPARED: what the worker will evaluate (P10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from reactor_udf._frames._frame import frame_bytes
from reactor_udf._frames._header import Header
from reactor_udf._frames._json import decode_json, elements, encode_json, member, optional


@dataclass(frozen=True)
class StageReport:
    """What became of one stage of a PREPARE: its kind, and the name of its result column."""

    function: str
    kind: str
    name: str

    def to_members(self) -> dict[str, Any]:
        """Return the JSON members."""
        return {"function": self.function, "kind": self.kind, "name": self.name}

    @classmethod
    def of_members(cls, members: dict[str, Any]) -> StageReport:
        """Read the JSON members."""
        return cls(
            member(members, "function", str),
            member(members, "kind", str),
            member(members, "name", str),
        )


@dataclass(frozen=True)
class Prepared:
    """The columns to be sent, ``reads_right`` of a second input, and the schema of what comes
    back.

    ``row_wise``: batches may come as one (P24). ``divisible``: the batches of a stream may go to
    several evaluations (P25).
    """

    CODE: ClassVar[int] = 4
    id: int
    reads: tuple[int, ...]
    row_aligned: bool
    stages: tuple[StageReport, ...]
    schema: bytes
    reads_right: tuple[int, ...] | None = None
    row_wise: bool = False
    divisible: bool = False

    def encode(self) -> tuple[bytes]:
        """Return the frame."""
        members: dict[str, Any] = {
            "id": self.id,
            "reads": list(self.reads),
            "rowAligned": self.row_aligned,
            "stages": [stage.to_members() for stage in self.stages],
        }
        if self.reads_right is not None:
            members["readsRight"] = list(self.reads_right)
        if self.row_wise:
            members["rowWise"] = True
        if self.divisible:
            members["divisible"] = True
        return frame_bytes(self.CODE, metadata=encode_json(members), body=self.schema)

    @classmethod
    def decode(cls, header: Header, content: memoryview) -> Prepared:
        """Read the frame."""
        members = decode_json(content[: header.metadata_length])
        right = optional(members, "readsRight", list)
        return cls(
            member(members, "id", int),
            elements(members, "reads", int),
            member(members, "rowAligned", bool),
            tuple(StageReport.of_members(stage) for stage in elements(members, "stages", dict)),
            bytes(content[header.metadata_length :]),
            None if right is None else elements(members, "readsRight", int),
            optional(members, "rowWise", bool) or False,
            optional(members, "divisible", bool) or False,
        )
